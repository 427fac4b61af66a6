//! Which grants a caller holds.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use crate::arn::MethodArn;
use crate::caller::{Binding, Caller, MAX_PRINCIPAL};
use crate::compiled::{Rules, comparands};
use crate::route::Route;
use crate::rules::{Claimant, Grant, Opens};

/// The grants that a caller holds. Only [`decide`] makes one, so there is none without rules.
#[derive(Clone)]
pub struct Decision<'r> {
    rules: &'r Rules,
    /// Their numbers, in file order.
    grants: Vec<usize>,
    principal: String,
    bound: Vec<(&'r str, Binding)>,
}

/// Says which grants a caller holds: those whose every condition is true and whose every variable is bound. A pure
/// function; nothing else gives anything.
#[must_use]
pub fn decide<'r>(rules: &'r Rules, caller: &Caller<'_>) -> Decision<'r> {
    let mut grants = rules.candidates(|claim| caller.claim(claim));
    let all = &rules.written().grants;
    grants.retain(|number| all.get(*number).is_some_and(|grant| refusal(grant, caller).is_none()));
    let binding = |name: &'r str| Some((name, caller.binding(name)?.clone()));
    let bound = rules.written().variables.iter().filter_map(|variable| binding(&variable.name)).collect();
    Decision { rules, grants, principal: caller.principal(), bound }
}

impl Rules {
    /// The decision for callers of whom nothing is known: they hold the grants that are for anyone, and no variable is
    /// bound.
    #[must_use]
    pub fn unverified(&self) -> Decision<'_> {
        let all = self.written().grants.iter().enumerate();
        let grants =
            all.filter(|(_, grant)| grant.opens == Opens::Anyone).map(|(number, _)| number).collect();
        Decision { rules: self, grants, principal: String::new(), bound: Vec::new() }
    }
}

/// Why a caller does not hold a grant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotGiven {
    /// `when` asks for something else.
    #[error("the claim `{0}` is not as `when` asks")]
    When(String),
    /// The token is from an issuer that the grant does not name.
    #[error("the token is from another issuer")]
    OtherIssuer,
    /// A variable that it needs is bound to nothing.
    #[error("the variable `{0}` is unbound")]
    Unbound(String),
}

/// Every grant that the caller does not hold, and why. Looks at all of them: for people, not for every request.
#[must_use]
pub fn refusals<'r>(rules: &'r Rules, caller: &Caller<'_>) -> Vec<(&'r Arc<Grant>, NotGiven)> {
    let grants = rules.written().grants.iter();
    grants.filter_map(|grant| Some((grant, refusal(grant, caller)?))).collect()
}

fn refusal(grant: &Grant, caller: &Caller<'_>) -> Option<NotGiven> {
    match &grant.opens {
        Opens::Anyone => None,
        Opens::Callers(claimant) => unmet(claimant, caller).or_else(|| {
            let is_bound =
                |name: &str| matches!(caller.binding(name), Some(Binding::One(_) | Binding::Several(_)));
            let unbound = grant.needed().into_iter().find(|name| !is_bound(name))?;
            Some(NotGiven::Unbound(unbound.to_owned()))
        }),
    }
}

fn unmet(claimant: &Claimant, caller: &Caller<'_>) -> Option<NotGiven> {
    if !claimant.issuers.is_empty() && !claimant.issuers.iter().any(|named| named == caller.issuer()) {
        return Some(NotGiven::OtherIssuer);
    }
    let is_met = |(claim, wanted): &&(String, Vec<_>)| {
        caller.claim(claim).is_some_and(|value| comparands(claim, value, &mut |held| wanted.contains(held)))
    };
    let (claim, _) = claimant.when.iter().find(|condition| !is_met(condition))?;
    Some(NotGiven::When(claim.clone()))
}

impl<'r> Decision<'r> {
    /// The decision for a caller who holds every grant, with every value as long as its pattern allows: for measuring,
    /// never an answer.
    pub(crate) fn of_the_largest_caller(rules: &'r Rules) -> Self {
        let bound = rules.written().variables.iter().map(|variable| {
            let longest = "x".repeat(variable.pattern.longest());
            let binding = match variable.each {
                Some(values) => Binding::Several(vec![longest; values]),
                None => Binding::One(longest),
            };
            (variable.name.as_str(), binding)
        });
        let grants = (0..rules.written().grants.len()).collect();
        Decision { rules, grants, principal: "x".repeat(MAX_PRINCIPAL), bound: bound.collect() }
    }

    /// The rules that it was made by.
    #[must_use]
    pub fn rules(&self) -> &'r Rules {
        self.rules
    }

    /// The grants that the caller holds, in file order; those for anyone are among them.
    pub fn grants(&self) -> impl Iterator<Item = &'r Arc<Grant>> {
        self.grants.iter().filter_map(|number| self.rules.written().grants.get(*number))
    }

    /// Their numbers, in file order.
    pub(crate) fn numbers(&self) -> &[usize] {
        &self.grants
    }

    /// Who the caller is, for logs of API Gateway.
    #[must_use]
    pub fn principal(&self) -> &str {
        &self.principal
    }

    /// The value of a variable that is one text.
    #[must_use]
    pub fn value(&self, variable: &str) -> Option<&str> {
        match self.binding(variable)? {
            Binding::One(value) => Some(value),
            _ => None,
        }
    }

    /// The values of a variable, one or several.
    pub(crate) fn values(&self, variable: &str) -> &[String] {
        match self.binding(variable) {
            Some(Binding::One(value)) => std::slice::from_ref(value),
            Some(Binding::Several(values)) => values,
            _ => &[],
        }
    }

    fn binding(&self, variable: &str) -> Option<&Binding> {
        self.bound.iter().find(|(name, _)| *name == variable).map(|(_, binding)| binding)
    }

    /// What templates read as `$context.authorizer.<name>`: the variables bound to one text, in the rules' order, and
    /// `grants`, the names of those held.
    #[must_use]
    pub fn context(&self) -> Vec<(&'r str, String)> {
        let published = self.bound.iter().filter_map(|(name, binding)| match binding {
            Binding::One(value) => Some((*name, value.clone())),
            _ => None,
        });
        published.chain([("grants", self.grant_names())]).collect()
    }

    /// The names of the grants that the caller holds, in file order, joined by commas.
    #[must_use]
    pub fn grant_names(&self) -> String {
        let names: Vec<&str> = self.grants().map(|grant| grant.name.as_str()).collect();
        names.join(",")
    }

    /// Whether the rules answer for this API and stage: for all, or for those that `authorizer.apis` lists.
    #[must_use]
    pub fn is_listed(&self, arn: &MethodArn) -> bool {
        let apis = &self.rules.written().authorizer.apis;
        apis.is_empty() || apis.contains(&arn.api_and_stage())
    }

    /// Whether a route of an HTTP API, by its route key, is open to the caller whatever its path parameters are.
    ///
    /// `ANY /path` is open if all seven verbs are. A WebSocket's or the default route key never is.
    #[must_use]
    pub fn opens(&self, route_key: &str) -> bool {
        let Ok(routes) = Route::parse_all(route_key) else { return false };
        let held: BTreeSet<usize> = self.numbers().iter().copied().collect();
        routes.iter().all(|route| {
            route.http().is_some_and(|(verb, path)| {
                self.rules.coverage().untied(verb, path).any(|grant| held.contains(&grant))
            })
        })
    }
}

/// Tells the grants, not the caller.
impl fmt::Debug for Decision<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Decision").field("grants", &self.grant_names()).finish()
    }
}
