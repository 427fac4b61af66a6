//! From an event to its answer.

mod isolation;

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use keybound_shared::{Caller, Decision, decide, refusals};
use serde_json::Value;
use tracing::Level;

use crate::answer::{Answer, Failure, Fault};
use crate::edition::{CurrentRules, Edition};
use crate::event::Event;
use crate::keys::Moment;
use crate::log::{DecisionRecord, Outcome, Timings};
use crate::token::Refused;

/// What remains of an invocation's time for answering, once waiting for others has to end.
const MARGIN: Duration = Duration::from_millis(250);

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

/// What becomes known on the way to an answer, for the log.
#[derive(Default)]
struct Trail {
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
        let read = Event::read(event);
        let mut trail = Trail::default();
        let answered = isolation::isolated(async {
            let event = read.map_err(Fault::from)?;
            self.answer_event(&event, invocation, &mut trail).await
        });
        let answered = answered.await.unwrap_or(Err(Failure::Fault(Fault::Panic)));
        trail.log(read.ok().as_ref(), &answered, invocation.request_id, start.elapsed());
        answered
    }

    async fn answer_event(
        &self,
        event: &Event<'_>,
        invocation: Invocation<'_>,
        trail: &mut Trail,
    ) -> Result<Answer, Failure> {
        let now = invocation.begun;
        let left = invocation.deadline.duration_since(now.wall()).unwrap_or_default().saturating_sub(MARGIN);
        let waiting = Instant::now();
        let edition = trail.edition.insert(self.rules.at(now, left).await.ok_or(Fault::NoRules)?);
        let rules = edition.rules();

        let token = event.token(rules.written().authorizer.bare_token);
        let token = token.map_err(|refusal| Failure::Unauthorized(refusal.code()))?;
        let start = Instant::now();
        // A verification that waits for nobody is done at the first poll, however little time is left.
        let left = left.saturating_sub(waiting.elapsed());
        let verified = tokio::time::timeout(left, edition.verifier().verify(token, now)).await;
        trail.verify = Some(start.elapsed());
        let verified = verified.map_err(|_| Fault::Deadline)?.map_err(|refused| match refused {
            Refused::Token(refusal) => Failure::Unauthorized(refusal.code()),
            Refused::Keys(unavailable) => Failure::from(unavailable),
        })?;
        trail.issuer = Some(verified.issuer().name.clone());

        let start = Instant::now();
        let caller = Caller::bind(rules, verified.issuer(), verified.claims());
        let decision = decide(rules, &caller);
        trail.grants = Some(names(&decision));
        let answer = Answer::of(event, &decision);
        trail.decide = Some(start.elapsed());
        if tracing::enabled!(target: "keybound::refusals", Level::DEBUG) {
            for (grant, why) in refusals(rules, &caller) {
                let (grant, why) = (grant.name.as_str(), why.to_string());
                tracing::debug!(target: "keybound::refusals", grant, why, "not given");
            }
        }
        Ok(answer?)
    }
}

fn names(decision: &Decision<'_>) -> String {
    decision.grants().map(|grant| grant.name.as_str()).collect::<Vec<_>>().join(",")
}

impl Trail {
    fn log(
        &self,
        event: Option<&Event<'_>>,
        answered: &Result<Answer, Failure>,
        request_id: &str,
        total: Duration,
    ) {
        let has_grants = self.grants.as_ref().is_some_and(|grants| !grants.is_empty());
        let (outcome, reason) = match answered {
            Ok(Answer::Policy(_)) if has_grants => (Outcome::Allow, "granted"),
            Ok(Answer::Simple(answer)) if answer.is_authorized() => (Outcome::Allow, "granted"),
            Ok(Answer::Simple(_)) if has_grants => (Outcome::Deny, "not_this_route"),
            Ok(_) => (Outcome::Deny, "no_grant"),
            Err(failure @ Failure::Unauthorized(_)) => (Outcome::Unauthorized, failure.code()),
            Err(failure @ Failure::Fault(_)) => (Outcome::Error, failure.code()),
        };
        let detail = match answered {
            Err(Failure::Fault(fault)) => Some(fault.to_string()),
            _ => None,
        };
        let record = DecisionRecord {
            request_id,
            event: event.map(|event| event.kind),
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
