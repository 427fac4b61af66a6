//! `keybound lint --hook`: a commit's files choose what is judged and shown. `.ci/hooks` runs it under pre-commit itself.

use std::collections::BTreeSet;

use serde_json::json;

use crate::command::{Scratch, UNSAFE, run_in};

/// An OpenAPI definition of two routes, of which the first has this integration, and the second one of its own.
fn openapi(first: &serde_json::Value) -> String {
    let get = |integration: &serde_json::Value| {
        json!({"get": {
            "x-amazon-apigateway-auth": {"type": "AWS_IAM"},
            "x-amazon-apigateway-integration": integration,
        }})
    };
    json!({
        "openapi": "3.0.1",
        "paths": {"/orders/{id}": get(first), "/customers/{id}": get(&integration(UNSAFE))}
    })
    .to_string()
}

fn integration(template: &str) -> serde_json::Value {
    json!({
        "type": "aws",
        "httpMethod": "POST",
        "uri": "arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem",
        "passthroughBehavior": "never",
        "requestTemplates": {"application/json": template},
    })
}

/// A repository in which a change of one file may mean another:
///
/// - `stack/template.yaml` includes `stack/api.yaml`, which refers to `stack/shared/get.yaml`;
/// - `other/api.yaml` stands alone, and `ruled/api.yaml` under access rules;
/// - the others are none of ours, or broken.
fn repository() -> Scratch {
    let stack = "Transform: AWS::Serverless-2016-10-31\nResources:\n  Api:\n    Type: AWS::Serverless::Api\n    \
                 Properties: { StageName: v1, DefinitionUri: api.yaml }\n";
    let rules = "version: 1\ntables: { Orders: { key: { partition: id } } }\n\
                 issuers: { main: { issuer: 'https://tokens.example.com/', audience: [a] } }\n\
                 grants:\n  - { name: read, table: Orders, routes: { 'GET /orders': [Query] }, keys: any }\n";
    let unsafe_api = openapi(&integration(UNSAFE));
    Scratch::with(&[
        (".git/HEAD", "ref: refs/heads/main\n"),
        (".gitignore", "ignored\n"),
        ("stack/template.yaml", stack),
        ("stack/api.yaml", &openapi(&json!({"$ref": "shared/get.yaml"}))),
        ("stack/shared/get.yaml", &integration(UNSAFE).to_string()),
        ("other/api.yaml", &unsafe_api),
        ("ruled/keybound.yaml", rules),
        ("ruled/apis/api.yaml", &unsafe_api),
        ("ignored/api.yaml", &unsafe_api),
        ("broken/api.yaml", "x-amazon-apigateway: [\n"),
        ("lone/get.request.vtl", UNSAFE),
        ("lone/letter.vtl", "Dear $customer.name, #if($late) sorry. #end"),
        ("chart/values.yaml", "image: nginx\n"),
        ("chart/templates/deployment.yaml", "{{- if .Values.on }}\nkind: Deployment\n  bad: [\n{{ end }}\n"),
        ("jinja/page.json", "{% for x in y %}{ {{ x }}: }{% endfor %}"),
    ])
}

/// The files in which something is found, and the status.
fn found(scratch: &Scratch, directory: &str, files: &[&str]) -> (Vec<String>, i32) {
    let args = [&["lint", "--hook", "--format", "json"], files].concat();
    let done = run_in(&scratch.path().join(directory), &args);
    let report = done.json();
    let findings = report["findings"].as_array().expect("findings");
    let files: BTreeSet<&str> = findings.iter().map(|finding| finding["file"].as_str().unwrap()).collect();
    (files.into_iter().map(str::to_owned).collect(), done.status)
}

