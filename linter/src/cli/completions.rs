//! `keybound completions`.

use std::io;

use clap::CommandFactory;

use super::{Arguments, CompletionsArguments, Status, Streams};

/// Writes the script of a shell.
pub(super) fn run(arguments: &CompletionsArguments, streams: &mut Streams<'_>) -> io::Result<Status> {
    let mut command = Arguments::command();
    let name = command.get_name().to_owned();
    // The generator panics where its output cannot be written, so it writes to memory.
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, name, &mut script);
    streams.out.write_all(&script)?;
    Ok(Status::Clean)
}
