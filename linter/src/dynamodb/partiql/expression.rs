//! Expressions of statements: values, paths and conditions, which share one grammar.

use keybound_vtl::Span;
use nom::Parser;
use nom::combinator::cut;
use nom::multi::separated_list1;

use super::lexer::Kind;
use super::statement::select;
use super::tree::{
    Between, Call, Collection, Comparator, Comparison, Expr, ExprKind, Field, Membership, Name, Path, Select,
    Sign, Step, Sum, TypeTest,
};
use crate::dynamodb::holey_text::HoleyText;
use crate::dynamodb::syntax::tokens::{Outcome, Token, TokenKind, Tokens};
use crate::dynamodb::syntax::{Item, Opaque};

pub(super) type Input<'a> = Tokens<'a, Kind>;
pub(super) type Parse<'a, T> = Outcome<'a, Kind, T>;

/// Words of the grammar that are no names without quotes.
const KEYWORDS: [&str; 18] = [
    "AND",
    "BETWEEN",
    "BY",
    "DELETE",
    "FROM",
    "IN",
    "INSERT",
    "INTO",
    "IS",
    "NOT",
    "OR",
    "ORDER",
    "REMOVE",
    "RETURNING",
    "SELECT",
    "SET",
    "UPDATE",
    "WHERE",
];

/// Words that end a condition or value outside brackets.
const ENDS: [&str; 9] = ["AND", "OR", "FROM", "WHERE", "ORDER", "RETURNING", "SET", "REMOVE", "VALUE"];

