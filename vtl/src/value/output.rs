//! Printed text under construction, bounded in length and depth.

use super::{SourceId, Text, TextBuilder};

/// Bytes that one value may print: more than any payload that API Gateway passes on (10 MB).
const MAX_LENGTH: usize = 16 << 20;

/// Containers inside containers that one value may print. Java's own bound is the thread's stack.
const MAX_DEPTH: usize = 1000;

/// Why a value cannot be printed. Java throws for each of these, which ends the rendering.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unprintable {
    /// The value contains itself, or holds containers in containers too deep.
    #[error("the value holds itself, or more than {MAX_DEPTH} containers inside one another")]
    TooDeep,
    /// The text grew too long.
    #[error("the value prints more than {MAX_LENGTH} bytes")]
    TooLong,
    /// A map has the key `null`, which has no JSON form.
    #[error("a map with the key null has no json form")]
    NullKey,
}

/// Collects the text of one value.
#[derive(Debug, Default)]
pub(crate) struct Output {
    text: TextBuilder,
    depth: usize,
    failed: Option<Unprintable>,
}

impl Output {
    /// Adds characters that are `source`'s, or the template's own.
    pub(crate) fn put(&mut self, text: &str, source: Option<SourceId>) {
        if !self.fits(text.len()) {
            return;
        }
        match source {
            Some(source) => self.text.push_marked(text, source),
            None => self.text.push_str(text),
        }
    }

    /// Adds a part of a text with its marks.
    pub(crate) fn put_slice(&mut self, text: &Text, start: usize, end: usize) {
        if self.fits(end.saturating_sub(start)) {
            self.text.push_slice(text, start, end);
        }
    }

    /// Goes into a container; where this says no, the container is left out.
    pub(crate) fn enter(&mut self) -> bool {
        if self.depth >= MAX_DEPTH {
            self.fail(Unprintable::TooDeep);
        }
        if self.failed.is_none() {
            self.depth += 1;
        }
        self.failed.is_none()
    }

    /// Leaves a container.
    pub(crate) fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// Gives up; the first reason stays.
    pub(crate) fn fail(&mut self, why: Unprintable) {
        self.failed.get_or_insert(why);
    }

    /// Whether nothing more can be added.
    pub(crate) fn has_failed(&self) -> bool {
        self.failed.is_some()
    }

    /// What was printed, and why it is not all.
    pub(crate) fn finish(self) -> (Text, Option<Unprintable>) {
        (self.text.finish(), self.failed)
    }

    fn fits(&mut self, more: usize) -> bool {
        if self.text.len().saturating_add(more) > MAX_LENGTH {
            self.fail(Unprintable::TooLong);
        }
        self.failed.is_none()
    }
}
