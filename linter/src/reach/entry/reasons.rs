//! What proves an operation, for people.

use crate::finding::{Reason, ReasonKind};
use crate::reach::held::Held;
use crate::reach::judge::Within;
use crate::reach::operation::Operation;
use crate::render::skeleton::{HoleUse, below};
use crate::render::{Term, TermId};

/// What proves that an operation stays within its grants: these, what they demand of the item, and where the caller's
/// own values stand.
pub(super) fn reasons(ways: &[Held<'_>], operation: &Operation, within: &[Within]) -> Vec<Reason> {
    let mut found: Vec<Reason> = Vec::new();
    let mut add = |kind: ReasonKind, text: String| {
        let reason = Reason { kind, text };
        if !found.contains(&reason) {
            found.push(reason);
        }
    };
    for within in within {
        add(ReasonKind::Grant, within.grant.name.clone());
    }
    for (name, pattern) in within.iter().flat_map(|within| &within.grant.must_own) {
        add(ReasonKind::Condition, format!("{name} = {pattern}"));
    }
    let at = |names: &[&str]| below(&operation.at, names);
    let values = [at(&["ExpressionAttributeValues"]), at(&["Parameters"]), at(&["Statement"])];
    let places: Vec<_> = operation.key.iter().cloned().chain(values).collect();
    for held in ways {
        for hole in &held.request.skeleton.uses {
            if places.iter().any(|place| hole.path.starts_with(place)) && held.request.met(&hole.guard).is_some() {
                for (kind, text) in values_of(held, hole) {
                    add(kind, text);
                }
            }
        }
    }
    found
}

/// The caller's own values that a hole prints, alone or beside others.
fn values_of(held: &Held<'_>, hole: &HoleUse) -> Vec<(ReasonKind, String)> {
    let terms = held.sight.terms;
    let inner = terms.sources(hole.term).into_iter().filter(|id| *id != hole.term);
    let all: Vec<TermId> = std::iter::once(hole.term).chain(inner).collect();
    let told = all.into_iter().filter_map(|term| {
        let guard = held.request.met(&hole.guard)?;
        let variable = held.sight.variable(&HoleUse { term, guard, ..hole.clone() })?;
        Some((kind_of(held, term), format!("{} is {{{variable}}}", terms.describe(term))))
    });
    let mut found: Vec<(ReasonKind, String)> = Vec::new();
    for reason in told {
        if !found.contains(&reason) {
            found.push(reason);
        }
    }
    found
}

fn kind_of(held: &Held<'_>, term: TermId) -> ReasonKind {
    let is_tied = |source: &TermId| match held.sight.terms.get(*source) {
        Term::Parameter(_, name) => held.sight.callers.tied(name, held.sight.route).is_some(),
        _ => false,
    };
    if held.sight.terms.sources(term).iter().any(is_tied) { ReasonKind::Parameter } else { ReasonKind::Hole }
}
