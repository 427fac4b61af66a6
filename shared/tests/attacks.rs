//! Attacks by way of claims, and on the limits of what is answered. Each is told by its number in the list of known
//! attacks on authorizers that the tests of the authorizer share.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests fail by panicking")]

use keybound_shared::{Caller, Claims, Decision, MethodArn, Problem, Rules, decide};
use serde_json::{Value, json};

const RULES: &str = r##"
version: 1
issuers: { main: { issuer: "https://issuer.example", audience: [app] } }
tables:
  Orders: { key: { partition: PK } }
variables:
  tenant: { claim: tenant, pattern: "[a-z0-9-]{1,36}" }
  team: { claim: teams, each: true, max_values: 3 }
grants:
  - name: own
    table: Orders
    routes: { "GET /tenants/{tenant}/orders": [Query] }
    params: { tenant: "{tenant}" }
    keys: { PK: "TENANT#{tenant}#*" }
  - name: team
    table: Orders
    routes: { "GET /teams/{team}": [GetItem] }
    params: { team: "{team}" }
    keys: { PK: FIXED }
  - name: admins
    when: { groups: admins }
    table: Orders
    routes: { "GET /all": [Query] }
    keys: any
  - name: readers
    when: { scope: orders/read }
    table: Orders
    routes: { "GET /read": [Query] }
    keys: any
"##;

const ARN: &str = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/x";

fn rules(text: &str) -> Rules {
    Rules::load(text, &|_| None).unwrap_or_else(|problems| panic!("{problems:#?}")).rules
}

