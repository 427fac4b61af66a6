//! What API Gateway and IAM are told of a decision.

mod answer;
mod dynamodb;
mod execute_api;
mod worst;

pub use answer::Answer;
pub use dynamodb::{NoSuchRoute, RoleScope};
pub(crate) use worst::{Excess, excesses};

use std::fmt;

use crate::iam::MAX_RESOURCE;

/// The most characters of a session policy. (STS API reference, `AssumeRole`.)
pub(crate) const MAX_SESSION: usize = 2048;
/// The most bytes of an answer for `$connect`. (API Gateway developer guide, quotas of WebSocket APIs.)
pub(crate) const MAX_CONNECT: usize = 8192;

/// Why a decision could not become a policy. Never tells a value that came from a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyError {
    /// A resource would be longer than 512 characters.
    ResourceTooLong {
        /// The route, or the table, that it would be for.
        of: String,
        /// How many characters it would have.
        characters: usize,
    },
    /// The policy document would be larger than allowed.
    TooLarge {
        /// How many bytes it would have.
        bytes: usize,
        /// How many it may have.
        limit: usize,
    },
    /// The session policy would be longer than 2,048 characters.
    SessionTooLong {
        /// How many characters it would have.
        characters: usize,
    },
}

impl std::error::Error for PolicyError {}

impl fmt::Display for PolicyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ResourceTooLong { of, characters } => write!(
                formatter,
                "the resource for {of} would have {characters} characters; {MAX_RESOURCE} are allowed"
            ),
            Self::TooLarge { bytes, limit } => {
                write!(formatter, "the policy would have {bytes} bytes; {limit} are allowed")
            }
            Self::SessionTooLong { characters } => write!(
                formatter,
                "the session policy would have {characters} characters; {MAX_SESSION} are allowed"
            ),
        }
    }
}
