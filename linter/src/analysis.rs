//! From paths to findings: reading, symbolic rendering, lints, suppressions.

mod alike;
mod route;

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use crate::access_rules::{RuleSet, RuleSets, RulesChoice};
use crate::api::Integration;
use crate::api::discovery::{self, Options, ReadError, ReadErrorKind, Unit};
use crate::finding::{ErrorPlace, Finding, RouteVerdict, Run, RunError};
use crate::lints::LINTS;
use crate::lints::subject::deduplicated;
use crate::lints::subject::rules::{Ruled, RulesSubject};
use crate::source::parse_documents;
use crate::suppression::{DefinitionComments, Suppressions};

pub use crate::api::discovery::Unsaved;
pub use alike::rendered_otherwise;

use route::Route;

/// How a run goes.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The action of templates that stand alone. With it, any named file that is no definition is such a template.
    pub action: Option<String>,
    /// The access rules that definitions are held against.
    pub rules: RulesChoice,
    /// Texts that files are taken to have.
    pub unsaved: Unsaved,
}

/// What one template or integration gave.
#[derive(Default)]
struct Outcome {
    findings: Vec<Finding>,
    suppressed: Vec<Finding>,
    suppressions: Suppressions,
    undecided: usize,
    route: Option<RouteVerdict>,
}

/// Checks files and directories.
pub fn run(paths: &[PathBuf], settings: &Settings) -> Run {
    let options = &Options { action: settings.action.clone() };
    let found = discovery::find(paths);
    let read: Vec<Result<Unit, ReadError>> = found
        .into_par_iter()
        .flat_map_iter(|candidate| match candidate {
            Ok(candidate) => discovery::read_path(&candidate.with(&settings.unsaved), options),
            Err(error) => vec![Err(error)],
        })
        .collect();
    let mut run = Run::default();
    let mut units = Vec::new();
    for result in read {
        match result {
            Ok(unit) => {
                run.files += 1;
                units.push(unit);
            }
            Err(error) => run.errors.push(run_error(error)),
        }
    }
    let integrations = distinct(&units);
    run.integrations = count(&integrations);
    let mut rule_sets = RuleSets::new(settings.rules.clone());
    let rules: Vec<Option<Arc<RuleSet>>> =
        integrations.iter().map(|(unit, _)| rule_sets.of(unit.file.path())).collect();
    run.errors.append(&mut rule_sets.errors);
    let outcomes: Vec<Outcome> = integrations
        .par_iter()
        .zip(&rules)
        .map(|((unit, integration), rules)| Route::new(unit, integration, rules.as_ref()).outcome())
        .collect();
    let mut all = Outcome::default();
    for outcome in outcomes {
        run.routes.extend(outcome.route);
        all.findings.extend(outcome.findings);
        all.suppressed.extend(outcome.suppressed);
        all.suppressions.merge(outcome.suppressions);
        all.undecided += outcome.undecided;
    }
    all.findings.extend(of_rules(&rule_sets, &integrations, &rules, paths));
    deduplicated(&mut all.findings);
    suppress_by_definitions(&units, &integrations, &mut all);
    deduplicated(&mut all.suppressed);
    run.suppressed = all.suppressed.len();
    run.undecided = all.undecided;
    run.findings = all.findings;
    run.findings.extend(all.suppressions.unused());
    run.sort();
    run
}

/// What lints say of rules files, with all the integrations that are held against them.
fn of_rules(
    sets: &RuleSets,
    integrations: &[(&Unit, &Integration)],
    rules: &[Option<Arc<RuleSet>>],
    paths: &[PathBuf],
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for set in sets.loaded() {
        let is_held = |held: &Option<Arc<RuleSet>>| held.as_ref().is_some_and(|held| Arc::ptr_eq(held, set));
        let held = integrations.iter().zip(rules).filter(|(_, rules)| is_held(rules));
        let ruled: Vec<Ruled<'_>> = held.map(|((_, integration), _)| Ruled::new(integration, set)).collect();
        let subject = RulesSubject { set, ruled: &ruled, is_complete: is_below(set.file.path(), paths) };
        for lint in LINTS {
            if let Some(check) = lint.check.of_rules() {
                check(&subject, &mut findings);
            }
        }
    }
    findings
}

