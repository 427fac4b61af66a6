//! `.name` on a value: getters, a map's keys, `is` getters.

use std::rc::Rc;

use crate::value::{ListKind, LoopScope, Number, Object, Text, Value};

use super::error::Exception;
use super::render::Renderer;

impl Renderer<'_> {
    /// The value of a property; none where the class has no such property.
    pub(super) fn property(&mut self, on: &Value, name: &str) -> Result<Option<Value>, Exception> {
        Ok(match on {
            // Getters come first, so `class` is never a key.
            Value::Object(Object::Class(class)) => (name == "name").then(|| Value::text(class)),
            _ if name == "class" || name == "Class" => {
                class_of(on).map(|class| Value::Object(Object::Class(class)))
            }
            Value::Map(map) => map.get_text(name),
            Value::List(_) if name == "empty" => super::methods::call(on, "isEmpty", &[])?,
            Value::Text(text) if name == "empty" => Some(Value::Bool(text.as_str().is_empty())),
            Value::Object(Object::Entry(entry)) => match name {
                "key" | "Key" => Some(entry.0.clone()),
                "value" | "Value" => Some(entry.1.clone()),
                _ => None,
            },
            Value::Object(Object::Loop(scope)) => loop_property(scope, name),
            Value::Object(Object::Input) if name == "body" || name == "Body" => {
                Some(Value::Text(self.body()))
            }
            _ => None,
        })
    }
}

/// The Java class of a value, by its full name.
pub(super) fn class_of(value: &Value) -> Option<&'static str> {
    Some(match value {
        Value::Text(_) => "java.lang.String",
        Value::Bool(_) => "java.lang.Boolean",
        Value::Number(Number::Int(_)) => "java.lang.Integer",
        Value::Number(Number::Long(_)) => "java.lang.Long",
        Value::Number(Number::Big(_)) => "java.math.BigInteger",
        Value::Number(Number::Double(_)) => "java.lang.Double",
        Value::Number(Number::Decimal(_)) => "java.math.BigDecimal",
        Value::List(list) => match list.kind {
            ListKind::Plain => "java.util.ArrayList",
            ListKind::Json => "net.minidev.json.JSONArray",
            ListKind::View | ListKind::Array => return None,
        },
        Value::Map(_) => "java.util.LinkedHashMap",
        Value::Null | Value::Object(_) => return None,
    })
}

fn loop_property(scope: &Rc<LoopScope>, name: &str) -> Option<Value> {
    let number = |value: usize| Value::Number(Number::Int(i32::try_from(value).unwrap_or(i32::MAX)));
    let count = scope.count.get();
    Some(match name {
        "count" | "Count" => number(count),
        "index" | "Index" => number(count.saturating_sub(1)),
        "hasNext" | "HasNext" => Value::Bool(count < scope.total),
        "first" | "First" => Value::Bool(count <= 1),
        "last" | "Last" => Value::Bool(count >= scope.total),
        "parent" | "Parent" => Value::Object(Object::Loop(Rc::clone(scope.parent.as_ref()?))),
        "topmost" | "Topmost" => {
            let mut top = scope;
            while let Some(parent) = &top.parent {
                top = parent;
            }
            Value::Object(Object::Loop(Rc::clone(top)))
        }
        _ => return None,
    })
}

impl Renderer<'_> {
    /// `$input.body`: the payload as it came, `{}` where there is none.
    pub(super) fn body(&self) -> Text {
        if self.request.body.as_str().is_empty() { Text::new("{}") } else { self.request.body.clone() }
    }
}
