//! The `keybound.yaml` files of a run: the nearest ones above each definition, up to its repository's root.
//!
//! A file has access rules, settings of the linter, or both. Each is looked for on its own: a file of settings alone
//! hides no rules further up, and a file of rules alone no settings.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use keybound_shared::{Parts, Problem};

use crate::finding::{ErrorPlace, RunError};
use crate::source::{HostSpan, SourceFile};

/// The name of the file.
pub const FILE_NAME: &str = "keybound.yaml";

/// The largest file that is read; the rules' own limit is lower.
const MAX_BYTES: u64 = 8 << 20;

/// A file that was read.
#[derive(Clone, Debug)]
pub struct KeyboundFile {
    /// Its text.
    pub file: Arc<SourceFile>,
    /// What it has.
    pub parts: Parts,
}

/// The files of a run, each read once.
#[derive(Debug, Default)]
pub struct KeyboundFiles {
    by_path: BTreeMap<PathBuf, Result<Arc<KeyboundFile>, String>>,
    by_directory: BTreeMap<PathBuf, Vec<PathBuf>>,
}

impl KeyboundFiles {
    /// A file, or what keeps it from being read.
    pub fn read(&mut self, path: &Path) -> Result<Arc<KeyboundFile>, String> {
        let read = || {
            let text = text(path)?;
            let parts = Parts::of(&text);
            Ok(Arc::new(KeyboundFile { file: Arc::new(SourceFile::new(path, text)), parts }))
        };
        self.by_path.entry(path.to_owned()).or_insert_with(read).clone()
    }

    /// Takes a text for that of a file.
    pub fn give(&mut self, path: &Path, text: String) {
        let parts = Parts::of(&text);
        let file = Arc::new(SourceFile::new(path, text));
        self.by_path.insert(path.to_owned(), Ok(Arc::new(KeyboundFile { file, parts })));
    }

    /// The nearest file above a definition that has what is looked for. One that cannot be read is never passed over.
    pub fn nearest(&mut self, definition: &Path, has: fn(Parts) -> bool) -> Option<PathBuf> {
        let paths = self.above(definition.parent()?);
        paths.into_iter().find(|path| self.read(path).map_or(true, |found| has(found.parts)))
    }

    /// The files from a directory upwards, the nearest first; outside of a repository only that of the directory.
    fn above(&mut self, directory: &Path) -> Vec<PathBuf> {
        if let Some(known) = self.by_directory.get(directory) {
            return known.clone();
        }
        let shown = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
        let found = search(shown);
        self.by_directory.insert(directory.to_owned(), found.clone());
        found
    }
}

/// What is wrong with a file as a failure of the run.
pub fn run_error(file: &Arc<SourceFile>, problem: &Problem) -> RunError {
    let span = HostSpan::new(problem.span.start, problem.span.end);
    RunError {
        place: ErrorPlace::Span(Arc::clone(file), span),
        message: problem.message.clone(),
        help: problem.help.clone(),
    }
}

fn search(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(own) = fs::canonicalize(directory) else { return found };
    let repository = own.ancestors().find(|dir| dir.join(".git").exists());
    // As the user would name it: `../keybound.yaml` is no name that anyone wrote, so climb by what was written first.
    let mut shown = Some(directory.to_owned());
    for above in own.ancestors() {
        if above.join(FILE_NAME).is_file() {
            let written = shown.as_ref().map(|shown| shown.join(FILE_NAME));
            let real = fs::canonicalize(above.join(FILE_NAME)).ok();
            let same = written.filter(|written| fs::canonicalize(written).ok() == real);
            let path = same.unwrap_or_else(|| above.join(FILE_NAME));
            found.push(path.strip_prefix("./").map(Path::to_owned).unwrap_or(path));
        }
        if repository.is_none_or(|root| root == above) {
            break;
        }
        shown = shown.and_then(|shown| match shown.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => Some(parent.to_owned()),
            Some(_) => Some(PathBuf::from(".")),
            None => above.parent().map(Path::to_owned),
        });
    }
    found
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_files_count_and_none_outside_of_the_repository() {
        let root = tempfile::tempdir().unwrap();
        let repository = root.path().join("repository");
        let inner = repository.join("apis/orders");
        fs::create_dir_all(&inner).unwrap();
        fs::create_dir_all(repository.join(".git")).unwrap();
        fs::write(root.path().join(FILE_NAME), "version: 1\n").unwrap();
        assert_eq!(search(&inner), [] as [PathBuf; 0]);
        fs::write(repository.join(FILE_NAME), "version: 1\n").unwrap();
        assert_eq!(search(&inner), [repository.join(FILE_NAME)]);
        fs::write(inner.join(FILE_NAME), "version: 1\n").unwrap();
        assert_eq!(search(&inner), [inner.join(FILE_NAME), repository.join(FILE_NAME)]);
    }

    #[test]
    fn settings_hide_no_rules_and_rules_no_settings() {
        let root = tempfile::tempdir().unwrap();
        let inner = root.path().join("inner");
        fs::create_dir_all(inner.join("deep")).unwrap();
        fs::create_dir_all(root.path().join(".git")).unwrap();
        let nearest = |definition: &str| {
            let mut files = KeyboundFiles::default();
            let definition = root.path().join(definition);
            let rules = files.nearest(&definition, |parts| parts.rules);
            let settings = files.nearest(&definition, |parts| parts.lint);
            [rules, settings].map(|path| path.map(|path| path.parent().unwrap().to_owned()))
        };
        let (outer, within) = (Some(root.path().to_owned()), Some(inner.clone()));
        for (outer_text, inner_text, expected) in [
            ("version: 1\n", "version: 1\nlint: {}\n", [outer.clone(), within.clone()]),
            ("version: 1\nlint: {}\n", "version: 1\n", [within.clone(), outer.clone()]),
            ("version: 1\nlint: {}\n", "version: 1\nlint: {}\n", [None, within.clone()]),
            ("version: 1\n", "version: 1\ngrants: []\nlint: {}\n", [within.clone(), within.clone()]),
            // What is broken may be anything.
            ("version: 1\nlint: {}\n", "version: [", [within.clone(), within.clone()]),
        ] {
            fs::write(root.path().join(FILE_NAME), outer_text).unwrap();
            fs::write(inner.join(FILE_NAME), inner_text).unwrap();
            assert_eq!(nearest("inner/deep/api.yaml"), expected, "{outer_text} {inner_text}");
        }
    }
}