/// Whether a file's directory, with all that is below it, is what the run looks at.
fn is_below(file: &Path, paths: &[PathBuf]) -> bool {
    let Some(directory) = std::fs::canonicalize(file).ok().and_then(|file| Some(file.parent()?.to_owned()))
    else {
        return false;
    };
    let roots = paths.iter().filter_map(|path| std::fs::canonicalize(path).ok());
    roots.filter(|root| root.is_dir()).any(|root| directory.starts_with(root))
}

/// Takes out what the comments of YAML files cover. A file that another one includes counts with its own comments.
fn suppress_by_definitions(units: &[Unit], integrations: &[(&Unit, &Integration)], outcome: &mut Outcome) {
    let mut files: BTreeMap<&Path, DefinitionComments> = BTreeMap::new();
    for unit in units {
        let comments = DefinitionComments::read(&unit.file, &unit.comments, &mut outcome.suppressions);
        files.insert(unit.file.path(), comments);
    }
    let templates = integrations.iter().flat_map(|(_, integration)| integration.templates());
    let included = integrations.iter().map(|(_, integration)| &integration.file);
    for file in included.chain(templates.map(|template| &template.host.file)) {
        files.entry(file.path()).or_insert_with(|| {
            let comments =
                if file.text().contains("keybound:") { parse_documents(file).comments } else { Vec::new() };
            DefinitionComments::read(file, &comments, &mut outcome.suppressions)
        });
    }
    let findings = std::mem::take(&mut outcome.findings);
    let (covered, left) = findings.into_iter().partition(|finding| {
        files
            .get(finding.file.path())
            .is_some_and(|comments| comments.covers(finding, &mut outcome.suppressions))
    });
    outcome.findings = left;
    outcome.suppressed.extend::<Vec<_>>(covered);
}

/// A file that could not be read, as a failure of the run.
pub fn run_error(error: ReadError) -> RunError {
    match error.kind {
        ReadErrorKind::Broken { file, span, message } => {
            RunError { place: ErrorPlace::Span(file, span), message, help: None }
        }
        kind => RunError { place: ErrorPlace::Path(error.path), message: kind.to_string(), help: None },
    }
}

/// Each integration once for everything that is known of it. A definition that templates include is found by the walk
/// as well; then only the templates count, for they know more. Two templates may include it in different ways.
pub fn distinct(units: &[Unit]) -> Vec<(&Unit, &Integration)> {
    let all =
        units.iter().flat_map(|unit| unit.integrations.iter().map(move |integration| (unit, integration)));
    let place = |integration: &Integration| (integration.file.path().to_owned(), integration.span);
    let (alone, included): (Vec<_>, Vec<_>) =
        all.partition(|(unit, integration)| unit.file.path() == integration.file.path());
    let known: HashSet<_> = included.iter().map(|(_, integration)| place(integration)).collect();
    let alone = alone.into_iter().filter(|(_, integration)| !known.contains(&place(integration)));
    let mut seen = HashSet::new();
    let mut all: Vec<(&Unit, &Integration)> = included
        .into_iter()
        .chain(alone)
        .filter(|(_, integration)| {
            seen.insert((
                place(integration),
                &integration.route,
                integration.kind,
                &integration.authorization,
                &integration.binary_media_types,
            ))
        })
        .collect();
    all.sort_by(|(a_unit, a), (b_unit, b)| {
        (a.file.path(), a.span, a_unit.file.path()).cmp(&(b.file.path(), b.span, b_unit.file.path()))
    });
    all
}

/// How many integrations there are, each counted once however many templates include it.
fn count(integrations: &[(&Unit, &Integration)]) -> usize {
    let places = integrations.iter().map(|(_, i)| (i.file.path(), i.span, &i.route));
    places.collect::<HashSet<_>>().len()
}
