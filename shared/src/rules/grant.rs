//! Who may do what.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::action::Action;
use crate::document::Span;
use crate::pattern::KeyPattern;
use crate::route::Route;

use super::table::{Index, Table};
use super::variable::Variable;

/// One entry of the rules: these callers, on these routes, may do these actions on this table within these keys.
#[derive(Clone, Debug)]
pub struct Grant {
    /// Its name, of letters, digits, `-`, `_` and `.`.
    pub name: String,
    /// Who holds it.
    pub opens: Opens,
    /// The table that it is about.
    pub table: Arc<Table>,
    /// The index that is read in place of the table.
    pub index: Option<Arc<Index>>,
    /// What may be done where, in file order; `ANY` is already its seven verbs.
    pub routes: Vec<GrantRoute>,
    /// Path parameters that must be the value of a variable: literal in the policy's ARN.
    pub params: Vec<(String, Arc<Variable>)>,
    /// The keys that may be reached.
    pub keys: Keys,
    /// Attributes that an item must already hold with these values, as the request's condition demands.
    pub must_own: Vec<(String, KeyPattern)>,
    /// The only attributes that may be reached, where that is limited.
    pub attributes: Option<Vec<String>>,
    /// The most items a request may ask for.
    pub limit: Option<u32>,
    /// Whether IAM, which cannot hold all of a grant, is to hold the part that it can.
    pub session: SessionStatement,
    /// Where the entry stands.
    pub span: Span,
}

impl Grant {
    /// Attributes of the key that `keys` is about: the index's, or the table's.
    #[must_use]
    pub fn key(&self) -> &super::table::Key {
        self.index.as_ref().map_or(&self.table.key, |index| &index.key)
    }

    /// The names of the variables that it needs, all of which must be bound.
    #[must_use]
    pub fn needed(&self) -> BTreeSet<&str> {
        let keys = match &self.keys {
            Keys::Any => Vec::new(),
            Keys::Within { partition, sort } => std::iter::once(partition).chain(sort).collect(),
        };
        let patterns = keys.into_iter().chain(self.must_own.iter().map(|(_, pattern)| pattern));
        let tied = self.params.iter().map(|(_, variable)| variable.name.as_str());
        patterns.flat_map(|pattern| pattern.variables()).chain(tied).collect()
    }

    /// What it gives on a route, whatever the route's parameters are called; none where it does not open it.
    #[must_use]
    pub fn on(&self, route: &Route) -> Option<&GrantRoute> {
        self.routes.iter().find(|granted| granted.route.is_alike(route))
    }

    /// Whether every caller who holds all of these grants holds this one too, whatever the claims are: it asks for
    /// nothing that they do not ask for.
    #[must_use]
    pub fn follows_from(&self, held: &[&Self]) -> bool {
        let Opens::Callers(asked) = &self.opens else { return true };
        let known: Vec<_> = held
            .iter()
            .filter_map(|held| match &held.opens {
                Opens::Callers(claimant) => Some(claimant),
                Opens::Anyone => None,
            })
            .collect();
        let met = asked.when.iter().all(|(claim, wanted)| {
            let mut conditions = known.iter().flat_map(|claimant| &claimant.when);
            conditions
                .any(|(name, values)| name == claim && values.iter().all(|value| wanted.contains(value)))
        });
        let from = asked.issuers.is_empty()
            || known.iter().any(|claimant| {
                !claimant.issuers.is_empty()
                    && claimant.issuers.iter().all(|issuer| asked.issuers.contains(issuer))
            });
        let bound: BTreeSet<&str> = held.iter().flat_map(|held| held.needed()).collect();
        // Where nothing is asked, a caller must still be a verified one.
        !known.is_empty() && met && from && self.needed().is_subset(&bound)
    }

    /// The variable that a path parameter is tied to.
    #[must_use]
    pub fn tied(&self, parameter: &str) -> Option<&Arc<Variable>> {
        self.params.iter().find(|(name, _)| name == parameter).map(|(_, variable)| variable)
    }
}

/// Who holds a grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opens {
    /// Everyone whom API Gateway lets ask, verified or not.
    Anyone,
    /// Verified callers.
    Callers(Claimant),
}

/// What must be true of a verified caller.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claimant {
    /// Each claim and the values of which it must have (or hold) one; all of them are needed. Empty: every caller.
    pub when: Vec<(String, Vec<Comparand>)>,
    /// The names of the issuers whose callers are meant; empty means any.
    pub issuers: Vec<String>,
}

/// A value that a claim is compared with; only to its own kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Comparand {
    /// Equal text.
    Text(String),
    /// An equal boolean.
    Boolean(bool),
    /// An equal number: a whole one that 64 bits with a sign hold.
    Whole(i64),
    /// Any other number, by the bits of the nearest binary one.
    Other(u64),
}

impl Comparand {
    /// A number of JSON; one that no 64 bits hold is none.
    #[must_use]
    pub fn number(number: &serde_json::Number) -> Option<Self> {
        let whole = number.as_i64().map(Self::Whole);
        whole.or_else(|| number.as_f64().filter(|value| value.is_finite()).map(Self::of))
    }

    /// A finite number; a whole one is the same however it is written: `1` and `1.0` are equal.
    pub(crate) fn of(number: f64) -> Self {
        // 2^63, which is beyond the range, and its negative, which is its first.
        const BEYOND: f64 = 9_223_372_036_854_775_808.0;
        if number.fract() == 0.0 && (-BEYOND..BEYOND).contains(&number) {
            #[expect(clippy::cast_possible_truncation, reason = "whole and in range")]
            return Self::Whole(number as i64);
        }
        Self::Other(number.to_bits())
    }
}

/// One route of a grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantRoute {
    /// Which route.
    pub route: Route,
    /// What may be done there, sorted, none twice. Never empty.
    pub actions: Vec<Action>,
    /// Where the route stands.
    pub span: Span,
}

/// The keys that a grant reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keys {
    /// All of them.
    Any,
    /// Those of this pattern.
    Within {
        /// What the partition key must match.
        partition: KeyPattern,
        /// What the sort key must match, where that is limited.
        sort: Option<KeyPattern>,
    },
}

/// Whether a grant yields a statement for IAM although IAM cannot hold all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionStatement {
    /// Only if IAM can hold the whole grant.
    Exact,
    /// `session_policy: whole-partition`: what IAM can hold of it.
    WholePartition,
}
