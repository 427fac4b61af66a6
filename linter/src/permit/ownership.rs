//! `must_own`: whether a write is one of an item that the caller owns, and leaves it so.

use keybound_shared::{Decision, Grant, KeyRange};

use super::beyond::Beyond;
use super::demand::{Is, Test, Value};
use super::operation::{Effect, Operation, Write, key_attributes};

/// What of an operation lies beyond the ownership that a grant demands.
pub(super) fn beyond(operation: &Operation, grant: &Grant, decision: &Decision<'_>) -> Option<Beyond> {
    if grant.must_own.is_empty() {
        return None;
    }
    // Nothing in a read can demand that the item is the caller's: a filter hides what was read all the same.
    let Some(write) = &operation.write else { return Some(Beyond::Foreign) };
    for (attribute, pattern) in &grant.must_own {
        let Some(range) = pattern.range(|variable| decision.value(variable)) else {
            return Some(Beyond::Foreign);
        };
        if !write.condition.implies(&|test, negated| {
            shows_owner(test, negated, attribute, &range) || shows_none(test, negated, write, grant)
        }) {
            return Some(Beyond::Foreign);
        }
        if !keeps_owner(write, attribute, &range) {
            return Some(Beyond::OwnerChange(attribute.clone()));
        }
    }
    write.shows_failed.then_some(Beyond::FailedItem)
}

/// Whether a test, or its opposite, is true only of items of the owner.
fn shows_owner(test: &Test, negated: bool, attribute: &str, range: &KeyRange) -> bool {
    let is_own = |value: &Value| value.text().is_some_and(|text| range.matches(text));
    test.attribute == attribute
        && match (&test.is, negated) {
            // An attribute that is absent is unequal to any value, so the opposite demands that it is there.
            (Is::Equal(value), false) | (Is::NotEqual(value), true) => is_own(value),
            (Is::OneOf(values), false) => !values.is_empty() && values.iter().all(is_own),
            _ => false,
        }
}

/// Whether a test, or its opposite, is true only where there is no item that a put would replace: every item has its
/// table's key attributes.
fn shows_none(test: &Test, negated: bool, write: &Write, grant: &Grant) -> bool {
    write.effect == Effect::Put
        && key_attributes(&grant.table.key).any(|part| part == test.attribute)
        && matches!((&test.is, negated), (Is::Absent, false) | (Is::Present, true))
}

/// Whether the item is the owner's afterwards.
fn keeps_owner(write: &Write, attribute: &str, range: &KeyRange) -> bool {
    let mut after = write.changes.iter().filter(|(name, _)| name == attribute).map(|(_, value)| value);
    let mut is_set = false;
    let all_own = after.all(|value| {
        is_set = true;
        value.text().is_some_and(|text| range.matches(text))
    });
    all_own && (is_set || write.effect != Effect::Put)
}
