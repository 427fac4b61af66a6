//! What a role's policy lets through is what the grants say of all callers, and never less than a session policy does.

use std::collections::BTreeSet;

use keybound_shared::{Caller, MethodArn, NoSuchRoute, RoleScope, Rules, Statement, decide};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::calls::{Call, Limits, calls};
use crate::decisions::{loaded, parsed};
use crate::iam;
use crate::plan::{Plan, PlannedGrant, claims, plans};

const ARN: &str = "arn:aws:execute-api:eu-west-1:123456789012:api/s/GET/a";

/// The policy as JSON, with no statements where there is none.
fn policy(rules: &Rules, scope: &RoleScope) -> Value {
    let document = rules.role_policy(scope, Some(&MethodArn::parse(ARN).unwrap())).unwrap();
    document.map_or(json!({"Statement": []}), |document| serde_json::from_str(&document.to_json()).unwrap())
}

/// A planned route as the rules write it.
fn route(grant: &PlannedGrant, path: &str) -> String {
    format!("{} {path}", grant.verb)
}

/// Whether grants that ask the same of the call reach all of its keys together, whatever the variables are.
fn is_granted_to_some(call: &Call, plan: &Plan, on: Option<&str>) -> bool {
    let opens =
        |grant: &&PlannedGrant| on.is_none_or(|on| grant.paths.iter().any(|path| route(grant, path) == on));
    let asking: Vec<(&PlannedGrant, Limits)> = plan
        .grants
        .iter()
        .filter(opens)
        .flat_map(|grant| {
            call.asked_by(grant).into_iter().map(move |limits| (grant, with_key(grant, limits)))
        })
        .collect();
    asking.iter().filter(|(_, limits)| call.is_within(limits)).any(|(_, limits)| {
        let alike: Vec<&PlannedGrant> =
            asking.iter().filter(|(_, other)| other == limits).map(|(grant, _)| *grant).collect();
        let reached = |key: &String| {
            alike.iter().any(|grant| match grant.partition {
                None => true,
                Some(pattern) => iam::matches(&pattern.replace("{tenant}", "*").replace("{user}", "*"), key),
            })
        };
        match &call.partitions {
            Some(keys) => keys.iter().all(reached),
            None => call.action == "Scan",
        }
    })
}

/// A request names its item's key, and an index's beside it.
fn with_key(grant: &PlannedGrant, limits: Limits) -> Limits {
    let key: &[&str] = if grant.table == "One" { &["PK", "SK"] } else { &["id"] };
    let with_key = |names: BTreeSet<&'static str>| {
        names.into_iter().chain(key.iter().copied()).chain([grant.key()]).collect()
    };
    Limits { attributes: limits.attributes.map(with_key), ..limits }
}

/// Grants with all that a session policy would give nothing of.
const RULES: &str = "version: 1
issuers: {main: {issuer: 'https://issuer.example', audience: [app]}}
tables:
  One: {key: {partition: PK, sort: SK}, indexes: {ByB: {partition: B}}}
  Two: {key: {partition: id}}
variables: {tenant: {claim: tenant_id}, who: {identity: cognitoIdentityId}}
grants:
  - {name: sorted, table: One, routes: {'GET /a': [GetItem, BatchGetItem]}, keys: {PK: 'T#{tenant}', SK: 'A#*'}}
  - {name: limited, table: One, routes: {'GET /b': [BatchGetItem]}, keys: {PK: 'B#{tenant}#*'}, limit: 5}
  - {name: fixed, table: One, routes: {'GET /c': [TransactGetItems]}, keys: {PK: FIXED}}
  - {name: index, table: One, index: ByB, routes: {'GET /d': [Query]}, keys: {B: 'T#{tenant}'}}
  - {name: identity, table: One, routes: {'PUT /e': [PutItem]}, keys: {PK: 'ID#{who}'}}
  - {name: scan, anyone: true, table: Two, routes: {'GET /f': [Scan]}, keys: any, attributes: [url]}
  - {name: own, table: Two, routes: {'PUT /g': [UpdateItem]}, keys: any, must_own: {owner: '{tenant}'}, attributes: [url]}
";