#[test]
fn the_files_choose_what_is_shown() {
    let scratch = repository();
    for (files, shown) in [
        (&["other/api.yaml"][..], &["other/api.yaml"][..]),
        // A fragment: the definition that refers to it, and the stack that includes that one.
        (&["stack/shared/get.yaml"], &["stack/api.yaml", "stack/shared/get.yaml"]),
        (&["stack/api.yaml"], &["stack/api.yaml", "stack/shared/get.yaml"]),
        (&["stack/template.yaml"], &["stack/api.yaml", "stack/shared/get.yaml"]),
        (&["lone/get.request.vtl"], &["lone/get.request.vtl"]),
        // What git ignores is looked at if it is handed over all the same.
        (&["ignored/api.yaml"], &["ignored/api.yaml"]),
        // Rules: everything that is held against them, and the rules.
        (&["ruled/keybound.yaml"], &["ruled/apis/api.yaml", "ruled/keybound.yaml"]),
        (&["ruled/apis/api.yaml"], &["ruled/apis/api.yaml"]),
        (
            &["other/api.yaml", "chart/values.yaml", "lone/get.request.vtl"],
            &["lone/get.request.vtl", "other/api.yaml"],
        ),
    ] {
        assert_eq!(
            found(&scratch, "", files),
            (shown.iter().map(|&s| s.to_owned()).collect(), 1),
            "{files:?}"
        );
    }
}

/// The definition is judged as the stack deploys it: were it judged alone too, there would be two findings of a place.
#[test]
fn what_is_included_is_judged_once() {
    let scratch = repository();
    let all = scratch.run(&["lint", "--no-rules", "--format", "concise", "stack"]).out;
    assert!(all.contains("unescaped-input"), "{all}");
    for file in ["stack/shared/get.yaml", "stack/api.yaml", "stack/template.yaml"] {
        assert_eq!(scratch.run(&["lint", "--hook", "--format", "concise", file]).out, all, "{file}");
    }
}

#[test]
fn other_files_are_passed_over_without_a_word() {
    let scratch = repository();
    for files in [
        &["chart/values.yaml"][..],
        &["chart/templates/deployment.yaml", "jinja/page.json"],
        &["lone/letter.vtl", ".gitignore"],
        // Broken definitions that the commit leaves alone do not stop it.
        &["chart"],
    ] {
        let done = scratch.run(&[&["lint", "--hook"], files].concat());
        assert_eq!((done.status, done.out.as_str(), done.err.as_str()), (0, "", ""), "{files:?}");
    }
}

#[test]
fn what_is_wrong_with_a_file_is_said_where_it_is_handed_over() {
    let scratch = repository();
    let broken = scratch.run(&["lint", "--hook", "broken/api.yaml"]);
    assert!(broken.status == 2 && broken.err.contains("broken/api.yaml:"), "{broken:?}");
    let missing = scratch.run(&["lint", "--hook", "gone.yaml", "other/api.yaml"]);
    assert!(missing.status == 2 && missing.err.contains("gone.yaml: no such file"), "{missing:?}");
    assert!(missing.out.contains("other/api.yaml"), "one bad file costs no other's findings: {missing:?}");
    // Rules are judged though nothing is held against them.
    scratch.write("empty/keybound.yaml", "version: 2\n");
    let rules = scratch.run(&["lint", "--hook", "empty/keybound.yaml"]);
    assert!(rules.status == 2 && rules.err.contains("empty/keybound.yaml:1:"), "{rules:?}");
    // Elsewhere they stop no commit.
    assert_eq!(scratch.run(&["lint", "--hook", "chart/values.yaml"]).status, 0);
}

#[test]
fn below_the_root_the_whole_repository_counts() {
    let scratch = repository();
    let (files, status) = found(&scratch, "stack/shared", &["get.yaml"]);
    assert_eq!((files.len(), status), (2, 1), "{files:?}");
    assert!(files.iter().any(|file| file == "get.yaml"), "{files:?}");
    assert!(files.iter().any(|file| file.ends_with("stack/api.yaml")), "{files:?}");
}

#[test]
fn outside_of_a_repository_only_the_files_themselves_are_read() {
    let scratch = repository();
    std::fs::remove_dir_all(scratch.path().join(".git")).unwrap();
    assert_eq!(found(&scratch, "", &["stack/shared/get.yaml"]), (vec![], 0));
    assert_eq!(found(&scratch, "", &["other/api.yaml"]), (vec!["other/api.yaml".to_owned()], 1));
}
