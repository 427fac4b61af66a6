//! Tokens as an input for nom.

use std::iter::Enumerate;
use std::slice::Iter;

use keybound_vtl::{Offset, Span};
use nom::error::{ErrorKind, ParseError};
use nom::{Err, IResult, Input, Needed};

use crate::dynamodb::holey_text::HoleyText;
use crate::dynamodb::syntax::{MAX_DEPTH, Opaque, SyntaxError};

/// A token of a language whose kinds of token are `K`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token<K> {
    pub(crate) kind: K,
    pub(crate) span: Span,
}

/// What is left of the tokens of a text, and how deep the parser is.
#[derive(Debug)]
pub(crate) struct Tokens<'a, K> {
    text: &'a HoleyText,
    rest: &'a [Token<K>],
    depth: u16,
    /// The end of the last token taken.
    end: Offset,
}

impl<K> Clone for Tokens<'_, K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K> Copy for Tokens<'_, K> {}

/// Why a parser stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The token at which it stopped; empty at the end of the text.
    span: Span,
    wanted: Wanted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    Token(&'static str),
    LessDepth,
}

/// The outcome of a parser over tokens.
pub(crate) type Outcome<'a, K, T> = IResult<Tokens<'a, K>, T, Failure>;

impl<'a, K: Copy + PartialEq> Tokens<'a, K> {
    pub(crate) fn new(text: &'a HoleyText, tokens: &'a [Token<K>]) -> Self {
        Self { text, rest: tokens, depth: 0, end: Offset::default() }
    }

    /// The next token.
    pub(crate) fn peek(&self) -> Option<&'a Token<K>> {
        self.rest.first()
    }

    /// The next token's kind.
    pub(crate) fn kind(&self) -> Option<K> {
        self.peek().map(|token| token.kind)
    }

    /// The kind of the token after the next.
    pub(crate) fn second_kind(&self) -> Option<K> {
        self.rest.get(1).map(|token| token.kind)
    }

    /// The next token's text, one placeholder character for each hole.
    pub(crate) fn word(&self) -> &'a str {
        self.peek().map_or("", |token| token.span.slice(self.text.text()))
    }

    /// The token's text with its holes.
    pub(crate) fn text_of(&self, token: &Token<K>) -> HoleyText {
        self.text.slice(token.span)
    }

    /// Whether no token is left.
    pub(crate) fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// Where the next token begins.
    pub(crate) fn start(&self) -> Offset {
        self.peek().map_or(self.end, |token| token.span.start())
    }

    /// Where the last token taken ended.
    pub(crate) fn end(&self) -> Offset {
        self.end
    }

    /// Without the next token.
    #[must_use]
    pub(crate) fn advanced(&self) -> Self {
        self.take_from(1)
    }

    /// The failure that something else was wanted here.
    pub(crate) fn failure(&self, wanted: &'static str) -> Err<Failure> {
        let span = self.peek().map_or(Span::new(self.end, self.end), |token| token.span);
        Err::Error(Failure { span, wanted: Wanted::Token(wanted) })
    }

    /// Takes the next token if it is of this kind.
    pub(crate) fn expect(self, kind: K, wanted: &'static str) -> Outcome<'a, K, Token<K>> {
        match self.peek() {
            Some(token) if token.kind == kind => Ok((self.advanced(), *token)),
            _ => Err(self.failure(wanted)),
        }
    }

    /// Runs a parser one level deeper.
    pub(crate) fn nested<T>(self, parser: impl FnOnce(Self) -> Outcome<'a, K, T>) -> Outcome<'a, K, T> {
        if self.depth >= MAX_DEPTH {
            let span = self.peek().map_or(Span::new(self.end, self.end), |token| token.span);
            return Err(Err::Failure(Failure { span, wanted: Wanted::LessDepth }));
        }
        let (rest, output) = parser(Self { depth: self.depth + 1, ..self })?;
        Ok((Self { depth: self.depth, ..rest }, output))
    }

    /// The text from here to where `rest` begins, if it holds a hole.
    pub(crate) fn opaque_until(&self, rest: &Self) -> Option<Opaque> {
        let span = Span::new(self.start(), rest.end);
        self.text.has_hole_in(span).then(|| Opaque { text: self.text.slice(span), span })
    }
}

impl Failure {
    /// Whether the text nests too deep, which no hole can heal.
    pub(crate) fn is_too_deep(&self) -> bool {
        self.wanted == Wanted::LessDepth
    }

    pub(crate) fn into_error(self, text: &HoleyText) -> SyntaxError {
        let found = match self.span.slice(text.text()) {
            "" => "the end".to_owned(),
            found => format!("`{found}`"),
        };
        let message = match self.wanted {
            Wanted::Token(wanted) => format!("expected {wanted}, found {found}"),
            Wanted::LessDepth => format!("nested deeper than {MAX_DEPTH} levels at {found}"),
        };
        SyntaxError { span: self.span, message }
    }
}

/// The failure inside nom's error.
pub(crate) fn failure(error: &Err<Failure>) -> Failure {
    match error {
        Err::Error(failure) | Err::Failure(failure) => *failure,
        // Only streaming parsers answer so, and there is none here.
        Err::Incomplete(_) => Failure { span: Span::default(), wanted: Wanted::Token("more") },
    }
}

impl<'a, K: Copy + PartialEq> ParseError<Tokens<'a, K>> for Failure {
    fn from_error_kind(input: Tokens<'a, K>, _: ErrorKind) -> Self {
        failure(&input.failure("something else"))
    }

    fn append(_: Tokens<'a, K>, _: ErrorKind, other: Self) -> Self {
        other
    }

    /// Of two failures the one that came further says more.
    fn or(self, other: Self) -> Self {
        if other.span.start() > self.span.start() { other } else { self }
    }
}

impl<'a, K: Copy + PartialEq> Input for Tokens<'a, K> {
    type Item = &'a Token<K>;
    type Iter = Iter<'a, Token<K>>;
    type IterIndices = Enumerate<Iter<'a, Token<K>>>;

    fn input_len(&self) -> usize {
        self.rest.len()
    }

    fn take(&self, index: usize) -> Self {
        Self { rest: self.rest.get(..index).unwrap_or(self.rest), ..*self }
    }

    fn take_from(&self, index: usize) -> Self {
        let end = index
            .checked_sub(1)
            .and_then(|last| self.rest.get(last))
            .map_or(self.end, |last| last.span.end());
        Self { rest: self.rest.get(index..).unwrap_or_default(), end, ..*self }
    }

    fn take_split(&self, index: usize) -> (Self, Self) {
        (self.take_from(index), self.take(index))
    }

    fn position<P: Fn(Self::Item) -> bool>(&self, predicate: P) -> Option<usize> {
        self.rest.iter().position(predicate)
    }

    fn iter_elements(&self) -> Self::Iter {
        self.rest.iter()
    }

    fn iter_indices(&self) -> Self::IterIndices {
        self.rest.iter().enumerate()
    }

    fn slice_index(&self, count: usize) -> Result<usize, Needed> {
        if self.rest.len() >= count { Ok(count) } else { Err(Needed::new(count - self.rest.len())) }
    }
}
