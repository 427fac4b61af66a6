//! The table of a request, where its definition declares it.

use crate::api::table_schema::TableSchema;
use crate::render::Term;
use crate::render::skeleton::{Leaf, Slot};
use crate::render::value::{self, Piece};

use super::TemplateSubject;

impl<'a> TemplateSubject<'a> {
    /// What the definition says of the one table that the request names in `TableName`.
    pub fn declared_table(&self) -> Option<&'a TableSchema> {
        let is_name =
            |leaf: &&Leaf| matches!(leaf.path.as_slice(), [Slot::Member(name)] if &**name == "TableName");
        let mut leaves = self.skeleton.leaves.iter().filter(is_name);
        let (Some(leaf), None) = (leaves.next(), leaves.next()) else { return None };
        let deployed = &self.integration.deployed;
        match leaf.pieces.as_slice() {
            [Piece::Hole(id)] => match self.skeleton.terms.get(*id) {
                Term::Deployment(name) => deployed.table(name).or_else(|| {
                    // A table is known by what a definition calls it, and named by an attribute of it.
                    let (table, attribute) = name.rsplit_once('.')?;
                    ["arn", "Arn", "id", "name"].contains(&attribute).then(|| deployed.table(table)).flatten()
                }),
                _ => None,
            },
            pieces => {
                let name = value::literal(pieces)?;
                let mut ids = deployed.tables_named(&name);
                match (ids.next(), ids.next()) {
                    (Some(id), None) => deployed.table(id),
                    _ => None,
                }
            }
        }
    }

    /// Whether an attribute is part of a key of the request's table or of one of its indexes, where the definition says.
    pub fn is_key_attribute(&self, attribute: &str) -> Option<bool> {
        let table = self.declared_table()?;
        let key = table.key.as_ref()?;
        Some(key.has(attribute) || table.indexes.iter().any(|(_, key)| key.has(attribute)))
    }
}