/// The grants' names and the answer, for claims.
fn decided<T>(rules: &Rules, claims: &Value, look: impl FnOnce(&Decision<'_>) -> T) -> T {
    let claims = Claims::parse(claims.to_string().as_bytes()).unwrap();
    look(&decide(rules, &Caller::bind(rules, &rules.written().issuers[0], &claims)))
}

fn names(rules: &Rules, claims: &Value) -> Vec<String> {
    decided(rules, claims, |decision| decision.grants().map(|grant| grant.name.clone()).collect())
}

fn answer(rules: &Rules, claims: &Value) -> String {
    decided(rules, claims, |decision| decision.answer(&MethodArn::parse(ARN).unwrap()).unwrap().to_json())
}

fn said(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn attack_24_groups_that_are_no_list_of_texts() {
    let rules = rules(RULES);
    assert_eq!(names(&rules, &json!({"groups": ["x", "admins"]})), ["admins"]);
    // One text is compared as a whole: an issuer that writes a single group so means it.
    assert_eq!(names(&rules, &json!({"groups": "admins"})), ["admins"]);
    for groups in [
        json!("[admins]"),
        json!("admins,users"),
        json!("admins users"),
        json!([["admins"]]),
        json!({"admins": true}),
        json!([{"name": "admins"}]),
        json!("Admins"),
        json!([]),
        json!(null),
        json!((0..10_000).map(|number| format!("g{number}")).collect::<Vec<_>>()),
    ] {
        assert!(names(&rules, &json!({"groups": groups})).is_empty(), "{groups}");
    }
}

#[test]
fn attack_25_scopes_are_whole_words() {
    let rules = rules(RULES);
    assert_eq!(names(&rules, &json!({"scope": "openid orders/read"})), ["readers"]);
    for scope in
        ["orders/readall", "xorders/read", "orders/read\tx", "orders/read\nx", "orders", "orders/read,x", ""]
    {
        assert!(names(&rules, &json!({"scope": scope})).is_empty(), "{scope:?}");
    }
}

#[test]
fn attack_37_a_tenant_that_would_widen_a_policy_grants_nothing() {
    let rules = rules(RULES);
    let nothing = answer(&rules, &json!({}));
    let long = "a".repeat(300);
    for tenant in [
        "*",
        "?",
        "acme*",
        "${aws:username}",
        "${*}",
        "acme#evil",
        "acme/../evil",
        "",
        " ",
        "é",
        "\u{202e}acme",
        &long,
        "acme\",\"Resource\":\"*",
        "acme\u{0}",
        "acme\n",
        "..",
        ".",
        "acme%2F",
        "acme'",
        "acme\\",
        "ACME",
        "{tenant}",
    ] {
        let claims = json!({ "tenant": tenant });
        assert!(names(&rules, &claims).is_empty(), "{tenant:?}");
        assert_eq!(answer(&rules, &claims), nothing, "{tenant:?}");
    }
}

#[test]
fn attack_38_a_tenant_reaches_no_tenant_that_begins_with_its_name() {
    let rules = rules(RULES);
    let arn = MethodArn::parse(ARN).unwrap();
    let (policy, session) = decided(&rules, &json!({"tenant": "acme"}), |decision| {
        let session = decision.session_policy(&arn).unwrap().unwrap().to_json();
        (decision.answer(&arn).unwrap().policy().to_json(), session)
    });
    assert!(policy.contains("/GET/tenants/acme/orders\""), "{policy}");
    assert!(session.contains(r#""dynamodb:LeadingKeys":["TENANT#acme#*"]"#), "{session}");
}

#[test]
fn attack_39_a_tenant_of_another_type_grants_nothing() {
    let rules = rules(RULES);
    for tenant in [json!(1), json!(true), json!(null), json!(["acme"]), json!({"acme": 1}), json!(1.5)] {
        assert!(names(&rules, &json!({ "tenant": tenant })).is_empty(), "{tenant}");
    }
    // A list for `each` is all right or all wrong.
    assert_eq!(names(&rules, &json!({"teams": ["a", "b", "a"]})), ["team"]);
    for teams in [
        json!(["a", "*"]),
        json!(["a", 1]),
        json!([]),
        json!(["a", "b", "c", "d"]),
        json!([["a"]]),
        json!(""),
    ] {
        assert!(names(&rules, &json!({ "teams": teams })).is_empty(), "{teams}");
    }
}

#[test]
fn attack_40_a_claim_that_a_rule_needs_and_the_token_lacks() {
    let rules = rules(RULES);
    assert!(
        names(&rules, &json!({"tenant_id": "acme", "Tenant": "acme", "custom:tenant": "acme"})).is_empty()
    );
    let context: Value = serde_json::from_str(&answer(&rules, &json!({}))).unwrap();
    assert_eq!(
        context["context"],
        json!({"grants": ""}),
        "an unbound variable is not published, not even empty"
    );
}

#[test]
fn attack_41_a_narrow_grant_takes_nothing_from_a_wide_one_nor_the_other_way_round() {
    let rules = rules(RULES);
    let held = |claims: Value| answer(&rules, &claims);
    let both = held(json!({"tenant": "acme", "groups": ["admins"]}));
    assert!(both.contains("/GET/all\"") && both.contains("/GET/tenants/acme/orders\""), "{both}");
    let narrow = held(json!({"tenant": "acme", "groups": []}));
    assert!(!narrow.contains("/GET/all\""), "{narrow}");
}

#[test]
fn attack_42_a_policy_over_its_limits_is_an_error_of_the_file() {
    let grant = |number: usize| {
        format!(
            "  - {{ name: g{number}, table: Orders, routes: {{ 'GET /r{number}': [GetItem] }}, keys: any }}\n"
        )
    };
    let many = format!("{RULES}{}", (0..700).map(grant).collect::<String>());
    let problems = Rules::load(&many, &|_| None).unwrap_err();
    assert!(
        said(&problems).contains("the policy of a caller who holds every grant could have"),
        "{}",
        said(&problems)
    );

    let long = RULES.replace("/tenants/{tenant}/orders", &format!("/tenants/{{tenant}}/{}", "x".repeat(200)));
    let long = long.replace("{1,36}", "{1,250}");
    let problems = Rules::load(&long, &|_| None).unwrap_err();
    assert!(said(&problems).contains("512 are allowed"), "{}", said(&problems));
}

#[test]
fn attack_42_a_resource_that_is_too_long_after_all_is_an_error_and_not_cut() {
    // Within what loading assumes of a stage's name, but not with this one.
    let path = format!("/tenants/{{tenant}}/{}", "x".repeat(350));
    let rules = rules(&RULES.replace("/tenants/{tenant}/orders", &path));
    let arn = ARN.replace("/prod/", &format!("/{}/", "s".repeat(128)));
    let error = decided(&rules, &json!({"tenant": "a".repeat(36)}), |decision| {
        decision.answer(&MethodArn::parse(&arn).unwrap()).unwrap_err()
    });
    assert!(error.to_string().ends_with("512 are allowed"), "{error}");
}

#[test]
fn attack_43_a_session_policy_over_its_limit_is_an_error() {
    let table = |number: usize| format!("  Table{number}: {{ key: {{ partition: PK }} }}\n");
    let grant = |number: usize| {
        format!(
            "  - {{ name: g{number}, table: Table{number}, routes: {{ 'GET /t{number}': [GetItem] }}, keys: {{ PK: 'T#{{tenant}}' }} }}\n"
        )
    };
    let tables: String = (0..20).map(table).collect();
    let grants: String = (0..20).map(grant).collect();
    let text = format!("{}{grants}", RULES.replace("variables:", &format!("{tables}variables:")));
    let error = decided(&rules(&text), &json!({"tenant": "acme"}), |decision| {
        decision.session_policy(&MethodArn::parse(ARN).unwrap()).unwrap_err()
    });
    assert!(error.to_string().ends_with("2048 are allowed"), "{error}");

    // Where it is published, it is an error of the file.
    let published = format!("{text}authorizer: {{ session_policy: true }}\n");
    let problems = Rules::load(&published, &|_| None).unwrap_err();
    assert!(said(&problems).contains("2048 are allowed"), "{}", said(&problems));
}

#[test]
fn attack_54_to_56_a_caller_without_a_grant_gets_one_deny() {
    let answer: Value = serde_json::from_str(&answer(&rules(RULES), &json!({"sub": "u1"}))).unwrap();
    assert_eq!(
        answer["policyDocument"]["Statement"],
        json!([{
            "Effect": "Deny",
            "Action": ["execute-api:Invoke"],
            "Resource": ["arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/*"],
        }])
    );
    assert_eq!(answer["principalId"], "main|u1");
}

#[test]
fn attack_53_a_claim_that_is_a_template_stays_a_claim() {
    let rules = rules(&RULES.replace("pattern: \"[a-z0-9-]{1,36}\"", "pattern: \"[A-Za-z.]{1,36}\""));
    for tenant in [r#""},"TableName":"x"#, "$input.body", "#set($a=1)", "$context.stage"] {
        assert!(names(&rules, &json!({ "tenant": tenant })).is_empty(), "{tenant}");
    }
}

#[test]
fn attack_58_files_that_are_hostile_are_refused_with_a_place() {
    let deep = format!("version: 1\nlint: {}1{}", "[".repeat(1000), "]".repeat(1000));
    let large = format!("version: 1\n# {}\n", "x".repeat(10 << 20));
    let mut laughs = String::from("version: 1\nlint:\n  a0: &a0 [x, x, x, x, x, x, x, x]\n");
    for level in 1..9 {
        let before = level - 1;
        laughs.push_str(&format!("  a{level}: &a{level} [{}]\n", vec![format!("*a{before}"); 8].join(", ")));
    }
    for (what, text) in [
        ("unknown field", format!("{RULES}allow: []\n")),
        ("typo in a condition", RULES.replace("when: { groups", "wen: { groups")),
        ("name twice", RULES.replace("name: team", "name: own")),
        ("merge key", RULES.replace("version: 1", "version: 1\nlint: { <<: { a: 1 } }")),
        ("second document", format!("{RULES}---\nversion: 1\n")),
        ("regex", RULES.replace("[a-z0-9-]{1,36}", "((a{100}){100}){100}")),
        ("empty", String::new()),
        ("list", "- version: 1".to_owned()),
        ("no version", RULES.replace("version: 1", "")),
        ("deep", deep),
        ("large", large),
        ("laughs", laughs),
        ("cycle", "version: 1\nlint: &a { b: *a }\n".to_owned()),
        ("NUL", format!("{RULES}\u{0}")),
    ] {
        let problems = Rules::load(&text, &|_| None).err().unwrap_or_else(|| panic!("{what} is accepted"));
        assert!(problems.iter().all(|problem| problem.place.line > 0 && problem.place.column > 0), "{what}");
        assert!(problems.len() < 600 && said(&problems).len() < 100_000, "{what}");
    }
    // A mark at the start of the file is no harm.
    assert!(Rules::load(&format!("\u{feff}{}", RULES.trim_start()), &|_| None).is_ok());
}
