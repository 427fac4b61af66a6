//! Paths, functions and operands, as every kind of expression has them.

use keybound_vtl::Span;
use nom::Parser;
use nom::combinator::cut;
use nom::multi::separated_list1;

use super::lexer::Kind;
use super::tree::{Call, Name, Operand, Path, PathElement};
use crate::dynamodb::syntax::Opaque;
use crate::dynamodb::syntax::tokens::{Outcome, Token, Tokens};

pub(super) type Input<'a> = Tokens<'a, Kind>;
pub(super) type Parse<'a, T> = Outcome<'a, Kind, T>;

pub(super) fn comma(input: Input<'_>) -> Parse<'_, Token<Kind>> {
    input.expect(Kind::Comma, "`,`")
}

fn name<'a>(input: Input<'a>, token: &Token<Kind>) -> Name {
    Name { text: input.text_of(token), span: token.span }
}

/// A path: names with `.`, elements with `[n]`.
pub(super) fn path(input: Input<'_>) -> Parse<'_, Path> {
    if input.at_any_keyword(&KEYWORDS) {
        return Err(input.failure("an attribute name or a placeholder like `#n`"));
    }
    let (rest, head) = attribute(input)?;
    path_after(rest, vec![head], input)
}

/// The rest of a path whose first elements were taken since `start`.
pub(super) fn path_after<'a>(
    mut input: Input<'a>,
    mut elements: Vec<PathElement>,
    start: Input<'a>,
) -> Parse<'a, Path> {
    loop {
        let element = match input.kind() {
            Some(Kind::Dot) => attribute(input.advanced())?,
            Some(Kind::OpenBracket) => index(input.advanced())?,
            _ => break,
        };
        input = element.0;
        elements.push(element.1);
    }
    Ok((input, Path { elements, span: Span::new(start.start(), input.end()) }))
}

fn attribute(input: Input<'_>) -> Parse<'_, PathElement> {
    match input.peek() {
        Some(token) if token.kind == Kind::Alias => {
            Ok((input.advanced(), PathElement::Alias(name(input, token))))
        }
        Some(token) if matches!(token.kind, Kind::Word | Kind::Hole) && !starts_with_digit(input) => {
            Ok((input.advanced(), PathElement::Attribute(name(input, token))))
        }
        _ => Err(input.failure("an attribute name or a placeholder like `#n`")),
    }
}

/// Words that only an expression's grammar has; all are reserved, so no attribute goes by them.
const KEYWORDS: [&str; 9] = ["AND", "OR", "NOT", "BETWEEN", "IN", "SET", "REMOVE", "ADD", "DELETE"];

/// Whether the next token begins with a digit: no attribute name outside a placeholder does.
fn starts_with_digit(input: Input<'_>) -> bool {
    input.word().starts_with(|c: char| c.is_ascii_digit())
}

fn index(input: Input<'_>) -> Parse<'_, PathElement> {
    match input.peek() {
        Some(token) if matches!(token.kind, Kind::Number | Kind::Hole) => {
            let (rest, _) = input.advanced().expect(Kind::CloseBracket, "`]`")?;
            Ok((rest, PathElement::Index(name(input, token))))
        }
        _ => Err(input.failure("the number of a list's element")),
    }
}

/// An operand without parentheses around it.
pub(super) fn bare_operand(input: Input<'_>) -> Parse<'_, Operand> {
    let Some(token) = input.peek() else { return Err(input.failure("an operand")) };
    let opens = input.second_kind() == Some(Kind::OpenParen);
    let goes_on = matches!(input.second_kind(), Some(Kind::Dot | Kind::OpenBracket));
    match token.kind {
        Kind::Word if input.at_any_keyword(&KEYWORDS) => {
            Err(input.failure("an attribute, a value like `:v`, or a function"))
        }
        Kind::Value => Ok((input.advanced(), Operand::Value(name(input, token)))),
        Kind::Word | Kind::Hole if opens => {
            call(input).map(|(rest, call)| (rest, Operand::Call(Box::new(call))))
        }
        Kind::Hole if !goes_on => {
            Ok((input.advanced(), Operand::Opaque(Opaque { text: input.text_of(token), span: token.span })))
        }
        Kind::Word | Kind::Hole | Kind::Alias => path(input).map(|(rest, path)| (rest, Operand::Path(path))),
        _ => Err(input.failure("an attribute, a value like `:v`, or a function")),
    }
}

fn call(input: Input<'_>) -> Parse<'_, Call> {
    let (rest, function) = match input.peek() {
        Some(token) if !starts_with_digit(input) => (input.advanced(), name(input, token)),
        _ => return Err(input.failure("a function")),
    };
    let (rest, arguments) = rest.nested(parenthesised_operands)?;
    Ok((rest, Call { name: function, arguments, span: Span::new(input.start(), rest.end()) }))
}

/// `( operand, … )`.
pub(super) fn parenthesised_operands(input: Input<'_>) -> Parse<'_, Vec<Operand>> {
    let (rest, _) = input.expect(Kind::OpenParen, "`(`")?;
    let (rest, operands) = separated_list1(comma, cut(operand)).parse(rest)?;
    let (rest, _) = rest.expect(Kind::CloseParen, "`)` or `,`")?;
    Ok((rest, operands))
}

/// An operand, perhaps in parentheses.
pub(super) fn operand(input: Input<'_>) -> Parse<'_, Operand> {
    if input.kind() != Some(Kind::OpenParen) {
        return bare_operand(input);
    }
    let (rest, inner) = input.nested(|input| operand(input.advanced()))?;
    let (rest, _) = rest.expect(Kind::CloseParen, "`)`")?;
    grouped(rest, inner, input)
}

/// An operand in parentheses that began at `start`; a path in parentheses may go on after them.
pub(super) fn grouped<'a>(rest: Input<'a>, inner: Operand, start: Input<'a>) -> Parse<'a, Operand> {
    let goes_on = matches!(rest.kind(), Some(Kind::Dot | Kind::OpenBracket));
    match inner {
        Operand::Path(inner) if goes_on => {
            path_after(rest, inner.elements, start).map(|(rest, path)| (rest, Operand::Path(path)))
        }
        inner => Ok((rest, Operand::Group(Box::new(inner), Span::new(start.start(), rest.end())))),
    }
}
