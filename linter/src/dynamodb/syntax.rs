//! What the two languages inside a request, expressions and PartiQL, share: errors, opaque parts, tokens.

pub(crate) mod lexing;
pub(crate) mod tokens;

use keybound_vtl::{Offset, Span};

use crate::dynamodb::holey_text::{HoleId, HoleyText};

/// Texts longer than this are not parsed. A template's output is at most 300 KB, so no text inside one is longer.
pub const MAX_LENGTH: usize = 300 * 1024;

/// How deep parentheses, functions and literals may nest before parsing gives up. DynamoDB's own limit for nested
/// values is 32.
pub const MAX_DEPTH: u16 = 32;

/// Something wrong with a text, whatever its holes stand for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SyntaxError {
    /// Where.
    pub span: Span,
    /// What is wrong, and what would be right.
    pub message: String,
}

/// A part of a text that holds a hole and is no construct of the language while the hole is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opaque {
    /// The part, with at least one hole.
    pub text: HoleyText,
    /// Where it stands.
    pub span: Span,
}

impl Opaque {
    /// The hole, where the part is one hole and nothing else.
    pub fn hole(&self) -> Option<HoleId> {
        match self.text.holes() {
            [(_, hole)] if self.text.is_only_holes() => Some(*hole),
            _ => None,
        }
    }
}

/// An element of a list separated by commas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item<T> {
    /// This.
    Known(T),
    /// A part with a hole that may be any number of elements.
    Opaque(Opaque),
}

/// A hole of a text and what it is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HoleUse<R> {
    /// The hole.
    pub hole: HoleId,
    /// Where it stands.
    pub at: Offset,
    /// What it is there. It stays that only while its text holds no character that ends the construct.
    pub role: R,
}

/// A parsed text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed<T, R> {
    /// The tree; none where the text has no hole and does not parse, or exceeds a limit.
    pub tree: Option<T>,
    /// What is wrong, in the order of the text.
    pub errors: Vec<SyntaxError>,
    /// Every hole, in the order of the text.
    pub holes: Vec<HoleUse<R>>,
}

impl<T, R> Parsed<T, R> {
    /// The same with the tree made into another.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Parsed<U, R> {
        Parsed { tree: self.tree.map(make), errors: self.errors, holes: self.holes }
    }
}
