//! The routes of an integration as the rules write them.

use keybound_shared::Route;

use crate::api::{Integration, RestKind};

/// The routes that an integration serves: seven for `ANY`, one otherwise; none where the definition does not fix it,
/// or no rules could name it.
pub fn routes(integration: &Integration) -> Vec<Route> {
    let Some(path) = integration.route.path.as_deref() else { return Vec::new() };
    let text = match (integration.kind, integration.route.method.as_deref()) {
        (RestKind::Rest, Some(method)) => format!("{method} {}", without_end(path)),
        (RestKind::WebSocket, _) => path.to_owned(),
        _ => return Vec::new(),
    };
    Route::parse_all(&text).unwrap_or_default()
}

/// API Gateway takes a slash at the end of a definition's path for no segment.
fn without_end(path: &str) -> &str {
    match path.trim_end_matches('/') {
        "" => "/",
        trimmed => trimmed,
    }
}
