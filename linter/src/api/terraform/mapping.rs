//! The parts of an integration that map requests and responses: templates, parameters, passthrough behaviour.

use std::sync::Arc;

use crate::api::deploy_text::as_written;
use crate::api::{MappingTemplate, ParameterMapping, Passthrough, TemplateHost};
use crate::source::HostSpan;
use crate::source::hcl::HostText;

use super::resource::Resource;
use super::value::{Kind, Value};

/// Mapping templates, as one deployment or another has them.
#[derive(Debug, Default)]
pub(super) struct Templates {
    /// Every template that some deployment has.
    pub(super) list: Vec<MappingTemplate>,
    /// Whether a deployment may have none of them.
    may_be_empty: bool,
}

/// The templates of a map from content types to texts. What is no text, or a map that the deployment decides, is a
/// template of which nothing is known, so that nothing is taken for absent.
pub(super) fn templates(attribute: Option<&Value>) -> Templates {
    let mut found = Templates { list: Vec::new(), may_be_empty: attribute.is_none() };
    for map in attribute.into_iter().flat_map(Value::choices) {
        if map.is_null() {
            found.may_be_empty = true;
            continue;
        }
        let Kind::Object(members) = &map.kind else {
            found.list.push(template("application/json", &map.to_text()));
            found.may_be_empty = true;
            continue;
        };
        found.may_be_empty |= members.is_empty();
        for (key, value) in members.iter() {
            let content_type = as_written(&key.to_text().text);
            for choice in value.choices() {
                if choice.is_null() {
                    found.may_be_empty = true;
                } else {
                    found.list.push(template(&content_type, &choice.to_text()));
                }
            }
        }
    }
    found
}

fn template(content_type: &str, text: &Arc<HostText>) -> MappingTemplate {
    let HostText { text, map, file, whole } = HostText::clone(text);
    MappingTemplate { content_type: content_type.to_owned(), text, host: TemplateHost { file, whole, map } }
}

/// The passthrough behaviour and its place.
pub(super) fn passthrough(resource: &Resource, templates: &Templates) -> (Passthrough, Option<HostSpan>) {
    let Some(value) = resource.attribute("passthrough_behavior") else {
        return (Passthrough::WhenNoMatch, None);
    };
    let behavior = match value.literal().map(|name| name.to_uppercase()).as_deref() {
        Some("WHEN_NO_MATCH") => Passthrough::WhenNoMatch,
        Some("NEVER") => Passthrough::Never,
        Some("WHEN_NO_TEMPLATES") if !templates.may_be_empty || templates.list.is_empty() => {
            Passthrough::WhenNoTemplates
        }
        _ => Passthrough::Unknown,
    };
    (behavior, Some(resource.place(value)))
}

/// The entries of a map of parameters, those whose names begin with one of `to`.
pub(super) fn parameters(resource: &Resource, attribute: &str, to: &[&str]) -> Vec<ParameterMapping> {
    let mut mappings = Vec::new();
    for map in resource.attribute(attribute).into_iter().flat_map(Value::choices) {
        for (key, value) in map.members() {
            let Some(written) = key.literal() else { continue };
            let target = to.iter().find_map(|prefix| written.strip_prefix(prefix));
            let Some((place, name)) = target.and_then(|target| target.split_once('.')) else { continue };
            for choice in value.choices() {
                mappings.push(ParameterMapping {
                    place: place.to_owned(),
                    name: name.to_owned(),
                    value: choice.to_text().text.clone(),
                    span: match (resource.place(key), resource.place(choice)) {
                        (key, value) if key.start <= value.start => key.to(value),
                        (key, _) => key,
                    },
                });
            }
        }
    }
    mappings
}
