//! Who may call an operation: `security`, the schemes it names, and `x-amazon-apigateway-auth`.

use std::collections::HashMap;
use std::sync::Arc;

use crate::source::{ComposedText, NodeValue};

use super::super::Authorization;
use super::super::authorizer::{Authorizer, DEFAULT_TTL, sources};
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
    /// Lambda authorizers by name.
    authorizers: HashMap<String, Arc<Authorizer>>,
    /// What the definition's own `security` asks for.
    global: Asked,
    default: Option<Authorization>,
}

impl Security {
    pub(super) fn read(root: &Place, resolver: &Resolver<'_>, context: &Context<'_>) -> Self {
        let mut schemes = HashMap::new();
        let mut authorizers = HashMap::new();
        let openapi = root.get("components").and_then(|components| components.get("securitySchemes"));
        for list in [root.get("securityDefinitions"), openapi].into_iter().flatten() {
            for (key, scheme) in list.members() {
                if let Some(name) = key.node.as_str() {
                    let scheme = resolver.resolve(scheme);
                    schemes.insert(name.to_owned(), Scheme::read(name, &scheme));
                    if let Some(authorizer) = scheme.get("x-amazon-apigateway-authorizer") {
                        authorizers.insert(name.to_owned(), Arc::new(lambda(&key, name, &authorizer)));
                    }
                }
            }
        }
        for (name, authorization) in context.authorizers {
            schemes.insert(name.clone(), Scheme::Authorizer(authorization.clone()));
            authorizers.remove(name);
        }
        let global =
            root.get("security").map_or(Asked::default(), |security| Asked::read(&security, &schemes));
        Self { schemes, authorizers, global, default: context.default_authorization.clone() }
    }

    /// The Lambda authorizer that the definition holds for an authorization.
    pub(super) fn authorizer(&self, authorization: &Authorization) -> Option<Arc<Authorizer>> {
        let Authorization::Lambda(name) = authorization else { return None };
        self.authorizers.get(name).cloned()
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
        // SAM writes its default into every operation that names no authorizer, whatever the definition's own
        // default is.
        let asked = match (operation.get("security"), &self.default) {
            (Some(own), _) => Asked::read(&own, &self.schemes),
            (None, None) => self.global.clone(),
            (None, Some(_)) => Asked::default(),
        };
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
}

/// What `x-amazon-apigateway-authorizer` says of the cache. A number with something of the deployment's is none.
fn lambda(key: &Place, name: &str, authorizer: &Place) -> Authorizer {
    let fixed = |member: &str| {
        let place = authorizer.get(member).filter(|place| !place.node.is_null());
        place.map(|place| ComposedText::of(&place.node).filter(|c| c.text.placeholders().is_empty()))
    };
    let text = |composed: ComposedText| composed.text.text().to_owned();
    Authorizer {
        file: Arc::clone(&key.file),
        span: key.node.span,
        name: name.to_owned(),
        is_request: fixed("type").flatten().is_some_and(|kind| text(kind).eq_ignore_ascii_case("request")),
        ttl: fixed("authorizerResultTtlInSeconds")
            .map_or(Some(DEFAULT_TTL), |ttl| ttl.and_then(|ttl| text(ttl).parse().ok())),
        identity: fixed("identitySource").map_or(Some(Vec::new()), |list| Some(sources(&text(list?)))),
    }
}

/// What a `security` list asks for.
#[derive(Clone, Debug, Default)]
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

impl Asked {
    fn read(security: &Place, schemes: &HashMap<String, Scheme>) -> Self {
        let is_list = matches!(security.node.value, NodeValue::Sequence(_));
        let mut asked = Self { unreadable: !is_list && !security.node.is_null(), ..Self::default() };
        for requirement in security.node.elements() {
            asked.optional |= requirement.members().is_empty();
            for (key, _) in requirement.members() {
                asked.add(key.as_str().unwrap_or(""), schemes);
            }
        }
        asked
    }

    fn add(&mut self, name: &str, schemes: &HashMap<String, Scheme>) {
        let authorization = match schemes.get(name) {
            Some(Scheme::Authorizer(authorization)) => authorization.clone(),
            Some(Scheme::Ignored) => return,
            Some(Scheme::ApiKey) => {
                self.api_key = true;
                return;
            }
            None if name == "api_key" => {
                self.api_key = true;
                return;
            }
            None if name == "NONE" => {
                self.none = true;
                return;
            }
            None => Authorization::Other(name.to_owned()),
        };
        // A method has one authorizer; of several the first is taken.
        self.authorizer.get_or_insert(authorization);
    }
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
