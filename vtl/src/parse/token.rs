//! The tokens of the language, as nom parsers.

use nom::IResult;
use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::{tag, take_while, take_while1};
use nom::character::complete::{char, digit0, digit1, line_ending, one_of, satisfy};
use nom::combinator::{not, opt, peek, recognize};
use nom::sequence::{delimited, pair, preceded, terminated};

/// A name after `$` or `.`; the hyphen is part of it.
pub(super) fn identifier(input: &str) -> IResult<&str, &str> {
    recognize(pair(
        satisfy(|c| c.is_ascii_alphabetic() || c == '_'),
        take_while(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-'),
    ))
    .parse(input)
}

fn word(input: &str) -> IResult<&str, &str> {
    recognize(pair(
        satisfy(|c| c.is_ascii_alphabetic() || c == '_' || c == '@'),
        take_while(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '@'),
    ))
    .parse(input)
}

/// A directive's name after `#`: `foreach` or `{foreach}`.
pub(super) fn directive_name(input: &str) -> IResult<&str, &str> {
    alt((delimited(char('{'), word, char('}')), word)).parse(input)
}

/// A bare word between parentheses: an operator in words, `in`, or an error.
pub(super) fn bare_word(input: &str) -> IResult<&str, &str> {
    recognize(pair(
        satisfy(|c| c.is_ascii_alphabetic() || c == '_'),
        take_while(|c: char| c.is_ascii_alphanumeric() || c == '_'),
    ))
    .parse(input)
}

/// `#set(` with the blanks before and between; only blanks, no tabs, may stand before the parenthesis.
pub(super) fn set_opening(input: &str) -> IResult<&str, &str> {
    recognize((blanks, alt((tag("#set"), tag("#{set}"))), take_while(|c| c == ' '), char('('))).parse(input)
}

fn blanks(input: &str) -> IResult<&str, &str> {
    take_while(|c| c == ' ' || c == '\t')(input)
}

/// The rest of a line that holds only blanks, with its end: eaten after directives.
pub(super) fn line_rest(input: &str) -> IResult<&str, &str> {
    recognize(pair(blanks, alt((line_ending, tag("\r"))))).parse(input)
}

/// An integer literal with its sign. The two dots of a range are not part of it, one dot would make it a float.
pub(super) fn integer(input: &str) -> IResult<&str, &str> {
    terminated(
        recognize(pair(opt(char('-')), digit1)),
        alt((recognize(peek(tag(".."))), recognize(not(alt((recognize(exponent), tag("."))))))),
    )
    .parse(input)
}

/// A floating point literal: `1.5`, `.5`, `1.`, `1e3`.
pub(super) fn float(input: &str) -> IResult<&str, &str> {
    recognize(preceded(
        opt(char('-')),
        alt((
            recognize((digit1, char('.'), digit0, opt(exponent))),
            recognize((char('.'), digit1, opt(exponent))),
            recognize((digit1, exponent)),
        )),
    ))
    .parse(input)
}

fn exponent(input: &str) -> IResult<&str, &str> {
    recognize((one_of("eE"), opt(one_of("+-")), digit1)).parse(input)
}

/// A run of backslashes.
pub(super) fn backslashes(input: &str) -> IResult<&str, &str> {
    take_while1(|c| c == '\\')(input)
}