pub(super) fn comma(input: Input<'_>) -> Parse<'_, Token<Kind>> {
    input.expect(Kind::Comma, "`,`")
}

pub(super) fn opaque(input: Input<'_>, token: &Token<Kind>) -> Opaque {
    Opaque { text: input.text_of(token), span: token.span }
}

fn from(start: Input<'_>, rest: Input<'_>) -> Span {
    Span::new(start.start(), rest.end())
}

fn done<'a>(start: Input<'a>, rest: Input<'a>, kind: ExprKind) -> Parse<'a, Expr> {
    Ok((rest, Expr { kind, span: from(start, rest) }))
}

/// An expression.
pub(super) fn expression(input: Input<'_>) -> Parse<'_, Expr> {
    joined(input, "OR", conjunction, ExprKind::Or)
}

fn conjunction(input: Input<'_>) -> Parse<'_, Expr> {
    joined(input, "AND", negation, ExprKind::And)
}

fn joined<'a>(
    input: Input<'a>,
    keyword: &str,
    part: impl Fn(Input<'a>) -> Parse<'a, Expr>,
    join: impl FnOnce(Vec<Expr>) -> ExprKind,
) -> Parse<'a, Expr> {
    let (mut rest, first) = part(input)?;
    if !rest.at_keyword(keyword) {
        return Ok((rest, first));
    }
    let mut parts = vec![first];
    while rest.at_keyword(keyword) {
        let (after, next) = part(rest.advanced())?;
        parts.push(next);
        rest = after;
    }
    done(input, rest, join(parts))
}

fn negation(input: Input<'_>) -> Parse<'_, Expr> {
    if !input.at_keyword("NOT") {
        return clause(input);
    }
    let (rest, inner) = input.nested(|input| negation(input.advanced()))?;
    done(input, rest, ExprKind::Not(Box::new(inner)))
}

fn clause(input: Input<'_>) -> Parse<'_, Expr> {
    let ends = |input: &Input<'_>| {
        matches!(input.kind(), Some(Kind::Comma | Kind::Colon | Kind::Semicolon))
            || input.kind().is_some_and(TokenKind::closes)
            || input.at_any_keyword(&ENDS)
    };
    let (rest, item) = input.or_opaque(comparison, ends)?;
    Ok((
        rest,
        match item {
            Item::Known(expr) => expr,
            Item::Opaque(opaque) => Expr { span: opaque.span, kind: ExprKind::Opaque(opaque) },
        },
    ))
}

fn comparison(input: Input<'_>) -> Parse<'_, Expr> {
    let (rest, left) = sum(input)?;
    if let Some((rest, comparator)) = comparator(rest) {
        let (rest, right) = sum(rest)?;
        return done(input, rest, ExprKind::Comparison(Box::new(Comparison { left, comparator, right })));
    }
    if rest.at_keyword("IS") {
        return type_test(input, rest.advanced(), left);
    }
    let negated = rest.at_keyword("NOT");
    let test = if negated { rest.advanced() } else { rest };
    if test.at_keyword("BETWEEN") {
        return between(input, test.advanced(), left, negated);
    }
    if test.at_keyword("IN") {
        let (rest, collection) = collection(test.advanced())?;
        return done(input, rest, ExprKind::In(Box::new(Membership { operand: left, negated, collection })));
    }
    if negated { Err(test.failure("`BETWEEN` or `IN`")) } else { Ok((rest, left)) }
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
        Kind::Hole => Comparator::Opaque(opaque(input, token)),
        _ => return None,
    };
    Some((input.advanced(), comparator))
}

fn type_test<'a>(start: Input<'a>, input: Input<'a>, operand: Expr) -> Parse<'a, Expr> {
    let negated = input.at_keyword("NOT");
    let input = if negated { input.advanced() } else { input };
    let (rest, of) = name(input)?;
    done(start, rest, ExprKind::Is(Box::new(TypeTest { operand, negated, of })))
}

fn between<'a>(start: Input<'a>, input: Input<'a>, operand: Expr, negated: bool) -> Parse<'a, Expr> {
    let (rest, low) = sum(input)?;
    if !rest.at_keyword("AND") {
        return Err(rest.failure("`AND` and the upper bound"));
    }
    let (rest, high) = sum(rest.advanced())?;
    done(start, rest, ExprKind::Between(Box::new(Between { operand, negated, low, high })))
}

fn collection(input: Input<'_>) -> Parse<'_, Collection> {
    if input.kind() != Some(Kind::OpenParen) {
        return sum(input).map(|(rest, expr)| (rest, Collection::Expr(expr)));
    }
    let (rest, values) =
        input.nested(|input| separated_list1(comma, cut(expression)).parse(input.advanced()))?;
    let (rest, _) = rest.expect(Kind::CloseParen, "`)` or `,`")?;
    Ok((rest, Collection::Values(values)))
}

fn sum(input: Input<'_>) -> Parse<'_, Expr> {
    let sign = |input: Input<'_>| match input.kind() {
        Some(Kind::Plus) => Some(Sign::Plus),
        Some(Kind::Minus) => Some(Sign::Minus),
        _ => None,
    };
    let (mut after, first) = term(input)?;
    let mut rest = Vec::new();
    while let Some(sign) = sign(after) {
        let (left, next) = term(after.advanced())?;
        rest.push((sign, next));
        after = left;
    }
    if rest.is_empty() {
        return Ok((after, first));
    }
    done(input, after, ExprKind::Sum(Box::new(Sum { first, rest })))
}

fn term(input: Input<'_>) -> Parse<'_, Expr> {
    let Some(token) = input.peek() else { return Err(input.failure("a value")) };
    let after = input.advanced();
    match token.kind {
        Kind::String => done(input, after, ExprKind::String(unquoted(input, token, '\''))),
        Kind::Number => done(input, after, ExprKind::Number(input.text_of(token))),
        Kind::Parameter(ordinal) => done(input, after, ExprKind::Parameter(ordinal)),
        Kind::Minus => {
            let (rest, inner) = input.nested(|input| term(input.advanced()))?;
            done(input, rest, ExprKind::Negative(Box::new(inner)))
        }
        Kind::OpenParen => {
            let (rest, inner) = input.nested(|input| expression(input.advanced()))?;
            let (rest, _) = rest.expect(Kind::CloseParen, "`)`, `AND` or `OR`")?;
            done(input, rest, ExprKind::Group(Box::new(inner)))
        }
        Kind::OpenBracket => {
            let (rest, values) = list(input, expression, Kind::CloseBracket, "`]` or `,`")?;
            done(input, rest, ExprKind::List(values))
        }
        Kind::OpenBag => {
            let (rest, values) = list(input, expression, Kind::CloseBag, "`>>` or `,`")?;
            done(input, rest, ExprKind::Bag(values))
        }
        Kind::OpenBrace => {
            let (rest, fields) = list(input, field, Kind::CloseBrace, "`}` or `,`")?;
            done(input, rest, ExprKind::Tuple(fields))
        }
        Kind::Word => constant(input, after).unwrap_or_else(|| named(input)),
        Kind::Hole | Kind::Quoted => named(input),
        _ => Err(input.failure("a value, a name or a function")),
    }
}

/// A word that is a value.
fn constant<'a>(input: Input<'a>, after: Input<'a>) -> Option<Parse<'a, Expr>> {
    let kind = if input.at_keyword("TRUE") {
        ExprKind::Boolean(true)
    } else if input.at_keyword("FALSE") {
        ExprKind::Boolean(false)
    } else if input.at_keyword("NULL") {
        ExprKind::Null
    } else if input.at_keyword("MISSING") {
        ExprKind::Missing
    } else {
        return None;
    };
    Some(done(input, after, kind))
}

/// A path, a function, `EXISTS`, or a hole.
fn named(input: Input<'_>) -> Parse<'_, Expr> {
    let second = input.second_kind();
    match input.peek() {
        Some(token) if token.kind != Kind::Quoted && second == Some(Kind::OpenParen) => {
            if input.at_keyword("EXISTS") {
                let (rest, select) = input.nested(|input| exists(input.advanced()))?;
                return done(input, rest, ExprKind::Exists(select));
            }
            let (rest, name) = name(input)?;
            let (rest, arguments) = list(rest, expression, Kind::CloseParen, "`)` or `,`")?;
            done(input, rest, ExprKind::Call(Box::new(Call { name, arguments })))
        }
        Some(token) if token.kind == Kind::Hole && !matches!(second, Some(Kind::Dot | Kind::OpenBracket)) => {
            done(input, input.advanced(), ExprKind::Opaque(opaque(input, token)))
        }
        _ => {
            let (rest, path) = path(input)?;
            done(input, rest, ExprKind::Path(Box::new(path)))
        }
    }
}

/// `(SELECT …)` after `EXISTS`.
pub(super) fn exists(input: Input<'_>) -> Parse<'_, Box<Select>> {
    let (rest, _) = input.expect(Kind::OpenParen, "`(`")?;
    let (rest, select) = select(rest)?;
    let (rest, _) = rest.expect(Kind::CloseParen, "`)`")?;
    Ok((rest, select))
}

/// What stands in brackets, the opening one next; perhaps nothing.
fn list<'a, T>(
    input: Input<'a>,
    item: impl Fn(Input<'a>) -> Parse<'a, T>,
    close: Kind,
    wanted: &'static str,
) -> Parse<'a, Vec<T>> {
    let (rest, items) = input.nested(|input| {
        let inside = input.advanced();
        if inside.kind() == Some(close) {
            return Ok((inside, Vec::new()));
        }
        separated_list1(comma, cut(item)).parse(inside)
    })?;
    let (rest, _) = rest.expect(close, wanted)?;
    Ok((rest, items))
}

fn field(input: Input<'_>) -> Parse<'_, Field> {
    let (rest, name) = expression(input)?;
    let (rest, _) = rest.expect(Kind::Colon, "`:` and a value")?;
    let (rest, value) = expression(rest)?;
    Ok((rest, Field { name, value }))
}

/// A name, in quotes or without.
pub(super) fn name(input: Input<'_>) -> Parse<'_, Name> {
    match input.peek() {
        Some(token) if token.kind == Kind::Quoted => {
            let name = Name { text: unquoted(input, token, '"'), quoted: true, span: token.span };
            Ok((input.advanced(), name))
        }
        Some(token) if matches!(token.kind, Kind::Word | Kind::Hole) && !input.at_any_keyword(&KEYWORDS) => {
            let name = Name { text: input.text_of(token), quoted: false, span: token.span };
            Ok((input.advanced(), name))
        }
        _ => Err(input.failure("a name, in `\"` where it is a keyword")),
    }
}

/// A document path.
pub(super) fn path(input: Input<'_>) -> Parse<'_, Path> {
    let (mut rest, head) = name(input)?;
    let mut steps = Vec::new();
    loop {
        let (after, step) = match rest.kind() {
            Some(Kind::Dot) => {
                let (after, name) = name(rest.advanced())?;
                (after, Step::Attribute(name))
            }
            Some(Kind::OpenBracket) => {
                let (after, step) = subscript(rest.advanced())?;
                let (after, _) = after.expect(Kind::CloseBracket, "`]`")?;
                (after, step)
            }
            _ => break,
        };
        steps.push(step);
        rest = after;
    }
    Ok((rest, Path { head, steps, span: from(input, rest) }))
}

fn subscript(input: Input<'_>) -> Parse<'_, Step> {
    match input.peek() {
        Some(token) if matches!(token.kind, Kind::Number | Kind::Hole) => {
            Ok((input.advanced(), Step::Index(input.text_of(token))))
        }
        Some(token) if token.kind == Kind::String => {
            Ok((input.advanced(), Step::Key(unquoted(input, token, '\''))))
        }
        _ => Err(input.failure("the number of a list's element")),
    }
}

/// What a token in quotes stands for.
fn unquoted(input: Input<'_>, token: &Token<Kind>, quote: char) -> HoleyText {
    let (start, end) = (token.span.start().to_usize(), token.span.end().to_usize());
    let inside = input.text_in(Span::of(start + quote.len_utf8(), end - quote.len_utf8()));
    inside.map_text(|known| known.replace(&String::from_iter([quote, quote]), &String::from(quote)))
}
