//! The access rules that a definition is judged by: the nearest `keybound.yaml`, upwards to the repository's root.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use keybound_shared::{Level, Loaded, Problem, Rules};

use crate::finding::{ErrorPlace, RunError};
use crate::source::{HostSpan, SourceFile};

/// The name of the file.
pub const FILE_NAME: &str = "keybound.yaml";

/// The largest file that is read; the rules' own limit is lower.
const MAX_BYTES: u64 = 8 << 20;

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

/// The rules files of a run, each read once.
#[derive(Debug, Default)]
pub struct RuleSets {
    choice: RulesChoice,
    by_path: BTreeMap<PathBuf, Option<Arc<RuleSet>>>,
    by_directory: BTreeMap<PathBuf, Option<PathBuf>>,
    /// What is wrong with the files: these end as failures of the run.
    pub errors: Vec<RunError>,
}

impl RuleSets {
    /// For a run; a file that is named is read even if no definition is found.
    pub fn new(choice: RulesChoice) -> Self {
        let mut sets = Self { choice: choice.clone(), ..Self::default() };
        if let RulesChoice::File(path) = choice {
            sets.load(&path, true);
        }
        sets
    }

    /// The rules of a definition.
    pub fn of(&mut self, definition: &Path) -> Option<Arc<RuleSet>> {
        let path = self.path_of(definition)?;
        self.load(&path, false)
    }

    /// The file that holds the rules of a definition.
    pub fn path_of(&mut self, definition: &Path) -> Option<PathBuf> {
        match &self.choice {
            RulesChoice::None => None,
            RulesChoice::File(path) => Some(path.clone()),
            RulesChoice::Nearest => self.nearest(definition.parent()?),
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
    pub fn check(&mut self, path: &Path) {
        self.load(path, false);
    }

    /// Every file that was loaded.
    pub fn loaded(&self) -> impl Iterator<Item = &Arc<RuleSet>> {
        self.by_path.values().flatten()
    }

    /// The nearest file, upwards from a directory; outside of a repository only beside the definition.
    fn nearest(&mut self, directory: &Path) -> Option<PathBuf> {
        if let Some(known) = self.by_directory.get(directory) {
            return known.clone();
        }
        let shown = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
        let found = search(shown);
        self.by_directory.insert(directory.to_owned(), found.clone());
        found
    }

    fn load(&mut self, path: &Path, named: bool) -> Option<Arc<RuleSet>> {
        if let Some(known) = self.by_path.get(path) {
            return known.clone();
        }
        let loaded = match text(path) {
            Ok(text) => self.read(path, text),
            Err(message) => {
                let help = named.then(|| "name a rules file, or leave `--rules` out".to_owned());
                self.errors.push(RunError { place: ErrorPlace::Path(path.to_owned()), message, help });
                None
            }
        };
        self.by_path.insert(path.to_owned(), loaded.clone());
        loaded
    }

    fn read(&mut self, path: &Path, text: String) -> Option<Arc<RuleSet>> {
        let loaded = load(&text);
        let file = Arc::new(SourceFile::new(path, text));
        match loaded {
            // The rules stand; what their author should know, `keybound policy` and the authorizer tell.
            Ok(Loaded { rules, shadowed, .. }) => Some(Arc::new(RuleSet { file, rules, shadowed })),
            Err(problems) => {
                let broken = problems.iter().filter(|problem| problem.level == Level::Error);
                self.errors.extend(broken.map(|problem| run_error(&file, problem)));
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

fn run_error(file: &Arc<SourceFile>, problem: &Problem) -> RunError {
    let span = HostSpan::new(problem.span.start, problem.span.end);
    RunError {
        place: ErrorPlace::Span(Arc::clone(file), span),
        message: problem.message.clone(),
        help: problem.help.clone(),
    }
}

fn search(directory: &Path) -> Option<PathBuf> {
    let own = fs::canonicalize(directory).ok()?;
    let repository = own.ancestors().find(|dir| dir.join(".git").exists());
    // As the user would name it: `../keybound.yaml` is no name that anyone wrote, so climb by what was written first.
    let mut shown = directory.to_owned();
    for above in own.ancestors() {
        if above.join(FILE_NAME).is_file() {
            let written = shown.join(FILE_NAME);
            let same = fs::canonicalize(&written).ok() == fs::canonicalize(above.join(FILE_NAME)).ok();
            let path = if same { written } else { above.join(FILE_NAME) };
            return Some(path.strip_prefix("./").map(Path::to_owned).unwrap_or(path));
        }
        if repository.is_none_or(|root| root == above) {
            return None;
        }
        shown = match shown.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            Some(_) => PathBuf::from("."),
            None => above.parent()?.to_owned(),
        };
    }
    None
}

fn text(path: &Path) -> Result<String, String> {
    let metadata = fs::metadata(path).map_err(|error| format!("cannot be read: {error}"))?;
    if !metadata.is_file() {
        return Err("is no file".to_owned());
    }
    if metadata.len() > MAX_BYTES {
        return Err(format!("has {} bytes, more than the {MAX_BYTES} that are read", metadata.len()));
    }
    let bytes = fs::read(path).map_err(|error| format!("cannot be read: {error}"))?;
    String::from_utf8(bytes)
        .map_err(|error| format!("is not UTF-8 after byte {}", error.utf8_error().valid_up_to()))
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

    #[test]
    fn the_nearest_file_counts_and_none_outside_of_the_repository() {
        let root = tempfile::tempdir().unwrap();
        let inner = root.path().join("repository/apis/orders");
        fs::create_dir_all(&inner).unwrap();
        fs::create_dir_all(root.path().join("repository/.git")).unwrap();
        fs::write(root.path().join(FILE_NAME), "version: 1\n").unwrap();
        assert_eq!(search(&inner), None);
        fs::write(root.path().join("repository").join(FILE_NAME), "version: 1\n").unwrap();
        assert_eq!(search(&inner), Some(root.path().join("repository").join(FILE_NAME)));
        fs::write(inner.join(FILE_NAME), "version: 1\n").unwrap();
        assert_eq!(search(&inner), Some(inner.join(FILE_NAME)));
    }
}
