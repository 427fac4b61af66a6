//! `--changed-since REF`: only findings on templates and integrations that changed.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::command::{Done, SAFE, Scratch, UNSAFE, root, run_in};

/// `git` without anybody's settings.
fn git(directory: &Path, args: &[&str]) {
    let settings = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"];
    let done = Command::new("git")
        .current_dir(directory)
        .args(settings)
        .args(args)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .output()
        .expect("git runs");
    assert!(done.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&done.stderr));
}

fn commit(scratch: &Scratch) {
    git(scratch.path(), &["add", "-A"]);
    git(scratch.path(), &["commit", "-q", "-m", "all"]);
}

fn repository(files: &[(&str, &str)]) -> Scratch {
    let scratch = Scratch::with(files);
    git(scratch.path(), &["init", "-q"]);
    commit(&scratch);
    scratch
}

fn changed(scratch: &Scratch) -> Done {
    scratch.run(&["lint", "--changed-since", "HEAD", "--format", "json"])
}

fn files(done: &Done) -> Vec<String> {
    let report = done.json();
    let mut files: Vec<String> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["file"].as_str().unwrap().to_owned())
        .collect();
    files.dedup();
    files
}

fn orders() -> String {
    fs::read_to_string(root().join("examples/careless/orders/api.yaml")).unwrap()
}

#[test]
fn only_integrations_that_changed_are_shown() {
    let text = orders();
    let scratch = repository(&[("api.yaml", &text), ("request.vtl", UNSAFE)]);
    let none = changed(&scratch);
    assert_eq!((none.lints().len(), none.status), (0, 0), "{}", none.out);
    assert!(none.json()["unchanged"].as_u64().unwrap() > 5);
    // A line of one template: all that is found of its integration, and of no other.
    let line = text.lines().position(|line| line.contains("\"note\": {\"S\"")).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    let edited = format!("{} ", lines[line]);
    lines[line] = &edited;
    scratch.write("api.yaml", lines.join("\n"));
    let done = changed(&scratch);
    assert_eq!((files(&done), done.status), (vec!["api.yaml".to_owned()], 1));
    let report = done.json();
    let routes: Vec<&str> =
        report["findings"].as_array().unwrap().iter().map(|f| f["route"].as_str().unwrap()).collect();
    assert!(routes.iter().all(|route| *route == routes[0]), "{routes:?}");
    assert!(done.lints().contains(&"unescaped-input".to_owned()));
    // Lines that only moved did not change.
    scratch.write("api.yaml", format!("# one\n# two\n{text}"));
    assert_eq!(changed(&scratch).lints().len(), 0);
    let summary = scratch.run(&["lint", "--changed-since", "HEAD"]);
    assert!(summary.err.contains(" on what did not change"), "{}", summary.err);
}

#[test]
fn new_files_count_and_renamed_ones_do_not() {
    let scratch = repository(&[("request.vtl", UNSAFE), (".gitignore", "out/\n")]);
    fs::rename(scratch.path().join("request.vtl"), scratch.path().join("renamed.vtl")).unwrap();
    git(scratch.path(), &["add", "-A"]);
    assert_eq!(changed(&scratch).lints().len(), 0);
    scratch.write("new.vtl", UNSAFE);
    scratch.write("out/ignored.vtl", UNSAFE);
    assert_eq!(files(&changed(&scratch)), ["new.vtl"]);
    let named = scratch.run(&[
        "lint",
        "--changed-since",
        "HEAD",
        "--format",
        "json",
        "out/ignored.vtl",
        "renamed.vtl",
    ]);
    assert_eq!(files(&named), ["out/ignored.vtl"]);
}

#[test]
fn what_a_definition_depends_on_counts() {
    let definition = fs::read_to_string(root().join("examples/links/template.yaml")).unwrap();
    let rules = fs::read_to_string(root().join("examples/links/keybound.yaml")).unwrap();
    let definition = definition.replace("owner_id = :owner", "id = id");
    let scratch = repository(&[("apis/template.yaml", &definition), ("keybound.yaml", &rules)]);
    assert_eq!(changed(&scratch).lints().len(), 0);
    let all = scratch.run(&["lint", "--format", "json"]).lints();
    assert!(!all.is_empty());
    scratch.write("keybound.yaml", format!("{rules}\n# changed\n"));
    assert_eq!(changed(&scratch).lints(), all);
    // Settings further down are a file that these findings depend on, too.
    scratch.write("keybound.yaml", &rules);
    scratch.write("apis/keybound.yaml", "version: 1\nlint: {}\n");
    assert_eq!(changed(&scratch).lints(), all);
}

