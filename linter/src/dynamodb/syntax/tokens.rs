//! Tokens as an input for nom.

use std::iter::Enumerate;
use std::slice::Iter;

use keybound_vtl::{Offset, Span};
use nom::error::{ErrorKind, ParseError};
use nom::{Err, IResult, Input, Needed};

use crate::dynamodb::holey_text::HoleyText;
use crate::dynamodb::syntax::{Item, MAX_DEPTH, Opaque, SyntaxError};

/// A token of a language whose kinds of token are `K`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token<K> {
    pub(crate) kind: K,
    pub(crate) span: Span,
}

/// What every language's kinds of token tell.
pub(crate) trait TokenKind: Copy + PartialEq {
    /// Whether it is a word: a keyword or a name without quotes.
    fn is_word(self) -> bool;
    /// Whether it opens brackets of any form.
    fn opens(self) -> bool;
    /// Whether it closes them.
    fn closes(self) -> bool;
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

impl<'a, K: TokenKind> Tokens<'a, K> {
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

    /// Whether the next token is a keyword, in any case.
    pub(crate) fn at_keyword(&self, keyword: &str) -> bool {
        self.kind().is_some_and(K::is_word) && self.word().eq_ignore_ascii_case(keyword)
    }

    /// Whether the next token is one of these keywords, in any case.
    pub(crate) fn at_any_keyword(&self, keywords: &[&str]) -> bool {
        keywords.iter().any(|keyword| self.at_keyword(keyword))
    }

    /// The text of a span with its holes.
    pub(crate) fn text_in(&self, span: Span) -> HoleyText {
        self.text.slice(span)
    }

    /// Without any token.
    #[must_use]
    pub(crate) fn at_end(&self) -> Self {
        self.take_from(self.rest.len())
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

    /// The text from here to the last token that `rest` lacks, if it holds a hole.
    pub(crate) fn opaque_until(&self, rest: &Self) -> Option<Opaque> {
        let span = Span::new(self.start(), rest.end);
        self.text.has_hole_in(span).then(|| Opaque { text: self.text.slice(span), span })
    }

    /// Runs a parser for a part that must end where `ends` says. Where it fails or leaves something over, and the part
    /// holds a hole, the part is opaque: once filled it may parse.
    pub(crate) fn or_opaque<T>(
        self,
        parser: impl FnOnce(Self) -> Outcome<'a, K, T>,
        ends: impl Fn(&Self) -> bool,
    ) -> Outcome<'a, K, Item<T>> {
        let outcome = match parser(self) {
            Ok((rest, known)) if rest.is_at_end() || ends(&rest) => return Ok((rest, Item::Known(known))),
            Ok((rest, known)) => Ok((rest, Item::Known(known))),
            // No text in a hole takes away depth.
            Err(error) if failure(&error).is_too_deep() => return Err(error),
            Err(error) => Err(error),
        };
        let rest = self.skip(ends);
        match self.opaque_until(&rest) {
            Some(opaque) => Ok((rest, Item::Opaque(opaque))),
            None => outcome,
        }
    }

    /// What is left after everything before an end that stands in no brackets of its own.
    fn skip(mut self, ends: impl Fn(&Self) -> bool) -> Self {
        let mut open = 0usize;
        while let Some(kind) = self.kind() {
            if open == 0 && (kind.closes() || ends(&self)) {
                break;
            }
            if kind.opens() {
                open += 1;
            } else if kind.closes() {
                open -= 1;
            }
            self = self.advanced();
        }
        self
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

impl<'a, K: TokenKind> ParseError<Tokens<'a, K>> for Failure {
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

impl<'a, K: TokenKind> Input for Tokens<'a, K> {
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
