//! Findings that a comment says to leave: `## keybound: ignore[lint] reason` in a template, `# keybound: …` in YAML
//! and HCL; or the `Metadata` of a stack's resource.
//!
//! A comment covers one line: its own where something stands before it, otherwise the next line that is no comment.
//! In a template these are the template's lines, however its host writes them, and only the template's findings are
//! covered; in YAML and HCL they are the file's lines, and every finding that begins there is covered. A comment without a
//! reason covers nothing. Metadata covers what lies in its resource.

mod comment;
mod definition;
mod metadata;
mod template;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use crate::finding::Finding;
use crate::lints::unused_suppression;
use crate::source::{HostSpan, SourceFile};

pub(crate) use definition::DefinitionComments;
pub(crate) use metadata::ResourceMetadata;
pub(crate) use template::TemplateComments;

/// A name in the brackets of a comment, or a comment that cannot be read. The template offset tells names apart whose
/// place in the file is not known exactly.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Key {
    path: PathBuf,
    span: HostSpan,
    offset: usize,
}

/// What became of a name or a comment.
#[derive(Clone, Debug)]
struct Entry {
    file: Arc<SourceFile>,
    /// Why it covers nothing; for a name that could cover something this holds unless it is used.
    fault: comment::Fault,
}

/// All comments of a run that suppress findings. Templates are met once for each integration that shares them, so a
/// comment is unused only if no integration used it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Suppressions {
    entries: BTreeMap<Key, Entry>,
    used: BTreeSet<Key>,
    reasons: BTreeMap<Key, String>,
}

impl Suppressions {
    fn add(&mut self, key: Key, file: &Arc<SourceFile>, fault: comment::Fault) {
        self.entries.insert(key, Entry { file: Arc::clone(file), fault });
    }

    /// Says why something is left out.
    fn justify(&mut self, key: Key, reason: &str) {
        self.reasons.insert(key, reason.trim().to_owned());
    }

    /// Marks what covers a finding as used; gives its reason, or none where nothing covers the finding.
    fn mark(&mut self, keys: &[Key]) -> Option<String> {
        self.used.extend(keys.iter().cloned());
        let first = keys.first()?;
        Some(self.reasons.get(first).cloned().unwrap_or_default())
    }

    /// Takes over what another part of the run met.
    pub(crate) fn merge(&mut self, other: Self) {
        self.entries.extend(other.entries);
        self.used.extend(other.used);
        self.reasons.extend(other.reasons);
    }

    /// A finding for everything that covers nothing.
    pub(crate) fn unused(self) -> impl Iterator<Item = Finding> {
        let Self { entries, used, .. } = self;
        entries.into_iter().filter(move |(key, _)| !used.contains(key)).map(|(key, entry)| {
            unused_suppression::finding(entry.file, key.span, entry.fault.message, entry.fault.help)
        })
    }
}
