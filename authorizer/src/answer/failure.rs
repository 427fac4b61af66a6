//! Answers that are errors. API Gateway makes 401 of one text alone, 500 of any other, and keeps neither.

use keybound_shared::{MethodArnError, PolicyError};
use lambda_runtime::Diagnostic;

use crate::event::{CachedRouteError, EventError};
use crate::keys::KeysUnavailable;

/// The text of which API Gateway makes 401.
const UNAUTHORIZED: &str = "Unauthorized";

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The caller presents no token, or none that is accepted: 401. With the stable code of the reason, for logs alone.
    Unauthorized(&'static str),
    /// Nobody can tell what the caller may do: 500.
    Fault(Fault),
}

/// What is wrong on this side of API Gateway. The texts are for logs, and quote nothing of the request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// There never were valid rules since the function started.
    #[error("there are no valid access rules; why not was logged when they were read")]
    NoRules,
    /// The event is none of an authorizer.
    #[error(transparent)]
    Event(#[from] EventError),
    /// The event's ARN cannot stand in a policy.
    #[error(transparent)]
    Arn(#[from] MethodArnError),
    /// A WebSocket's event with another API's ARN, or the other way round.
    #[error("the event and its ARN are of different kinds of API")]
    OtherApi,
    /// A plain yes could be taken for an answer to another route.
    #[error(transparent)]
    CachedRoute(#[from] CachedRouteError),
    /// The policy is over one of its limits.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The issuer's keys cannot be had.
    #[error(transparent)]
    Keys(#[from] KeysUnavailable),
    /// Lambda would have ended the invocation before keys came.
    #[error("no time left before the invocation's deadline; give the function a longer timeout")]
    Deadline,
    /// A bug.
    #[error("a panic, whose place was logged; please report it")]
    Panic,
}

impl Failure {
    /// The stable code of the reason, for logs and metrics.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unauthorized(code) => code,
            Self::Fault(fault) => fault.code(),
        }
    }
}

impl Fault {
    /// A stable code for logs and metrics.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoRules => "no_rules",
            Self::Event(_) => "event",
            Self::Arn(_) => "arn",
            Self::OtherApi => "other_api",
            Self::CachedRoute(_) => "cached_route",
            Self::Policy(_) => "policy",
            Self::Keys(_) => "keys_unavailable",
            Self::Deadline => "deadline",
            Self::Panic => "panic",
        }
    }
}

impl<F: Into<Fault>> From<F> for Failure {
    fn from(fault: F) -> Self {
        Self::Fault(fault.into())
    }
}

/// What Lambda is told, and API Gateway's execution log shows.
impl From<Failure> for Diagnostic {
    fn from(failure: Failure) -> Self {
        let (error_type, error_message) = match failure {
            Failure::Unauthorized(_) => (UNAUTHORIZED.to_owned(), UNAUTHORIZED.to_owned()),
            Failure::Fault(fault) => {
                let code = fault.code();
                (format!("keybound.{code}"), format!("keybound cannot answer: {code}"))
            }
        };
        Self { error_type, error_message }
    }
}
