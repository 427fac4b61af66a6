//! What a request reaches that was not granted.

use std::fmt;

use keybound_shared::Action;

/// What lies beyond the grants. Prints as a noun phrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Beyond {
    /// No grant opens the route with this action.
    Action {
        /// The action.
        action: Action,
        /// The route.
        route: String,
    },
    /// A table, as the request names it.
    Table(String),
    /// An index.
    Index(String),
    /// The table itself, where an index of it is granted.
    TableItself(String),
    /// A partition.
    PartitionKey(String),
    /// A partition whose key is a number or binary; patterns are of texts.
    UntextualPartitionKey,
    /// All partitions: a scan.
    EveryPartition,
    /// A sort key.
    SortKey(String),
    /// A sort key that is a number or binary.
    UntextualSortKey,
    /// The sort keys that begin with a text.
    SortKeys(String),
    /// The sort keys from one text to another.
    SortKeyRange(String, String),
    /// More sort keys than can be told from the request.
    EverySortKey,
    /// An attribute.
    Attribute(String),
    /// All attributes of an item.
    EveryAttribute,
    /// More items than this.
    Limit(u32),
    /// Items of which the request does not demand that they are the caller's.
    Foreign,
    /// A change of the attribute that says whose an item is.
    OwnerChange(String),
    /// The item that a failed condition returns, whoever's it is.
    FailedItem,
    /// What could not be read, and may be anything.
    Unread(&'static str),
}

/// The kinds of [`Beyond`], in the order in which they are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BeyondKind {
    /// The action on the route.
    Action,
    /// The table.
    Table,
    /// The index, or the table in its place.
    Index,
    /// The partition key.
    PartitionKey,
    /// The sort key.
    SortKey,
    /// The attributes.
    Attribute,
    /// The number of items.
    Limit,
    /// Whose the items are.
    Ownership,
    /// Nobody knows what.
    Unread,
}

impl Beyond {
    /// Of which kind it is.
    #[must_use]
    pub fn kind(&self) -> BeyondKind {
        match self {
            Self::Action { .. } => BeyondKind::Action,
            Self::Table(_) => BeyondKind::Table,
            Self::Index(_) | Self::TableItself(_) => BeyondKind::Index,
            Self::PartitionKey(_) | Self::UntextualPartitionKey | Self::EveryPartition => {
                BeyondKind::PartitionKey
            }
            Self::SortKey(_)
            | Self::UntextualSortKey
            | Self::SortKeys(_)
            | Self::SortKeyRange(..)
            | Self::EverySortKey => BeyondKind::SortKey,
            Self::Attribute(_) | Self::EveryAttribute => BeyondKind::Attribute,
            Self::Limit(_) => BeyondKind::Limit,
            Self::Foreign | Self::OwnerChange(_) | Self::FailedItem => BeyondKind::Ownership,
            Self::Unread(_) => BeyondKind::Unread,
        }
    }
}

impl fmt::Display for Beyond {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Action { action, route } => write!(formatter, "the action {action} on `{route}`"),
            Self::Table(name) => write!(formatter, "table `{name}`"),
            Self::Index(name) => write!(formatter, "index `{name}`"),
            Self::TableItself(name) => write!(formatter, "table `{name}` in place of its index"),
            Self::PartitionKey(key) => write!(formatter, "the partition key `{key}`"),
            Self::UntextualPartitionKey => formatter.write_str("a partition key that is no text"),
            Self::EveryPartition => formatter.write_str("every partition"),
            Self::SortKey(key) => write!(formatter, "the sort key `{key}`"),
            Self::UntextualSortKey => formatter.write_str("a sort key that is no text"),
            Self::SortKeys(prefix) => write!(formatter, "the sort keys that begin with `{prefix}`"),
            Self::SortKeyRange(low, high) => write!(formatter, "the sort keys from `{low}` to `{high}`"),
            Self::EverySortKey => formatter.write_str("sort keys without a bound"),
            Self::Attribute(name) => write!(formatter, "attribute `{name}`"),
            Self::EveryAttribute => formatter.write_str("every attribute"),
            Self::Limit(limit) => write!(formatter, "the limit of {limit}"),
            Self::Foreign => formatter.write_str("items that are not the caller's"),
            Self::OwnerChange(attribute) => write!(formatter, "a change of the owner in `{attribute}`"),
            Self::FailedItem => {
                formatter.write_str("the item of a failed condition, which may not be the caller's")
            }
            Self::Unread(what) => formatter.write_str(what),
        }
    }
}
