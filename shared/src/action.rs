//! The DynamoDB actions that a grant may give.

use std::fmt;
use std::str::FromStr;

/// An action of DynamoDB's data plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Reads items of several tables by their keys.
    BatchGetItem,
    /// Puts and deletes items of several tables.
    BatchWriteItem,
    /// Runs several PartiQL statements.
    BatchExecuteStatement,
    /// Deletes an item.
    DeleteItem,
    /// Runs one PartiQL statement.
    ExecuteStatement,
    /// Runs several PartiQL statements in a transaction.
    ExecuteTransaction,
    /// Reads an item by its key.
    GetItem,
    /// Writes a whole item.
    PutItem,
    /// Reads the items of one partition.
    Query,
    /// Reads every item.
    Scan,
    /// Reads items by their keys in a transaction.
    TransactGetItems,
    /// Writes, deletes and checks items in a transaction.
    TransactWriteItems,
    /// Changes attributes of an item.
    UpdateItem,
}

impl Action {
    /// All of them, by name.
    pub const ALL: [Self; 13] = [
        Self::BatchExecuteStatement,
        Self::BatchGetItem,
        Self::BatchWriteItem,
        Self::DeleteItem,
        Self::ExecuteStatement,
        Self::ExecuteTransaction,
        Self::GetItem,
        Self::PutItem,
        Self::Query,
        Self::Scan,
        Self::TransactGetItems,
        Self::TransactWriteItems,
        Self::UpdateItem,
    ];

    /// As DynamoDB's API and the rules write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::BatchExecuteStatement => "BatchExecuteStatement",
            Self::BatchGetItem => "BatchGetItem",
            Self::BatchWriteItem => "BatchWriteItem",
            Self::DeleteItem => "DeleteItem",
            Self::ExecuteStatement => "ExecuteStatement",
            Self::ExecuteTransaction => "ExecuteTransaction",
            Self::GetItem => "GetItem",
            Self::PutItem => "PutItem",
            Self::Query => "Query",
            Self::Scan => "Scan",
            Self::TransactGetItems => "TransactGetItems",
            Self::TransactWriteItems => "TransactWriteItems",
            Self::UpdateItem => "UpdateItem",
        }
    }

    /// Whether the request is a PartiQL statement, or several.
    #[must_use]
    pub const fn is_partiql(self) -> bool {
        matches!(self, Self::ExecuteStatement | Self::BatchExecuteStatement | Self::ExecuteTransaction)
    }

    /// Whether the action can read an index in place of its table.
    #[must_use]
    pub const fn reads_indexes(self) -> bool {
        matches!(self, Self::Query | Self::Scan) || self.is_partiql()
    }
}

impl fmt::Display for Action {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A name that is no action of DynamoDB's data plane.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no action on DynamoDB items")]
pub struct UnknownAction(pub String);

impl FromStr for Action {
    type Err = UnknownAction;

    fn from_str(name: &str) -> Result<Self, UnknownAction> {
        let found = Self::ALL.into_iter().find(|action| action.name() == name);
        found.ok_or_else(|| UnknownAction(name.to_owned()))
    }
}
