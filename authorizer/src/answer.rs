//! What API Gateway is answered: a policy, a plain yes or no, or an error.
//!
//! The response types of `aws_lambda_events` are not used: their conditions are hash maps, so equal answers would not
//! be equal bytes, and they write `"usageIdentifierKey": null`. Tests read our answers with them.

mod failure;

use keybound_shared::{Decision, Effect, HttpApiAnswer, MethodArn};
use serde::ser::{Serialize, SerializeStruct as _, Serializer};

use crate::event::{Event, EventKind};

pub use failure::{Failure, Fault};

/// What a verified caller is answered. `Debug` tells no value of a claim.
#[derive(Clone, Debug)]
pub enum Answer {
    /// A policy for the whole stage; the same, byte for byte, whatever the caller asks for.
    Policy(keybound_shared::Answer),
    /// A yes or no to the route that was asked for: the simple response of HTTP APIs.
    Simple(SimpleAnswer),
}

/// A yes or no to one route.
#[derive(Clone)]
pub struct SimpleAnswer {
    is_authorized: bool,
    context: Vec<(String, String)>,
}

impl Answer {
    /// The answer in the form that the event and the rules ask for.
    ///
    /// # Errors
    ///
    /// If the event's ARN is of another kind of API than the event, if the policy is larger than it may be, or if a
    /// plain yes could be taken for an answer to another route.
    pub fn of(event: &Event<'_>, decision: &Decision<'_>) -> Result<Self, Fault> {
        let arn = MethodArn::parse(event.arn)?;
        if arn.is_connect() != (event.kind == EventKind::WebSocket) {
            return Err(Fault::OtherApi);
        }
        let settings = &decision.rules().written().authorizer;
        if event.kind != EventKind::Http2 || settings.http_api != HttpApiAnswer::Simple {
            return Ok(Self::Policy(decision.answer(&arn)?));
        }
        let route_key = event.cached_route()?;
        let is_authorized = decision.is_listed(&arn) && decision.opens(route_key);
        Ok(Self::Simple(SimpleAnswer { is_authorized, context: decision.published(&arn)? }))
    }

    /// Whether it lets anything through.
    #[must_use]
    pub fn allows(&self) -> bool {
        match self {
            Self::Policy(answer) => {
                answer.policy().statements().iter().any(|statement| statement.effect() == Effect::Allow)
            }
            Self::Simple(answer) => answer.is_authorized,
        }
    }
}

impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Policy(answer) => answer.serialize(serializer),
            Self::Simple(answer) => answer.serialize(serializer),
        }
    }
}

/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html>
impl Serialize for SimpleAnswer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut answer = serializer.serialize_struct("SimpleAnswer", 2)?;
        answer.serialize_field("isAuthorized", &self.is_authorized)?;
        answer.serialize_field("context", &Context(&self.context))?;
        answer.end()
    }
}

impl std::fmt::Debug for SimpleAnswer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "SimpleAnswer({})", self.is_authorized)
    }
}

/// Names and texts as an object, in their order.
struct Context<'a>(&'a [(String, String)]);

impl Serialize for Context<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}