fn request(
    action: &str,
    table: &str,
    attributes: &[&str],
    keys: &[&str],
    inside: Option<&str>,
) -> iam::Request {
    let told = [("Attributes", attributes), ("LeadingKeys", keys), ("EnclosingOperation", inside.as_slice())];
    let list = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
    let told = told.into_iter().filter(|(_, values)| !values.is_empty());
    iam::Request {
        action: format!("dynamodb:{action}"),
        resource: format!("arn:aws:dynamodb:eu-west-1:123456789012:table/{table}"),
        keys: told.map(|(key, values)| (format!("dynamodb:{key}"), list(values))).collect(),
    }
}

#[test]
fn a_key_outside_of_every_pattern_is_refused() {
    let policy = policy(&Rules::load(RULES, &|_| None).unwrap().rules, &RoleScope::All);
    let (one, two) = ("One", "Two");
    for (action, table, keys, inside, expected) in [
        ("GetItem", one, &["T#a"][..], None, true),
        ("GetItem", one, &["T#a#b"], None, true),
        ("GetItem", one, &["U#a"], None, false),
        ("GetItem", one, &["T"], None, false),
        ("GetItem", one, &["t#a"], None, false),
        ("GetItem", one, &[""], None, false),
        ("GetItem", one, &[], None, false),
        ("GetItem", one, &["FIXED"], None, false),
        ("GetItem", one, &["FIXED"], Some("TransactGetItems"), true),
        ("GetItem", one, &["FIXED#1"], Some("TransactGetItems"), false),
        ("GetItem", one, &["FIXED"], Some("TransactWriteItems"), false),
        ("GetItem", one, &["B#a#"], None, false),
        ("GetItem", "One/index/ByB", &["T#a"], None, false),
        ("BatchGetItem", one, &["T#a", "B#a#b"], None, true),
        ("BatchGetItem", one, &["T#a", "B#a"], None, false),
        ("BatchGetItem", one, &["B#a#", "U#a"], None, false),
        ("Query", "One/index/ByB", &["T#a"], None, true),
        ("Query", "One/index/ByB", &["A#a"], None, false),
        ("Query", "One/index/Other", &["T#a"], None, false),
        ("Query", one, &["T#a"], None, false),
        ("Scan", one, &[], None, false),
        ("Scan", "One/index/ByB", &[], None, false),
        ("Scan", two, &[], None, true),
        ("PutItem", one, &["ID#x"], None, true),
        ("PutItem", one, &["x"], None, false),
        ("DeleteItem", one, &["ID#x"], None, false),
        ("UpdateItem", two, &["anything"], None, true),
        ("PutItem", two, &["anything"], None, false),
        ("PartiQLSelect", two, &["anything"], None, false),
        ("DeleteTable", two, &[], None, false),
    ] {
        let call = request(action, table, &["url"], keys, inside);
        assert_eq!(iam::allows(&policy, &call), expected, "{call:?}\n{policy:#}");
    }
}

#[test]
fn attributes_are_those_of_the_grant_the_key_and_the_owner() {
    let policy = policy(&Rules::load(RULES, &|_| None).unwrap().rules, &RoleScope::All);
    for (action, attributes, expected) in [
        ("Scan", &["url"][..], true),
        ("Scan", &["id", "url"], true),
        ("Scan", &["owner"], false),
        ("Scan", &["secret", "url"], false),
        ("Scan", &[], false),
        ("UpdateItem", &["id", "owner", "url"], true),
        ("UpdateItem", &["id", "secret"], false),
    ] {
        let call = request(action, "Two", attributes, if action == "Scan" { &[] } else { &["1"] }, None);
        assert_eq!(iam::allows(&policy, &call), expected, "{call:?}\n{policy:#}");
    }
}

#[test]
fn what_nobody_says_of_a_table_s_place_is_a_star() {
    let rules = |place: &str| {
        let text =
            RULES.replace("Two: {key: {partition: id}", &format!("Two: {{key: {{partition: id}}{place}"));
        Rules::load(&text, &|_| None).unwrap().rules
    };
    let china = MethodArn::parse("arn:aws-cn:execute-api:cn-north-1:123456789012:api/s/GET/a").unwrap();
    for (place, api, expected) in [
        ("", None, "arn:aws:dynamodb:*:*"),
        (", region: eu-west-1", None, "arn:aws:dynamodb:eu-west-1:*"),
        (", region: cn-north-1", None, "arn:aws-cn:dynamodb:cn-north-1:*"),
        (", region: us-gov-west-1", None, "arn:aws-us-gov:dynamodb:us-gov-west-1:*"),
        (", account: '210987654321'", None, "arn:aws:dynamodb:*:210987654321"),
        ("", Some(&china), "arn:aws-cn:dynamodb:cn-north-1:123456789012"),
        (", region: cn-northwest-1", Some(&china), "arn:aws-cn:dynamodb:cn-northwest-1:123456789012"),
    ] {
        let document = rules(place).role_policy(&RoleScope::All, api).unwrap().unwrap();
        let resources: Vec<&str> = document.statements().iter().flat_map(Statement::resources).collect();
        let expected = format!("{expected}:table/Two");
        assert!(resources.contains(&expected.as_str()), "{expected}\n{resources:?}");
    }
}

