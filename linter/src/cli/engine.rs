//! What the command line calls: the seam between arguments and analysis.

use std::path::PathBuf;
use std::sync::LazyLock;

use crate::access_rules::RulesChoice;
use crate::analysis;
use crate::analysis::Settings;
use crate::finding::{LintInfo, Run};
use crate::lints::LINTS;

/// The analysis behind the command.
pub trait Engine {
    /// Every lint, by name.
    fn lints(&self) -> &[LintInfo];

    /// Checks files and directories. `action` is the DynamoDB action of templates that stand on their own, `rules` the
    /// access rules that definitions are held against.
    fn lint(&self, paths: &[PathBuf], action: Option<&str>, rules: RulesChoice) -> Run;
}

/// keybound's own analysis.
#[derive(Clone, Copy, Debug)]
pub struct Linter;

static INFOS: LazyLock<Vec<LintInfo>> = LazyLock::new(|| LINTS.iter().map(|lint| lint.info).collect());

impl Engine for Linter {
    fn lints(&self) -> &[LintInfo] {
        &INFOS
    }

    fn lint(&self, paths: &[PathBuf], action: Option<&str>, rules: RulesChoice) -> Run {
        analysis::run(paths, &Settings { action: action.map(str::to_owned), rules })
    }
}
