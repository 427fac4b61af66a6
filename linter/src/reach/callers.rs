//! Whom a method lets in, as far as the rules tell callers apart.

use std::sync::Arc;

use keybound_shared::{
    AccessRules, Grant, Identity as VerifiedIdentity, Opens, Route, Rules, Variable, VariableSource,
};

use crate::api::trust::Decider;
use crate::api::{Authorization, Integration, RestKind};
use crate::render::{Atom, Formula, Term, Terms};

use super::covering::covering;

/// What `$context` says of the callers of a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity {
    /// The authorizer of the rules was asked: variables are published, `when` and `params` are enforced.
    Authorizer,
    /// A Cognito user pool: claims are the caller's, and nothing of the rules is enforced.
    Pool,
    /// AWS_IAM: an identity that API Gateway verified, and nothing of the rules is enforced.
    Iam,
    /// Another authorizer, whose word is not ours.
    Foreign,
    /// No authorizer was asked.
    Nobody,
}

/// Callers that hold the same grants on a route, as far as anything says so.
#[derive(Clone, Debug)]
pub struct Callers {
    /// The grant that lets them in; none for callers whom something else lets in.
    pub by: Option<Arc<Grant>>,
    /// What every one of them holds on this route, in file order.
    pub held: Vec<Arc<Grant>>,
    /// What is known of them.
    pub identity: Identity,
}

/// Whom a method lets in.
#[derive(Clone, Debug)]
pub enum Admitted {
    /// These: whoever gets in is one of them.
    These(Vec<Callers>),
    /// Nobody: the authorizer is asked, and no grant opens the route.
    Nobody,
    /// It is not known who gets in, for this reason.
    Unknown(&'static str),
}

impl Callers {
    /// The name of these callers, for people: that of the grant that lets them in.
    pub fn name(&self) -> String {
        match (&self.by, self.identity) {
            (Some(grant), _) => grant.name.clone(),
            (None, Identity::Pool) => "every user of the pool".to_owned(),
            (None, Identity::Iam) => "everyone whom IAM admits".to_owned(),
            (None, Identity::Foreign) => "everyone whom the authorizer admits".to_owned(),
            (None, Identity::Authorizer | Identity::Nobody) => "anyone".to_owned(),
        }
    }

    /// Whether all of these callers have a value for a variable.
    pub fn binds(&self, variable: &str) -> bool {
        let needs = |grant: &Arc<Grant>| grant.needed().contains(variable);
        match self.identity {
            Identity::Authorizer => self.by.iter().any(needs) || self.held.iter().any(needs),
            Identity::Pool | Identity::Iam | Identity::Foreign | Identity::Nobody => false,
        }
    }

    /// The variable that a path parameter of a route is tied to for all of these callers.
    pub fn tied(&self, parameter: &str, route: &Route) -> Option<&Arc<Variable>> {
        let grant = self.by.as_ref().filter(|_| self.identity == Identity::Authorizer)?;
        let granted = grant.on(route)?;
        // The rules and the definition may call it by different names: the place counts.
        let (Some((_, own)), Some((_, other))) = (route.http(), granted.route.http()) else { return None };
        let place = own.parameters().position(|name| name == parameter)?;
        grant.tied(other.parameters().nth(place)?)
    }