/// An integration of Terraform's, whose parts lie in as many files as can be.
const TERRAFORM: [(&str, &str); 7] = [
    (
        "infra/main.tf",
        r#"resource "aws_api_gateway_rest_api" "api" {
  name = "orders"
}
module "get" {
  source      = "./route"
  api         = aws_api_gateway_rest_api.api.id
  resource_id = aws_api_gateway_resource.order.id
  template    = templatefile("${path.module}/get.vtl", { table = local.table })
}
module "scan" {
  source      = "./route"
  api         = aws_api_gateway_rest_api.api.id
  resource_id = aws_api_gateway_resource.orders.id
  template    = "{\"TableName\": \"Customers\", \"Key\": {\"id\": {\"S\": \"$input.params('id')\"}}}"
}
"#,
    ),
    (
        "infra/paths.tf",
        r#"resource "aws_api_gateway_resource" "orders" {
  parent_id = aws_api_gateway_rest_api.api.root_resource_id
  path_part = "orders"
}

resource "aws_api_gateway_resource" "order" {
  parent_id = aws_api_gateway_resource.orders.id
  path_part = "{id}"
}
"#,
    ),
    (
        "infra/names.tf.json",
        "{\n  \"locals\": {\n    \"table\": \"Orders\",\n    \"unused\": \"x\"\n  }\n}\n",
    ),
    ("infra/get.vtl", "{\"TableName\": \"${table}\", \"Key\": {\"id\": {\"S\": \"$input.params('id')\"}}}"),
    (
        "infra/route/variables.tf",
        "variable \"api\" {}\nvariable \"resource_id\" {}\nvariable \"template\" {}\n",
    ),
    (
        "infra/route/method.tf",
        r#"resource "aws_api_gateway_method" "this" {
  resource_id   = var.resource_id
  http_method   = "GET"
  authorization = "AWS_IAM"
}

resource "aws_api_gateway_method_response" "this" {
  resource_id = var.resource_id
  http_method = aws_api_gateway_method.this.http_method
  status_code = "200"
}
"#,
    ),
    (
        "infra/route/integration.tf",
        r#"resource "aws_api_gateway_integration" "this" {
  resource_id          = var.resource_id
  http_method          = aws_api_gateway_method.this.http_method
  type                 = "AWS"
  uri                  = "arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem"
  passthrough_behavior = "NEVER"
  request_templates    = { "application/json" = var.template }
}
"#,
    ),
];

#[test]
fn an_integration_of_terraforms_is_all_that_it_is_put_together_from() {
    let scratch = repository(&TERRAFORM);
    let routes = |done: &Done| {
        let report = done.json();
        let findings = report["findings"].as_array().unwrap();
        let mut routes: Vec<String> = findings
            .iter()
            .filter(|finding| finding["lint"] == "unescaped-input")
            .map(|finding| finding["route"].as_str().unwrap().to_owned())
            .collect();
        routes.sort();
        routes
    };
    let (one, both) = (vec!["GET /orders/{id}"], vec!["GET /orders", "GET /orders/{id}"]);
    assert_eq!(routes(&scratch.run(&["lint", "--format", "json"])), both);
    assert_eq!(routes(&changed(&scratch)), [""; 0]);
    for (file, line, expected) in [
        ("infra/get.vtl", "{\"TableName\"", &one),
        ("infra/main.tf", "  template    = templatefile", &one),
        ("infra/main.tf", "  name = \"orders\"", &both),
        ("infra/names.tf.json", "    \"table\"", &one),
        ("infra/names.tf.json", "    \"unused\"", &vec![]),
        ("infra/paths.tf", "  path_part = \"{id}\"", &one),
        ("infra/paths.tf", "  path_part = \"orders\"", &both),
        ("infra/route/variables.tf", "variable \"template\"", &both),
        ("infra/route/method.tf", "  authorization", &both),
        ("infra/route/method.tf", "  status_code", &both),
        ("infra/route/integration.tf", "  uri", &both),
    ] {
        let text = TERRAFORM.iter().find(|(name, _)| *name == file).unwrap().1;
        assert!(text.contains(line), "{file}: {line}");
        // A blank more changes the line and nothing that is read.
        let edited =
            text.lines().map(|own| if own.starts_with(line) { format!("{own} ") } else { own.to_owned() });
        scratch.write(file, edited.collect::<Vec<_>>().join("\n"));
        assert_eq!(routes(&changed(&scratch)), *expected, "{file}: {line}");
        scratch.write(file, text);
    }
}

