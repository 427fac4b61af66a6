//! The keys of a table and of its indexes, as a definition declares them.

/// The attributes of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySchema {
    /// The partition key's name.
    pub partition: String,
    /// The sort key's name, where there is one.
    pub sort: Option<String>,
}

impl KeySchema {
    /// Whether an attribute is part of the key.
    pub fn has(&self, attribute: &str) -> bool {
        self.partition == attribute || self.sort.as_deref() == Some(attribute)
    }
}

/// A table that a definition declares. What only the deployment knows of it is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableSchema {
    /// Its key; none where the deployment decides it.
    pub key: Option<KeySchema>,
    /// Its indexes by name, in file order.
    pub indexes: Vec<(String, KeySchema)>,
}
