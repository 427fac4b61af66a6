//! From paths to findings: reading, symbolic rendering, lints, suppressions.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use keybound_vtl::parse::parse;
use rayon::prelude::*;

use crate::api::discovery::{self, Options, ReadError, ReadErrorKind, Unit};
use crate::api::lone_template;
use crate::api::{Integration, MappingTemplate, RestKind};
use crate::finding::{ErrorPlace, Finding, Run, RunError};
use crate::lints::LINTS;
use crate::lints::subject::{TemplateSubject, deduplicated};
use crate::proof::Prover;
use crate::proof::prover::Target;
use crate::render::{self, Direction, Setting};
use crate::source::parse_documents;
use crate::suppression::{DefinitionComments, Suppressions, TemplateComments};

/// What one template or integration gave.
#[derive(Default)]
struct Outcome {
    findings: Vec<Finding>,
    suppressed: Vec<Finding>,
    suppressions: Suppressions,
    undecided: usize,
}

/// Checks files and directories.
pub fn run(paths: &[PathBuf], options: &Options) -> Run {
    let found = discovery::find(paths);
    let read: Vec<Result<Unit, ReadError>> = found
        .into_par_iter()
        .flat_map_iter(|candidate| match candidate {
            Ok(candidate) => discovery::read_path(&candidate, options),
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
    let outcomes: Vec<Outcome> =
        integrations.par_iter().map(|(unit, integration)| integration_outcome(unit, integration)).collect();
    let mut all = Outcome::default();
    for outcome in outcomes {
        all.findings.extend(outcome.findings);
        all.suppressed.extend(outcome.suppressed);
        all.suppressions.merge(outcome.suppressions);
        all.undecided += outcome.undecided;
    }
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

fn run_error(error: ReadError) -> RunError {
    match error.kind {
        ReadErrorKind::Broken { file, span, message } => {
            RunError { place: ErrorPlace::Span(file, span), message, help: None }
        }
        kind => RunError { place: ErrorPlace::Path(error.path), message: kind.to_string(), help: None },
    }
}

/// Each integration once for everything that is known of it. A definition that templates include is found by the walk
/// as well; then only the templates count, for they know more. Two templates may include it in different ways.
fn distinct(units: &[Unit]) -> Vec<(&Unit, &Integration)> {
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

fn integration_outcome(unit: &Unit, integration: &Integration) -> Outcome {
    let mut outcome = Outcome::default();
    for lint in LINTS {
        if let Some(check) = lint.check.of_integration() {
            check(integration, &mut outcome.findings);
        }
    }
    if integration.kind != RestKind::Http {
        let lone_response = unit
            .lone_template
            .as_ref()
            .is_some_and(|lone| lone.direction == lone_template::Direction::Response);
        let direction = if lone_response { Direction::Response } else { Direction::Request };
        for template in &integration.request_templates {
            check_template(integration, template, direction, &mut outcome);
        }
        for response in &integration.responses {
            for template in &response.templates {
                check_template(integration, template, Direction::Response, &mut outcome);
            }
        }
    }
    outcome
}

fn check_template(
    integration: &Integration,
    template: &MappingTemplate,
    direction: Direction,
    outcome: &mut Outcome,
) {
    let (tree, errors) = parse(&template.text);
    let body_model =
        integration.body_model(&template.content_type).filter(|_| direction == Direction::Request);
    let setting = Setting::of(integration, template, direction);
    let skeleton = if errors.is_empty() {
        render::render(&template.text, &tree, &setting)
    } else {
        render::skeleton::Skeleton::default()
    };
    if !skeleton.undecided.is_empty() {
        outcome.undecided += 1;
    }
    let target = Target {
        method: integration.route.method.as_deref(),
        path: integration.route.path.as_deref(),
        content_type: &template.content_type,
        body_model,
        channel: integration.channel(),
    };
    let prover = Prover::new(&template.text, &tree, &skeleton, direction, target);
    let subject = TemplateSubject {
        integration,
        template,
        direction,
        tree: &tree,
        errors: &errors,
        actions: TemplateSubject::actions_of(integration, &skeleton),
        skeleton: &skeleton,
        prover: &prover,
        brings_code: std::cell::OnceCell::new(),
        known_facts: std::cell::RefCell::default(),
    };
    let mut findings = Vec::new();
    for lint in LINTS {
        if let Some(check) = lint.check.of_template() {
            check(&subject, &mut findings);
        }
    }
    let comments = TemplateComments::read(template, &tree, &mut outcome.suppressions);
    let (covered, left): (Vec<_>, Vec<_>) =
        findings.into_iter().partition(|finding| comments.covers(finding, &mut outcome.suppressions));
    outcome.findings.extend(left);
    outcome.suppressed.extend(covered);
}
