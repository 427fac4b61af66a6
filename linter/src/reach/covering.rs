//! Which grants' policies also let callers through to a route that no grant opens.

use std::sync::Arc;

use keybound_shared::{Document, Effect, Grant, MethodArn, Route, Rules, Segment};

use super::callers::{Callers, Identity};
use super::sample::Sample;

/// Grants that are looked at.
const MAX_GRANTS: usize = 200;

/// What stands for a path parameter that nothing ties.
const ANY_VALUE: &str = "anything";

/// The grants whose holders' policies allow a route.
pub fn covering(rules: &Rules, route: &Route) -> Vec<Arc<Grant>> {
    let Some((verb, path)) = route.http() else { return Vec::new() };
    let segments: Vec<&str> = path
        .segments()
        .iter()
        .map(|segment| match segment {
            Segment::Literal(text) => text.as_str(),
            Segment::Parameter(_) | Segment::Greedy(_) => ANY_VALUE,
        })
        .collect();
    let api = rules.written().authorizer.apis.first().map_or("a1b2c3d4e5/prod", String::as_str);
    let arn = format!("arn:aws:execute-api:eu-west-1:123456789012:{api}/{verb}/{}", segments.join("/"));
    let Ok(method) = MethodArn::parse(&arn) else { return Vec::new() };
    let lets_through = |grant: &&Arc<Grant>| {
        let Some(own) = grant.routes.first().map(|granted| &granted.route) else { return false };
        let callers =
            Callers { by: Some(Arc::clone(grant)), held: Vec::new(), identity: Identity::Authorizer };
        let answer = Sample::of(rules, &callers, own).and_then(|sample| sample.decision.answer(&method).ok());
        answer.is_some_and(|answer| allows(answer.policy(), &arn))
    };
    rules.written().grants.iter().take(MAX_GRANTS).filter(lets_through).map(Arc::clone).collect()
}

/// Whether a policy allows a method: some statement does and none denies it.
fn allows(document: &Document, arn: &str) -> bool {
    let is_meant = |effect: Effect| {
        document
            .statements()
            .iter()
            .filter(|statement| statement.effect() == effect)
            .any(|statement| statement.resources().any(|resource| matches(resource, arn)))
    };
    is_meant(Effect::Allow) && !is_meant(Effect::Deny)
}

/// Whether a text is as IAM's pattern says: `*` is any text, `?` any character.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut read) = (0, 0);
    // The last star, and what it stood for when it was tried last.
    let mut star: Option<(usize, usize)> = None;
    while let Some(character) = text.get(read) {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, read));
                at += 1;
            }
            Some(wanted) if *wanted == '?' || wanted == character => {
                at += 1;
                read += 1;
            }
            _ => match star {
                Some((star_at, from)) => {
                    at = star_at + 1;
                    read = from + 1;
                    star = Some((star_at, from + 1));
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(at).all(|rest| *rest == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_run_over_slashes() {
        for (pattern, text, expected) in [
            ("a/*", "a/b/c", true),
            ("a/*/c", "a/b/c", true),
            ("a/*/c", "a/b", false),
            ("a/?", "a/b", true),
            ("a/?", "a/bc", false),
            ("*", "", true),
            ("a*b*c", "aXbYbZc", true),
            ("a*b*c", "aXbYb", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
