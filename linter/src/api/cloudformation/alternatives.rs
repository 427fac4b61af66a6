//! What a property may be: `Fn::If` chooses between values, and `AWS::NoValue` leaves the property out.

use crate::source::{Call, Node};

/// The most alternatives of one value that are kept; what is beyond is left to the deployment.
const MAX_VALUES: usize = 32;

/// The most branches that are looked at, however aliases repeat them.
const MAX_BRANCHES: usize = 256;

/// Whether the node stands for no value at all: null, or `Ref` to `AWS::NoValue`.
fn is_no_value(node: &Node) -> bool {
    match Call::of(node) {
        Some(call) => call.function == "Ref" && call.argument.as_str() == Some("AWS::NoValue"),
        None => node.is_null(),
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
        let mut alternatives = Self { may_be_absent: property.is_none(), ..Self::default() };
        let mut pending: Vec<&Node> = property.into_iter().collect();
        let mut looked_at = 0;
        while let Some(node) = pending.pop() {
            looked_at += 1;
            if looked_at > MAX_BRANCHES || alternatives.values.len() == MAX_VALUES {
                alternatives.truncated = true;
                break;
            }
            if is_no_value(node) {
                alternatives.may_be_absent = true;
                continue;
            }
            let choice = Call::of(node).filter(|call| call.function == "If");
            match choice.map(|call| call.argument.elements()) {
                Some([_, then, otherwise]) => pending.extend([otherwise, then]),
                _ => alternatives.values.push(node),
            }
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
}
