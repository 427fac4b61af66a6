//! What both lexers need: to know a hole from its character, and to cut a text into tokens.

use keybound_vtl::template::PLACEHOLDER_CHAR;
use keybound_vtl::{Offset, Span};
use nom::branch::alt;
use nom::bytes::complete::take_while1;
use nom::character::complete::char as character;
use nom::combinator::{recognize, verify};
use nom::multi::many0_count;
use nom::{IResult, Parser};

use crate::dynamodb::holey_text::HoleyText;
use crate::dynamodb::syntax::tokens::Token;

/// Where the rest of a text begins in it.
pub(crate) fn offset(text: &HoleyText, rest: &str) -> Offset {
    Offset::new(text.text().len() - rest.len())
}

/// One hole.
pub(crate) fn hole<'a>(text: &HoleyText) -> impl Fn(&'a str) -> IResult<&'a str, &'a str> {
    move |rest| {
        let at_hole = text.hole_at(offset(text, rest)).is_some();
        recognize(verify(character(PLACEHOLDER_CHAR), |_| at_hole)).parse(rest)
    }
}

/// A run, perhaps empty, of holes and characters of a set that lacks the placeholder character.
pub(crate) fn run<'a>(
    text: &HoleyText,
    is_member: impl Fn(char) -> bool + Copy,
) -> impl Fn(&'a str) -> IResult<&'a str, &'a str> {
    move |rest| recognize(many0_count(alt((take_while1(is_member), hole(text))))).parse(rest)
}

/// A text's tokens, and the characters where none begins. `without_blanks` drops what may stand before a token, `token`
/// takes one.
pub(crate) fn tokenize<'a, K>(
    text: &'a HoleyText,
    without_blanks: impl Fn(&'a str) -> &'a str,
    token: impl Fn(&'a str) -> IResult<&'a str, K>,
) -> (Vec<Token<K>>, Vec<Span>) {
    let mut tokens = Vec::new();
    let mut strays = Vec::new();
    let mut rest = text.text();
    loop {
        rest = without_blanks(rest);
        let Some(next) = rest.chars().next() else { return (tokens, strays) };
        let start = offset(text, rest);
        match token(rest) {
            Ok((after, kind)) if after.len() < rest.len() => {
                rest = after;
                tokens.push(Token { kind, span: Span::new(start, offset(text, rest)) });
            }
            _ => {
                rest = rest.get(next.len_utf8()..).unwrap_or_default();
                strays.push(Span::new(start, offset(text, rest)));
            }
        }
    }
}
