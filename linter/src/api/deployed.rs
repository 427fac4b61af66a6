//! What a definition says of the values that its deployment fills in.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::source::{HostSpan, SourceFile};

use super::DeployText;
use super::table_schema::TableSchema;

/// Names of a stack's resources and the defaults of its parameters, by what `${…}` calls them, and its tables.
#[derive(Clone, Debug, Default)]
pub struct Deployed {
    values: BTreeMap<String, DeployText>,
    tables: BTreeMap<String, TableSchema>,
    /// By where their resources begin.
    constructs: BTreeMap<usize, Construct>,
}

/// The construct of a CDK app that a resource was synthesized from.
#[derive(Clone, Debug)]
pub struct Construct {
    /// `Orders/Api/Default/orders/{id}/GET/Resource`.
    pub path: String,
    /// Where the template says so.
    pub span: HostSpan,
    /// The template.
    pub file: Arc<SourceFile>,
    /// The resource with its logical id.
    pub resource: HostSpan,
}

/// Values that stand for one another in a row.
const MAX_STEPS: usize = 8;

impl Deployed {
    /// Says what stands for a name.
    pub fn insert(&mut self, name: impl Into<String>, value: DeployText) {
        self.values.insert(name.into(), value);
    }

    /// What stands for a name.
    pub fn value(&self, name: &str) -> Option<&DeployText> {
        self.values.get(name)
    }

    /// Says what a table is, by its logical id.
    pub fn insert_table(&mut self, id: impl Into<String>, schema: TableSchema) {
        self.tables.insert(id.into(), schema);
    }

    /// The table of a logical id.
    pub fn table(&self, id: &str) -> Option<&TableSchema> {
        self.tables.get(id)
    }

    /// The tables whose name in DynamoDB this is, by their logical ids.
    pub fn tables_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let is_named = move |id: &&str| {
            let value = self.values.get(*id).map(|value| self.known_parts(value));
            value.is_some_and(|parts| matches!(parts.as_slice(), [known] if known == name))
        };
        self.tables.keys().map(String::as_str).filter(is_named)
    }

    /// Says what a resource was synthesized from.
    pub fn insert_construct(&mut self, construct: Construct) {
        self.constructs.insert(construct.resource.start, construct);
    }

    /// What the resource at a place of a file was synthesized from.
    pub fn construct(&self, file: &Arc<SourceFile>, span: HostSpan) -> Option<&Construct> {
        let (_, construct) = self.constructs.range(..=span.start).next_back()?;
        Some(construct).filter(|known| Arc::ptr_eq(&known.file, file) && span.end <= known.resource.end)
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.tables.is_empty() && self.constructs.is_empty()
    }

    /// The known text around what stays open: one text more than there are holes.
    pub fn known_parts(&self, text: &DeployText) -> Vec<String> {
        let mut parts = vec![String::new()];
        self.add(text, 0, &mut parts);
        parts
    }

    fn add(&self, text: &DeployText, depth: usize, parts: &mut Vec<String>) {
        let mut placeholders = text.placeholders().iter().peekable();
        for (at, character) in text.text().char_indices() {
            match placeholders.next_if(|placeholder| placeholder.at.to_usize() == at) {
                Some(placeholder) => match self.values.get(&placeholder.name) {
                    Some(value) if depth < MAX_STEPS => self.add(value, depth + 1, parts),
                    _ => parts.push(String::new()),
                },
                None => {
                    if let Some(last) = parts.last_mut() {
                        last.push(character);
                    }
                }
            }
        }
    }
}
