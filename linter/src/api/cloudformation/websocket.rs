//! API Gateway v2: `AWS::ApiGatewayV2::Integration` joined to the routes of its WebSocket API. HTTP APIs, which run
//! no templates, are read so that a lint can say so.

use std::collections::HashMap;

use crate::api::deploy_text::as_written;
use crate::api::{Authorization, Integration, ResponseCase, RestKind, Route};
use crate::source::Node;

use super::alternatives::Alternatives;
use super::stack::{Resource, Stack};
use super::target::{Target, credentials, target};
use super::value::{Reference, literal, reference, text};
use super::{authorization, mapping, selection};

/// The most routes of one integration that are read; API Gateway's quota of routes for an API.
const MAX_ROUTES: usize = 300;

/// The most bytes of templates that an integration's routes may come to, each with a copy of its own.
const MAX_COPIED_BYTES: usize = 16 << 20;

/// The routes and integration responses of a stack by the integration that they belong to.
#[derive(Debug, Default)]
pub(super) struct Parts<'s, 'a> {
    routes: HashMap<String, Vec<&'s Resource<'a>>>,
    /// What the `$connect` route of each API asks for.
    connect: HashMap<String, Authorization>,
    responses: HashMap<String, Vec<&'s Resource<'a>>>,
}

impl<'s, 'a> Parts<'s, 'a> {
    /// The parts of a stack.
    pub(super) fn of(stack: &'s Stack<'a>) -> Self {
        let mut parts = Self::default();
        for route in stack.of_kind("AWS::ApiGatewayV2::Route") {
            for target in Alternatives::of(route.property("Target")).values {
                if let Some(id) = integration_of(target) {
                    parts.routes.entry(id).or_default().push(route);
                }
            }
            if route.property("RouteKey").and_then(literal).as_deref() == Some("$connect") {
                let asked = authorization::of_connect(stack, route);
                parts
                    .connect
                    .entry(api_of(route).unwrap_or_default())
                    // Routes that differ are the choice of a deployment.
                    .and_modify(|known| {
                        if *known != asked {
                            *known = Authorization::Unknown;
                        }
                    })
                    .or_insert(asked);
            }
        }
        for response in stack.of_kind("AWS::ApiGatewayV2::IntegrationResponse") {
            if let Some(target) = response.property("IntegrationId").and_then(reference) {
                parts.responses.entry(target.id).or_default().push(response);
            }
        }
        parts
    }

    /// What an integration is, once for each route that leads to it; nothing where it does not call DynamoDB.
    pub(super) fn integrations(&self, stack: &Stack<'_>, resource: &Resource<'_>) -> Vec<Integration> {
        let Some(integration) = read(stack, resource, self) else { return Vec::new() };
        let Some(routes) = self.routes.get(resource.id) else { return vec![integration] };
        let api = api_of(resource).and_then(|id| stack.get(&id));
        let of_route = |route: &&Resource<'_>| {
            let key = route.property("RouteKey").map(|key| as_written(&text(key).text));
            let mut integration =
                Integration { route: Route::of_key(integration.kind, key), ..integration.clone() };
            selection::settle(&mut integration, api, resource);
            integration
        };
        let bytes: usize =
            integration.request_templates.iter().map(|template| template.text.text().len()).sum();
        let most = (MAX_COPIED_BYTES / bytes.max(1)).clamp(1, MAX_ROUTES);
        routes.iter().take(most).map(of_route).collect()
    }
}

/// The integration that a route's `Target` names: `integrations/${X}`.
fn integration_of(target: &Node) -> Option<String> {
    let value = text(target).text;
    let [.., last] = value.placeholders() else { return None };
    let names_it = value.text().get(..last.at.to_usize())? == "integrations/";
    Some(Reference::named(&last.name).filter(|_| names_it)?.id)
}

fn api_of(resource: &Resource<'_>) -> Option<String> {
    Some(match resource.property("ApiId").and_then(reference) {
        Some(target) => target.id,
        None => as_written(&text(resource.property("ApiId")?).text),
    })
}

fn read(stack: &Stack<'_>, resource: &Resource<'_>, parts: &Parts<'_, '_>) -> Option<Integration> {
    let Target { action, uri } =
        target(resource.property("IntegrationType"), resource.property("IntegrationUri"))?;
    let templates = mapping::templates(resource.property("RequestTemplates"), resource.file);
    let api = api_of(resource);
    Some(Integration {
        file: resource.file.clone(),
        span: resource.span,
        own_span: resource.span,
        kind: kind(stack, api.as_deref()),
        route: Route { method: None, path: None },
        action,
        uri,
        credentials: credentials(resource.property("CredentialsArn")),
        role: None,
        passthrough: mapping::passthrough(resource.property("PassthroughBehavior"), &templates),
        request_templates: templates.list,
        authorization: authorization(stack, api.as_deref(), parts),
        // Answers about connections are not kept.
        authorizer: None,
        request_parameters: mapping::request_parameters(resource.property("RequestParameters")),
        responses: responses(resource, parts),
        body_models: Vec::new(),
        path_parameters: Vec::new(),
        binary_media_types: Vec::new(),
        deployed: std::sync::Arc::default(),
        trust: std::sync::Arc::default(),
        origin: crate::api::Origin::default(),
    })
}

fn kind(stack: &Stack<'_>, api: Option<&str>) -> RestKind {
    let Some(api) = api.and_then(|id| stack.get(id)) else { return RestKind::WebSocket };
    let protocol = api.property("ProtocolType").and_then(literal).map(|name| name.to_uppercase());
    match (api.kind, protocol.as_deref()) {
        ("AWS::Serverless::HttpApi", _) | (_, Some("HTTP")) => RestKind::Http,
        _ => RestKind::WebSocket,
    }
}

/// Whoever may connect may send: the authorization of every route is that of `$connect`. An API of this stack that
/// has no such route lets everyone in.
fn authorization(stack: &Stack<'_>, api: Option<&str>, parts: &Parts<'_, '_>) -> Authorization {
    let Some(api) = api else { return Authorization::Unknown };
    match parts.connect.get(api) {
        Some(authorization) => authorization.clone(),
        None if stack.get(api).is_some() => Authorization::Open,
        None => Authorization::Unknown,
    }
}

fn responses(resource: &Resource<'_>, parts: &Parts<'_, '_>) -> Vec<ResponseCase> {
    let responses = parts.responses.get(resource.id).map(Vec::as_slice).unwrap_or_default();
    responses
        .iter()
        .map(|response| {
            let key = response.property("IntegrationResponseKey").map(|key| as_written(&text(key).text));
            ResponseCase {
                status: None,
                // A regular expression between slashes, or `$default`.
                selection_pattern: key
                    .filter(|key| key != "$default")
                    .map(|key| key.trim_matches('/').to_owned()),
                templates: mapping::templates(response.property("ResponseTemplates"), response.file).list,
                parameters: mapping::response_parameters(response.property("ResponseParameters")),
                span: response.span,
            }
        })
        .collect()
}
