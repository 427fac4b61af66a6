//! A filter's expression.

use super::cursor::Cursor;
use super::{Expected, MAX_DEPTH, Place, read_path};
use crate::java::regex::{self, RegexError};
use crate::jsonpath::path::{Filter, Operand, Operator};
use crate::value::Number;

/// `( … )`; the current character is the opening one.
pub(super) fn parenthesised(cursor: &mut Cursor<'_>, depth: usize) -> Result<Filter, Expected> {
    if depth > MAX_DEPTH {
        return Err("an expression that is nested less deep");
    }
    cursor.take('(');
    let filter = any_of(cursor, depth)?;
    cursor.skip_blanks();
    if cursor.take(')') { Ok(filter) } else { Err("`)`") }
}

fn any_of(cursor: &mut Cursor<'_>, depth: usize) -> Result<Filter, Expected> {
    let first = all_of(cursor, depth)?;
    let mut terms = vec![first];
    while taken(cursor, "||") {
        terms.push(all_of(cursor, depth)?);
    }
    Ok(one_or(terms, Filter::Or))
}

fn all_of(cursor: &mut Cursor<'_>, depth: usize) -> Result<Filter, Expected> {
    let mut terms = vec![term(cursor, depth)?];
    while taken(cursor, "&&") {
        terms.push(term(cursor, depth)?);
    }
    Ok(one_or(terms, Filter::And))
}

fn taken(cursor: &mut Cursor<'_>, operator: &str) -> bool {
    cursor.skip_blanks();
    cursor.take_word(operator)
}

fn one_or(mut terms: Vec<Filter>, many: impl FnOnce(Vec<Filter>) -> Filter) -> Filter {
    match terms.pop() {
        Some(only) if terms.is_empty() => only,
        last => {
            terms.extend(last);
            many(terms)
        }
    }
}

fn term(cursor: &mut Cursor<'_>, depth: usize) -> Result<Filter, Expected> {
    cursor.skip_blanks();
    let mut is_negated = false;
    while cursor.take('!') {
        is_negated = !is_negated;
        cursor.skip_blanks();
    }
    if cursor.peek() == Some('(') {
        let inner = parenthesised(cursor, depth + 1)?;
        return Ok(if is_negated { Filter::Not(Box::new(inner)) } else { inner });
    }
    Ok(match comparison(cursor, depth)? {
        Filter::Exists { path, .. } => Filter::Exists { path, expected: !is_negated },
        // Before a comparison Jayway reads `!` and forgets it.
        comparison => comparison,
    })
}

fn comparison(cursor: &mut Cursor<'_>, depth: usize) -> Result<Filter, Expected> {
    let left = operand(cursor, depth)?;
    cursor.skip_blanks();
    if matches!(cursor.peek(), Some(')' | '&' | '|')) {
        return match left {
            Operand::Path(path) => Ok(Filter::Exists { path, expected: true }),
            _ => Err("an operator"),
        };
    }
    let operator = operator(cursor)?;
    cursor.skip_blanks();
    Ok(Filter::Comparison { left, operator, right: operand(cursor, depth)? })
}

fn operator(cursor: &mut Cursor<'_>) -> Result<Operator, Expected> {
    let rest = cursor.rest();
    let symbol_length = rest.find(|c| !matches!(c, '<' | '>' | '=' | '~' | '!')).unwrap_or(rest.len());
    let length = match symbol_length {
        0 => rest.find(' ').unwrap_or(rest.len()),
        length => length,
    };
    let word = rest.get(..length).unwrap_or("");
    let operator = match word.to_ascii_lowercase().as_str() {
        "==" => Operator::Equal,
        "!=" => Operator::NotEqual,
        "===" => Operator::Same,
        "!==" => Operator::NotSame,
        "<" => Operator::Less,
        "<=" => Operator::LessOrEqual,
        ">" => Operator::Greater,
        ">=" => Operator::GreaterOrEqual,
        "=~" => Operator::Matches,
        "in" => Operator::In,
        "nin" => Operator::NotIn,
        "contains" => Operator::Contains,
        "all" => Operator::All,
        "size" => Operator::Size,
        "empty" => Operator::Empty,
        "exists" => Operator::Exists,
        _ => return Err("an operator"),
    };
    cursor.take_word(word);
    Ok(operator)
}

fn operand(cursor: &mut Cursor<'_>, depth: usize) -> Result<Operand, Expected> {
    match cursor.peek() {
        Some('$' | '@') => Ok(Operand::Path(read_path(cursor, Place::Filter, depth)?)),
        Some(quote @ ('\'' | '"')) => Ok(Operand::Text(cursor.quoted(quote)?)),
        Some('[' | '{') => json_literal(cursor),
        Some('/') => pattern(cursor),
        _ if cursor.take_word("true") => Ok(Operand::Bool(true)),
        _ if cursor.take_word("false") => Ok(Operand::Bool(false)),
        _ if cursor.take_word("null") => Ok(Operand::Null),
        _ => number(cursor),
    }
}

fn number(cursor: &mut Cursor<'_>) -> Result<Operand, Expected> {
    let rest = cursor.rest();
    let length = rest.find(|c: char| !matches!(c, '0'..='9' | '-' | '.')).unwrap_or(rest.len());
    let text = rest.get(..length).unwrap_or("");
    match Number::parse_decimal(text) {
        Some(Number::Decimal(decimal)) => {
            cursor.take_word(text);
            Ok(Operand::Number(decimal))
        }
        _ => Err("a value"),
    }
}

/// A literal up to its closing bracket; brackets in strings do not count.
fn json_literal(cursor: &mut Cursor<'_>) -> Result<Operand, Expected> {
    let start = cursor.rest();
    let mut open = 0usize;
    let mut length = 0;
    loop {
        let Some(c) = cursor.peek() else { return Err("the end of the literal") };
        if matches!(c, '\'' | '"') {
            let before = cursor.at();
            cursor.quoted(c)?;
            length += cursor.at() - before;
            continue;
        }
        cursor.bump();
        length += c.len_utf8();
        match c {
            '[' | '{' => open += 1,
            ']' | '}' => open -= 1,
            _ => {}
        }
        if open == 0 {
            return Ok(Operand::Json(start.get(..length).unwrap_or("").to_owned()));
        }
    }
}

fn pattern(cursor: &mut Cursor<'_>) -> Result<Operand, Expected> {
    cursor.take('/');
    let mut pattern = String::new();
    loop {
        match cursor.bump() {
            Some('/') => return checked(Operand::Pattern { pattern, ignore_case: cursor.take('i') }),
            Some('\\') => {
                pattern.push('\\');
                pattern.extend(cursor.bump());
            }
            Some(c) => pattern.push(c),
            None => return Err("the closing slash of the pattern"),
        }
    }
}

/// Refuses a pattern that Java refuses. One that is only too much for this crate fails when it is used.
fn checked(operand: Operand) -> Result<Operand, Expected> {
    match &operand {
        Operand::Pattern { pattern, .. }
            if matches!(regex::parse::parse(pattern), Err(RegexError::Syntax { .. })) =>
        {
            Err("a pattern that is a regular expression before this place,")
        }
        _ => Ok(operand),
    }
}
