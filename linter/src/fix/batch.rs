//! Fixes that are tried together, and what of them holds.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::finding::{Edit, ErrorPlace, Finding, Run, Safety};
use crate::source::{HostSpan, SourceFile};

/// The lint that says of a comment that it covers nothing. What it covered may be mended too.
const UNUSED_SUPPRESSION: &str = "unused-suppression";

/// A fix that was chosen.
#[derive(Clone, Debug)]
pub struct Chosen {
    /// The finding's lint.
    pub lint: &'static str,
    /// The finding's file, canonical.
    pub path: PathBuf,
    /// The finding's file.
    pub file: Arc<SourceFile>,
    /// The finding's place.
    pub span: HostSpan,
    edits: Vec<(PathBuf, Edit)>,
}

/// Why a fix is not applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The finding is there nevertheless.
    StillFound,
    /// Another finding comes up.
    NewFinding(&'static str),
    /// The file could not be read, or other integrations would be read from it.
    ReadOtherwise,
    /// A request that the template renders as it should would be rendered otherwise.
    RenderedOtherwise,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StillFound => write!(f, "it would not mend the finding"),
            Self::NewFinding(lint) => write!(f, "`{lint}` would be found then"),
            Self::ReadOtherwise => write!(f, "the file would be read otherwise"),
            Self::RenderedOtherwise => write!(f, "plain requests would be rendered otherwise"),
        }
    }
}

/// What of a batch does not hold: indexes of its fixes, each with the first reason.
pub type Faults = BTreeMap<usize, Fault>;

/// Fixes that do not touch each other.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// The fixes, in the findings' order.
    pub chosen: Vec<Chosen>,
}

