//! YAML (and with it JSON) text as a tree in which every value knows its place.

mod lines;
mod scalar;
mod trap;
mod yaml;

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

pub(crate) use lines::Lines;
pub(crate) use trap::quoted;

/// The most bytes of a file. Rules with 10,000 grants have about two million.
const MAX_BYTES: usize = 4 << 20;
/// How deep values may nest in each other, aliases followed. Rules need six levels.
const MAX_DEPTH: usize = 32;
/// The most values of a file, keys included.
const MAX_NODES: usize = 1 << 19;
/// After so many faults the rest of the file is not read.
const MAX_FAULTS: usize = 100;
/// How much aliases may add to a file, in values; 32 bytes of text count as one. A few nested aliases can stand for
/// billions of values.
const MAX_ALIASED: usize = 4096;

/// Bytes of a text, from the first to before the last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset after the last byte.
    pub end: usize,
}

/// A line and a column of a text, both from 1; the column counts code points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// From 1.
    pub line: usize,
    /// From 1, in code points.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.line, self.column)
    }
}

/// What a text holds: one document, and what is wrong with it as YAML.
#[derive(Debug, Default)]
pub(crate) struct Document {
    /// The value of the only document. None where the text is empty or broken off by an error.
    pub(crate) root: Option<Node>,
    /// What is wrong, in the order of reading. Values at fault are `Faulty` in the tree, members at fault are left out.
    pub(crate) faults: Vec<Fault>,
}

impl Document {
    /// Reads a text. Total, and bounded in size, depth, values and what aliases add.
    pub(crate) fn parse(text: &str) -> Self {
        if text.len() > MAX_BYTES {
            let message = format!("the file has more than {MAX_BYTES} bytes");
            return Self { root: None, faults: vec![Fault::new(Span::default(), message)] };
        }
        yaml::parse(text)
    }
}

/// What is wrong at a place of a document.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) span: Span,
    /// Lower case, without a full stop.
    pub(crate) message: String,
    /// What would be right.
    pub(crate) help: Option<String>,
    /// Another place, and what is there.
    pub(crate) related: Option<(Span, String)>,
}

impl Fault {
    pub(crate) fn new(span: Span, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), help: None, related: None }
    }

    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    pub(crate) fn related(self, span: Span, what: impl Into<String>) -> Self {
        Self { related: Some((span, what.into())), ..self }
    }
}

/// A value and its place. A copy shares the content, so what is aliased is there once.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// A scalar with its quotes, a collection with its braces, without tag and anchor. An aliased value keeps the
    /// place of its anchor. Where a member has nothing for a value, the place of its key.
    pub(crate) span: Span,
    pub(crate) value: Value,
}

/// A value by YAML 1.2's core schema.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Null,
    Boolean(bool),
    Whole(i64),
    /// Finite.
    Fraction(f64),
    Text(Arc<str>),
    List(Arc<[Node]>),
    Mapping(Arc<Mapping>),
    /// Reported already: nothing more is to be said of it.
    Faulty,
}

/// Keys and values.
#[derive(Debug)]
pub(crate) struct Mapping {
    /// In file order, no key twice.
    pub(crate) members: Vec<Member>,
    /// Whether all members are there: none was left out for a fault.
    pub(crate) whole: bool,
}

/// One member of a mapping.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) key: Arc<str>,
    pub(crate) key_span: Span,
    /// Whether the key was at fault. Others may name it all the same.
    pub(crate) key_faulty: bool,
    pub(crate) value: Node,
}
