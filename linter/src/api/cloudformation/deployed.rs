//! The names and keys of a stack's tables and the defaults of its parameters.

use crate::api::deployed::Deployed;
use crate::source::Node;

use super::key_schema;
use super::stack::Stack;
use super::value::text;

/// The kinds of resources whose `Ref` is a table's name.
const TABLES: [&str; 3] =
    ["AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable", "AWS::Serverless::SimpleTable"];

/// What a template says of the names that it refers to.
pub(super) fn of(root: &Node, stack: &Stack<'_>) -> Deployed {
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
    deployed
}
