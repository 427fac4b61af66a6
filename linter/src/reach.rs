//! What callers can make a template reach, held against the access rules.
//!
//! From the request with holes: [`operation`] lists what DynamoDB is asked for, [`request`] says what may stand at a
//! place on some ways through the template, [`key_text`] what a text is for certain callers, [`callers`] whom a method
//! lets in. [`judge`] holds each operation against each grant that opens the route, taken alone. [`integrity`] and
//! [`doors`] say whether the request is the template's at all.
//!
//! Everything here over-approximates: an operation is within a grant only if everything that may stand in its places
//! is. What is not within need not be reachable; a proof shows that it is.

pub mod attributes;
pub mod batch;
pub mod callers;
pub mod covering;
pub mod doors;
pub mod entry;
pub mod held;
pub mod integrity;
pub mod judge;
pub mod key_text;
pub mod keys;
pub mod miss;
pub mod operation;
pub mod ownership;
pub mod request;
pub mod route;
pub mod sample;
pub mod statement;
pub mod table;

use std::sync::Arc;

use keybound_shared::{Action, Route};

use crate::access_rules::RuleSet;
use crate::api::Integration;
use crate::dynamodb::DataAction;
use crate::render::Formula;
use crate::render::skeleton::Skeleton;

use callers::{Admitted, Callers, admitted};
use held::Held;
use integrity::Breach;
use judge::{Beyond, Judge, Within};
use key_text::Sight;
use operation::{Operation, operations};
use request::{Anything, Request};
use table::Tables;

/// The rules for one integration, and whom its method lets in under them.
#[derive(Clone, Debug)]
pub struct Ground {
    /// The rules.
    pub rules: Arc<RuleSet>,
    /// Each of the integration's routes with whom it lets in; none where the definition does not fix the route.
    pub routes: Vec<(Route, Admitted)>,
}

/// What one of a template's operations reaches for certain callers.
#[derive(Clone, Debug)]
pub struct Reached {
    /// The operation.
    pub operation: Operation,
    /// The grants that it is within, or a way on which it is within none.
    pub outcome: Result<Vec<Within>, Box<Beyond>>,
}

/// What a template reaches for certain callers on a route.
#[derive(Clone, Debug)]
pub struct CallersReach {
    /// The route.
    pub route: Route,
    /// The callers.
    pub callers: Callers,
    /// What holds of these callers from the start.
    pub known: Vec<Formula>,
    /// Because of which the request may be another one.
    pub breaches: Vec<Breach>,
    /// The operations, or what may be any.
    pub operations: Result<Vec<Reached>, Anything>,
}

impl CallersReach {
    /// Whether everything that these callers can make of the template is within what they hold.
    pub fn is_within(&self) -> bool {
        self.breaches.is_empty()
            && self
                .operations
                .as_ref()
                .is_ok_and(|operations| operations.iter().all(|reached| reached.outcome.is_ok()))
    }
}

impl Ground {
    /// The ground on which an integration is judged.
    pub fn of(rules: &Arc<RuleSet>, integration: &Integration) -> Self {
        let routes = route::routes(integration).into_iter();
        let routes = routes.map(|route| {
            let admitted = admitted(&rules.rules, integration, &route);
            (route, admitted)
        });
        Self { routes: routes.collect(), rules: Arc::clone(rules) }
    }

    /// The tables of the rules, as an integration's definition calls them.
    pub fn tables<'r>(&'r self, integration: &'r Integration) -> Tables<'r> {
        Tables::new(&self.rules.rules.written().tables, &integration.deployed)
    }

    /// What a request template reaches, for each of the callers that its route lets in.
    pub fn reach(
        &self,
        integration: &Integration,
        action: DataAction,
        skeleton: &Skeleton,
    ) -> Vec<CallersReach> {
        let mut found = Vec::new();
        for (route, admitted) in &self.routes {
            let Admitted::These(all) = admitted else { continue };
            found.extend(
                all.iter().map(|callers| self.of_callers(integration, action, skeleton, route, callers)),
            );
        }
        found
    }

    fn of_callers(
        &self,
        integration: &Integration,
        action: DataAction,
        skeleton: &Skeleton,
        route: &Route,
        callers: &Callers,
    ) -> CallersReach {
        let rules = self.rules.rules.written();
        let sight = Sight { rules, callers, route, terms: &skeleton.terms };
        let known = callers.known(rules, &skeleton.terms);
        let request = Request { skeleton, case: &known };
        let held = Held { request, sight, tables: self.tables(integration) };
        let operations = operations(action, &request).map(|operations| {
            let judge = Judge::new(held, action_of_rules(action));
            let judged =
                |operation: Operation| Reached { outcome: judge.judged(&operation, &known), operation };
            operations.into_iter().map(judged).collect()
        });
        let breaches = integrity::breaches(skeleton, sight);
        CallersReach { route: route.clone(), callers: callers.clone(), breaches, operations, known }
    }
}

/// An action as the rules name it.
pub fn action_of_rules(action: DataAction) -> Action {
    match action {
        DataAction::GetItem => Action::GetItem,
        DataAction::PutItem => Action::PutItem,
        DataAction::UpdateItem => Action::UpdateItem,
        DataAction::DeleteItem => Action::DeleteItem,
        DataAction::Query => Action::Query,
        DataAction::Scan => Action::Scan,
        DataAction::BatchGetItem => Action::BatchGetItem,
        DataAction::BatchWriteItem => Action::BatchWriteItem,
        DataAction::TransactGetItems => Action::TransactGetItems,
        DataAction::TransactWriteItems => Action::TransactWriteItems,
        DataAction::ExecuteStatement => Action::ExecuteStatement,
        DataAction::BatchExecuteStatement => Action::BatchExecuteStatement,
        DataAction::ExecuteTransaction => Action::ExecuteTransaction,
    }
}
