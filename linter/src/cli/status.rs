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

/// Which findings a run fails for.
#[derive(Clone, Copy, Debug)]
pub struct Bar {
    /// The lowest severity.
    pub level: Severity,
    /// Whether a suspicion counts.
    pub strict: bool,
}

/// The lint whose findings say that nothing could be proved. They are no proof of anything themselves, yet a route
/// that nobody proved must not pass.
const UNPROVED_ROUTE: &str = "unproved-route";

impl Bar {
    /// Whether a run fails for a finding.
    pub fn is_met_by(self, finding: &Finding) -> bool {
        let is_sure = finding.confidence == Confidence::Proven || finding.lint == UNPROVED_ROUTE;
        finding.severity >= self.level && (is_sure || self.strict)
    }
}

impl Status {
    /// The status of a run: failures first, then findings that it fails for.
    pub fn of(run: &Run, bar: Bar) -> Self {
        if !run.errors.is_empty() {
            Status::Failed
        } else if run.findings.iter().any(|finding| bar.is_met_by(finding)) {
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
