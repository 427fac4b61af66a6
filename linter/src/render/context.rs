//! Who decides the values of `$context` in a REST or WebSocket API.
//!
//! Source: the developer guide's mapping template reference and what the service is recorded to do; see
//! `docs/assumptions.md` for the rows that nobody has recorded.

use super::term::Control;

/// Each row: a dotted path or its beginning (ending in a dot), and who decides what stands there.
const CONTROL: &[(&str, Control)] = &[
    // A client may set its own request id.
    ("requestId", Control::Client),
    ("path", Control::Client),
    ("identity.userAgent", Control::Client),
    ("identity.clientCert.", Control::Caller),
    ("identity.apiKey", Control::Caller),
    ("identity.accountId", Control::Trusted),
    ("identity.caller", Control::Caller),
    ("identity.user", Control::Caller),
    ("identity.userArn", Control::Caller),
    ("identity.accessKey", Control::Caller),
    ("identity.cognito", Control::Caller),
    ("authorizer.", Control::Caller),
    ("extendedRequestId", Control::Generated),
    ("connectionId", Control::Generated),
    ("messageId", Control::Generated),
    ("requestTime", Control::Generated),
    ("requestTimeEpoch", Control::Generated),
    ("requestOverride.", Control::Trusted),
    ("responseOverride.", Control::Trusted),
];

/// Values that cannot hold what a client writes, although a client has a say: the verb, the protocol and the host
/// name are checked by API Gateway before a template runs.
const CHECKED: &[&str] = &["httpMethod", "protocol", "domainName", "domainPrefix", "identity.sourceIp"];

/// Who decides the value at a dotted path of `$context`.
pub fn control(path: &str) -> Control {
    if CHECKED.contains(&path) {
        return Control::Trusted;
    }
    let row =
        CONTROL.iter().find(|(row, _)| if row.ends_with('.') { path.starts_with(row) } else { path == *row });
    match row {
        Some((_, control)) => *control,
        None if path.starts_with("identity.cognito") => Control::Caller,
        None => Control::Trusted,
    }
}

/// Members of `$context` that are maps; maps print as nothing.
pub fn is_map(path: &str) -> bool {
    matches!(
        path,
        "" | "identity"
            | "authorizer"
            | "authorizer.claims"
            | "identity.clientCert"
            | "identity.clientCert.validity"
            | "requestOverride"
            | "requestOverride.header"
            | "requestOverride.path"
            | "requestOverride.querystring"
            | "responseOverride"
            | "responseOverride.header"
    )
}

/// Whether API Gateway gives this path a value at all; a name that it does not know is empty.
pub fn exists(path: &str) -> bool {
    const KNOWN: &[&str] = &[
        "accountId",
        "apiId",
        "awsEndpointRequestId",
        "connectedAt",
        "connectionId",
        "deploymentId",
        "disconnectReason",
        "disconnectStatusCode",
        "domainName",
        "domainPrefix",
        "eventType",
        "extendedRequestId",
        "httpMethod",
        "isCanaryRequest",
        "messageDirection",
        "messageId",
        "path",
        "protocol",
        "requestId",
        "requestTime",
        "requestTimeEpoch",
        "resourceId",
        "resourcePath",
        "routeKey",
        "stage",
        "wafResponseCode",
        "webaclArn",
    ];
    KNOWN.contains(&path)
        || ["identity.", "authorizer.", "requestOverride.", "responseOverride."]
            .iter()
            .any(|p| path.starts_with(p))
}
