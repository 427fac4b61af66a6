//! Conditions, filters and key conditions.

use keybound_vtl::Span;

use super::lexer::Kind;
use super::operand::{Input, Parse, bare_operand, grouped, operand, parenthesised_operands};
use super::tree::{Between, Comparator, Comparison, Condition, Membership, Operand};
use crate::dynamodb::syntax::{Item, Opaque};

/// What parentheses may hold: it shows only after them whether it was an operand or a condition.
enum Term {
    Operand(Operand),
    Condition(Condition),
}

impl Term {
    /// The term as a condition, if it can be one.
    fn into_condition(self) -> Option<Condition> {
        match self {
            Self::Condition(condition) => Some(condition),
            Self::Operand(operand) => condition_of(operand),
        }
    }
}

fn condition_of(operand: Operand) -> Option<Condition> {
    match operand {
        Operand::Call(call) => Some(Condition::Call(call)),
        Operand::Opaque(opaque) => Some(Condition::Opaque(opaque)),
        Operand::Group(inner, span) => {
            condition_of(*inner).map(|inner| Condition::Group(Box::new(inner), span))
        }
        Operand::Path(_) | Operand::Value(_) => None,
    }
}

/// A whole condition.
pub(super) fn condition(input: Input<'_>) -> Parse<'_, Condition> {
    let (rest, term) = disjunction(input)?;
    as_condition(rest, term)
}

fn as_condition(rest: Input<'_>, term: Term) -> Parse<'_, Condition> {
    match term.into_condition() {
        Some(condition) => Ok((rest, condition)),
        None => Err(rest.failure("a comparator, `BETWEEN` or `IN`")),
    }
}

fn disjunction(input: Input<'_>) -> Parse<'_, Term> {
    joined(input, "OR", conjunction, Condition::Or)
}

fn conjunction(input: Input<'_>) -> Parse<'_, Term> {
    joined(input, "AND", negation, Condition::And)
}

/// One part, or several with a keyword between them, which are then conditions.
fn joined<'a>(
    input: Input<'a>,
    keyword: &str,
    part: impl Fn(Input<'a>) -> Parse<'a, Term>,
    join: impl FnOnce(Vec<Condition>) -> Condition,
) -> Parse<'a, Term> {
    let (mut rest, first) = part(input)?;
    if !rest.at_keyword(keyword) {
        return Ok((rest, first));
    }
    let (_, first) = as_condition(rest, first)?;
    let mut parts = vec![first];
    while rest.at_keyword(keyword) {
        let (after, term) = part(rest.advanced())?;
        let (after, condition) = as_condition(after, term)?;
        parts.push(condition);
        rest = after;
    }
    Ok((rest, Term::Condition(join(parts))))
}

fn negation(input: Input<'_>) -> Parse<'_, Term> {
    if !input.at_keyword("NOT") {
        return clause(input);
    }
    let (rest, term) = input.nested(|input| negation(input.advanced()))?;
    let (rest, inner) = as_condition(rest, term)?;
    Ok((rest, Term::Condition(Condition::Not(Box::new(inner), from(input, rest)))))
}

/// The span of what was taken between two states of the input.
fn from(start: Input<'_>, rest: Input<'_>) -> Span {
    Span::new(start.start(), rest.end())
}

/// What stands between `AND`, `OR`, `NOT` and parentheses.
fn clause(input: Input<'_>) -> Parse<'_, Term> {
    let (rest, item) = input.or_opaque(known_clause, ends_clause)?;
    let term = match item {
        Item::Known(term) => term,
        Item::Opaque(opaque) => Term::Condition(Condition::Opaque(opaque)),
    };
    Ok((rest, term))
}

fn ends_clause(input: &Input<'_>) -> bool {
    input.kind() == Some(Kind::CloseParen) || input.at_keyword("AND") || input.at_keyword("OR")
}

fn known_clause(input: Input<'_>) -> Parse<'_, Term> {
    let (rest, left) = if input.kind() == Some(Kind::OpenParen) {
        let (rest, inner) = input.nested(|input| disjunction(input.advanced()))?;
        let (rest, _) = rest.expect(Kind::CloseParen, "`)`, `AND` or `OR`")?;
        match inner {
            Term::Condition(condition) => {
                let group = Condition::Group(Box::new(condition), from(input, rest));
                return Ok((rest, Term::Condition(group)));
            }
            Term::Operand(operand) => grouped(rest, operand, input)?,
        }
    } else {
        bare_operand(input)?
    };
    after_operand(rest, left)
}

/// What may follow a clause's first operand.
fn after_operand(input: Input<'_>, left: Operand) -> Parse<'_, Term> {
    if let Some((rest, comparator)) = comparator(input) {
        let (rest, right) = operand(rest)?;
        return Ok((
            rest,
            Term::Condition(Condition::Comparison(Box::new(Comparison { left, comparator, right }))),
        ));
    }
    if input.at_keyword("BETWEEN") {
        let (rest, low) = operand(input.advanced())?;
        if !rest.at_keyword("AND") {
            return Err(rest.failure("`AND` and the upper bound"));
        }
        let (rest, high) = operand(rest.advanced())?;
        return Ok((
            rest,
            Term::Condition(Condition::Between(Box::new(Between { operand: left, low, high }))),
        ));
    }
    if input.at_keyword("IN") {
        let (rest, list) = input.advanced().nested(parenthesised_operands)?;
        let span = left.span().to(from(input, rest));
        return Ok((
            rest,
            Term::Condition(Condition::In(Box::new(Membership { operand: left, list, span }))),
        ));
    }
    Ok((input, Term::Operand(left)))
}

fn comparator(input: Input<'_>) -> Option<(Input<'_>, Comparator)> {
    let token = input.peek()?;
    let comparator = match token.kind {
        Kind::Equal => Comparator::Equal,
        Kind::NotEqual => Comparator::NotEqual,
        Kind::Less => Comparator::Less,
        Kind::LessEqual => Comparator::LessEqual,
        Kind::Greater => Comparator::Greater,
        Kind::GreaterEqual => Comparator::GreaterEqual,
        Kind::Hole => Comparator::Opaque(Opaque { text: input.text_of(token), span: token.span }),
        _ => return None,
    };
    Some((input.advanced(), comparator))
}
