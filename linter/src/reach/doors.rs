//! Ways into DynamoDB beside the templates: what gets in there, no template holds.

use crate::api::{Action, Integration, Passthrough, RestKind};
use crate::dynamodb::DataAction;
use crate::source::HostSpan;

/// A way in that no template holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Door {
    /// Where in the definition.
    pub span: HostSpan,
    /// What it is, for people.
    pub what: String,
}

/// The header that says which action a request is of.
const TARGET: &str = "x-amz-target";

/// The ways into DynamoDB that an integration has beside its templates.
pub fn doors(integration: &Integration) -> Vec<Door> {
    let mut found = Vec::new();
    let mut door = |span: Option<HostSpan>, what: &str| {
        found.push(Door { span: span.unwrap_or(integration.span), what: what.to_owned() });
    };
    match &integration.action {
        Action::Named(name) if DataAction::from_name(name).is_some() => {}
        Action::Named(_) => {
            door(integration.uri.as_ref().map(|uri| uri.1), "the action is none that reads or writes items")
        }
        Action::Open | Action::Unknown => {
            door(integration.uri.as_ref().map(|uri| uri.1), "the action is not fixed");
        }
    }
    let (passthrough, span) = &integration.passthrough;
    match passthrough {
        Passthrough::Never => {}
        Passthrough::WhenNoTemplates if !integration.request_templates.is_empty() => {}
        Passthrough::WhenNoMatch | Passthrough::WhenNoTemplates => {
            door(*span, "a body of another content type is the DynamoDB request");
        }
        Passthrough::Unknown => door(*span, "what happens to other content types is not known"),
    }
    for mapping in &integration.request_parameters {
        let is_target = mapping.place == "header" && is_amazons(&mapping.name);
        if is_target && !names_action(mapping.value.text(), &integration.action) {
            door(Some(mapping.span), "a mapping decides the action");
        }
    }
    if integration.kind == RestKind::Http {
        door(None, "an HTTP API runs no templates");
    }
    found
}

/// Whether a header is one that DynamoDB takes its orders from.
pub fn is_amazons(name: &str) -> bool {
    name.to_ascii_lowercase().starts_with("x-amz-")
}

/// Whether a mapping's value is the static name of the action that the integration calls anyway.
fn names_action(value: &str, action: &Action) -> bool {
    let Action::Named(name) = action else { return false };
    value.trim().trim_matches('\'') == format!("DynamoDB_20120810.{name}") && value.trim().starts_with('\'')
}

/// Whether a template writes a header by which the request is another one; the path is that of the write.
pub fn overrides_target(path: &str) -> bool {
    match path.strip_prefix("requestOverride") {
        None => false,
        Some("" | ".header") => true,
        Some(rest) => rest
            .strip_prefix(".header.")
            .is_some_and(|name| name == "?" || name.eq_ignore_ascii_case(TARGET) || is_amazons(name)),
    }
}
