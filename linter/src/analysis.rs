//! From paths to findings: reading, symbolic rendering, lints, suppressions.

mod alike;
mod focus;
mod handed_over;
mod progress;
mod route;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use crate::access_rules::{RuleSet, RuleSets, RulesChoice};
use crate::api::Integration;
use crate::api::discovery::{self, GivenFile, Options, ReadError, ReadErrorKind, Unit};
use crate::changes::{Changes, Held, Touched};
use crate::configuration::{ConfigurationChoice, Configurations};
use crate::finding::{ErrorPlace, Finding, RouteVerdict, Run, RunError};
use crate::keybound_file::{FILE_NAME, KeyboundFiles};
use crate::lints::LINTS;
use crate::lints::subject::deduplicated;
use crate::lints::subject::rules::{Ruled, RulesSubject};
use crate::source::comments;
use crate::suppression::{DefinitionComments, ResourceMetadata, Suppressions};

pub use crate::api::discovery::Unsaved;
pub use alike::rendered_otherwise;
use focus::Focus;
use handed_over::HandedOver;
use route::Route;

pub use progress::Progress;

/// How a run goes.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The action of templates that stand alone. With it, any named file that is no definition is such a template.
    pub action: Option<String>,
    /// The access rules that definitions are held against.
    pub rules: RulesChoice,
    /// Texts that files are taken to have.
    pub unsaved: Unsaved,
    /// Whether the paths are what a commit hook hands over: [`HandedOver`].
    pub hook: bool,
    /// How findings are shown, and which values are trusted.
    pub configuration: ConfigurationChoice,
    /// Whether findings are shown that comments or metadata say to leave.
    pub no_ignores: bool,
    /// A file whose content is given: it alone is looked at, or what of its Terraform directory it has a part in.
    pub given: Option<GivenFile>,
    /// Where there are changes, only findings on what they touch are shown.
    pub changes: Option<Arc<Changes>>,
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
    run_watched(paths, settings, &())
}

/// Checks files and directories, and tells how far it is.
pub fn run_watched(paths: &[PathBuf], settings: &Settings, progress: &dyn Progress) -> Run {
    let mut files = KeyboundFiles::default();
    if let Some(given) = settings.given.as_ref().filter(|given| given.path.ends_with(FILE_NAME)) {
        files.give(&given.path, given.text.clone());
    }
    let mut rule_sets = RuleSets::new(settings.rules.clone(), &mut files);
    let (read, handed_over) = read(paths, settings, &mut rule_sets, &mut files);
    let mut run = Run::default();
    let mut units = Vec::new();
    let mut configurations = configurations(settings, &mut files);
    let mut left_out = BTreeSet::new();
    for result in read {
        let path = result.as_ref().map_or_else(|error| error.path.as_path(), |unit| unit.file.path());
        let configuration = configurations.of(path, &mut files);
        if configuration.as_ref().is_some_and(|configuration| configuration.leaves_out(path).is_some()) {
            left_out.insert(path.to_owned());
            continue;
        }
        match result {
            Ok(mut unit) => {
                run.files += 1;
                if let Some(configuration) = configuration {
                    for integration in &mut unit.integrations {
                        integration.trust = Arc::clone(&configuration.trust);
                    }
                }
                units.push(unit);
            }
            Err(error) => run.errors.push(run_error(error)),
        }
    }
    run.files_left_out = left_out.len();
    let focus = settings.given.as_ref().and_then(Focus::of);
    if let Some(focus) = focus {
        focus.narrow(&mut units);
        run.files = run.files.min(1);
    }
    run.sources = sources(&units);
    let integrations = distinct(&units);
    run.integrations = count(&integrations);
    progress.found(integrations.len());
    let rules: Vec<Option<Arc<RuleSet>>> =
        integrations.iter().map(|(unit, _)| rule_sets.of(unit.file.path(), &mut files)).collect();
    run.errors.append(&mut rule_sets.errors);
    let outcomes: Vec<Outcome> = integrations
        .par_iter()
        .zip(&rules)
        .map(|((unit, integration), rules)| {
            let mut outcome = Route::new(unit, integration, rules.as_ref()).outcome(settings.no_ignores);
            if let Some(focus) = focus {
                outcome.findings.retain(|finding| focus.has(integration, finding));
                outcome.suppressed.retain(|finding| focus.has(integration, finding));
            }
            progress.judged();
            outcome
        })
        .collect();
    let mut all = Outcome::default();
    for outcome in outcomes {
        run.routes.extend(outcome.route);
        all.findings.extend(outcome.findings);
        all.suppressed.extend(outcome.suppressed);
        all.suppressions.merge(outcome.suppressions);
        all.undecided += outcome.undecided;
    }
    let extent = Extent { paths, left_out: &left_out, handed_over: handed_over.as_ref() };
    let complete = rule_sets.loaded().map(|set| set.file.path()).filter(|path| extent.holds_all_below(path));
    run.sources.extend(complete.map(Path::to_owned));
    let mut of_rules = of_rules(&rule_sets, &integrations, &rules, &extent);
    of_rules.retain(|finding| handed_over.as_ref().is_none_or(|over| over.has(finding.file.path())));
    all.findings.extend(of_rules);
    deduplicated(&mut all.findings);
    if !settings.no_ignores {
        suppress_by_definitions(&units, &integrations, &mut all);
    }
    deduplicated(&mut all.suppressed);
    run.suppressed = all.suppressed;
    run.undecided = all.undecided;
    run.findings = all.findings;
    let unused = all.suppressions.unused();
    run.findings.extend(unused.filter(|unused| focus.is_none_or(|focus| focus.is_file(&unused.file))));
    let found = run.findings.len();
    run.findings = configured(std::mem::take(&mut run.findings), &mut configurations, &mut files);
    run.turned_off = found - run.findings.len();
    if let Some(changes) = &settings.changes {
        let configurations: Vec<Option<PathBuf>> = integrations
            .iter()
            .map(|(unit, _)| Some(configurations.of(unit.file.path(), &mut files)?.file.path().to_owned()))
            .collect();
        let held: Vec<Held<'_>> = integrations
            .iter()
            .zip(rules.iter().zip(&configurations))
            .map(|((unit, integration), (rules, configuration))| {
                let rules = rules.as_ref().map(|rules| rules.file.path());
                // Where it is known what an integration is put together from, the rest of the file is not of it.
                let is_whole = integration.origin.parts.is_empty();
                let includes =
                    Some(unit.file.path()).filter(|path| is_whole && *path != integration.file.path());
                let files = [rules, configuration.as_deref(), includes].into_iter().flatten().collect();
                Held { integration, files, rules }
            })
            .collect();
        let mut touched = Touched::of(changes, &held);
        let findings = std::mem::take(&mut run.findings);
        (run.findings, run.unchanged) = findings.into_iter().partition(|finding| touched.has(finding));
    }
    run.errors.append(&mut configurations.errors);
    told_once(&mut run.errors);
    run.sort();
    run
}

