//! `--stdin-filename NAME`: standard input as the content of a file, for editors.

use crate::command::{Done, SAFE, Scratch, UNSAFE, root, run_with};
use crate::exit_status::openapi;

fn given(scratch: &Scratch, name: &str, more: &[&str], text: &str) -> Done {
    let args = [&["lint", "--format", "json", "--stdin-filename", name], more].concat();
    run_with(scratch.path(), &args, text.as_bytes())
}

/// The lints, and the one file that they are found in.
fn found(done: &Done) -> (Vec<String>, Vec<String>) {
    let report = done.json();
    let findings = report["findings"].as_array().unwrap();
    let mut files: Vec<String> = findings.iter().map(|f| f["file"].as_str().unwrap().to_owned()).collect();
    files.dedup();
    (done.lints(), files)
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn what_is_given_is_read_and_not_what_is_written() {
    let scratch = Scratch::with(&[("api/request.vtl", SAFE), ("other.vtl", UNSAFE)]);
    let done = given(&scratch, "api/request.vtl", &[], UNSAFE);
    assert_eq!(found(&done), (names(&["unescaped-input"]), names(&["api/request.vtl"])));
    assert_eq!((done.status, &done.json()["files"]), (1, &1.into()));
    // The file need not be there yet; its name says what it is.
    let new = given(&scratch, "./api/new.vtl", &[], UNSAFE);
    assert_eq!(found(&new), (names(&["unescaped-input"]), names(&["api/new.vtl"])));
    let definition = given(&scratch, "api/api.yaml", &[], &openapi("when_no_match", SAFE));
    assert_eq!(found(&definition), (names(&["open-method", "passthrough"]), names(&["api/api.yaml"])));
    let other = given(&scratch, "api/template.txt", &["--action", "GetItem"], UNSAFE);
    assert_eq!(found(&other), (names(&["unescaped-input"]), names(&["api/template.txt"])));
    assert_eq!(given(&scratch, "values.yaml", &[], "a: {{ x }}").status, 0);
}

#[test]
fn it_is_as_if_it_were_there() {
    let scratch = Scratch::with(&[("keybound.yaml", "version: 1\nlint: { levels: { open-method: off } }\n")]);
    std::fs::create_dir_all(scratch.path().join(".git")).unwrap();
    std::fs::create_dir_all(scratch.path().join("api")).unwrap();
    let done = given(&scratch, "api/api.yaml", &[], &openapi("when_no_match", SAFE));
    assert_eq!(found(&done).0, names(&["passthrough"]));
    assert_eq!(
        found(&given(&scratch, "api/api.yaml", &["--no-config"], &openapi("never", SAFE))).0,
        names(&["open-method"])
    );
    // What it refers to is found beside it.
    let body = openapi("when_no_match", SAFE);
    scratch.write("api/body.yaml", &body);
    let stack = "Resources:\n  Api:\n    Type: AWS::ApiGateway::RestApi\n    Properties:\n      Body:\n        \
                 Fn::Transform: { Name: AWS::Include, Parameters: { Location: ./body.yaml } }\n";
    let included = given(&scratch, "api/new-stack.yaml", &[], stack);
    assert_eq!(found(&included), (names(&["passthrough"]), names(&["api/body.yaml"])));
    // And it is held against its rules.
    let rules = std::fs::read_to_string(root().join("examples/links/keybound.yaml")).unwrap();
    let template = std::fs::read_to_string(root().join("examples/links/template.yaml")).unwrap();
    scratch.write("keybound.yaml", rules);
    assert_eq!(given(&scratch, "api/template.yaml", &[], &template).lints(), names(&[]));
    let broken = given(&scratch, "api/template.yaml", &[], &template.replace("owner_id = :owner", "id = id"));
    assert_eq!(broken.status, 1);
}

/// A Terraform directory: an integration, what it refers to in other files, and another integration.
const INTEGRATION: &str = r#"resource "aws_api_gateway_integration" "get" {
  resource_id          = "r"
  http_method          = "GET"
  type                 = "AWS"
  uri                  = "arn:aws:apigateway:eu-west-1:dynamodb:action/${local.action}"
  passthrough_behavior = "NEVER"
  request_templates    = { "application/json" = local.template }
}
"#;

fn locals(template: &str) -> String {
    format!("locals {{\n  action   = \"GetItem\"\n  template = <<EOT\n{template}\nEOT\n}}\n")
}

