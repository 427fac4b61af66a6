//! What the command line calls: the seam between arguments and analysis.

use std::path::PathBuf;

use crate::finding::{ErrorPlace, LintInfo, Run, RunError};

/// The analysis behind the command.
pub trait Engine {
    /// Every lint, by name.
    fn lints(&self) -> &[LintInfo];

    /// Checks files and directories. `action` is the DynamoDB action of templates that stand on their own.
    fn lint(&self, paths: &[PathBuf], action: Option<&str>) -> Run;
}

/// keybound's own analysis.
#[derive(Clone, Copy, Debug)]
pub struct Linter;

impl Engine for Linter {
    fn lints(&self) -> &[LintInfo] {
        &[]
    }

    fn lint(&self, _: &[PathBuf], _: Option<&str>) -> Run {
        let message = "this build has no analysis yet".to_owned();
        Run { errors: vec![RunError { place: ErrorPlace::Run, message, help: None }], ..Run::default() }
    }
}