    /// What holds of these callers from the start: the variables that they all have are not empty.
    pub fn known(&self, rules: &AccessRules, terms: &Terms) -> Vec<Formula> {
        let bound = rules.variables.iter().filter(|variable| self.binds(&variable.name));
        bound
            .filter_map(|variable| terms.known(&Term::Context(format!("authorizer.{}", variable.name))))
            .filter(|id| terms.decider(*id) != Some(Decider::Client))
            .map(|id| Formula::Lit(Atom::Prints(id, "".into()).into(), false))
            .collect()
    }
}

/// Whom an integration's method lets in under the rules.
pub fn admitted(rules: &Rules, integration: &Integration, route: &Route) -> Admitted {
    let written = rules.written();
    if integration.kind == RestKind::WebSocket {
        return connected(written, integration, route);
    }
    let is_ours = |name: &str| written.authorizer.refs.iter().any(|known| known == name);
    match &integration.authorization {
        Authorization::Lambda(name) | Authorization::Other(name) if is_ours(name) => verified(rules, route),
        Authorization::Lambda(_) | Authorization::Other(_) => {
            Admitted::These(vec![unverified(written, route, Identity::Foreign)])
        }
        Authorization::Open | Authorization::ApiKeyOnly => {
            Admitted::These(vec![unverified(written, route, Identity::Nobody)])
        }
        Authorization::UserPool(_) => Admitted::These(vec![unenforced(written, route, Identity::Pool)]),
        Authorization::Iam => Admitted::These(vec![unenforced(written, route, Identity::Iam)]),
        Authorization::Unknown => Admitted::Unknown("the definition does not show who may call the route"),
    }
}

/// The holders of each grant that opens a route behind the authorizer.
fn verified(rules: &Rules, route: &Route) -> Admitted {
    let all = &rules.written().grants;
    let opening: Vec<&Arc<Grant>> = all.iter().filter(|grant| grant.on(route).is_some()).collect();
    if opening.is_empty() {
        let through = covering(rules, route).into_iter();
        let through: Vec<Callers> = through
            .map(|by| Callers { by: Some(by), held: Vec::new(), identity: Identity::Authorizer })
            .collect();
        return if through.is_empty() { Admitted::Nobody } else { Admitted::These(through) };
    }
    let of = |by: &Arc<Grant>| Callers {
        by: Some(Arc::clone(by)),
        held: opening
            .iter()
            .filter(|grant| grant.name == by.name || grant.follows_from(&[by]))
            .map(|grant| Arc::clone(grant))
            .collect(),
        identity: Identity::Authorizer,
    };
    Admitted::These(opening.iter().map(|by| of(by)).collect())
}

/// Everyone, of whom nothing is known: another authorizer's word is not ours.
fn unverified(rules: &AccessRules, route: &Route, identity: Identity) -> Callers {
    let for_anyone = |grant: &&Arc<Grant>| grant.opens == Opens::Anyone && grant.on(route).is_some();
    Callers { by: None, held: rules.grants.iter().filter(for_anyone).map(Arc::clone).collect(), identity }
}

/// Everyone whom a user pool or IAM admits: what counts are the grants that hold for all of them.
fn unenforced(rules: &AccessRules, route: &Route, identity: Identity) -> Callers {
    let holds_for_all = |grant: &&Arc<Grant>| {
        let asks_nothing = match &grant.opens {
            Opens::Anyone => true,
            Opens::Callers(claimant) => claimant.when.is_empty() && grant.params.is_empty(),
        };
        let needed = grant.needed();
        let is_had = |variable: &&Arc<Variable>| match &variable.source {
            VariableSource::Claim(claim) => identity == Identity::Pool && claim == SUBJECT,
            VariableSource::Identity(VerifiedIdentity::CognitoIdentityId) => identity == Identity::Iam,
        };
        let had = rules.variables.iter().filter(|variable| needed.contains(variable.name.as_str()));
        grant.on(route).is_some() && asks_nothing && had.into_iter().all(|variable| is_had(&variable))
    };
    Callers { by: None, held: rules.grants.iter().filter(holds_for_all).map(Arc::clone).collect(), identity }
}

/// The claim that every token of a user pool has and no user can change.
pub const SUBJECT: &str = "sub";

/// Those who may send on an open connection: whom `$connect` admitted.
fn connected(rules: &AccessRules, integration: &Integration, route: &Route) -> Admitted {
    let is_ours = |name: &str| rules.authorizer.refs.iter().any(|known| known == name);
    match &integration.authorization {
        Authorization::Lambda(name) | Authorization::Other(name) if is_ours(name) => {}
        Authorization::Unknown => return Admitted::Unknown("the definition does not show who may connect"),
        Authorization::Iam => return Admitted::These(vec![unenforced(rules, route, Identity::Iam)]),
        Authorization::Open | Authorization::ApiKeyOnly => {
            return Admitted::These(vec![unverified(rules, route, Identity::Nobody)]);
        }
        _ => return Admitted::These(vec![unverified(rules, route, Identity::Foreign)]),
    }
    let connect = Route::WebSocket(Route::CONNECT.to_owned());
    let connecting: Vec<&Arc<Grant>> =
        rules.grants.iter().filter(|grant| grant.on(&connect).is_some()).collect();
    if connecting.is_empty() {
        return Admitted::Nobody;
    }
    let opening: Vec<&Arc<Grant>> = rules.grants.iter().filter(|grant| grant.on(route).is_some()).collect();
    let of = |by: &Arc<Grant>| Callers {
        by: Some(Arc::clone(by)),
        held: opening
            .iter()
            .filter(|grant| grant.name == by.name || grant.follows_from(&[by]))
            .map(|grant| Arc::clone(grant))
            .collect(),
        identity: Identity::Authorizer,
    };
    Admitted::These(connecting.into_iter().map(of).collect())
}
