//! The tables that integrations name, with their keys: from the definition where it declares them, else from what
//! requests show.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use keybound_shared::{Index, Key, Span, Table};
use keybound_vtl::TemplateText;

use crate::api::deploy_text::as_written;
use crate::api::deployed::Deployed;
use crate::api::table_schema::TableSchema;
use crate::reach::table::bare;

use super::key_clue;
use super::observed::{Clue, TableUse};

mod key;
mod name;

/// The most tables of a draft: far more than an account has by default.
const MAX_TABLES: usize = 2500;

/// The most names of one table that are written down.
const MAX_REFS: usize = 50;

/// What a table is known by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum TableId {
    /// Its name in DynamoDB.
    Physical(String),
    /// What definitions call it.
    Written(String),
}

/// A table of the draft.
#[derive(Clone, Debug)]
pub(super) struct TableDraft {
    /// The name that the rules give it.
    pub(super) local: String,
    /// Its name in DynamoDB, where the definition shows it.
    pub(super) physical: Option<String>,
    /// Whether that name rests on what the deployment fills in where nobody says otherwise.
    pub(super) by_default: bool,
    /// What definitions call it.
    pub(super) refs: Vec<String>,
    /// What definitions call it and another table too.
    pub(super) shared: Vec<String>,
    /// Its key.
    pub(super) key: KeyDraft,
    /// Its indexes by name.
    pub(super) indexes: Vec<(String, KeyDraft)>,
}

/// The tables of the draft, in the order in which they are met.
#[derive(Debug, Default)]
pub(super) struct Tables {
    list: Vec<TableDraft>,
    by_id: BTreeMap<TableId, usize>,
}

/// Everything that was seen of one table.
struct Met<'a> {
    id: TableId,
    by_default: bool,
    names: Vec<String>,
    schemas: Vec<&'a TableSchema>,
    clues: Vec<&'a Clue>,
}

impl Tables {
    /// The tables of these uses.
    pub(super) fn of<'a>(uses: impl IntoIterator<Item = (&'a TableUse, &'a Deployed)>) -> Self {
        let mut all: Vec<Met<'a>> = Vec::new();
        let mut by_id: BTreeMap<TableId, usize> = BTreeMap::new();
        for (used, deployed) in uses {
            let id = id(&used.text, deployed);
            let at = by_id.get(&id).copied().unwrap_or(all.len());
            if at == MAX_TABLES {
                continue;
            }
            if at == all.len() {
                by_id.insert(id.clone(), at);
                all.push(Met::new(id));
            }
            if let Some(met) = all.get_mut(at) {
                met.add(used, deployed);
            }
        }
        let known =
            all.iter().map(|met| name::Known { id: &met.id, is_plain: !met.by_default, called: &met.names });
        let names = name::names(&known.collect::<Vec<_>>());
        let mut refs: BTreeSet<String> = BTreeSet::new();
        let drafts = all.into_iter().zip(names).map(|(met, local)| {
            // Two tables cannot share what they are called; the first has it.
            let writable = met.names.iter().filter(|name| name::is_ref(name)).take(MAX_REFS).cloned();
            let (own, shared) = writable.partition(|name| refs.insert(name.clone()));
            met.drafted(local, own, shared)
        });
        Self { list: drafts.collect(), by_id }
    }

    /// The tables in their order.
    pub(super) fn list(&self) -> &[TableDraft] {
        &self.list
    }

    /// The table that a text of a definition names.
    pub(super) fn named(&self, text: &TemplateText, deployed: &Deployed) -> Option<usize> {
        self.by_id.get(&id(text, deployed)).copied()
    }
}

impl<'a> Met<'a> {
    fn new(id: TableId) -> Self {
        Self { id, by_default: false, names: Vec::new(), schemas: Vec::new(), clues: Vec::new() }
    }

