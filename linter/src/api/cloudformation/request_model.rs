//! The models against which API Gateway checks the bodies of a method.

use std::cell::Cell;
use std::collections::HashMap;

use crate::api::model::{self, BodyModel, Schema};
use crate::source::{ComposedText, Node, SourceFile, parse_documents};

use super::alternatives::Alternatives;
use super::stack::{Resource, Stack};
use super::value::{Flag, Reference, flag, literal, members, reference};

/// The most parts of models that one stack's methods may come to, each with a copy of its own.
const MAX_PARTS: usize = 200_000;

/// The models of a stack.
#[derive(Debug)]
pub(super) struct Models<'s, 'a> {
    stack: &'s Stack<'a>,
    left: Cell<usize>,
    by_name: HashMap<String, &'s Resource<'a>>,
}

impl<'s, 'a> Models<'s, 'a> {
    /// The models of a stack.
    pub(super) fn of(stack: &'s Stack<'a>) -> Self {
        let models = stack.of_kind("AWS::ApiGateway::Model");
        let by_name = models.filter_map(|model| Some((literal(model.property("Name")?)?, model))).collect();
        Self { stack, left: Cell::new(MAX_PARTS), by_name }
    }

    /// The models of a method: none without a validator that is known to check bodies.
    pub(super) fn of_method(&self, method: &Resource<'_>) -> Vec<BodyModel> {
        let validator = method.property("RequestValidatorId").and_then(reference);
        let checks_bodies = validator
            .and_then(|target| self.stack.get_of_kind(&target.id, "AWS::ApiGateway::RequestValidator"))
            .is_some_and(|validator| flag(validator.property("ValidateRequestBody")) == Flag::True);
        let models = Alternatives::of(method.property("RequestModels"));
        let Some(models) = models.only().filter(|_| checks_bodies) else { return Vec::new() };
        members(models)
            .into_iter()
            .filter_map(|(content_type, model)| {
                let model = Alternatives::of(Some(model)).only()?;
                let schema = self.find(model).map_or_else(Schema::unknown, |schema| self.read(&schema));
                Some(BodyModel { content_type: content_type.to_owned(), schema })
            })
            .collect()
    }

    /// What a model demands; nothing where too much was read already.
    fn read(&self, schema: &Node) -> Schema {
        if self.left.get() == 0 {
            return Schema::unknown();
        }
        let schema = model::read(schema, schema, &|reference| self.find(reference));
        self.left.set(self.left.get().saturating_sub(schema.parts()));
        schema
    }

    /// The schema of a model, by its name, by a reference to its resource, or by its address in the API.
    fn find(&self, name: &Node) -> Option<Node> {
        let text = ComposedText::of(name)?.text;
        let resource = match text.placeholders() {
            [.., last] if text.text().ends_with(keybound_vtl::template::PLACEHOLDER_CHAR) => {
                let target = Reference::named(&last.name)?;
                self.stack.get_of_kind(&target.id, "AWS::ApiGateway::Model")?
            }
            _ => self.by_name.get(text.text().rsplit('/').next()?)?,
        };
        let schema = Alternatives::of(resource.property("Schema")).only()?;
        match schema.as_str() {
            // A schema may also be written as one text.
            Some(text) => parse_documents(&SourceFile::new("schema.json", text)).roots.into_iter().next(),
            None => Some(schema.clone()),
        }
    }
}
