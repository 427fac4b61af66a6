//! `keybound init`: a first draft of access rules, written once and never over anything.

use std::fs;

use serde_json::Value as Json;

use crate::command::{Done, Scratch, UNSAFE, root};

const RULES: &str = "keybound.yaml";

/// A directory with a definition of the examples, without its rules.
fn example(name: &str, file: &str) -> Scratch {
    let text = fs::read_to_string(root().join("examples").join(name).join(file)).expect("the example");
    Scratch::with(&[(file, &text)])
}

/// A definition with one route, behind an authorizer of this name.
fn definition(path: &str, authorizer: &str) -> String {
    let template = r#"{"TableName": "Orders", "Key": {"PK": {"S": "TENANT#$context.authorizer.tenant"}}}"#;
    serde_json::json!({
        "openapi": "3.0.1",
        "paths": {path: {"get": {
            "security": [{authorizer: []}],
            "x-amazon-apigateway-integration": {
                "type": "aws",
                "httpMethod": "POST",
                "uri": "arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem",
                "passthroughBehavior": "never",
                "requestTemplates": {"application/json": template},
            },
        }}},
        "components": {"securitySchemes": {authorizer: {
            "type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "custom",
            "x-amazon-apigateway-authorizer": {"type": "token", "authorizerUri": "arn:x"},
        }}},
    })
    .to_string()
}

