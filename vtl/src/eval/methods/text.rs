//! `java.lang.String`. Indexes and lengths count UTF-16 units; an index inside a surrogate pair moves to its start.

use crate::eval::error::Exception;
use crate::java::regex::{self, RegexError};
use crate::value::{List, ListKind, Number, Text, TextBuilder, Value, java_string};

use super::{Called, int};

pub(super) fn call(text: &Text, name: &str, arguments: &[Value]) -> Called {
    const NEED_TEXT: [&str; 12] = [
        "concat",
        "contains",
        "startsWith",
        "endsWith",
        "indexOf",
        "lastIndexOf",
        "matches",
        "replace",
        "replaceAll",
        "replaceFirst",
        "split",
        "compareTo",
    ];
    if NEED_TEXT.contains(&name) && arguments.iter().any(|argument| matches!(argument, Value::Null)) {
        return Err(Exception::new(format!("java.lang.NullPointerException: `{name}` of null")));
    }
    let s = text.as_str();
    Ok(Some(match (name, arguments) {
        ("length", []) => int(s.encode_utf16().count()),
        ("isEmpty", []) => Value::Bool(s.is_empty()),
        ("substring", [Value::Number(Number::Int(from))]) => {
            let end = i32::try_from(s.encode_utf16().count()).unwrap_or(i32::MAX);
            Value::Text(substring(text, *from, end)?)
        }
        ("substring" | "subSequence", [Value::Number(Number::Int(from)), Value::Number(Number::Int(to))]) => {
            Value::Text(substring(text, *from, *to)?)
        }
        ("charAt", [Value::Number(Number::Int(at))]) => {
            Value::Text(substring(text, *at, at.saturating_add(1))?)
        }
        ("trim", []) => {
            let blank = |c: char| c <= ' ';
            let start = s.len() - s.trim_start_matches(blank).len();
            Value::Text(text.slice(start, start + s.trim_matches(blank).len()))
        }
        ("toUpperCase", []) => Value::Text(cased(text, |c, out| out.extend(c.to_uppercase()))),
        ("toLowerCase", []) => Value::Text(cased(text, |c, out| out.extend(c.to_lowercase()))),
        ("concat", [Value::Text(other)]) => {
            let mut out = TextBuilder::default();
            out.push(text);
            out.push(other);
            Value::Text(out.finish())
        }
        ("intern", []) => Value::Text(text.clone()),
        ("valueOf" | "copyValueOf", [value]) => Value::Text(java_string(value)),
        ("join", [Value::Text(between), Value::List(list)]) => {
            let mut out = TextBuilder::default();
            for (index, item) in list.to_vec().iter().enumerate() {
                if index > 0 {
                    out.push(between);
                }
                out.push(&java_string(item));
            }
            Value::Text(out.finish())
        }
        ("format", [Value::Text(format), values @ ..]) => Value::Text(formatted(format, values)?),
        _ => return regex_call(text, name, arguments),
    }))
}

fn regex_call(text: &Text, name: &str, arguments: &[Value]) -> Called {
    Ok(Some(match (name, arguments) {
        ("split", [Value::Text(pattern)]) => split(text, pattern, 0)?,
        ("split", [Value::Text(pattern), Value::Number(Number::Int(limit))]) => split(text, pattern, *limit)?,
        ("replace", [Value::Text(from), Value::Text(to)]) => Value::Text(replaced(text, from.as_str(), to)),
        ("replaceAll", [Value::Text(pattern), Value::Text(to)]) => {
            Value::Text(regex::replace_all(text, pattern.as_str(), to).map_err(thrown)?)
        }
        ("replaceFirst", [Value::Text(pattern), Value::Text(to)]) => {
            Value::Text(regex::replace_first(text, pattern.as_str(), to).map_err(thrown)?)
        }
        ("matches", [Value::Text(pattern)]) => {
            Value::Bool(regex::matches(pattern.as_str(), text).map_err(thrown)?)
        }
        _ => return comparison_call(text, name, arguments),
    }))
}

fn comparison_call(text: &Text, name: &str, arguments: &[Value]) -> Called {
    let s = text.as_str();
    Ok(Some(match (name, arguments) {
        ("equalsIgnoreCase", [Value::Text(other)]) => Value::Bool(folded(s) == folded(other.as_str())),
        ("equalsIgnoreCase", [Value::Null]) => Value::Bool(false),
        ("contentEquals", [Value::Text(other)]) => Value::Bool(s == other.as_str()),
        ("contains", [Value::Text(part)]) => Value::Bool(s.contains(part.as_str())),
        ("startsWith", [Value::Text(part)]) => Value::Bool(s.starts_with(part.as_str())),
        ("startsWith", [Value::Text(part), Value::Number(Number::Int(from))]) => {
            let rest =
                usize::try_from(*from).ok().and_then(|from| byte_of(s, from)).and_then(|at| s.get(at..));
            Value::Bool(rest.is_some_and(|rest| rest.starts_with(part.as_str())))
        }
        ("endsWith", [Value::Text(part)]) => Value::Bool(s.ends_with(part.as_str())),
        ("indexOf", [Value::Text(part)]) => unit_index(s, s.find(part.as_str())),
        ("indexOf", [Value::Text(part), Value::Number(Number::Int(from))]) => {
            let from = byte_of(s, usize::try_from(*from).unwrap_or(0)).unwrap_or(s.len());
            unit_index(s, s.get(from..).and_then(|rest| rest.find(part.as_str())).map(|at| from + at))
        }
        ("lastIndexOf", [Value::Text(part)]) => unit_index(s, s.rfind(part.as_str())),
        ("lastIndexOf", [Value::Text(part), Value::Number(Number::Int(from))]) => {
            let Ok(from) = usize::try_from(*from) else { return Ok(Some(Value::int(-1))) };
            let last = byte_of(s, from).unwrap_or(s.len());
            let found = s.match_indices(part.as_str()).map(|(at, _)| at).take_while(|&at| at <= last).last();
            unit_index(s, found)
        }
        ("indexOf", [Value::Number(Number::Int(c))]) => {
            let c = u32::try_from(*c).ok().and_then(char::from_u32);
            unit_index(s, c.and_then(|c| s.find(c)))
        }
        ("compareTo", [Value::Text(other)]) => compared(s, other.as_str()),
        ("compareToIgnoreCase", [Value::Text(other)]) => compared(&folded(s), &folded(other.as_str())),
        ("codePointAt", [Value::Number(Number::Int(at))]) => {
            let c = substring(text, *at, at.saturating_add(1))?;
            int(c.as_str().chars().next().map_or(0, |c| c as usize))
        }
        _ => return Ok(None),
    }))
}

