//! The command line: arguments to streams and an exit status.

mod arguments;
mod baseline;
mod case;
mod complaint;
mod completions;
mod engine;
mod explain;
mod fix;
mod given;
mod init;
mod input;
mod lint;
mod man;
mod map;
mod markdown;
mod policy;
mod progress;
mod render;
mod schema;
mod show_config;
mod status;
mod streams;

#[cfg(test)]
mod tests;

pub use arguments::{
    Arguments, ColorChoice, Command, CompletionsArguments, ConfigurationArguments, ExplainArguments, FailOn,
    FixArguments, Format, InitArguments, LintArguments, ManArguments, MapArguments, MapFormat,
    PolicyArguments, RenderArguments, RulesArguments,
};
pub use case::Case;
pub use engine::{Engine, Linter};
pub use status::Status;
pub use streams::Streams;

use std::ffi::OsString;
use std::io;

use clap::{CommandFactory, FromArgMatches};

/// Runs the command with the process's arguments and streams.
pub fn main() -> std::process::ExitCode {
    // Standard output is written in large pieces, whether or not it is a terminal. Neither stream is locked for the
    // whole run: a worker that panicked would wait for the lock to say so, and its message for ever.
    let mut out = io::BufWriter::with_capacity(64 << 10, io::stdout());
    let mut err = io::stderr();
    let mut input = io::stdin().lock();
    let mut streams = Streams::of_process(&mut out, &mut err, &mut input);
    run(&Linter, std::env::args_os(), &mut streams).into()
}

/// Runs the command with these arguments, the program's name first.
pub fn run(
    engine: &dyn Engine,
    args: impl IntoIterator<Item = OsString>,
    streams: &mut Streams<'_>,
) -> Status {
    let width = streams.out_screen.prose_width();
    let arguments = Arguments::command()
        .term_width(width)
        .try_get_matches_from(args)
        .and_then(|matches| Arguments::from_arg_matches(&matches));
    let done = match arguments {
        Ok(arguments) => {
            streams.choose_colours(arguments.color);
            match &arguments.command {
                Command::Lint(arguments) => lint::run(engine, arguments, streams),
                Command::Map(arguments) => map::run(engine, arguments, streams),
                Command::Init(arguments) => init::run(arguments, streams),
                Command::Render(arguments) => render::run(arguments, streams),
                Command::Policy(arguments) => policy::run(arguments, streams),
                Command::Schema => schema::run(engine, streams),
                Command::Explain(arguments) => explain::run(engine, arguments, streams),
                Command::Completions(arguments) => completions::run(arguments, streams),
                Command::Man(arguments) => man::run(arguments, streams),
            }
        }
        Err(error) => complaint::write(&error, streams),
    };
    let status = done.as_ref().map_or(Status::Clean, |status| *status);
    match done.and_then(|_| streams.out.flush()) {
        Ok(()) => status,
        // Whoever read the output has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => status,
        Err(error) => {
            // Where standard error is gone too, only the status is left to tell.
            _ = writeln!(streams.err, "error: standard output cannot be written: {error}");
            Status::Failed
        }
    }
}
