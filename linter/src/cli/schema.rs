//! `keybound schema`.

use std::io;

use serde_json::{Value, json};

use super::{Engine, Status, Streams};

/// Writes the JSON Schema of `keybound.yaml`, which knows the names of the lints.
pub(super) fn run(engine: &dyn Engine, streams: &mut Streams<'_>) -> io::Result<Status> {
    let mut schema: Value = serde_json::from_str(keybound_shared::SCHEMA)?;
    if let Some(levels) = schema.pointer_mut("/$defs/lint/properties/levels").and_then(Value::as_object_mut) {
        let names: Vec<&str> = engine.lints().iter().map(|lint| lint.name).collect();
        levels.insert("propertyNames".to_owned(), json!({ "enum": names }));
    }
    serde_json::to_writer_pretty(&mut *streams.out, &schema)?;
    writeln!(streams.out)?;
    Ok(Status::Clean)
}
