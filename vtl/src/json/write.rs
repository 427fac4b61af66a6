//! json-smart's writer with its default style: what `$input.json` and a printed `JSONArray` look like.

use std::borrow::Cow;

use crate::value::{List, Map, Output, SourceId, Text, Unprintable, Value, java_string};

/// The JSON text of a value. Marks are kept as [`java_string`] keeps them. A value that has no JSON text gives the
/// text up to where writing stopped.
pub fn write(value: &Value) -> Text {
    written(value).0
}

/// The JSON text of a value, or why Java would throw.
pub fn try_write(value: &Value) -> Result<Text, Unprintable> {
    match written(value) {
        (text, None) => Ok(text),
        (_, Some(why)) => Err(why),
    }
}

fn written(value: &Value) -> (Text, Option<Unprintable>) {
    // A string from outside chose to be quoted by being a string: its quotes are its source's too.
    let source = match value {
        Value::Text(text) => text.whole_source(),
        _ => None,
    };
    let mut out = Output::default();
    write_value(value, source, &mut out);
    out.finish()
}

/// Writes a value that stands in a container of `source`.
pub(crate) fn write_value(value: &Value, source: Option<SourceId>, out: &mut Output) {
    match value {
        Value::Null => out.put("null", source),
        Value::Bool(b) => out.put(if *b { "true" } else { "false" }, source),
        // Infinity has no JSON form, and the writer knows; NaN has none either, and it does not.
        Value::Number(crate::value::Number::Double(d)) if d.is_infinite() => out.put("null", source),
        Value::Number(number) => out.put(&number.to_string(), source),
        Value::Text(text) => write_string(text, source, out),
        Value::List(list) => write_list(list, out),
        Value::Map(map) => write_map(map, out),
        Value::Object(_) => write_string(&java_string(value), source, out),
    }
}

fn write_list(list: &List, out: &mut Output) {
    if !out.enter() {
        return;
    }
    out.put("[", list.source);
    for (index, item) in list.items.borrow().iter().enumerate() {
        if out.has_failed() {
            return;
        }
        if index > 0 {
            out.put(",", list.source);
        }
        write_value(item, list.source, out);
    }
    out.put("]", list.source);
    out.leave();
}

fn write_map(map: &Map, out: &mut Output) {
    if !out.enter() {
        return;
    }
    out.put("{", map.source);
    for (index, (key, value)) in map.entries.borrow().values().enumerate() {
        if matches!(key, Value::Null) {
            out.fail(Unprintable::NullKey);
        }
        if out.has_failed() {
            return;
        }
        if index > 0 {
            out.put(",", map.source);
        }
        write_string(&java_string(key), map.source, out);
        out.put(":", map.source);
        write_value(value, map.source, out);
    }
    out.put("}", map.source);
    out.leave();
}

/// Writes a quoted string whose quotes are `quotes`' text.
fn write_string(text: &Text, quotes: Option<SourceId>, out: &mut Output) {
    out.put("\"", quotes);
    let mut plain_from = 0;
    for (at, c) in text.as_str().char_indices() {
        let Some(escape) = escape(c) else { continue };
        out.put_slice(text, plain_from, at);
        out.put(&escape, text.source_at(at));
        plain_from = at + c.len_utf8();
    }
    out.put_slice(text, plain_from, text.as_str().len());
    out.put("\"", quotes);
}

/// How the writer escapes a character; `None` where it writes it raw.
fn escape(c: char) -> Option<Cow<'static, str>> {
    let short = match c {
        '"' => "\\\"",
        '\\' => "\\\\",
        '/' => "\\/",
        '\u{8}' => "\\b",
        '\u{c}' => "\\f",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{2000}'..='\u{20ff}' => {
            return Some(Cow::Owned(format!("\\u{:04X}", u32::from(c))));
        }
        _ => return None,
    };
    Some(Cow::Borrowed(short))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{ListKind, Mark, Number};

    #[test]
    fn characters_are_escaped_as_recorded() {
        let raw = "\u{7f}\u{80}\u{9f}\u{a0}é\u{1fff}\u{2000}\u{2028}\u{20ff}\u{2100}😀\u{1}\u{1f}<>&'/\"\\\n";
        let expected = "\"\\u007F\\u0080\\u009F\u{a0}é\u{1fff}\\u2000\\u2028\\u20FF\u{2100}😀\\u0001\\u001F<>&'\\/\\\"\\\\\\n\"";
        assert_eq!(write(&Value::text(raw)).as_str(), expected);
    }

    #[test]
    fn numbers_that_json_lacks() {
        let items =
            [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e3].map(|d| Value::Number(Number::Double(d)));
        let list = Value::List(List::new(ListKind::Plain, items.to_vec()));
        assert_eq!(write(&list).as_str(), "[NaN,null,null,1000.0]");
    }

    #[test]
    fn java_containers_are_written_as_json() {
        let map = Map::default();
        map.put_text(Text::new("a"), Value::List(List::new(ListKind::Array, vec![Value::text("b/")])));
        map.put_text(
            Text::new("c"),
            Value::List(List::new(ListKind::Plain, vec![Value::Null, Value::Bool(false)])),
        );
        assert_eq!(write(&Value::Map(map)).as_str(), r#"{"a":["b\/"],"c":[null,false]}"#);
    }

    #[test]
    fn a_null_key_cannot_be_written() {
        let map = Map::default();
        map.entries.borrow_mut().insert(crate::value::MapKey::Null, (Value::Null, Value::int(1)));
        assert_eq!(try_write(&Value::Map(map)).unwrap_err(), Unprintable::NullKey);
    }

    #[test]
    fn escapes_carry_the_mark_of_their_character() {
        let body = SourceId(3);
        let lone = write(&Value::Text(Text::marked("a/b", body)));
        assert_eq!(lone.as_str(), r#""a\/b""#);
        assert_eq!(lone.marks(), [Mark { start: 0, end: 6, source: body }]);

        let list = List::new(ListKind::Plain, vec![Value::Text(Text::marked("/", body)), Value::int(1)]);
        let written = write(&Value::List(list));
        assert_eq!(written.as_str(), r#"["\/",1]"#);
        assert_eq!(written.marks(), [Mark { start: 2, end: 4, source: body }]);
    }
}
