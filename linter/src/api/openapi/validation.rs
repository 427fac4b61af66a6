//! Whether API Gateway checks an operation's body against a model, and for which content types.

use std::collections::HashSet;

use super::Definition;
use super::operation::Operation;
use super::reference::Place;

/// The request validators of a definition.
#[derive(Debug)]
pub(super) struct Validation {
    /// Names of the validators that check bodies.
    checks_bodies: HashSet<String>,
    /// The validator of operations that name none.
    default: Option<String>,
    /// Swagger's content types of operations that name none.
    consumes: Option<Vec<String>>,
}

impl Validation {
    pub(super) fn read(root: &Place) -> Self {
        let mut checks_bodies = HashSet::new();
        for (name, validator) in
            root.get("x-amazon-apigateway-request-validators").iter().flat_map(Place::members)
        {
            let checks = validator.get("validateRequestBody");
            let checks = checks.as_ref().and_then(|checks| checks.node.as_str());
            if checks.is_some_and(|checks| checks.eq_ignore_ascii_case("true")) {
                checks_bodies.extend(name.node.as_str().map(str::to_owned));
            }
        }
        Self { checks_bodies, default: validator(root), consumes: consumes(root) }
    }

    /// The content types for which bodies of this operation are checked.
    pub(super) fn body_models(&self, operation: &Operation, definition: &Definition<'_>) -> Vec<String> {
        let resolver = &definition.resolver;
        let own = validator(&operation.body);
        if !own.as_ref().or(self.default.as_ref()).is_some_and(|name| self.checks_bodies.contains(name)) {
            return Vec::new();
        }
        if let Some(body) = operation.body.get("requestBody") {
            let content = resolver.resolve(body).get("content");
            return content
                .iter()
                .flat_map(|content| definition.members(content))
                .filter(|(_, media)| media.get("schema").is_some())
                .filter_map(|(key, _)| Some(key.node.as_str()?.to_owned()))
                .collect();
        }
        let lists = [operation.body.get("parameters"), operation.item.get("parameters")];
        let mut parameters = lists.iter().flatten().flat_map(Place::elements);
        let has_model = parameters.any(|parameter| {
            if !definition.budget.spend(1) {
                return false;
            }
            let parameter = resolver.resolve(parameter);
            let place = parameter.get("in");
            place.is_some_and(|place| place.node.as_str() == Some("body"))
                && parameter.get("schema").is_some()
        });
        if !has_model {
            return Vec::new();
        }
        let json = || vec!["application/json".to_owned()];
        consumes(&operation.body).or_else(|| self.consumes.clone()).unwrap_or_else(json)
    }
}

fn validator(place: &Place) -> Option<String> {
    Some(place.get("x-amazon-apigateway-request-validator")?.node.as_str()?.to_owned())
}

fn consumes(place: &Place) -> Option<Vec<String>> {
    let types = place.get("consumes")?;
    Some(types.node.elements().iter().filter_map(|t| Some(t.as_str()?.to_owned())).collect())
}