/// Fixes that were tried and do not hold, by lint, file and place.
#[derive(Clone, Debug, Default)]
pub struct Refused(HashSet<(&'static str, PathBuf, usize)>);

impl Refused {
    /// Does not try these again.
    pub fn add(&mut self, chosen: &Chosen) {
        self.0.insert((chosen.lint, chosen.path.clone(), chosen.span.start));
    }

    /// The same after a batch was applied.
    #[must_use]
    pub fn moved(self, batch: &Batch) -> Self {
        let moved = self.0.into_iter().map(|(lint, path, start)| {
            let start = batch.moved(&path, start).1;
            (lint, path, start)
        });
        Self(moved.collect())
    }
}

impl Batch {
    /// The fixes of findings that are allowed, without those that touch an earlier one: they wait for the next round.
    pub fn choose(findings: &[Finding], allowed: Safety, refused: &Refused) -> Self {
        let mut batch = Self::default();
        let mut canonical: BTreeMap<&Path, Option<PathBuf>> = BTreeMap::new();
        for finding in findings {
            let Some(fix) = finding.fix.as_ref().filter(|fix| fix.safety <= allowed && !fix.edits.is_empty())
            else {
                continue;
            };
            let path_of =
                |file: &'_ SourceFile| -> Option<PathBuf> { std::fs::canonicalize(file.path()).ok() };
            let path = canonical.entry(finding.file.path()).or_insert_with(|| path_of(&finding.file)).clone();
            let edits: Option<Vec<_>> =
                fix.edits.iter().map(|edit| Some((path_of(&edit.file)?, edit.clone()))).collect();
            let (Some(path), Some(edits)) = (path, edits) else { continue };
            let key = (finding.lint, path.clone(), finding.span.start);
            if refused.0.contains(&key) || edits.iter().any(|edit| batch.touches(edit)) {
                continue;
            }
            let (lint, span) = (finding.lint, finding.span);
            batch.chosen.push(Chosen { lint, path, file: Arc::clone(&finding.file), span, edits });
        }
        batch
    }

    fn edits(&self) -> impl Iterator<Item = &(PathBuf, Edit)> {
        self.chosen.iter().flat_map(|chosen| &chosen.edits)
    }

    fn touches(&self, (path, edit): &(PathBuf, Edit)) -> bool {
        let touch = |other: &Edit| {
            edit.span.start.max(other.span.start) < edit.span.end.min(other.span.end)
                || edit.span.start == other.span.start
                || edit.span.end == other.span.end
        };
        self.edits().any(|(of, other)| of == path && touch(other))
    }

    /// A file that changes, by canonical path.
    pub fn file(&self, path: &Path) -> Option<Arc<SourceFile>> {
        self.edits().find(|(of, _)| of == path).map(|(_, edit)| Arc::clone(&edit.file))
    }

    /// The texts of the files as they would be, by canonical path.
    pub fn texts(&self) -> BTreeMap<PathBuf, String> {
        let mut edits: BTreeMap<&Path, Vec<&Edit>> = BTreeMap::new();
        for (path, edit) in self.edits() {
            edits.entry(path).or_default().push(edit);
        }
        let mut texts = BTreeMap::new();
        for (path, mut edits) in edits {
            edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
            let Some(file) = edits.first().map(|edit| &edit.file) else { continue };
            let (mut text, mut at) = (String::new(), 0);
            for edit in &edits {
                text.push_str(file.slice(HostSpan::new(at, edit.span.start)));
                text.push_str(&edit.replacement);
                at = edit.span.end;
            }
            text.push_str(file.slice(HostSpan::new(at, file.text().len())));
            texts.insert(path.to_owned(), text);
        }
        texts
    }

    /// Where a byte of a file is found afterwards: before what is added at it, and behind.
    fn moved(&self, path: &Path, at: usize) -> (usize, usize) {
        let (mut before, mut behind) = (at, at);
        for (_, edit) in self.edits().filter(|(of, _)| of == path) {
            let moved =
                |at: usize| (at + edit.replacement.len()).saturating_sub(edit.span.end - edit.span.start);
            if edit.span.end <= at {
                behind = moved(behind);
                if edit.span.start < at {
                    before = moved(before);
                }
            }
        }
        (before, behind)
    }

    /// Where what begins at a byte may begin afterwards. A reference that is put into a call begins there behind what was
    /// added after its `$`, `$!` or `${`.
    fn places_afterwards(&self, path: &Path, at: usize) -> Vec<usize> {
        const LONGEST_OPENING: usize = 3;
        let (before, behind) = self.moved(path, at);
        let wraps = self.edits().filter(|(of, edit)| {
            of == path && edit.span.start > at && edit.span.start <= at + LONGEST_OPENING
        });
        let inner = wraps.flat_map(|(_, edit)| {
            let added = before + edit.replacement.len();
            added..=added + LONGEST_OPENING
        });
        inner.chain([before, behind]).collect()
    }

    /// What does not hold, judged by what was found before and what would be found.
    pub fn faults(&self, before: &Run, after: &Run) -> Faults {
        let mut faults = Faults::new();
        let canonical = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if after.errors.len() > before.errors.len() {
            let broken: HashSet<PathBuf> = after
                .errors
                .iter()
                .filter_map(|error| match &error.place {
                    ErrorPlace::Span(file, _) => Some(canonical(file.path())),
                    ErrorPlace::Path(path) => Some(canonical(path)),
                    ErrorPlace::Run => None,
                })
                .collect();
            self.blame(&mut faults, &Fault::ReadOtherwise, |chosen| {
                chosen.edits.iter().any(|(path, _)| broken.contains(path))
            });
        } else if after.integrations != before.integrations || after.files != before.files {
            self.blame(&mut faults, &Fault::ReadOtherwise, |_| true);
        }
        if !faults.is_empty() {
            return faults;
        }
        let found: HashSet<(&str, PathBuf, usize)> =
            after.findings.iter().map(|f| (f.lint, canonical(f.file.path()), f.span.start)).collect();
        for (index, chosen) in self.chosen.iter().enumerate() {
            let (left, right) = self.moved(&chosen.path, chosen.span.start);
            let is_at = |start: usize| found.contains(&(chosen.lint, chosen.path.clone(), start));
            if is_at(left) || is_at(right) {
                faults.insert(index, Fault::StillFound);
            }
        }
        let known: HashSet<(&str, PathBuf, usize)> = before
            .findings
            .iter()
            .flat_map(|finding| {
                let path = canonical(finding.file.path());
                let places = self.places_afterwards(&path, finding.span.start);
                places.into_iter().map(move |place| (finding.lint, path.clone(), place))
            })
            .collect();
        for finding in after.findings.iter().filter(|finding| finding.lint != UNUSED_SUPPRESSION) {
            let path = canonical(finding.file.path());
            if known.contains(&(finding.lint, path.clone(), finding.span.start)) {
                continue;
            }
            // The nearest fix in the file is the likeliest cause; if it is another, the next round shows it.
            let distance = |chosen: &Chosen| {
                let edits = chosen.edits.iter().filter(|(of, _)| *of == path);
                edits.map(|(_, edit)| self.moved(&path, edit.span.start).0.abs_diff(finding.span.start)).min()
            };
            let near =
                self.chosen.iter().enumerate().filter_map(|(index, chosen)| Some((distance(chosen)?, index)));
            match near.filter(|(_, index)| !faults.contains_key(index)).min() {
                Some((_, index)) => _ = faults.insert(index, Fault::NewFinding(finding.lint)),
                None if faults.is_empty() => {
                    self.blame(&mut faults, &Fault::NewFinding(finding.lint), |_| true);
                }
                None => {}
            }
        }
        faults
    }

    /// The fixes of templates that would render plain requests otherwise: those with an edit in one of these places.
    pub fn unlike(&self, templates: &[(PathBuf, HostSpan)]) -> Faults {
        let mut faults = Faults::new();
        self.blame(&mut faults, &Fault::RenderedOtherwise, |chosen| {
            chosen.edits.iter().any(|(path, edit)| {
                templates.iter().any(|(of, span)| {
                    of == path && span.start <= edit.span.start && edit.span.end <= span.end
                })
            })
        });
        faults
    }

    /// Blames the fixes that are meant, or all of them where that is none.
    fn blame(&self, faults: &mut Faults, fault: &Fault, is_meant: impl Fn(&Chosen) -> bool) {
        let meant: Vec<usize> =
            (0..).zip(&self.chosen).filter(|(_, chosen)| is_meant(chosen)).map(|(index, _)| index).collect();
        let blamed = if meant.is_empty() { (0..self.chosen.len()).collect() } else { meant };
        faults.extend(blamed.into_iter().map(|index| (index, fault.clone())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Confidence, Fix, Severity};

    fn finding(file: &Arc<SourceFile>, edits: &[(usize, usize, &str)]) -> Finding {
        let edit = |(start, end, text): &(usize, usize, &str)| Edit {
            file: Arc::clone(file),
            span: HostSpan::new(*start, *end),
            replacement: (*text).to_owned(),
        };
        let edits: Vec<Edit> = edits.iter().map(edit).collect();
        Finding {
            lint: "unescaped-input",
            severity: Severity::Error,
            confidence: Confidence::Proven,
            message: String::new(),
            help: None,
            file: Arc::clone(file),
            span: edits[0].span,
            exact: true,
            route: None,
            content_type: None,
            action: None,
            table: None,
            related: Vec::new(),
            proof: None,
            fix: Some(Fix { safety: Safety::Safe, message: String::new(), edits }),
            justification: None,
        }
    }

    fn scratch(text: &str) -> (tempfile::TempDir, Arc<SourceFile>, PathBuf) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.yaml");
        std::fs::write(&path, text).unwrap();
        let canonical = std::fs::canonicalize(&path).unwrap();
        (directory, Arc::new(SourceFile::new(path, text)), canonical)
    }

    #[test]
    fn of_fixes_that_touch_the_first_is_chosen() {
        let (_directory, file, path) = scratch("abcdefgh");
        let all = [
            finding(&file, &[(1, 3, "X"), (6, 6, "Z")]),
            finding(&file, &[(2, 4, "Y")]),
            finding(&file, &[(6, 6, "W")]),
            finding(&file, &[(4, 5, "")]),
        ];
        let batch = Batch::choose(&all, Safety::Safe, &Refused::default());
        assert_eq!(batch.texts()[&path], "aXdfZgh");
        assert_eq!(
            [0, 1, 3, 5, 6].map(|at| batch.moved(&path, at)),
            [(0, 0), (1, 1), (2, 2), (3, 3), (4, 5)]
        );
        let mut refused = Refused::default();
        refused.add(&batch.chosen[0]);
        let rest = Batch::choose(&all, Safety::Safe, &refused);
        assert_eq!(rest.texts()[&path], "abYfWgh");
    }

    #[test]
    fn what_may_be_noticed_is_chosen_only_if_allowed() {
        let (_directory, file, path) = scratch("ab");
        let mut found = finding(&file, &[(1, 1, "X")]);
        found.fix.as_mut().unwrap().safety = Safety::Unsafe;
        let all = [found];
        assert!(Batch::choose(&all, Safety::Safe, &Refused::default()).chosen.is_empty());
        assert_eq!(Batch::choose(&all, Safety::Unsafe, &Refused::default()).texts()[&path], "aXb");
    }

    #[test]
    fn a_fix_holds_if_its_finding_goes_and_none_comes() {
        let (_directory, file, _) = scratch("abcd");
        let before = Run { findings: vec![finding(&file, &[(1, 1, "XX")])], ..Run::default() };
        let batch = Batch::choose(&before.findings, Safety::Safe, &Refused::default());
        let after = |lint: &'static str, start: usize| {
            let found = Finding { lint, span: HostSpan::new(start, start), ..finding(&file, &[(0, 0, "")]) };
            Run { findings: vec![found], ..Run::default() }
        };
        let faults = |after: &Run| batch.faults(&before, after).into_values().collect::<Vec<_>>();
        assert_eq!(faults(&Run::default()), []);
        assert_eq!(faults(&after("unescaped-input", 3)), [Fault::StillFound]);
        assert_eq!(faults(&after("bare-input", 0)), [Fault::NewFinding("bare-input")]);
        assert_eq!(faults(&after(UNUSED_SUPPRESSION, 0)), []);
        assert_eq!(faults(&Run { integrations: 1, ..Run::default() }), [Fault::ReadOtherwise]);
    }
}
