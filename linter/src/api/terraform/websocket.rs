//! API Gateway v2: `aws_apigatewayv2_integration` joined to the routes of its API.

use std::collections::HashMap;
use std::sync::Arc;

use crate::api::deploy_text::as_written;
use crate::api::{Authorization, Integration, Origin, ResponseCase, RestKind, Route};

use super::method::{Called, credentials, in_file, target};
use super::resource::{Resource, Resources};
use super::route::identity;
use super::value::Value;
use super::{authorization, mapping};

/// The most routes of one integration that are read; API Gateway's quota of routes for an API.
const MAX_ROUTES: usize = 300;

/// The routes and integration responses of a configuration by the integration that they belong to.
pub(super) struct Routes<'r> {
    resources: &'r Resources,
    routes: HashMap<String, Vec<&'r Resource>>,
    /// What the `$connect` route of each API asks for.
    connect: HashMap<String, Authorization>,
    /// The `$connect` routes of each API.
    opening: HashMap<String, Vec<&'r Resource>>,
    responses: HashMap<String, Vec<&'r Resource>>,
}

impl<'r> Routes<'r> {
    pub(super) fn of(resources: &'r Resources) -> Self {
        let (routes, connect, opening) = (HashMap::new(), HashMap::new(), HashMap::new());
        let mut found = Self { resources, routes, connect, opening, responses: HashMap::new() };
        for route in resources.of_kind("aws_apigatewayv2_route") {
            for target in route.attribute("target").into_iter().flat_map(Value::choices) {
                let text = target.to_text();
                if let [only] = text.text.placeholders() {
                    found.routes.entry(only.name.clone()).or_default().push(route);
                }
            }
            let is_connect =
                route.attribute("route_key").and_then(Value::literal).as_deref() == Some("$connect");
            if let Some(api) = route.attribute("api_id").filter(|_| is_connect) {
                let asked = authorization::of_connect(resources, route);
                found.opening.entry(identity(resources, api)).or_default().push(route);
                found
                    .connect
                    .entry(identity(resources, api))
                    .and_modify(|known| {
                        if *known != asked {
                            *known = Authorization::Unknown;
                        }
                    })
                    .or_insert(asked);
            }
        }
        for response in resources.of_kind("aws_apigatewayv2_integration_response") {
            if let Some(id) = response.attribute("integration_id") {
                let name = as_written(&id.to_text().text).trim_matches(['$', '{', '}']).to_owned();
                found.responses.entry(name).or_default().push(response);
            }
        }
        found
    }

    /// The resources that an integration is read from.
    pub(super) fn resources_of(&self, resource: &'r Resource) -> Vec<&'r Resource> {
        let name = format!("{}.id", resource.name);
        let api = resource.attribute("api_id").map(|api| identity(self.resources, api));
        let routes = [self.routes.get(&name), self.responses.get(&name)].into_iter();
        let routes = routes.chain([api.and_then(|api| self.opening.get(&api))]).flatten().flatten().copied();
        std::iter::once(resource).chain(routes).collect()
    }

    /// What an integration is, once for each route that leads to it; nothing where it does not call DynamoDB.
    pub(super) fn integrations(&self, resource: &Resource) -> Vec<Integration> {
        let Some(called) =
            target(resource.attribute("integration_type"), resource.attribute("integration_uri"))
        else {
            return Vec::new();
        };
        let name = format!("{}.id", resource.name);
        let integration = self.read(resource, called, &name);
        let Some(routes) = self.routes.get(&name) else { return vec![integration] };
        let of_route = |route: &&Resource| {
            let key = route.attribute("route_key").map(|key| as_written(&key.to_text().text));
            Integration { route: Route::of_key(integration.kind, key), ..integration.clone() }
        };
        routes.iter().take(MAX_ROUTES).map(of_route).collect()
    }

    fn read(&self, resource: &Resource, called: Called<'_>, name: &str) -> Integration {
        let api = resource.attribute("api_id");
        let templates = mapping::templates(resource.attribute("request_templates"));
        let declared = api.and_then(|id| self.resources.referred(id, "aws_apigatewayv2_api"));
        let protocol = declared.and_then(|api| api.attribute("protocol_type")?.literal());
        let kind = match protocol.as_deref() {
            Some("HTTP") => RestKind::Http,
            _ => RestKind::WebSocket,
        };
        let connect = api.and_then(|id| self.connect.get(&identity(self.resources, id))).cloned();
        let otherwise = if declared.is_some() { Authorization::Open } else { Authorization::Unknown };
        let responses = self.responses.get(name).map(Vec::as_slice).unwrap_or_default();
        Integration {
            trust: Arc::default(),
            origin: Origin::default(),
            file: Arc::clone(&resource.file),
            span: resource.span,
            own_span: resource.span,
            kind,
            route: Route { method: None, path: None },
            action: called.action,
            uri: Some((called.uri, resource.place(called.value))),
            credentials: credentials(resource.attribute("credentials_arn")),
            role: None,
            passthrough: mapping::passthrough(resource, &templates),
            request_templates: templates.list,
            authorization: connect.unwrap_or(otherwise),
            // Answers about connections are not kept.
            authorizer: None,
            request_parameters: mapping::parameters(
                resource,
                "request_parameters",
                &["integration.request."],
            ),
            responses: responses
                .iter()
                .map(|response| ResponseCase {
                    status: None,
                    // A regular expression between slashes, or `$default`.
                    selection_pattern: response
                        .attribute("integration_response_key")
                        .map(|key| as_written(&key.to_text().text))
                        .filter(|key| key != "$default")
                        .map(|key| key.trim_matches('/').to_owned()),
                    templates: mapping::templates(response.attribute("response_templates")).list,
                    parameters: in_file(
                        mapping::parameters(response, "response_parameters", &["route.response."]),
                        response,
                        resource,
                    ),
                    span: if Arc::ptr_eq(&response.file, &resource.file) {
                        response.span
                    } else {
                        resource.span
                    },
                })
                .collect(),
            body_models: Vec::new(),
            path_parameters: Vec::new(),
            binary_media_types: Vec::new(),
            deployed: Arc::default(),
        }
    }
}
