//! How large the largest answers can get, found out when rules are loaded and not when a caller meets the limit.

use std::collections::BTreeSet;

use crate::arn::MethodArn;
use crate::compiled::Rules;
use crate::coverage::{Shape, Slot};
use crate::decision::Decision;
use crate::iam::MAX_RESOURCE;
use crate::route::{Step, Verb};

use super::answer::bytes_of;
use super::{MAX_CONNECT, PolicyError};

/// A limit that some caller could meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Excess {
    /// A resource of the grant of this number.
    Resource { grant: usize, characters: usize },
    /// The policy of a caller who holds every grant.
    Policy { bytes: usize, limit: usize },
    /// The whole answer to `$connect`.
    Connect { bytes: usize },
    /// The session policy, or a resource of it.
    Session(PolicyError),
}

/// Every limit that a caller could meet who holds all grants, with every variable as long as its pattern allows.
///
/// Nobody's policy is larger: it counts every Allow, and every Deny that some mix of grants brings. Of an ARN's first
/// parts, those are assumed that are about as long as any.
pub(crate) fn excesses(rules: &Rules) -> Vec<Excess> {
    let settings = &rules.written().authorizer;
    let arn = MethodArn::longest(&settings.apis, false);
    let mut found = Vec::new();
    let bytes = largest_policy(rules, arn.stage_prefix().len(), &mut found);
    if bytes > settings.max_policy_bytes {
        found.push(Excess::Policy { bytes, limit: settings.max_policy_bytes });
    }
    let everything = Decision::of_the_largest_caller(rules);
    if !rules.coverage().connecting().is_empty() {
        let connect = MethodArn::longest(&settings.apis, true);
        let bytes = everything.answer_of_any_size(&connect).map_or(0, |answer| bytes_of(&answer));
        if bytes > MAX_CONNECT {
            found.push(Excess::Connect { bytes });
        }
    }
    if settings.session_policy
        && let Err(error) = everything.session_policy(&arn)
    {
        found.push(Excess::Session(error));
    }
    found
}

/// The bytes of the largest policy document.
fn largest_policy(rules: &Rules, prefix: usize, found: &mut Vec<Excess>) -> usize {
    let coverage = rules.coverage();
    // Two statements around the resources, as they are written.
    let frame = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["execute-api:Invoke"],"Resource":[]},{"Effect":"Deny","Action":["execute-api:Invoke"],"Resource":[]}]}"#.len();
    let mut bytes = frame;
    // Quotes and a comma for each.
    let mut add = |length: usize, times: usize| {
        bytes = bytes.saturating_add(times.saturating_mul(prefix.saturating_add(length).saturating_add(3)));
    };
    let mut coverable: BTreeSet<usize> = BTreeSet::new();
    for (shape, grants) in coverage.shapes() {
        let times = times(rules, shape);
        let length = length(rules, shape);
        let mut longest = length;
        add(length, times);
        for depths in &shape.deeper {
            let more = depths.last().map_or(0, |deepest| deepest.more);
            longest = longest.max(length + 2 * more);
            add(length + 2 * more, times);
        }
        if shape.parent.is_some() {
            add(length, times);
        }
        coverable.extend(shape.covered.iter().chain(shape.parent.iter().flatten()));
        if let Some(grant) = grants.first()
            && prefix + longest > MAX_RESOURCE
        {
            found.push(Excess::Resource { grant: *grant, characters: prefix + longest });
        }
    }
    // A route that is lacked although a resource covers it is denied with and without a slash at the end.
    for route in coverable {
        let steps = coverage.table().steps(route);
        let texts = steps.iter().map(|step| if let Step::Text(text) = step { text.len() + 1 } else { 2 });
        add(Verb::LONGEST + texts.sum::<usize>() + 1, 2);
    }
    bytes
}

/// The characters of a shape's resource after the stage, at most.
fn length(rules: &Rules, shape: &Shape) -> usize {
    let slot = |slot: &Slot| match slot {
        Slot::Text(text) => text.len(),
        Slot::Tied(variable) => variable_of(rules, variable).map_or(0, |variable| variable.pattern.longest()),
        Slot::Star => 1,
    };
    // A slash before each segment, or after the verb where there is none.
    shape.verb.name().len() + shape.slots.iter().map(|one| slot(one) + 1).sum::<usize>().max(1)
}

/// How many resources a shape gives at most.
fn times(rules: &Rules, shape: &Shape) -> usize {
    let mut tied: Vec<&str> = shape.ties().collect();
    tied.sort_unstable();
    tied.dedup();
    let each = tied.iter().filter_map(|name| variable_of(rules, name)?.each);
    each.fold(1, usize::saturating_mul)
}

fn variable_of<'r>(rules: &'r Rules, name: &str) -> Option<&'r crate::rules::Variable> {
    rules.written().variables.iter().find(|variable| variable.name == name).map(AsRef::as_ref)
}
