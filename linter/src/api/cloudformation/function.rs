//! CloudFormation's intrinsic functions that choose between values or leave one out.

use crate::source::{Node, NodeValue};

/// The most alternatives that are followed below one value; further branches are left to the deployment.
const MAX_BRANCHES: usize = 32;

/// The most `Fn::If`s inside one another.
const MAX_DEPTH: usize = 32;

/// A function's full name (`Ref`, `Fn::If`, `Fn::Sub`) and its argument, from the long form (`{"Fn::If": […]}`) or
/// the short one (`!If […]`). For the short form the argument is the tagged node itself.
pub(super) fn function(node: &Node) -> Option<(String, &Node)> {
    if let Some(short) = node.tag.as_deref().and_then(|tag| tag.strip_prefix('!')) {
        return match short {
            "" => None,
            "Ref" | "Condition" => Some((short.to_owned(), node)),
            name if name.starts_with('!') || name.contains(':') => None,
            name => Some((format!("Fn::{name}"), node)),
        };
    }
    let [(key, argument)] = node.members() else { return None };
    let name = key.as_str()?;
    (name == "Ref" || name == "Condition" || name.starts_with("Fn::")).then(|| (name.to_owned(), argument))
}

/// Whether the node stands for no value at all: YAML's and JSON's null, or `Ref` to `AWS::NoValue`.
pub(super) fn is_no_value(node: &Node) -> bool {
    match function(node) {
        Some((name, argument)) => name == "Ref" && argument.as_str() == Some("AWS::NoValue"),
        None => match &node.value {
            NodeValue::Scalar(scalar) => {
                scalar.plain && matches!(scalar.text.as_str(), "" | "~" | "null" | "Null" | "NULL")
            }
            NodeValue::Sequence(_) | NodeValue::Mapping(_) => false,
        },
    }
}

/// The values that one property may have, by the conditions of its `Fn::If`s.
#[derive(Debug, Default)]
pub(super) struct Alternatives<'a> {
    /// The values in file order; none of them is an `Fn::If` or `AWS::NoValue`.
    pub(super) values: Vec<&'a Node>,
    /// Whether a deployment may leave the property out.
    pub(super) may_be_absent: bool,
    /// Whether there was more than could be followed.
    pub(super) truncated: bool,
}

impl<'a> Alternatives<'a> {
    /// What a property that may be missing from the file can be.
    pub(super) fn of(property: Option<&'a Node>) -> Self {
        let mut alternatives = Self::default();
        match property {
            Some(node) => alternatives.follow(node, 0),
            None => alternatives.may_be_absent = true,
        }
        alternatives
    }

    /// The value, where every deployment has the same one.
    pub(super) fn only(&self) -> Option<&'a Node> {
        match self.values.as_slice() {
            [value] if !self.may_be_absent && !self.truncated => Some(value),
            _ => None,
        }
    }

    /// Whether every deployment leaves the property out.
    pub(super) fn is_absent(&self) -> bool {
        self.values.is_empty() && !self.truncated
    }

    fn follow(&mut self, node: &'a Node, depth: usize) {
        if is_no_value(node) {
            self.may_be_absent = true;
            return;
        }
        let branches = match function(node) {
            Some((name, argument)) if name == "Fn::If" => argument.elements(),
            _ => &[],
        };
        match branches {
            [_, then, otherwise] if depth < MAX_DEPTH => {
                self.follow(then, depth + 1);
                self.follow(otherwise, depth + 1);
            }
            [_, _, _] => self.truncated = true,
            _ if self.values.len() < MAX_BRANCHES => self.values.push(node),
            _ => self.truncated = true,
        }
    }
}
