//! Routes that a policy has to hold apart: what it denies again, what is an error of the file, what a warning.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests fail by panicking")]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use keybound_shared::{Caller, Claims, Loaded, MethodArn, Problem, Rules, decide};
use serde_json::{Value, json};

const STAGE: &str = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/";

/// Rules with a grant for each route: its `when`, its route, and what its parameters are tied to.
fn load(grants: &[(&str, &str, &str)]) -> Result<Loaded, Vec<Problem>> {
    let mut text = String::from(
        "version: 1\nissuers: {main: {issuer: 'https://issuer.example', audience: [app]}}\n\
         tables: {Orders: {key: {partition: PK}}}\nvariables: {user: {claim: sub}, team: {claim: teams, each: true}}\n\
         authorizer: {max_policy_bytes: 4000000}\ngrants:\n",
    );
    for (number, (when, route, params)) in grants.iter().enumerate() {
        write!(text, "  - {{name: g{number}, table: Orders, routes: {{'{route}': [GetItem]}}, keys: any")
            .unwrap();
        if !when.is_empty() {
            write!(text, ", when: {{groups: {when}}}").unwrap();
        }
        if !params.is_empty() {
            write!(text, ", params: {{{params}}}").unwrap();
        }
        text.push_str("}\n");
    }
    Rules::load(&text, &|_| None)
}

/// The resources that are allowed and denied, below the stage.
fn resources(loaded: &Loaded, claims: &Value) -> (Vec<String>, Vec<String>) {
    let claims = Claims::parse(claims.to_string().as_bytes()).unwrap();
    let caller = Caller::bind(&loaded.rules, &loaded.rules.written().issuers[0], &claims);
    let arn = MethodArn::parse(&format!("{STAGE}GET/x")).unwrap();
    let answer = decide(&loaded.rules, &caller).answer(&arn).unwrap();
    let of = |effect: &str| {
        let policy: Value = serde_json::from_str(&answer.policy().to_json()).unwrap();
        let statements = policy["Statement"].as_array().unwrap().clone();
        let resources = statements.iter().filter(|statement| statement["Effect"] == effect);
        let resources = resources.flat_map(|statement| statement["Resource"].as_array().unwrap().clone());
        resources.map(|resource| resource.as_str().unwrap().strip_prefix(STAGE).unwrap().to_owned()).collect()
    };
    (of("Allow"), of("Deny"))
}