/// The files that units were read from.
fn sources(units: &[Unit]) -> BTreeSet<PathBuf> {
    let integrations = || units.iter().flat_map(|unit| &unit.integrations);
    let own = units.iter().map(|unit| &unit.file).chain(integrations().map(|integration| &integration.file));
    let templates = integrations().flat_map(Integration::templates).map(|template| &template.host.file);
    own.chain(templates).map(|file| file.path().to_owned()).collect()
}

/// The settings of a run.
pub fn configurations(settings: &Settings, files: &mut KeyboundFiles) -> Configurations {
    let lints = LINTS.iter().map(|lint| lint.info.name).collect();
    Configurations::new(settings.configuration.clone(), lints, files)
}

/// The findings as the settings for their files want them, without those that they leave out.
fn configured(
    findings: Vec<Finding>,
    configurations: &mut Configurations,
    files: &mut KeyboundFiles,
) -> Vec<Finding> {
    let configured = |finding: Finding| match configurations.of(finding.file.path(), files) {
        Some(configuration) => configuration.applied(finding),
        None => Some(finding),
    };
    findings.into_iter().filter_map(configured).collect()
}

/// Leaves of failures that are told alike the first: rules and settings may be one file, which is broken for both.
fn told_once(errors: &mut Vec<RunError>) {
    let mut told = HashSet::new();
    errors.retain(|error| {
        let place = match &error.place {
            ErrorPlace::Span(file, span) => (Some(file.path().to_owned()), Some(*span)),
            ErrorPlace::Path(path) => (Some(path.clone()), None),
            ErrorPlace::Run => (None, None),
        };
        told.insert((place, error.message.clone()))
    });
}

/// What a run looks at.
struct Extent<'a> {
    paths: &'a [PathBuf],
    left_out: &'a BTreeSet<PathBuf>,
    handed_over: Option<&'a HandedOver>,
}

