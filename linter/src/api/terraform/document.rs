//! YAML and JSON in texts of a configuration: OpenAPI bodies, policies, models.

use std::collections::HashMap;
use std::sync::Arc;

use keybound_vtl::Span;
use keybound_vtl::template::PLACEHOLDER_CHAR;

use crate::source::hcl::HostText;
use crate::source::{HostSpan, Node, NodeValue, Scalar, SourceFile, SourceMap, parse_documents};

use super::value::{Kind, Value};

/// A document and the file that its places are in.
#[derive(Clone, Debug)]
pub(super) struct Document {
    pub(super) root: Node,
    pub(super) file: Arc<SourceFile>,
}

/// The document that a text holds; none where it holds none.
pub(super) fn parsed(text: &HostText) -> Option<Document> {
    let file = Arc::clone(&text.file);
    let is_whole_file = text.text.placeholders().is_empty() && text.text.text() == file.text();
    if is_whole_file {
        let root = parse_documents(&file).roots.into_iter().next()?;
        return Some(Document { root, file });
    }
    let own = SourceFile::new("document", text.text.text());
    let root = parse_documents(&own).roots.into_iter().next()?;
    let root = Relocation { text, known: HashMap::new() }.node(&root);
    Some(Document { root, file })
}

/// Puts a document that was parsed from a text where the text stands. Parts that aliases share stay shared.
struct Relocation<'t> {
    text: &'t HostText,
    known: HashMap<usize, NodeValue>,
}

impl Relocation<'_> {
    fn node(&mut self, node: &Node) -> Node {
        let span = self.place(node.span);
        let address = match &node.value {
            NodeValue::Scalar(scalar) => return self.scalar(scalar, node, span),
            NodeValue::Sequence(elements) => elements.as_ptr() as usize,
            NodeValue::Mapping(members) => members.as_ptr() as usize,
        };
        if let Some(value) = self.known.get(&address) {
            return Node { span, tag: node.tag.clone(), value: value.clone() };
        }
        let value = match &node.value {
            NodeValue::Sequence(elements) => {
                NodeValue::Sequence(elements.iter().map(|element| self.node(element)).collect())
            }
            NodeValue::Mapping(members) => NodeValue::Mapping(
                members.iter().map(|(key, value)| (self.node(key), self.node(value))).collect(),
            ),
            NodeValue::Scalar(scalar) => NodeValue::Scalar(Arc::clone(scalar)),
        };
        // An empty list has no address of its own.
        if !node.elements().is_empty() || !node.members().is_empty() {
            self.known.insert(address, value.clone());
        }
        Node { span, tag: node.tag.clone(), value }
    }

    fn place(&self, span: HostSpan) -> HostSpan {
        let map = self.text.map.as_ref();
        map.and_then(|map| map.host_span(Span::of(span.start, span.end))).unwrap_or(self.text.whole)
    }

    /// A scalar; where the deployment decides a part of it, the call that joins its parts.
    fn scalar(&self, scalar: &Scalar, node: &Node, span: HostSpan) -> Node {
        let inner = scalar.map.as_ref();
        // Where a placeholder's character stands in the scalar, by its offset there.
        let holes: Vec<(usize, &str)> = scalar
            .text
            .match_indices(PLACEHOLDER_CHAR)
            .filter_map(|(at, found)| {
                let at_text = inner?.host_span(Span::of(at, at + found.len()))?;
                let hole = self.text.text.placeholder_at(Span::of(at_text.start, at_text.end).start())?;
                Some((at, hole.name.as_str()))
            })
            .collect();
        let is_whole = holes.is_empty();
        let part = |start: usize, end: usize| {
            let text = scalar.text.get(start..end).unwrap_or("").to_owned();
            let map = inner.zip(self.text.map.as_ref());
            let map = map.map(|(inner, outer)| inner.through(outer, start, end));
            let plain = scalar.plain && is_whole;
            Node { span, tag: None, value: NodeValue::Scalar(Arc::new(Scalar { text, plain, map })) }
        };
        if is_whole {
            return Node { tag: node.tag.clone(), ..part(0, scalar.text.len()) };
        }
        let mut parts = Vec::new();
        let mut from = 0;
        for (at, name) in holes {
            parts.push(part(from, at));
            from = at + PLACEHOLDER_CHAR.len_utf8();
            let place = inner.and_then(|inner| inner.host_span(Span::of(at, from)));
            parts.push(reference(place.map_or(span, |place| self.place(place)), name));
        }
        parts.push(part(from, scalar.text.len()));
        parts.retain(|part| part.scalar().is_none_or(|scalar| !scalar.text.is_empty()));
        match parts.as_slice() {
            [only] => Node { span, ..only.clone() },
            _ => joined(span, parts),
        }
    }
}

fn text_node(span: HostSpan, text: &str) -> Node {
    let scalar = Scalar { text: text.to_owned(), plain: false, map: None };
    Node { span, tag: None, value: NodeValue::Scalar(Arc::new(scalar)) }
}

fn call(span: HostSpan, function: &str, argument: Node) -> Node {
    Node { span, tag: None, value: NodeValue::Mapping([(text_node(span, function), argument)].into()) }
}

/// What the readers of documents take for a name that the deployment fills in.
fn reference(span: HostSpan, name: &str) -> Node {
    call(span, "Ref", text_node(span, name))
}

fn joined(span: HostSpan, parts: Vec<Node>) -> Node {
    let list = Node { span, tag: None, value: NodeValue::Sequence(parts.into()) };
    let empty = Scalar { text: String::new(), plain: false, map: Some(SourceMap::default()) };
    let separator = Node { span, tag: None, value: NodeValue::Scalar(Arc::new(empty)) };
    let argument = Node { span, tag: None, value: NodeValue::Sequence([separator, list].into()) };
    call(span, "Fn::Join", argument)
}

/// The most values of one document that become values of the configuration, those that aliases share each time.
const MAX_VALUES: usize = 50_000;

/// The value that a document is (`jsondecode`); none where it is too large.
pub(super) fn value(document: &Document) -> Option<Value> {
    let mut left = MAX_VALUES;
    node_value(&document.root, &document.file, &mut left)
}

fn node_value(node: &Node, file: &Arc<SourceFile>, left: &mut usize) -> Option<Value> {
    *left = left.checked_sub(1)?;
    let kind = match &node.value {
        NodeValue::Scalar(scalar) if scalar.is_null() => Kind::Null,
        NodeValue::Scalar(scalar) if scalar.plain => Kind::Plain(scalar.text.as_str().into()),
        NodeValue::Scalar(scalar) => {
            return Some(Value::text_of(HostText {
                text: keybound_vtl::TemplateText::plain(scalar.text.clone()),
                map: scalar.map.clone(),
                file: Arc::clone(file),
                whole: node.span,
            }));
        }
        NodeValue::Sequence(elements) => {
            let elements: Option<Vec<Value>> =
                elements.iter().map(|element| node_value(element, file, left)).collect();
            Kind::List(elements?.into())
        }
        NodeValue::Mapping(members) => {
            let mut found = Vec::new();
            for (key, member) in members.iter() {
                found.push((node_value(key, file, left)?, node_value(member, file, left)?));
            }
            Kind::Object(found.into())
        }
    };
    Some(Value::new(file, node.span, kind))
}
