//! Paths of resources, put together from their parts.

/// A path from its parts, the last first.
pub(super) fn from_last(mut segments: Vec<String>) -> String {
    segments.push(String::new());
    segments.reverse();
    if segments.len() == 1 { "/".to_owned() } else { segments.join("/") }
}

/// The names of the parameters in a path: `orderId` of `{orderId}`, `proxy` of `{proxy+}`.
pub(super) fn parameters(path: &str) -> Vec<String> {
    path.split('/')
        .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| name.strip_suffix('+').unwrap_or(name).to_owned())
        .collect()
}
