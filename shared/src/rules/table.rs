//! The tables that grants are about.

use std::sync::Arc;

use crate::document::Span;

/// One DynamoDB table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The name that the rules give it.
    pub name: String,
    /// Its name in DynamoDB.
    pub physical: String,
    /// What API definitions call it, where that is not plain.
    pub refs: Vec<String>,
    /// Its key attributes.
    pub key: Key,
    /// Its indexes, in file order.
    pub indexes: Vec<Arc<Index>>,
    /// Its region, where that is not the API's.
    pub region: Option<String>,
    /// Its account, where that is not the API's.
    pub account: Option<String>,
    /// Where the entry stands.
    pub span: Span,
}

/// A secondary index of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// Its name in DynamoDB.
    pub name: String,
    /// Its key attributes.
    pub key: Key,
    /// Where the entry stands.
    pub span: Span,
}

/// The attributes that make up a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The partition key's name.
    pub partition: String,
    /// The sort key's name, where there is one.
    pub sort: Option<String>,
}
