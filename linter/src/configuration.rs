//! How findings are shown and values trusted below a `keybound.yaml`: its section `lint`.
//!
//! Nothing here decides what is true. A lint that is off and a file that is left out are not reported; what is said of
//! who decides a value is the ground on which templates are judged, and is handed to symbolic rendering.

mod paths;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use keybound_shared::{LintLevel, LintSettings, Span, Written};

use crate::api::trust::{Decider, Said, Trust};
use crate::finding::{ErrorPlace, Finding, RunError, Severity};
use crate::keybound_file::{KeyboundFiles, run_error};
use crate::render::context;
use crate::source::{HostSpan, SourceFile};

pub use paths::LeftOut;
use paths::Paths;

/// Where settings come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ConfigurationChoice {
    /// The nearest file above each definition that has any.
    #[default]
    Nearest,
    /// This file for all definitions.
    File(PathBuf),
    /// Nowhere: everything is as it is without.
    None,
}

/// The settings of one file.
#[derive(Clone, Debug)]
pub struct Configuration {
    /// The file.
    pub file: Arc<SourceFile>,
    /// What it says of who decides values.
    pub trust: Arc<Trust>,
    settings: LintSettings,
    paths: Paths,
}

/// The settings of a run, each file's read once.
#[derive(Debug, Default)]
pub struct Configurations {
    choice: ConfigurationChoice,
    lints: Vec<&'static str>,
    by_path: BTreeMap<PathBuf, Option<Arc<Configuration>>>,
    /// What is wrong with the files: these end as failures of the run.
    pub errors: Vec<RunError>,
}

impl Configurations {
    /// For a run with these lints; a file that is named is read even if no definition is found.
    pub fn new(choice: ConfigurationChoice, lints: Vec<&'static str>, files: &mut KeyboundFiles) -> Self {
        let mut all = Self { choice: choice.clone(), lints, ..Self::default() };
        if let ConfigurationChoice::File(path) = choice {
            all.load(&path, files, true);
        }
        all
    }

    /// The settings for a file.
    pub fn of(&mut self, file: &Path, files: &mut KeyboundFiles) -> Option<Arc<Configuration>> {
        let path = match &self.choice {
            ConfigurationChoice::None => return None,
            ConfigurationChoice::File(path) => path.clone(),
            ConfigurationChoice::Nearest => files.nearest(file, |parts| parts.lint)?,
        };
        self.load(&path, files, false)
    }

    fn load(&mut self, path: &Path, files: &mut KeyboundFiles, named: bool) -> Option<Arc<Configuration>> {
        if let Some(known) = self.by_path.get(path) {
            return known.clone();
        }
        let failed = |message: String, help: &str| {
            let help = named.then(|| help.to_owned());
            vec![RunError { place: ErrorPlace::Path(path.to_owned()), message, help }]
        };
        let loaded = match files.read(path) {
            Ok(found) => self.read(&found.file).unwrap_or_else(|| {
                Err(failed(
                    "has no section `lint`".to_owned(),
                    "name a file that has one, or use `--no-config` for none",
                ))
            }),
            Err(message) => {
                Err(failed(message, "name a file with a section `lint`, or leave `--config` out"))
            }
        };
        let loaded = loaded.map(Arc::new).map_err(|errors| self.errors.extend(errors)).ok();
        self.by_path.insert(path.to_owned(), loaded.clone());
        loaded
    }

    /// The settings of a file, or everything that is wrong with them; none where it has none.
    fn read(&self, file: &Arc<SourceFile>) -> Option<Result<Configuration, Vec<RunError>>> {
        let (settings, problems) = LintSettings::read(file.text(), &self.lints);
        let mut errors: Vec<RunError> = problems.iter().map(|problem| run_error(file, problem)).collect();
        let Some(settings) = settings else { return (!errors.is_empty()).then_some(Err(errors)) };
        match Configuration::new(file, settings) {
            Ok(configuration) if errors.is_empty() => Some(Ok(configuration)),
            Ok(_) => Some(Err(errors)),
            Err(more) => {
                errors.extend(more);
                errors.sort_by_key(|error| match &error.place {
                    ErrorPlace::Span(_, span) => span.start,
                    ErrorPlace::Path(_) | ErrorPlace::Run => 0,
                });
                Some(Err(errors))
            }
        }
    }
}

impl Configuration {
    fn new(file: &Arc<SourceFile>, settings: LintSettings) -> Result<Self, Vec<RunError>> {
        let mut errors = Vec::new();
        let mut trust = Trust::default();
        for (values, decider) in
            [(&settings.trusted, Decider::Deployment), (&settings.untrusted, Decider::Client)]
        {
            for value in values {
                match unknown(&value.value) {
                    Some((message, help)) => errors.push(error_at(file, value.span, message, Some(help))),
                    None => {
                        let (value, span) = (value.value.clone(), host(value.span));
                        trust.say(Said { value, decider, file: Arc::clone(file), span });
                    }
                }
            }
        }
        let paths = Paths::new(file.path(), &settings, |pattern: &Written<String>, wrong| {
            let message = format!("the pattern `{}` cannot be read: {wrong}", pattern.value);
            errors.push(error_at(file, pattern.span, message, None));
        });
        if errors.is_empty() {
            Ok(Self { file: Arc::clone(file), trust: Arc::new(trust), settings, paths })
        } else {
            Err(errors)
        }
    }

