//! Who may call a method or a WebSocket API, from its authorization type and authorizer.

use std::sync::Arc;

use crate::api::Authorization;
use crate::api::authorizer::{Authorizer, DEFAULT_TTL, sources};
use crate::source::Node;

use super::alternatives::Alternatives;
use super::stack::{Resource, Stack};
use super::value::{Flag, flag, literal, reference};

/// The authorization of an `AWS::ApiGateway::Method`.
pub(super) fn of_method(stack: &Stack<'_>, method: &Resource<'_>) -> Authorization {
    let authorizer = method.property("AuthorizerId");
    let by_type = match authorization_type(method.property("AuthorizationType")) {
        Type::Named(name) => match name.as_str() {
            "NONE" => Authorization::Open,
            "AWS_IAM" => Authorization::Iam,
            "CUSTOM" => authorizer_of(stack, authorizer, Authorization::Lambda),
            "COGNITO_USER_POOLS" => authorizer_of(stack, authorizer, Authorization::UserPool),
            _ => Authorization::Other(name),
        },
        // API Gateway asks for an authorization type; a method without one has none.
        Type::Absent => Authorization::Open,
        Type::Undecided => Authorization::Unknown,
    };
    with_key(by_type, flag(method.property("ApiKeyRequired")))
}

/// The authorization of a WebSocket API, which only its `$connect` route can ask for.
pub(super) fn of_connect(stack: &Stack<'_>, route: &Resource<'_>) -> Authorization {
    let by_type = match authorization_type(route.property("AuthorizationType")) {
        Type::Named(name) => match name.as_str() {
            "NONE" => Authorization::Open,
            "AWS_IAM" => Authorization::Iam,
            "CUSTOM" => authorizer_of(stack, route.property("AuthorizerId"), Authorization::Lambda),
            "JWT" => authorizer_of(stack, route.property("AuthorizerId"), Authorization::Other),
            _ => Authorization::Other(name),
        },
        Type::Absent => Authorization::Open,
        Type::Undecided => Authorization::Unknown,
    };
    with_key(by_type, flag(route.property("ApiKeyRequired")))
}

enum Type {
    Named(String),
    Absent,
    Undecided,
}

fn authorization_type(property: Option<&Node>) -> Type {
    let alternatives = Alternatives::of(property);
    if alternatives.is_absent() {
        return Type::Absent;
    }
    alternatives.only().and_then(literal).map_or(Type::Undecided, |name| Type::Named(name.to_uppercase()))
}

/// The authorizer that a method names: of the kind that its own resource tells, or else of the one that the
/// method's authorization type implies.
fn authorizer_of(
    stack: &Stack<'_>,
    property: Option<&Node>,
    implied: fn(String) -> Authorization,
) -> Authorization {
    let Some(node) = property else { return implied(String::new()) };
    let Some(target) = Alternatives::of(Some(node)).only().and_then(reference) else {
        // A fixed id of an authorizer made elsewhere is its name; a choice between two has none.
        return literal(node).map_or(Authorization::Unknown, implied);
    };
    let declared = stack
        .get_of_kind(&target.id, "AWS::ApiGateway::Authorizer")
        .and_then(|authorizer| literal(authorizer.property("Type")?));
    match declared.as_deref() {
        Some("TOKEN" | "REQUEST") => Authorization::Lambda(target.id),
        Some("COGNITO_USER_POOLS") => Authorization::UserPool(target.id),
        _ => implied(target.id),
    }
}

/// The Lambda authorizer that the stack holds for an authorization.
pub(super) fn authorizer(stack: &Stack<'_>, authorization: &Authorization) -> Option<Arc<Authorizer>> {
    let Authorization::Lambda(id) = authorization else { return None };
    let resource = stack.get_of_kind(id, "AWS::ApiGateway::Authorizer")?;
    let identity = Alternatives::of(resource.property("IdentitySource"));
    Some(Arc::new(Authorizer {
        file: resource.file.clone(),
        span: resource.span,
        name: id.clone(),
        is_request: literal(resource.property("Type")?)? == "REQUEST",
        ttl: ttl(resource.property("AuthorizerResultTtlInSeconds")),
        identity: if identity.is_absent() {
            Some(Vec::new())
        } else {
            identity.only().and_then(literal).map(|text| sources(&text))
        },
    }))
}

/// For how many seconds answers are kept; none where the deployment decides.
pub(super) fn ttl(property: Option<&Node>) -> Option<u32> {
    let seconds = Alternatives::of(property);
    if seconds.is_absent() { Some(DEFAULT_TTL) } else { literal(seconds.only()?)?.parse().ok() }
}

/// An API key is asked for beside whatever authorizer there is; alone it is told apart from nothing at all.
pub(super) fn with_key(authorization: Authorization, key_required: Flag) -> Authorization {
    match (authorization, key_required) {
        (Authorization::Open, Flag::True) => Authorization::ApiKeyOnly,
        (authorization, _) => authorization,
    }
}
