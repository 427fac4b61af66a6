//! The line that a decision leaves.

use std::time::Duration;

use tracing::Level;

use crate::event::EventKind;

/// The target of decisions' events.
pub(super) const TARGET: &str = "keybound::decision";

/// Members that CloudWatch makes metrics of, with their units.
type Metrics = &'static [(&'static str, &'static str)];
/// Sets of members by whose values metrics are kept apart.
pub(super) type Dimensions = &'static [&'static [&'static str]];

/// What CloudWatch makes metrics of. Every combination of values is a metric that is paid for, so only decisions are
/// counted by reason.
pub(super) const METRICS: [(Metrics, Dimensions); 2] = [
    (&[("decisions", "Count")], &[&["outcome"], &["outcome", "reason"]]),
    (
        &[("total_us", "Microseconds"), ("verify_us", "Microseconds"), ("decide_us", "Microseconds")],
        &[&["outcome"]],
    ),
];

/// What came of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A policy that allows something, or a plain yes.
    Allow,
    /// A policy that allows nothing, or a plain no.
    Deny,
    /// The error `Unauthorized`.
    Unauthorized,
    /// Another error.
    Error,
}

impl Outcome {
    /// A stable name for logs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
            Self::Unauthorized => "unauthorized",
            Self::Error => "error",
        }
    }
}

/// How long the parts of a decision took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Timings {
    /// From the token to verified claims, fetching keys included.
    pub verify: Option<Duration>,
    /// From the claims to the answer.
    pub decide: Option<Duration>,
    /// All of it.
    pub total: Duration,
}

/// What is told of a decision. Holds nothing that a caller wrote.
#[derive(Clone, Copy, Debug)]
pub struct DecisionRecord<'r> {
    /// Lambda's id of the invocation.
    pub request_id: &'r str,
    /// The event's kind, once it is recognized.
    pub event: Option<EventKind>,
    /// What came of it.
    pub outcome: Outcome,
    /// A stable code that says why.
    pub reason: &'static str,
    /// What is wrong, where that is ours or the issuer's to mend. Never what a caller wrote.
    pub detail: Option<&'r str>,
    /// The issuer's name in the rules, once the token is verified.
    pub issuer: Option<&'r str>,
    /// The names of the grants that the caller holds, joined by commas.
    pub grants: Option<&'r str>,
    /// Which rules were used: the start of their hash.
    pub rules: Option<&'r str>,
    /// How long it took.
    pub timings: Timings,
}

impl DecisionRecord<'_> {
    /// Logs it: as an error where something is ours to mend, else for information.
    pub fn log(&self) {
        macro_rules! line {
            ($level:expr) => {
                tracing::event!(
                    target: TARGET,
                    $level,
                    message = "decision",
                    outcome = self.outcome.name(),
                    reason = self.reason,
                    detail = self.detail,
                    event = self.event.map(EventKind::name),
                    issuer = self.issuer,
                    grants = self.grants,
                    rules = self.rules,
                    decisions = 1_u64,
                    total_us = microseconds(self.timings.total),
                    verify_us = self.timings.verify.map(microseconds),
                    decide_us = self.timings.decide.map(microseconds),
                    request_id = self.request_id,
                )
            };
        }
        if self.outcome == Outcome::Error { line!(Level::ERROR) } else { line!(Level::INFO) }
    }
}

fn microseconds(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
