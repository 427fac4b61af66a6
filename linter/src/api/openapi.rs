//! OpenAPI 3.0 and Swagger 2.0 definitions with API Gateway's extensions.

mod budget;
mod operation;
mod reference;
mod security;
mod validation;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Arc;

use crate::source::{ComposedText, Node, SourceFile};

use super::model::Schema;
use super::{Authorization, Integration, RestKind};
use budget::Budget;
use operation::Operation;
use reference::{Place, Resolver};
use security::Security;
use validation::Validation;

/// What the world around a definition decides.
pub struct Context<'a> {
    /// The kind of API that the definition is imported into.
    pub kind: RestKind,
    /// Who may call operations that name no authorizer (SAM's `DefaultAuthorizer`).
    pub default_authorization: Option<Authorization>,
    /// Authorizers that are defined outside, by the names under which `security` asks for them (SAM's
    /// `Auth.Authorizers`).
    pub authorizers: &'a [(String, Authorization)],
    /// Binary media types that are set outside.
    pub binary_media_types: &'a [String],
    /// Opens a file that the definition refers to by a path relative to itself; none where it may not be read.
    pub loader: &'a dyn Fn(&Path) -> Option<Arc<SourceFile>>,
}

impl Default for Context<'_> {
    fn default() -> Self {
        Self {
            kind: RestKind::Rest,
            default_authorization: None,
            authorizers: &[],
            binary_media_types: &[],
            loader: &|_| None,
        }
    }
}

/// Whether a document is an OpenAPI or Swagger definition.
pub fn is_definition(root: &Node) -> bool {
    root.get("openapi").is_some() || root.get("swagger").is_some()
}

/// The DynamoDB integrations of a definition, in file order. `root` may be the file's root or any node in it, such
/// as a `DefinitionBody`. A definition whose references multiply it beyond [`budget`] is read up to there.
pub fn read(root: &Node, file: &Arc<SourceFile>, context: &Context<'_>) -> Vec<Integration> {
    let root = Place { node: root.clone(), file: Arc::clone(file) };
    let resolver = Resolver::new(&root, context.loader);
    let mut definition = Definition {
        kind: context.kind,
        security: Security::read(&root, &resolver, context),
        validation: Validation::read(&root),
        binary_media_types: context.binary_media_types.to_vec(),
        terraform: false,
        budget: Budget::default(),
        root,
        resolver,
    };
    let own = definition.root.get("x-amazon-apigateway-binary-media-types");
    let own = own.iter().flat_map(|types| types.node.elements());
    definition.binary_media_types.extend(own.filter_map(|t| Some(t.as_str()?.to_owned())));

    let operations = definition.operations();
    definition.terraform = operations.iter().any(Operation::is_terraform_template);
    operations.iter().filter_map(|operation| operation.integration(&definition)).collect()
}

/// A definition and what holds for all of its operations.
struct Definition<'a> {
    root: Place,
    resolver: Resolver<'a>,
    kind: RestKind,
    security: Security,
    validation: Validation,
    binary_media_types: Vec<String>,
    /// Whether Terraform's `templatefile` reads the file first.
    terraform: bool,
    budget: Budget,
}

impl Definition<'_> {
    /// The text that a value stands for.
    fn compose(&self, value: &Place) -> Option<ComposedText> {
        if !self.budget.spend(1) {
            return None;
        }
        let composed = if self.terraform {
            ComposedText::of_terraform_template(&value.node)
        } else {
            ComposedText::of(&value.node)
        }?;
        self.budget.spend(composed.text.text().len()).then_some(composed)
    }

    /// The members of a value; of those with the same name the last.
    fn members(&self, value: &Place) -> Vec<(Place, Place)> {
        if self.budget.spend(value.node.members().len()) { value.members() } else { Vec::new() }
    }

    /// What a model demands; nothing where the budget does not suffice.
    fn schema(&self, place: &Place) -> Schema {
        if !self.budget.spend(1) {
            return Schema::unknown();
        }
        let schema = self.resolver.schema(place);
        if self.budget.spend(schema.parts() * size_of::<Schema>()) { schema } else { Schema::unknown() }
    }

    /// The operations that have an integration.
    fn operations(&self) -> Vec<Operation> {
        let Some(paths) = self.root.get("paths").map(|paths| self.resolver.resolve(paths)) else {
            return Vec::new();
        };
        let mut operations = Vec::new();
        for (path_key, item) in self.members(&paths) {
            let Some(path) = path_key.node.as_str() else { continue };
            let item = self.resolver.resolve(item);
            for (method_key, body) in self.members(&item) {
                let Some(method) = method_key.node.as_str().and_then(method) else { continue };
                let body = self.resolver.resolve(body);
                let Some(integration) = body.get("x-amazon-apigateway-integration") else { continue };
                operations.push(Operation {
                    method,
                    path: path.to_owned(),
                    key: method_key,
                    integration: self.resolver.resolve(integration),
                    body,
                    item: item.clone(),
                });
            }
        }
        operations
    }
}

/// The HTTP method of a path item's member, if it is an operation.
fn method(key: &str) -> Option<String> {
    const VERBS: [&str; 7] = ["get", "put", "post", "delete", "options", "head", "patch"];
    if key == "x-amazon-apigateway-any-method" {
        return Some("ANY".to_owned());
    }
    VERBS.contains(&key.to_ascii_lowercase().as_str()).then(|| key.to_ascii_uppercase())
}
