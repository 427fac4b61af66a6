//! SAM's `Auth` of an API: its authorizers, the default one, and API keys.

use std::sync::Arc;

use crate::api::Authorization;
use crate::api::authorizer::Authorizer;
use crate::source::{Node, SourceFile};

use super::alternatives::Alternatives;
use super::authorization::ttl;
use super::value::{Flag, flag, literal, members, texts};

/// What SAM puts into the definition of an API.
#[derive(Clone, Debug)]
pub(super) struct Auth {
    /// Who may call operations that name no authorizer; none where `Auth` has no default.
    pub(super) default: Option<Authorization>,
    /// The authorizers by name.
    pub(super) authorizers: Vec<(String, Authorization)>,
    /// The Lambda authorizers among them.
    lambdas: Vec<Arc<Authorizer>>,
    /// Whether every operation asks for an API key.
    pub(super) key: Flag,
}

impl Auth {
    /// The Lambda authorizer that is asked for an authorization.
    pub(super) fn lambda(&self, authorization: &Authorization) -> Option<Arc<Authorizer>> {
        let Authorization::Lambda(name) = authorization else { return None };
        self.lambdas.iter().rev().find(|lambda| lambda.name == *name).cloned()
    }

    /// The `Auth` of an API, which adds to that of `Globals`.
    pub(super) fn of(own: Option<&Node>, global: Option<&Node>, file: &Arc<SourceFile>) -> Self {
        let mut lambdas = Vec::new();
        let mut authorizers = vec![("AWS_IAM".to_owned(), Authorization::Iam)];
        // The API's own come last and count.
        for list in [global, own].into_iter().flatten().filter_map(|auth| auth.get("Authorizers")) {
            authorizers
                .extend(members(list).into_iter().map(|(name, node)| (name.to_owned(), kind(name, node))));
            lambdas.extend(
                list.members().iter().filter_map(|(key, node)| lambda(key, node, file)).map(Arc::new),
            );
        }
        let member = |name: &str| {
            own.and_then(|auth| auth.get(name)).or_else(|| global.and_then(|auth| auth.get(name)))
        };
        let default = Alternatives::of(member("DefaultAuthorizer"));
        let named = |name: String| {
            let known = authorizers.iter().rev().find(|(known, _)| *known == name);
            known.map_or(Authorization::Other(name), |(_, authorization)| authorization.clone())
        };
        let default = (!default.is_absent())
            .then(|| default.only().and_then(literal).map_or(Authorization::Unknown, named));
        Self { default, authorizers, lambdas, key: flag(member("ApiKeyRequired")) }
    }
}

/// A Lambda authorizer; `Identity` holds what its answers are kept by.
fn lambda(key: &Node, authorizer: &Node, file: &Arc<SourceFile>) -> Option<Authorizer> {
    authorizer.get("FunctionArn")?;
    let identity = authorizer.get("Identity");
    let member = |name: &str| identity.and_then(|identity| identity.get(name));
    let payload = Alternatives::of(authorizer.get("FunctionPayloadType"));
    let places = [
        ("Headers", "method.request.header."),
        ("QueryStrings", "method.request.querystring."),
        ("StageVariables", "stageVariables."),
        ("Context", "context."),
    ];
    let sources = places.iter().flat_map(|(list, before)| {
        texts(member(list)).into_iter().map(move |name| format!("{before}{name}"))
    });
    Some(Authorizer {
        file: Arc::clone(file),
        span: key.span,
        name: key.as_str()?.to_owned(),
        is_request: payload.only().and_then(literal).is_some_and(|kind| kind == "REQUEST"),
        ttl: ttl(member("ReauthorizeEvery")),
        identity: Some(sources.collect()),
    })
}

fn kind(name: &str, authorizer: &Node) -> Authorization {
    let name = name.to_owned();
    if authorizer.get("FunctionArn").is_some() {
        Authorization::Lambda(name)
    } else if authorizer.get("UserPoolArn").is_some() {
        Authorization::UserPool(name)
    } else {
        Authorization::Other(name)
    }
}
