//! The access rules that a definition is judged by: those of the nearest `keybound.yaml` that has any.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use keybound_shared::{Level, Loaded, Problem, Rules};

use crate::finding::{ErrorPlace, RunError};
use crate::keybound_file::{FILE_NAME, KeyboundFiles, run_error};
use crate::source::SourceFile;

/// Which rules a run is held against.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum RulesChoice {
    /// The nearest file above each definition.
    #[default]
    Nearest,
    /// This file for all definitions.
    File(PathBuf),
    /// None: what the definitions show alone.
    None,
}

/// A rules file that was loaded.
#[derive(Clone, Debug)]
pub struct RuleSet {
    /// The file.
    pub file: Arc<SourceFile>,
    /// The rules. What an unset `${env:X}` stands for is a stand-in.
    pub rules: Rules,
    /// Routes that no policy of theirs tells apart.
    pub shadowed: Vec<Problem>,
}

/// The rules of a run, each file's loaded once.
#[derive(Debug, Default)]
pub struct RuleSets {
    choice: RulesChoice,
    by_path: BTreeMap<PathBuf, Option<Arc<RuleSet>>>,
    /// What is wrong with the files: these end as failures of the run.
    pub errors: Vec<RunError>,
}

impl RuleSets {
    /// For a run; a file that is named is read even if no definition is found.
    pub fn new(choice: RulesChoice, files: &mut KeyboundFiles) -> Self {
        let mut sets = Self { choice: choice.clone(), ..Self::default() };
        if let RulesChoice::File(path) = choice {
            sets.load(&path, files, true);
        }
        sets
    }

    /// The rules of a definition.
    pub fn of(&mut self, definition: &Path, files: &mut KeyboundFiles) -> Option<Arc<RuleSet>> {
        let path = self.path_of(definition, files)?;
        self.load(&path, files, false)
    }

    /// The file that holds the rules of a definition.
    pub fn path_of(&self, definition: &Path, files: &mut KeyboundFiles) -> Option<PathBuf> {
        match &self.choice {
            RulesChoice::None => None,
            RulesChoice::File(path) => Some(path.clone()),
            RulesChoice::Nearest => files.nearest(definition, |parts| parts.rules),
        }
    }

    /// Whether a file may be one that definitions are held against.
    pub fn may_hold(&self, path: &Path) -> bool {
        match &self.choice {
            RulesChoice::None => false,
            RulesChoice::File(file) => {
                file == path || fs::canonicalize(file).ok() == fs::canonicalize(path).ok()
            }
            RulesChoice::Nearest => path.file_name().is_some_and(|name| name == FILE_NAME),
        }
    }

    /// Reads a file of rules whether or not a definition is held against it, for what is wrong with it.
    pub fn check(&mut self, path: &Path, files: &mut KeyboundFiles) {
        // A file of settings alone lacks nothing.
        if !files.read(path).is_ok_and(|found| !found.parts.rules) {
            self.load(path, files, false);
        }
    }

    /// Every file that was loaded.
    pub fn loaded(&self) -> impl Iterator<Item = &Arc<RuleSet>> {
        self.by_path.values().flatten()
    }

    fn load(&mut self, path: &Path, files: &mut KeyboundFiles, named: bool) -> Option<Arc<RuleSet>> {
        if let Some(known) = self.by_path.get(path) {
            return known.clone();
        }
        let mut failed = |message: String, help: &str| {
            let help = named.then(|| help.to_owned());
            self.errors.push(RunError { place: ErrorPlace::Path(path.to_owned()), message, help });
            None
        };
        let loaded = match files.read(path) {
            Ok(found) if !found.parts.rules => failed(
                "has settings of the linter and no access rules".to_owned(),
                "name a file with grants, or take its settings by `--config`",
            ),
            Ok(found) => self.read(&found.file),
            Err(message) => failed(message, "name a rules file, or leave `--rules` out"),
        };
        self.by_path.insert(path.to_owned(), loaded.clone());
        loaded
    }

    fn read(&mut self, file: &Arc<SourceFile>) -> Option<Arc<RuleSet>> {
        match load(file.text()) {
            // The rules stand; what their author should know, `keybound policy` and the authorizer tell.
            Ok(Loaded { rules, shadowed, .. }) => {
                Some(Arc::new(RuleSet { file: Arc::clone(file), rules, shadowed }))
            }
            Err(problems) => {
                let broken = problems.iter().filter(|problem| problem.level == Level::Error);
                self.errors.extend(broken.map(|problem| run_error(file, problem)));
                None
            }
        }
    }
}

/// Loads rules in which unset variables of the environment stay open. Where a name will not do in a variable's place, an
/// address may.
fn load(text: &str) -> Result<Loaded, Vec<Problem>> {
    let environment = |name: &str| std::env::var(name).ok().or_else(|| Some(stand_in(name)));
    let problems = match Rules::load(text, &environment) {
        Ok(loaded) => return Ok(loaded),
        Err(problems) => problems,
    };
    let faulty = problems.iter().filter_map(|problem| text.get(problem.span.start..problem.span.end));
    let addresses: BTreeSet<&str> = faulty.flat_map(variables).collect();
    let open = |name: &str| match addresses.contains(name) {
        true => format!("https://{}.invalid/", stand_in(name)),
        false => stand_in(name),
    };
    let environment = |name: &str| std::env::var(name).ok().or_else(|| Some(open(name)));
    Rules::load(text, &environment).map_err(|_| problems)
}

/// The variables of the environment that a text names.
fn variables(text: &str) -> Vec<&str> {
    text.split("${env:").skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)).collect()
}

const STAND_IN: &str = "unsetenv";

/// What stands for an environment variable that is not set here, for only the deployment knows it: a word that is
/// legal wherever `${env:X}` is, in a table's name, a host's and an API's id.
fn stand_in(name: &str) -> String {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("{STAND_IN}{}{STAND_IN}", plain.to_ascii_lowercase())
}

/// A text of the rules with holes where stand-ins are: the known parts in order, one more than there are holes.
pub fn known_parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(STAND_IN) {
        let Some((_, behind)) = after.split_once(STAND_IN) else { break };
        parts.push(before);
        rest = behind;
    }
    parts.push(rest);
    parts
}

/// A text of the rules as people read it: stand-ins as `${env:…}`.
pub fn shown(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(STAND_IN) {
        let Some((name, behind)) = after.split_once(STAND_IN) else { break };
        out.push_str(before);
        out.push_str("${env:");
        out.push_str(&name.to_ascii_uppercase());
        out.push('}');
        rest = behind;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stand_ins_are_holes() {
        let name = format!("orders-{}-v1", stand_in("STAGE"));
        assert_eq!(known_parts(&name), ["orders-", "-v1"]);
        assert_eq!(shown(&name), "orders-${env:STAGE}-v1");
        assert_eq!(known_parts("orders"), ["orders"]);
    }
}
