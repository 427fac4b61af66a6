//! Places in a template.

use std::fmt;

/// A byte offset in a template's text. At most 4 GiB; larger templates are refused before they are parsed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Offset(u32);

impl Offset {
    /// The offset of a byte index. Indexes past `u32::MAX` saturate: no template of that size is ever parsed.
    pub fn new(byte: usize) -> Self {
        Self(u32::try_from(byte).unwrap_or(u32::MAX))
    }

    /// The byte index, for slicing.
    pub fn to_usize(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Debug for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A half-open range of bytes in a template's text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    start: Offset,
    end: Offset,
}

impl Span {
    /// The span from `start` to `end`; an `end` before `start` gives the empty span at `start`.
    pub fn new(start: Offset, end: Offset) -> Self {
        Self { start, end: end.max(start) }
    }

    /// The span between two byte indexes.
    pub fn of(start: usize, end: usize) -> Self {
        Self::new(Offset::new(start), Offset::new(end))
    }

    /// Where the span begins.
    pub fn start(self) -> Offset {
        self.start
    }

    /// The first offset after the span.
    pub fn end(self) -> Offset {
        self.end
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        self.end.to_usize() - self.start.to_usize()
    }

    /// Whether the span holds no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The smallest span that holds both.
    #[must_use]
    pub fn to(self, other: Span) -> Span {
        Span::new(self.start.min(other.start), self.end.max(other.end))
    }

    /// The text that the span covers; empty where the span does not fit the text.
    pub fn slice(self, text: &str) -> &str {
        text.get(self.start.to_usize()..self.end.to_usize()).unwrap_or("")
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}..{:?}", self.start, self.end)
    }
}
