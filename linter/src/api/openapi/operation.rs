//! One operation and its integration.

use std::sync::Arc;

use crate::source::{Call, HostSpan};

use super::super::{
    DeployText, Integration, MappingTemplate, ParameterMapping, Passthrough, ResponseCase, Route,
    TemplateHost, uri,
};
use super::Definition;
use super::reference::Place;

/// An operation that has an integration.
#[derive(Debug)]
pub(super) struct Operation {
    /// Upper-case verb or `ANY`.
    pub(super) method: String,
    /// The path.
    pub(super) path: String,
    /// The member's key, at which findings of the whole integration point.
    pub(super) key: Place,
    /// The operation.
    pub(super) body: Place,
    /// The path item that it stands in.
    pub(super) item: Place,
    /// `x-amazon-apigateway-integration`, references followed.
    pub(super) integration: Place,
}

impl Operation {
    /// Whether the `uri` holds `${…}` with no `Fn::Sub` around it. Nothing but Terraform's `templatefile` makes sense
    /// of that, and then it does so in the whole file. A name with `::` is CloudFormation's, whose `Fn::Sub` was
    /// forgotten.
    pub(super) fn is_terraform_template(&self) -> bool {
        let Some(uri) = self.integration.get("uri").filter(|uri| Call::of(&uri.node).is_none()) else {
            return false;
        };
        let text = uri.node.as_str().unwrap_or("");
        let names = text.split("${").skip(1).filter_map(|rest| Some(rest.split_once('}')?.0));
        names.into_iter().any(|name| !name.contains("::") && !name.starts_with("stageVariables."))
    }

    /// The integration, if it might call DynamoDB.
    pub(super) fn integration(&self, definition: &Definition<'_>) -> Option<Integration> {
        let here = &self.integration;
        let kind = definition.compose(&here.get("type")?)?.text;
        if kind.placeholders().is_empty() && !kind.text().eq_ignore_ascii_case("aws") {
            return None;
        }
        let uri = definition.compose(&here.get("uri")?)?;
        let action = uri::action(&uri.text)?;
        // An integration that is referred to in another file stands there, and so do the spans of its parts.
        let same_file = Arc::ptr_eq(&here.file, &self.key.file);
        let security = self.body.get("security").map_or(0, |security| security.node.elements().len());
        definition.budget.spend(definition.binary_media_types.len() + security);
        let authorization = definition.security.of(&self.body);
        let integration = Integration {
            file: Arc::clone(&here.file),
            span: if same_file { self.key.node.span } else { here.node.span },
            own_span: self.own_span(),
            kind: definition.kind,
            route: Route { method: Some(self.method.clone()), path: Some(self.path.clone()) },
            action,
            uri: Some((uri.text, uri.whole)),
            credentials: here.get("credentials").and_then(|c| definition.compose(&c)).map(|c| c.text),
            role: None,
            request_templates: templates(here.get("requestTemplates"), definition),
            passthrough: passthrough(here.get("passthroughBehavior")),
            authorizer: definition.security.authorizer(&authorization),
            authorization,
            request_parameters: parameters(here.get("requestParameters"), "integration.request.", definition),
            responses: responses(here.get("responses"), definition),
            body_models: definition.validation.body_models(self, definition),
            path_parameters: path_parameters(&self.path),
            binary_media_types: definition.binary_media_types.clone(),
            deployed: std::sync::Arc::default(),
            trust: std::sync::Arc::default(),
            origin: crate::api::Origin::default(),
        };
        (!definition.budget.is_spent()).then_some(integration)
    }
}

impl Operation {
    /// The key of the integration, where it stands in the integration's file.
    fn own_span(&self) -> HostSpan {
        let node = &self.body.node;
        let key = node
            .members()
            .iter()
            .rev()
            .find(|(key, _)| key.as_str() == Some("x-amazon-apigateway-integration"));
        match key.filter(|_| Arc::ptr_eq(&self.body.file, &self.integration.file)) {
            Some((key, _)) => key.span,
            None => self.integration.node.span,
        }
    }
}

/// Templates by content type. Where the deployment decides the whole mapping (`Fn::If` around it), that is one
/// template of which nothing is known, rather than none.
fn templates(place: Option<Place>, definition: &Definition<'_>) -> Vec<MappingTemplate> {
    let template = |content_type: &str, value: &Place| {
        let composed = definition.compose(value)?;
        let host = TemplateHost { file: Arc::clone(&value.file), whole: composed.whole, map: composed.map };
        Some(MappingTemplate { content_type: content_type.to_owned(), text: composed.text, host })
    };
    match place {
        None => Vec::new(),
        Some(place) if Call::of(&place.node).is_some() => {
            template("application/json", &place).into_iter().collect()
        }
        Some(place) => {
            let members = definition.members(&place);
            members.iter().filter_map(|(key, value)| template(key.node.as_str()?, value)).collect()
        }
    }
}

fn passthrough(place: Option<Place>) -> (Passthrough, Option<HostSpan>) {
    let Some(place) = place.filter(|place| !place.node.is_null()) else {
        return (Passthrough::WhenNoMatch, None);
    };
    let word = Call::of(&place.node).is_none().then(|| place.node.as_str()).flatten();
    let behaviour = match word.map(str::to_ascii_lowercase).as_deref() {
        Some("when_no_match") => Passthrough::WhenNoMatch,
        Some("when_no_templates") => Passthrough::WhenNoTemplates,
        Some("never") => Passthrough::Never,
        _ => Passthrough::Unknown,
    };
    (behaviour, Some(place.node.span))
}

fn parameters(place: Option<Place>, to: &str, definition: &Definition<'_>) -> Vec<ParameterMapping> {
    let members = place.iter().flat_map(|place| definition.members(place));
    members
        .filter_map(|(key, value)| {
            let (place, name) = key.node.as_str()?.strip_prefix(to)?.split_once('.')?;
            Some(ParameterMapping {
                place: place.to_owned(),
                name: name.to_owned(),
                value: definition.compose(&value)?.text,
                span: key.node.span.to(value.node.span),
            })
        })
        .collect()
}

fn responses(place: Option<Place>, definition: &Definition<'_>) -> Vec<ResponseCase> {
    let members = place.iter().flat_map(|place| definition.members(place));
    members
        .map(|(key, response)| {
            let response = definition.resolver.resolve(response);
            let pattern = key.node.as_str().unwrap_or("");
            ResponseCase {
                status: response
                    .get("statusCode")
                    .and_then(|status| fixed(definition.compose(&status)?.text)),
                selection_pattern: (pattern != "default").then(|| pattern.to_owned()),
                templates: templates(response.get("responseTemplates"), definition),
                parameters: parameters(response.get("responseParameters"), "method.response.", definition),
                span: key.node.span,
            }
        })
        .collect()
}

/// The names in `/orders/{orderId}/{rest+}`.
fn path_parameters(path: &str) -> Vec<String> {
    let parts = path.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0));
    parts.map(|name| name.trim_end_matches('+').to_owned()).collect()
}

/// A text without placeholders.
fn fixed(text: DeployText) -> Option<String> {
    text.placeholders().is_empty().then(|| text.text().to_owned())
}
