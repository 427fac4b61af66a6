//! The parser's place in its text.

use super::{JsonError, JsonErrorKind};
use crate::value::{SourceId, Text};

/// Where an unquoted string ends. The end of the text ends each.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stop {
    /// Only there: the payload's one value.
    End,
    /// In an array: `,` or `]`.
    Array,
    /// A member's value: `,` or `}`.
    Value,
    /// A member's name: `:`.
    Key,
}

impl Stop {
    pub(super) fn at(self, c: char) -> bool {
        match self {
            Stop::End => false,
            Stop::Array => matches!(c, ',' | ']'),
            Stop::Value => matches!(c, ',' | '}'),
            Stop::Key => c == ':',
        }
    }
}

/// The current character and its place.
pub(super) struct Cursor<'t> {
    /// What is read.
    pub(super) text: &'t Text,
    /// The current character, [`Cursor::END`] behind the last.
    pub(super) c: char,
    /// Its byte index.
    pub(super) at: usize,
    /// How often was read behind the end: the parser's own position counts on there.
    past: usize,
}

impl<'t> Cursor<'t> {
    /// What stands for the end of the text. The same character in the text ends it too, where no quotes are around it:
    /// a quirk of the parser.
    pub(super) const END: char = '\u{1a}';

    pub(super) fn new(text: &'t Text) -> Self {
        let c = text.as_str().chars().next().unwrap_or(Self::END);
        Self { text, c, at: 0, past: 0 }
    }

    /// The text from the current character on.
    pub(super) fn rest(&self) -> &'t str {
        self.text.as_str().get(self.at..).unwrap_or("")
    }

    /// Goes on to the next character.
    pub(super) fn read(&mut self) {
        let mut rest = self.rest().chars();
        match rest.next() {
            Some(current) => self.at += current.len_utf8(),
            None => self.past += 1,
        }
        self.c = rest.next().unwrap_or(Self::END);
    }

    /// Goes to a byte index.
    pub(super) fn jump(&mut self, at: usize) {
        self.at = at;
        self.c = self.rest().chars().next().unwrap_or(Self::END);
    }

    pub(super) fn is_past_the_text(&self) -> bool {
        self.at >= self.text.as_str().len()
    }

    /// Whose character the current one is.
    pub(super) fn source(&self) -> Option<SourceId> {
        self.text.source_at(self.at)
    }

    /// Skips JSON's four blanks.
    pub(super) fn skip_json_blanks(&mut self) {
        while matches!(self.c, ' ' | '\r' | '\n' | '\t') {
            self.read();
        }
    }

    /// Skips every character up to the blank.
    pub(super) fn skip_blanks(&mut self) {
        while self.c <= ' ' && self.c != Self::END {
            self.read();
        }
    }

    pub(super) fn skip_digits(&mut self) {
        while self.c.is_ascii_digit() {
            self.read();
        }
    }

    /// Skips to where an unquoted string ends.
    pub(super) fn skip_unquoted(&mut self, stop: Stop) {
        while self.c != Self::END && !stop.at(self.c) {
            self.read();
        }
    }

    /// The text from `start` to here, trimmed as `String.trim()` trims.
    pub(super) fn trimmed_from(&self, start: usize) -> Text {
        let raw = self.text.as_str().get(start..self.at).unwrap_or("");
        let from = start + raw.len() - raw.trim_start_matches(|c| c <= ' ').len();
        let to = start + raw.trim_end_matches(|c| c <= ' ').len();
        self.text.slice(from, to.max(from))
    }

    /// Reads an unquoted string.
    pub(super) fn unquoted(&mut self, stop: Stop) -> Text {
        let start = self.at;
        self.skip_unquoted(stop);
        self.trimmed_from(start)
    }

    /// An error at the current place, moved by `offset` as the parser moves it. Positions count UTF-16 units.
    pub(super) fn error(&self, offset: i64, kind: JsonErrorKind) -> JsonError {
        let before = self.text.as_str().get(..self.at).unwrap_or(self.text.as_str());
        let units = before.encode_utf16().count() + self.past;
        JsonError { position: i64::try_from(units).unwrap_or(i64::MAX).saturating_add(offset), kind }
    }
}
