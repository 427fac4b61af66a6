//! Nodes of the CloudFormation template that a service becomes. Each has a place in the service's files.

use std::sync::Arc;

use crate::source::{HostSpan, Node, NodeValue, Scalar};

/// A text that stands in no file: its place is what it was made from.
pub(super) fn text(span: HostSpan, text: &str) -> Node {
    scalar(span, Scalar { text: text.to_owned(), plain: false, map: None })
}

/// A scalar.
pub(super) fn scalar(span: HostSpan, scalar: Scalar) -> Node {
    Node { span, tag: None, value: NodeValue::Scalar(Arc::new(scalar)) }
}

/// A list.
pub(super) fn list(span: HostSpan, elements: Vec<Node>) -> Node {
    Node { span, tag: None, value: NodeValue::Sequence(elements.into()) }
}

/// A mapping.
pub(super) fn mapping(span: HostSpan, members: Vec<(&str, Node)>) -> Node {
    let members = members.into_iter().map(|(key, value)| (text(span, key), value)).collect();
    Node { span, tag: None, value: NodeValue::Mapping(members) }
}

/// `Ref`.
pub(super) fn reference(span: HostSpan, name: &str) -> Node {
    mapping(span, vec![("Ref", text(span, name))])
}

/// `Fn::GetAtt`.
pub(super) fn attribute(span: HostSpan, of: &str, name: &str) -> Node {
    mapping(span, vec![("Fn::GetAtt", list(span, vec![text(span, of), text(span, name)]))])
}

/// `Fn::Join` of parts with nothing between them.
pub(super) fn join(span: HostSpan, parts: Vec<Node>) -> Node {
    mapping(span, vec![("Fn::Join", list(span, vec![text(span, ""), list(span, parts)]))])
}

/// `Fn::Sub` with variables.
pub(super) fn sub(span: HostSpan, template: Node, variables: Vec<(&str, Node)>) -> Node {
    mapping(span, vec![("Fn::Sub", list(span, vec![template, mapping(span, variables)]))])
}
