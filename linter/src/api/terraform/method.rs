//! `aws_api_gateway_integration`, with its method and its responses.

use std::collections::HashMap;
use std::sync::Arc;

use crate::api::deploy_text::as_written;
use crate::api::resource_path::parameters;
use crate::api::{
    Action, Authorization, DeployText, Integration, Origin, ResponseCase, RestKind, Route, uri,
};

use super::model::Models;
use super::resource::{Resource, Resources};
use super::route::{self, MethodKey, method_key};
use super::value::{Kind, Value};
use super::{authorization, mapping};

/// The methods and integration responses of a configuration, by what they belong to.
pub(super) struct Methods<'r> {
    resources: &'r Resources,
    models: Models<'r>,
    methods: HashMap<MethodKey, &'r Resource>,
    /// Methods by their resource alone.
    on_resource: HashMap<String, Vec<&'r Resource>>,
    responses: HashMap<MethodKey, Vec<&'r Resource>>,
    /// `aws_api_gateway_method_response`.
    declared: HashMap<MethodKey, Vec<&'r Resource>>,
}

impl<'r> Methods<'r> {
    pub(super) fn of(resources: &'r Resources) -> Self {
        let mut on_resource: HashMap<String, Vec<&Resource>> = HashMap::new();
        let mut methods = HashMap::new();
        for method in resources.of_kind("aws_api_gateway_method") {
            if let Some(key) = method_key(resources, method) {
                on_resource.entry(key.resource.clone()).or_default().push(method);
                methods.insert(key, method);
            }
        }
        let by_method = |kind: &'r str| {
            let mut found: HashMap<MethodKey, Vec<&Resource>> = HashMap::new();
            for response in resources.of_kind(kind) {
                if let Some(key) = method_key(resources, response) {
                    found.entry(key).or_default().push(response);
                }
            }
            found
        };
        let responses = by_method("aws_api_gateway_integration_response");
        let declared = by_method("aws_api_gateway_method_response");
        Self { resources, models: Models::of(resources), methods, on_resource, responses, declared }
    }

    /// The resources that an integration is read from.
    pub(super) fn resources_of(&self, resource: &'r Resource) -> Vec<&'r Resource> {
        let key = method_key(self.resources, resource);
        let method = self.method(resource, key.as_ref());
        let answers = [&self.responses, &self.declared].into_iter();
        let answers = answers.filter_map(|all| all.get(key.as_ref()?)).flatten().copied();
        std::iter::once(resource).chain(method).chain(answers).collect()
    }

    /// What an integration is, if it calls DynamoDB or may.
    pub(super) fn integrations(&self, resource: &Resource) -> Vec<Integration> {
        let Some(target) = target(resource.attribute("type"), resource.attribute("uri")) else {
            return Vec::new();
        };
        let key = method_key(self.resources, resource);
        let method = self.method(resource, key.as_ref());
        let templates = mapping::templates(resource.attribute("request_templates"));
        let path = resource.attribute("resource_id").and_then(|id| route::path(self.resources, id));
        let authorization =
            method.map_or(Authorization::Unknown, |method| authorization::of_method(self.resources, method));
        vec![Integration {
            trust: Arc::default(),
            origin: Origin::default(),
            file: Arc::clone(&resource.file),
            span: resource.span,
            own_span: resource.span,
            kind: RestKind::Rest,
            action: target.action,
            uri: Some((target.uri, resource.place(target.value))),
            credentials: credentials(resource.attribute("credentials")),
            role: None,
            passthrough: mapping::passthrough(resource, &templates),
            request_templates: templates.list,
            authorizer: authorization::authorizer(self.resources, &authorization),
            authorization,
            request_parameters: mapping::parameters(
                resource,
                "request_parameters",
                &["integration.request."],
            ),
            responses: self.responses(resource, key.as_ref()),
            body_models: method.map(|method| self.models.of_method(method)).unwrap_or_default(),
            path_parameters: path_parameters(path.as_deref(), method),
            binary_media_types: self.binary_media_types(resource),
            deployed: Arc::default(),
            route: Route { method: route::verb(self.resources, resource), path },
        }]
    }

    /// The method of an integration: the one that it refers to, or that of its resource and verb.
    fn method(&self, resource: &Resource, key: Option<&MethodKey>) -> Option<&'r Resource> {
        let referred = ["http_method", "resource_id"].into_iter().find_map(|attribute| {
            self.resources.referred(resource.attribute(attribute)?, "aws_api_gateway_method")
        });
        if let Some(method) = referred.or_else(|| self.methods.get(key?).copied()) {
            return Some(method);
        }
        // A verb that the deployment decides may be this one.
        let methods = self.on_resource.get(&key?.resource)?;
        let mut open = methods.iter().filter(|method| route::verb(self.resources, method).is_none());
        let first = open.next()?;
        open.next().is_none().then_some(*first)
    }

    fn responses(&self, resource: &Resource, key: Option<&MethodKey>) -> Vec<ResponseCase> {
        let found = key.and_then(|key| self.responses.get(key)).map(Vec::as_slice).unwrap_or_default();
        let case = |response: &&Resource| ResponseCase {
            status: response
                .attribute("status_code")
                .and_then(|status| self.resources.followed(status).literal()),
            selection_pattern: response
                .attribute("selection_pattern")
                .map(|pattern| as_written(&pattern.settled().to_text().text))
                .filter(|pattern| !pattern.is_empty()),
            templates: mapping::templates(response.attribute("response_templates")).list,
            parameters: in_file(
                mapping::parameters(response, "response_parameters", &["method.response."]),
                response,
                resource,
            ),
            span: if Arc::ptr_eq(&response.file, &resource.file) { response.span } else { resource.span },
        };
        found.iter().map(case).collect()
    }

    fn binary_media_types(&self, resource: &Resource) -> Vec<String> {
        let api = resource.attribute("rest_api_id").and_then(|id| self.resources.target(id));
        let api = api.and_then(|target| self.resources.get(&target.resource));
        texts(api.and_then(|api| api.attribute("binary_media_types")))
    }
}

