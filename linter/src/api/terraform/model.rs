//! The models against which API Gateway checks the bodies of a method.

use std::cell::Cell;

use crate::api::deploy_text::as_written;
use crate::api::model::{self, BodyModel, Schema};
use crate::source::Node;

use super::document;
use super::resource::{Resource, Resources};
use super::value::Value;

/// The most parts of models that one configuration's methods may come to, each with a copy of its own.
const MAX_PARTS: usize = 200_000;

/// The models of a configuration.
pub(super) struct Models<'r> {
    resources: &'r Resources,
    left: Cell<usize>,
}

impl<'r> Models<'r> {
    pub(super) fn of(resources: &'r Resources) -> Self {
        Self { resources, left: Cell::new(MAX_PARTS) }
    }

    /// The models of a method: none without a validator that is known to check bodies.
    pub(super) fn of_method(&self, method: &Resource) -> Vec<BodyModel> {
        let validator = method.attribute("request_validator_id");
        let validator = validator.and_then(|id| self.resources.target(id));
        let checks_bodies = validator
            .and_then(|target| self.resources.get(&target.resource))
            .and_then(|validator| validator.attribute("validate_request_body")?.literal())
            .is_some_and(|word| word == "true");
        let models = method.attribute("request_models").filter(|models| models.choices().len() == 1);
        let Some(models) = models.filter(|_| checks_bodies) else { return Vec::new() };
        models
            .members()
            .iter()
            .map(|(content_type, model)| BodyModel {
                content_type: as_written(&content_type.to_text().text),
                schema: self.find(model).map_or_else(Schema::unknown, |schema| self.read(&schema)),
            })
            .collect()
    }

    fn read(&self, schema: &Node) -> Schema {
        if self.left.get() == 0 {
            return Schema::unknown();
        }
        let named = |reference: &Node| {
            let name = reference.as_str()?.rsplit('/').next()?.to_owned();
            self.schema_of(self.named(&name)?)
        };
        let schema = model::read(schema, schema, &named);
        self.left.set(self.left.get().saturating_sub(schema.parts()));
        schema
    }

    /// The schema of a model, by its name or by a reference to its resource.
    fn find(&self, model: &Value) -> Option<Node> {
        let resource = match model.target() {
            Some(target) => self.resources.get(&target.resource)?,
            None => self.named(&model.literal()?)?,
        };
        self.schema_of(resource)
    }

    fn named(&self, name: &str) -> Option<&'r Resource> {
        let mut models = self.resources.of_kind("aws_api_gateway_model");
        models.find(|model| model.attribute("name").and_then(Value::literal).as_deref() == Some(name))
    }

    fn schema_of(&self, model: &Resource) -> Option<Node> {
        let [schema] = model.attribute("schema")?.choices() else { return None };
        Some(document::parsed(&*schema.as_text()?)?.root)
    }
}
