//! Bad arguments, said the way every other error is said.

use std::io;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::{Status, Streams};
use crate::report::visible;

/// Writes help and version to standard output, and what is wrong with the arguments to standard error.
pub(super) fn write(error: &clap::Error, streams: &mut Streams<'_>) -> io::Result<Status> {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let rendered = error.render();
            if streams.out_screen.colours {
                write!(streams.out, "{}", rendered.ansi())?;
            } else {
                write!(streams.out, "{rendered}")?;
            }
            Ok(Status::Clean)
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            _ = write!(streams.err, "{}", error.render());
            Ok(Status::Failed)
        }
        kind => {
            _ = writeln!(streams.err, "error: {}", message(kind, error));
            if let Some(usage) = text(error, ContextKind::Usage) {
                _ = writeln!(streams.err, "{}", usage.replacen("Usage: ", "usage: ", 1));
            }
            Ok(Status::Failed)
        }
    }
}

fn message(kind: ErrorKind, error: &clap::Error) -> String {
    let argument = quoted(error, ContextKind::InvalidArg).unwrap_or_else(|| "an argument".to_owned());
    let value = quoted(error, ContextKind::InvalidValue);
    let said = match kind {
        ErrorKind::UnknownArgument => format!("there is no argument {argument}"),
        ErrorKind::InvalidSubcommand => {
            let command = quoted(error, ContextKind::InvalidSubcommand).unwrap_or_default();
            format!("there is no command {command}")
        }
        ErrorKind::MissingSubcommand => "a command is missing".to_owned(),
        ErrorKind::InvalidValue => match value.filter(|value| value != "``") {
            Some(value) => format!("{argument} cannot be {value}"),
            None => format!("{argument} needs a value"),
        },
        ErrorKind::ValueValidation => format!("{argument} cannot be {}", value.unwrap_or_default()),
        ErrorKind::MissingRequiredArgument => format!("{argument} is missing"),
        ErrorKind::ArgumentConflict => match quoted(error, ContextKind::PriorArg) {
            Some(other) if other != argument => format!("{argument} cannot be used with {other}"),
            _ => format!("{argument} is given more than once"),
        },
        ErrorKind::InvalidUtf8 => "an argument is not UTF-8".to_owned(),
        ErrorKind::TooManyValues => format!("{argument} takes no value {}", value.unwrap_or_default()),
        other => other.as_str().unwrap_or("the arguments cannot be read").to_owned(),
    };
    let choices = [ContextKind::ValidValue, ContextKind::ValidSubcommand].map(|kind| quoted(error, kind));
    let suggestions =
        [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    // Of several the parser has the likeliest last.
    let suggestion = suggestions.into_iter().find_map(|kind| all_quoted(error, kind)?.pop());
    match (suggestion, choices.into_iter().flatten().next()) {
        (Some(meant), _) => format!("{said}; did you mean {meant}"),
        (None, Some(choices)) => format!("{said}; it is one of {choices}"),
        (None, None) => said,
    }
}

fn text(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::StyledStr(text) => Some(text.to_string()),
        _ => None,
    }
}

/// The context's texts in backticks, safe to show, in one list.
fn quoted(error: &clap::Error, kind: ContextKind) -> Option<String> {
    Some(all_quoted(error, kind)?.join(", "))
}

/// The context's texts in backticks, safe to show; none where there are none.
fn all_quoted(error: &clap::Error, kind: ContextKind) -> Option<Vec<String>> {
    let texts = match error.get(kind)? {
        ContextValue::String(text) => vec![text.clone()],
        ContextValue::Strings(texts) => texts.clone(),
        ContextValue::StyledStr(text) => vec![text.to_string()],
        _ => return None,
    };
    // clap puts brackets around the names of positional arguments.
    let is_name = matches!(kind, ContextKind::InvalidArg | ContextKind::PriorArg);
    let name = |text: &str| match text.strip_prefix(['<', '[']).filter(|_| is_name) {
        Some(rest) => visible::line(rest.trim_end_matches(['>', ']', '.'])),
        None => visible::line(text),
    };
    let quoted: Vec<String> = texts.iter().map(|text| format!("`{}`", name(text))).collect();
    (!quoted.is_empty()).then_some(quoted)
}
