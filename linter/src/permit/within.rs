//! Whether one operation lies within one grant.

use keybound_shared::{Decision, Grant};

use super::beyond::Beyond;
use super::operation::{Count, Operation};
use super::{keys, ownership};

/// What of an operation lies beyond a grant, the first that does. `keyed` is how many items the whole request reads by
/// their keys from the operation's table.
pub(super) fn beyond(
    operation: &Operation,
    keyed: usize,
    grant: &Grant,
    decision: &Decision<'_>,
) -> Option<Beyond> {
    beyond_table(operation, grant)
        .or_else(|| beyond_index(operation, grant))
        .or_else(|| keys::beyond(&operation.keys, grant, decision))
        .or_else(|| beyond_attributes(operation, grant))
        .or_else(|| beyond_limit(operation, keyed, grant))
        .or_else(|| ownership::beyond(operation, grant, decision))
}

fn beyond_table(operation: &Operation, grant: &Grant) -> Option<Beyond> {
    let is_same = operation.target.table.as_ref().is_some_and(|table| table.name == grant.table.name);
    (!is_same).then(|| Beyond::Table(operation.target.written.clone()))
}

fn beyond_index(operation: &Operation, grant: &Grant) -> Option<Beyond> {
    match (&operation.index, &grant.index) {
        (None, None) => None,
        (Some(asked), Some(granted)) if *asked == granted.name => None,
        (Some(asked), _) => Some(Beyond::Index(asked.clone())),
        (None, Some(_)) => Some(Beyond::TableItself(operation.target.written.clone())),
    }
}

fn beyond_attributes(operation: &Operation, grant: &Grant) -> Option<Beyond> {
    let granted = grant.attributes.as_ref()?;
    match operation.named.iter().find(|name| !granted.contains(name)) {
        Some(name) => Some(Beyond::Attribute(name.clone())),
        None => operation.returns_all.then_some(Beyond::EveryAttribute),
    }
}

fn beyond_limit(operation: &Operation, keyed: usize, grant: &Grant) -> Option<Beyond> {
    let limit = grant.limit?;
    let is_within = match operation.count {
        Count::Free => true,
        Count::One => u32::try_from(keyed).is_ok_and(|keyed| keyed <= limit),
        Count::Page(asked) => {
            asked.is_some_and(|asked| asked.fract() == 0.0 && (1.0..=f64::from(limit)).contains(&asked))
        }
    };
    (!is_within).then_some(Beyond::Limit(limit))
}