#[test]
fn routes_are_named_as_the_rules_write_them() {
    let text =
        RULES.replace("'GET /d': [Query]", "'GET /d/{id}': [Query], 'PUT /d/{id}': [Query], sendIt: [Query]");
    let rules = Rules::load(&text, &|_| None).unwrap().rules;
    let named = |source: &str| match RoleScope::named(source, &rules) {
        Ok(RoleScope::Routes(routes)) => {
            routes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        }
        Ok(RoleScope::All) => "all".to_owned(),
        Err(NoSuchRoute::Unknown { nearest }) => format!("unknown: {nearest:?}"),
        Err(error) => error.to_string(),
    };
    for (source, expected) in [
        ("GET /a", "GET /a"),
        ("ANY /d/{id}", "GET /d/{id}, PUT /d/{id}"),
        ("sendIt", "sendIt"),
        ("GET /d/{orderId}", "unknown: Some(\"GET /d/{id}\")"),
        ("ANY /d/{orderId}", "unknown: Some(\"ANY /d/{id}\")"),
        ("GET /a/b/c/d/e/f/g", "unknown: None"),
        ("POST /a", "unknown: Some(\"GET /a\")"),
        ("sendit", "unknown: Some(\"sendIt\")"),
        ("/a", "the route has no verb: write `GET /path`, or `ANY /path` for the seven verbs"),
        ("", "`` is no route key: write `VERB /path`, or the key of a WebSocket route"),
    ] {
        assert_eq!(named(source), expected, "{source}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, max_global_rejects: 4000, ..ProptestConfig::default() })]

    #[test]
    fn a_role_s_policy_says_what_the_grants_say_of_everyone(
        plan in plans(), calls in prop::collection::vec(calls(), 60)
    ) {
        let Some(loaded) = loaded(&plan) else { return Err(TestCaseError::reject("conflicts")) };
        let on = route(&plan.grants[0], &plan.grants[0].paths[0]);
        let scope = RoleScope::named(&on, &loaded.rules).unwrap();
        for (scope, on) in [(&RoleScope::All, None), (&scope, Some(on.as_str()))] {
            let policy = policy(&loaded.rules, scope);
            for call in &calls {
                let allowed = iam::allows(&policy, &call.request());
                let granted = is_granted_to_some(call, &plan, on);
                prop_assert_eq!(allowed, granted, "{:?} {:?}\n{:#}\n{}", on, call, policy, plan.yaml());
            }
            for statement in policy["Statement"].as_array().unwrap() {
                prop_assert!(!statement["Resource"].to_string().contains('*'));
                prop_assert!(!statement["Action"].to_string().contains('*'));
                let of_keys = statement["Condition"].to_string().contains("LeadingKeys");
                prop_assert!(!of_keys || !statement["Action"].to_string().contains("Scan"), "{}", statement);
            }
        }
    }

    #[test]
    fn a_role_is_never_narrower_than_a_session(
        plan in plans(), claims in claims(), calls in prop::collection::vec(calls(), 60)
    ) {
        let Some(loaded) = loaded(&plan) else { return Err(TestCaseError::reject("conflicts")) };
        let parsed = parsed(&claims);
        let caller = Caller::bind(&loaded.rules, &loaded.rules.written().issuers[0], &parsed);
        let session = decide(&loaded.rules, &caller).session_policy(&MethodArn::parse(ARN).unwrap());
        let Ok(Some(session)) = session else { return Err(TestCaseError::reject("no session")) };
        let session = serde_json::from_str(&session.to_json()).unwrap();
        let role = policy(&loaded.rules, &RoleScope::All);
        for call in calls.iter().map(Call::request).filter(|call| iam::allows(&session, call)) {
            prop_assert!(iam::allows(&role, &call), "{:?}\n{:#}\n{:#}", call, session, role);
        }
    }
}
