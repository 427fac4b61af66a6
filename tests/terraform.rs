//! Terraform as a host: its directories, modules and plans, as the README promises them.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::command::{Scratch, UNSAFE};

/// A REST API's method with the path `/orders/{id}`, around the value of its request templates.
pub(crate) fn api(templates: &str) -> String {
    format!(
        r#"
resource "aws_api_gateway_rest_api" "api" {{
  name = "orders"
}}
resource "aws_api_gateway_resource" "orders" {{
  rest_api_id = aws_api_gateway_rest_api.api.id
  parent_id   = aws_api_gateway_rest_api.api.root_resource_id
  path_part   = "orders"
}}
resource "aws_api_gateway_resource" "order" {{
  rest_api_id = aws_api_gateway_rest_api.api.id
  parent_id   = aws_api_gateway_resource.orders.id
  path_part   = "{{id}}"
}}
resource "aws_api_gateway_authorizer" "keybound" {{
  name = "keybound"
  type = "REQUEST"
}}
resource "aws_api_gateway_method" "get" {{
  resource_id   = aws_api_gateway_resource.order.id
  http_method   = "GET"
  authorization = "CUSTOM"
  authorizer_id = aws_api_gateway_authorizer.keybound.id
}}
resource "aws_dynamodb_table" "orders" {{
  name     = "orders-${{var.stage}}"
  hash_key = "id"
}}
resource "aws_api_gateway_integration" "get" {{
  resource_id             = aws_api_gateway_resource.order.id
  http_method             = aws_api_gateway_method.get.http_method
  type                    = "AWS"
  integration_http_method = "POST"
  uri                     = "arn:aws:apigateway:${{var.region}}:dynamodb:action/GetItem"
  passthrough_behavior    = "NEVER"
  request_templates = {{
    "application/json" = {templates}
  }}
}}
"#
    )
}

/// The lines of the findings of one lint.
pub(crate) fn lines(scratch: &Scratch, args: &[&str], lint: &str) -> Vec<String> {
    let done = scratch.run(&[&["lint", "--format", "concise"], args].concat());
    let marked = format!("[{lint}]");
    done.out.lines().filter(|line| line.contains(&marked)).map(str::to_owned).collect()
}

const RULES: &str = r#"
version: 1
issuers:
  main: { issuer: "https://tokens.example.com/", audience: [orders] }
tables:
  Orders:
    refs: [aws_dynamodb_table.orders]
    key: { partition: id }
variables:
  user: { claim: sub }
grants:
  - name: own
    table: Orders
    routes: { "GET /orders/{id}": [GetItem] }
    keys: { id: "{user}" }
authorizer:
  refs: [aws_api_gateway_authorizer.keybound]
"#;

#[test]
fn addresses_of_resources_are_what_rules_refer_to() {
    let template = |key: &str| {
        let text =
            r#"jsonencode({ TableName = aws_dynamodb_table.orders.name, Key = { id = { S = "KEY" } } })"#;
        api(&text.replace("KEY", key))
    };
    let scratch =
        Scratch::with(&[("main.tf", &template("$context.authorizer.user")), ("keybound.yaml", RULES)]);
    let map = scratch.run(&["map"]);
    assert!(map.out.starts_with("GET /orders/{id}: proved\n"), "{map:?}");
    let scratch = Scratch::with(&[("main.tf", &template("$input.params('id')")), ("keybound.yaml", RULES)]);
    let map = scratch.run(&["map"]);
    assert!(map.out.starts_with("GET /orders/{id}: broken\n"), "{map:?}");
}

#[test]
fn a_template_file_that_a_configuration_uses_is_read_once() {
    let template = UNSAFE.replace("Orders", "${table}");
    let call =
        r#"templatefile("${path.module}/templates/get.vtl", { table = aws_dynamodb_table.orders.name })"#;
    let scratch = Scratch::with(&[("infra/main.tf", &api(call)), ("infra/templates/get.vtl", &template)]);
    let found = lines(&scratch, &["."], "unescaped-input");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].starts_with("infra/templates/get.vtl:1:48: error[unescaped-input] path parameter `id`"),
        "{found:?}"
    );
}

#[test]
fn a_module_is_read_with_what_it_is_called_with_and_by_itself() {
    let module = r#"
variable "template" {
  default = "{}"
}
variable "table" {}
resource "aws_api_gateway_integration" "get" {
  resource_id          = "r"
  http_method          = "GET"
  type                 = "AWS"
  uri                  = "arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem"
  passthrough_behavior = "NEVER"
  request_templates    = { "application/json" = var.template }
}
"#;
    let call = format!(
        "module \"get\" {{\n  source = \"./modules/get\"\n  template = <<-EOT\n    {UNSAFE}\n  EOT\n}}\n"
    );
    let scratch = Scratch::with(&[("modules/get/main.tf", module), ("main.tf", &call)]);
    let found = lines(&scratch, &["."], "unescaped-input");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("main.tf:4:50: "), "the caller's text: {found:?}");
    let report = scratch.run(&["lint", "--format", "json", "modules"]).json();
    assert_eq!(report["integrations"], 1);
}

