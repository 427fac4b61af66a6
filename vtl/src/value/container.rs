//! Java's lists and maps: shared by reference, in insertion order.

use std::cell::RefCell;
use std::rc::Rc;

use indexmap::IndexMap;

use super::{Number, SourceId, Text, Value};

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
