//! SAM's `Auth` of an API: its authorizers, the default one, and API keys.

use crate::api::Authorization;
use crate::source::Node;

use super::alternatives::Alternatives;
use super::value::{Flag, flag, literal, members};

/// What SAM puts into the definition of an API.
#[derive(Clone, Debug)]
pub(super) struct Auth {
    /// Who may call operations that name no authorizer; none where `Auth` has no default.
    pub(super) default: Option<Authorization>,
    /// The authorizers by name.
    pub(super) authorizers: Vec<(String, Authorization)>,
    /// Whether every operation asks for an API key.
    pub(super) key: Flag,
}

impl Auth {
    /// The `Auth` of an API, which adds to that of `Globals`.
    pub(super) fn of(own: Option<&Node>, global: Option<&Node>) -> Self {
        let mut authorizers = vec![("AWS_IAM".to_owned(), Authorization::Iam)];
        // The API's own come last and count.
        for list in [global, own].into_iter().flatten().filter_map(|auth| auth.get("Authorizers")) {
            authorizers
                .extend(members(list).into_iter().map(|(name, node)| (name.to_owned(), kind(name, node))));
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
        Self { default, authorizers, key: flag(member("ApiKeyRequired")) }
    }
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
