//! Java's lists and maps: shared by reference, in insertion order.

use std::cell::RefCell;
use std::rc::Rc;

use indexmap::IndexMap;

use super::{Number, Object, SourceId, Text, Value};

/// Which Java class a list is; it decides how the list prints and what it can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListKind {
    /// `java.util.ArrayList`, of list literals: prints `[a, b]`.
    Plain,
    /// json-smart's `JSONArray`: prints as JSON.
    Json,
    /// What `keySet`, `values` and `entrySet` give: no element can be got by index. Prints `[a, b]`.
    View,
    /// `java.lang.String[]`, of `split`: prints an address.
    Array,
}

/// A list, shared by reference.
#[derive(Clone, Debug)]
pub struct List {
    /// The Java class.
    pub kind: ListKind,
    /// The elements.
    pub items: Rc<RefCell<Vec<Value>>>,
    /// Whose data the list was read from: its brackets and commas, and the numbers in it, are that source's text.
    pub source: Option<SourceId>,
}

impl List {
    /// A list of these elements that the template made itself.
    pub fn new(kind: ListKind, items: Vec<Value>) -> Self {
        Self { kind, items: Rc::new(RefCell::new(items)), source: None }
    }

    /// The same list, said to come from `source`.
    #[must_use]
    pub fn from_source(mut self, source: Option<SourceId>) -> Self {
        self.source = source;
        self
    }

    /// The elements as they are now.
    pub fn to_vec(&self) -> Vec<Value> {
        self.items.borrow().clone()
    }
}

/// A map's key, equal as Java's `equals` has it (an Integer is never a Long).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum MapKey {
    /// `null`.
    Null,
    /// A Boolean.
    Bool(bool),
    /// A String.
    Text(Rc<str>),
    /// Any other value, by its class and printed form.
    Other(&'static str, String),
}

impl MapKey {
    /// The key that a value is. Containers count by their printed form, which `printed` gives.
    pub fn of(value: &Value, printed: impl FnOnce(&Value) -> String) -> Self {
        match value {
            Value::Null => MapKey::Null,
            Value::Bool(b) => MapKey::Bool(*b),
            Value::Text(text) => MapKey::Text(Rc::from(text.as_str())),
            Value::Number(number) => {
                let class = match number {
                    Number::Int(_) => "Integer",
                    Number::Long(_) => "Long",
                    Number::Big(_) => "BigInteger",
                    Number::Double(_) => "Double",
                    Number::Decimal(_) => "BigDecimal",
                };
                MapKey::Other(class, printed(value))
            }
            Value::List(_) => MapKey::Other("List", printed(value)),
            Value::Map(_) => MapKey::Other("Map", printed(value)),
            Value::Object(_) => MapKey::Other("Object", printed(value)),
        }
    }
}

/// What a [`Map`] holds: for each key its value as a key, with class and marks, and the value under it.
pub type Entries = IndexMap<MapKey, (Value, Value)>;

/// A `LinkedHashMap`, shared by reference. Each entry keeps the key's value, for its class and its marks.
#[derive(Clone, Debug, Default)]
pub struct Map {
    /// The entries in insertion order.
    pub entries: Rc<RefCell<Entries>>,
    /// Whose data the map was read from: its braces and separators, and the numbers in it, are that source's text.
    pub source: Option<SourceId>,
    /// Whether the map prints as nothing, as the maps inside `$context` do.
    pub silent: bool,
}

impl Map {
    /// The same map, said to come from `source`.
    #[must_use]
    pub fn from_source(mut self, source: Option<SourceId>) -> Self {
        self.source = source;
        self
    }

    /// The same map, printing as nothing.
    #[must_use]
    pub fn silenced(mut self) -> Self {
        self.silent = true;
        self
    }

    /// The value under a text key.
    pub fn get_text(&self, key: &str) -> Option<Value> {
        self.entries.borrow().get(&MapKey::Text(Rc::from(key))).map(|(_, value)| value.clone())
    }

    /// Puts a value under a text key. As in Java, an entry that was there keeps its place and its old key.
    pub fn put_text(&self, key: Text, value: Value) -> Option<Value> {
        let map_key = MapKey::Text(Rc::from(key.as_str()));
        let mut entries = self.entries.borrow_mut();
        if let Some((_, old)) = entries.get_mut(&map_key) {
            return Some(std::mem::replace(old, value));
        }
        entries.insert(map_key, (Value::Text(key), value));
        None
    }
}

impl Drop for List {
    fn drop(&mut self) {
        let mut doomed = Vec::new();
        take_items(self, &mut doomed);
        drop_flat(doomed);
    }
}

impl Drop for Map {
    fn drop(&mut self) {
        let mut doomed = Vec::new();
        take_entries(self, &mut doomed);
        drop_flat(doomed);
    }
}

/// Drops values without recursion: a template can put a list into a list as often as it runs, and dropping each
/// inside the other would run out of stack.
fn drop_flat(mut doomed: Vec<Value>) {
    while let Some(mut value) = doomed.pop() {
        match &mut value {
            Value::List(list) => take_items(list, &mut doomed),
            Value::Map(map) => take_entries(map, &mut doomed),
            Value::Object(Object::Entry(entry)) => {
                if let Some((key, value)) = Rc::get_mut(entry) {
                    doomed.push(std::mem::replace(key, Value::Null));
                    doomed.push(std::mem::replace(value, Value::Null));
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::Object(_) => {}
        }
    }
}

/// Moves out what a list holds, where nobody else holds the list.
fn take_items(list: &mut List, doomed: &mut Vec<Value>) {
    if let Some(items) = Rc::get_mut(&mut list.items) {
        doomed.append(items.get_mut());
    }
}

/// Moves out what a map holds, where nobody else holds the map.
fn take_entries(map: &mut Map, doomed: &mut Vec<Value>) {
    if let Some(entries) = Rc::get_mut(&mut map.entries) {
        doomed.extend(std::mem::take(entries.get_mut()).into_values().flat_map(|(key, value)| [key, value]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn containers_nested_without_end_are_dropped() {
        let mut value = Value::Null;
        for _ in 0..300_000 {
            let map = Map::default();
            map.put_text(Text::new("k"), value);
            let entry = Value::Object(Object::Entry(Rc::new((Value::Null, Value::Map(map)))));
            value = Value::List(List::new(ListKind::Plain, vec![entry]));
        }
        drop(value);
    }

    #[test]
    fn what_others_hold_is_kept() {
        let inner = List::new(ListKind::Plain, vec![Value::int(1)]);
        drop(Value::List(List::new(
            ListKind::Plain,
            vec![Value::List(inner.clone()), Value::List(inner.clone())],
        )));
        assert_eq!(inner.to_vec().len(), 1);
        let shared = Map::default();
        shared.put_text(Text::new("k"), Value::int(1));
        drop(shared.clone());
        assert!(shared.get_text("k").is_some());
    }

    #[test]
    fn an_entry_that_is_put_again_keeps_its_place_and_its_key() {
        let map = Map::default();
        map.put_text(Text::marked("a", SourceId(1)), Value::int(1));
        map.put_text(Text::new("b"), Value::int(2));
        assert!(matches!(map.put_text(Text::new("a"), Value::int(3)), Some(Value::Number(Number::Int(1)))));
        let entries = map.entries.borrow();
        let keys: Vec<_> = entries.values().map(|(key, _)| crate::value::java_string(key)).collect();
        assert_eq!(keys.iter().map(Text::as_str).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(keys[0].whole_source(), Some(SourceId(1)));
    }
}
