//! Whether API Gateway keeps an answer for the requested route alone.
//!
//! A simple response says yes or no and names no route. API Gateway keeps it under the values of the authorizer's
//! identity sources, so it is safe only where `$context.routeKey` is one of them. An event has the values but not what
//! they are values of: a client whose header is an identity source can write a route's key into it.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html>

use serde_json::{Map, Value};

/// Why it is not certain that an answer is kept for one route alone. Quotes nothing of the event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CachedRouteError {
    /// There is no `routeKey`: no event of payload format 2.0.
    #[error("simple responses need payload format 2.0, and the event has no `routeKey`")]
    NoRouteKey,
    /// The route's key is no identity source.
    #[error("simple responses need `$context.routeKey` among the authorizer's identity sources")]
    NotAnIdentitySource,
    /// The client itself sends the route's key as a value, which may be what stands in `identitySource`.
    #[error(
        "the request has the route's key as a value of its own, so the identity source may be the client's"
    )]
    WrittenByClient,
}

pub(super) fn cached_route(members: &Map<String, Value>) -> Result<&str, CachedRouteError> {
    let route_key = members.get("routeKey").and_then(Value::as_str).ok_or(CachedRouteError::NoRouteKey)?;
    let sources = members.get("identitySource").and_then(Value::as_array);
    if !sources.is_some_and(|sources| sources.iter().any(|source| source.as_str() == Some(route_key))) {
        return Err(CachedRouteError::NotAnIdentitySource);
    }
    if written_by_client(members, route_key) { Err(CachedRouteError::WrittenByClient) } else { Ok(route_key) }
}

/// Whether a header, a cookie or a query value is the text. A method is none (no blank), nor is a path (a slash first).
fn written_by_client(members: &Map<String, Value>, text: &str) -> bool {
    let is_text = |value: &Value| value.as_str().is_some_and(|value| value.trim() == text);
    let maps =
        ["headers", "queryStringParameters"].into_iter().filter_map(|map| members.get(map)?.as_object());
    // One cookie is what the header `cookie` would be; of several, the header has a `;` between, and no route key has.
    let cookies = members.get("cookies").and_then(Value::as_array);
    maps.flat_map(Map::values).any(is_text) || cookies.into_iter().flatten().any(is_text)
}
