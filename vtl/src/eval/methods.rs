//! Java's methods, found by name and by the classes of the arguments. No fitting method gives nothing; a method
//! that throws ends the rendering.

mod list;
mod map;
mod number;
mod text;

use std::rc::Rc;

use crate::value::{List, ListKind, Number, Object, Value, java_equals, java_string};

use super::error::Exception;

/// The outcome of a method: its value, none where there is no such method or it gives null.
type Called = Result<Option<Value>, Exception>;

/// Calls a method on a value.
pub(super) fn call(on: &Value, name: &str, arguments: &[Value]) -> Called {
    match (name, arguments) {
        ("toString", []) => {
            return Ok(match on {
                Value::Null
                | Value::Object(Object::Input | Object::Util | Object::Loop(_) | Object::Block(_)) => None,
                other => Some(Value::Text(crate::value::try_java_string(other)?)),
            });
        }
        ("equals", [other]) => return Ok(Some(Value::Bool(java_equals(on, other)))),
        ("getClass", []) => {
            return Ok(super::property::class_of(on).map(|class| Value::Object(Object::Class(class))));
        }
        ("hashCode", []) => return Ok(hash_code(on, 0).map(Value::int)),
        _ => {}
    }
    match on {
        Value::Text(text) => text::call(text, name, arguments),
        Value::List(list) => list::call(list, name, arguments),
        Value::Map(map) => map::call(map, name, arguments),
        Value::Number(number) => number::call(number, name, arguments),
        Value::Bool(value) => number::call_boolean(*value, name, arguments),
        // What leads from a class to the machine is out of reach.
        Value::Object(Object::Class(class)) => {
            Ok((name == "getName" && arguments.is_empty()).then(|| Value::text(class)))
        }
        Value::Object(Object::Entry(entry)) => Ok(match (name, arguments) {
            ("getKey", []) => Some(entry.0.clone()),
            ("getValue", []) => Some(entry.1.clone()),
            _ => None,
        }),
        Value::Object(Object::Loop(scope)) => Ok(match (name, arguments) {
            ("hasNext", []) => Some(Value::Bool(scope.count.get() < scope.total)),
            ("isFirst", []) => Some(Value::Bool(scope.count.get() <= 1)),
            ("isLast", []) => Some(Value::Bool(scope.count.get() >= scope.total)),
            ("getIndex", []) => Some(int(scope.count.get().saturating_sub(1))),
            ("getCount", []) => Some(int(scope.count.get())),
            _ => None,
        }),
        Value::Object(_) | Value::Null => Ok(None),
    }
}

/// `value[index]`: `get(index)`, a negative index counts from the end.
pub(super) fn index(on: &Value, index: &Value) -> Called {
    match (on, index) {
        (Value::List(list), Value::Number(Number::Int(at))) if *at < 0 => {
            let size = i32::try_from(list.items.borrow().len()).unwrap_or(i32::MAX);
            list::call(list, "get", &[Value::int(size + at)])
        }
        (Value::List(_) | Value::Map(_), _) => call(on, "get", std::slice::from_ref(index)),
        _ => Ok(None),
    }
}

/// `#set(value[index] = new)`: `set(index, new)`, or `put` where there is none.
pub(super) fn assign_index(on: &Value, index: &Value, new: Value) -> Result<(), Exception> {
    match on {
        Value::List(list) => {
            let at = match index {
                Value::Number(Number::Int(at)) if *at < 0 => {
                    Value::int(i32::try_from(list.items.borrow().len()).unwrap_or(i32::MAX) + at)
                }
                other => other.clone(),
            };
            list::call(list, "set", &[at, new]).map(|_| ())
        }
        Value::Map(map) => map::call(map, "put", &[index.clone(), new]).map(|_| ()),
        _ => Ok(()),
    }
}

fn int(value: usize) -> Value {
    Value::int(i32::try_from(value).unwrap_or(i32::MAX))
}

/// The elements of a collection argument.
fn collection(value: &Value) -> Option<Vec<Value>> {
    match value {
        Value::List(list) if list.kind != ListKind::Array => Some(list.to_vec()),
        _ => None,
    }
}

fn view(items: Vec<Value>, like: Option<crate::value::SourceId>) -> Value {
    Value::List(List::new(ListKind::View, items).from_source(like))
}

/// Java's `hashCode` for the classes where it is specified.
fn hash_code(value: &Value, depth: usize) -> Option<i32> {
    if depth > 50 {
        return None;
    }
    Some(match value {
        Value::Null => 0,
        Value::Bool(b) => {
            if *b {
                1231
            } else {
                1237
            }
        }
        Value::Text(text) => text
            .as_str()
            .encode_utf16()
            .fold(0i32, |hash, unit| hash.wrapping_mul(31).wrapping_add(i32::from(unit))),
        Value::Number(Number::Int(n)) => *n,
        Value::Number(Number::Long(n)) => {
            let bits = n.cast_unsigned();
            u32::try_from((bits ^ (bits >> 32)) & 0xFFFF_FFFF).unwrap_or(0).cast_signed()
        }
        Value::List(list) => {
            let mut hash = 1i32;
            for item in list.to_vec() {
                hash = hash.wrapping_mul(31).wrapping_add(hash_code(&item, depth + 1)?);
            }
            hash
        }
        Value::Map(map) => {
            let mut hash = 0i32;
            for (key, value) in map.entries.borrow().values() {
                hash = hash.wrapping_add(hash_code(key, depth + 1)? ^ hash_code(value, depth + 1)?);
            }
            hash
        }
        Value::Number(_) | Value::Object(_) => return None,
    })
}

/// A key's printed form, for keys that are neither text nor Boolean.
fn key_text(value: &Value) -> String {
    java_string(value).as_str().to_owned()
}

fn entry(key: &Value, value: &Value) -> Value {
    Value::Object(Object::Entry(Rc::new((key.clone(), value.clone()))))
}
