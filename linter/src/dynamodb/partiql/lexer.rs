//! Tokens of statements.

use keybound_vtl::template::PLACEHOLDER_CHAR;
use keybound_vtl::{Offset, Span};
use nom::branch::alt;
use nom::bytes::complete::{tag, take_till, take_until, take_while1};
use nom::character::complete::{char as character, digit1, one_of};
use nom::combinator::{map, opt, recognize, rest as everything, value, verify};
use nom::multi::many0_count;
use nom::sequence::delimited;
use nom::{IResult, Parser};

use crate::dynamodb::holey_text::HoleyText;
use crate::dynamodb::syntax::SyntaxError;
use crate::dynamodb::syntax::lexing::{hole, run, tokenize};
use crate::dynamodb::syntax::tokens::{Token, TokenKind};

/// A kind of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A keyword or a name without quotes, perhaps with holes in it.
    Word,
    /// Holes alone.
    Hole,
    /// `"name"`.
    Quoted,
    /// `'text'`.
    String,
    /// A number without a sign, perhaps with holes after its first digit.
    Number,
    /// `?`, the nth of the statement from zero.
    Parameter(u32),
    UnclosedQuoted,
    UnclosedString,
    UnclosedComment,
    OpenParen,
    CloseParen,
    OpenBracket,
    CloseBracket,
    OpenBrace,
    CloseBrace,
    OpenBag,
    CloseBag,
    Comma,
    Dot,
    Colon,
    Semicolon,
    Star,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Plus,
    Minus,
}

impl TokenKind for Kind {
    fn is_word(self) -> bool {
        self == Self::Word
    }

    fn opens(self) -> bool {
        matches!(self, Self::OpenParen | Self::OpenBracket | Self::OpenBrace | Self::OpenBag)
    }

    fn closes(self) -> bool {
        matches!(self, Self::CloseParen | Self::CloseBracket | Self::CloseBrace | Self::CloseBag)
    }
}

/// The tokens of a statement, and what of it is none.
pub(super) fn tokens(text: &HoleyText) -> (Vec<Token<Kind>>, Vec<SyntaxError>) {
    let (mut tokens, strays) = tokenize(text, without_blanks, |rest| token(text, rest));
    let parameters = tokens.iter_mut().filter(|token| matches!(token.kind, Kind::Parameter(_)));
    for (ordinal, token) in (0..).zip(parameters) {
        token.kind = Kind::Parameter(ordinal);
    }
    let strays = strays.into_iter().map(|span| {
        let found = span.slice(text.text());
        SyntaxError { span, message: format!("`{found}` has no place in a statement outside quotes") }
    });
    let unclosed = tokens.iter().filter_map(|token| {
        let message = match token.kind {
            Kind::UnclosedString => "the text that begins here has no closing `'`",
            Kind::UnclosedQuoted => "the name that begins here has no closing `\"`",
            Kind::UnclosedComment => "the comment that begins here has no closing `*/`",
            _ => return None,
        };
        // A hole inside it may close it, one before it may turn its opening quote into a closing one.
        let is_known = !text.has_hole_in(Span::new(Offset::default(), token.span.end()));
        is_known.then(|| SyntaxError { span: token.span, message: message.to_owned() })
    });
    let mut errors: Vec<_> = strays.chain(unclosed).collect();
    errors.sort_by_key(|error| error.span);
    (tokens, errors)
}

/// Without the blanks and comments at the start.
fn without_blanks(rest: &str) -> &str {
    let blank = alt((
        take_while1(|c: char| matches!(c, ' ' | '\t' | '\r' | '\n')),
        recognize((tag("--"), take_till(|c| c == '\n'))),
        recognize((tag("/*"), take_until("*/"), tag("*/"))),
    ));
    let skipped: IResult<&str, usize> = many0_count(blank).parse(rest);
    skipped.map_or(rest, |(after, _)| after)
}

fn token<'a>(text: &HoleyText, rest: &'a str) -> IResult<&'a str, Kind> {
    alt((
        quoted('\'', Kind::String, Kind::UnclosedString),
        quoted('"', Kind::Quoted, Kind::UnclosedQuoted),
        value(Kind::UnclosedComment, (tag("/*"), everything)),
        |rest| number(text, rest),
        |rest| word(text, rest),
        operator,
        punctuation,
    ))
    .parse(rest)
}

/// What stands between two quotes; a doubled quote is one of the text.
fn quoted<'a>(
    quote: char,
    closed: Kind,
    unclosed: Kind,
) -> impl Parser<&'a str, Output = Kind, Error = nom::error::Error<&'a str>> {
    let part =
        alt((recognize(take_while1(move |c| c != quote)), recognize((character(quote), character(quote)))));
    alt((
        value(closed, delimited(character(quote), many0_count(part), character(quote))),
        value(unclosed, (character(quote), everything)),
    ))
}

fn number<'a>(text: &HoleyText, rest: &'a str) -> IResult<&'a str, Kind> {
    let digits = |rest| run(text, |c| c.is_ascii_digit())(rest);
    let fraction = opt((character('.'), digit1, digits));
    let exponent = opt((one_of("eE"), opt(one_of("+-")), digit1, digits));
    value(Kind::Number, (digit1, digits, fraction, exponent)).parse(rest)
}

fn word<'a>(text: &HoleyText, rest: &'a str) -> IResult<&'a str, Kind> {
    let starts_with_hole = hole(text)(rest).is_ok();
    let is_word_char = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$');
    let word = verify(run(text, is_word_char), |word: &str| !word.is_empty());
    map(word, |word| match word.chars().all(|c| c == PLACEHOLDER_CHAR) && starts_with_hole {
        true => Kind::Hole,
        false => Kind::Word,
    })
    .parse(rest)
}

fn operator(rest: &str) -> IResult<&str, Kind> {
    alt((
        value(Kind::OpenBag, tag("<<")),
        value(Kind::CloseBag, tag(">>")),
        value(Kind::NotEqual, alt((tag("<>"), tag("!=")))),
        value(Kind::LessEqual, tag("<=")),
        value(Kind::GreaterEqual, tag(">=")),
        value(Kind::Less, tag("<")),
        value(Kind::Greater, tag(">")),
        value(Kind::Equal, tag("=")),
        value(Kind::Plus, tag("+")),
        value(Kind::Minus, tag("-")),
    ))
    .parse(rest)
}

fn punctuation(rest: &str) -> IResult<&str, Kind> {
    alt((
        value(Kind::Parameter(0), tag("?")),
        value(Kind::OpenParen, tag("(")),
        value(Kind::CloseParen, tag(")")),
        value(Kind::OpenBracket, tag("[")),
        value(Kind::CloseBracket, tag("]")),
        value(Kind::OpenBrace, tag("{")),
        value(Kind::CloseBrace, tag("}")),
        value(Kind::Comma, tag(",")),
        value(Kind::Dot, tag(".")),
        value(Kind::Colon, tag(":")),
        value(Kind::Semicolon, tag(";")),
        value(Kind::Star, tag("*")),
    ))
    .parse(rest)
}
