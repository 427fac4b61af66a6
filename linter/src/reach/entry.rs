//! What an operation does, for the access map.

mod alike;
mod attributes;
mod key;
mod reasons;
mod texts;
mod who;

pub use alike::alike;
pub use who::authorization;

use std::collections::BTreeSet;

use keybound_shared::{AccessRules, AuthorizerSettings, Route, Table};

use crate::api::{Integration, MappingTemplate};
use crate::dynamodb::DataAction;
use crate::finding::{Access, MapText, OtherAttributes, Reason, ReasonKind, TextPart, Verdict};
use crate::render::skeleton::{Skeleton, below};

use super::callers::{Callers, Identity};
use super::held::Held;
use super::judge::Within;
use super::key_text::Sight;
use super::operation::{Operation, TableAt, Verb, operations};
use super::request::{Anything, Request};
use super::table::Tables;
use super::{CallersReach, Ground, batch, statement};

/// Where an index is named.
const INDEX: &[&str] = &["IndexName"];

/// The template whose operations are told.
#[derive(Clone, Copy)]
pub struct Told<'a> {
    /// The integration.
    pub integration: &'a Integration,
    /// Its template.
    pub template: &'a MappingTemplate,
    /// What the template makes.
    pub skeleton: &'a Skeleton,
    /// The actions that it may be for.
    pub actions: &'a [DataAction],
}

/// The operations of a request template, for each of its callers; without access rules once for all of them.
pub fn accesses(told: Told<'_>, ground: Option<&Ground>, reach: &[CallersReach]) -> Vec<Access> {
    let [action] = told.actions else { return Vec::new() };
    match ground {
        Some(ground) => reach.iter().flat_map(|reach| under_rules(told, *action, ground, reach)).collect(),
        None => alone(told, *action),
    }
}

fn under_rules(told: Told<'_>, action: DataAction, ground: &Ground, reach: &CallersReach) -> Vec<Access> {
    let rules = ground.rules.rules.written();
    let sight = Sight { rules, callers: &reach.callers, route: &reach.route, terms: &told.skeleton.terms };
    let tables = ground.tables(told.integration);
    let is_any = ground.routes.len() > 1;
    let begun = Access {
        verbs: reach.route.http().filter(|_| is_any).map(|(verb, _)| verb.name()).into_iter().collect(),
        callers: reach.callers.name(),
        when: reach.callers.by.as_deref().map(who::when),
        verdict: Verdict::Undecided,
        ..begun(told, action)
    };
    let operations = match &reach.operations {
        Ok(operations) => operations,
        Err(anything) => return vec![unfollowed(told, anything, begun)],
    };
    let breaches: BTreeSet<&str> = reach.breaches.iter().map(|breach| breach.what.as_str()).collect();
    let gap = |what: &str| Reason::of(ReasonKind::Gap, what);
    let mut found: Vec<Access> = Vec::new();
    for reached in operations {
        let on = |case| Held { request: Request { skeleton: told.skeleton, case }, sight, tables };
        let ways: Vec<Held<'_>> = match &reached.outcome {
            Ok(within) => within.iter().map(|within| on(&within.case)).collect(),
            Err(_) => vec![on(&reach.known)],
        };
        let described = Described { ways, action, operation: &reached.operation };
        let mut access = described.access(begun.clone());
        (access.verdict, access.because) = match &reached.outcome {
            Ok(within) if breaches.is_empty() => (Verdict::Proved, described.reasons(within)),
            Ok(_) => (Verdict::Undecided, breaches.iter().map(|what| gap(what)).collect()),
            Err(beyond) => {
                let all = std::iter::once(beyond.miss.message.as_str()).chain(breaches.iter().copied());
                (Verdict::Undecided, all.map(gap).collect())
            }
        };
        if !found.contains(&access) {
            found.push(access);
        }
    }
    found
}

fn alone(told: Told<'_>, action: DataAction) -> Vec<Access> {
    let rules = AccessRules {
        issuers: Vec::new(),
        tables: Vec::new(),
        variables: Vec::new(),
        grants: Vec::new(),
        authorizer: AuthorizerSettings::default(),
    };
    let callers = Callers { by: None, held: Vec::new(), identity: Identity::Nobody };
    let route = Route::WebSocket(String::new());
    let sight = Sight { rules: &rules, callers: &callers, route: &route, terms: &told.skeleton.terms };
    let request = Request { skeleton: told.skeleton, case: &[] };
    let held = Held { request, sight, tables: Tables::new(&[], &told.integration.deployed) };
    let begun = begun(told, action);
    let operations = match operations(action, &request) {
        Ok(operations) => operations,
        Err(anything) => return vec![unfollowed(told, &anything, begun)],
    };
    let mut found: Vec<Access> = Vec::new();
    for operation in &operations {
        let access = Described { ways: vec![held], action, operation }.access(begun.clone());
        if !found.contains(&access) {
            found.push(access);
        }
    }
    found
}

/// What is known before any operation is looked at.
fn begun(told: Told<'_>, action: DataAction) -> Access {
    Access {
        verbs: Vec::new(),
        callers: authorization(&told.integration.authorization),
        when: None,
        content_types: vec![told.template.content_type.clone()],
        operation: action.name().to_owned(),
        table: None,
        index: None,
        key: None,
        attributes: Vec::new(),
        others: OtherAttributes::Open,
        limit: None,
        verdict: Verdict::Unjudged,
        because: Vec::new(),
    }
}

/// Where there are no operations, for something may be any.
fn unfollowed(told: Told<'_>, anything: &Anything, begun: Access) -> Access {
    let what = anything.term.map_or_else(|| "a value".to_owned(), |id| told.skeleton.terms.describe(id));
    let text = format!("{what} decides what the request asks for");
    Access { because: vec![Reason::of(ReasonKind::Gap, text)], ..begun }
}

/// An operation on its way into the map.
struct Described<'a> {
    /// The request, on each of the ways that are told apart.
    ways: Vec<Held<'a>>,
    action: DataAction,
    operation: &'a Operation,
}

impl<'a> Described<'a> {
    fn access(&self, begun: Access) -> Access {
        let (table, table_text) = self.table();
        let index = self.member(INDEX);
        let of_index = table.zip(index.as_deref()).and_then(|(table, name)| {
            table.indexes.iter().find(|index| index.name == name)
        });
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
            found.extend(named.into_iter().map(|pieces| match held.tables.named(&pieces, held.sight.terms) {
                Some(table) => (Some(&**table), table.name.clone()),
                None => (None, held.told_pieces(&pieces).to_string()),
            }));
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
            absent |= held.request.without(&path, self.operation.anchor()).is_some();
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
        use crate::dynamodb::partiql::tree::StatementKind;
        let first = self.ways.first().and_then(|held| statement::statements(held, self.operation).ok());
        let part = first.as_ref().and_then(|statements| statements.first()).map(|known| match known.tree.kind {
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

    /// What proves that the operation stays within its grants.
    fn reasons(&self, within: &[Within]) -> Vec<Reason> {
        reasons::reasons(&self.ways, self.operation, within)
    }
}

/// A text that is a part alone.
fn lone(part: TextPart) -> MapText {
    MapText(vec![part])
}
