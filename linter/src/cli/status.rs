//! The exit status.

use super::Streams;
use crate::finding::{Confidence, Finding, Run, RunError, Severity};
use crate::report::text::Text;

/// What the command's exit status says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// 0: nothing at or above the level that fails.
    Clean,
    /// 1: findings at or above it.
    Findings,
    /// 2: the run itself failed: bad arguments, an unreadable file, a broken rules file.
    Failed,
}

/// The lint whose findings say that nothing could be proved. They are no proof of anything themselves, yet a route
/// that nobody proved must not pass.
const UNPROVED_ROUTE: &str = "unproved-route";

impl Status {
    /// The status of a run: failures first, then findings of at least `level`. A suspicion counts under `strict` only.
    pub fn of(run: &Run, level: Severity, strict: bool) -> Self {
        let counts = |finding: &Finding| {
            let sure = finding.confidence == Confidence::Proven || finding.lint == UNPROVED_ROUTE;
            finding.severity >= level && (sure || strict)
        };
        if !run.errors.is_empty() {
            Status::Failed
        } else if run.findings.iter().any(counts) {
            Status::Findings
        } else {
            Status::Clean
        }
    }

    /// The status of a map: failures first, then routes that callers get out of, or may.
    pub fn of_map(run: &Run) -> Self {
        if !run.errors.is_empty() {
            Status::Failed
        } else if run.routes.iter().any(|route| route.verdict.is_failure()) {
            Status::Findings
        } else {
            Status::Clean
        }
    }

    /// The number that the process exits with.
    pub fn code(self) -> u8 {
        match self {
            Status::Clean => 0,
            Status::Findings => 1,
            Status::Failed => 2,
        }
    }
}

impl From<Status> for std::process::ExitCode {
    fn from(status: Status) -> Self {
        Self::from(status.code())
    }
}

/// Tells why there is no run.
pub(super) fn fail(streams: &mut Streams<'_>, errors: &[RunError]) -> Status {
    let text = Text::new(&streams.base, streams.err_screen);
    for error in errors {
        // Where standard error cannot be written, only the status is left to tell.
        _ = text.error(streams.err, error);
    }
    Status::Failed
}