/// Parameters of a resource in another file have no place in the integration's.
pub(super) fn in_file(
    mut parameters: Vec<crate::api::ParameterMapping>,
    from: &Resource,
    to: &Resource,
) -> Vec<crate::api::ParameterMapping> {
    if !Arc::ptr_eq(&from.file, &to.file) {
        parameters.iter_mut().for_each(|parameter| parameter.span = to.span);
    }
    parameters
}

/// A call of a DynamoDB action.
pub(super) struct Called<'v> {
    pub(super) action: Action,
    pub(super) uri: DeployText,
    pub(super) value: &'v Value,
}

/// What an integration of this type and `uri` calls, if that is DynamoDB or may be. Only the type `AWS` calls a
/// service's action.
pub(super) fn target<'v>(kind: Option<&Value>, uri: Option<&'v Value>) -> Option<Called<'v>> {
    let kinds: Vec<&Value> = kind.into_iter().flat_map(Value::choices).collect();
    let is_aws = |kind: &&Value| kind.literal().is_none_or(|name| name.eq_ignore_ascii_case("AWS"));
    if !kinds.iter().any(is_aws) {
        return None;
    }
    let mut found: Option<Called<'v>> = None;
    for value in uri.into_iter().flat_map(Value::choices) {
        // What the AWS provider calls the `uri` of a Lambda function.
        if matches!(&value.kind, Kind::Hole(hole) if hole.name.ends_with("invoke_arn")) {
            continue;
        }
        let text = value.to_text().text.clone();
        let Some(action) = uri::action(&text) else { continue };
        match &mut found {
            None => found = Some(Called { action, uri: text, value }),
            // Deployments that call different actions: the call is open.
            Some(earlier) if earlier.action != action => earlier.action = Action::Open,
            Some(_) => {}
        }
    }
    found
}

/// The credentials as written; of a choice, the first.
pub(super) fn credentials(attribute: Option<&Value>) -> Option<DeployText> {
    attribute.and_then(|value| value.choices().first()).map(|value| value.to_text().text.clone())
}

/// A list of texts; what the deployment decides is written in brackets.
pub(super) fn texts(attribute: Option<&Value>) -> Vec<String> {
    let lists = attribute.into_iter().flat_map(Value::choices);
    let elements = lists.flat_map(|list| match list.elements() {
        [] if !matches!(list.kind, Kind::List(_)) => std::slice::from_ref(list),
        elements => elements,
    });
    elements.map(|element| as_written(&element.to_text().text)).collect()
}

/// The parameters of the path, and those that the method declares: a path that is not all known may hold them.
fn path_parameters(path: Option<&str>, method: Option<&Resource>) -> Vec<String> {
    let mut names = path.map(parameters).unwrap_or_default();
    let declared = method.and_then(|method| method.attribute("request_parameters"));
    for (key, _) in declared.into_iter().flat_map(Value::choices).flat_map(Value::members) {
        let Some(written) = key.literal() else { continue };
        if let Some(name) = written.strip_prefix("method.request.path.")
            && !names.iter().any(|known| known == name)
        {
            names.push(name.to_owned());
        }
    }
    names
}
