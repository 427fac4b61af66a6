//! `--baseline` and `--write-baseline`.

use std::io;
use std::path::Path;

use super::{LintArguments, Streams};
use crate::baseline::{Baseline, Entry};
use crate::finding::{Run, RunError};
use crate::report::visible;

/// Entries without a finding that are told one by one.
const MAX_TOLD: usize = 10;

/// What became of a baseline, for people.
#[derive(Default)]
pub(super) struct Told(Vec<String>);

/// Applies the baseline of the arguments to a run, or writes it. What goes wrong is a failure of the run, whose findings
/// are then all shown.
pub(super) fn apply(arguments: &LintArguments, run: &mut Run) -> Told {
    let Some(path) = &arguments.baseline else { return Told::default() };
    let done = if arguments.write_baseline { write(path, run) } else { leave_out(path, run) };
    done.unwrap_or_else(|error| {
        run.errors.push(error);
        Told::default()
    })
}

fn write(path: &Path, run: &mut Run) -> Result<Told, RunError> {
    if !run.errors.is_empty() {
        return Ok(Told(vec![format!("{} is not written, for the run failed", shown(path))]));
    }
    let baseline = Baseline::of_run(run, path)?;
    baseline.write()?;
    run.baselined = run.findings.len();
    run.findings.clear();
    let count = baseline.count();
    let findings = if count == 1 { "finding" } else { "findings" };
    Ok(Told(vec![format!("wrote {}: {count} {findings}", shown(path))]))
}

fn leave_out(path: &Path, run: &mut Run) -> Result<Told, RunError> {
    let baseline = Baseline::read(path)?;
    let gone = baseline.apply(run);
    let mut lines = Vec::new();
    if !gone.is_empty() {
        let have = if gone.len() == 1 { "entry has" } else { "entries have" };
        let (count, path) = (gone.len(), shown(path));
        lines.push(format!(
            "note: {count} {have} no finding any more in {path}; `--write-baseline` takes them out"
        ));
    }
    let line = |entry: &&Entry| {
        let text = format!("{}: {}: {}", entry.file, entry.lint, entry.message);
        format!("  {}", visible::line(&text))
    };
    lines.extend(gone.iter().take(MAX_TOLD).map(line));
    if gone.len() > MAX_TOLD {
        lines.push(format!("  and {} more", gone.len() - MAX_TOLD));
    }
    Ok(Told(lines))
}

impl Told {
    /// Writes it to standard error.
    pub(super) fn write(&self, streams: &mut Streams<'_>) -> io::Result<()> {
        self.0.iter().try_for_each(|line| writeln!(streams.err, "{line}"))
    }
}

fn shown(path: &Path) -> String {
    visible::line(&path.to_string_lossy())
}
