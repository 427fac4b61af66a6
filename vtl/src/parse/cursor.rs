//! Where the parser stands, and what it has met so far.

use crate::parse::{MAX_DEPTH, MAX_ERRORS, ParseError, Word};
use crate::span::{Offset, Span};
use crate::template::{PLACEHOLDER_CHAR, TemplateText};

/// A construct could not be read; the error is already recorded. The caller goes on after what was consumed.
#[derive(Debug)]
pub(super) struct Failed;

pub(super) type Parsed<T> = Result<T, Failed>;

/// What one parse shares between the template and the templates in its strings.
pub(super) struct Progress<'t> {
    template: &'t TemplateText,
    errors: Vec<ParseError>,
    pub(super) words: Vec<Word>,
    depth: usize,
}

impl<'t> Progress<'t> {
    pub(super) fn new(template: &'t TemplateText) -> Self {
        Self { template, errors: Vec::new(), words: Vec::new(), depth: 0 }
    }

    pub(super) fn error(&mut self, span: Span, message: impl Into<String>) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(ParseError { span, message: message.into() });
        }
    }

    pub(super) fn into_errors(self) -> Vec<ParseError> {
        self.errors
    }
}

/// Where the bytes of the text being read stand in the template: the same bytes from an offset on, or, for a
/// string whose quotes or `\u` escapes were decoded, one offset for each byte and one for the end.
#[derive(Clone)]
pub(super) enum Origins {
    From(usize),
    Each(Vec<usize>),
}

impl Origins {
    fn of(&self, pos: usize) -> usize {
        match self {
            Origins::From(base) => base + pos,
            Origins::Each(offsets) => offsets.get(pos).or(offsets.last()).copied().unwrap_or(0),
        }
    }

    /// The origins of a part of the text.
    pub(super) fn part(&self, start: usize, end: usize) -> Origins {
        match self {
            Origins::From(base) => Origins::From(base + start),
            Origins::Each(offsets) => {
                Origins::Each(offsets.get(start..=end).map_or_else(Vec::new, <[_]>::to_vec))
            }
        }
    }

    /// The origin of one position, for building [`Origins::Each`].
    pub(super) fn at(&self, pos: usize) -> usize {
        self.of(pos)
    }
}

/// A place in a text that is being read.
pub(super) struct Cursor<'p, 't> {
    pub(super) text: &'p str,
    pub(super) origins: Origins,
    pub(super) pos: usize,
    /// Where the word began that ended the last block.
    pub(super) end_word: usize,
    pub(super) progress: &'p mut Progress<'t>,
}

impl<'p, 't> Cursor<'p, 't> {
    pub(super) fn whole(text: &'p str, progress: &'p mut Progress<'t>) -> Self {
        Self { text, origins: Origins::From(0), pos: 0, end_word: 0, progress }
    }

    /// What is still to be read.
    pub(super) fn rest(&self) -> &'p str {
        self.text.get(self.pos..).unwrap_or("")
    }

    pub(super) fn slice(&self, start: usize, end: usize) -> &'p str {
        self.text.get(start..end).unwrap_or("")
    }

    pub(super) fn at_end(&self) -> bool {
        self.pos >= self.text.len()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn peek_after(&self, bytes: usize) -> Option<char> {
        self.text.get(self.pos + bytes..)?.chars().next()
    }

    pub(super) fn looking_at(&self, token: &str) -> bool {
        self.rest().starts_with(token)
    }

    /// Consumes `token` where it stands next.
    pub(super) fn eat(&mut self, token: &str) -> bool {
        let found = self.looking_at(token);
        if found {
            self.pos += token.len();
        }
        found
    }

    /// Runs a nom parser on the rest and consumes what it took.
    pub(super) fn take<T>(&mut self, parser: impl Fn(&'p str) -> nom::IResult<&'p str, T>) -> Option<T> {
        let rest = self.rest();
        let (left, value) = parser(rest).ok()?;
        self.pos += rest.len() - left.len();
        Some(value)
    }

    /// Consumes blanks and line ends, which mean nothing between the tokens of a directive.
    pub(super) fn skip_space(&mut self) {
        let rest = self.rest();
        self.pos += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    }

    /// The span in the template from a position of this text to where the cursor stands.
    pub(super) fn span_from(&self, start: usize) -> Span {
        self.span(start, self.pos)
    }

    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        Span::of(self.origins.of(start), self.origins.of(end))
    }

    /// The placeholder that stands at a position, by index.
    pub(super) fn placeholder_at(&self, pos: usize) -> Option<usize> {
        if !self.text.get(pos..)?.starts_with(PLACEHOLDER_CHAR) {
            return None;
        }
        let at = Offset::new(self.origins.of(pos));
        self.progress.template.placeholders().binary_search_by_key(&at, |p| p.at).ok()
    }

    /// Records that the construct from `start` to here is wrong.
    pub(super) fn fail<T>(&mut self, start: usize, message: impl Into<String>) -> Parsed<T> {
        let end = (self.pos + self.peek().map_or(0, char::len_utf8)).max(start);
        let span = self.span(start, end);
        self.progress.error(span, message);
        Err(Failed)
    }

    /// Whether so many errors were met that reading on is of no use.
    pub(super) fn gave_up(&self) -> bool {
        self.progress.errors.len() >= MAX_ERRORS
    }

    /// Reads something nested, unless it is nested too deep.
    pub(super) fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.progress.depth >= MAX_DEPTH {
            return self.fail(self.pos, format!("nesting is deeper than {MAX_DEPTH} levels"));
        }
        self.progress.depth += 1;
        let read = read(self);
        self.progress.depth -= 1;
        read
    }
}
