//! What grants are to IAM, where it is asked about calls of DynamoDB: its actions, its resources and its conditions.
//!
//! IAM knows a request's partition keys (`dynamodb:LeadingKeys`), its top-level attributes and little else. (Service
//! authorization reference, Actions for Amazon DynamoDB.)

mod role;
mod scope;
mod session;

pub use scope::{NoSuchRoute, RoleScope};
pub(super) use session::document as session;

use std::collections::BTreeSet;

use crate::action::Action;
use crate::arn::{MethodArn, table_prefix};
use crate::iam::{Condition, Operator, Resource};
use crate::pattern::KeyRange;
use crate::rules::Grant;

use super::PolicyError;

const LEADING_KEYS: &str = "dynamodb:LeadingKeys";
const ATTRIBUTES: &str = "dynamodb:Attributes";

/// The only action whose requests carry no `LeadingKeys`: it reads whatever the key.
const SCAN: &str = "dynamodb:Scan";
const PARTIQL_SELECT: &str = "dynamodb:PartiQLSelect";
const PARTIQL: &[&str] =
    &["dynamodb:PartiQLDelete", "dynamodb:PartiQLInsert", PARTIQL_SELECT, "dynamodb:PartiQLUpdate"];

/// What IAM is told of a request besides its keys and attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Means {
    /// The transaction that it must be a part of.
    inside: Option<&'static str>,
    /// Whether it must not read the whole table, as a `SELECT` of PartiQL may.
    by_key: bool,
}

impl Means {
    fn conditions(self) -> impl Iterator<Item = Condition> {
        let inside =
            self.inside.map(|name| condition(Operator::StringEquals, "dynamodb:EnclosingOperation", [name]));
        let by_key = self.by_key.then(|| condition(Operator::Bool, "dynamodb:FullTableScan", ["false"]));
        inside.into_iter().chain(by_key)
    }
}

/// The actions of IAM that a grant's action is authorized as on its table, or on its index.
///
/// Transactions and PartiQL have none of their own. (Developer guide, using IAM with transactions; IAM security policies
/// with PartiQL.)
fn authorized(grant: &Grant, action: Action) -> impl Iterator<Item = (&'static str, Means)> {
    let (names, inside): (&[&str], _) = match action {
        Action::GetItem => (&["dynamodb:GetItem"], None),
        Action::PutItem => (&["dynamodb:PutItem"], None),
        Action::UpdateItem => (&["dynamodb:UpdateItem"], None),
        Action::DeleteItem => (&["dynamodb:DeleteItem"], None),
        Action::Query => (&["dynamodb:Query"], None),
        Action::Scan => (&[SCAN], None),
        Action::BatchGetItem => (&["dynamodb:BatchGetItem"], None),
        Action::BatchWriteItem => (&["dynamodb:BatchWriteItem"], None),
        Action::TransactGetItems => (&["dynamodb:GetItem"], Some("TransactGetItems")),
        Action::TransactWriteItems => (
            &[
                "dynamodb:ConditionCheckItem",
                "dynamodb:DeleteItem",
                "dynamodb:PutItem",
                "dynamodb:UpdateItem",
            ],
            Some("TransactWriteItems"),
        ),
        Action::ExecuteStatement | Action::BatchExecuteStatement => (PARTIQL, None),
        Action::ExecuteTransaction => (PARTIQL, Some("ExecuteTransaction")),
    };
    let reads_indexes = |name: &&str| matches!(*name, "dynamodb:Query" | SCAN | PARTIQL_SELECT);
    let names = names.iter().copied().filter(move |name| grant.index.is_none() || reads_indexes(name));
    names.map(move |name| (name, Means { inside, by_key: name == PARTIQL_SELECT }))
}

/// Whether the action replaces or removes whole items, so that a list of attributes would not hold it.
fn takes_whole_items(action: &str) -> bool {
    matches!(
        action,
        "dynamodb:PutItem"
            | "dynamodb:DeleteItem"
            | "dynamodb:BatchWriteItem"
            | "dynamodb:PartiQLInsert"
            | "dynamodb:PartiQLDelete"
    )
}

/// The table's ARN, or the index's. What nobody says of the table's place is the API's, if that is known.
fn resource(grant: &Grant, api: Option<&MethodArn>) -> Result<Resource, PolicyError> {
    let table = &grant.table;
    let prefix = table_prefix(api, table.region.as_deref(), table.account.as_deref());
    let index = grant.index.as_ref().map(|index| format!("/index/{}", index.name)).unwrap_or_default();
    Resource::new(format!("{prefix}{}{index}", table.physical)).map_err(|error| {
        PolicyError::ResourceTooLong {
            of: format!("the table `{}`", table.name),
            characters: error.characters,
        }
    })
}

/// Keys as IAM writes them, and how it is to compare.
fn written(keys: KeyRange) -> (Operator, String) {
    match keys {
        KeyRange::Exactly(key) => (Operator::ForAllValuesStringEquals, key),
        KeyRange::StartsWith(prefix) => (Operator::ForAllValuesStringLike, format!("{prefix}*")),
    }
}

/// Holds requests to partition keys.
fn leading_keys<T: ToString>(
    operator: Operator,
    keys: impl IntoIterator<Item = T>,
) -> impl Iterator<Item = Condition> {
    let keys = condition(operator, LEADING_KEYS, keys);
    // `ForAllValues` is true of a request without the key, as a scan is.
    [keys, condition(Operator::Null, LEADING_KEYS, ["false"])].into_iter()
}

/// Holds requests to attributes. One that names none would get all of them, so it must name some, and must not ask for
/// the item as it was or is.
fn only_attributes(names: &BTreeSet<&str>) -> impl Iterator<Item = Condition> {
    let returned = ["NONE", "UPDATED_NEW", "UPDATED_OLD"];
    [
        condition(Operator::ForAllValuesStringEquals, ATTRIBUTES, names),
        condition(Operator::Null, ATTRIBUTES, ["false"]),
        condition(Operator::StringEqualsIfExists, "dynamodb:Select", ["SPECIFIC_ATTRIBUTES"]),
        condition(Operator::StringEqualsIfExists, "dynamodb:ReturnValues", returned),
    ]
    .into_iter()
}

fn condition<T: ToString>(
    operator: Operator,
    key: &'static str,
    values: impl IntoIterator<Item = T>,
) -> Condition {
    Condition { operator, key, values: values.into_iter().map(|value| value.to_string()).collect() }
}
