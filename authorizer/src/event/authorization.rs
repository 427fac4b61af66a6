//! The `Authorization` header of a request, and the token in it.

use serde_json::{Map, Value};

use super::{EventError, optional_map};

/// The header's name; the case that a client wrote is kept by REST and WebSocket APIs.
const NAME: &str = "authorization";
const SCHEME: &str = "bearer";

/// What a request says in its `Authorization` headers.
#[derive(Clone, Copy)]
pub(super) enum Authorization<'e> {
    /// Nothing.
    Absent,
    /// One value, perhaps several times.
    Value(&'e str),
    /// Two values that differ: two programs on the way may each trust another one.
    Several,
}

/// Why a request presents no token. Quotes nothing of the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefusal {
    /// There is no `Authorization` header, or it is empty.
    #[error("no token")]
    Missing,
    /// There are `Authorization` headers of different values.
    #[error("`Authorization` headers of different values")]
    Several,
    /// It is not `Bearer`, one blank and one token of JSON Web Signature's characters.
    #[error("the `Authorization` header is not `Bearer`, one blank and one token")]
    NotBearer,
}

impl TokenRefusal {
    /// A stable name for logs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Missing => "missing_token",
            Self::Several => "several_tokens",
            Self::NotBearer => "not_bearer",
        }
    }
}

impl<'e> Authorization<'e> {
    /// API Gateway has looked the header up itself.
    pub(super) fn of_token_event(members: &'e Map<String, Value>) -> Result<Self, EventError> {
        match members.get("authorizationToken") {
            None | Some(Value::Null) => Ok(Self::Absent),
            Some(Value::String(value)) => Ok(Self::Value(value)),
            Some(_) => Err(EventError::Member { member: "authorizationToken", expected: "a text or null" }),
        }
    }

    /// From `headers` and `multiValueHeaders`, whatever the case of the header's name. Where a client sends a header
    /// twice, `headers` has the last value, and format 2.0 joins them with commas.
    pub(super) fn of_headers(members: &'e Map<String, Value>) -> Result<Self, EventError> {
        let mut found = Self::Absent;
        for value in named(optional_map(members, "headers")?) {
            match value {
                Value::String(value) => found = found.and(value),
                Value::Null => {}
                _ => {
                    return Err(EventError::Member { member: "headers", expected: "an object of texts" });
                }
            }
        }
        for values in named(optional_map(members, "multiValueHeaders")?) {
            let expected = "an object of lists of texts";
            let error = EventError::Member { member: "multiValueHeaders", expected };
            match values {
                Value::Array(values) => {
                    for value in values {
                        found = found.and(value.as_str().ok_or(error)?);
                    }
                }
                Value::Null => {}
                _ => return Err(error),
            }
        }
        Ok(found)
    }

    /// With one value more.
    fn and(self, value: &'e str) -> Self {
        match self {
            Self::Absent => Self::Value(value),
            Self::Value(first) if first == value => self,
            Self::Value(_) | Self::Several => Self::Several,
        }
    }

    /// The one value, whatever it is.
    pub(super) fn value(self) -> Option<&'e str> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Several => None,
        }
    }

    /// `Bearer` in any case, one blank, one token; or, with `bare_token`, just a token.
    pub(super) fn token(self, bare_token: bool) -> Result<&'e str, TokenRefusal> {
        let value = match self {
            Self::Absent => return Err(TokenRefusal::Missing),
            Self::Several => return Err(TokenRefusal::Several),
            Self::Value(value) => value,
        };
        if value.is_empty() {
            return Err(TokenRefusal::Missing);
        }
        let token = match value.split_once(' ') {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case(SCHEME) => token,
            None if bare_token => value,
            _ => return Err(TokenRefusal::NotBearer),
        };
        // Every byte is looked at, whatever those before it are: a loop without a way out is one of vectors.
        let is_plain = token.bytes().fold(true, |plain, byte| plain & is_of_compact_jws(byte));
        if is_plain && !token.is_empty() { Ok(token) } else { Err(TokenRefusal::NotBearer) }
    }
}

/// RFC 7515 section 7.1: base64url without padding, and dots between. No comma, so never two tokens.
const fn is_of_compact_jws(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

fn named(headers: Option<&Map<String, Value>>) -> impl Iterator<Item = &Value> {
    let members = headers.into_iter().flatten();
    members.filter(|(name, _)| name.eq_ignore_ascii_case(NAME)).map(|(_, value)| value)
}
