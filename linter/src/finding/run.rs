//! What one run of the linter gives.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use super::{Confidence, Finding, RouteVerdict, Severity};
use crate::source::{HostSpan, SourceFile};

/// Everything that a run over some paths found, and what stood in its way.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// The findings that no suppression covers.
    pub findings: Vec<Finding>,
    /// Files that were parsed.
    pub files: usize,
    /// Integrations that were judged.
    pub integrations: usize,
    /// The findings that a suppression covers.
    pub suppressed: Vec<Finding>,
    /// Findings that settings leave out: of lints that are off, and in files that are not linted.
    pub turned_off: usize,
    /// Files that settings leave out.
    pub files_left_out: usize,
    /// Findings that the baseline has.
    pub baselined: usize,
    /// Findings on what did not change, where only changes are asked for.
    pub unchanged: Vec<Finding>,
    /// Files whose findings are all known.
    pub sources: BTreeSet<PathBuf>,
    /// Integrations that could be neither proved nor broken.
    pub undecided: usize,
    /// Each route, and what is said of it.
    pub routes: Vec<RouteVerdict>,
    /// What failed. The findings of all other files stand nevertheless.
    pub errors: Vec<RunError>,
}

/// A failure of the run itself: an unreadable file, a document that is no YAML, a broken rules file.
#[derive(Clone, Debug)]
pub struct RunError {
    /// Where it happened.
    pub place: ErrorPlace,
    /// Lower case, no full stop: what is wrong with which value, and what would be right.
    pub message: String,
    /// What would be right, where that takes more words.
    pub help: Option<String>,
}

/// Where a run failed, as far as that is known.
#[derive(Clone, Debug)]
pub enum ErrorPlace {
    /// In a file that was read.
    Span(Arc<SourceFile>, HostSpan),
    /// With a path that could not be read.
    Path(PathBuf),
    /// Nowhere in particular.
    Run,
}

impl Run {
    /// Puts findings in the order in which people read: by file, place and lint. Paths are compared as they are, so
    /// that the order is the same on every machine and whatever thread found them.
    pub fn sort(&mut self) {
        for findings in [&mut self.findings, &mut self.suppressed] {
            findings.sort_by(|a, b| {
                let key = |f: &Finding| (f.span.start, f.span.end, f.lint);
                a.file.path().cmp(b.file.path()).then_with(|| key(a).cmp(&key(b)))
            });
        }
    }

    /// How many findings are of this severity and confidence.
    pub fn count(&self, severity: Severity, confidence: Confidence) -> usize {
        self.findings.iter().filter(|f| f.severity == severity && f.confidence == confidence).count()
    }
}
