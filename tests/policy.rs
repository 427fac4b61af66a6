//! `keybound policy` and `keybound schema`: what access rules give a caller, and their form.

mod role;

use serde_json::{Value as Json, json};

use crate::command::{Done, Scratch, process, root, run, run_with};

/// Rules for two tables, one public route among theirs.
const RULES: &str = r##"version: 1
issuers:
  main: { issuer: "https://tokens.example.com", audience: [orders], jwks: jwks.json }
  other: { issuer: "https://other.example.com", audience: [orders], jwks: other.json }
tables:
  Orders: { name: orders-prod, key: { partition: PK, sort: SK } }
  Links: { key: { partition: id } }
variables:
  tenant: { claim: tenant_id, pattern: "[a-z0-9-]{1,36}", issuers: [main] }
  user: { claim: sub, issuers: [main, other] }
grants:
  - name: read-own
    when: { "cognito:groups": customers }
    table: Orders
    routes: { "GET /orders": [Query] }
    keys: { PK: "TENANT#{tenant}" }
  - name: own-profile
    table: Orders
    routes: { "GET /users/{userId}": [GetItem] }
    params: { userId: "{user}" }
    keys: { PK: "USER#{user}" }
  - name: follow
    anyone: true
    table: Links
    routes: { "GET /l/{id}": [GetItem] }
    keys: any
authorizer:
  apis: [a1b2c3/prod]
"##;

const ARN: &str = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3/prod/GET/orders";

fn policy(rules: &str, claims: &str, arn: &str) -> Done {
    let scratch = Scratch::with(&[("keybound.yaml", rules), ("claims.json", claims)]);
    scratch.run(&["policy", "--rules", "keybound.yaml", "--claims", "claims.json", "--arn", arn])
}

fn customer() -> Json {
    json!({
        "iss": "https://tokens.example.com", "sub": "u-1", "tenant_id": "acme",
        "cognito:groups": ["customers", "beta"],
    })
}

/// The resources of the statements with an effect.
fn resources(document: &Json, effect: &str) -> Vec<String> {
    let statements = document["Statement"].as_array().expect("statements");
    let with_effect = statements.iter().filter(|statement| statement["Effect"] == effect);
    let resources = with_effect.flat_map(|statement| statement["Resource"].as_array().expect("resources"));
    resources.map(|resource| resource.as_str().expect("a text").to_owned()).collect()
}

#[test]
fn a_caller_is_given_what_the_grants_say() {
    let done = policy(RULES, &customer().to_string(), ARN);
    assert_eq!((done.status, done.err.as_str()), (0, ""));
    let told = done.json();
    let members: Vec<&String> = told.as_object().expect("an object").keys().collect();
    assert_eq!(members, ["policyDocument", "context", "sessionPolicy"]);
    let stage = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3/prod";
    let allowed = resources(&told["policyDocument"], "Allow");
    for route in ["GET/orders", "GET/users/u-1", "GET/l/*"] {
        assert!(allowed.contains(&format!("{stage}/{route}")), "{allowed:?}");
    }
    assert_eq!(allowed.len(), 3, "{allowed:?}");
    assert_eq!(
        told["context"],
        json!({"tenant": "acme", "user": "u-1", "grants": "read-own,own-profile,follow"})
    );
    let session = told["sessionPolicy"].to_string();
    assert!(session.contains("table/orders-prod") && session.contains("TENANT#acme"), "{session}");
    assert!(!session.contains("table/Links"), "{session}");
    assert!(done.out.ends_with("}\n") && done.out.lines().count() > 10, "pretty-printed: {}", done.out);
}

#[test]
fn standard_error_says_why_not_more_and_never_a_value() {
    let claims = json!({
        "iss": "https://tokens.example.com", "sub": "s3cret/sub", "cognito:groups": "s3cret-group",
    });
    let done = policy(RULES, &claims.to_string(), ARN);
    assert_eq!(done.status, 0);
    assert_eq!(
        done.err,
        "variable `tenant` is unbound: the claim is absent\n\
         variable `user` is unbound: a value does not match the pattern\n\
         grant `read-own` is not given: the claim `cognito:groups` is not as `when` asks\n\
         grant `own-profile` is not given: the variable `user` is unbound\n"
    );
    assert!(!done.out.contains("s3cret"), "{}", done.out);
    let told = done.json();
    assert_eq!(told["context"], json!({"grants": "follow"}));
    assert_eq!(told["sessionPolicy"], Json::Null);
}

#[test]
fn the_claims_pick_the_issuer() {
    let mut claims = customer();
    claims["iss"] = "https://other.example.com".into();
    let done = policy(RULES, &claims.to_string(), ARN);
    assert_eq!(done.status, 0);
    assert!(
        done.err.contains("variable `tenant` is unbound: the token is from another issuer\n"),
        "{}",
        done.err
    );
    assert_eq!(done.json()["context"], json!({"user": "u-1", "grants": "own-profile,follow"}));
}

