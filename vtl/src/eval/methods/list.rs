//! `java.util.ArrayList`, json-smart's `JSONArray`, `String[]`, and the views of maps.

use crate::eval::error::Exception;
use crate::value::{List, ListKind, Number, Value, java_equals};

use super::{Called, collection, int};

pub(super) fn call(list: &List, name: &str, arguments: &[Value]) -> Called {
    let indexed = list.kind != ListKind::View;
    let grows = list.kind != ListKind::Array;
    let position = |value: &Value| list.items.borrow().iter().position(|item| java_equals(item, value));
    Ok(Some(match (name, arguments) {
        ("size", []) => int(list.items.borrow().len()),
        ("isEmpty", []) => Value::Bool(list.items.borrow().is_empty()),
        ("get", [Value::Number(Number::Int(at))]) if indexed => {
            let items = list.items.borrow();
            let item = usize::try_from(*at).ok().and_then(|at| items.get(at));
            return item.cloned().map(Some).ok_or_else(|| out_of_range(*at, items.len()));
        }
        ("contains", [value]) => Value::Bool(position(value).is_some()),
        ("containsAll", [values]) if grows => {
            let Some(values) = collection(values) else { return Ok(None) };
            Value::Bool(values.iter().all(|value| position(value).is_some()))
        }
        ("indexOf", [value]) if indexed && grows => position(value).map_or(Value::int(-1), int),
        ("lastIndexOf", [value]) if indexed && grows => {
            let found = list.items.borrow().iter().rposition(|item| java_equals(item, value));
            found.map_or(Value::int(-1), int)
        }
        ("set", [Value::Number(Number::Int(at)), value]) if indexed => {
            let mut items = list.items.borrow_mut();
            let size = items.len();
            let slot = usize::try_from(*at).ok().and_then(|at| items.get_mut(at));
            let Some(slot) = slot else { return Err(out_of_range(*at, size)) };
            std::mem::replace(slot, value.clone())
        }
        ("add", [value]) if indexed && grows => {
            list.items.borrow_mut().push(value.clone());
            Value::Bool(true)
        }
        ("add", [Value::Number(Number::Int(at)), value]) if indexed && grows => {
            let mut items = list.items.borrow_mut();
            let Some(at) = usize::try_from(*at).ok().filter(|&at| at <= items.len()) else {
                return Err(out_of_range(*at, items.len()));
            };
            items.insert(at, value.clone());
            return Ok(None);
        }
        ("addAll", [values]) if indexed && grows => {
            let Some(values) = collection(values) else { return Ok(None) };
            let added = !values.is_empty();
            list.items.borrow_mut().extend(values);
            Value::Bool(added)
        }
        ("remove", [Value::Number(Number::Int(at))]) if indexed && grows => {
            let mut items = list.items.borrow_mut();
            let Some(at) = usize::try_from(*at).ok().filter(|&at| at < items.len()) else {
                return Err(out_of_range(*at, items.len()));
            };
            items.remove(at)
        }
        ("remove", [value]) if grows => {
            let at = position(value);
            if let Some(at) = at {
                list.items.borrow_mut().remove(at);
            }
            Value::Bool(at.is_some())
        }
        ("subList", [Value::Number(Number::Int(from)), Value::Number(Number::Int(to))])
            if indexed && grows =>
        {
            let items = list.items.borrow();
            let range = usize::try_from(*from).ok().zip(usize::try_from(*to).ok());
            let part = range.and_then(|(from, to)| items.get(from..to));
            let Some(part) = part else { return Err(out_of_range(*to, items.len())) };
            Value::List(List::new(ListKind::Plain, part.to_vec()).from_source(list.source))
        }
        ("clear", []) if grows => {
            list.items.borrow_mut().clear();
            return Ok(None);
        }
        ("toArray", []) if grows => {
            Value::List(List::new(ListKind::Array, list.to_vec()).from_source(list.source))
        }
        ("toJSONString", []) if list.kind == ListKind::Json => {
            Value::Text(crate::json::write::try_write(&Value::List(list.clone()))?)
        }
        _ => return Ok(None),
    }))
}

fn out_of_range(at: i32, size: usize) -> Exception {
    Exception::new(format!("java.lang.IndexOutOfBoundsException: index {at}, size {size}"))
}
