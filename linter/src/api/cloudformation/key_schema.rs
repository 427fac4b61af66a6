//! The keys that a stack declares for its tables and their indexes.

use crate::api::table_schema::{KeySchema, TableSchema};
use crate::source::Node;

use super::alternatives::Alternatives;
use super::stack::Resource;
use super::value::literal;

/// The most indexes of one table that are read; DynamoDB's quota is 25.
const MAX_INDEXES: usize = 64;

/// The key of a SAM `SimpleTable` that declares none. (SAM's reference, `AWS::Serverless::SimpleTable`.)
const SIMPLE_KEY: &str = "id";

/// What the resource of a table declares.
pub(super) fn of(table: &Resource<'_>) -> TableSchema {
    if table.kind == "AWS::Serverless::SimpleTable" {
        let declared = Alternatives::of(table.property("PrimaryKey"));
        let named = |node: &Node| node.get("Name").and_then(literal);
        let name =
            if declared.is_absent() { Some(SIMPLE_KEY.to_owned()) } else { declared.only().and_then(named) };
        let key = name.map(|partition| KeySchema { partition, sort: None });
        return TableSchema { key, indexes: Vec::new() };
    }
    let lists = ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"].into_iter();
    let indexes = lists.filter_map(|list| Alternatives::of(table.property(list)).only());
    let read = |index: &Node| Some((literal(index.get("IndexName")?)?, key(index.get("KeySchema"))?));
    TableSchema {
        key: key(table.property("KeySchema")),
        indexes: indexes.flat_map(Node::elements).filter_map(read).take(MAX_INDEXES).collect(),
    }
}

/// `[{AttributeName: PK, KeyType: HASH}, …]`.
fn key(schema: Option<&Node>) -> Option<KeySchema> {
    let elements = Alternatives::of(schema).only()?.elements();
    let of_kind = |wanted: &str| {
        let element = elements.iter().find(|element| {
            let kind = element.get("KeyType").and_then(literal);
            kind.is_some_and(|kind| kind.eq_ignore_ascii_case(wanted))
        })?;
        literal(element.get("AttributeName")?)
    };
    let sort = of_kind("RANGE");
    // A sort key whose name the deployment decides makes a key of which only half is known.
    let whole = sort.is_some() || elements.len() == 1;
    Some(KeySchema { partition: of_kind("HASH")?, sort }).filter(|_| whole)
}
