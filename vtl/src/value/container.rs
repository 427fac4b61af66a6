//! Java's lists and maps: shared by reference, in insertion order.

use std::cell::RefCell;
use std::rc::Rc;

use indexmap::IndexMap;

use super::{Number, Value};

/// Which Java class a list is; it decides how the list prints and what it can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListKind {
    /// `java.util.ArrayList`, of list literals: prints `[a, b]`.
    Plain,
    /// json-smart's `JSONArray`: prints as JSON.
    Json,
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
}

impl List {
    /// A list of these elements.
    pub fn new(kind: ListKind, items: Vec<Value>) -> Self {
        Self { kind, items: Rc::new(RefCell::new(items)) }
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
        }
    }
}

/// A `LinkedHashMap`, shared by reference. Each entry keeps the key's value, for its class and its marks.
#[derive(Clone, Debug, Default)]
pub struct Map {
    /// The entries in insertion order.
    pub entries: Rc<RefCell<IndexMap<MapKey, (Value, Value)>>>,
}

impl Map {
    /// The value under a text key.
    pub fn get_text(&self, key: &str) -> Option<Value> {
        self.entries.borrow().get(&MapKey::Text(Rc::from(key))).map(|(_, value)| value.clone())
    }

    /// Puts a value under a text key.
    pub fn put_text(&self, key: super::Text, value: Value) -> Option<Value> {
        let map_key = MapKey::Text(Rc::from(key.as_str()));
        self.entries.borrow_mut().insert(map_key, (Value::Text(key), value)).map(|(_, old)| old)
    }
}
