//! A mapping template, rendered for all requests at once, as callers see it of whom every variable is known.

use std::sync::Arc;

use keybound_shared::{
    AccessRules, AuthorizerSettings, Claimant, Grant, Key, KeyPattern, Keys, Opens, Route, SessionStatement,
    Span, Table, Variable,
};

use crate::api::{Action, Authorization, Integration};
use crate::dynamodb::DataAction;
use crate::dynamodb::action::infer_action;
use crate::reach::callers::{Callers, Identity};
use crate::reach::held::Held;
use crate::reach::key_text::Sight;
use crate::reach::operation::{Operation, operations};
use crate::reach::request::{Anything, Request};
use crate::reach::table::Tables;
use crate::render::skeleton::{Skeleton, Slot};
use crate::render::{Formula, TermId};

/// The action of a request; none where it is not fixed.
fn action(integration: &Integration, skeleton: &Skeleton) -> Option<DataAction> {
    if let Action::Named(name) = &integration.action {
        return DataAction::from_name(name);
    }
    let members = skeleton.names.iter().filter_map(|name| match name.path.as_slice() {
        [Slot::Member(name)] => Some(&**name),
        _ => None,
    });
    match infer_action(&members.collect::<Vec<_>>()).as_slice() {
        [one] => Some(*one),
        _ => None,
    }
}

/// Callers who have a value for every variable, and rules of which nothing else is known yet.
pub(super) struct View {
    rules: AccessRules,
    callers: Callers,
    route: Route,
}

impl View {
    /// The callers of an integration's method, with these variables.
    pub(super) fn of(integration: &Integration, variables: &[Arc<Variable>]) -> Self {
        let identity = match integration.authorization {
            Authorization::Lambda(_) | Authorization::Other(_) | Authorization::Unknown => {
                Identity::Authorizer
            }
            Authorization::UserPool(_) => Identity::Pool,
            Authorization::Iam => Identity::Iam,
            Authorization::Open | Authorization::ApiKeyOnly => Identity::Nobody,
        };
        let by = (identity == Identity::Authorizer).then(|| Arc::new(needing(variables)));
        let rules = AccessRules {
            issuers: Vec::new(),
            tables: Vec::new(),
            variables: variables.to_vec(),
            grants: Vec::new(),
            authorizer: AuthorizerSettings::default(),
        };
        let callers = Callers { by, held: Vec::new(), identity };
        Self { rules, callers, route: Route::WebSocket(String::new()) }
    }

    /// Asks a rendered template of these callers.
    pub(super) fn ask<T>(
        &self,
        integration: &Integration,
        skeleton: &Skeleton,
        ask: impl FnOnce(&Asked<'_>) -> T,
    ) -> T {
        let known: Vec<Formula> = self.callers.known(&self.rules, &skeleton.terms);
        let sight =
            Sight { rules: &self.rules, callers: &self.callers, route: &self.route, terms: &skeleton.terms };
        let request = Request { skeleton, case: &known };
        let held = Held { request, sight, tables: Tables::new(&[], &integration.deployed) };
        ask(&Asked { held, action: action(integration, skeleton) })
    }
}

/// A grant whose holders have a value for each of these variables.
fn needing(variables: &[Arc<Variable>]) -> Grant {
    let pattern = |variable: &Arc<Variable>| {
        let pattern = KeyPattern::parse(&format!("{{{}}}", variable.name)).ok()?;
        Some((variable.name.clone(), pattern))
    };
    let table = Table {
        name: String::new(),
        physical: String::new(),
        refs: Vec::new(),
        key: Key { partition: String::new(), sort: None },
        indexes: Vec::new(),
        region: None,
        account: None,
        span: Span::default(),
    };
    Grant { must_own: variables.iter().filter_map(pattern).collect(), ..unlimited(Arc::new(table)) }
}

/// A grant of every verified caller's that limits nothing, on no route yet.
pub(super) fn unlimited(table: Arc<Table>) -> Grant {
    Grant {
        name: String::new(),
        opens: Opens::Callers(Claimant::default()),
        table,
        index: None,
        routes: Vec::new(),
        params: Vec::new(),
        keys: Keys::Any,
        must_own: Vec::new(),
        attributes: None,
        limit: None,
        session: SessionStatement::Exact,
        span: Span::default(),
    }
}

/// A rendered request template that is asked.
pub(super) struct Asked<'a> {
    /// The request.
    pub(super) held: Held<'a>,
    /// Its action; none where it is not fixed.
    pub(super) action: Option<DataAction>,
}

/// Why nothing is said of what a request reaches.
pub(super) enum Unknown {
    /// The action is not fixed.
    Action,
    /// This decides what is asked for.
    Decided(Option<TermId>),
}

impl Asked<'_> {
    /// The operations that DynamoDB is asked for.
    pub(super) fn operations(&self) -> Result<(DataAction, Vec<Operation>), Unknown> {
        let action = self.action.ok_or(Unknown::Action)?;
        let found = operations(action, &self.held.request);
        found.map(|found| (action, found)).map_err(|anything: Anything| Unknown::Decided(anything.term))
    }
}
