//! A definition with its rules, as the linter reads and judges it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use keybound_linter::access_rules::{RuleSet, RuleSets, RulesChoice};
use keybound_linter::analysis::{self, Settings};
use keybound_linter::api::discovery::{Options, read_paths};
use keybound_linter::api::{Action, Integration};
use keybound_linter::dynamodb::DataAction;
use keybound_linter::finding::{RouteVerdict, Verdict};
use keybound_linter::keybound_file::KeyboundFiles;
use keybound_linter::reach::callers::Admitted;
use keybound_linter::reach::doors::{doors, overrides_target};
use keybound_linter::reach::{self, CallersReach, Ground};
use keybound_linter::render::{Direction, Setting, render};
use keybound_vtl::parse::parse;
use tempfile::TempDir;

/// The integrations of a definition under their rules.
pub(crate) struct Subject {
    /// None where the rules do not load.
    pub(crate) rules: Option<Arc<RuleSet>>,
    pub(crate) integrations: Vec<Integration>,
    file: PathBuf,
    /// Where the definition was written; gone with this.
    _directory: Option<TempDir>,
}

/// What the linter says of one integration.
pub(crate) struct Told {
    pub(crate) verdict: Verdict,
    /// What it found there.
    pub(crate) findings: Vec<String>,
}

/// The name of a rules file.
const RULES: &str = "keybound.yaml";

impl Subject {
    /// Reads a definition and its rules.
    pub(crate) fn of(name: &str, definition: &str, rules: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join(name);
        fs::write(&file, definition).unwrap();
        fs::write(directory.path().join(RULES), rules).unwrap();
        Self { _directory: Some(directory), ..Self::read(&file) }
    }

    /// Reads a definition that has rules beside it.
    pub(crate) fn read(file: &Path) -> Self {
        let units = read_paths(&[file.to_owned()], &Options::default());
        let files = &mut KeyboundFiles::default();
        let rules = RuleSets::new(RulesChoice::Nearest, files).of(file, files);
        let integrations = units.into_iter().filter_map(Result::ok).flat_map(|unit| unit.integrations);
        Self { rules, integrations: integrations.collect(), file: file.to_owned(), _directory: None }
    }

    /// What the linter says of each integration.
    pub(crate) fn told(&self) -> Vec<Told> {
        let run = analysis::run(std::slice::from_ref(&self.file), &Settings::default());
        let told = self.integrations.iter().map(|integration| {
            let is_it = |route: &&RouteVerdict| {
                route.span == integration.span && route.file.path() == integration.file.path()
            };
            let route = run.routes.iter().find(is_it).unwrap();
            let findings = run.findings.iter().filter(|finding| finding.route == route.route);
            let findings = findings.map(|finding| format!("{}: {}", finding.lint, finding.message));
            Told { verdict: route.verdict, findings: findings.collect() }
        });
        told.collect()
    }

    /// Whether nothing stands in the way of a proof: what the linter's verdict rests on, without its lints, which take
    /// most of the time.
    pub(crate) fn seems_proved(&self, integration: &Integration) -> bool {
        let Some(rules) = &self.rules else { return false };
        let ground = Ground::of(rules, integration);
        let is_closed = ground.routes.iter().all(|(_, admitted)| match admitted {
            Admitted::Nobody => true,
            Admitted::These(all) => all.iter().any(|callers| callers.held.is_empty()),
            Admitted::Unknown(_) => true,
        });
        if is_closed || !doors(integration).is_empty() {
            return false;
        }
        integration.request_templates.iter().all(|template| {
            let (tree, errors) = parse(&template.text);
            let setting = Setting::of(integration, template, Direction::Request);
            let skeleton = render(&template.text, &tree, &setting);
            let Some(action) = data_action(integration) else { return false };
            errors.is_empty()
                && !skeleton.overrides.iter().any(|written| overrides_target(&written.path))
                && ground.reach(integration, action, &skeleton).iter().all(CallersReach::is_within)
        })
    }
}

/// The action that an integration is sent to.
fn data_action(integration: &Integration) -> Option<DataAction> {
    match &integration.action {
        Action::Named(name) => DataAction::from_name(name),
        _ => None,
    }
}

/// The action as the rules name it.
pub(crate) fn action(integration: &Integration) -> Option<keybound_shared::Action> {
    data_action(integration).map(reach::action_of_rules)
}

/// What people call an integration.
pub(crate) fn name(integration: &Integration) -> String {
    let route = &integration.route;
    format!("{} {}", route.method.as_deref().unwrap_or("?"), route.path.as_deref().unwrap_or("?"))
}
