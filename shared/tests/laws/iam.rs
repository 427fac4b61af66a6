//! IAM's evaluation of a policy, from its documentation: explicit deny first, then allow, else deny.

use std::collections::BTreeMap;

use serde_json::Value;

/// A request with its condition keys; a key that is absent has no entry.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    pub(crate) action: String,
    pub(crate) resource: String,
    pub(crate) keys: BTreeMap<String, Vec<String>>,
}

/// Whether a policy allows a request.
pub(crate) fn allows(policy: &Value, request: &Request) -> bool {
    let statements: Vec<&Value> = policy["Statement"].as_array().unwrap().iter().collect();
    let applying = |effect: &str| {
        statements.iter().any(|statement| statement["Effect"] == effect && applies(statement, request))
    };
    !applying("Deny") && applying("Allow")
}

fn applies(statement: &Value, request: &Request) -> bool {
    texts(&statement["Action"]).iter().any(|action| matches(action, &request.action))
        && texts(&statement["Resource"]).iter().any(|resource| matches(resource, &request.resource))
        && statement["Condition"].as_object().into_iter().flatten().all(|(operator, keys)| {
            keys.as_object().unwrap().iter().all(|(key, values)| {
                condition(operator, &texts(values), request.keys.get(key).map(Vec::as_slice))
            })
        })
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(values) => values.iter().map(|value| value.as_str().unwrap().to_owned()).collect(),
        value => vec![value.as_str().unwrap().to_owned()],
    }
}

fn condition(operator: &str, values: &[String], held: Option<&[String]>) -> bool {
    let any = |test: &dyn Fn(&str, &str) -> bool, one: &str| values.iter().any(|value| test(value, one));
    let equal: &dyn Fn(&str, &str) -> bool = &|value, one| value == one;
    let like: &dyn Fn(&str, &str) -> bool = &matches;
    match operator {
        // True of a request without the key.
        "ForAllValues:StringEquals" => held.unwrap_or_default().iter().all(|one| any(equal, one)),
        "ForAllValues:StringLike" => held.unwrap_or_default().iter().all(|one| any(like, one)),
        "StringEquals" | "Bool" => held.is_some_and(|held| held.iter().any(|one| any(equal, one))),
        "StringEqualsIfExists" => held.is_none_or(|held| held.iter().any(|one| any(equal, one))),
        "Null" => values.iter().any(|value| (value == "true") == held.is_none()),
        other => panic!("no such operator: {other}"),
    }
}

/// IAM's wildcards: `*` any text, `?` any character.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    // reached[n]: the pattern so far matches the first n characters.
    let mut reached = vec![false; text.len() + 1];
    reached[0] = true;
    for symbol in pattern {
        let mut next = vec![false; text.len() + 1];
        for end in 0..=text.len() {
            next[end] = match symbol {
                '*' => reached[end] || (end > 0 && next[end - 1]),
                '?' => end > 0 && reached[end - 1],
                symbol => end > 0 && reached[end - 1] && text[end - 1] == symbol,
            };
        }
        reached = next;
    }
    reached[text.len()]
}

#[test]
fn wildcards_are_greedy() {
    for (pattern, text, expected) in [
        ("a*", "a", true),
        ("a/*/c", "a/b/b/c", true),
        ("a/*/c", "a/c", false),
        ("a?c", "abc", true),
        ("a?c", "ac", false),
        ("*", "", true),
        ("a", "A", false),
    ] {
        assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
    }
}

#[test]
fn deny_goes_first_and_absence_is_deny() {
    let policy = serde_json::json!({"Statement": [
        {"Effect": "Allow", "Action": ["x:Do"], "Resource": ["r/*"]},
        {"Effect": "Deny", "Action": ["x:Do"], "Resource": ["r/no"]},
        {"Effect": "Allow", "Action": ["x:See"], "Resource": ["r"], "Condition": {
            "ForAllValues:StringEquals": {"k": ["v"]}, "Null": {"k": "false"}}},
    ]});
    let ask = |action: &str, resource: &str, keys: &[(&str, &[&str])]| {
        let keys = keys
            .iter()
            .map(|(key, values)| ((*key).to_owned(), values.iter().map(|v| (*v).to_owned()).collect()));
        allows(
            &policy,
            &Request { action: action.to_owned(), resource: resource.to_owned(), keys: keys.collect() },
        )
    };
    assert!(ask("x:Do", "r/yes", &[]));
    assert!(!ask("x:Do", "r/no", &[]));
    assert!(!ask("x:Do", "s", &[]));
    assert!(!ask("x:See", "r", &[]), "without the key, `Null` must deny");
    assert!(ask("x:See", "r", &[("k", &["v"])]));
    assert!(!ask("x:See", "r", &[("k", &["v", "w"])]));
}
