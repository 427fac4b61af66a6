//! From text to a path.

mod cursor;
mod filter;

use self::cursor::Cursor;
use super::path::{Path, Root, Step};

/// Bytes that a path may have.
const MAX_LENGTH: usize = 8192;

/// Steps that a path may have.
const MAX_STEPS: usize = 256;

/// Filters inside filters, and parentheses inside parentheses.
const MAX_DEPTH: usize = 32;

/// A text that is no path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{expected} expected at byte {at} of the json path {path:?}")]
pub struct PathError {
    /// The path as it is read: with `$.` before it where it starts with no root.
    pub path: String,
    /// The byte at which reading stopped.
    pub at: usize,
    /// What could have stood there.
    pub expected: &'static str,
}

/// Reads a path. One that starts with neither `$` nor `@` is read as if `$.` stood before it.
pub fn compile(path: &str) -> Result<Path, PathError> {
    let trimmed = path.trim_matches(|c| c <= ' ');
    let text = if trimmed.starts_with(['$', '@']) {
        trimmed.to_owned()
    } else {
        format!("$.{path}").trim_end_matches(|c| c <= ' ').to_owned()
    };
    if text.len() > MAX_LENGTH {
        let path = text.chars().take(80).collect();
        return Err(PathError { path, at: MAX_LENGTH, expected: "the end of a path that is not too long" });
    }
    let mut cursor = Cursor::new(&text);
    let compiled = whole_path(&mut cursor);
    compiled.map_err(|expected| PathError { at: cursor.at(), expected, path: text.clone() })
}

/// What could have stood where reading stopped.
type Expected = &'static str;

fn whole_path(cursor: &mut Cursor<'_>) -> Result<Path, Expected> {
    let path = read_path(cursor, Place::Alone, 0)?;
    if cursor.peek().is_some() { Err("a step") } else { Ok(path) }
}

/// Where a path stands: inside a filter more characters end it.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Alone,
    Filter,
}

impl Place {
    fn ends_at(self, c: char) -> bool {
        self == Place::Filter && matches!(c, ' ' | '<' | '>' | '=' | '~' | '!' | ')' | '&' | '|' | ',' | ']')
    }
}

fn read_path(cursor: &mut Cursor<'_>, place: Place, depth: usize) -> Result<Path, Expected> {
    let root = if cursor.take('@') { Root::Item } else { Root::Document };
    if root == Root::Document && !cursor.take('$') {
        return Err("`$` or `@`");
    }
    let mut steps = Vec::new();
    let mut is_after_bracket = false;
    while let Some(c) = cursor.peek().filter(|c| !place.ends_at(*c)) {
        if steps.len() >= MAX_STEPS {
            return Err("the end of a path that has not too many steps");
        }
        match c {
            '[' => {
                steps.push(bracket(cursor, depth)?);
                is_after_bracket = true;
                continue;
            }
            '.' => {
                cursor.take('.');
                if cursor.take('.') {
                    steps.push(Step::Scan);
                }
                match cursor.peek() {
                    Some('[') => continue,
                    Some('*') => {}
                    _ => {
                        steps.push(Step::Properties(vec![name(cursor, place)?]));
                        is_after_bracket = false;
                        continue;
                    }
                }
            }
            _ if !is_after_bracket => return Err("`.` or `[`"),
            // Jayway does not look at a single last character behind `]` or `*`.
            _ if place == Place::Alone && cursor.is_last() => {
                cursor.bump();
                break;
            }
            '*' => {}
            _ => {
                steps.push(Step::Properties(vec![name(cursor, place)?]));
                is_after_bracket = false;
                continue;
            }
        }
        cursor.take('*');
        steps.push(Step::Wildcard);
        is_after_bracket = true;
    }
    match steps.last() {
        Some(Step::Scan) => Err("a step after `..`"),
        _ => Ok(Path { root, steps }),
    }
}

/// A member's name without quotes. It goes up to the next `.` or `[`, whatever it holds but blanks.
fn name(cursor: &mut Cursor<'_>, place: Place) -> Result<String, Expected> {
    let mut name = String::new();
    while let Some(c) = cursor.peek() {
        if matches!(c, '.' | '[') || place.ends_at(c) {
            break;
        }
        if c == ' ' {
            return Err("a name without blanks, or one in brackets and quotes,");
        }
        cursor.bump();
        name.push(c);
        if c == '(' && cursor.take(')') {
            name.push(')');
        }
    }
    if name.is_empty() { Err("a name") } else { Ok(name) }
}

fn bracket(cursor: &mut Cursor<'_>, depth: usize) -> Result<Step, Expected> {
    cursor.take('[');
    cursor.skip_blanks();
    let step = match cursor.peek() {
        Some(quote @ ('\'' | '"')) => Step::Properties(quoted_names(cursor, quote)?),
        Some('*') => {
            cursor.bump();
            Step::Wildcard
        }
        Some('?') => {
            cursor.bump();
            cursor.skip_blanks();
            if cursor.peek() != Some('(') {
                return Err("`(`");
            }
            Step::Filter(filter::parenthesised(cursor, depth + 1)?)
        }
        Some('0'..='9' | '-' | ':') => return indexes(cursor),
        _ => return Err("a name in quotes, an index, `*` or `?(`"),
    };
    cursor.skip_blanks();
    if cursor.take(']') { Ok(step) } else { Err("`]`") }
}

fn quoted_names(cursor: &mut Cursor<'_>, quote: char) -> Result<Vec<String>, Expected> {
    let mut names = Vec::new();
    loop {
        names.push(cursor.quoted(quote)?);
        cursor.skip_blanks();
        if !cursor.take(',') {
            return Ok(names);
        }
        cursor.skip_blanks();
        if cursor.peek() != Some(quote) {
            return Err("a name in the same quotes");
        }
    }
}

fn indexes(cursor: &mut Cursor<'_>) -> Result<Step, Expected> {
    let Some((text, end)) = cursor.up_to(']') else { return Err("`]`") };
    let text = text.trim_matches(' ');
    let number = |text: &str| text.parse::<i32>().map_err(|_| "an index");
    let step = if text.contains(':') {
        let end = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(number).transpose();
        // A step behind a second colon is not looked at.
        let mut ends = text.split(':');
        let (from, to) = (end(ends.next())?, end(ends.next())?);
        if (from, to) == (None, None) {
            return Err("an index on one side of `:`");
        }
        Step::Slice { from, to }
    } else {
        let text = text.trim_end_matches([',', ' ']);
        Step::Indexes(text.split(',').map(|text| number(text.trim_matches(' '))).collect::<Result<_, _>>()?)
    };
    cursor.jump(end);
    Ok(step)
}
