//! Values of a service as CloudFormation gets them: variables replaced, holes as references.

use crate::source::{Call, HostSpan, Node, NodeValue, Scalar};

use super::node_building as build;
use super::resolution::{Part, Value, Variables, map_of, only_variable};
use super::variable::has_variable;

/// How deep a value may nest, variables followed.
const MAX_DEPTH: usize = 256;

/// The names that holes in an `Fn::Sub` are given.
const SUB_VARIABLE: &str = "ServerlessVariable";

/// A value with its variables replaced. Text of a variable in a longer text stands at the variable; a variable that
/// is a whole value gives that value where it stands.
pub(super) fn lowered(variables: &Variables<'_>, node: &Node) -> Node {
    lower(variables, node, 0)
}

fn lower(variables: &Variables<'_>, node: &Node, depth: usize) -> Node {
    if depth > MAX_DEPTH || !variables.spend(1) {
        return build::reference(node.span, "value");
    }
    if let Some(content) = only_variable(node) {
        let structure = variables.with_value(content, |value| match value {
            Value::Known(value) if value.scalar().is_none() || value.tag.is_some() => {
                Some(lower(variables, &value, depth + 1))
            }
            Value::Known(value) if value.is_null() => Some(Node { span: node.span, ..value }),
            Value::Known(_) | Value::Hole(_) => None,
        });
        if let Some(structure) = structure {
            return structure;
        }
    }
    if let Some(call) = Call::of(node).filter(|call| call.function == "Sub")
        && let Some(sub) = sub(variables, call, depth)
    {
        return sub;
    }
    let value = match &node.value {
        NodeValue::Scalar(scalar) if has_variable(&scalar.text) => return text(variables, node, scalar),
        NodeValue::Scalar(_) => node.value.clone(),
        NodeValue::Sequence(elements) => {
            NodeValue::Sequence(elements.iter().map(|element| lower(variables, element, depth + 1)).collect())
        }
        NodeValue::Mapping(members) => NodeValue::Mapping(
            members.iter().map(|(key, value)| (key.clone(), lower(variables, value, depth + 1))).collect(),
        ),
    };
    Node { span: node.span, tag: node.tag.clone(), value }
}

fn text(variables: &Variables<'_>, node: &Node, scalar: &Scalar) -> Node {
    let (parts, whole) = variables.parts(scalar, node.span);
    if let Some(tag) = &node.tag {
        // The argument of a function such as `!ImportValue`: it only gives the function's value a name.
        let text = parts.iter().map(|part| match part {
            Part::Text(text, _) => text.clone(),
            Part::Hole(name, _) => format!("${{{name}}}"),
        });
        let text = build::text(node.span, &text.collect::<String>());
        return Node { tag: Some(tag.clone()), ..text };
    }
    let mut nodes: Vec<Node> = parts.into_iter().map(|part| of_part(part, whole)).collect();
    match nodes.pop() {
        Some(mut only) if nodes.is_empty() => {
            only.span = whole;
            only
        }
        last => build::join(whole, nodes.into_iter().chain(last).collect()),
    }
}

fn of_part(part: Part, whole: HostSpan) -> Node {
    match part {
        Part::Text(text, segments) => {
            build::scalar(whole, Scalar { text, plain: false, map: map_of(segments) })
        }
        Part::Hole(name, place) => build::reference(place.unwrap_or(whole), &name),
    }
}

/// `Fn::Sub` of a text with variables: what they give is text of the template, in which CloudFormation looks for its
/// own; holes become variables of the call. Nothing where the call is no such call.
fn sub(variables: &Variables<'_>, call: Call<'_>, depth: usize) -> Option<Node> {
    let (template, own) = match call.argument.elements() {
        [] => (call.argument, &[][..]),
        [template] => (template, &[][..]),
        [template, own] => (template, own.members()),
        _ => return None,
    };
    let scalar = template.scalar().filter(|scalar| has_variable(&scalar.text))?;
    let (parts, whole) = variables.parts(scalar, template.span);
    let mut text = String::new();
    let mut segments = Some(Vec::new());
    let mut added = Vec::new();
    for part in parts {
        let (part, map) = match part {
            Part::Text(text, map) => (text, map),
            Part::Hole(name, place) => {
                let variable = format!("{SUB_VARIABLE}{}", added.len());
                let part = Part::Text(format!("${{{variable}}}"), None).at(place);
                added.push((build::text(whole, &variable), build::reference(place.unwrap_or(whole), &name)));
                match part {
                    Part::Text(text, map) => (text, map),
                    Part::Hole(..) => continue,
                }
            }
        };
        let before = text.len();
        let known = segments.take().zip(map);
        segments = known.map(|(mut all, map)| {
            all.extend(map.into_iter().map(|mut segment| {
                segment.decoded_start += before;
                segment
            }));
            all
        });
        text.push_str(&part);
    }
    let template = build::scalar(whole, Scalar { text, plain: false, map: map_of(segments) });
    let own = own.iter().map(|(key, value)| (key.clone(), lower(variables, value, depth + 1)));
    let all = own.chain(added).collect::<Vec<_>>();
    let all = Node { span: whole, tag: None, value: NodeValue::Mapping(all.into()) };
    let arguments = build::list(whole, vec![template, all]);
    Some(build::mapping(whole, vec![("Fn::Sub", arguments)]))
}
