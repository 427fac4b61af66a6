//! What API Gateway asks: the five kinds of Lambda event that an authorizer is invoked with.
//!
//! Events are read leniently: maps may be null, and fields that nobody knows yet may appear. The request types of
//! `aws_lambda_events` are not used here, because they refuse what API Gateway may send (`cookies: null`, header names
//! and values that no HTTP library would accept, a missing `requestContext`), and their error texts quote it. Tests hold
//! this parser against those types.
//!
//! What is taken from an event is as little as possible: API Gateway caches an answer and uses it for other routes,
//! so an answer must not follow from the path, the method, the address or the query.

mod authorization;
mod cached_route;
#[cfg(test)]
mod tests;

use std::fmt;

use serde_json::{Map, Value};

use authorization::Authorization;
pub use authorization::TokenRefusal;
pub use cached_route::CachedRouteError;

/// Which of API Gateway's authorizer events it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// A TOKEN authorizer of a REST API.
    RestToken,
    /// A REQUEST authorizer of a REST API.
    RestRequest,
    /// An HTTP API with payload format 1.0.
    Http1,
    /// An HTTP API with payload format 2.0.
    Http2,
    /// A WebSocket API; only `$connect` is ever authorized.
    WebSocket,
}

impl EventKind {
    /// A stable name for logs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RestToken => "rest-token",
            Self::RestRequest => "rest-request",
            Self::Http1 => "http-1.0",
            Self::Http2 => "http-2.0",
            Self::WebSocket => "websocket",
        }
    }
}

/// One request for an answer. Borrows from the event's JSON. `Debug` shows neither the token nor the path.
#[derive(Clone, Copy)]
pub struct Event<'e> {
    /// Which kind it is.
    pub kind: EventKind,
    /// The ARN of the requested method or route, unparsed: `methodArn`, or `routeArn` in format 2.0.
    pub arn: &'e str,
    authorization: Authorization<'e>,
    members: &'e Map<String, Value>,
}

/// An event that is no authorizer event as API Gateway documents it. Quotes nothing of the event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// It is not a JSON object.
    #[error("the event is no JSON object; this function serves as a Lambda authorizer of API Gateway")]
    NotAnObject,
    /// `type`, `version` and `requestContext.eventType` name no known kind.
    #[error("the event is none of API Gateway's authorizer events: unknown `{0}`")]
    UnknownKind(&'static str),
    /// A member is missing or of another type.
    #[error("the event's `{member}` must be {expected}")]
    Member {
        /// Which one.
        member: &'static str,
        /// What it must be.
        expected: &'static str,
    },
}

impl<'e> Event<'e> {
    /// Recognizes an event by what only its kind has.
    ///
    /// # Errors
    ///
    /// If it is none of the five, or a member that is needed has another type.
    pub fn read(event: &'e Value) -> Result<Self, EventError> {
        let members = event.as_object().ok_or(EventError::NotAnObject)?;
        let kind = kind(members)?;
        let arn = if kind == EventKind::Http2 { "routeArn" } else { "methodArn" };
        let arn = required_text(members, arn)?;
        let authorization = match kind {
            // The only thing that a TOKEN event tells of the request.
            EventKind::RestToken => Authorization::of_token_event(members)?,
            // `authorizationToken` and `identitySource` of format 1.0 are all identity sources joined by commas.
            EventKind::RestRequest | EventKind::Http1 | EventKind::Http2 | EventKind::WebSocket => {
                Authorization::of_headers(members)?
            }
        };
        Ok(Self { kind, arn, authorization, members })
    }

    /// The token that the caller presents, not verified at all. `bare_token` is the rules' setting: whether it may come
    /// without `Bearer`.
    ///
    /// # Errors
    ///
    /// If there is none, if there are two, or if it is of another scheme.
    pub fn token(&self, bare_token: bool) -> Result<&'e str, TokenRefusal> {
        self.authorization.token(bare_token)
    }

    /// The `routeKey`, if API Gateway keeps an answer to this event for this route alone. Only HTTP APIs with payload
    /// format 2.0 do.
    ///
    /// # Errors
    ///
    /// If the event has no `routeKey`, or its `identitySource` does not hold it for certain.
    pub fn cached_route(&self) -> Result<&'e str, CachedRouteError> {
        cached_route::cached_route(self.members)
    }
}

impl fmt::Debug for Event<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Event({})", self.kind.name())
    }
}

fn kind(members: &Map<String, Value>) -> Result<EventKind, EventError> {
    let request_context = optional_map(members, "requestContext")?;
    let event_type = request_context.and_then(|context| context.get("eventType")).and_then(Value::as_str);
    let version = match members.get("version") {
        None | Some(Value::Null) => None,
        Some(version) => Some(version.as_str().unwrap_or_default()),
    };
    match (required_text(members, "type")?, event_type, version) {
        ("TOKEN", None, None) => Ok(EventKind::RestToken),
        // The published sample of this event has a version that says nothing (`$LATEST`).
        ("REQUEST", Some("CONNECT"), _) => Ok(EventKind::WebSocket),
        // Only connecting is ever authorized by a Lambda function.
        ("REQUEST", Some(_), _) => Err(EventError::UnknownKind("requestContext.eventType")),
        ("REQUEST", None, None) => Ok(EventKind::RestRequest),
        ("REQUEST", None, Some("1.0")) => Ok(EventKind::Http1),
        ("REQUEST", None, Some("2.0")) => Ok(EventKind::Http2),
        ("TOKEN" | "REQUEST", _, _) => Err(EventError::UnknownKind("version")),
        _ => Err(EventError::UnknownKind("type")),
    }
}

/// A member that must be a text.
fn required_text<'e>(members: &'e Map<String, Value>, member: &'static str) -> Result<&'e str, EventError> {
    let text = members.get(member).and_then(Value::as_str);
    text.ok_or(EventError::Member { member, expected: "a text" })
}

/// A member that may be absent or null.
fn optional_map<'e>(
    members: &'e Map<String, Value>,
    member: &'static str,
) -> Result<Option<&'e Map<String, Value>>, EventError> {
    match members.get(member) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(map)) => Ok(Some(map)),
        Some(_) => Err(EventError::Member { member, expected: "an object or null" }),
    }
}
