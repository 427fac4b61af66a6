//! `keybound init`.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{InitArguments, Status, Streams, input};
use crate::analysis::{self, distinct};
use crate::api::discovery::{self, Options, Unit};
use crate::draft_rules::{Draft, draft};
use crate::finding::{ErrorPlace, RunError};
use crate::keybound_file::FILE_NAME;
use crate::report::text::Text;
use crate::report::visible;

/// Where a draft is written.
enum Target {
    /// To standard output.
    Output,
    /// To a file that must not exist.
    File(PathBuf),
}

/// Writes a first draft of access rules, and says what is left to fill in.
pub(super) fn run(arguments: &InitArguments, streams: &mut Streams<'_>) -> io::Result<Status> {
    let target = Target::of(arguments);
    let units = match read(&arguments.paths) {
        Ok(units) => units,
        Err(errors) => return Ok(fail(streams, &errors)),
    };
    let integrations: Vec<_> = distinct(&units).into_iter().map(|(_, integration)| integration).collect();
    if integrations.is_empty() {
        let help =
            "name an OpenAPI, CloudFormation, SAM or Terraform file, or a directory that has one".to_owned();
        let message = "no integration with DynamoDB was found".to_owned();
        let error = RunError { place: ErrorPlace::Run, message, help: Some(help) };
        return Ok(fail(streams, &[error]));
    }
    let draft = draft(&integrations, sources(&integrations, &target));
    match &target {
        Target::Output => {
            streams.out.write_all(draft.text.as_bytes())?;
            streams.out.flush()?;
        }
        Target::File(path) => {
            if let Err(error) = create(path, &draft.text) {
                return Ok(fail(streams, &[error]));
            }
        }
    }
    // Where standard error cannot be written, the draft stands all the same.
    _ = tell(&draft, &target, streams);
    Ok(Status::Clean)
}

impl Target {
    fn of(arguments: &InitArguments) -> Self {
        match (&arguments.output, arguments.paths.as_slice()) {
            (Some(path), _) if input::is_standard_input(path) => Self::Output,
            (Some(path), _) => Self::File(path.clone()),
            (None, [only]) if only.is_dir() => {
                let path = only.join(FILE_NAME);
                Self::File(path.strip_prefix("./").map(Path::to_owned).unwrap_or(path))
            }
            (None, [only]) => Self::File(only.with_file_name(FILE_NAME)),
            (None, _) => Self::File(PathBuf::from(FILE_NAME)),
        }
    }
}

/// The definitions of these paths. Rules that are there already are no definition, whatever they hold.
fn read(paths: &[PathBuf]) -> Result<Vec<Unit>, Vec<RunError>> {
    let is_rules = |path: &Path| path.file_name().is_some_and(|name| name == FILE_NAME);
    let (mut units, mut errors) = (Vec::new(), Vec::new());
    for found in discovery::find(paths) {
        let read = match found {
            Ok(candidate) if is_rules(&candidate.path) => continue,
            Ok(candidate) => discovery::read_path(&candidate, &Options::default()),
            Err(error) => vec![Err(error)],
        };
        for result in read {
            match result {
                Ok(unit) => units.push(unit),
                Err(error) => errors.push(analysis::run_error(error)),
            }
        }
    }
    // A draft of some of the definitions would look like one of all.
    if errors.is_empty() { Ok(units) } else { Err(errors) }
}

/// The files of the integrations, as they are called from where the draft is.
fn sources(integrations: &[&crate::api::Integration], target: &Target) -> Vec<String> {
    let beside = match target {
        Target::File(path) => path.parent(),
        Target::Output => None,
    };
    let mut found: Vec<String> = Vec::new();
    for integration in integrations {
        let path = integration.file.path();
        let path = beside.and_then(|directory| path.strip_prefix(directory).ok()).unwrap_or(path);
        let name = path.to_string_lossy().into_owned();
        if !found.contains(&name) {
            found.push(name);
        }
    }
    found
}

/// Writes a file that is not there yet.
fn create(path: &Path, text: &str) -> Result<(), RunError> {
    let failed = |message: String, help: Option<&str>| RunError {
        place: ErrorPlace::Path(path.to_owned()),
        message,
        help: help.map(str::to_owned),
    };
    let mut file =
        OpenOptions::new().write(true).create_new(true).open(path).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => {
                let help = "move it away, or write the draft elsewhere with `--output`";
                failed("exists already, and nothing is overwritten".to_owned(), Some(help))
            }
            _ => failed(format!("cannot be written: {error}"), None),
        })?;
    file.write_all(text.as_bytes()).and_then(|()| file.flush()).map_err(|error| {
        // Half a draft is no rules, and it is ours.
        _ = fs::remove_file(path);
        failed(format!("cannot be written: {error}"), None)
    })
}

/// Says what was written, and what is left to fill in.
fn tell(draft: &Draft, target: &Target, streams: &mut Streams<'_>) -> io::Result<()> {
    let name = match target {
        Target::Output => "standard output".to_owned(),
        Target::File(path) => visible::line(&path.to_string_lossy()),
    };
    let contents = [(draft.tables, "table"), (draft.variables, "variable"), (draft.grants, "grant")];
    let contents =
        contents.map(|(count, what)| format!("{count} {what}{}", if count == 1 { "" } else { "s" }));
    writeln!(streams.err, "wrote {name}: {}", contents.join(", "))?;
    if !draft.todos.is_empty() {
        writeln!(streams.err, "left to fill in:")?;
    }
    for todo in &draft.todos {
        let (about, what) = (visible::line(&todo.about), visible::line(&todo.what));
        writeln!(streams.err, "  {name}:{}: {about}: {what}", todo.line)?;
    }
    Ok(())
}

fn fail(streams: &mut Streams<'_>, errors: &[RunError]) -> Status {
    let text = Text::new(&streams.base, streams.err_screen);
    for error in errors {
        // Where standard error cannot be written, only the status is left to tell.
        _ = text.error(streams.err, error);
    }
    Status::Failed
}
