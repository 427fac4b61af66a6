//! Terraform directories: every `*.tf` and `*.tf.json` file of a directory, with the modules of the same repository that it calls.
//!
//! `syntax` makes one of both syntaxes, `directory` parses and sorts blocks, `module` finds what calls what, `evaluate` makes values of expressions
//! (`reference` names, `json_value` JSON, `template`, `function` and `json` texts), `resource` has the attributes of all resources, and the rest reads
//! integrations from them. What only the deployment knows stays a placeholder.

mod authorization;
mod block;
mod deployed;
mod directory;
mod document;
mod dynamic;
mod evaluate;
mod function;
mod json;
mod json_value;
mod mapping;
mod method;
mod model;
mod module;
mod origin;
mod pattern;
pub mod plan;
mod reference;
mod resource;
mod rest_api;
mod role;
mod route;
mod sharing;
mod syntax;
mod template;
mod value;
mod websocket;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Arc;

use crate::source::SourceFile;

use super::Integration;
use evaluate::Evaluator;
use method::Methods;
use module::{Directories, Modules};
use origin::Origins;
use resource::{Resource, Resources};
use sharing::Sharing;
use websocket::Routes;

pub use directory::{ParseError, ParsedFile};
pub use syntax::{COMMENT, Syntax, json_resources};

/// The most resources of one configuration that are read.
const MAX_RESOURCES: usize = 20_000;

/// What a configuration may read beside its own files.
pub struct Surroundings<'a> {
    /// Gives a file; it decides what may be read.
    pub load: &'a dyn Fn(&Path) -> Option<Arc<SourceFile>>,
    /// Gives the files of a directory that is called as a module.
    pub list: &'a dyn Fn(&Path) -> Option<Arc<Vec<ParsedFile>>>,
}

/// The types of resources that integrations are read from.
const KINDS: [&str; 22] = [
    "aws_api_gateway_authorizer",
    "aws_api_gateway_integration",
    "aws_api_gateway_integration_response",
    "aws_api_gateway_method",
    "aws_api_gateway_method_response",
    "aws_api_gateway_model",
    "aws_api_gateway_request_validator",
    "aws_api_gateway_resource",
    "aws_api_gateway_rest_api",
    "aws_api_gateway_rest_api_put",
    "aws_apigatewayv2_api",
    "aws_apigatewayv2_authorizer",
    "aws_apigatewayv2_integration",
    "aws_apigatewayv2_integration_response",
    "aws_apigatewayv2_route",
    "aws_dynamodb_table",
    "aws_iam_policy",
    "aws_iam_policy_attachment",
    "aws_iam_policy_document",
    "aws_iam_role",
    "aws_iam_role_policy",
    "aws_iam_role_policy_attachment",
];

/// Reads the DynamoDB integrations of a directory's files and of the modules that they call.
pub fn read(files: Arc<Vec<ParsedFile>>, surroundings: &Surroundings<'_>) -> Vec<Integration> {
    let directories = Directories::of(files, surroundings.list);
    let modules = Modules::of(&directories);
    let evaluator = Evaluator::new(&modules, surroundings.load);
    let mut all: Vec<Resource> = Vec::new();
    for (index, module) in modules.all() {
        for declaration in module.declared.resources.iter().filter(|d| KINDS.contains(&d.kind)) {
            if all.len() < MAX_RESOURCES {
                all.extend(resource::resources(&evaluator, index, declaration));
            }
        }
    }
    let resources = Resources::of(all);
    let read = integrations(&resources, |api| rest_api::integrations(surroundings.load, api));
    let mut origins = Origins::of(&evaluator);
    let deployed = Arc::new(deployed::of(&evaluator, &resources));
    let with_origin = |(integration, from): (Integration, Vec<&Resource>)| {
        let origin = origins.origin(&integration, &from);
        Integration { deployed: Arc::clone(&deployed), origin, ..integration }
    };
    read.into_iter().map(with_origin).collect()
}

/// The integrations of resources, each with the resources that it is read from. `body` reads the definition of an API.
fn integrations(
    resources: &Resources,
    body: impl Fn(&Resource) -> Vec<Integration>,
) -> Vec<(Integration, Vec<&Resource>)> {
    let methods = Methods::of(resources);
    let routes = Routes::of(resources);
    let mut found = Vec::new();
    let mut from = Vec::new();
    let mut sharing = Sharing::default();
    for resource in resources.all() {
        let (read, of) = match resource.address.kind.as_str() {
            "aws_api_gateway_integration" => (methods.integrations(resource), methods.resources_of(resource)),
            "aws_apigatewayv2_integration" => (routes.integrations(resource), routes.resources_of(resource)),
            "aws_api_gateway_rest_api" | "aws_api_gateway_rest_api_put" | "aws_apigatewayv2_api" => {
                (body(resource), vec![resource])
            }
            _ => continue,
        };
        sharing.add(resource, &read);
        let read = read.into_iter().map(|mut integration| {
            if integration.span == resource.span {
                integration.origin.attributes = Arc::clone(&resource.places);
            }
            integration
        });
        let read: Vec<Integration> = read.collect();
        from.extend(read.iter().map(|_| of.clone()));
        found.extend(read);
    }
    role::attach(resources, &mut found);
    for integration in &mut found {
        integration.origin.is_shared = sharing.is_shared(integration);
    }
    found.into_iter().zip(from).collect()
}