    /// The level that is set for a lint, and where.
    pub fn level(&self, lint: &str) -> Option<(LintLevel, HostSpan)> {
        let (name, level) = self.settings.levels.iter().find(|(name, _)| name.value == lint)?;
        Some((*level, host(name.span)))
    }

    /// Why a file is not linted; none where it is.
    pub fn leaves_out(&self, path: &Path) -> Option<LeftOut> {
        self.paths.leaves_out(path)
    }

    /// The pattern of the files that are linted which a file is one of.
    pub fn included_by(&self, path: &Path) -> Option<&Written<String>> {
        self.paths.included_by(path)
    }

    /// The values that are trusted, and those that are not, each with its place.
    pub fn values(&self) -> impl Iterator<Item = (&str, Decider, HostSpan)> {
        let said = |decider| move |value: &'_ Written<String>| (decider, host(value.span));
        let trusted = self.settings.trusted.iter().map(move |v| (v, said(Decider::Deployment)(v)));
        let untrusted = self.settings.untrusted.iter().map(move |v| (v, said(Decider::Client)(v)));
        trusted.chain(untrusted).map(|(value, (decider, span))| (value.value.as_str(), decider, span))
    }

    /// The place of a value of the file.
    pub fn place(&self, written: &Written<String>) -> HostSpan {
        host(written.span)
    }

    /// The finding as these settings want it; none where it is left out.
    pub fn applied(&self, finding: Finding) -> Option<Finding> {
        if self.leaves_out(finding.file.path()).is_some() {
            return None;
        }
        let severity = match self.level(finding.lint) {
            None => finding.severity,
            Some((LintLevel::Error, _)) => Severity::Error,
            Some((LintLevel::Warning, _)) => Severity::Warning,
            Some((LintLevel::Note, _)) => Severity::Note,
            Some((LintLevel::Off, _)) => return None,
        };
        Some(Finding { severity, ..finding })
    }
}

/// What is wrong with a value of `$context` that API Gateway does not give, and what would be right.
fn unknown(value: &str) -> Option<(String, String)> {
    let path = value.strip_prefix("$context.")?;
    let (named, is_map) = match path.strip_suffix(".*") {
        Some(map) => (map, true),
        None => (path, false),
    };
    if is_map {
        // What stands below is looked for by a name that nothing has.
        let below = context::is_map(named) || context::exists(&format!("{named}.x"));
        return (!below).then(|| {
            (
                format!("nothing is below `$context.{named}`"),
                format!("write `$context.{named}`, or another name"),
            )
        });
    }
    if context::is_map(named) {
        return Some((
            format!("`{value}` is a map, which prints as nothing"),
            format!("write `{value}.*` for all of its values"),
        ));
    }
    (!context::exists(named)).then(|| {
        let help = "write a name of the mapping template reference, such as `$context.stage`".to_owned();
        (format!("API Gateway gives templates no `{value}`"), help)
    })
}

fn error_at(file: &Arc<SourceFile>, span: Span, message: String, help: Option<String>) -> RunError {
    RunError { place: ErrorPlace::Span(Arc::clone(file), host(span)), message, help }
}

fn host(span: Span) -> HostSpan {
    HostSpan::new(span.start, span.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn configuration(text: &str) -> Result<Configuration, Vec<String>> {
        let file = Arc::new(SourceFile::new("keybound.yaml", text));
        let shown = |error: RunError| match error.place {
            ErrorPlace::Span(file, span) => {
                let at = file.position(span.start);
                format!("{}:{}: {}", at.line, at.column, error.message)
            }
            _ => error.message,
        };
        let all = Configurations { lints: vec!["open-method", "passthrough"], ..Configurations::default() };
        all.read(&file).unwrap().map_err(|errors| errors.into_iter().map(shown).collect())
    }

    #[test]
    fn values_and_patterns_that_mean_nothing_are_told_at_once() {
        let text = "version: 1\nlint:\n  paths: { exclude: [\"[z-a]\"] }\n  trusted: [$context.authorizer, \
                    $context.stag]\n  untrusted: [$context.stage.*, $context.identity.user]\n  more: 1\n";
        let told = configuration(text).unwrap_err();
        assert!(told[0].starts_with("3:22: the pattern `[z-a]` cannot be read: "), "{told:?}");
        assert_eq!(
            told[1..],
            [
                "4:13: `$context.authorizer` is a map, which prints as nothing",
                "4:34: API Gateway gives templates no `$context.stag`",
                "5:15: nothing is below `$context.stage`",
                "6:3: `lint` has no key `more`",
            ]
        );
    }

    #[test]
    fn levels_and_values_are_found_again() {
        let text = "version: 1\nlint: { levels: { passthrough: off }, trusted: [$context.authorizer.*], \
                    untrusted: [$stageVariables.a] }\n";
        let found = configuration(text).unwrap();
        let slice = |span: HostSpan| found.file.slice(span);
        let level = found.level("passthrough").map(|(level, span)| (level, slice(span)));
        assert_eq!(level, Some((LintLevel::Off, "passthrough")));
        assert_eq!(found.level("open-method"), None);
        let values: Vec<_> =
            found.values().map(|(value, decider, span)| (value, decider, slice(span))).collect();
        assert_eq!(
            values,
            [
                ("$context.authorizer.*", Decider::Deployment, "$context.authorizer.*"),
                ("$stageVariables.a", Decider::Client, "$stageVariables.a")
            ]
        );
        assert_eq!(found.trust.of_context("authorizer.tenant"), Some(Decider::Deployment));
    }
}