fn rules(scratch: &Scratch, name: &str) -> String {
    fs::read_to_string(scratch.path().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The findings of a report: lint, severity and route.
fn findings(report: &Json) -> Vec<(String, String, String)> {
    let text = |finding: &Json, name: &str| finding[name].as_str().unwrap_or("").to_owned();
    let found = report["findings"].as_array().expect("findings");
    found.iter().map(|f| (text(f, "lint"), text(f, "severity"), text(f, "route"))).collect()
}

fn drafted_and_linted(scratch: &Scratch) -> (Done, Json) {
    let done = scratch.run(&["init"]);
    assert_eq!((done.status, done.out.as_str()), (0, ""), "{done:?}");
    let report = scratch.run(&["lint", "--format", "json"]);
    assert_eq!(report.err, "", "the draft loads");
    (done, report.json())
}

#[test]
fn routes_are_proved_under_the_draft() {
    for (name, file, integrations) in [("orders", "api.yaml", 10), ("links", "template.yaml", 5)] {
        let scratch = example(name, file);
        let (done, report) = drafted_and_linted(&scratch);
        assert_eq!(
            (&report["integrations"], &report["undecided"]),
            (&Json::from(integrations), &Json::from(0))
        );
        assert_eq!(findings(&report), [], "{name}");
        let map = scratch.run(&["map", "--format", "json"]).json();
        let routes = map["routes"].as_array().expect("routes");
        assert_eq!(routes.len(), integrations, "{name}");
        assert!(routes.iter().all(|route| route["verdict"] == "proved"), "{name}: {map}");
        // What the draft says is left, it says where.
        assert!(done.err.starts_with("wrote keybound.yaml: 1 table, "), "{}", done.err);
        assert!(done.err.contains("\nleft to fill in:\n  keybound.yaml:8: issuer `main`: "), "{}", done.err);
        let text = rules(&scratch, RULES);
        let marked = text.lines().filter(|line| line.contains("# TODO: ")).count();
        assert_eq!(done.err.lines().count() - 2, marked, "{}\n{text}", done.err);
    }
}

#[test]
fn what_is_careless_is_still_found_under_the_draft() {
    let (_, report) = drafted_and_linted(&example("careless/orders", "api.yaml"));
    let found = findings(&report);
    for (lint, route) in [
        ("unescaped-input", "PUT /orders/{orderId}"),
        ("bare-input", "GET /orders"),
        ("passthrough", "POST /orders"),
    ] {
        let wanted = (lint.to_owned(), "error".to_owned(), route.to_owned());
        assert!(found.contains(&wanted), "{wanted:?} {found:?}");
    }
    let (_, report) = drafted_and_linted(&example("careless/links", "template.yaml"));
    let lints: Vec<String> = findings(&report).into_iter().map(|(lint, ..)| lint).collect();
    for lint in ["expression-injection", "client-shaped-value", "unescaped-stored-value"] {
        assert!(lints.iter().any(|found| found == lint), "{lint} {lints:?}");
    }
}

#[test]
fn nothing_is_overwritten() {
    let scratch = example("orders", "api.yaml");
    scratch.write(RULES, "mine, and broken: [");
    scratch.write("draft.yaml", "mine");
    for (args, file) in [
        (&["init"][..], RULES),
        (&["init", "api.yaml"], RULES),
        (&["init", "-o", "draft.yaml"], "draft.yaml"),
    ] {
        let done = scratch.run(args);
        assert_eq!((done.status, done.out.as_str()), (2, ""), "{done:?}");
        let said = format!("error: {file}: exists already, and nothing is overwritten");
        assert!(done.err.starts_with(&said), "{}", done.err);
        assert!(rules(&scratch, file).starts_with("mine"));
    }
    // Rules that are there are not read, so it makes no difference that these are broken.
    let done = scratch.run(&["init", "--output", "other.yaml"]);
    assert_eq!(done.status, 0, "{done:?}");
    assert!(rules(&scratch, "other.yaml").contains("\nversion: 1\n"));
}

#[cfg(unix)]
#[test]
fn a_link_is_not_followed() {
    let scratch = example("orders", "api.yaml");
    std::os::unix::fs::symlink("elsewhere.yaml", scratch.path().join(RULES)).expect("a link");
    let done = scratch.run(&["init"]);
    assert_eq!(done.status, 2, "{done:?}");
    assert!(!scratch.path().join("elsewhere.yaml").exists());
}

#[test]
fn the_draft_lies_where_the_definitions_do() {
    let one = definition("/orders", "callers");
    let scratch = Scratch::with(&[("apis/one/api.json", &one), ("apis/two/api.json", &one)]);
    for (args, file) in [
        (&["init", "apis/one"][..], "apis/one/keybound.yaml"),
        (&["init", "apis/two/api.json"], "apis/two/keybound.yaml"),
        (&["init", "apis/one", "apis/two"], RULES),
        (&["init", "apis", "--output", "all.yaml"], "all.yaml"),
    ] {
        let done = scratch.run(args);
        assert_eq!((done.status, done.out.as_str()), (0, ""), "{done:?}");
        assert!(
            done.err.starts_with(&format!("wrote {file}: 1 table, 1 variable, 1 grant\n")),
            "{}",
            done.err
        );
        assert!(rules(&scratch, file).contains("\"GET /orders\": [GetItem]"), "{file}");
    }
    assert!(
        rules(&scratch, "apis/one/keybound.yaml")
            .starts_with("# Access rules, drafted by `keybound init` from api.json.")
    );
}

#[test]
fn several_definitions_share_a_draft() {
    let scratch = Scratch::with(&[
        ("a.json", &definition("/orders/{id}", "callers")),
        ("b.json", &definition("/orders/{orderId}", "others")),
    ]);
    let (_, report) = drafted_and_linted(&scratch);
    assert_eq!((&report["integrations"], &report["undecided"]), (&Json::from(2), &Json::from(0)));
    let text = rules(&scratch, RULES);
    assert!(text.contains("refs: [callers, others]"), "{text}");
    // The rules have one name for what stands at one place of a path.
    assert!(text.contains("/orders/{id}") && !text.contains("{orderId}"), "{text}");
}

#[test]
fn standard_output_has_the_draft_and_nothing_else() {
    let scratch = example("orders", "api.yaml");
    let done = scratch.run(&["init", "--output", "-"]);
    assert_eq!(done.status, 0, "{done:?}");
    assert!(
        done.out.starts_with("# Access rules, drafted by `keybound init` from api.yaml."),
        "{}",
        done.out
    );
    assert!(done.out.ends_with('\n') && !done.out.contains("wrote"), "{}", done.out);
    assert!(done.err.starts_with("wrote standard output: 1 table, 2 variables, 10 grants\n"), "{}", done.err);
    assert!(!scratch.path().join(RULES).exists());
    // And it is what a file would hold.
    assert_eq!(scratch.run(&["init"]).status, 0);
    assert_eq!(rules(&scratch, RULES), done.out);
}

#[test]
fn without_an_integration_there_is_nothing_to_draft() {
    let scratch = Scratch::with(&[
        ("readme.md", "x"),
        ("api.yaml", "openapi: 3.0.1\nx-amazon-apigateway-policy: {}\n"),
    ]);
    for args in [&["init"][..], &["init", "api.yaml"], &["init", "--output", "-"]] {
        let done = scratch.run(args);
        assert_eq!((done.status, done.out.as_str()), (2, ""), "{done:?}");
        assert!(done.err.starts_with("error: no integration with DynamoDB was found\n"), "{}", done.err);
    }
    assert!(!scratch.path().join(RULES).exists());
}

#[test]
fn what_cannot_be_read_is_no_definition_that_says_nothing() {
    let scratch = example("orders", "api.yaml");
    scratch.write("broken.yaml", "x-amazon-apigateway-integration: [");
    for (args, said) in [
        (&["init"][..], "broken.yaml:1:34"),
        (&["init", "api.yaml", "missing.yaml"], "error: missing.yaml: no such file or directory"),
    ] {
        let done = scratch.run(args);
        assert_eq!((done.status, done.out.as_str()), (2, ""), "{done:?}");
        assert!(done.err.contains(said) && !done.err.contains("wrote"), "{}", done.err);
    }
    assert!(!scratch.path().join(RULES).exists());
}

#[cfg(unix)]
#[test]
fn a_directory_that_cannot_be_written() {
    use std::os::unix::fs::PermissionsExt;

    let scratch = Scratch::with(&[("api/api.json", &definition("/orders", "callers"))]);
    let directory = scratch.path().join("api");
    let permit =
        |mode| fs::set_permissions(&directory, fs::Permissions::from_mode(mode)).expect("permissions");
    permit(0o555);
    // Permissions bind no superuser, whom tests may run as.
    let is_bound = fs::write(directory.join("probe"), "").is_err();
    let done = scratch.run(&["init", "api"]);
    permit(0o755);
    if is_bound {
        assert_eq!((done.status, done.out.as_str()), (2, ""), "{done:?}");
        assert!(done.err.starts_with("error: api/keybound.yaml: cannot be written: "), "{}", done.err);
    }
    let done = scratch.run(&["init", "api", "--output", "no/such/directory.yaml"]);
    assert_eq!(done.status, 2, "{done:?}");
    assert!(done.err.starts_with("error: no/such/directory.yaml: cannot be written: "), "{}", done.err);
}

#[test]
fn a_template_on_its_own_has_no_route() {
    let scratch = Scratch::with(&[("request.vtl", UNSAFE)]);
    let (done, _) = drafted_and_linted(&scratch);
    assert!(done.err.contains("left out: request.vtl: a template on its own has no route"), "{}", done.err);
    assert!(!rules(&scratch, RULES).contains("grants:"));
}

#[test]
fn nothing_of_a_definition_reaches_a_terminal_as_it_is() {
    let scratch = Scratch::with(&[("api.json", &definition("/a\u{1b}[31m b", "call\u{1b}]0;x\u{7}ers"))]);
    let done = scratch.run(&["init", "--output", "-"]);
    assert_eq!(done.status, 0, "{done:?}");
    assert!(!format!("{}{}", done.out, done.err).contains(['\u{1b}', '\u{7}']), "{done:?}");
}
