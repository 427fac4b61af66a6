//! Tokens of expressions.

use keybound_vtl::template::PLACEHOLDER_CHAR;
use nom::branch::alt;
use nom::bytes::complete::tag;
use nom::character::complete::one_of;
use nom::combinator::{map_opt, opt, recognize, value};
use nom::{IResult, Parser};

use crate::dynamodb::holey_text::HoleyText;
use crate::dynamodb::syntax::SyntaxError;
use crate::dynamodb::syntax::lexing::{hole, run, tokenize};
use crate::dynamodb::syntax::tokens::{Token, TokenKind};

/// A kind of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A keyword or a name, perhaps with holes in it.
    Word,
    /// Digits, perhaps with holes among them.
    Number,
    /// Holes alone.
    Hole,
    /// `#name`.
    Alias,
    /// `:value`.
    Value,
    OpenParen,
    CloseParen,
    OpenBracket,
    CloseBracket,
    Comma,
    Dot,
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
        self == Self::OpenParen
    }

    fn closes(self) -> bool {
        self == Self::CloseParen
    }
}

/// The tokens of an expression, and what of it is none.
pub(super) fn tokens(text: &HoleyText) -> (Vec<Token<Kind>>, Vec<SyntaxError>) {
    let (tokens, strays) = tokenize(text, |rest| rest.trim_start_matches(is_blank), |rest| token(text, rest));
    let errors = strays
        .into_iter()
        .map(|span| SyntaxError {
            span,
            message: match span.slice(text.text()) {
                "#" => "`#` without a name; a placeholder is `#` and letters, digits or `_`".to_owned(),
                ":" => "`:` without a name; a placeholder is `:` and letters, digits or `_`".to_owned(),
                found => format!(
                    "`{found}` has no place in an expression; values stand behind placeholders like `:v`, unusual names behind ones like `#n`"
                ),
            },
        })
        .collect();
    (tokens, errors)
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

fn is_word_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn token<'a>(text: &HoleyText, rest: &'a str) -> IResult<&'a str, Kind> {
    alt((|rest| word(text, rest), operator, punctuation)).parse(rest)
}

fn operator(rest: &str) -> IResult<&str, Kind> {
    alt((
        value(Kind::NotEqual, tag("<>")),
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
        value(Kind::OpenParen, tag("(")),
        value(Kind::CloseParen, tag(")")),
        value(Kind::OpenBracket, tag("[")),
        value(Kind::CloseBracket, tag("]")),
        value(Kind::Comma, tag(",")),
        value(Kind::Dot, tag(".")),
    ))
    .parse(rest)
}

/// A placeholder, name, keyword, number or hole: the longest run of their characters and of holes.
fn word<'a>(text: &HoleyText, rest: &'a str) -> IResult<&'a str, Kind> {
    let starts_with_hole = hole(text)(rest).is_ok();
    map_opt(recognize((opt(one_of("#:")), run(text, is_word_char))), |word| {
        let mut chars = word.chars();
        let holes = |c: char| c == PLACEHOLDER_CHAR;
        match chars.next()? {
            '#' => chars.next().map(|_| Kind::Alias),
            ':' => chars.next().map(|_| Kind::Value),
            // Where the run begins with the character it begins with a hole: the run takes no other.
            first if holes(first) && starts_with_hole && chars.clone().all(holes) => Some(Kind::Hole),
            _ if word.chars().all(|c| c.is_ascii_digit() || holes(c)) => Some(Kind::Number),
            _ => Some(Kind::Word),
        }
    })
    .parse(rest)
}
