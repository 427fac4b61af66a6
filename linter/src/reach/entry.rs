//! What an operation does, for the access map.

mod alike;
mod attributes;
mod described;
mod key;
mod reasons;
mod texts;
mod who;

pub use alike::alike;
pub use who::authorization;

use std::collections::BTreeSet;

use keybound_shared::{AccessRules, AuthorizerSettings, Route};

use crate::api::{Integration, MappingTemplate};
use crate::dynamodb::DataAction;
use crate::finding::{Access, MapText, OtherAttributes, Reason, ReasonKind, TextPart, Verdict};
use crate::render::skeleton::Skeleton;

use super::callers::{Callers, Identity};
use super::held::Held;
use super::key_text::Sight;
use super::operation::operations;
use super::request::{Anything, Request};
use super::table::Tables;
use super::{CallersReach, Ground};

use described::Described;

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
            Ok(within) if breaches.is_empty() => {
                let because = reasons::reasons(&described.ways, described.operation, within);
                (Verdict::Proved, because)
            }
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

/// A text that is a part alone.
fn lone(part: TextPart) -> MapText {
    MapText(vec![part])
}
