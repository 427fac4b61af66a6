//! The rules that `deploy` puts beside the authorizer: they load in the environment that the deployments set, without a
//! warning, and open what `deploy/README.md` says.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

use std::collections::BTreeSet;

use keybound_shared::{Caller, Claims, Loaded, MethodArn, Problem, Rules, decide};
use serde_json::{Value, json};

const RULES: &str = include_str!("../../deploy/orders/keybound.yaml");
const STAGE: &str = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod";

fn load(environment: &[(&str, &str)]) -> Result<Loaded, Vec<Problem>> {
    let value = |name: &str| {
        environment.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    };
    Rules::load(RULES, &value)
}

const ENVIRONMENT: [(&str, &str); 3] = [
    ("ISSUER", "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example"),
    ("AUDIENCE", "4f2example"),
    ("ORDERS_TABLE", "orders"),
];

/// What API Gateway is told of a caller with these claims.
fn answer(claims: &Value) -> Value {
    let loaded = load(&ENVIRONMENT).unwrap_or_else(|problems| panic!("{problems:?}"));
    let issuer = &loaded.rules.written().issuers[0];
    let claims = Claims::parse(claims.to_string().as_bytes()).expect("claims");
    let caller = Caller::bind(&loaded.rules, issuer, &claims);
    let arn = MethodArn::parse(&format!("{STAGE}/GET/orders")).expect("an ARN");
    serde_json::from_str(&decide(&loaded.rules, &caller).answer(&arn).expect("an answer").to_json())
        .expect("JSON")
}

/// The resources of an answer's statements of this effect, without the stage.
fn resources(answer: &Value, effect: &str) -> BTreeSet<String> {
    let statements = answer["policyDocument"]["Statement"].as_array().expect("statements");
    let named = statements.iter().filter(|statement| statement["Effect"] == effect);
    let lists = named.map(|statement| statement["Resource"].as_array().expect("a list of resources"));
    let resources = lists.flatten().map(|resource| resource.as_str().expect("a text"));
    resources.map(|resource| resource.strip_prefix(STAGE).expect("of this stage").to_owned()).collect()
}

fn texts(list: &[&str]) -> BTreeSet<String> {
    list.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn they_load_without_a_warning_where_the_deployments_set_what_they_name() {
    let loaded = load(&ENVIRONMENT).unwrap_or_else(|problems| panic!("{problems:?}"));
    assert!(loaded.warnings.is_empty(), "{:?}", loaded.warnings);
    let rules = loaded.rules.written();
    assert_eq!(rules.tables[0].physical, "orders");
    assert_eq!(rules.issuers[0].audience, ["4f2example"]);
}

#[test]
fn they_do_not_load_where_one_is_missing() {
    for (missing, _) in ENVIRONMENT {
        let rest: Vec<(&str, &str)> = ENVIRONMENT.into_iter().filter(|(name, _)| *name != missing).collect();
        let problems = load(&rest).err().unwrap_or_else(|| panic!("loads without {missing}"));
        assert!(problems.iter().any(|problem| problem.message.contains(missing)), "{problems:?}");
    }
}

#[test]
fn a_tenant_reads_and_a_clerk_places_orders() {
    let tenant = answer(&json!({"sub": "u", "tenant_id": "acme"}));
    assert_eq!(resources(&tenant, "Allow"), texts(&["/GET/orders", "/GET/orders/*"]));
    assert_eq!(tenant["context"]["tenant"], "acme");
    let clerk = answer(&json!({"sub": "u", "tenant_id": "acme", "cognito:groups": ["clerks"]}));
    assert_eq!(resources(&clerk, "Allow"), texts(&["/GET/orders", "/GET/orders/*", "/PUT/orders/*"]));
}

#[test]
fn a_caller_without_a_tenant_gets_nothing() {
    for claims in [json!({"sub": "u"}), json!({"sub": "u", "tenant_id": "a#b", "cognito:groups": ["clerks"]})]
    {
        let none = answer(&claims);
        assert_eq!(resources(&none, "Allow"), texts(&[]), "{claims}");
        assert!(none["context"].get("tenant").is_none(), "{none}");
    }
}
