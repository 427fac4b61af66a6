//! `keybound lint --fix`: rounds of fixes, each judged by another run before anything is written.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use super::{Engine, Status, Streams};
use crate::analysis::{self, Settings};
use crate::finding::{ErrorPlace, Run, RunError, Safety};
use crate::fix::batch::{Batch, Chosen, Fault, Refused};
use crate::fix::replacement::replace;
use crate::report::text::Text;
use crate::report::{patch, visible};
use crate::source::SourceFile;

/// Rounds of fixes: what overlaps takes one each, and so does what does not hold.
const MAX_ROUNDS: usize = 10;

/// What fixes came to.
pub(super) struct Fixed {
    /// The files that change, as they are, with their texts as they are to be.
    files: BTreeMap<PathBuf, (Arc<SourceFile>, String)>,
    /// How many findings are mended, by the file of each.
    applied: BTreeMap<PathBuf, usize>,
    refused: Vec<(Chosen, Fault)>,
    /// What is found once they are written.
    pub(super) run: Run,
}

/// How fixes are tried.
pub(super) struct Fixing<'a> {
    /// The analysis.
    pub(super) engine: &'a dyn Engine,
    /// What it looks at.
    pub(super) paths: &'a [PathBuf],
    /// How.
    pub(super) settings: &'a Settings,
    /// The fixes that are allowed.
    pub(super) allowed: Safety,
    /// What of a run is shown, and so may be fixed.
    pub(super) shown: &'a dyn Fn(Run) -> Run,
}

impl Fixing<'_> {
    /// Applies all fixes that are allowed to what was found, in memory. What does not hold is left out.
    pub(super) fn fixed(&self, found: Run) -> Fixed {
        let mut fixed =
            Fixed { files: BTreeMap::new(), applied: BTreeMap::new(), refused: Vec::new(), run: found };
        let mut settings = self.settings.clone();
        let mut refused = Refused::default();
        for _ in 0..MAX_ROUNDS {
            let shown = (self.shown)(fixed.run.clone());
            let batch = Batch::choose(&shown.findings, self.allowed, &refused);
            if batch.chosen.is_empty() {
                break;
            }
            let after = Settings { unsaved: settings.unsaved.with(batch.texts()), ..settings.clone() };
            let run = self.run(&after);
            let mut faults = batch.faults(&fixed.run, &run);
            if faults.is_empty() {
                let added =
                    batch.chosen.iter().any(|chosen| chosen.lint == "unbounded-read").then_some("Limit");
                faults = match analysis::rendered_otherwise(self.paths, &settings, &after, added) {
                    Some(unlike) if unlike.is_empty() => faults,
                    unlike => batch.unlike(&unlike.unwrap_or_default()),
                };
            }
            if faults.is_empty() {
                fixed.accept(&batch, run);
                refused = refused.moved(&batch);
                settings = after;
                continue;
            }
            for (index, fault) in faults {
                let Some(chosen) = batch.chosen.get(index) else { continue };
                refused.add(chosen);
                fixed.refused.push((chosen.clone(), fault));
            }
        }
        fixed
    }

    fn run(&self, settings: &Settings) -> Run {
        let mut run = self.engine.lint(self.paths, settings, &());
        run.sort();
        run
    }
}

impl Fixed {
    fn accept(&mut self, batch: &Batch, run: Run) {
        for (path, text) in batch.texts() {
            match self.files.get_mut(&path) {
                Some((_, latest)) => *latest = text,
                None => {
                    let Some(file) = batch.file(&path) else { continue };
                    self.files.insert(path, (file, text));
                }
            }
        }
        for chosen in &batch.chosen {
            *self.applied.entry(chosen.path.clone()).or_default() += 1;
        }
        self.run = run;
    }

    /// Writes the files. Each that cannot be written is a failure of the run, whose findings are then those of the files
    /// as they are.
    pub(super) fn write_files(&mut self, fixing: &Fixing<'_>) {
        let mut errors = Vec::new();
        self.files.retain(|_, (file, text)| match replace(file.path(), file.text(), text) {
            Ok(()) => true,
            Err(message) => {
                let place = ErrorPlace::Path(file.path().to_owned());
                errors.push(RunError { place, message, help: None });
                false
            }
        });
        if !errors.is_empty() {
            self.run = fixing.run(fixing.settings);
            self.run.errors.append(&mut errors);
        }
    }

    /// Shows what would change instead of changing it; the status is that of the files as they are.
    pub(super) fn only_shown(
        &self,
        status: Status,
        quiet: bool,
        streams: &mut Streams<'_>,
    ) -> io::Result<Status> {
        self.write_patch(streams)?;
        let text = Text::new(&streams.base, streams.err_screen);
        for error in &self.run.errors {
            text.error(streams.err, error)?;
        }
        if !quiet {
            self.write_summary(true, streams)?;
        }
        Ok(status)
    }

    /// Writes to standard output what would change.
    fn write_patch(&self, streams: &mut Streams<'_>) -> io::Result<()> {
        let mut files: Vec<_> = self.files.values().collect();
        files.sort_by_key(|(file, _)| file.path().to_owned());
        for (file, text) in files {
            let change = (file.text(), text.as_str());
            patch::write(streams.out, (file.path(), &streams.base), change, streams.out_is_terminal)?;
        }
        Ok(())
    }

    /// Says on standard error what was fixed, and what was not.
    pub(super) fn write_summary(&self, dry_run: bool, streams: &mut Streams<'_>) -> io::Result<()> {
        for (chosen, fault) in &self.refused {
            let position = chosen.file.position(chosen.span.start);
            let path = visible::line(&streams.base.shown(chosen.file.path()));
            let (lint, line, column) = (chosen.lint, position.line, position.column);
            writeln!(streams.err, "note: {path}:{line}:{column}: {lint} is not fixed: {fault}")?;
        }
        let fixed = if dry_run { "would be fixed" } else { "fixed" };
        let applied: usize = self.files.keys().filter_map(|path| self.applied.get(path)).sum();
        let files = self.files.len();
        let findings = if applied == 1 { "finding" } else { "findings" };
        writeln!(
            streams.err,
            "{applied} {findings} {fixed} in {files} file{}",
            if files == 1 { "" } else { "s" }
        )
    }
}
