//! SAM's `Auth` of an API: its authorizers, the default one, and API keys.

use crate::api::{Authorization, Integration};
use crate::source::Node;

use super::authorization::with_key;
use super::alternatives::Alternatives;
use super::value::{flag, literal};

/// The `Auth` of an API over that of `Globals`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Auth<'a> {
    own: Option<&'a Node>,
    global: Option<&'a Node>,
}

impl<'a> Auth<'a> {
    /// The `Auth` property and the one of `Globals` that it adds to.
    pub(super) fn of(own: Option<&'a Node>, global: Option<&'a Node>) -> Self {
        Self { own, global }
    }

    /// Sets who may call an operation, as SAM does when it puts `Auth` into the definition: an operation keeps an
    /// authorizer of its own, and may opt out by `security: [{NONE: []}]`; any other gets the default authorizer.
    pub(super) fn apply(&self, integration: &mut Integration, definition: &Node) {
        let own = requirements(operation(definition, integration));
        let default = Alternatives::of(self.member("DefaultAuthorizer"));
        if let Some(name) = own.iter().copied().find(|name| self.is_authorizer(name)) {
            integration.authorization = self.authorizer(name);
        } else if own.contains(&"NONE") {
            if own.iter().all(|name| *name == "NONE") {
                integration.authorization = Authorization::Open;
            }
        } else if !default.is_absent() && (own.is_empty() || asks_for_nobody(&integration.authorization)) {
            integration.authorization = match default.only().and_then(literal) {
                Some(name) => self.authorizer(&name),
                None => Authorization::Unknown,
            };
        }
        let key = flag(self.member("ApiKeyRequired"));
        let authorization = std::mem::replace(&mut integration.authorization, Authorization::Unknown);
        integration.authorization = with_key(authorization, key);
    }

    fn member(&self, name: &str) -> Option<&'a Node> {
        let own = self.own.and_then(|auth| auth.get(name));
        own.or_else(|| self.global.and_then(|auth| auth.get(name)))
    }

    fn declared(&self, name: &str) -> Option<&'a Node> {
        let of = |auth: Option<&'a Node>| auth?.get("Authorizers")?.get(name);
        of(self.own).or_else(|| of(self.global))
    }

    fn is_authorizer(&self, name: &str) -> bool {
        name == "AWS_IAM" || self.declared(name).is_some()
    }

    fn authorizer(&self, name: &str) -> Authorization {
        let owned = name.to_owned();
        match self.declared(name) {
            _ if name == "AWS_IAM" => Authorization::Iam,
            Some(declared) if declared.get("FunctionArn").is_some() => Authorization::Lambda(owned),
            Some(declared) if declared.get("UserPoolArn").is_some() => Authorization::UserPool(owned),
            _ => Authorization::Other(owned),
        }
    }
}

fn asks_for_nobody(authorization: &Authorization) -> bool {
    matches!(authorization, Authorization::Open | Authorization::ApiKeyOnly | Authorization::Unknown)
}

/// The operation that an integration was read from.
fn operation<'n>(definition: &'n Node, integration: &Integration) -> Option<&'n Node> {
    let method = match integration.route.method.as_deref()? {
        "ANY" => "x-amazon-apigateway-any-method".to_owned(),
        verb => verb.to_lowercase(),
    };
    let path = integration.route.path.as_deref()?;
    let first = |node: Option<&'n Node>| Alternatives::of(node).values.first().copied();
    let item = first(first(definition.get("paths"))?.get(path))?;
    first(item.get(&method))
}

/// The names in an operation's own `security`.
fn requirements(operation: Option<&Node>) -> Vec<&str> {
    Alternatives::of(operation.and_then(|operation| operation.get("security")))
        .values
        .iter()
        .flat_map(|list| list.elements())
        .flat_map(|requirement| requirement.members())
        .filter_map(|(name, _)| name.as_str())
        .collect()
}
