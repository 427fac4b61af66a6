//! What an operation asks for, and of which table and index.

use keybound_shared::Table;

use crate::dynamodb::DataAction;
use crate::dynamodb::partiql::tree::StatementKind;
use crate::finding::{Access, MapText};
use crate::reach::held::Held;
use crate::reach::operation::{Operation, TableAt, Verb};
use crate::reach::{batch, statement};
use crate::render::skeleton::below;

/// Where an index is named.
const INDEX: &[&str] = &["IndexName"];

/// An operation on its way into the map.
pub(super) struct Described<'a> {
    /// The request, on each of the ways that are told apart.
    pub(super) ways: Vec<Held<'a>>,
    /// The action of the integration.
    pub(super) action: DataAction,
    /// What is asked.
    pub(super) operation: &'a Operation,
}

impl<'a> Described<'a> {
    /// The access, as far as the request alone shows it.
    pub(super) fn access(&self, begun: Access) -> Access {
        let (table, table_text) = self.table();
        let index = self.member(INDEX);
        let of_index = table
            .zip(index.as_deref())
            .and_then(|(table, name)| table.indexes.iter().find(|index| index.name == name));
        let key = table.map(|table| of_index.map_or(&table.key, |index| &index.key));
        let (attributes, others) = self.attributes();
        Access {
            operation: self.name(),
            table: table_text,
            index,
            key: self.key(key),
            attributes,
            others,
            limit: self.limit(),
            ..begun
        }
    }

    /// The action, with the part of it that this is.
    fn name(&self) -> String {
        let part = match self.operation.verb {
            Verb::Get => "Get",
            Verb::Put => "Put",
            Verb::Update => "Update",
            Verb::Delete => "Delete",
            Verb::Check => "ConditionCheck",
            Verb::Query | Verb::Scan => "",
            Verb::Statement => return self.statement_name(),
        };
        match self.action {
            DataAction::BatchWriteItem | DataAction::TransactGetItems | DataAction::TransactWriteItems => {
                format!("{} ({part})", self.action.name())
            }
            action => action.name().to_owned(),
        }
    }

    /// The table of the rules, where there is just one on all ways, and its name for people.
    fn table(&self) -> (Option<&'a Table>, Option<String>) {
        let mut found: Vec<(Option<&'a Table>, String)> = Vec::new();
        for held in &self.ways {
            let named: Vec<_> = match &self.operation.table {
                TableAt::Text(_) if self.operation.verb == Verb::Statement => {
                    let statements = statement::statements(held, self.operation).unwrap_or_default();
                    let pieces = |statement: &statement::Statement| {
                        Some(statement.pieces(&statement.tree.source()?.table.text))
                    };
                    statements.iter().filter_map(pieces).collect()
                }
                TableAt::Text(path) => match held.request.forms(path) {
                    Ok(forms) => forms.into_iter().map(|form| form.pieces).collect(),
                    Err(anything) => {
                        found.push((None, held.told_anything(&anything).to_string()));
                        continue;
                    }
                },
                TableAt::Name(path) => {
                    let names = held.request.skeleton.names.iter().filter(|name| name.path == *path);
                    names.map(|name| name.pieces.clone()).collect()
                }
            };
            found.extend(named.into_iter().map(
                |pieces| match held.tables.named(&pieces, held.sight.terms) {
                    Some(table) => (Some(&**table), table.name.clone()),
                    None => (None, held.told_pieces(&pieces).to_string()),
                },
            ));
        }
        let mut texts: Vec<String> = Vec::new();
        for (_, text) in &found {
            if !texts.contains(text) {
                texts.push(text.clone());
            }
        }
        let only = found.first().filter(|_| texts.len() == 1).and_then(|(table, _)| *table);
        // No table has an empty name: what stands there is put in by somebody who does not show it.
        texts.retain(|text| !text.is_empty());
        (only, (!texts.is_empty()).then(|| texts.join(" or ")))
    }

    fn limit(&self) -> Option<String> {
        let batch = matches!(self.action, DataAction::BatchGetItem | DataAction::TransactGetItems);
        match self.operation.verb {
            Verb::Query | Verb::Scan | Verb::Statement => self.member(&["Limit"]),
            Verb::Get if batch => {
                let most = self.ways.iter().map(|held| batch::most(held, self.operation));
                most.collect::<Option<Vec<u64>>>()?.into_iter().max().map(|most| most.to_string())
            }
            _ => None,
        }
    }

    /// What a member of the operation may be; none where it is never there.
    fn member(&self, names: &[&str]) -> Option<String> {
        if self.operation.verb == Verb::Statement && names == INDEX {
            return self.statement_index();
        }
        let path = below(&self.operation.at, names);
        let mut texts: Vec<String> = Vec::new();
        let mut absent = false;
        for held in &self.ways {
            for text in held.told_texts(&path).iter().map(MapText::to_string) {
                if !texts.contains(&text) {
                    texts.push(text);
                }
            }
            absent |= held.request.without(&path, &self.operation.anchor()).is_some();
        }
        if texts.is_empty() {
            return None;
        }
        texts.sort_by_key(|text| text.parse::<u64>().unwrap_or(u64::MAX));
        texts.extend(absent.then(|| "none".to_owned()));
        Some(texts.join(" or "))
    }

    fn statement_index(&self) -> Option<String> {
        let held = self.ways.first()?;
        let statements = statement::statements(held, self.operation).ok()?;
        let index = statements.first()?.tree.source()?.index.as_ref()?;
        index.text.as_plain().map(str::to_owned)
    }

    /// What an operation's statement does.
    fn statement_name(&self) -> String {
        let first = self.ways.first().and_then(|held| statement::statements(held, self.operation).ok());
        let part =
            first.as_ref().and_then(|statements| statements.first()).map(|known| match known.tree.kind {
                StatementKind::Select(_) => "SELECT",
                StatementKind::Exists(_) => "EXISTS",
                StatementKind::Insert(_) => "INSERT",
                StatementKind::Update(_) => "UPDATE",
                StatementKind::Delete(_) => "DELETE",
                StatementKind::Opaque(_) => "?",
            });
        match part {
            Some(part) => format!("{} ({part})", self.action.name()),
            None => self.action.name().to_owned(),
        }
    }
}
