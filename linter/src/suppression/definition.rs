//! Suppressions in the comments of a YAML or HCL file.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::finding::Finding;
use crate::source::{HostSpan, SourceFile};

use super::{Key, Suppressions, comment};

/// The suppressions of one file, by the line that they cover.
#[derive(Debug, Default)]
pub(crate) struct DefinitionComments {
    covered: HashMap<usize, HashMap<String, Vec<Key>>>,
}

impl DefinitionComments {
    /// Reads the comments of a file.
    pub(crate) fn read(file: &Arc<SourceFile>, comments: &[HostSpan], met: &mut Suppressions) -> Self {
        let mut covered: HashMap<usize, HashMap<String, Vec<Key>>> = HashMap::new();
        if !file.text().contains("keybound:") {
            return Self::default();
        }
        let line_of = |span: &HostSpan| file.position(span.start).line;
        let alone: HashSet<usize> =
            comments.iter().filter(|span| stands_alone(file, **span)).map(line_of).collect();
        // Comment lines in a row lead to one line: found once for all of them, from the last to the first.
        let mut next_line = 0;
        for span in comments.iter().rev() {
            let mut line = line_of(span);
            if alone.contains(&line) {
                if !alone.contains(&(line + 1)) {
                    next_line = line + 1;
                }
                line = next_line;
            }
            for part in comment::read(file.slice(*span)) {
                let place = HostSpan::new(span.start + part.range.start, span.start + part.range.end);
                let key = Key { path: file.path().to_owned(), span: place, offset: 0 };
                met.add(key.clone(), file, part.fault);
                if let Some(lint) = part.lint {
                    met.justify(key.clone(), part.reason);
                    covered.entry(line).or_default().entry(lint.to_owned()).or_default().push(key);
                }
            }
        }
        Self { covered }
    }

    /// Why a finding of this file is left out, if it is covered.
    pub(crate) fn covers(&self, finding: &Finding, met: &mut Suppressions) -> Option<String> {
        if self.covered.is_empty() {
            return None;
        }
        let line = finding.file.position(finding.span.start).line;
        let keys = self.covered.get(&line).and_then(|lints| lints.get(finding.lint));
        keys.and_then(|keys| met.mark(keys))
    }
}

/// Whether only blanks stand before a comment on its line.
fn stands_alone(file: &SourceFile, comment: HostSpan) -> bool {
    let before = file.text().get(..comment.start).unwrap_or("");
    let line = before.rsplit('\n').next().unwrap_or("");
    line.trim_start_matches('\u{FEFF}').trim().is_empty()
}