/// In a document that a configuration holds, a route is what stands under its key.
#[test]
fn a_document_in_a_terraform_file_changes_by_its_routes() {
    let route = |path: &str, added: &str| {
        format!(
            "  {path}:\n    get:\n      x-amazon-apigateway-auth: {{ type: AWS_IAM }}\n      x-amazon-apigateway-integration:\n        \
             type: aws\n        httpMethod: POST\n        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem\n{added}        \
             passthroughBehavior: when_no_match\n"
        )
    };
    let file = |name: &str, added: &str| {
        format!(
            "resource \"aws_api_gateway_rest_api\" \"api\" {{\n  name = \"{name}\"\n  body = <<EOT\nopenapi: 3.0.1\npaths:\n{}{}EOT\n}}\n",
            route("/a", added),
            route("/b", "")
        )
    };
    let scratch = repository(&[("main.tf", &file("orders", ""))]);
    let count = || changed(&scratch).lints().iter().filter(|lint| *lint == "passthrough").count();
    assert_eq!(count(), 0);
    scratch.write("main.tf", file("orders", "        timeoutInMillis: 100\n"));
    assert_eq!(count(), 1);
}

#[test]
fn names_are_hostile_and_change_nothing() {
    let name = "x\n:100644 100644 y M\n.vtl";
    let scratch = repository(&[(name, UNSAFE), ("-request.vtl", UNSAFE), ("a b.vtl", UNSAFE)]);
    assert_eq!(changed(&scratch).lints().len(), 0);
    scratch.write(name, format!("{UNSAFE} "));
    assert_eq!(changed(&scratch).lints(), ["unescaped-input"]);
    // What a repository says about differences is not run.
    let script = scratch.path().join("run.sh");
    fs::write(&script, "#!/bin/sh\ntouch \"$(dirname \"$0\")/ran\"\n").unwrap();
    let program = format!("sh {}", script.display());
    for key in ["diff.external", "diff.x.textconv", "core.pager", "core.fsmonitor"] {
        git(scratch.path(), &["config", key, &program]);
    }
    scratch.write(".gitattributes", "*.vtl diff=x\n");
    assert_eq!(changed(&scratch).lints(), ["unescaped-input"]);
    assert!(!scratch.path().join("ran").exists());
}

#[test]
fn commits_that_are_none_are_told() {
    let scratch = repository(&[("request.vtl", UNSAFE)]);
    for reference in
        ["nowhere", "--output=stolen", "-p", "", "HEAD^{tree}", "HEAD:request.vtl", "HEAD..HEAD", "a\nb"]
    {
        let done = scratch.run(&["lint", &format!("--changed-since={reference}")]);
        assert_eq!((done.status, done.out.as_str()), (2, ""), "{reference}");
        let said = done.err.contains("its repository has no commit `") || reference.is_empty();
        assert!(said, "{reference}: {}", done.err);
    }
    assert!(!scratch.path().join("stolen").exists());
    let outside = Scratch::with(&[("request.vtl", UNSAFE)]);
    let done = outside.run(&["lint", "--changed-since", "HEAD"]);
    assert_eq!((done.status, done.out.as_str()), (2, ""));
    assert!(done.err.contains("is in no git repository"), "{}", done.err);
    let written =
        scratch.run(&["lint", "--changed-since", "HEAD", "--baseline", "b.json", "--write-baseline"]);
    assert_eq!(written.status, 2);
}

#[test]
fn it_works_below_the_root_and_with_a_baseline() {
    let scratch = repository(&[("apis/request.vtl", UNSAFE), ("other.vtl", SAFE)]);
    let inside = scratch.path().join("apis");
    let args = ["lint", "--changed-since", "HEAD", "--format", "json"];
    assert_eq!(run_in(&inside, &args).lints().len(), 0);
    scratch.run(&["lint", "--baseline", "b.json", "--write-baseline"]);
    scratch.write("apis/request.vtl", format!("{UNSAFE} "));
    assert_eq!(run_in(&inside, &args).lints(), ["unescaped-input"]);
    let both = run_in(&inside, &[&args[..], &["--baseline", "../b.json"]].concat());
    assert_eq!((both.lints().len(), &both.json()["baselined"]), (0, &1.into()));
}
