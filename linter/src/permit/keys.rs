//! Whether the keys that an operation reaches are those of a grant.

use keybound_shared::{Decision, Grant, KeyPattern, KeyRange, Keys};

use super::beyond::Beyond;
use super::demand::{Demand, Is, Value};

/// What of the keys lies beyond a grant.
pub(super) fn beyond(keys: &Demand, grant: &Grant, decision: &Decision<'_>) -> Option<Beyond> {
    let Keys::Within { partition, sort } = &grant.keys else { return None };
    let key = grant.key();
    beyond_partition(keys, &key.partition, partition, decision).or_else(|| {
        let (attribute, pattern) = key.sort.as_deref().zip(sort.as_ref())?;
        beyond_sort(keys, attribute, pattern, decision)
    })
}

/// The keys that a pattern stands for, for this caller.
struct Granted<'a> {
    pattern: &'a KeyPattern,
    range: Option<KeyRange>,
}

impl<'a> Granted<'a> {
    fn of(pattern: &'a KeyPattern, decision: &Decision<'_>) -> Self {
        Self { pattern, range: pattern.range(|variable| decision.value(variable)) }
    }

    /// A text is a key of the pattern; `*` alone is the pattern of every key of every type. The empty text is the key of no
    /// item: DynamoDB refuses or finds nothing.
    fn admits(&self, value: &Value) -> bool {
        match value.text() {
            _ if self.pattern.is_everything() => true,
            Some(text) => text.is_empty() || self.admits_text(text),
            None => false,
        }
    }

    fn admits_text(&self, text: &str) -> bool {
        self.range.as_ref().is_some_and(|range| range.matches(text))
    }

    fn admits_prefix(&self, prefix: &str) -> bool {
        matches!(&self.range, Some(KeyRange::StartsWith(granted)) if prefix.starts_with(granted.as_str()))
    }
}

/// The values of which a key attribute must be one, where it must be.
fn values(is: &Is) -> Option<&[Value]> {
    match is {
        Is::Equal(value) => Some(std::slice::from_ref(value)),
        Is::OneOf(values) if !values.is_empty() => Some(values),
        _ => None,
    }
}

fn beyond_partition(
    keys: &Demand,
    attribute: &str,
    pattern: &KeyPattern,
    decision: &Decision<'_>,
) -> Option<Beyond> {
    let granted = Granted::of(pattern, decision);
    let mut beyond = Beyond::EveryPartition;
    for values in keys.of(attribute).filter_map(values) {
        beyond = match values.iter().find(|value| !granted.admits(value)) {
            None => return None,
            Some(Value::Text(text)) => Beyond::PartitionKey(text.clone()),
            Some(Value::Other) => Beyond::UntextualPartitionKey,
        };
    }
    Some(beyond)
}

fn beyond_sort(
    keys: &Demand,
    attribute: &str,
    pattern: &KeyPattern,
    decision: &Decision<'_>,
) -> Option<Beyond> {
    if pattern.is_everything() {
        return None;
    }
    let granted = Granted::of(pattern, decision);
    let mut beyond = Beyond::EverySortKey;
    for is in keys.of(attribute) {
        beyond = match is {
            Is::BeginsWith(Value::Text(prefix)) => {
                if granted.admits_prefix(prefix) {
                    return None;
                }
                Beyond::SortKeys(prefix.clone())
            }
            // Keys are compared by their bytes, so what lies between two that begin alike begins so too.
            Is::Between(Value::Text(low), Value::Text(high)) => {
                if granted.admits_text(low) && granted.admits_text(high) {
                    return None;
                }
                Beyond::SortKeyRange(low.clone(), high.clone())
            }
            is => match values(is).map(|values| values.iter().find(|value| !granted.admits(value))) {
                Some(None) => return None,
                Some(Some(Value::Text(text))) => Beyond::SortKey(text.clone()),
                Some(Some(Value::Other)) => Beyond::UntextualSortKey,
                None => continue,
            },
        };
    }
    Some(beyond)
}
