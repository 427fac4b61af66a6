//! Who may call a method or a WebSocket API.

use std::sync::Arc;

use crate::api::Authorization;
use crate::api::authorizer::{Authorizer, DEFAULT_TTL, sources};
use crate::api::deploy_text::as_written;

use super::resource::{Resource, Resources};
use super::value::{Kind, Value};

/// The identity source where an `aws_api_gateway_authorizer` names none. (The AWS provider's reference.)
const DEFAULT_IDENTITY: &str = "method.request.header.Authorization";

/// The authorization of an `aws_api_gateway_method`.
pub(super) fn of_method(resources: &Resources, method: &Resource) -> Authorization {
    of(resources, method, "authorization", Authorization::Unknown)
}

/// The authorization of a WebSocket API's `$connect` route.
pub(super) fn of_connect(resources: &Resources, route: &Resource) -> Authorization {
    of(resources, route, "authorization_type", Authorization::Open)
}

fn of(resources: &Resources, resource: &Resource, attribute: &str, absent: Authorization) -> Authorization {
    let authorizer = resource.attribute("authorizer_id");
    let by_type = match resource.attribute(attribute) {
        None => absent,
        Some(value) => match value.literal().map(|name| name.to_uppercase()) {
            None => Authorization::Unknown,
            Some(name) => match name.as_str() {
                "NONE" => Authorization::Open,
                "AWS_IAM" => Authorization::Iam,
                "CUSTOM" => authorizer_of(resources, authorizer, Authorization::Lambda),
                "COGNITO_USER_POOLS" => authorizer_of(resources, authorizer, Authorization::UserPool),
                "JWT" => authorizer_of(resources, authorizer, Authorization::Other),
                _ => Authorization::Other(name),
            },
        },
    };
    let needs_key =
        resource.attribute("api_key_required").and_then(Value::literal).as_deref() == Some("true");
    match by_type {
        Authorization::Open if needs_key => Authorization::ApiKeyOnly,
        other => other,
    }
}

/// The authorizer that a method names: of the kind that its own resource tells, or else of the one that the method's
/// authorization implies.
fn authorizer_of(
    resources: &Resources,
    id: Option<&Value>,
    implied: fn(String) -> Authorization,
) -> Authorization {
    let Some(id) = id.filter(|id| id.choices().len() == 1) else {
        return if id.is_none() { implied(String::new()) } else { Authorization::Unknown };
    };
    let id = resources.followed(id);
    let found = id.target().and_then(|target| resources.get(&target.resource));
    let name = match (found, &id.kind) {
        (Some(found), _) => found.name.clone(),
        (None, Kind::Hole(hole)) => hole.name.trim_end_matches(".id").to_owned(),
        (None, _) => as_written(&id.to_text().text),
    };
    let kind = found.map(|authorizer| match authorizer.attribute("type") {
        None => Some("TOKEN".to_owned()),
        Some(kind) => kind.literal(),
    });
    match kind.flatten().as_deref() {
        Some("TOKEN" | "REQUEST") => Authorization::Lambda(name),
        Some("COGNITO_USER_POOLS") => Authorization::UserPool(name),
        _ => implied(name),
    }
}

/// The Lambda authorizer of the configuration that is asked.
pub(super) fn authorizer(resources: &Resources, authorization: &Authorization) -> Option<Arc<Authorizer>> {
    let Authorization::Lambda(name) = authorization else { return None };
    let resource = resources.of_kind("aws_api_gateway_authorizer").find(|found| found.name == *name)?;
    let kind = resource.attribute("type").map_or(Some("TOKEN".to_owned()), Value::literal)?;
    Some(Arc::new(Authorizer {
        file: Arc::clone(&resource.file),
        span: resource.span,
        name: name.clone(),
        is_request: kind == "REQUEST",
        ttl: match resource.attribute("authorizer_result_ttl_in_seconds") {
            None => Some(DEFAULT_TTL),
            Some(seconds) => seconds.literal().and_then(|seconds| seconds.parse().ok()),
        },
        identity: match resource.attribute("identity_source") {
            None => Some(vec![DEFAULT_IDENTITY.to_owned()]),
            Some(list) => list.literal().map(|list| sources(&list)),
        },
    }))
}
