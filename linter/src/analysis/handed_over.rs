//! Files that a commit hook hands over: what is read with them, and what of that the run is about.
//!
//! A commit may change a file that means nothing alone: a definition that a stack includes, a model that a definition
//! refers to, a template, the access rules. So the repository's definitions are all read, and those are judged that are
//! handed over, that use what is handed over, or whose rules are. Everything else is none of the run's business: no
//! finding, no error.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::access_rules::RuleSets;
use crate::api::discovery::{
    Candidate, ReadError, Unit, below, find, is_template_name, repository, together,
};
use crate::keybound_file::KeyboundFiles;

/// Files that a hook hands over.
pub(super) struct HandedOver {
    /// The files by their real paths.
    files: HashSet<PathBuf>,
    /// As they were found.
    found: Vec<Candidate>,
    /// What could not be found.
    errors: Vec<ReadError>,
    /// Whether the rules of a definition may be among them.
    with_rules: bool,
}

impl HandedOver {
    /// What a hook names. Access rules among it are read for what is wrong with them.
    pub(super) fn new(paths: &[PathBuf], rules: &mut RuleSets, files: &mut KeyboundFiles) -> Self {
        let mut own =
            Self { files: HashSet::new(), found: Vec::new(), errors: Vec::new(), with_rules: false };
        for found in find(paths) {
            match found {
                Ok(candidate) => {
                    for path in std::iter::once(candidate.path).chain(candidate.beside) {
                        if rules.may_hold(&path) {
                            own.with_rules = true;
                            rules.check(&path, files);
                        }
                        own.files.extend(fs::canonicalize(&path));
                        own.found.push(Candidate::new(path, false));
                    }
                }
                Err(error) => own.errors.push(error),
            }
        }
        own
    }

    /// Whether a file is handed over.
    pub(super) fn has(&self, path: &Path) -> bool {
        fs::canonicalize(path).is_ok_and(|path| self.files.contains(&path))
    }

    /// Whether the rules or the settings of a definition are handed over.
    fn is_ruled(&self, definition: &Path, rules: &RuleSets, files: &mut KeyboundFiles) -> bool {
        let has = |path: Option<PathBuf>| path.is_some_and(|path| self.has(&path));
        has(rules.path_of(definition, files)) || has(files.nearest(definition, |parts| parts.lint))
    }

    /// What has to be read: the files, and what else in their repositories may be a definition.
    pub(super) fn candidates(&self) -> Vec<Result<Candidate, ReadError>> {
        let mut found = Vec::new();
        let mut seen = HashSet::new();
        for root in self.repositories() {
            let shown = shown(&root);
            for candidate in below(&shown) {
                let inside = candidate.path.strip_prefix(&shown).unwrap_or(&candidate.path);
                let real = root.join(inside);
                let path = if shown == Path::new(".") { inside.to_owned() } else { candidate.path.clone() };
                // Only a template that is handed over is judged alone.
                if (!is_template_name(&path) || self.files.contains(&real)) && seen.insert(real) {
                    found.push(Ok(Candidate::new(path, false)));
                }
            }
        }
        // The walk misses what git ignores, what has another extension and what lies in no repository.
        let mut is_new = |own: &&Candidate| fs::canonicalize(&own.path).is_ok_and(|real| seen.insert(real));
        found.extend(self.found.iter().filter(|own| is_new(own)).cloned().map(Ok));
        together(found)
    }

    fn repositories(&self) -> Vec<PathBuf> {
        let directories: HashSet<&Path> = self.files.iter().filter_map(|file| file.parent()).collect();
        let roots: HashSet<&Path> = directories.into_iter().filter_map(repository).collect();
        let mut roots: Vec<PathBuf> = roots.into_iter().map(Path::to_owned).collect();
        roots.sort();
        roots
    }

    /// Of what was read, what the run is about.
    pub(super) fn chosen(
        &self,
        read: Vec<Result<Unit, ReadError>>,
        rules: &RuleSets,
        files: &mut KeyboundFiles,
    ) -> Vec<Result<Unit, ReadError>> {
        let mut used: HashSet<PathBuf> = HashSet::new();
        let mut chosen = Vec::new();
        for result in read {
            let (file, uses) = match &result {
                Ok(unit) => (unit.file.path(), unit.uses.as_slice()),
                Err(error) => (error.path.as_path(), [].as_slice()),
            };
            let own: Vec<PathBuf> = uses.iter().filter_map(|path| fs::canonicalize(path).ok()).collect();
            let is_chosen = self.has(file)
                || own.iter().any(|path| self.files.contains(path))
                || (self.with_rules && self.is_ruled(file, rules, files));
            if is_chosen {
                used.extend(own);
                chosen.push(result);
            }
        }
        // A template that a definition uses is judged there, where it is known what it is for.
        let is_used = |unit: &Unit| {
            unit.lone_template.is_some()
                && fs::canonicalize(unit.file.path()).is_ok_and(|path| used.contains(&path))
        };
        chosen.retain(|result| !result.as_ref().is_ok_and(is_used));
        chosen.extend(self.errors.iter().cloned().map(Err));
        chosen
    }
}

/// A repository as the paths of its files begin: with nothing where the command runs in its root.
fn shown(root: &Path) -> PathBuf {
    let is_here = std::env::current_dir().and_then(fs::canonicalize).is_ok_and(|here| here == root);
    if is_here { PathBuf::from(".") } else { root.to_owned() }
}
