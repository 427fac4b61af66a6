//! What proves an operation, for people.

use keybound_shared::{KeyPattern, Piece};

use crate::finding::{MapText, Reason, ReasonKind, TextPart};
use crate::reach::held::Held;
use crate::reach::judge::Within;
use crate::reach::operation::Operation;
use crate::render::skeleton::{HoleUse, below};
use crate::render::{Term, TermId};

/// What proves that an operation stays within its grants: these, what they demand of the item, and where the caller's
/// own values stand.
pub(super) fn reasons(ways: &[Held<'_>], operation: &Operation, within: &[Within]) -> Vec<Reason> {
    let mut found: Vec<Reason> = Vec::new();
    let mut add = |reason: Reason| {
        if !found.contains(&reason) {
            found.push(reason);
        }
    };
    for within in within {
        add(Reason::of(ReasonKind::Grant, &within.grant.name));
    }
    for (name, pattern) in within.iter().flat_map(|within| &within.grant.must_own) {
        add(Reason { kind: ReasonKind::Condition, text: condition(name, pattern) });
    }
    let at = |names: &[&str]| below(&operation.at, names);
    let values = [at(&["ExpressionAttributeValues"]), at(&["Parameters"]), at(&["Statement"])];
    let places: Vec<_> = operation.key.iter().cloned().chain(values).collect();
    for held in ways {
        for hole in &held.request.skeleton.uses {
            if places.iter().any(|place| hole.path.starts_with(place))
                && held.request.met(&hole.guard).is_some()
            {
                values_of(held, hole).for_each(&mut add);
            }
        }
    }
    found
}

/// What a condition demands of an attribute.
fn condition(name: &str, pattern: &KeyPattern) -> MapText {
    let begun = TextPart::Fixed(format!("{name} = "));
    let parts = pattern.pieces().iter().map(|piece| match piece {
        Piece::Text(text) => TextPart::Fixed(text.clone()),
        Piece::Variable(name) => TextPart::Caller(name.clone()),
    });
    let open = pattern.is_open().then(|| TextPart::Fixed("*".to_owned()));
    MapText(std::iter::once(begun).chain(parts).chain(open).collect())
}

/// The caller's own values that a hole prints, alone or beside others.
fn values_of<'h>(held: &'h Held<'_>, hole: &'h HoleUse) -> impl Iterator<Item = Reason> + 'h {
    let terms = held.sight.terms;
    let inner = terms.sources(hole.term).into_iter().filter(|id| *id != hole.term);
    let all: Vec<TermId> = std::iter::once(hole.term).chain(inner).collect();
    all.into_iter().filter_map(|term| {
        let guard = held.request.met(&hole.guard)?;
        let variable = held.sight.variable(&HoleUse { term, guard, ..hole.clone() })?;
        let what = TextPart::Fixed(format!("{} is ", terms.describe(term)));
        Some(Reason { kind: kind_of(held, term), text: MapText(vec![what, TextPart::Caller(variable)]) })
    })
}

fn kind_of(held: &Held<'_>, term: TermId) -> ReasonKind {
    let is_tied = |source: &TermId| match held.sight.terms.get(*source) {
        Term::Parameter(_, name) => held.sight.callers.tied(name, held.sight.route).is_some(),
        _ => false,
    };
    if held.sight.terms.sources(term).iter().any(is_tied) { ReasonKind::Parameter } else { ReasonKind::Hole }
}
