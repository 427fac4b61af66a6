//! From an event to its answer.

mod isolation;

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use keybound_shared::{Binding, Caller, Rules, decide, refusals};
use serde_json::Value;
use tracing::Level;

use crate::answer::{Answer, Failure, Fault};
use crate::edition::{CurrentRules, Edition};
use crate::event::{Event, EventKind};
use crate::keys::Moment;
use crate::log::{DecisionRecord, Outcome, Timings};
use crate::token::Refused;

/// What remains of an invocation's time for answering, once waiting for others has to end.
const MARGIN: Duration = Duration::from_millis(250);
/// How much sooner a fetch of keys ends than the waiting for it, so that it is known to have failed.
const AFTER_FETCHING: Duration = Duration::from_millis(50);
/// A deadline that was over so long before the invocation began is none: emulators give a number of milliseconds in
/// place of a time.
const NO_DEADLINE: Duration = Duration::from_secs(60);
/// The longest that an HTTP API waits for an authorizer; REST APIs wait longer.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html>
const LONGEST: Duration = Duration::from_secs(10);

/// The target of the lines that explain decisions.
const REFUSALS: &str = "keybound::refusals";

/// Answers events by the rules in force.
pub struct Authorizer {
    rules: CurrentRules,
}

/// What Lambda says of an invocation.
#[derive(Clone, Copy, Debug)]
pub struct Invocation<'i> {
    /// Lambda's id of it, for logs.
    pub request_id: &'i str,
    /// When it began: the time that tokens, keys and rules are judged by.
    pub begun: Moment,
    /// When Lambda ends it.
    pub deadline: SystemTime,
}

impl Invocation<'_> {
    /// How long others may be waited for.
    fn time_to_wait(&self) -> Duration {
        let begun = self.begun.wall();
        let left = match self.deadline.duration_since(begun) {
            Ok(left) => left.min(LONGEST),
            Err(over) if over.duration() < NO_DEADLINE => Duration::ZERO,
            Err(_) => LONGEST,
        };
        left.saturating_sub(MARGIN)
    }
}

/// What becomes known on the way to an answer, for the log.
#[derive(Default)]
struct Trail {
    event: Option<EventKind>,
    edition: Option<Arc<Edition>>,
    issuer: Option<String>,
    grants: Option<String>,
    verify: Option<Duration>,
    decide: Option<Duration>,
}

impl Authorizer {
    /// Nothing is read yet.
    #[must_use]
    pub const fn new(rules: CurrentRules) -> Self {
        Self { rules }
    }

    /// Reads the rules and fetches the issuers' keys, for the init phase of the function. What cannot be had within
    /// `time` is left to the first request that needs it.
    pub async fn prepare(&self, time: Duration) {
        let (start, now) = (Instant::now(), Moment::now());
        let Some(edition) = self.rules.at(now, time).await else { return };
        let left = time.saturating_sub(start.elapsed());
        for prefetched in edition.verifier().keys().prefetch(now, left).await {
            let detail = match prefetched.outcome {
                Some(Ok(_)) => continue,
                Some(Err(error)) => error.to_string(),
                None => format!("not fetched within {} ms", left.as_millis()),
            };
            let issuer = prefetched.issuer;
            tracing::warn!(target: "keybound::keys", issuer, detail, "keys are not at hand yet");
        }
    }

    /// Answers one event, and logs the decision in one line.
    ///
    /// The answer follows from the token and the rules alone, never from the route, except for simple responses.
    ///
    /// # Errors
    ///
    /// [`Failure::Unauthorized`] without an accepted token; a [`Fault`] where nobody can tell. A panic is one.
    pub async fn answer(&self, event: &Value, invocation: Invocation<'_>) -> Result<Answer, Failure> {
        let start = Instant::now();
        let mut trail = Trail::default();
        let answered = isolation::isolated(async {
            let event = Event::read(event).map_err(Fault::from)?;
            trail.event = Some(event.kind);
            self.answer_event(&event, invocation, &mut trail).await
        });
        let answered = answered.await.unwrap_or(Err(Failure::Fault(Fault::Panic)));
        trail.log(&answered, invocation.request_id, start.elapsed());
        answered
    }