fn said(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_a_star_lets_through_besides_is_denied_again() {
    let loaded = load(&[("", "GET /orders/{id}", ""), ("admins", "GET /orders/export", "")]).unwrap();
    let (allowed, denied) = resources(&loaded, &json!({}));
    assert_eq!(allowed, ["GET/orders/*"]);
    assert_eq!(
        denied,
        ["GET/orders/", "GET/orders/*%*", "GET/orders/*/*", "GET/orders/export", "GET/orders/export/"],
        "the bare parent, an encoded `export`, deeper paths, and `export`, with a slash as well"
    );
    let (allowed, denied) = resources(&loaded, &json!({"groups": "admins"}));
    assert_eq!(allowed, ["GET/orders/*", "GET/orders/export"]);
    assert_eq!(denied, ["GET/orders/", "GET/orders/*/*"]);
}

#[test]
fn deeper_paths_are_denied_from_the_first_depth_that_is_not_granted() {
    let loaded = load(&[("", "GET /orders/{id}", ""), ("", "GET /orders/{id}/items", "")]).unwrap();
    let (_, denied) = resources(&loaded, &json!({}));
    assert_eq!(denied, ["GET/orders/", "GET/orders/*/*/*", "GET/orders/*/*/items"]);
}

#[test]
fn the_root_is_no_parameter() {
    let (_, denied) = resources(&load(&[("", "GET /{id}", "")]).unwrap(), &json!({}));
    assert_eq!(denied, ["GET/", "GET/*/*"]);
    let loaded = load(&[("", "GET /{id}", ""), ("", "GET /", "")]).unwrap();
    assert_eq!(resources(&loaded, &json!({})).1, ["GET/*/*"]);
}

#[test]
fn a_value_that_is_another_routes_literal_opens_nothing_of_it() {
    let loaded =
        load(&[("", "GET /users/{id}", "id: '{user}'"), ("admins", "GET /users/admin", "")]).unwrap();
    assert_eq!(resources(&loaded, &json!({"sub": "u1"})).1, [""; 0]);
    let (allowed, denied) = resources(&loaded, &json!({"sub": "admin"}));
    assert_eq!((allowed, denied), (vec!["GET/users/admin".to_owned()], vec!["GET/users/admin".to_owned()]));
}

#[test]
fn a_route_of_an_http_api_that_beats_a_greedy_one_is_denied_too() {
    let loaded = load(&[("", "GET /a/{p+}", ""), ("admins", "GET /{x}/b", "")]).unwrap();
    let (allowed, denied) = resources(&loaded, &json!({}));
    assert_eq!(allowed, ["GET/a/*"]);
    assert!(denied.contains(&"GET/*/b".to_owned()), "{denied:?}");
    assert_eq!(loaded.warnings.len(), 1);
    assert!(said(&loaded.warnings).contains("but not `GET /{x}/b` is denied `GET /a/{p+}` as well"));
}

#[test]
fn a_free_parameter_that_reaches_a_tied_route_is_an_error() {
    let problems =
        load(&[("staff", "GET /{kind}/{id}", ""), ("", "GET /users/{id}", "id: '{user}'")]).unwrap_err();
    assert!(said(&problems).contains("`GET /{kind}/{id}`"), "{}", said(&problems));
    assert!(said(&problems).contains("`GET /users/{id}`"), "{}", said(&problems));
    // Whoever has the one has all of the other.
    let both = [
        ("staff", "GET /{kind}/{id}", ""),
        ("", "GET /users/{id}", "id: '{user}'"),
        ("staff", "GET /users/{id}", ""),
    ];
    assert!(load(&both).is_ok());
}

#[test]
fn a_tied_parameter_whose_value_is_a_literal_on_the_way_to_a_tied_route_is_an_error() {
    let problems = load(&[("", "GET /{a}/{b}", "a: '{team}'"), ("", "GET /reports/{c}", "c: '{team}'")]);
    assert!(said(&problems.unwrap_err()).contains("`GET /reports/{c}`"));
}

#[test]
fn a_greedy_end_behind_a_free_parameter_and_a_tied_one_is_an_error() {
    let problems = load(&[("", "GET /x/{a}/{b}/{p+}", "b: '{user}'")]).unwrap_err();
    assert!(said(&problems).contains("tie all of them"), "{}", said(&problems));
    for (route, params) in [
        ("GET /x/{a}/{b}/{p+}", "a: '{user}', b: '{user}'"),
        ("GET /x/{a}/{b}/{p+}", "a: '{user}'"),
        ("GET /x/{a}/{b}/p", "b: '{user}'"),
    ] {
        assert!(load(&[("", route, params)]).is_ok(), "{route} {params}");
    }
}

#[test]
fn a_deny_that_closes_a_granted_route_is_told() {
    let loaded =
        load(&[("", "GET /a/{x}", ""), ("", "GET /a/{x}/{y}/c", ""), ("admins", "GET /a/{x}/c", "")])
            .unwrap();
    assert!(
        said(&loaded.warnings)
            .contains("`GET /a/{x}/{y}/c` but not `GET /a/{x}/c` is denied `GET /a/{x}/{y}/c` as well")
            || said(&loaded.warnings).contains("is denied `GET /a/{x}/{y}/c` as well"),
        "{}",
        said(&loaded.warnings)
    );
    // In one grant, nobody lacks only one of them.
    let together =
        load(&[("", "GET /a/{x}", ""), ("", "GET /a/{x}/{y}/c", ""), ("", "GET /a/{x}/c", "")]).unwrap();
    assert_eq!(together.warnings, []);
}

#[test]
fn rules_that_overlap_everywhere_are_loaded_or_refused_in_time() {
    let start = Instant::now();
    let routes: Vec<String> = (0..120).map(|number| format!("GET /{{t}}/res{number}/{{p+}}")).collect();
    let grants: Vec<(String, &str)> =
        routes.iter().map(|route| (format!("g{}", route.len()), route.as_str())).collect();
    let grants: Vec<(&str, &str, &str)> =
        grants.iter().map(|(when, route)| (when.as_str(), *route, "")).collect();
    match load(&grants) {
        Ok(loaded) => assert!(loaded.warnings.len() <= 100),
        Err(problems) => assert!(said(&problems).contains("overlap"), "{}", said(&problems)),
    }
    let deep: Vec<String> = (0..60)
        .map(|number| {
            let parameters: String = (0..14).map(|at| format!("/{{p{at}}}")).collect();
            format!("GET {parameters}/r{number}/{{q+}}").replacen(
                "/{p3}",
                &format!("/x{}", number % 7),
                number % 2,
            )
        })
        .collect();
    let deep: Vec<(&str, &str, &str)> = deep.iter().map(|route| ("g", route.as_str(), "")).collect();
    if let Err(problems) = load(&deep) {
        assert!(said(&problems).contains("overlap"), "{}", said(&problems));
    }
    // Unoptimized, beside other tests; a release build takes a tenth.
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}
