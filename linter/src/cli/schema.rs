//! `keybound schema`.

use std::io;

use super::{Status, Streams};

/// Writes the JSON Schema of access rules.
pub(super) fn run(streams: &mut Streams<'_>) -> io::Result<Status> {
    writeln!(streams.out, "{}", keybound_shared::SCHEMA.trim_end())?;
    Ok(Status::Clean)
}