/// What the paths hold, and for a commit hook what that is for their repository.
fn read(
    paths: &[PathBuf],
    settings: &Settings,
    rule_sets: &mut RuleSets,
    files: &mut KeyboundFiles,
) -> (Vec<Result<Unit, ReadError>>, Option<HandedOver>) {
    let options = &Options { action: settings.action.clone(), given: settings.given.clone() };
    let handed_over = settings.hook.then(|| HandedOver::new(paths, rule_sets, files));
    let found = match (&settings.given, &handed_over) {
        (Some(given), _) => vec![Ok(discovery::given(given))],
        (None, Some(handed_over)) => handed_over.candidates(),
        (None, None) => discovery::find(paths),
    };
    let mut read: Vec<Result<Unit, ReadError>> = found
        .into_par_iter()
        .flat_map_iter(|candidate| match candidate {
            Ok(candidate) => {
                let unsaved = candidate.unsaved.and(&settings.unsaved);
                discovery::read_path(&candidate.with(&unsaved), options)
            }
            Err(error) => vec![Err(error)],
        })
        .collect();
    if let Some(handed_over) = &handed_over {
        read = handed_over.chosen(read, rule_sets, files);
    }
    (read, handed_over)
}

/// What lints say of rules files, with all the integrations that are held against them.
fn of_rules(
    sets: &RuleSets,
    integrations: &[(&Unit, &Integration)],
    rules: &[Option<Arc<RuleSet>>],
    extent: &Extent<'_>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for set in sets.loaded() {
        let is_held = |held: &Option<Arc<RuleSet>>| held.as_ref().is_some_and(|held| Arc::ptr_eq(held, set));
        let held = integrations.iter().zip(rules).filter(|(_, rules)| is_held(rules));
        let ruled: Vec<Ruled<'_>> = held.map(|((_, integration), _)| Ruled::new(integration, set)).collect();
        let subject =
            RulesSubject { set, ruled: &ruled, is_complete: extent.holds_all_below(set.file.path()) };
        for lint in LINTS {
            if let Some(check) = lint.check.of_rules() {
                check(&subject, &mut findings);
            }
        }
    }
    findings
}

impl Extent<'_> {
    /// Whether the run looks at all that is in a file's directory and below it.
    fn holds_all_below(&self, file: &Path) -> bool {
        let real = |path: &Path| std::fs::canonicalize(path).ok();
        let Some(directory) = real(file).and_then(|file| Some(file.parent()?.to_owned())) else {
            return false;
        };
        let mut roots = self.paths.iter().filter_map(|path| real(path)).filter(|root| root.is_dir());
        let mut left_out = self.left_out.iter().filter_map(|path| real(path));
        // For access rules that a hook hands over, every definition that they hold for is read.
        let is_whole = match self.handed_over {
            Some(handed_over) => handed_over.has(file),
            None => roots.any(|root| directory.starts_with(root)),
        };
        is_whole && !left_out.any(|path| path.starts_with(&directory))
    }
}

/// Takes out what the comments of YAML and Terraform files and the metadata of resources cover. A file that another one
/// includes counts with its own comments.
fn suppress_by_definitions(units: &[Unit], integrations: &[(&Unit, &Integration)], outcome: &mut Outcome) {
    let mut files: BTreeMap<&Path, (DefinitionComments, ResourceMetadata)> = BTreeMap::new();
    for unit in units {
        let comments = DefinitionComments::read(&unit.file, &unit.comments, &mut outcome.suppressions);
        let metadata = ResourceMetadata::read(&unit.file, &mut outcome.suppressions);
        files.insert(unit.file.path(), (comments, metadata));
    }
    // A template in a file of its own has comments of its own language.
    let templates = integrations
        .iter()
        .flat_map(|(_, integration)| integration.templates())
        .filter(|template| !template.host.is_file());
    let included = integrations.iter().map(|(_, integration)| &integration.file);
    for file in included.chain(templates.map(|template| &template.host.file)) {
        files.entry(file.path()).or_insert_with(|| {
            let comments = if file.text().contains("keybound:") { comments(file) } else { Vec::new() };
            let comments = DefinitionComments::read(file, &comments, &mut outcome.suppressions);
            (comments, ResourceMetadata::read(file, &mut outcome.suppressions))
        });
    }
    let findings = std::mem::take(&mut outcome.findings);
    for finding in findings {
        let met = &mut outcome.suppressions;
        let reason = files.get(finding.file.path()).and_then(|(comments, metadata)| {
            // Both are used where both cover it.
            let by_comment = comments.covers(&finding, met);
            by_comment.into_iter().chain(metadata.covers(&finding, met)).next()
        });
        match reason {
            Some(_) => outcome.suppressed.push(Finding { justification: reason, ..finding }),
            None => outcome.findings.push(finding),
        }
    }
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
    // A template file that a definition uses is read with what the definition says of it.
    let definitions = units.iter().filter(|unit| unit.lone_template.is_none());
    let templates = definitions.flat_map(|unit| &unit.integrations).flat_map(Integration::templates);
    let used: HashSet<&Path> = templates.map(|template| template.host.file.path()).collect();
    let all = units
        .iter()
        .filter(|unit| unit.lone_template.is_none() || !used.contains(unit.file.path()))
        .flat_map(|unit| unit.integrations.iter().map(move |integration| (unit, integration)));
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
