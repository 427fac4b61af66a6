//! Who may call an operation: `security`, the schemes it names, and `x-amazon-apigateway-auth`.

use std::collections::HashMap;

use super::super::Authorization;
use super::Context;
use super::reference::{Place, Resolver};

/// What one security scheme asks for.
#[derive(Clone, Debug)]
enum Scheme {
    /// An API key.
    ApiKey,
    /// An authorizer or IAM.
    Authorizer(Authorization),
    /// Nothing: API Gateway reads no scheme that neither is an API key nor carries one of its extensions, so
    /// `type: http` or `oauth2` alone protects no REST API.
    Ignored,
}

/// The security of a whole definition.
#[derive(Debug)]
pub(super) struct Security {
    schemes: HashMap<String, Scheme>,
    /// The definition's own `security`.
    global: Option<Place>,
    default: Option<Authorization>,
}

impl Security {
    pub(super) fn read(root: &Place, resolver: &Resolver<'_>, context: &Context<'_>) -> Self {
        let mut schemes = HashMap::new();
        let openapi = root.get("components").and_then(|components| components.get("securitySchemes"));
        for list in [root.get("securityDefinitions"), openapi].into_iter().flatten() {
            for (key, scheme) in list.members() {
                if let Some(name) = key.node.as_str() {
                    schemes.insert(name.to_owned(), Scheme::read(name, &resolver.resolve(scheme)));
                }
            }
        }
        for (name, authorization) in context.authorizers {
            schemes.insert(name.clone(), Scheme::Authorizer(authorization.clone()));
        }
        Self { schemes, global: root.get("security"), default: context.default_authorization.clone() }
    }

    /// Who may call this operation.
    pub(super) fn of(&self, operation: &Place) -> Authorization {
        if let Some(auth) = operation.get("x-amazon-apigateway-auth") {
            return match auth.get("type").as_ref().and_then(|kind| kind.node.as_str()) {
                Some(kind) if kind.eq_ignore_ascii_case("NONE") => Authorization::Open,
                Some(kind) if kind.eq_ignore_ascii_case("AWS_IAM") => Authorization::Iam,
                _ => Authorization::Unknown,
            };
        }
        let own = operation.get("security");
        // SAM writes its default into every operation that names no authorizer, whatever the definition's own
        // default is.
        let security = match (&own, &self.default) {
            (None, None) => self.global.as_ref(),
            (own, _) => own.as_ref(),
        };
        let asked = security.map_or(Asked::default(), |security| self.asked(security));
        match (asked, &self.default) {
            (Asked { none: true, .. }, Some(_)) => Authorization::Open,
            (Asked { optional: true, authorizer: Some(_), .. }, _) => Authorization::Unknown,
            (Asked { authorizer: Some(authorization), .. }, _) => authorization,
            (_, Some(default)) => default.clone(),
            (Asked { unreadable: true, .. }, None) => Authorization::Unknown,
            (Asked { api_key: true, optional: false, .. }, None) => Authorization::ApiKeyOnly,
            (_, None) => Authorization::Open,
        }
    }

    fn asked(&self, security: &Place) -> Asked {
        let mut asked =
            Asked { unreadable: security.node.scalar().is_none_or(|s| !s.is_null()), ..Asked::default() };
        asked.unreadable &= !matches!(security.node.value, crate::source::NodeValue::Sequence(_));
        for requirement in security.elements() {
            let schemes = requirement.node.members();
            asked.optional |= schemes.is_empty();
            for (key, _) in schemes {
                let name = key.as_str().unwrap_or("");
                match self.schemes.get(name) {
                    Some(Scheme::ApiKey) => asked.api_key = true,
                    Some(Scheme::Authorizer(authorization)) => {
                        // A method has one authorizer; of several the first is taken.
                        asked.authorizer.get_or_insert_with(|| authorization.clone());
                    }
                    Some(Scheme::Ignored) => {}
                    None if name == "NONE" => asked.none = true,
                    None if name == "api_key" => asked.api_key = true,
                    None => {
                        asked.authorizer.get_or_insert_with(|| Authorization::Other(name.to_owned()));
                    }
                }
            }
        }
        asked
    }
}

/// What a `security` list asks for.
#[derive(Debug, Default)]
struct Asked {
    authorizer: Option<Authorization>,
    api_key: bool,
    /// One of the alternatives asks for nothing.
    optional: bool,
    /// SAM's way to ask for nothing in spite of its default.
    none: bool,
    /// Not a list: the deployment decides.
    unreadable: bool,
}

impl Scheme {
    fn read(name: &str, scheme: &Place) -> Self {
        let text =
            |place: &Place, key: &str| place.get(key).and_then(|v| Some(v.node.as_str()?.to_lowercase()));
        let auth_type = text(scheme, "x-amazon-apigateway-authtype").unwrap_or_default();
        if auth_type == "awssigv4" {
            return Self::Authorizer(Authorization::Iam);
        }
        if let Some(authorizer) = scheme.get("x-amazon-apigateway-authorizer") {
            let kind = text(&authorizer, "type").unwrap_or_default();
            let name = name.to_owned();
            return Self::Authorizer(match kind.as_str() {
                "token" | "request" => Authorization::Lambda(name),
                "cognito_user_pools" => Authorization::UserPool(name),
                _ if authorizer.get("providerARNs").is_some() => Authorization::UserPool(name),
                _ if authorizer.get("authorizerUri").is_some() => Authorization::Lambda(name),
                _ => Authorization::Other(name),
            });
        }
        if auth_type == "cognito_user_pools" {
            return Self::Authorizer(Authorization::UserPool(name.to_owned()));
        }
        if !auth_type.is_empty() {
            return Self::Authorizer(Authorization::Other(name.to_owned()));
        }
        let is_key = text(scheme, "type").as_deref() == Some("apikey")
            && text(scheme, "in").as_deref() == Some("header")
            && text(scheme, "name").as_deref() == Some("x-api-key");
        if is_key { Self::ApiKey } else { Self::Ignored }
    }
}