#[test]
fn a_terraform_file_is_read_with_its_directory() {
    let other = INTEGRATION.replace("\"get\"", "\"other\"").replace("\"NEVER\"", "\"WHEN_NO_MATCH\"");
    let other = other.replace("local.template", "file(\"${path.module}/other.vtl\")");
    let scratch = Scratch::with(&[
        ("infra/main.tf", INTEGRATION),
        ("infra/locals.tf", &locals(SAFE)),
        ("infra/other.tf", &other),
        ("infra/other.vtl", UNSAFE),
    ]);
    assert_eq!(found(&given(&scratch, "infra/main.tf", &[], INTEGRATION)), (vec![], vec![]));
    // What is written in the file that is given, wherever the integration stands.
    let done = given(&scratch, "infra/locals.tf", &[], &locals(UNSAFE));
    assert_eq!(found(&done), (names(&["unescaped-input"]), names(&["infra/locals.tf"])));
    assert_eq!((done.json()["files"].as_u64(), done.json()["integrations"].as_u64()), (Some(1), Some(2)));
    // What an integration in it reads, and nothing of its neighbours'.
    let done = given(&scratch, "infra/main.tf", &[], &INTEGRATION.replace("\"NEVER\"", "\"WHEN_NO_MATCH\""));
    assert_eq!(found(&done), (names(&["passthrough"]), names(&["infra/main.tf"])));
    let done = given(&scratch, "infra/other.tf", &[], &other.replace("WHEN_NO_MATCH", "NEVER"));
    assert_eq!(found(&done), (names(&["unescaped-input"]), names(&["infra/other.vtl"])));
    // The file need not be there, and may be in the other syntax.
    let new = serde_json::json!({"resource": {"aws_api_gateway_integration": {"new": {
        "resource_id": "r", "http_method": "GET", "type": "AWS", "passthrough_behavior": "WHEN_NO_MATCH",
        "uri": "arn:aws:apigateway:eu-west-1:dynamodb:action/${local.action}",
        "request_templates": {"application/json": "${local.template}"},
    }}}});
    let done = given(&scratch, "infra/new.tf.json", &[], &new.to_string());
    assert_eq!(found(&done), (names(&["passthrough"]), names(&["infra/new.tf.json"])));
    let broken = given(&scratch, "infra/main.tf", &[], "resource \"aws_api_gateway_integration\" {{");
    assert_eq!(broken.status, 2);
    assert!(broken.err.contains("[infra/main.tf:1:"), "{}", broken.err);
    // In the current directory, too.
    let inside = crate::command::run_with(
        &scratch.path().join("infra"),
        &["lint", "--format", "json", "--stdin-filename", "locals.tf"],
        locals(UNSAFE).as_bytes(),
    );
    assert_eq!(found(&inside), (names(&["unescaped-input"]), names(&["locals.tf"])));
}

#[test]
fn rules_are_told_what_is_wrong_with_them() {
    let scratch = Scratch::with(&[("keybound.yaml", "version: 1\n")]);
    let done = given(
        &scratch,
        "keybound.yaml",
        &[],
        "version: 2\nlint: { levels: { open-methods: off } }\ngrant: []\n",
    );
    assert_eq!(done.status, 2);
    for said in
        ["[keybound.yaml:1:10]", "[keybound.yaml:2:19]", "[keybound.yaml:3:1]", "did you mean `open-method`?"]
    {
        assert!(done.err.contains(said), "{said}: {}", done.err);
    }
    assert_eq!(given(&scratch, "keybound.yaml", &[], "version: 1\nlint: {}\n").status, 0);
}

#[test]
fn bad_input_is_told() {
    let scratch = Scratch::with(&[("request.vtl", SAFE)]);
    for (name, more, said) in [
        ("no/such/request.vtl", &[][..], "no/such/request.vtl: lies in no directory that there is"),
        ("..", &[], "..: is no name of a file"),
        ("request.vtl", &["request.vtl"], "cannot be used with"),
        ("request.vtl", &["--changed-since", "HEAD"], "is in no git repository"),
    ] {
        let done = given(&scratch, name, more, UNSAFE);
        assert_eq!((done.status, done.out.as_str()), (2, ""), "{name}");
        assert!(done.err.contains(said), "{name}: {}", done.err);
    }
    let done = run_with(scratch.path(), &["lint", "--stdin-filename", "a.vtl"], b"\xff");
    assert_eq!(done.status, 2);
    assert!(done.err.contains("standard input: is not UTF-8 after byte 0"), "{}", done.err);
    let broken = given(&scratch, "api.yaml", &[], "x-amazon-apigateway-integration: [");
    assert_eq!(broken.status, 2);
    assert!(broken.err.contains("[api.yaml:"), "{}", broken.err);
}
