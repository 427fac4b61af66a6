//! `keybound map`: what callers reach through each route, and what proves it.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::command::{Done, SAFE, Scratch, run};
use crate::exit_status::openapi;

fn routes(done: &Done) -> Vec<Json> {
    done.json()["routes"].as_array().expect("routes").clone()
}

fn names(object: &Json) -> BTreeSet<&str> {
    object.as_object().expect("an object").keys().map(String::as_str).collect()
}

/// Every form that an operation, a key and a caller can have.
#[test]
fn a_map_as_printed() {
    let done = run(&["map", "tests/map/shop"]);
    assert_eq!(done.status, 1);
    insta::assert_snapshot!("map_of_a_shop", format!("{}{}", done.out, done.err));
}

#[test]
fn the_examples_as_printed() {
    let done = run(&["map", "examples/careless", "examples/orders"]);
    assert_eq!(done.status, 0);
    insta::assert_snapshot!("map_of_examples", format!("{}{}", done.out, done.err));
}

#[test]
fn every_route_of_the_good_examples_is_proved() {
    let done = run(&["map", "--format", "json", "examples/orders", "examples/links"]);
    assert_eq!((done.status, done.err.as_str()), (0, ""));
    let routes = routes(&done);
    assert_eq!(routes.len(), 15);
    for route in routes {
        assert_eq!(route["verdict"], "proved", "{route}");
        assert!(route["broken_by"].as_array().expect("a list").is_empty(), "{route}");
        let accesses = route["accesses"].as_array().expect("accesses");
        assert!(!accesses.is_empty(), "{route}");
        for access in accesses {
            let by_grant =
                access["because"].as_array().expect("reasons").iter().any(|reason| reason["by"] == "grant");
            assert!(by_grant && !access["key"].is_null(), "{route}");
        }
    }
}

