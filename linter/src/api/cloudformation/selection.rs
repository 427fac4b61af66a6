//! What the selection expressions of a WebSocket API say of the messages that reach a route and its templates.

use std::collections::BTreeSet;

use crate::api::model::{BodyModel, JsonType, Literal, Schema};
use crate::api::{Channel, Integration, Passthrough};

use super::stack::Resource;
use super::value::literal;

/// Adds to an integration of one route what its selection expressions say.
pub(super) fn settle(integration: &mut Integration, api: Option<&Resource<'_>>, resource: &Resource<'_>) {
    let channel = integration.channel();
    if channel == Channel::Request {
        return;
    }
    let selected = resource.property("TemplateSelectionExpression").and_then(literal).and_then(|e| fixed(&e));
    let always_mapped = integration
        .request_templates
        .iter()
        .any(|template| Some(&template.content_type) == selected.as_ref());
    // A connection that opens or closes has no body to pass through.
    if always_mapped || !channel.has_body() {
        integration.passthrough.0 = Passthrough::Never;
    }
    let key =
        integration.route.path.as_deref().filter(|key| channel == Channel::Message && *key != "$default");
    let selection = api.and_then(|api| literal(api.property("RouteSelectionExpression")?));
    if let Some(schema) = key.zip(selection).and_then(|(key, selection)| selecting(&selection, key)) {
        let templates = integration.request_templates.iter().map(|template| template.content_type.as_str());
        let keys: BTreeSet<&str> = templates.chain(["$default"]).collect();
        let model = |key: &str| BodyModel { content_type: key.to_owned(), schema: schema.clone() };
        integration.body_models = keys.into_iter().map(model).collect();
    }
}

/// The value of an expression that holds no variable. A dollar sign that is none is written `\$`.
fn fixed(expression: &str) -> Option<String> {
    let text = expression.replace("\\$", "\u{1}");
    (!text.contains('$')).then(|| text.replace('\u{1}', "$"))
}

/// What a message must hold so that the expression gives a route's key.
fn selecting(expression: &str, key: &str) -> Option<Schema> {
    let variable = expression.strip_prefix('$')?;
    let variable = variable.strip_prefix('{').and_then(|v| v.strip_suffix('}')).unwrap_or(variable);
    let path = variable.strip_prefix("request.body.")?;
    let is_name = |name: &str| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
    };
    // A number or a word of JSON may give the same key as a text does.
    if !path.split('.').all(is_name) || serde_json::from_str::<serde_json::Value>(key).is_ok() {
        return None;
    }
    let leaf = Schema { literals: Some(vec![Literal::Text(key.to_owned())]), ..Schema::default() };
    Some(path.rsplit('.').fold(leaf, |schema, name| Schema {
        types: Some(vec![JsonType::Object]),
        required: vec![name.to_owned()],
        properties: vec![(name.to_owned(), schema)],
        ..Schema::default()
    }))
}
