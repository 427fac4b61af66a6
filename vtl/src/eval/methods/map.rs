//! `java.util.LinkedHashMap`.

use crate::value::{Map, MapKey, Value, java_equals};

use super::{Called, entry, int, key_text, view};

pub(super) fn call(map: &Map, name: &str, arguments: &[Value]) -> Called {
    let key_of = |value: &Value| MapKey::of(value, key_text);
    let get = |key: &Value| map.entries.borrow().get(&key_of(key)).map(|(_, value)| value.clone());
    Ok(Some(match (name, arguments) {
        ("size", []) => int(map.entries.borrow().len()),
        ("isEmpty", []) => Value::Bool(map.entries.borrow().is_empty()),
        ("get", [key]) => return Ok(get(key)),
        ("getOrDefault", [key, default]) => get(key).unwrap_or_else(|| default.clone()),
        ("put", [key, value]) => return Ok(put(map, key, value)),
        ("putIfAbsent", [key, value]) => match get(key) {
            None | Some(Value::Null) => {
                put(map, key, value);
                return Ok(None);
            }
            Some(old) => old,
        },
        ("putAll", [Value::Map(other)]) => {
            let entries: Vec<_> = other.entries.borrow().values().cloned().collect();
            for (key, value) in entries {
                put(map, &key, &value);
            }
            return Ok(None);
        }
        ("remove", [key]) => {
            return Ok(map.entries.borrow_mut().shift_remove(&key_of(key)).map(|(_, value)| value));
        }
        ("clear", []) => {
            map.entries.borrow_mut().clear();
            return Ok(None);
        }
        ("containsKey", [key]) => Value::Bool(map.entries.borrow().contains_key(&key_of(key))),
        ("containsValue", [value]) => {
            Value::Bool(map.entries.borrow().values().any(|(_, held)| java_equals(held, value)))
        }
        ("keySet", []) => {
            view(map.entries.borrow().values().map(|(key, _)| key.clone()).collect(), map.source)
        }
        ("values", []) => {
            view(map.entries.borrow().values().map(|(_, value)| value.clone()).collect(), map.source)
        }
        ("entrySet", []) => {
            view(map.entries.borrow().values().map(|(key, value)| entry(key, value)).collect(), map.source)
        }
        _ => return Ok(None),
    }))
}

fn put(map: &Map, key: &Value, value: &Value) -> Option<Value> {
    let mut entries = map.entries.borrow_mut();
    let map_key = MapKey::of(key, key_text);
    if let Some((_, old)) = entries.get_mut(&map_key) {
        return Some(std::mem::replace(old, value.clone()));
    }
    entries.insert(map_key, (key.clone(), value.clone()));
    None
}