/// What breaks a route is what `lint` finds, at the line at which it finds it.
#[test]
fn broken_routes_name_findings_of_the_lint() {
    let found = run(&["lint", "--format", "json", "tests/map/shop"]).json();
    let found: BTreeSet<String> = found["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .map(|finding| format!("{} {}:{}", finding["lint"], finding["file"], finding["line"]))
        .collect();
    let mut broken = 0;
    for route in routes(&run(&["map", "--format", "json", "tests/map/shop"])) {
        let by = route["broken_by"].as_array().expect("a list");
        assert_eq!(route["verdict"] == "broken", !by.is_empty(), "{route}");
        broken += by.len();
        for finding in by {
            let name = format!("{} {}:{}", finding["lint"], finding["file"], finding["line"]);
            assert!(found.contains(&name), "{name} is none of {found:?}");
        }
    }
    assert!(broken > 0);
}

/// The members that programs rely on: all of them, always.
#[test]
fn json_has_every_member() {
    let done = run(&["map", "--format", "json", "tests/map/shop", "examples/careless"]);
    assert_eq!((done.status, done.err.as_str(), done.out.lines().count()), (1, "", 1));
    let map = done.json();
    assert_eq!(map["version"], 1);
    assert_eq!(names(&map), BTreeSet::from(["version", "routes"]));
    let of_route = BTreeSet::from([
        "route",
        "action",
        "file",
        "line",
        "authorization",
        "rules",
        "verdict",
        "closed_verbs",
        "broken_by",
        "gaps",
        "rests_on",
        "accesses",
    ]);
    let of_access = BTreeSet::from([
        "callers",
        "when",
        "verbs",
        "content_types",
        "operation",
        "table",
        "index",
        "key",
        "attributes",
        "other_attributes",
        "limit",
        "verdict",
        "because",
    ]);
    let verdicts = ["proved", "closed", "broken", "undecided", "unjudged"];
    for route in routes(&done) {
        assert_eq!(names(&route), of_route);
        assert!(verdicts.contains(&route["verdict"].as_str().expect("a word")), "{route}");
        for access in route["accesses"].as_array().expect("accesses") {
            assert_eq!(names(access), of_access);
            assert!(verdicts.contains(&access["verdict"].as_str().expect("a word")), "{access}");
            for part in access["key"].as_array().into_iter().flatten() {
                assert_eq!(names(part), BTreeSet::from(["attribute", "compared", "texts", "always"]));
            }
            for reason in access["because"].as_array().expect("reasons") {
                assert_eq!(names(reason), BTreeSet::from(["by", "text"]));
                let by = reason["by"].as_str().expect("a word");
                assert!(["grant", "hole", "parameter", "condition", "gap"].contains(&by), "{reason}");
            }
        }
    }
}

/// A route that only a tie of the path holds is proved by that tie, and a batch by its bound.
#[test]
fn reasons_are_those_of_the_proof() {
    let all = routes(&run(&["map", "--format", "json", "examples/orders"]));
    let access = |name: &str| {
        let route = all.iter().find(|route| route["route"] == name).expect("the route");
        route["accesses"][0].clone()
    };
    let reason = |by: &str, text: &str| serde_json::json!({"by": by, "text": text});
    let profile = access("GET /users/{userId}/profile");
    assert!(
        profile["because"]
            .as_array()
            .unwrap()
            .contains(&reason("parameter", "path parameter `userId` is {user}"))
    );
    let change = access("PATCH /orders/{orderId}");
    assert!(change["because"].as_array().unwrap().contains(&reason("condition", "owner = {user}")));
    assert!(
        change["because"]
            .as_array()
            .unwrap()
            .contains(&reason("hole", "`$context.authorizer.tenant` is {tenant}"))
    );
    assert_eq!(access("POST /orders/batch-get")["limit"], "20");
    assert_eq!(access("GET /orders")["limit"], "10 or 50");
    assert_eq!(access("GET /by-status/{status}")["index"], "ByStatus");
}

#[test]
fn exit_status_is_that_of_the_worst_route() {
    for (args, status) in [
        (&["examples/orders"][..], 0),
        (&["examples/links"], 0),
        (&["examples/careless"], 0),
        (&["tests/map/shop"], 1),
        (&["tests/map/shop", "--no-rules"], 0),
        (&["examples/orders", "missing.yaml"], 2),
        (&["examples/orders", "--rules", "missing.yaml"], 2),
        (&["examples/orders", "--rules", "x.yaml", "--no-rules"], 2),
    ] {
        let done = run(&[&["map"], args].concat());
        assert_eq!(done.status, status, "{args:?}: {}", done.err);
    }
}

/// The rules that are named count in place of the nearest ones: for the map and for the lint.
#[test]
fn rules_can_be_named_and_left_out() {
    let scratch = Scratch::with(&[
        ("api/api.yaml", &openapi("never", SAFE)),
        ("rules.yaml", RULES),
        ("api/keybound.yaml", "version: 2\n"),
    ]);
    let verdicts = |args: &[&str]| -> (i32, Vec<Json>) {
        let done = scratch.run(&[&["map", "--format", "json", "api"], args].concat());
        (done.status, routes(&done).iter().map(|route| route["verdict"].clone()).collect())
    };
    assert_eq!(verdicts(&[]), (2, vec!["unjudged".into()]), "the nearest rules are broken");
    assert_eq!(verdicts(&["--rules", "rules.yaml"]), (0, vec!["proved".into()]));
    assert_eq!(verdicts(&["--no-rules"]), (0, vec!["unjudged".into()]));
    let lint = |args: &[&str]| scratch.run(&[&["lint", "--format", "concise", "api"], args].concat());
    assert_eq!(lint(&[]).status, 2);
    let (named, without) = (lint(&["--rules", "rules.yaml"]), lint(&["--no-rules"]));
    assert_eq!((named.status, without.status), (0, 1), "{named:?} {without:?}");
    assert!(without.out.contains("open-method"), "{without:?}");
}

/// Anyone may read the one item that `SAFE` reads.
const RULES: &str = r#"version: 1
issuers: { main: { issuer: "https://tokens.example.com/", audience: [a] } }
tables: { Orders: { key: { partition: id } } }
grants:
  - { name: anyone-reads, anyone: true, table: Orders, routes: { "GET /orders/{id}": [GetItem] }, keys: { id: "1" } }
"#;

#[test]
fn without_rules_the_map_says_what_templates_do_and_how_to_get_verdicts() {
    let scratch = Scratch::with(&[("api.yaml", &openapi("never", SAFE)), ("request.vtl", SAFE)]);
    let done = scratch.run(&["map"]);
    assert_eq!(done.status, 0, "{done:?}");
    assert!(done.out.contains("GET /orders/{id}: unjudged"), "{}", done.out);
    assert!(done.out.contains("anyone: GetItem Orders"), "{}", done.out);
    assert!(done.out.contains("id = 1"), "{}", done.out);
    assert_eq!(done.err.matches("keybound.yaml").count(), 1, "{}", done.err);
    assert!(done.err.ends_with("2 routes: 2 unjudged\n"), "{}", done.err);
    assert_eq!(scratch.run(&["map", "--quiet"]).err, "");
    assert!(!scratch.run(&["map", "--no-rules"]).err.contains("keybound.yaml"));
}

#[test]
fn colours_are_for_those_who_see_them() {
    let coloured = run(&["map", "--color", "always", "tests/map/shop"]).out;
    assert!(
        coloured.contains("\u{1b}[31mbroken\u{1b}[0m") && coloured.contains("\u{1b}[32m{tenant}\u{1b}[0m")
    );
    assert!(!run(&["map", "tests/map/shop"]).out.contains('\u{1b}'));
}

#[test]
fn html_is_the_same_bytes_and_fetches_nothing() {
    let args = ["map", "--format", "html", "tests/map/shop", "examples"];
    let page = run(&args);
    assert_eq!(page.err, "");
    assert_eq!(page.out, run(&args).out);
    assert!(page.out.starts_with("<!DOCTYPE html>\n") && page.out.ends_with("</html>\n"));
    for reaches in ["://", "src=", "href=", "url(", "@import", "<link"] {
        assert!(!page.out.contains(reaches), "{reaches}");
    }
    for read in ["examples/orders/api.yaml", "examples/orders/keybound.yaml"] {
        assert!(page.out.replace("<wbr>", "").contains(&format!("<code>{read}</code>")), "{read}");
    }
    let rows = page.out.matches("<tr data-table=").count();
    let json = run(&["map", "--format", "json", "tests/map/shop", "examples"]);
    let of_route = |route: &Json| route["accesses"].as_array().expect("accesses").len().max(1);
    assert_eq!(rows, routes(&json).iter().map(of_route).sum::<usize>());
}

/// A definition whose names are markup makes a page whose markup they are not.
#[test]
fn html_is_made_of_no_name() {
    let hostile = "<script>alert(1)</script>";
    let template = SAFE.replace("Orders", &format!("{hostile}&'"));
    let api = openapi("never", &template).replace("/orders/{id}", &format!("\"/{hostile}/{{id}}\""));
    let scratch = Scratch::with(&[(&*format!("{}.yaml", "<img src=x>"), &api)]);
    let done = scratch.run(&["map", "--format", "html"]);
    assert_eq!(done.status, 0, "{done:?}");
    assert!(!done.out.contains("<script>alert") && !done.out.contains("<img"), "{}", done.out);
    assert!(done.out.contains("&lt;script&gt;alert(1)&lt;/script&gt;&amp;&#39;"), "{}", done.out);
}
