//! Java's `toString()`.

use std::rc::Rc;

use super::output::Output;
use super::{List, ListKind, Map, Object, SourceId, Text, Unprintable, Value};
use crate::json;

/// What a `String[]` prints. In Java the digits after `@` differ from run to run.
const ARRAY_ADDRESS: &str = "[Ljava.lang.String;@1b6d3586";

/// `toString()` with marks kept: what came from outside stays marked, and so does the punctuation of a container that
/// came from outside. A value that cannot be printed gives the text up to where printing stopped.
pub fn java_string(value: &Value) -> Text {
    printed(value).0
}

/// `toString()`, or why Java would throw.
pub fn try_java_string(value: &Value) -> Result<Text, Unprintable> {
    match printed(value) {
        (text, None) => Ok(text),
        (_, Some(why)) => Err(why),
    }
}

fn printed(value: &Value) -> (Text, Option<Unprintable>) {
    if let Value::Text(text) = value {
        return (text.clone(), None);
    }
    let mut out = Output::default();
    print(value, None, &mut out);
    out.finish()
}

/// Prints a value that stands in a container of `source`.
fn print(value: &Value, source: Option<SourceId>, out: &mut Output) {
    match value {
        Value::Null => out.put("null", source),
        Value::Bool(b) => out.put(if *b { "true" } else { "false" }, source),
        Value::Number(number) => out.put(&number.to_string(), source),
        Value::Text(text) => out.put_slice(text, 0, text.as_str().len()),
        Value::List(list) => match list.kind {
            ListKind::Plain | ListKind::View => print_list(list, out),
            ListKind::Json => json::write::write_value(value, source, out),
            ListKind::Array => out.put(ARRAY_ADDRESS, list.source),
        },
        Value::Map(map) if map.silent => {}
        Value::Map(map) => print_map(map, out),
        Value::Object(Object::Entry(entry)) => {
            print(&entry.0, source, out);
            out.put("=", source);
            print(&entry.1, source, out);
        }
        Value::Object(Object::Class(name)) => {
            out.put("class ", None);
            out.put(name, None);
        }
        Value::Object(_) => {}
    }
}

/// `AbstractCollection.toString()`.
fn print_list(list: &List, out: &mut Output) {
    if !out.enter() {
        return;
    }
    out.put("[", list.source);
    for (index, item) in list.items.borrow().iter().enumerate() {
        if out.has_failed() {
            return;
        }
        if index > 0 {
            out.put(", ", list.source);
        }
        match item {
            Value::List(inner) if Rc::ptr_eq(&inner.items, &list.items) => {
                out.put("(this Collection)", list.source);
            }
            _ => print(item, list.source, out),
        }
    }
    out.put("]", list.source);
    out.leave();
}

/// `AbstractMap.toString()`.
fn print_map(map: &Map, out: &mut Output) {
    if !out.enter() {
        return;
    }
    out.put("{", map.source);
    for (index, (key, value)) in map.entries.borrow().values().enumerate() {
        if out.has_failed() {
            return;
        }
        if index > 0 {
            out.put(", ", map.source);
        }
        print_in_map(key, map, out);
        out.put("=", map.source);
        print_in_map(value, map, out);
    }
    out.put("}", map.source);
    out.leave();
}

fn print_in_map(value: &Value, map: &Map, out: &mut Output) {
    match value {
        Value::Map(inner) if Rc::ptr_eq(&inner.entries, &map.entries) => out.put("(this Map)", map.source),
        _ => print(value, map.source, out),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Mark, Number};

    fn list(items: Vec<Value>) -> Value {
        Value::List(List::new(ListKind::Plain, items))
    }

    #[test]
    fn scalars_print_as_java_prints_them() {
        let table = [
            (Value::Null, "null"),
            (Value::Bool(true), "true"),
            (Value::int(-5), "-5"),
            (Value::Number(Number::Long(1 << 40)), "1099511627776"),
            (Value::Number(Number::Double(1e3)), "1000.0"),
            (Value::text("a b"), "a b"),
        ];
        for (value, expected) in table {
            assert_eq!(java_string(&value).as_str(), expected);
        }
    }

    #[test]
    fn containers_print_as_java_prints_them() {
        let inner = Map::default();
        inner.put_text(Text::new("k"), Value::int(1));
        inner.put_text(Text::new("l"), Value::Null);
        let value = list(vec![Value::int(1), Value::text("b"), list(vec![]), Value::Map(inner)]);
        assert_eq!(java_string(&value).as_str(), "[1, b, [], {k=1, l=null}]");
    }

    #[test]
    fn a_json_array_prints_as_json_even_inside_a_map() {
        let map = Map::default();
        map.put_text(Text::new("c"), Value::List(List::new(ListKind::Json, vec![Value::text("x/y")])));
        assert_eq!(java_string(&Value::Map(map)).as_str(), r#"{c=["x\/y"]}"#);
    }

    #[test]
    fn a_container_that_holds_itself_ends() {
        let map = Map::default();
        map.put_text(Text::new("me"), Value::Map(map.clone()));
        assert_eq!(java_string(&Value::Map(map.clone())).as_str(), "{me=(this Map)}");
        let of_itself = List::new(ListKind::Plain, vec![]);
        of_itself.items.borrow_mut().push(Value::List(of_itself.clone()));
        assert_eq!(java_string(&Value::List(of_itself.clone())).as_str(), "[(this Collection)]");

        let around = list(vec![Value::Map(map.clone())]);
        map.put_text(Text::new("me"), around.clone());
        assert_eq!(try_java_string(&around).unwrap_err(), Unprintable::TooDeep);
    }

    #[test]
    fn doubling_a_list_again_and_again_is_cut_off() {
        let mut value = Value::text("0123456789");
        for _ in 0..60 {
            value = list(vec![value.clone(), value]);
        }
        assert_eq!(try_java_string(&value).unwrap_err(), Unprintable::TooLong);
    }

    #[test]
    fn what_came_from_outside_stays_marked() {
        let (query, body) = (SourceId(1), SourceId(2));
        let map = Map::default().from_source(Some(body));
        map.put_text(Text::marked("k", body), Value::int(7));
        let value = list(vec![Value::Text(Text::marked("q", query)), Value::text("own"), Value::Map(map)]);
        let text = java_string(&value);
        assert_eq!(text.as_str(), "[q, own, {k=7}]");
        let expected = [Mark { start: 1, end: 2, source: query }, Mark { start: 9, end: 14, source: body }];
        assert_eq!(text.marks(), expected);
    }
}