fn thrown(error: RegexError) -> Exception {
    Exception::new(error.to_string())
}

fn split(text: &Text, pattern: &Text, limit: i32) -> Result<Value, Exception> {
    let parts = regex::split(text, pattern.as_str(), limit).map_err(thrown)?;
    let source = text.marks().first().map(|mark| mark.source);
    let parts = parts.into_iter().map(Value::Text).collect();
    Ok(Value::List(List::new(ListKind::Array, parts).from_source(source)))
}

/// The byte index of a UTF-16 index; none past the end.
fn byte_of(s: &str, unit: usize) -> Option<usize> {
    let mut units = 0;
    for (at, c) in s.char_indices() {
        units += c.len_utf16();
        if units > unit {
            return Some(at);
        }
    }
    (units == unit).then_some(s.len())
}

fn substring(text: &Text, from: i32, to: i32) -> Result<Text, Exception> {
    let s = text.as_str();
    let bytes = |at: i32| usize::try_from(at).ok().and_then(|at| byte_of(s, at));
    match (bytes(from), bytes(to)) {
        (Some(start), Some(end)) if from <= to => Ok(text.slice(start, end)),
        _ => {
            let length = s.encode_utf16().count();
            Err(Exception::new(format!(
                "java.lang.StringIndexOutOfBoundsException: begin {from}, end {to}, length {length}"
            )))
        }
    }
}

fn unit_index(s: &str, byte: Option<usize>) -> Value {
    let units = byte.and_then(|at| s.get(..at)).map(|before| before.encode_utf16().count());
    units.map_or(Value::int(-1), int)
}

fn cased(text: &Text, convert: impl Fn(char, &mut String)) -> Text {
    let mut out = TextBuilder::default();
    let mut from = 0;
    let mut buffer = String::new();
    // Runs of characters under one mark keep it.
    let mut bounds: Vec<usize> = text.marks().iter().flat_map(|mark| [mark.start, mark.end]).collect();
    bounds.push(text.as_str().len());
    for to in bounds {
        let part = text.slice(from, to);
        buffer.clear();
        part.as_str().chars().for_each(|c| convert(c, &mut buffer));
        out.push(&Text::marked_like(&buffer, &part));
        from = to;
    }
    out.finish()
}

fn folded(s: &str) -> String {
    s.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
}

fn compared(left: &str, right: &str) -> Value {
    let mut units = left.encode_utf16().zip(right.encode_utf16());
    let difference = units.find(|(l, r)| l != r).map(|(l, r)| i32::from(l) - i32::from(r));
    let lengths = || {
        let length = |s: &str| i32::try_from(s.encode_utf16().count()).unwrap_or(i32::MAX);
        length(left) - length(right)
    };
    Value::int(difference.unwrap_or_else(lengths))
}

/// `String.replace`: every occurrence of one text by another, nothing of either being a pattern.
fn replaced(text: &Text, from: &str, to: &Text) -> Text {
    let mut out = TextBuilder::default();
    let s = text.as_str();
    if from.is_empty() {
        out.push(to);
        for (at, c) in s.char_indices() {
            out.push_slice(text, at, at + c.len_utf8());
            out.push(to);
        }
        return out.finish();
    }
    let mut last = 0;
    for (at, found) in s.match_indices(from) {
        out.push_slice(text, last, at);
        out.push(to);
        last = at + found.len();
    }
    out.push_slice(text, last, s.len());
    out.finish()
}

/// `String.format` with `%s`, `%d` and `%%`; other conversions throw, since what they print depends on the locale.
fn formatted(format: &Text, values: &[Value]) -> Result<Text, Exception> {
    let mut out = TextBuilder::default();
    let mut values = values.iter();
    let mut rest = 0;
    let s = format.as_str();
    while let Some(at) = s.get(rest..).and_then(|tail| tail.find('%')).map(|at| rest + at) {
        out.push_slice(format, rest, at);
        match (s.get(at + 1..).and_then(|tail| tail.chars().next()), values.as_slice().first()) {
            (Some('%'), _) => out.push_slice(format, at, at + 1),
            (Some('n'), _) => out.push_str("\n"),
            (Some('s'), Some(value)) => {
                out.push(&java_string(value));
                values.next();
            }
            (Some('d'), Some(value @ Value::Number(Number::Int(_) | Number::Long(_) | Number::Big(_)))) => {
                out.push(&java_string(value));
                values.next();
            }
            _ => {
                return Err(Exception::new(
                    "java.util.IllegalFormatException: unsupported conversion or missing value",
                ));
            }
        }
        rest = at + 2;
    }
    out.push_slice(format, rest, s.len());
    Ok(out.finish())
}
