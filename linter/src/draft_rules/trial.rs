//! Grants that are tried on an operation: the linter's own judge says whether it stays within them.

use std::sync::Arc;

use keybound_shared::{Action, Grant, GrantRoute, KeyPattern, Span};

use crate::api::deployed::Deployed;
use crate::reach::attributes;
use crate::reach::callers::Callers;
use crate::reach::held::Held;
use crate::reach::judge::Judge;
use crate::reach::key_text::Sight;
use crate::reach::operation::{Operation, TableAt, Verb};
use crate::reach::table::Tables;

use super::tables::{TableDraft, is_attribute};
use super::template::unlimited;

/// An operation, and a grant of the table or index that it is about.
pub(super) struct Trial<'a> {
    held: &'a Held<'a>,
    operation: &'a Operation,
    deployed: &'a Deployed,
    action: Action,
    grant: Grant,
}

impl<'a> Trial<'a> {
    /// An operation of an action on a table, or on an index of it.
    pub(super) fn new(
        held: &'a Held<'a>,
        operation: &'a Operation,
        action: Action,
        table: &TableDraft,
        index: Option<&str>,
        deployed: &'a Deployed,
    ) -> Self {
        let table = table.as_rules();
        let index = table.indexes.iter().find(|known| Some(known.name.as_str()) == index).map(Arc::clone);
        let route =
            GrantRoute { route: held.sight.route.clone(), actions: vec![action], span: Span::default() };
        let grant = Grant { index, routes: vec![route], ..unlimited(table) };
        Self { held, operation, deployed, action, grant }
    }

    /// Whether the operation is always about this table and index.
    pub(super) fn is_about(&self) -> bool {
        self.fits(self.grant.clone())
    }

    /// Whether the operation always demands that an item have these attributes of the caller's.
    pub(super) fn demands(&self, must_own: &[(String, String)]) -> bool {
        let read =
            |(name, pattern): &(String, String)| Some((name.clone(), KeyPattern::parse(pattern).ok()?));
        let must_own: Option<Vec<(String, KeyPattern)>> = must_own.iter().map(read).collect();
        must_own.is_some_and(|must_own| self.fits(Grant { must_own, ..self.grant.clone() }))
    }

    /// The attributes that the operation names, those of the table's key first, where it reaches no others. What is
    /// deleted is the whole item.
    pub(super) fn attributes(&self) -> Option<Vec<String>> {
        if matches!(self.operation.verb, Verb::Delete | Verb::Check) {
            return None;
        }
        let mut names = attributes::all_named(self.held, self.operation)?;
        let key = &self.grant.table.key;
        names.sort_by_key(|name| match name {
            name if *name == key.partition => 0,
            name if Some(name) == key.sort.as_ref() => 1,
            _ => 2,
        });
        let is_sound = !names.is_empty() && names.iter().all(|name| is_attribute(name));
        let attributes = Some(names);
        (is_sound && self.fits(Grant { attributes: attributes.clone(), ..self.grant.clone() }))
            .then_some(attributes)
            .flatten()
    }

    /// The least limit that the operation keeps; none where nothing bounds it.
    pub(super) fn limit(&self) -> Option<u32> {
        let asks_for_many = match self.operation.verb {
            Verb::Query | Verb::Scan | Verb::Statement => true,
            Verb::Get => matches!(self.operation.table, TableAt::Name(_)),
            Verb::Put | Verb::Update | Verb::Delete | Verb::Check => false,
        };
        let fits = |limit: u32| self.fits(Grant { limit: Some(limit), ..self.grant.clone() });
        if !asks_for_many || !fits(u32::MAX) {
            return None;
        }
        let (mut least, mut most) = (1, u32::MAX);
        while least < most {
            let middle = least + (most - least) / 2;
            if fits(middle) {
                most = middle;
            } else {
                least = middle + 1;
            }
        }
        Some(least)
    }

    fn fits(&self, grant: Grant) -> bool {
        let tables = [Arc::clone(&grant.table)];
        let own = self.held.sight.callers;
        let callers = Callers { by: own.by.clone(), held: vec![Arc::new(grant)], identity: own.identity };
        let sight = Sight { callers: &callers, ..self.held.sight };
        let held = Held { sight, tables: Tables::new(&tables, self.deployed), ..*self.held };
        Judge::new(held, self.action).judged(self.operation, self.held.request.case).is_ok()
    }
}
