//! Update expressions.

use nom::Parser;
use nom::combinator::cut;
use nom::multi::separated_list1;

use super::lexer::Kind;
use super::operand::{Input, Parse, bare_operand, comma, grouped, operand, path};
use super::tree::{Assignment, Change, Operand, Section, SetValue, Sign, Sum, Update};
use crate::dynamodb::syntax::Item;

const SECTIONS: [&str; 4] = ["SET", "REMOVE", "ADD", "DELETE"];

/// A whole update expression.
pub(super) fn update(input: Input<'_>) -> Parse<'_, Update> {
    let (mut rest, first) = section(input)?;
    let mut sections = vec![first];
    while !rest.is_at_end() {
        let (after, next) = section(rest)?;
        sections.push(next);
        rest = after;
    }
    Ok((rest, Update { sections }))
}

fn at_section(input: &Input<'_>) -> bool {
    input.at_any_keyword(&SECTIONS)
}

fn section(input: Input<'_>) -> Parse<'_, Section> {
    let (rest, item) = input.or_opaque(known_section, at_section)?;
    Ok((
        rest,
        match item {
            Item::Known(section) => section,
            Item::Opaque(opaque) => Section::Opaque(opaque),
        },
    ))
}

fn known_section(input: Input<'_>) -> Parse<'_, Section> {
    let items = input.advanced();
    if input.at_keyword("SET") {
        list(items, assignment).map(|(rest, items)| (rest, Section::Set(items)))
    } else if input.at_keyword("REMOVE") {
        list(items, path).map(|(rest, items)| (rest, Section::Remove(items)))
    } else if input.at_keyword("ADD") {
        list(items, change).map(|(rest, items)| (rest, Section::Add(items)))
    } else if input.at_keyword("DELETE") {
        list(items, change).map(|(rest, items)| (rest, Section::Delete(items)))
    } else {
        Err(input.failure("`SET`, `REMOVE`, `ADD` or `DELETE`"))
    }
}

/// Items with commas between them, up to the next section.
fn list<'a, T>(input: Input<'a>, item: impl Fn(Input<'a>) -> Parse<'a, T> + Copy) -> Parse<'a, Vec<Item<T>>> {
    let ends = |input: &Input<'a>| input.kind() == Some(Kind::Comma) || at_section(input);
    separated_list1(comma, cut(move |input: Input<'a>| input.or_opaque(item, ends))).parse(input)
}

fn assignment(input: Input<'_>) -> Parse<'_, Assignment> {
    let (rest, target) = path(input)?;
    let (rest, _) = rest.expect(Kind::Equal, "`=` and a value")?;
    let (rest, value) = set_value(rest)?;
    Ok((rest, Assignment { target, value }))
}

fn set_value(input: Input<'_>) -> Parse<'_, SetValue> {
    let (rest, left) = if input.kind() == Some(Kind::OpenParen) {
        let (rest, inner) = input.nested(|input| set_value(input.advanced()))?;
        let (rest, _) = rest.expect(Kind::CloseParen, "`)`")?;
        match inner {
            SetValue::Operand(operand) => grouped(rest, operand, input)?,
            sum => return Ok((rest, SetValue::Group(Box::new(sum)))),
        }
    } else {
        bare_operand(input)?
    };
    let sign = match rest.kind() {
        Some(Kind::Plus) => Sign::Plus,
        Some(Kind::Minus) => Sign::Minus,
        _ => return Ok((rest, SetValue::Operand(left))),
    };
    let (rest, right) = operand(rest.advanced())?;
    Ok((rest, SetValue::Sum(Box::new(Sum { left, sign, right }))))
}

fn change(input: Input<'_>) -> Parse<'_, Change> {
    let (rest, target) = path(input)?;
    if !matches!(rest.kind(), Some(Kind::Value | Kind::Hole)) {
        return Err(rest.failure("a value like `:v`"));
    }
    let (rest, value) = bare_operand(rest)?;
    match value {
        Operand::Value(_) | Operand::Opaque(_) => Ok((rest, Change { target, value })),
        _ => Err(rest.failure("a value like `:v`")),
    }
}
