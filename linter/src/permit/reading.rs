//! The ways in which DynamoDB may read a request.
//!
//! It ignores members that are null. What it takes of a member that comes twice, and of a null among a list's elements,
//! nobody has recorded: a request with one has four readings, any other has one.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use keybound_vtl::json::strict::{Member, StrictKind, StrictValue};

/// As deep as the strict reader reads, so nothing that it gives is deeper.
const MAX_DEPTH: usize = 512;

/// How a request is read.
#[derive(Clone, Copy)]
struct Policy {
    /// Of members of one name the last counts, not the first.
    last: bool,
    /// Nulls are left out before anything else is looked at: they count neither as one of two members nor as an element.
    nulls_vanish: bool,
}

/// Every reading, without null members and with no member twice; none where the request nests too deep.
pub(super) fn readings(request: &StrictValue) -> Option<Vec<StrictValue>> {
    let policies = [(true, false), (false, false), (true, true), (false, true)]
        .map(|(last, nulls_vanish)| Policy { last, nulls_vanish });
    let count = if is_plain(request) { 1 } else { policies.len() };
    policies.into_iter().take(count).map(|policy| read(request, policy, MAX_DEPTH)).collect()
}

/// Whether every policy reads the same.
fn is_plain(request: &StrictValue) -> bool {
    let mut open = vec![request];
    while let Some(value) = open.pop() {
        let mut names = HashSet::new();
        if !value.members().iter().all(|member| names.insert(member.name.as_str())) {
            return false;
        }
        if value.elements().iter().any(is_null) {
            return false;
        }
        open.extend(value.members().iter().map(|member| &member.value));
        open.extend(value.elements());
    }
    true
}

fn is_null(value: &StrictValue) -> bool {
    value.kind == StrictKind::Null
}

fn read(value: &StrictValue, policy: Policy, depth: usize) -> Option<StrictValue> {
    let kind = match &value.kind {
        StrictKind::Array(elements) => {
            let depth = depth.checked_sub(1)?;
            let kept = elements.iter().filter(|element| !policy.nulls_vanish || !is_null(element));
            StrictKind::Array(kept.map(|element| read(element, policy, depth)).collect::<Option<_>>()?)
        }
        StrictKind::Object(members) => {
            let depth = depth.checked_sub(1)?;
            let read_member = |member: &Member| {
                let value = read(&member.value, policy, depth)?;
                Some(Member { name: member.name.clone(), name_span: member.name_span.clone(), value })
            };
            StrictKind::Object(chosen(members, policy).map(read_member).collect::<Option<_>>()?)
        }
        StrictKind::Null | StrictKind::Bool(_) | StrictKind::Number(_) | StrictKind::String(_) => {
            value.kind.clone()
        }
    };
    Some(StrictValue { span: value.span.clone(), kind })
}

/// The members that count, one of each name.
fn chosen(members: &[Member], policy: Policy) -> impl Iterator<Item = &Member> {
    let mut places = HashMap::new();
    let mut chosen: Vec<&Member> = Vec::new();
    for member in members {
        if policy.nulls_vanish && is_null(&member.value) {
            continue;
        }
        match places.entry(member.name.as_str()) {
            Entry::Vacant(place) => {
                place.insert(chosen.len());
                chosen.push(member);
            }
            Entry::Occupied(place) if policy.last => {
                if let Some(first) = chosen.get_mut(*place.get()) {
                    *first = member;
                }
            }
            Entry::Occupied(_) => {}
        }
    }
    chosen.into_iter().filter(|member| !is_null(&member.value))
}

#[cfg(test)]
mod tests {
    use keybound_vtl::json::strict::parse;

    use super::*;

    /// The readings, each as its members' texts in the source.
    fn read_as(text: &str) -> Vec<String> {
        let readings = readings(&parse(text).unwrap()).unwrap();
        let shown = |value: &StrictValue| match &value.kind {
            StrictKind::Object(members) => {
                let members =
                    members.iter().map(|m| format!("{}={}", m.name, text.get(m.value.span.clone()).unwrap()));
                members.collect::<Vec<_>>().join(" ")
            }
            StrictKind::Array(elements) => elements.len().to_string(),
            _ => "scalar".to_owned(),
        };
        readings.iter().map(shown).collect()
    }

    #[test]
    fn what_is_plain_has_one_reading() {
        assert_eq!(read_as(r#"{"a": 1, "b": {"a": 2}, "c": null}"#), [r#"a=1 b={"a": 2}"#]);
        assert_eq!(read_as("3"), ["scalar"]);
    }

    #[test]
    fn a_member_twice_is_the_first_or_the_last_of_them_nulls_counted_or_not() {
        assert_eq!(read_as(r#"{"a": 1, "a": 2}"#), ["a=2", "a=1", "a=2", "a=1"]);
        assert_eq!(read_as(r#"{"a": 1, "a": 2, "a": null}"#), ["", "a=1", "a=2", "a=1"]);
        assert_eq!(read_as(r#"{"a": null, "a": 1, "a": 2}"#), ["a=2", "", "a=2", "a=1"]);
    }

    #[test]
    fn a_null_among_elements_may_vanish() {
        assert_eq!(read_as("[1, null]"), ["2", "2", "1", "1"]);
    }

    #[test]
    fn repeats_count_at_every_depth_and_escaped() {
        assert_eq!(readings(&parse(r#"[{"x": [{"a": 1, "\u0061": 2}]}]"#).unwrap()).unwrap().len(), 4);
    }

    #[test]
    fn nesting_is_bounded() {
        let mut value = parse("1").unwrap();
        for _ in 0..MAX_DEPTH {
            value = StrictValue { span: 0..0, kind: StrictKind::Array(vec![value]) };
        }
        assert!(readings(&value).is_some());
        assert!(readings(&StrictValue { span: 0..0, kind: StrictKind::Array(vec![value]) }).is_none());
    }
}