#[test]
fn other_stages_are_denied_and_that_is_said() {
    let done = policy(RULES, &customer().to_string(), &ARN.replace("/prod/", "/dev/"));
    assert_eq!(done.status, 0);
    assert!(done.err.contains("`a1b2c3/dev` is not among `authorizer.apis`"), "{}", done.err);
    let document = &done.json()["policyDocument"];
    assert_eq!(resources(document, "Allow"), Vec::<String>::new());
    assert_eq!(resources(document, "Deny"), ["arn:aws:execute-api:eu-west-1:123456789012:a1b2c3/dev/*"]);
}

#[test]
fn the_same_claims_give_the_same_bytes_for_every_route() {
    let reordered = r#"{"cognito:groups": ["beta", "customers"], "tenant_id": "acme", "sub": "u-1",
        "iss": "https://tokens.example.com"}"#;
    let one = policy(RULES, &customer().to_string(), ARN);
    let other = policy(RULES, reordered, &ARN.replace("GET/orders", "DELETE/users/a:b//c"));
    assert_eq!(one.out, other.out);
}

#[test]
fn every_error_of_the_rules_is_drawn_with_its_line() {
    let rules = RULES
        .replace("[Query]", "[Qery]")
        .replace("\"USER#{user}\"", "{user}")
        .replace("keys: any", "kys: any");
    let done = policy(&rules, "{}", "no arn");
    assert_eq!((done.status, done.out.as_str()), (2, ""));
    for said in [
        "× `Qery` is no action on DynamoDB items",
        "keybound.yaml:15:31]",
        "help: did you mean `Query`?",
        "× the pattern of `PK` must be text, found a mapping",
        "keybound.yaml:21:17]",
        "help: if this is text, write \"{user}\"",
        "× a grant has no key `kys`",
        "help: did you mean `keys`?",
    ] {
        assert!(done.err.contains(said), "{said}\n{}", done.err);
    }
    assert_eq!(done.err.matches("╭─[").count(), 3, "{}", done.err);
}

#[test]
fn two_places_of_one_error_are_drawn_both() {
    let done = policy(&RULES.replace("own-profile", "read-own"), &customer().to_string(), ARN);
    assert_eq!(done.status, 2);
    assert!(
        done.err.contains("two grants have the name `read-own`") && done.err.contains("the other is here")
    );
    assert!(
        done.err.contains("keybound.yaml:17:11]") && done.err.contains("keybound.yaml:12:11]"),
        "{}",
        done.err
    );
}

#[test]
fn a_warning_is_drawn_and_stops_nothing() {
    let rules = RULES.replace("keys: { PK: \"TENANT#{tenant}\" }", "keys:\n      PK: TENANT #{tenant}");
    let done = policy(&rules, &customer().to_string(), ARN);
    assert_eq!(done.status, 0, "{}", done.err);
    assert!(done.err.contains("⚠ the pattern is `TENANT` alone"), "{}", done.err);
    assert_eq!(done.json()["context"]["grants"], "read-own,own-profile,follow");
}

#[test]
fn what_the_environment_knows_is_filled_in() {
    let rules = RULES.replace("orders-prod", "\"orders-${env:STAGE}\"");
    let scratch = Scratch::with(&[("keybound.yaml", &rules), ("claims.json", &customer().to_string())]);
    let args = ["policy", "--claims", "claims.json", "--arn", ARN];
    let unset = scratch.run(&args);
    assert_eq!((unset.status, unset.out.as_str()), (2, ""));
    assert!(unset.err.contains("the environment variable `STAGE` is not set"), "{}", unset.err);
    let set = process(scratch.path(), &args).env("STAGE", "test").output().expect("the command runs");
    assert_eq!(set.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&set.stdout).contains("table/orders-test"));
}

