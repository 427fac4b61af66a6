//! `keybound lint --show-config FILE`.

use std::io;
use std::path::Path;

use super::{Engine, LintArguments, Status, Streams, status};
use crate::access_rules::RulesChoice;
use crate::analysis;
use crate::api::trust::Decider;
use crate::configuration::{Configuration, ConfigurationChoice, LeftOut};
use crate::finding::{ErrorPlace, RunError};
use crate::keybound_file::KeyboundFiles;
use crate::report::visible;
use crate::source::HostSpan;

/// Says what applies to a file, and what says so: a line of a file, an argument, or nothing.
pub(super) fn run(
    engine: &dyn Engine,
    file: &Path,
    arguments: &LintArguments,
    streams: &mut Streams<'_>,
) -> io::Result<Status> {
    let directory = file.parent().filter(|directory| !directory.as_os_str().is_empty());
    if file.is_dir() || !directory.unwrap_or(Path::new(".")).is_dir() {
        let message = if file.is_dir() { "is a directory" } else { "lies in no directory that there is" };
        let help = Some("name a definition or a template".to_owned());
        let place = ErrorPlace::Path(file.to_owned());
        return Ok(status::fail(streams, &[RunError { place, message: message.to_owned(), help }]));
    }
    let settings = arguments.settings();
    let mut files = KeyboundFiles::default();
    let mut configurations = analysis::configurations(&settings, &mut files);
    let configuration = configurations.of(file, &mut files);
    if !configurations.errors.is_empty() {
        return Ok(status::fail(streams, &configurations.errors));
    }
    let shown = |path: &Path| visible::line(&streams.base.shown(path));
    let mut lines = vec![shown(file)];
    let settings_from = match (&settings.configuration, &configuration) {
        (ConfigurationChoice::None, _) => "none (`--no-config`)".to_owned(),
        (ConfigurationChoice::File(path), _) => format!("{} (`--config`)", shown(path)),
        (_, Some(found)) => format!("{} (the nearest with a section `lint`)", shown(found.file.path())),
        (_, None) => "none (no `keybound.yaml` above has a section `lint`)".to_owned(),
    };
    let rules_from = match &settings.rules {
        RulesChoice::None => "none (`--no-rules`)".to_owned(),
        RulesChoice::File(path) => format!("{} (`--rules`)", shown(path)),
        RulesChoice::Nearest => match files.nearest(file, |parts| parts.rules) {
            Some(path) => format!("{} (the nearest with access rules)", shown(&path)),
            None => "none (no `keybound.yaml` above has access rules)".to_owned(),
        },
    };
    lines.push(format!("settings: {settings_from}"));
    lines.push(format!("access rules: {rules_from}"));
    let at = |found: &Configuration, span: HostSpan| {
        format!("{}:{}", shown(found.file.path()), found.file.position(span.start).line)
    };
    lines.push(format!("linted: {}", linted(file, configuration.as_deref(), &at)));
    for (decider, title) in [(Decider::Deployment, "trusted"), (Decider::Client, "untrusted")] {
        let values = configuration.iter().flat_map(|found| {
            let said = found.values().filter(move |(_, said, _)| *said == decider);
            said.map(|(value, _, span)| format!("  {value} ({})", at(found, span)))
        });
        let values: Vec<String> = values.collect();
        let none = if values.is_empty() { " none" } else { "" };
        lines.push(format!("{title}:{none}"));
        lines.extend(values);
    }
    lines.push("levels:".to_owned());
    for lint in engine.lints() {
        let set = configuration.as_ref().and_then(|found| Some((found, found.level(lint.name)?)));
        lines.push(match set {
            Some((found, (level, span))) => {
                format!("  {}: {} ({})", lint.name, level.word(), at(found, span))
            }
            None => format!("  {}: {} (default)", lint.name, lint.severity.word()),
        });
    }
    for line in lines {
        writeln!(streams.out, "{line}")?;
    }
    Ok(Status::Clean)
}

/// Whether a file is linted, and by which pattern.
fn linted(
    file: &Path,
    configuration: Option<&Configuration>,
    at: &dyn Fn(&Configuration, HostSpan) -> String,
) -> String {
    let Some(found) = configuration else { return "yes (default)".to_owned() };
    match found.leaves_out(file) {
        Some(LeftOut::Excluded(pattern)) => {
            format!(
                "no: `{}` excludes it ({})",
                visible::line(&pattern.value),
                at(found, found.place(&pattern))
            )
        }
        Some(LeftOut::NotIncluded(first)) => {
            format!("no: nothing includes it ({})", at(found, found.place(&first)))
        }
        None => match found.included_by(file) {
            Some(pattern) => {
                format!(
                    "yes: `{}` includes it ({})",
                    visible::line(&pattern.value),
                    at(found, found.place(pattern))
                )
            }
            None => "yes (default)".to_owned(),
        },
    }
}
