//! Statements.

use nom::Parser;
use nom::combinator::cut;
use nom::multi::separated_list1;

use super::expression::{Input, Parse, comma, exists, expression, name, opaque, path};
use super::lexer::Kind;
use super::tree::{
    Assignment, Change, Delete, Direction, Expr, Insert, OrderKey, Projection, Returning, Select, Source,
    Statement, StatementKind, Update,
};
use crate::dynamodb::syntax::Item;

/// A whole statement, and what is left of the text if that holds a hole.
pub(super) fn statement(input: Input<'_>) -> Parse<'_, Statement> {
    let (rest, kind) = kind(input)?;
    let end = rest.at_end();
    if rest.is_at_end() || (rest.kind() == Some(Kind::Semicolon) && rest.advanced().is_at_end()) {
        return Ok((end, Statement { kind, rest: None }));
    }
    match rest.opaque_until(&end) {
        Some(opaque) => Ok((end, Statement { kind, rest: Some(opaque) })),
        None => Err(rest.failure("the end of the statement")),
    }
}

fn kind(input: Input<'_>) -> Parse<'_, StatementKind> {
    if input.at_keyword("SELECT") {
        select(input).map(|(rest, select)| (rest, StatementKind::Select(select)))
    } else if input.at_keyword("INSERT") {
        insert(input).map(|(rest, insert)| (rest, StatementKind::Insert(insert)))
    } else if input.at_keyword("UPDATE") {
        update(input).map(|(rest, update)| (rest, StatementKind::Update(update)))
    } else if input.at_keyword("DELETE") {
        delete(input).map(|(rest, delete)| (rest, StatementKind::Delete(delete)))
    } else if input.at_keyword("EXISTS") {
        exists(input.advanced()).map(|(rest, select)| (rest, StatementKind::Exists(select)))
    } else {
        Err(input.failure("`SELECT`, `INSERT`, `UPDATE`, `DELETE` or `EXISTS`"))
    }
}

fn keyword<'a>(input: Input<'a>, keyword: &str, wanted: &'static str) -> Parse<'a, ()> {
    if input.at_keyword(keyword) { Ok((input.advanced(), ())) } else { Err(input.failure(wanted)) }
}

/// `SELECT … FROM …`, the keyword next.
pub(super) fn select(input: Input<'_>) -> Parse<'_, Box<Select>> {
    let (rest, ()) = keyword(input, "SELECT", "`SELECT`")?;
    let (rest, projection) = projection(rest)?;
    let (rest, ()) = keyword(rest, "FROM", "`FROM` and a table")?;
    let (rest, source) = source(rest)?;
    let (rest, filter) = filter(rest)?;
    let (rest, order) = order(rest)?;
    Ok((rest, Box::new(Select { projection, source, filter, order })))
}

fn projection(input: Input<'_>) -> Parse<'_, Projection> {
    if input.kind() == Some(Kind::Star) {
        return Ok((input.advanced(), Projection::All));
    }
    let (rest, items) = items(input, expression, &["FROM"])?;
    Ok((rest, Projection::Items(items)))
}

/// Items with commas between them, up to one of the keywords.
fn items<'a, T>(
    input: Input<'a>,
    item: impl Fn(Input<'a>) -> Parse<'a, T> + Copy,
    keywords: &[&str],
) -> Parse<'a, Vec<Item<T>>> {
    let ends = |input: &Input<'a>| {
        matches!(input.kind(), Some(Kind::Comma | Kind::Semicolon)) || input.at_any_keyword(keywords)
    };
    separated_list1(comma, cut(|input: Input<'a>| input.or_opaque(item, ends))).parse(input)
}

/// A table, perhaps with an index.
fn source(input: Input<'_>) -> Parse<'_, Source> {
    let (rest, table) = name(input)?;
    if rest.kind() != Some(Kind::Dot) {
        return Ok((rest, Source { table, index: None }));
    }
    let (rest, index) = name(rest.advanced())?;
    Ok((rest, Source { table, index: Some(index) }))
}

fn filter(input: Input<'_>) -> Parse<'_, Option<Expr>> {
    if !input.at_keyword("WHERE") {
        return Ok((input, None));
    }
    expression(input.advanced()).map(|(rest, filter)| (rest, Some(filter)))
}

fn order(input: Input<'_>) -> Parse<'_, Vec<OrderKey>> {
    if !input.at_keyword("ORDER") {
        return Ok((input, Vec::new()));
    }
    let (rest, ()) = keyword(input.advanced(), "BY", "`BY` and a key")?;
    separated_list1(comma, cut(order_key)).parse(rest)
}

fn order_key(input: Input<'_>) -> Parse<'_, OrderKey> {
    let (rest, path) = path(input)?;
    let direction = match rest.peek() {
        _ if rest.at_keyword("ASC") => Direction::Ascending,
        _ if rest.at_keyword("DESC") => Direction::Descending,
        Some(token) if token.kind == Kind::Hole => Direction::Opaque(opaque(rest, token)),
        _ => return Ok((rest, OrderKey { path, direction: None })),
    };
    Ok((rest.advanced(), OrderKey { path, direction: Some(direction) }))
}

fn insert(input: Input<'_>) -> Parse<'_, Insert> {
    let (rest, ()) = keyword(input.advanced(), "INTO", "`INTO` and a table")?;
    let (rest, table) = source(rest)?;
    let (rest, ()) = keyword(rest, "VALUE", "`VALUE` and an item")?;
    let (rest, item) = expression(rest)?;
    Ok((rest, Insert { table, item }))
}

const AFTER_CHANGE: [&str; 4] = ["SET", "REMOVE", "WHERE", "RETURNING"];

fn update(input: Input<'_>) -> Parse<'_, Update> {
    let (rest, table) = source(input.advanced())?;
    let (mut rest, first) = change(rest)?;
    let mut changes = vec![first];
    while rest.at_keyword("SET") || rest.at_keyword("REMOVE") {
        let (after, next) = change(rest)?;
        changes.push(next);
        rest = after;
    }
    let (rest, filter) = filter(rest)?;
    let (rest, returning) = returning(rest)?;
    Ok((rest, Update { table, changes, filter, returning }))
}

fn change(input: Input<'_>) -> Parse<'_, Change> {
    let ends =
        |input: &Input<'_>| input.kind() == Some(Kind::Semicolon) || input.at_any_keyword(&AFTER_CHANGE);
    let (rest, item) = input.or_opaque(known_change, ends)?;
    Ok((
        rest,
        match item {
            Item::Known(change) => change,
            Item::Opaque(opaque) => Change::Opaque(opaque),
        },
    ))
}

fn known_change(input: Input<'_>) -> Parse<'_, Change> {
    let after = input.advanced();
    if input.at_keyword("SET") {
        items(after, assignment, &AFTER_CHANGE).map(|(rest, items)| (rest, Change::Set(items)))
    } else if input.at_keyword("REMOVE") {
        items(after, path, &AFTER_CHANGE).map(|(rest, items)| (rest, Change::Remove(items)))
    } else {
        Err(input.failure("`SET` or `REMOVE`"))
    }
}

fn assignment(input: Input<'_>) -> Parse<'_, Assignment> {
    let (rest, target) = path(input)?;
    let (rest, _) = rest.expect(Kind::Equal, "`=` and a value")?;
    let (rest, value) = expression(rest)?;
    Ok((rest, Assignment { target, value }))
}

fn delete(input: Input<'_>) -> Parse<'_, Delete> {
    let (rest, ()) = keyword(input.advanced(), "FROM", "`FROM` and a table")?;
    let (rest, table) = source(rest)?;
    let (rest, filter) = filter(rest)?;
    let (rest, returning) = returning(rest)?;
    Ok((rest, Delete { table, filter, returning }))
}

fn returning(input: Input<'_>) -> Parse<'_, Option<Returning>> {
    if !input.at_keyword("RETURNING") {
        return Ok((input, None));
    }
    let rest = input.advanced();
    let all = rest.at_keyword("ALL");
    if !all && !rest.at_keyword("MODIFIED") {
        return Err(rest.failure("`ALL` or `MODIFIED`"));
    }
    let rest = rest.advanced();
    let old = rest.at_keyword("OLD");
    if !old && !rest.at_keyword("NEW") {
        return Err(rest.failure("`OLD` or `NEW`"));
    }
    let (rest, _) = rest.advanced().expect(Kind::Star, "`*`")?;
    Ok((rest, Some(Returning { all, old })))
}