    async fn answer_event(
        &self,
        event: &Event<'_>,
        invocation: Invocation<'_>,
        trail: &mut Trail,
    ) -> Result<Answer, Failure> {
        let now = invocation.begun;
        let left = invocation.time_to_wait();
        let waiting = Instant::now();
        let edition = trail.edition.insert(self.rules.at(now, left).await.ok_or(Fault::NoRules)?);
        let rules = edition.rules();

        let token = event.token(rules.written().authorizer.bare_token);
        let token = token.map_err(|refusal| Failure::Unauthorized(refusal.code()))?;
        event.check_cache_key().map_err(Fault::from)?;
        let start = Instant::now();
        // A verification that waits for nobody is done at the first poll, however little time is left.
        let left = left.saturating_sub(waiting.elapsed());
        let fetching = left.saturating_sub(AFTER_FETCHING);
        let verified = edition.verifier().verify_within(token, now, fetching);
        let verified = tokio::time::timeout(left, verified).await;
        trail.verify = Some(start.elapsed());
        let verified = verified.map_err(|_| Fault::Deadline)?.map_err(|refused| match refused {
            Refused::Token(refusal) => Failure::Unauthorized(refusal.code()),
            Refused::Keys(unavailable) => Failure::from(unavailable),
        })?;
        trail.issuer = Some(verified.issuer().name.clone());

        let start = Instant::now();
        let caller = Caller::bind(rules, verified.issuer(), verified.claims());
        let decision = decide(rules, &caller);
        trail.grants = Some(decision.grant_names());
        let answer = Answer::of(event, &decision);
        trail.decide = Some(start.elapsed());
        if tracing::enabled!(target: REFUSALS, Level::DEBUG) {
            explain(rules, &caller, invocation.request_id);
        }
        Ok(answer?)
    }
}

/// Tells why variables are unbound and grants not given: names of the rules, and never a claim's value.
fn explain(rules: &Rules, caller: &Caller<'_>, request_id: &str) {
    for (variable, binding) in caller.bindings() {
        if let Binding::Unbound(why) = binding {
            tracing::debug!(target: REFUSALS, request_id, variable, why = %why, "unbound");
        }
    }
    for (grant, why) in refusals(rules, caller) {
        tracing::debug!(target: REFUSALS, request_id, grant = grant.name, why = %why, "not given");
    }
}

impl Trail {
    fn log(&self, answered: &Result<Answer, Failure>, request_id: &str, total: Duration) {
        let has_grants = self.grants.as_ref().is_some_and(|grants| !grants.is_empty());
        let (outcome, reason) = match answered {
            Ok(answer) if answer.allows() => (Outcome::Allow, "granted"),
            Ok(_) if !has_grants => (Outcome::Deny, "no_grant"),
            // Of an API that the rules do not list, or none of whose routes the grants are about.
            Ok(Answer::Policy(_)) => (Outcome::Deny, "not_this_api"),
            Ok(Answer::Simple(_)) => (Outcome::Deny, "not_this_route"),
            Err(failure @ Failure::Unauthorized(_)) => (Outcome::Unauthorized, failure.code()),
            Err(failure @ Failure::Fault(_)) => (Outcome::Error, failure.code()),
        };
        let detail = match answered {
            Err(Failure::Fault(fault)) => Some(fault.to_string()),
            _ => None,
        };
        let record = DecisionRecord {
            request_id,
            event: self.event,
            outcome,
            reason,
            detail: detail.as_deref(),
            issuer: self.issuer.as_deref(),
            grants: self.grants.as_deref(),
            rules: self.edition.as_ref().map(|edition| edition.hash()),
            timings: Timings { verify: self.verify, decide: self.decide, total },
        };
        record.log();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_can_be_waited_for_on_any_thread() {
        // Compiling it is the test.
        fn is_send<T: Send>(_: T) {}
        let _wait = |authorizer: &Authorizer, event: &Value, invocation: Invocation<'_>| {
            is_send(authorizer.answer(event, invocation));
        };
    }

    #[test]
    fn others_are_waited_for_until_shortly_before_the_deadline() {
        let begun = Moment::now();
        let left = |deadline| Invocation { request_id: "", begun, deadline }.time_to_wait();
        let second = Duration::from_secs(1);
        assert_eq!(left(begun.wall() + second), second - MARGIN);
        assert_eq!(left(begun.wall() + second * 900), LONGEST - MARGIN);
        assert_eq!(left(begun.wall() + MARGIN), Duration::ZERO);
        assert_eq!(left(begun.wall() - second), Duration::ZERO);
        // What `cargo lambda watch` gives: ten minutes, since 1970.
        assert_eq!(left(SystemTime::UNIX_EPOCH + second * 600), LONGEST - MARGIN);
    }
}
