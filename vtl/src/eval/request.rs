//! What a template is rendered for.

use std::collections::HashMap;

use crate::value::{Map, SourceId, Text, Value};

/// A request as a mapping template sees it. Texts carry marks where whoever renders wants to know what became of
/// them.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The payload; an empty one reads as `{}`.
    pub body: Text,
    /// Path parameters, decoded.
    pub path: Vec<(String, Text)>,
    /// Query parameters, decoded.
    pub querystring: Vec<(String, Text)>,
    /// Headers with the case in which the client sent them.
    pub header: Vec<(String, Text)>,
    /// Whose the names of query parameters and headers are.
    pub names_source: Option<SourceId>,
    /// `$context`, as [`context_map`] makes it.
    pub context: Map,
    /// `$stageVariables`.
    pub stage_variables: Vec<(String, Text)>,
    /// Variables that exist before the template begins.
    pub variables: Vec<(String, Value)>,
    /// What the deployment put in place of placeholders; others print as `${name}`.
    pub placeholders: HashMap<String, String>,
}

impl Request {
    /// The value of `$input.params()`.
    pub(super) fn parameters(&self) -> Map {
        let all = Map::default();
        for (place, parameters, client_named) in [
            ("path", &self.path, false),
            ("querystring", &self.querystring, true),
            ("header", &self.header, true),
        ] {
            let source = self.names_source.filter(|_| client_named);
            let map = Map::default().from_source(source);
            for (name, value) in parameters {
                let name = source.map_or_else(|| Text::new(name), |source| Text::marked(name, source));
                map.put_text(name, Value::Text(value.clone()));
            }
            all.put_text(Text::new(place), Value::Map(map));
        }
        all
    }

    /// The value of `$input.params(name)`: the first of path, query string and header that has it.
    pub(super) fn parameter(&self, name: &str) -> Option<Text> {
        [&self.path, &self.querystring, &self.header].into_iter().find_map(|parameters| {
            parameters.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.clone())
        })
    }
}

/// Makes a map into `$context`: the maps in it print as nothing, and the overrides that templates write to exist.
pub fn context_map(context: Map) -> Map {
    let child = |map: &Map, name: &str| match map.get_text(name) {
        Some(Value::Map(child)) => child,
        _ => {
            let child = Map::default().silenced();
            map.put_text(Text::new(name), Value::Map(child.clone()));
            child
        }
    };
    let context = silenced(&context, 0);
    let request = child(&context, "requestOverride");
    for place in ["header", "path", "querystring"] {
        child(&request, place);
    }
    child(&child(&context, "responseOverride"), "header");
    context
}

fn silenced(map: &Map, depth: usize) -> Map {
    let out = Map::default().from_source(map.source).silenced();
    for (key, (name, value)) in map.entries.borrow().iter() {
        let value = match value {
            Value::Map(child) if depth < 16 => Value::Map(silenced(child, depth + 1)),
            other => other.clone(),
        };
        out.entries.borrow_mut().insert(key.clone(), (name.clone(), value));
    }
    out
}
