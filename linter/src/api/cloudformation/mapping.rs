//! The parts of an integration that map requests and responses: templates, parameters, passthrough behaviour.

use std::sync::Arc;

use crate::api::deploy_text::as_written;
use crate::api::{MappingTemplate, ParameterMapping, Passthrough, ResponseCase, TemplateHost};
use crate::source::{Call, ComposedText, HostSpan, Node, NodeValue, SourceFile};

use super::alternatives::Alternatives;
use super::value::{literal, members, text};

/// Mapping templates by content type, as one deployment or another has them.
#[derive(Debug, Default)]
pub(super) struct Templates {
    /// Every template that some deployment has; several of one content type where an `Fn::If` chooses.
    pub(super) list: Vec<MappingTemplate>,
    /// Whether a deployment may have none of them.
    pub(super) may_be_empty: bool,
}

/// The templates of a map from content types to texts. A value that is no text, or a map that is not in the file,
/// gives a template whose whole text the deployment decides, so that nothing is taken for absent.
pub(super) fn templates(property: Option<&Node>, file: &Arc<SourceFile>) -> Templates {
    let maps = Alternatives::of(property);
    let mut found = Templates { list: Vec::new(), may_be_empty: maps.may_be_absent };
    for map in &maps.values {
        if Call::of(map).is_some() || !matches!(map.value, NodeValue::Mapping(_)) {
            found.list.push(template("application/json", map, file));
            continue;
        }
        let mut always_one = false;
        for (content_type, value) in members(map) {
            let choice = Alternatives::of(Some(value));
            always_one |= !choice.may_be_absent;
            found.list.extend(choice.values.iter().map(|node| template(content_type, node, file)));
            if choice.truncated {
                found.list.push(template(content_type, value, file));
            }
        }
        found.may_be_empty |= !always_one;
    }
    if let Some(whole) = property.filter(|_| maps.truncated) {
        found.list.push(template("application/json", whole, file));
    }
    found
}

fn template(content_type: &str, node: &Node, file: &Arc<SourceFile>) -> MappingTemplate {
    let ComposedText { text, map, whole } = text(node);
    MappingTemplate {
        content_type: content_type.to_owned(),
        text,
        host: TemplateHost { file: Arc::clone(file), whole, map },
    }
}

/// The passthrough behaviour and its place. Where some deployments have templates and others none,
/// `WHEN_NO_TEMPLATES` may or may not let a body through.
pub(super) fn passthrough(property: Option<&Node>, templates: &Templates) -> (Passthrough, Option<HostSpan>) {
    let alternatives = Alternatives::of(property);
    if alternatives.is_absent() {
        return (Passthrough::WhenNoMatch, None);
    }
    let span = property.map(|node| node.span);
    let behavior = match alternatives.only().and_then(literal).map(|name| name.to_uppercase()).as_deref() {
        Some("WHEN_NO_MATCH") => Passthrough::WhenNoMatch,
        Some("NEVER") => Passthrough::Never,
        Some("WHEN_NO_TEMPLATES") if !templates.may_be_empty || templates.list.is_empty() => {
            Passthrough::WhenNoTemplates
        }
        _ => Passthrough::Unknown,
    };
    (behavior, span)
}

/// The entries `integration.request.header.X: method.request.path.id`.
pub(super) fn request_parameters(property: Option<&Node>) -> Vec<ParameterMapping> {
    parameters(property, &["integration.request."])
}

/// The entries `method.response.header.X: integration.response.header.Y`.
pub(super) fn response_parameters(property: Option<&Node>) -> Vec<ParameterMapping> {
    parameters(property, &["method.response.", "route.response."])
}

fn parameters(property: Option<&Node>, to: &[&str]) -> Vec<ParameterMapping> {
    let mut mappings = Vec::new();
    for (key, value) in Alternatives::of(property).values.into_iter().flat_map(Node::members) {
        let target = key.as_str().and_then(|name| to.iter().find_map(|prefix| name.strip_prefix(prefix)));
        let Some((place, name)) = target.and_then(|target| target.split_once('.')) else { continue };
        for choice in Alternatives::of(Some(value)).values {
            mappings.push(ParameterMapping {
                place: place.to_owned(),
                name: name.to_owned(),
                value: text(choice).text,
                span: key.span.to(choice.span),
            });
        }
    }
    mappings
}

/// The integration responses of a REST method, in file order.
pub(super) fn responses(property: Option<&Node>, file: &Arc<SourceFile>) -> Vec<ResponseCase> {
    let mut cases = Vec::new();
    for list in Alternatives::of(property).values {
        for element in list.elements() {
            for case in Alternatives::of(Some(element)).values {
                cases.push(response(case, file));
            }
        }
    }
    cases
}

fn response(case: &Node, file: &Arc<SourceFile>) -> ResponseCase {
    let pattern = Alternatives::of(case.get("SelectionPattern"));
    ResponseCase {
        status: Alternatives::of(case.get("StatusCode")).only().and_then(literal),
        selection_pattern: pattern.values.first().map(|node| as_written(&text(node).text)),
        templates: templates(case.get("ResponseTemplates"), file).list,
        parameters: response_parameters(case.get("ResponseParameters")),
        span: case.span,
    }
}