    fn add(&mut self, used: &'a TableUse, deployed: &'a Deployed) {
        self.clues.push(&used.clue);
        let only = only_placeholder(&used.text);
        let text = only.map_or_else(|| as_written(&used.text), str::to_owned);
        let mut names: Vec<&str> = Vec::new();
        let is_name =
            matches!(&self.id, TableId::Physical(name) if *name == text || text.starts_with("arn:"));
        if !is_name {
            names.push(&text);
            // A table that has its name in the definition has no other; a parameter may be given one.
            let is_declared = deployed.table(&text).is_some()
                && deployed.value(&text).is_some_and(|name| name.placeholders().is_empty());
            self.by_default |= matches!(self.id, TableId::Physical(_)) && !is_declared;
        }
        if let TableId::Physical(name) = &self.id {
            names.extend(deployed.tables_named(name));
        }
        for name in names {
            if !self.names.iter().any(|known| known == name) {
                self.names.push(name.to_owned());
            }
            self.schemas.extend(deployed.table(name));
        }
    }

    fn drafted(self, local: String, refs: Vec<String>, shared: Vec<String>) -> TableDraft {
        let declared = self.schemas.iter().find_map(|schema| schema.key.as_ref());
        let key = declared.and_then(KeyDraft::declared);
        let key = key.unwrap_or_else(|| KeyDraft::inferred(key_clue::of_table(&self.clues)));
        let mut indexes: Vec<(String, KeyDraft)> = Vec::new();
        let declared = self.schemas.iter().flat_map(|schema| &schema.indexes);
        let declared =
            declared.filter_map(|(name, schema)| Some((name.clone(), KeyDraft::declared(schema)?)));
        let queried = self.clues.iter().filter_map(|clue| match clue {
            Clue::Query { index: Some(name), .. } => {
                Some((name.clone(), KeyDraft::inferred(key_clue::of_index(&self.clues, name))))
            }
            _ => None,
        });
        for (name, key) in declared.chain(queried) {
            if name::is_physical(&name) && indexes.iter().all(|(known, _)| *known != name) {
                indexes.push((name, key));
            }
        }
        let physical = match self.id {
            TableId::Physical(name) => Some(name),
            TableId::Written(_) => None,
        };
        TableDraft { local, physical, by_default: self.by_default, refs, shared, key, indexes }
    }
}

impl TableDraft {
    /// The key of the table, or of one of its indexes.
    pub(super) fn key_of(&self, index: Option<&str>) -> Option<&KeyDraft> {
        match index {
            None => Some(&self.key),
            Some(name) => self.indexes.iter().find(|(known, _)| known == name).map(|(_, key)| key),
        }
    }

    /// The table as rules have it.
    pub(super) fn as_rules(&self) -> Arc<Table> {
        let key =
            |draft: &KeyDraft| Key { partition: draft.key.partition.clone(), sort: draft.key.sort.clone() };
        let index = |(name, draft): &(String, KeyDraft)| {
            Arc::new(Index { name: name.clone(), key: key(draft), span: Span::default() })
        };
        Arc::new(Table {
            name: self.local.clone(),
            physical: self.physical.clone().unwrap_or_else(|| self.local.clone()),
            refs: self.refs.clone(),
            key: key(&self.key),
            indexes: self.indexes.iter().map(index).collect(),
            region: None,
            account: None,
            span: Span::default(),
        })
    }
}

/// What a table is known by: its name in DynamoDB where all of it is known.
fn id(text: &TemplateText, deployed: &Deployed) -> TableId {
    let only = only_placeholder(text);
    let parts = match only {
        Some(name) => {
            let mut bare = TemplateText::default();
            bare.push_placeholder(name);
            deployed.known_parts(&bare)
        }
        None => deployed.known_parts(text),
    };
    // An ARN ends with the name, and the account and region before it may be the deployment's.
    let name = match parts.as_slice() {
        [.., last] if last.contains(":table/") => last.split_once(":table/").map(|(_, name)| name),
        [only] => Some(only.as_str()),
        _ => None,
    };
    match name.filter(|name| name::is_physical(name)) {
        Some(name) => TableId::Physical(name.to_owned()),
        None => TableId::Written(only.map_or_else(|| as_written(text), str::to_owned)),
    }
}

/// What a text calls a resource, where it is that and nothing else.
fn only_placeholder(text: &TemplateText) -> Option<&str> {
    match text.placeholders() {
        // A stage variable's name is its own.
        [one] if text.text().chars().count() == 1 && one.name.starts_with("stageVariables.") => {
            Some(&one.name)
        }
        [one] if text.text().chars().count() == 1 => Some(bare(&one.name)),
        _ => None,
    }
}

pub(super) use key::{KeyDraft, Source};
pub(super) use name::{is_attribute, is_ref};

#[cfg(test)]
mod tests;
