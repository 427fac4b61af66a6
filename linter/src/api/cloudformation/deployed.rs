//! The names and keys of a stack's tables, the defaults of its parameters, and the constructs that it comes from.

use std::sync::Arc;

use crate::api::deployed::{Construct, Deployed};
use crate::source::{Node, SourceFile};

use super::key_schema;
use super::stack::Stack;
use super::value::text;

/// The kinds of resources whose `Ref` is a table's name.
const TABLES: [&str; 3] =
    ["AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable", "AWS::Serverless::SimpleTable"];

/// What a template says of the names that it refers to.
pub(super) fn of(root: &Node, file: &Arc<SourceFile>, stack: &Stack<'_>) -> Deployed {
    let mut deployed = Deployed::default();
    for kind in TABLES {
        for table in stack.of_kind(kind) {
            // A table without a name gets one of CloudFormation's.
            if let Some(name) = table.property("TableName") {
                deployed.insert(table.id, text(name).text);
            }
            deployed.insert_table(table.id, key_schema::of(table));
        }
    }
    let parameters = root.get("Parameters").map(Node::members).unwrap_or_default();
    for (name, parameter) in parameters {
        if let (Some(name), Some(default)) = (name.as_str(), parameter.get("Default")) {
            deployed.insert(name, text(default).text);
        }
    }
    for (id, resource) in root.get("Resources").map(Node::members).unwrap_or_default() {
        let path = resource.get("Metadata").and_then(|metadata| metadata.get("aws:cdk:path"));
        if let Some((node, path)) = path.and_then(|node| Some((node, node.as_str()?))) {
            deployed.insert_construct(Construct {
                path: path.to_owned(),
                span: node.span,
                file: Arc::clone(file),
                resource: id.span.to(resource.span),
            });
        }
    }
    deployed
}
