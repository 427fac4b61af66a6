//! Access rules, key patterns, the decision and the IAM documents that follow from it.
//!
//! Everything here is a pure function of the text of the rules and of verified claims: no I/O, no clock. The way runs
//! from top to bottom:
//!
//! 1. [`Rules::load`] reads `keybound.yaml`, or tells everything that is wrong with it;
//! 2. [`Caller::bind`] binds the rules' variables from the claims of a verified token;
//! 3. [`decide`] says which grants the caller holds;
//! 4. [`Decision::answer`] writes what API Gateway is told, [`Decision::session_policy`] what IAM is.
//!
//! [`Rules::role_policy`] writes what IAM is told of all callers together, before there is any.
//!
//! There is only allow in the rules. What is not granted is denied, and an error anywhere is a denial.

mod action;
mod arn;
mod caller;
mod claims;
mod closest;
mod compiled;
mod coverage;
mod decision;
mod document;
mod iam;
mod load;
mod pattern;
mod policy;
mod problem;
mod route;
mod rules;

pub use action::{Action, UnknownAction};
pub use arn::{MethodArn, MethodArnError};
pub use caller::{Binding, Caller, Unbound};
pub use claims::{Claims, ClaimsError};
pub use compiled::Rules;
pub use decision::{Decision, NotGiven, decide, refusals};
pub use document::{Place, Span};
pub use iam::{Condition, Document, Effect, Operator, Statement};
pub use load::Loaded;
pub use pattern::{KeyPattern, KeyPatternError, KeyRange, MAX_VALUE, Piece, ValuePattern, ValuePatternError};
pub use policy::{Answer, NoSuchRoute, PolicyError, RoleScope};
pub use problem::{Level, Problem};
pub use route::{MAX_SEGMENTS, Path, Route, RouteError, Segment, Verb};
pub use rules::{
    AccessRules, Algorithm, AuthorizerSettings, Claimant, Comparand, Grant, GrantRoute, HttpApiAnswer,
    Identity, Index, Issuer, Key, KeySource, Keys, LintLevel, LintSettings, Opens, Parts, SCHEMA,
    SessionStatement, Table, TokenUse, Variable, VariableSource, Written,
};
