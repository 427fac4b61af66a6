//! Operations held against what callers hold: each must lie within one of their grants.

mod target;
mod told;

use std::sync::Arc;

use keybound_shared::{Action, Grant};

use crate::render::{Formula, Guard};

use super::attributes;
use super::callers::Identity;
use super::held::Held;
use super::key_text::Sight;
use super::keys;
use super::miss::{Kind, Miss};
use super::operation::Operation;
use super::ownership;
use super::request::Request;

use target::{index, table};
use told::told;

/// Cases into which the ways of one operation may be told apart.
const MAX_CASES: usize = 48;

/// Formulas by which the ways are told apart, one inside the other.
const MAX_DEPTH: usize = 6;

/// An operation that is within grants: which, by the ways on which it is.
#[derive(Clone, Debug)]
pub struct Within {
    /// What holds on these ways.
    pub case: Vec<Formula>,
    /// The grant.
    pub grant: Arc<Grant>,
}

/// An operation that some callers may take beyond what they hold.
#[derive(Clone, Debug)]
pub struct Beyond {
    /// What holds on these ways.
    pub case: Vec<Formula>,
    /// Why it is within no grant; of several grants, for the one that it is nearest to.
    pub miss: Miss,
    /// That grant.
    pub grant: Option<Arc<Grant>>,
}

/// Holds operations against grants.
pub struct Judge<'a> {
    /// The callers, as the template sees them.
    pub sight: Sight<'a>,
    /// What is asked, apart from the case.
    pub held: Held<'a>,
    /// The action of the integration.
    pub action: Action,
    cases: std::cell::Cell<usize>,
}

impl<'a> Judge<'a> {
    /// For certain callers.
    pub fn new(held: Held<'a>, action: Action) -> Self {
        Self { sight: held.sight, held, action, cases: std::cell::Cell::new(0) }
    }

    /// Whether an operation lies within a grant on every way.
    ///
    /// # Errors
    ///
    /// A way on which it does not.
    pub fn judged(&self, operation: &Operation, case: &[Formula]) -> Result<Vec<Within>, Box<Beyond>> {
        self.cases.set(0);
        self.split(operation, case.to_vec(), 0)
    }

    fn split(
        &self,
        operation: &Operation,
        case: Vec<Formula>,
        depth: usize,
    ) -> Result<Vec<Within>, Box<Beyond>> {
        self.cases.set(self.cases.get() + 1);
        let held = Held { request: Request { case: &case, ..self.held.request }, ..self.held };
        let mut nearest: Option<(Miss, Arc<Grant>)> = None;
        let mut splits: Vec<Formula> = Vec::new();
        for grant in self.grants(&case) {
            match self.fits(&held, operation, &grant) {
                Ok(()) => return Ok(vec![Within { case, grant }]),
                Err(miss) => {
                    splits.extend(miss.splits.iter().cloned());
                    if nearest.as_ref().is_none_or(|(known, _)| known.kind < miss.kind) {
                        nearest = Some((miss, grant));
                    }
                }
            }
        }
        if depth < MAX_DEPTH && self.cases.get() < MAX_CASES {
            let open = splits.into_iter().find_map(|formula| both_ways(&case, &formula));
            if let Some((yes, no)) = open {
                let mut within = self.split(operation, yes, depth + 1)?;
                within.extend(self.split(operation, no, depth + 1)?);
                return Ok(within);
            }
        }
        let (miss, grant) = match nearest {
            Some((miss, grant)) => (miss, Some(grant)),
            None => (Miss::whole(Kind::Route, "no grant opens the route for these callers"), None),
        };
        Err(Box::new(Beyond { case, miss, grant }))
    }

    /// What these callers hold on the ways of a case: a guard may tell them apart further.
    fn grants(&self, case: &[Formula]) -> Vec<Arc<Grant>> {
        let callers = self.sight.callers;
        let mut grants = callers.held.clone();
        if callers.identity == Identity::Authorizer {
            for grant in &self.sight.rules.grants {
                let is_known = grants.iter().any(|known| known.name == grant.name);
                if !is_known && grant.on(self.sight.route).is_some() && told(self.sight, grant, case) {
                    grants.push(Arc::clone(grant));
                }
            }
        }
        grants
    }

    fn fits(&self, held: &Held<'_>, operation: &Operation, grant: &Grant) -> Result<(), Miss> {
        let granted = grant.on(self.sight.route).map(|route| route.actions.as_slice()).unwrap_or_default();
        if !granted.contains(&self.action) {
            let message = format!("grant `{}` does not give {} here", grant.name, self.action);
            return Err(Miss::whole(Kind::Action, message));
        }
        table(held, operation, grant)?;
        index(held, operation, grant)?;
        keys::within(held, operation, grant)?;
        attributes::within(held, operation, grant)?;
        attributes::limited(held, operation, grant)?;
        ownership::demanded(held, operation, grant)
    }
}

/// A case with a formula, and one with its opposite, where neither is decided yet.
fn both_ways(case: &[Formula], formula: &Formula) -> Option<(Vec<Formula>, Vec<Formula>)> {
    let guard = case.iter().try_fold(Guard::default(), |guard, known| guard.and(known))?;
    let opposite = formula.negated();
    let is_open = guard.simplified(formula) != Formula::True
        && guard.and(formula).is_some()
        && guard.and(&opposite).is_some()
        && !case.contains(formula)
        && !case.contains(&opposite);
    let with = |formula: Formula| case.iter().cloned().chain([formula]).collect();
    is_open.then(|| (with(formula.clone()), with(opposite)))
}
