//! The names and keys of a configuration's tables and the defaults of its variables.

use std::sync::Arc;

use crate::api::DeployText;
use crate::api::deployed::{Construct, Deployed};
use crate::api::table_schema::{KeySchema, TableSchema};
use crate::source::HostSpan;

use super::directory::Declaration;
use super::evaluate::{Evaluator, Scope};
use super::resource::{Resource, Resources};
use super::value::{Kind, Value};

/// The most indexes of one table that are read; DynamoDB's quota is 25.
const MAX_INDEXES: usize = 64;

/// What resources say of the names of tables.
pub(super) fn tables(resources: &Resources) -> Deployed {
    let mut deployed = Deployed::default();
    for kind in ["aws_dynamodb_table", "data.aws_dynamodb_table"] {
        for table in resources.of_kind(kind) {
            if let Some(name) = table.attribute("name") {
                let text = name.to_text().text.clone();
                let mut arn = DeployText::plain("arn:aws:dynamodb:");
                arn.push_placeholder("region");
                arn.push_text(":");
                arn.push_placeholder("account");
                arn.push_text(":table/");
                arn.push_placeholder(table.name.clone());
                for attribute in ["", ".name", ".id"] {
                    deployed.insert(format!("{}{attribute}", table.name), text.clone());
                }
                deployed.insert(format!("{}.arn", table.name), arn);
            }
            if kind == "aws_dynamodb_table" {
                deployed.insert_table(table.name.clone(), schema(table));
            }
        }
    }
    deployed
}

/// What a configuration says of the names that it refers to.
pub(super) fn of(evaluator: &Evaluator<'_>, resources: &Resources) -> Deployed {
    let mut deployed = tables(resources);
    let mut seen = std::collections::HashSet::new();
    for (index, module) in evaluator.modules.all() {
        for declaration in &module.declared.resources {
            if let Some(construct) = construct(declaration) {
                deployed.insert_construct(construct);
            }
        }
        let mut names: Vec<&str> = module.declared.variables.keys().copied().collect();
        names.sort_unstable();
        for name in names {
            // Modules may have variables of one name with defaults of their own; only the first counts.
            if !seen.insert(name) {
                continue;
            }
            let Some(file) = module.file else { continue };
            let value = evaluator.variable(index, name, &Scope::of(index, file).file, HostSpan::default());
            if let Kind::Hole(hole) = &value.kind
                && let Some(text) = hole.default.as_ref().and_then(Value::as_text)
            {
                deployed.insert(hole.name.clone(), text.text.clone());
            }
        }
    }
    deployed
}

/// The construct that CDK for Terraform says a resource was synthesized from.
fn construct(declaration: &Declaration<'_>) -> Option<Construct> {
    let path = declaration.body.comment()?.get("metadata")?.get("path")?;
    Some(Construct {
        path: path.as_str()?.to_owned(),
        span: path.span,
        file: Arc::clone(declaration.file),
        resource: declaration.span.to(declaration.body.span()),
    })
}

fn schema(table: &Resource) -> TableSchema {
    let literal = |value: Option<&Value>| value.and_then(Value::literal);
    let key = |partition: Option<&Value>, sort: Option<&Value>| {
        let sort_name = literal(sort);
        // A sort key whose name the deployment decides makes a key of which only half is known.
        let whole = sort.is_none() || sort_name.is_some();
        Some(KeySchema { partition: literal(partition)?, sort: sort_name }).filter(|_| whole)
    };
    let present = |index: &'_ Value, name: &str| index.member(name).filter(|value| !value.is_null()).cloned();
    let global = table.blocks("global_secondary_index").filter_map(|index| {
        let (partition, sort) = (present(index, "hash_key"), present(index, "range_key"));
        Some((literal(index.member("name"))?, key(partition.as_ref(), sort.as_ref())?))
    });
    let local = table.blocks("local_secondary_index").filter_map(|index| {
        let sort = present(index, "range_key");
        Some((literal(index.member("name"))?, key(table.attribute("hash_key"), sort.as_ref())?))
    });
    TableSchema {
        key: key(table.attribute("hash_key"), table.attribute("range_key")),
        indexes: global.chain(local).take(MAX_INDEXES).collect(),
    }
}