#[test]
fn failures_say_what_is_wrong_with_what() {
    let good = customer().to_string();
    let over = RULES.replace("  apis: [a1b2c3/prod]", "  max_policy_bytes: 512");
    for (rules, claims, arn, said) in [
        (RULES, r#"{"sub": "x"}"#, ARN, "error: claims.json: the claim `iss` is absent or no text"),
        (RULES, r#"{"iss": ["https://tokens.example.com"]}"#, ARN, "the claim `iss` is absent or no text"),
        (
            RULES,
            r#"{"iss": "https://s3cret.example.com"}"#,
            ARN,
            "the claim `iss` is that of no issuer of the rules",
        ),
        (
            RULES,
            r#"{"iss": "https://tokens.example.com/"}"#,
            ARN,
            "compared byte for byte with `https://tokens.example",
        ),
        (RULES, r#"{"iss": "s3cret", "iss": "s3cret"}"#, ARN, "error: claims.json: not strict JSON"),
        (RULES, r#"["s3cret"]"#, ARN, "claims must be a JSON object"),
        (RULES, "s3cret", ARN, "not strict JSON: line 1, column 1"),
        (RULES, &good, "a1b2c3/prod", "error: the method ARN is not of the form"),
        (RULES, &good, &ARN.replace("prod", "*"), "the stage in the method ARN is no plain name"),
        (&over, &good, ARN, "512 are allowed"),
        ("", &good, ARN, "the file is empty"),
        ("a: [", &good, ARN, "not valid YAML"),
    ] {
        let done = policy(rules, claims, arn);
        assert_eq!((done.status, done.out.as_str()), (2, ""), "{claims} {arn}: {}", done.err);
        assert!(done.err.contains(said), "{said}\n{}", done.err);
        assert!(!done.err.contains("s3cret"), "{}", done.err);
    }
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let scratch = Scratch::with(&[("claims.json", "{}"), ("keybound.yaml", RULES)]);
    scratch.write("latin.yaml", b"version: 1 # \xe9");
    for (args, said) in [
        (["--rules", "missing.yaml", "--claims", "claims.json"], "error: missing.yaml: cannot be read: "),
        (["--rules", "keybound.yaml", "--claims", "missing.json"], "error: missing.json: cannot be read: "),
        (
            ["--rules", "latin.yaml", "--claims", "claims.json"],
            "error: latin.yaml: is not UTF-8 after byte 13",
        ),
        (["--rules", "-", "--claims", "-"], "error: `--rules` and `--claims` cannot both be standard input"),
    ] {
        let done = scratch.run(&[&["policy", "--arn", ARN][..], &args].concat());
        assert_eq!((done.status, done.out.as_str()), (2, ""), "{args:?}");
        assert!(done.err.contains(said), "{said}\n{}", done.err);
    }
}

#[test]
fn either_file_can_be_standard_input() {
    let scratch = Scratch::with(&[("keybound.yaml", RULES), ("claims.json", &customer().to_string())]);
    let from_file = scratch.run(&["policy", "--claims", "claims.json", "--arn", ARN]);
    let claims = run_with(
        scratch.path(),
        &["policy", "--claims", "-", "--arn", ARN],
        customer().to_string().as_bytes(),
    );
    let args = ["policy", "--rules", "-", "--claims", "claims.json", "--arn", ARN];
    let rules = run_with(scratch.path(), &args, RULES.as_bytes());
    assert_eq!((from_file.status, &from_file.out), (0, &claims.out));
    assert_eq!(from_file.out, rules.out);
    let broken = run_with(scratch.path(), &args, b"version: 2");
    assert!(broken.err.contains("standard input:1:10]"), "{}", broken.err);
}

#[test]
fn the_schema_is_the_one_of_the_rules() {
    let done = run(&["schema"]);
    assert_eq!((done.status, done.err.as_str()), (0, ""));
    let file =
        std::fs::read_to_string(root().join("shared/src/rules/keybound.schema.json")).expect("the schema");
    // With the names of the lints, which the rules know nothing of.
    let mut printed = done.json();
    let levels = &mut printed["$defs"]["lint"]["properties"]["levels"];
    assert!(levels.as_object_mut().expect("an object").remove("propertyNames").is_some());
    assert_eq!(printed, serde_json::from_str::<Json>(&file).expect("JSON"));
    assert_eq!(done.json()["$schema"], "https://json-schema.org/draft/2020-12/schema");
}

#[test]
fn rules_of_the_examples_load() {
    let folders = ["examples/orders", "examples/links", "deploy/orders"];
    for folder in folders {
        let args = ["policy", "--claims", "-", "--arn", ARN];
        let mut command = process(&root().join(folder), &args);
        let deployed = [
            ("STAGE", "prod"),
            ("ISSUER", "https://tokens.example.com"),
            ("AUDIENCE", "app"),
            ("ORDERS_TABLE", "orders"),
        ];
        let done = command.envs(deployed).output().expect("the command runs");
        // The rules are read without a word; there are only no claims.
        let err = String::from_utf8_lossy(&done.stderr);
        assert!(err.starts_with("error: standard input: not strict JSON"), "{folder}: {err}");
    }
}

#[test]
fn the_reference_s_example_gives_what_the_page_says() {
    let page = std::fs::read_to_string(root().join("docs/rules.md")).expect("the page");
    let rules =
        page.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("the example");
    let scratch = Scratch::with(&[
        ("keybound.yaml", rules),
        (
            "claims.json",
            r#"{"iss": "https://tokens.example.com/", "sub": "u-17", "tenant_id": "acme", "groups": ["customers"]}"#,
        ),
    ]);
    let arn = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/orders/1";
    let args = ["policy", "--rules", "keybound.yaml", "--claims", "claims.json", "--arn", arn];
    let done = process(scratch.path(), &args).env("STAGE", "prod").output().expect("the command runs");
    let told: Json = serde_json::from_slice(&done.stdout).expect("JSON");
    let stage = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod";
    let allowed = resources(&told["policyDocument"], "Allow");
    assert_eq!(allowed, ["GET/orders/*", "GET/users/u-17"].map(|route| format!("{stage}/{route}")));
    let context = json!({"tenant": "acme", "user": "u-17", "grants": "read-own-orders,own-profile"});
    assert_eq!(told["context"], context);
    let err = String::from_utf8_lossy(&done.stderr);
    assert_eq!(err, "grant `list-by-status` is not given: the claim `groups` is not as `when` asks\n");
}
