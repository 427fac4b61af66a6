//! CloudFormation and SAM templates, YAML or JSON, written by hand or by CDK.
//!
//! REST methods (`method`), WebSocket routes (`websocket`) and OpenAPI definitions inside a template
//! (`rest_api`) are found by the types of the stack's resources. What an `Fn::If` chooses between is all read;
//! what only the deployment knows stays a placeholder.

mod alternatives;
mod authorization;
mod body;
mod deployed;
mod include;
mod key_schema;
mod mapping;
mod method;
mod request_model;
mod resource_path;
mod rest_api;
pub(in crate::api) mod role;
mod selection;
mod serverless;
mod stack;
mod target;
mod value;
mod websocket;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Arc;

use crate::source::{Node, SourceFile};

use super::Integration;
use include::Includes;
use stack::Stack;

/// Whether a document is a template.
pub fn is_template(root: &Node) -> bool {
    root.get("Resources").is_some() || root.get("AWSTemplateFormatVersion").is_some()
}

/// Reads the DynamoDB integrations of a template, in the order of its resources. `loader` gives the files that the
/// template includes; it decides what may be read.
pub fn read(
    root: &Node,
    file: &Arc<SourceFile>,
    loader: &dyn Fn(&Path) -> Option<Arc<SourceFile>>,
) -> Vec<Integration> {
    let includes = Includes::new(loader);
    let included = includes.of_template(root, file);
    let stack = Stack::new(root, file, &included);
    let models = request_model::Models::of(&stack);
    let websocket = websocket::Parts::of(&stack);
    let mut found = Vec::new();
    for resource in stack.resources() {
        found.extend(match resource.kind {
            "AWS::ApiGateway::Method" => method::integrations(&stack, &models, resource),
            "AWS::ApiGatewayV2::Integration" => websocket.integrations(&stack, resource),
            _ => rest_api::integrations(&stack, resource, &includes),
        });
    }
    role::attach(&stack, &mut found);
    let deployed = Arc::new(deployed::of(root, &stack));
    found.iter_mut().for_each(|integration| integration.deployed = Arc::clone(&deployed));
    found
}