#[test]
fn comments_leave_findings_out() {
    let unsafe_text = format!("{UNSAFE:?}");
    let scratch = Scratch::with(&[("main.tf", &api(&unsafe_text))]);
    assert_eq!(lines(&scratch, &["."], "unescaped-input").len(), 1);
    for comment in ["# C", "// C", "/* C */", "/*\n * C\n */"] {
        let comment = comment.replace('C', "keybound: ignore[unescaped-input] checked by the client");
        let text = api(&unsafe_text)
            .replace("    \"application/json\"", &format!("{comment}\n    \"application/json\""));
        let scratch = Scratch::with(&[("main.tf", &text)]);
        assert_eq!(lines(&scratch, &["."], "unescaped-input"), [""; 0], "{comment}");
        assert_eq!(lines(&scratch, &["."], "unused-suppression"), [""; 0], "{comment}");
    }
    // A text that looks like a comment is none.
    let text =
        api(&unsafe_text).replace("name = \"orders\"", "name = \"# keybound: ignore[unescaped-input] no\"");
    let scratch = Scratch::with(&[("main.tf", &text)]);
    assert_eq!(lines(&scratch, &["."], "unused-suppression"), [""; 0]);
}

/// A template file's comments are the template's, whatever the file is called.
#[test]
fn comments_of_a_template_file_are_read_once() {
    for (name, call) in [
        ("get.vtl.tftpl", "templatefile(\"${path.module}/get.vtl.tftpl\", { table = \"Orders\" })"),
        ("get.txt", "file(\"${path.module}/get.txt\")"),
        ("get.vtl", "file(\"get.vtl\")"),
    ] {
        let comment = "## keybound: ignore[unescaped-input] checked by the client\n";
        let unused = "## keybound: ignore[bare-input] there is none\n";
        let template = format!("{comment}{UNSAFE}\n{unused}\n");
        let scratch = Scratch::with(&[("main.tf", &api(call)), (name, &template)]);
        assert_eq!(lines(&scratch, &["."], "unescaped-input"), [""; 0], "{name}");
        let said = lines(&scratch, &["."], "unused-suppression");
        assert!(matches!(said.as_slice(), [one] if one.contains("bare-input")), "{name}: {said:?}");
    }
}

#[test]
fn a_plan() {
    let plan = json!({
        "format_version": "1.2",
        "planned_values": {"root_module": {"resources": [{
            "address": "aws_api_gateway_integration.get", "mode": "managed",
            "type": "aws_api_gateway_integration", "name": "get",
            "values": {
                "http_method": "GET", "type": "AWS", "passthrough_behavior": "NEVER",
                "uri": "arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem",
                "request_templates": {"application/json": UNSAFE},
            },
        }]}},
    });
    let text = serde_json::to_string_pretty(&plan).unwrap();
    let scratch = Scratch::with(&[("plan.json", &text)]);
    let report = scratch.run(&["lint", "--format", "json"]).json();
    let finding =
        report["findings"].as_array().unwrap().iter().find(|f| f["lint"] == "unescaped-input").unwrap();
    let at = |name: &str| usize::try_from(finding[name].as_u64().unwrap()).unwrap();
    assert_eq!(&text[at("start")..at("end")], "$input.params('id')");
}

#[test]
fn a_broken_file_costs_nothing_but_itself() {
    let scratch = Scratch::with(&[
        ("main.tf", &api(&format!("{UNSAFE:?}"))),
        ("broken.tf", "# aws_api_gateway\nresource \"x\" {\n"),
        ("none_of_ours.tf", "resource \"x\" {\n"),
    ]);
    let done = scratch.run(&["lint", "--format", "concise"]);
    assert_eq!(done.status, 2);
    assert!(done.err.contains("broken.tf:2:15") && !done.err.contains("none_of_ours"), "{}", done.err);
    assert_eq!(lines(&scratch, &["."], "unescaped-input").len(), 1);
}

#[test]
fn hostile_files_end_in_errors() {
    let around = |value: String| format!("locals {{\n  aws_api_gateway = {value}\n}}\n");
    let many = 20_000;
    for (name, text) in [
        ("brackets", around("[".repeat(many))),
        ("interpolations", around(format!("\"{}", "${\"".repeat(many)))),
        ("directives", around(format!("\"{}", "%{ if a }".repeat(many)))),
        ("operators", around(format!("1{}", "+1".repeat(many)))),
        ("negations", around("!".repeat(many))),
        ("conditions", around("a ? b : ".repeat(many))),
        ("blocks", "aws_api_gateway {\n".repeat(many)),
        ("an open heredoc", around("<<EOT\nx\n".to_owned())),
        ("an open comment", "/* aws_api_gateway".to_owned()),
    ] {
        let scratch = Scratch::with(&[("main.tf", &text), ("good.tf", &api(&format!("{UNSAFE:?}")))]);
        let begun = Instant::now();
        let done = scratch.run(&["lint", "--format", "concise"]);
        assert!(begun.elapsed() < Duration::from_secs(20), "{name}: {:?}", begun.elapsed());
        assert_eq!(done.status, 2, "{name}: {done:?}");
        assert!(done.err.contains("is no Terraform"), "{name}: {}", done.err);
        assert!(done.out.contains("good.tf"), "{name}: {done:?}");
    }
}

#[test]
fn nothing_outside_of_the_repository_is_read() {
    let main =
        api("file(\"${path.module}/../secret.vtl\")") + "module \"m\" {\n  source = \"../module\"\n}\n";
    let scratch = Scratch::with(&[
        ("repository/.git/HEAD", "ref: refs/heads/main"),
        ("repository/main.tf", &main),
        ("secret.vtl", UNSAFE),
        ("module/main.tf", &api(&format!("{UNSAFE:?}"))),
    ]);
    let done = scratch.run(&["lint", "--format", "json", "repository"]);
    assert_eq!(done.json()["integrations"], 1);
    assert!(!done.out.contains("unescaped-input"), "{done:?}");
}
