//! What the command line calls: the seam between arguments and analysis.

use std::path::PathBuf;
use std::sync::LazyLock;

use crate::analysis;
use crate::analysis::{Progress, Settings};
use crate::finding::{LintInfo, Run};
use crate::lints::LINTS;

/// The analysis behind the command.
pub trait Engine {
    /// Every lint, by name.
    fn lints(&self) -> &[LintInfo];

    /// Checks files and directories, and tells how far it is.
    fn lint(&self, paths: &[PathBuf], settings: &Settings, progress: &dyn Progress) -> Run;
}

/// keybound's own analysis.
#[derive(Clone, Copy, Debug)]
pub struct Linter;

static INFOS: LazyLock<Vec<LintInfo>> = LazyLock::new(|| LINTS.iter().map(|lint| lint.info).collect());

impl Engine for Linter {
    fn lints(&self) -> &[LintInfo] {
        &INFOS
    }

    fn lint(&self, paths: &[PathBuf], settings: &Settings, progress: &dyn Progress) -> Run {
        analysis::run_watched(paths, settings, progress)
    }
}
