//! Logs: JSON, one line an event, on standard output, where Lambda takes them from.
//!
//! A line never holds a token, a claim's value, a key id, a header or a path. What it holds of a request is made of
//! names of the rules and of codes of this program, and JSON escapes what would end a line.
//! `tracing-subscriber`'s own JSON layout puts an event's fields into a member of their own, where CloudWatch's
//! embedded metric format does not look; hence the module `json_line`.

mod decision;
mod json_line;

pub use decision::{DecisionRecord, Outcome, Timings};

use std::io;
use std::panic;

use tracing::level_filters::LevelFilter;
use tracing::subscriber::SetGlobalDefaultError;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;

use json_line::JsonLine;

/// What targets of this program's events begin with: those of the library's modules, too.
const OWN: &str = "keybound";
/// Where `lambda_runtime` repeats every error that a handler returns, for which there is a decision's line already.
const REPEATED_ERRORS: &str = "lambda_runtime::layers::panic";

/// The level that the environment asks for: `KEYBOUND_LOG` (`off`, `error`, `warn`, `info`, `debug` or `trace`), or
/// `AWS_LAMBDA_LOG_LEVEL`, which Lambda sets with its logging configuration, or `info`.
///
/// # Errors
///
/// The name of the variable whose value is no level. It is then `info`.
pub fn level(environment: &dyn Fn(&str) -> Option<String>) -> Result<LevelFilter, &'static str> {
    for name in ["KEYBOUND_LOG", "AWS_LAMBDA_LOG_LEVEL"] {
        match environment(name) {
            None => {}
            // Lambda's highest, which tracing does not have.
            Some(level) if level.eq_ignore_ascii_case("fatal") => return Ok(LevelFilter::ERROR),
            Some(level) => return level.parse().map_err(|_| name),
        }
    }
    Ok(LevelFilter::INFO)
}

/// Sends this process's events, from this level on, to standard output, and the places of panics with them.
///
/// # Errors
///
/// If the process has a subscriber already.
pub fn install(level: LevelFilter) -> Result<(), SetGlobalDefaultError> {
    tracing::subscriber::set_global_default(subscriber(level, io::stdout))?;
    // The default hook prints the message of a panic, which may quote what it was about.
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(target: "keybound::panic", place, "panic");
    }));
    Ok(())
}

/// What writes events, from this level on, to `writer`.
pub fn subscriber<W>(level: LevelFilter, writer: W) -> impl tracing::Subscriber + Send + Sync
where
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    // Libraries log what they send and receive: `lambda_runtime` whole events, at `trace`.
    let foreign = level.min(LevelFilter::WARN);
    let filter = filter_fn(move |event| {
        let own = event.target().starts_with(OWN);
        *event.level() <= if own { level } else { foreign } && event.target() != REPEATED_ERRORS
    });
    let lines = tracing_subscriber::fmt::layer().with_writer(writer).event_format(JsonLine);
    tracing_subscriber::registry().with(lines.with_filter(filter.with_max_level_hint(level)))
}

#[cfg(test)]
mod tests;
