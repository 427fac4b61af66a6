//! `AWS::ApiGateway::Method`: a REST API's method with its integration.

use crate::api::resource_path::parameters;
use crate::api::{Integration, RestKind, Route};
use crate::source::Node;

use super::alternatives::Alternatives;
use super::request_model::Models;
use super::stack::{Resource, Stack};
use super::target::{Target, credentials, target};
use super::value::{literal, reference, texts};
use super::{authorization, mapping, resource_path};

/// The DynamoDB integrations of a method: one, or one for each `Integration` between which an `Fn::If` chooses.
pub(super) fn integrations(
    stack: &Stack<'_>,
    models: &Models<'_, '_>,
    method: &Resource<'_>,
) -> Vec<Integration> {
    Alternatives::of(method.property("Integration"))
        .values
        .into_iter()
        .filter_map(|integration| read(stack, models, method, integration))
        .collect()
}

fn read(
    stack: &Stack<'_>,
    models: &Models<'_, '_>,
    method: &Resource<'_>,
    integration: &Node,
) -> Option<Integration> {
    let Target { action, uri } = target(integration.get("Type"), integration.get("Uri"))?;
    let templates = mapping::templates(integration.get("RequestTemplates"), method.file);
    let path = method.property("ResourceId").and_then(|id| resource_path::path(stack, id));
    let authorization = authorization::of_method(stack, method);
    Some(Integration {
        file: method.file.clone(),
        span: method.span,
        own_span: method.property_key("Integration").map_or(method.span, |key| key.span),
        kind: RestKind::Rest,
        action,
        uri,
        credentials: credentials(integration.get("Credentials")),
        role: None,
        passthrough: mapping::passthrough(integration.get("PassthroughBehavior"), &templates),
        request_templates: templates.list,
        authorizer: authorization::authorizer(stack, &authorization),
        authorization,
        request_parameters: mapping::request_parameters(integration.get("RequestParameters")),
        responses: mapping::responses(integration.get("IntegrationResponses"), method.file),
        body_models: models.of_method(method),
        path_parameters: path_parameters(path.as_deref(), method),
        binary_media_types: binary_media_types(stack, method),
        deployed: std::sync::Arc::default(),
        trust: std::sync::Arc::default(),
        origin: crate::api::Origin::default(),
        route: Route { method: verb(method), path },
    })
}

fn verb(method: &Resource<'_>) -> Option<String> {
    let verb = Alternatives::of(method.property("HttpMethod")).only().and_then(literal)?;
    Some(verb.to_uppercase())
}

/// The parameters of the path, and those that the method declares: a path that is not all in the file may hold them.
fn path_parameters(path: Option<&str>, method: &Resource<'_>) -> Vec<String> {
    let mut names = path.map(parameters).unwrap_or_default();
    for map in Alternatives::of(method.property("RequestParameters")).values {
        for name in map.members().iter().filter_map(|(key, _)| key.as_str()) {
            if let Some(name) = name.strip_prefix("method.request.path.")
                && !names.iter().any(|known| known == name)
            {
                names.push(name.to_owned());
            }
        }
    }
    names
}

fn binary_media_types(stack: &Stack<'_>, method: &Resource<'_>) -> Vec<String> {
    let api = method.property("RestApiId").and_then(reference).and_then(|target| stack.get(&target.id));
    texts(api.and_then(|api| api.property("BinaryMediaTypes")))
}
