//! Findings that a code base had when it began to be linted, so that only new ones are shown.
//!
//! An entry is known by what its finding is about and says, not by lines: moving code, or renaming what is elsewhere,
//! keeps it. Another text at the same place is another finding, and so is a second one that is equal to a first:
//! entries are counted. A finding that was only suspected covers no proven one.

mod file;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use crate::finding::{Confidence, Finding, Fingerprint, Run, RunError};
use crate::source::SourceFile;

pub use file::Entry;

/// The findings of a baseline's file.
#[derive(Clone, Debug)]
pub struct Baseline {
    path: PathBuf,
    /// Where the paths of its entries begin.
    directory: PathBuf,
    entries: Vec<Entry>,
}

/// What tells entries apart.
type Key = (String, Fingerprint, String);

impl Baseline {
    /// Reads a baseline.
    pub fn read(path: &Path) -> Result<Self, RunError> {
        let text = file::text(path)?;
        let file = Arc::new(SourceFile::new(path, text));
        Ok(Self { path: path.to_owned(), directory: directory(path), entries: file::entries(&file)? })
    }

    /// The baseline to be written to a file: what a run found, and what was known of files that it did not read and that
    /// are there. A file that is there must be a baseline.
    pub fn of_run(run: &Run, path: &Path) -> Result<Self, RunError> {
        let known = if path.exists() { Self::read(path)?.entries } else { Vec::new() };
        let directory = directory(path);
        let read = real_paths(&run.sources);
        let is_kept = |entry: &Entry| {
            fs::canonicalize(directory.join(&entry.file)).is_ok_and(|real| !read.contains(&real))
        };
        let mut entries: BTreeMap<(Key, Confidence), Entry> = BTreeMap::new();
        let found = run.findings.iter().map(|finding| Entry::of(finding, relative(&directory, finding)));
        for entry in known.into_iter().filter(is_kept).chain(found) {
            let key = ((entry.file.clone(), entry.fingerprint, entry.message.clone()), entry.confidence);
            match entries.get_mut(&key) {
                Some(same) => same.count = same.count.saturating_add(entry.count.get()),
                None => _ = entries.insert(key, entry),
            }
        }
        let mut entries: Vec<Entry> = entries.into_values().collect();
        entries.sort_by(Entry::order);
        Ok(Self { path: path.to_owned(), directory, entries })
    }

    /// Writes the file, as a whole or not at all.
    pub fn write(&self) -> Result<(), RunError> {
        file::write(&self.path, &self.entries)
    }

    /// How many findings it has.
    pub fn count(&self) -> usize {
        self.entries.iter().map(|entry| entry.count.get() as usize).sum()
    }

    /// Takes the findings out of a run that are known, and says which entries have no finding any more. What a run does
    /// not look at may be there still.
    pub fn apply(&self, run: &mut Run) -> Vec<&Entry> {
        let mut open = Open::new(self);
        // What nobody changed is known before what somebody did, where the two are equal.
        let unchanged = std::mem::take(&mut run.unchanged);
        run.unchanged = unchanged.into_iter().filter(|finding| !open.takes(finding)).collect();
        let before = run.findings.len();
        let findings = std::mem::take(&mut run.findings);
        run.findings = findings.into_iter().filter(|finding| !open.takes(finding)).collect();
        run.baselined = before - run.findings.len();
        let read = real_paths(&run.sources);
        let is_gone = |entry: &Entry| match fs::canonicalize(self.directory.join(&entry.file)) {
            Ok(real) => read.contains(&real),
            Err(_) => true,
        };
        open.left().filter(|entry| is_gone(entry)).collect()
    }
}

/// Entries on the way to be matched.
struct Open<'b> {
    baseline: &'b Baseline,
    /// For each entry, how many findings it still covers.
    left: Vec<u32>,
    by_key: BTreeMap<Key, Vec<usize>>,
    /// Entries of files that are gone, by what is left of their keys: those files may have been renamed.
    moved: BTreeMap<(Fingerprint, String), Vec<usize>>,
}

impl<'b> Open<'b> {
    fn new(baseline: &'b Baseline) -> Self {
        let mut by_key: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
        let mut moved: BTreeMap<(Fingerprint, String), Vec<usize>> = BTreeMap::new();
        for (index, entry) in baseline.entries.iter().enumerate() {
            let key = (entry.file.clone(), entry.fingerprint, entry.message.clone());
            by_key.entry(key).or_default().push(index);
            if !baseline.directory.join(&entry.file).exists() {
                moved.entry((entry.fingerprint, entry.message.clone())).or_default().push(index);
            }
        }
        let left = baseline.entries.iter().map(|entry| entry.count.get()).collect();
        Self { baseline, left, by_key, moved }
    }

    /// Whether an entry covers a finding, which is then one less that it covers.
    fn takes(&mut self, finding: &Finding) -> bool {
        let (print, message) = (Fingerprint::of(finding), finding.message.clone());
        let own = self.by_key.get(&(relative(&self.baseline.directory, finding), print, message.clone()));
        let moved = self.moved.get(&(print, message));
        let covers = |index: &&usize| {
            let entry = self.baseline.entries.get(**index);
            self.left.get(**index).is_some_and(|left| *left > 0)
                && entry.is_some_and(|entry| entry.confidence >= finding.confidence)
        };
        let Some(&index) = own.into_iter().chain(moved).flatten().find(covers) else { return false };
        if let Some(left) = self.left.get_mut(index) {
            *left -= 1;
        }
        true
    }

    fn left(&self) -> impl Iterator<Item = &'b Entry> {
        let pairs = self.baseline.entries.iter().zip(&self.left);
        pairs.filter(|(_, left)| **left > 0).map(|(entry, _)| entry)
    }
}

fn directory(path: &Path) -> PathBuf {
    let directory = path.parent().filter(|directory| !directory.as_os_str().is_empty());
    let directory = directory.unwrap_or(Path::new("."));
    fs::canonicalize(directory).unwrap_or_else(|_| directory.to_owned())
}

fn real_paths(paths: &BTreeSet<PathBuf>) -> BTreeSet<PathBuf> {
    paths.iter().filter_map(|path| fs::canonicalize(path).ok()).collect()
}

/// The path of a finding's file from a directory, with `/` between its parts.
fn relative(directory: &Path, finding: &Finding) -> String {
    let path = finding.file.path();
    let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let common = directory.components().zip(real.components()).take_while(|(a, b)| a == b).count();
    let up = directory.components().skip(common).map(|_| "..".to_owned());
    let down = real.components().skip(common).filter(|part| *part != Component::RootDir);
    let parts: Vec<String> =
        up.chain(down.map(|part| part.as_os_str().to_string_lossy().into_owned())).collect();
    parts.join("/")
}

#[cfg(test)]
mod tests;
