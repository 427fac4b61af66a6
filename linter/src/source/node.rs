//! A YAML or JSON document as a tree that knows where every value stands.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::{HostSpan, SourceMap};

/// A value of a document. Anchors and aliases are resolved: an aliased value keeps the place of its anchor
/// and shares its content, so that copies are cheap.
#[derive(Clone, Debug)]
pub struct Node {
    /// Where the value stands (for a scalar its text with quotes, without tag and anchor).
    pub span: HostSpan,
    /// The tag as written, `!Sub`; none where the document gives none.
    pub tag: Option<String>,
    /// The value.
    pub value: NodeValue,
}

/// What a node is.
#[derive(Clone, Debug)]
pub enum NodeValue {
    /// A text, number, boolean or null as written.
    Scalar(Arc<Scalar>),
    /// A list.
    Sequence(Arc<[Node]>),
    /// Keys and values in file order; duplicates are kept.
    Mapping(Arc<[(Node, Node)]>),
}

/// A scalar: its decoded text and where each byte of it came from.
#[derive(Clone, Debug)]
pub struct Scalar {
    /// The text after decoding escapes, folding and indentation.
    pub text: String,
    /// Whether it was written without quotes, so that `null`, `true` or `12` are no texts.
    pub plain: bool,
    /// The proven map to the host file; `None` where decoding again did not give `text`.
    pub map: Option<SourceMap>,
}

impl Scalar {
    /// Whether this is null: nothing at all, or one of YAML's words for it, without quotes.
    pub fn is_null(&self) -> bool {
        self.plain && matches!(self.text.as_str(), "" | "~" | "null" | "Null" | "NULL")
    }
}

impl Node {
    /// The scalar, if this is one.
    pub fn scalar(&self) -> Option<&Scalar> {
        match &self.value {
            NodeValue::Scalar(scalar) => Some(scalar),
            NodeValue::Sequence(_) | NodeValue::Mapping(_) => None,
        }
    }

    /// The scalar's text, whatever its style.
    pub fn as_str(&self) -> Option<&str> {
        self.scalar().map(|scalar| scalar.text.as_str())
    }

    /// Whether this is a null scalar.
    pub fn is_null(&self) -> bool {
        self.scalar().is_some_and(Scalar::is_null)
    }

    /// The value of the last member of this name, as parsers of definitions take it; none for other nodes.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.members().iter().rev().find(|(k, _)| k.as_str() == Some(key)).map(|(_, value)| value)
    }

    /// The members of a mapping; empty for other nodes.
    pub fn members(&self) -> &[(Node, Node)] {
        match &self.value {
            NodeValue::Mapping(members) => members,
            NodeValue::Scalar(_) | NodeValue::Sequence(_) => &[],
        }
    }

    /// The keys in it, each with what stands under it.
    pub fn extents(&self) -> HashMap<HostSpan, HostSpan> {
        let mut extents = HashMap::new();
        let mut waiting = vec![self];
        // Aliases share what they stand for: each is looked into once.
        let mut seen = HashSet::new();
        while let Some(node) = waiting.pop() {
            if !seen.insert(node.span) && !node.members().is_empty() {
                continue;
            }
            for (key, value) in node.members() {
                let end = value.span.end.max(key.span.end);
                extents.entry(key.span).or_insert(HostSpan::new(key.span.start, end));
                waiting.push(value);
            }
            waiting.extend(node.elements());
        }
        extents
    }

    /// The elements of a sequence; empty for other nodes.
    pub fn elements(&self) -> &[Node] {
        match &self.value {
            NodeValue::Sequence(elements) => elements,
            NodeValue::Scalar(_) | NodeValue::Mapping(_) => &[],
        }
    }
}
