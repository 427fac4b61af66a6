//! Under what API Gateway keeps an answer.
//!
//! It keeps an answer under the values of the authorizer's identity sources and gives it to every request that agrees
//! in them, without asking again. Events of HTTP APIs have these values: the caller's token must be among them, or the
//! first caller's answer is everyone's. A simple response says yes or no and names no route, so for that the route's key
//! must be among them, too. An event does not tell what they are values of: a client whose header is an identity source
//! can write a route's key into it.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html>

use serde_json::{Map, Value};

/// Why an answer could be given to a request that it is not for. Quotes nothing of the event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentitySourceError {
    /// The caller's token is no identity source.
    #[error(
        "the authorizer's identity sources must hold `$request.header.Authorization`, or there must be none"
    )]
    NoToken,
    /// There is no `routeKey`: no event of payload format 2.0.
    #[error("simple responses need payload format 2.0, and the event has no `routeKey`")]
    NoRouteKey,
    /// The route's key is no identity source.
    #[error("simple responses need `$context.routeKey` among the authorizer's identity sources")]
    NoRoute,
    /// The client itself sends the route's key as a value, which may be what stands in `identitySource`.
    #[error(
        "the request has the route's key as a value of its own, so the identity source may be the client's"
    )]
    WrittenByClient,
}

/// Whether other callers are never given this answer. Without identity sources nothing is kept; events of REST and
/// WebSocket APIs do not tell.
pub(super) fn check_token(
    members: &Map<String, Value>,
    authorization: Option<&str>,
) -> Result<(), IdentitySourceError> {
    let is_kept_by_token = match members.get("identitySource") {
        None | Some(Value::Null) => true,
        // Format 1.0 joins them with commas.
        Some(Value::String(sources)) => sources.split(',').any(|source| Some(source) == authorization),
        Some(Value::Array(sources)) => {
            sources.is_empty()
                || sources
                    .iter()
                    .any(|source| source.as_str().is_some_and(|source| Some(source) == authorization))
        }
        Some(_) => false,
    };
    if is_kept_by_token { Ok(()) } else { Err(IdentitySourceError::NoToken) }
}

/// The route's key, if other routes are never given this answer.
pub(super) fn route_key(members: &Map<String, Value>) -> Result<&str, IdentitySourceError> {
    let route_key = members.get("routeKey").and_then(Value::as_str).ok_or(IdentitySourceError::NoRouteKey)?;
    let sources = members.get("identitySource").and_then(Value::as_array);
    if !sources.is_some_and(|sources| sources.iter().any(|source| source.as_str() == Some(route_key))) {
        return Err(IdentitySourceError::NoRoute);
    }
    if written_by_client(members, route_key) {
        return Err(IdentitySourceError::WrittenByClient);
    }
    Ok(route_key)
}

/// Whether a header, a cookie or a query value is the text, alone or as one of several that are joined by commas.
/// Nothing else that a client writes can be: a path begins with a slash.
fn written_by_client(members: &Map<String, Value>, text: &str) -> bool {
    let is_text = |value: &Value| {
        let mut values = value.as_str().into_iter().flat_map(|value| value.split(',').chain([value]));
        values.any(|value| value.trim() == text)
    };
    let maps =
        ["headers", "queryStringParameters"].into_iter().filter_map(|map| members.get(map)?.as_object());
    // One cookie is what the header `cookie` would be; of several, the header has a `;` between, and no route key has.
    let cookies = members.get("cookies").and_then(Value::as_array);
    maps.flat_map(Map::values).any(is_text) || cookies.into_iter().flatten().any(is_text)
}
