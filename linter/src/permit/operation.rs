//! What a request does, in the same words for every action.

use std::collections::BTreeSet;
use std::sync::Arc;

use keybound_shared::{Key, Table};
use keybound_vtl::json::strict::StrictValue;

use super::Tables;
use super::beyond::Beyond;
use super::demand::{Demand, Is, Test, Value};

/// Why a request gives no operations.
#[derive(Clone, Debug)]
pub(super) enum Stop {
    /// DynamoDB answers with an error for sure.
    Refused(String),
    /// What it does cannot be told.
    Beyond(Beyond),
}

impl Stop {
    pub(super) fn refused<T>(why: impl Into<String>) -> Result<T, Self> {
        Err(Self::Refused(why.into()))
    }
}

/// One thing that a request does with one table.
#[derive(Clone, Debug)]
pub(super) struct Operation {
    /// On which table.
    pub(super) target: Target,
    /// The index that is read in the table's place.
    pub(super) index: Option<String>,
    /// What all items that it reaches have in common.
    pub(super) keys: Demand,
    /// The top-level attributes that it names.
    pub(super) named: BTreeSet<String>,
    /// Whether it may return attributes that it does not name.
    pub(super) returns_all: bool,
    /// How many items it may return.
    pub(super) count: Count,
    /// What it writes; a read has none.
    pub(super) write: Option<Write>,
}

impl Operation {
    /// A read of all items of a table, until more is said of it.
    pub(super) fn on(target: Target) -> Self {
        Self {
            target,
            index: None,
            keys: Demand::nothing(),
            named: BTreeSet::new(),
            returns_all: false,
            count: Count::Free,
            write: None,
        }
    }

    /// The same on the one item that has these attributes, all of which it names.
    pub(super) fn of_item(mut self, item: &[(String, Value)]) -> Self {
        let test = |(attribute, value): &(String, Value)| {
            Demand::Test(Test { attribute: attribute.clone(), is: Is::Equal(value.clone()) })
        };
        self.keys = Demand::All(item.iter().map(test).collect());
        self.named.extend(item.iter().map(|(name, _)| name.clone()));
        self
    }
}

/// How many items an operation may return.
#[derive(Clone, Copy, Debug)]
pub(super) enum Count {
    /// One item, by its whole key.
    One,
    /// None, or one that does not count by itself.
    Free,
    /// As many as the page's limit says; without one, as many as there are.
    Page(Option<f64>),
}

/// What a write does to an item.
#[derive(Clone, Debug)]
pub(super) struct Write {
    /// What the item must be like for the write to happen.
    pub(super) condition: Demand,
    /// What happens to it.
    pub(super) effect: Effect,
    /// The attributes that are set or changed, with the text that each then is, if it is one for sure.
    pub(super) changes: Vec<(String, Value)>,
    /// Whether the item is returned where the condition fails.
    pub(super) shows_failed: bool,
}

/// What happens to an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// It is replaced, or made.
    Put,
    /// Attributes of it are changed.
    Update,
    /// Nothing, or it is gone.
    Other,
}

/// A table, as a request names it and as the rules know it.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) written: String,
    pub(super) table: Option<Arc<Table>>,
}

impl Target {
    /// The table of this name or ARN.
    pub(super) fn of(written: &str, tables: &Tables<'_>) -> Self {
        Self { written: written.to_owned(), table: tables(written) }
    }

    /// The table that a request names in its member `TableName`.
    pub(super) fn in_request(request: &StrictValue, tables: &Tables<'_>) -> Result<Self, Stop> {
        match request.get("TableName").and_then(StrictValue::as_str) {
            Some(name) if !name.is_empty() => Ok(Self::of(name, tables)),
            _ => Stop::refused("`TableName` is missing"),
        }
    }

    /// The key's attributes of the table, or of an index of it, where these are known.
    pub(super) fn key(&self, index: Option<&str>) -> Option<&Key> {
        let table = self.table.as_ref()?;
        let Some(index) = index else { return Some(&table.key) };
        table.indexes.iter().find(|known| known.name == index).map(|index| &index.key)
    }
}

/// The attributes of a key.
pub(super) fn key_attributes(key: &Key) -> impl Iterator<Item = &str> {
    std::iter::once(key.partition.as_str()).chain(key.sort.as_deref())
}

/// How many items the request reads by their keys from the table of one of its operations.
pub(super) fn keyed_reads(operations: &[Operation], one: &Operation) -> usize {
    let of_same_table = operations.iter().filter(|other| match (&other.target.table, &one.target.table) {
        (Some(other), Some(table)) => other.name == table.name,
        _ => other.target.written == one.target.written,
    });
    of_same_table.filter(|operation| matches!(operation.count, Count::One)).count()
}

/// The values of a request's object by attribute.
pub(super) fn attributes(object: Option<&StrictValue>) -> Vec<(String, Value)> {
    let members = object.map(StrictValue::members).unwrap_or_default();
    members.iter().map(|member| (member.name.clone(), Value::of(&member.value))).collect()
}
