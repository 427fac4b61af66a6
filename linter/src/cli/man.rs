//! `keybound man`.

use std::io;

use clap::CommandFactory;

use super::{Arguments, ManArguments, Status, Streams};

/// Writes the page of the command, or of one of its subcommands.
pub(super) fn run(arguments: &ManArguments, streams: &mut Streams<'_>) -> io::Result<Status> {
    let mut command = Arguments::command().disable_help_subcommand(true);
    // Global arguments, and names such as `keybound-lint`, are there once it is built.
    command.build();
    let page = match &arguments.command {
        None => command,
        Some(name) => {
            let known = |sub: &&clap::Command| !sub.is_hide_set() && sub.get_name() == name;
            let Some(page) = command.get_subcommands().find(known) else {
                let all: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
                let shown = crate::report::visible::line(name);
                writeln!(streams.err, "error: no subcommand `{shown}`; there are {}", all.join(", "))?;
                return Ok(Status::Failed);
            };
            page.clone()
        }
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page).render(&mut text)?;
    streams.out.write_all(&text)?;
    Ok(Status::Clean)
}
