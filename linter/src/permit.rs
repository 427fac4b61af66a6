//! What a rendered request reaches, held against what a caller was granted.
//!
//! This is the judge of proofs and the oracle of tests. It looks at one concrete request and knows nothing of templates,
//! holes or symbolic rendering: what it says rests on the request, the rules, and what DynamoDB does. A request is made
//! into plain [`operations`](operation::Operation), in whichever language it is written, and each of them must lie
//! within one grant.
//!
//! Where nobody knows what DynamoDB does, the request counts as accepted, and every way to read it is judged.

mod batches;
mod beyond;
mod demand;
mod expressions;
mod form;
mod items;
mod keys;
mod operation;
mod ownership;
mod pages;
mod reading;
mod statement;
mod within;

#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::sync::Arc;

use keybound_shared::{Action, Decision, Grant, Route, Table};
use keybound_vtl::json::strict::StrictValue;

pub use beyond::{Beyond, BeyondKind};
use operation::Stop;

/// From a table's name or ARN, as a request writes it, to the table of the rules.
pub type Tables<'a> = dyn Fn(&str) -> Option<Arc<Table>> + 'a;

/// One request to DynamoDB, and where it was made.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The route whose template rendered it.
    pub route: &'a Route,
    /// The action that it is sent to.
    pub action: Action,
    /// What was rendered.
    pub request: &'a StrictValue,
    /// Which tables the rules know.
    pub tables: &'a Tables<'a>,
}

/// Whether a request lies within what was granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// All that DynamoDB would do is granted.
    Within,
    /// This is not.
    Beyond(Beyond),
    /// DynamoDB answers with an error for sure, and does nothing. Says why.
    Refused(String),
}

/// Judges a request by the grants that a caller holds.
///
/// Only grants that open the route with the action count, and each operation of the request must lie within one of them
/// alone. Members that come twice are read in every way that DynamoDB may have: one that is beyond is enough.
#[must_use]
pub fn judged(decision: &Decision<'_>, asked: &Asked<'_>) -> Judgement {
    let Some(readings) = reading::readings(asked.request) else {
        return Judgement::Beyond(Beyond::Unread("a request that nests deeper than is read"));
    };
    let mut judgements = Vec::new();
    for reading in &readings {
        match judged_reading(decision, asked, reading) {
            beyond @ Judgement::Beyond(_) => return beyond,
            other => judgements.push(other),
        }
    }
    let refused = judgements.iter().all(|judgement| matches!(judgement, Judgement::Refused(_)));
    judgements.into_iter().next().filter(|_| refused).unwrap_or(Judgement::Within)
}

/// Judges a request in which no member comes twice.
fn judged_reading(decision: &Decision<'_>, asked: &Asked<'_>, request: &StrictValue) -> Judgement {
    let operations = match batches::operations(asked.action, request, asked.tables) {
        Ok(operations) => operations,
        Err(Stop::Refused(why)) => return Judgement::Refused(why),
        Err(Stop::Beyond(beyond)) => return Judgement::Beyond(beyond),
    };
    let grants: Vec<&Grant> =
        decision.grants().map(Arc::as_ref).filter(|grant| opens(grant, asked.route, asked.action)).collect();
    let beyond = operations.iter().find_map(|operation| {
        let keyed = operation::keyed_reads(&operations, operation);
        let outcomes = grants.iter().map(|grant| within::beyond(operation, keyed, grant, decision));
        let failed: Option<Vec<_>> = outcomes.collect();
        // The grant that came furthest is the one that was meant.
        failed.map(|failed| failed.into_iter().min_by_key(|beyond| Reverse(beyond.kind())))
    });
    match beyond {
        None => Judgement::Within,
        Some(Some(beyond)) => Judgement::Beyond(beyond),
        Some(None) => {
            Judgement::Beyond(Beyond::Action { action: asked.action, route: asked.route.to_string() })
        }
    }
}

/// Whether a grant gives an action on a route. Routes are the same if they differ in names of parameters alone.
fn opens(grant: &Grant, route: &Route, action: Action) -> bool {
    let is_same = |granted: &Route| match (granted, route) {
        (Route::Http(one, path), Route::Http(other, asked)) => {
            one == other && path.differs_only_in_names(asked)
        }
        (Route::WebSocket(one), Route::WebSocket(other)) => one == other,
        _ => false,
    };
    grant.routes.iter().any(|granted| is_same(&granted.route) && granted.actions.contains(&action))
}
