//! Terraform as a host: its directories, modules and plans, as the README promises them.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::command::{Scratch, UNSAFE};

/// A REST API's method with the path `/orders/{id}`, around the value of its request templates.
fn api(templates: &str) -> String {
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
fn lines(scratch: &Scratch, args: &[&str], lint: &str) -> Vec<String> {
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

/// The shape of what CDK for Terraform 0.20 synthesizes: escapes of HCL are its own, and `//` says where things come from.
fn synthesized(note: &serde_json::Value) -> String {
    let resource = |name: &str, mut own: serde_json::Value| {
        own["//"] = json!({"metadata": {"path": format!("orders/{name}"), "uniqueId": name}});
        json!({ name: own })
    };
    let mut integration = resource(
        "get",
        json!({
            "rest_api_id": "${aws_api_gateway_rest_api.api.id}",
            "resource_id": "${aws_api_gateway_rest_api.api.root_resource_id}",
            "http_method": "${aws_api_gateway_method.method.http_method}",
            "type": "AWS",
            "integration_http_method": "POST",
            "passthrough_behavior": "NEVER",
            "uri": "arn:aws:apigateway:${data.aws_region.here.name}:dynamodb:action/GetItem",
            "request_templates": {"application/json":
                "#set($id = $input.params('id'))\n{\"TableName\": \"${aws_dynamodb_table.table.name}\",\n \"Key\": {\"id\": {\"S\": \"$${id}\"}}}"},
        }),
    );
    if !note.is_null() {
        integration["get"]["//"]["keybound"] = note.clone();
    }
    serde_json::to_string_pretty(&json!({
        "//": {"metadata": {"backend": "local", "stackName": "orders", "version": "0.20.0"}, "outputs": {}},
        "data": {"aws_region": resource("here", json!({}))},
        "provider": {"aws": [{"region": "eu-west-1"}]},
        "resource": {
            "aws_api_gateway_rest_api": resource("api", json!({"name": "orders"})),
            "aws_api_gateway_method": resource("method", json!({
                "rest_api_id": "${aws_api_gateway_rest_api.api.id}",
                "resource_id": "${aws_api_gateway_rest_api.api.root_resource_id}",
                "http_method": "GET",
                "authorization": "AWS_IAM",
            })),
            "aws_api_gateway_integration": integration,
            "aws_dynamodb_table": resource("table", json!({
                "name": "orders", "hash_key": "id", "attribute": [{"name": "id", "type": "S"}],
            })),
        },
        "terraform": {"required_providers": {"aws": {"source": "aws", "version": "5.0"}}},
    }))
    .unwrap()
}

#[test]
fn what_cdk_for_terraform_synthesizes_names_its_constructs() {
    let name = "cdktf.out/stacks/orders/cdk.tf.json";
    let scratch = Scratch::with(&[
        (name, &synthesized(&json!(null))),
        (".gitignore", "cdktf.out/\n"),
        (".git/HEAD", ""),
    ]);
    assert_eq!(scratch.run(&["lint", "--format", "json"]).json()["integrations"], 0, "git ignores it");
    for named in ["cdktf.out", name] {
        let done = scratch.run(&["lint", "--format", "json", named]);
        let report = done.json();
        let finding = report["findings"].as_array().unwrap().iter().find(|f| f["lint"] == "unescaped-input");
        let finding = finding.unwrap_or_else(|| panic!("{report}"));
        let at = |name: &str| usize::try_from(finding[name].as_u64().unwrap()).unwrap();
        assert_eq!(&synthesized(&json!(null))[at("start")..at("end")], "$${id}");
        assert_eq!(
            (&finding["exact"], &finding["table"]),
            (&json!(true), &json!("${aws_dynamodb_table.table.name}"))
        );
        let related = finding["related"].to_string();
        assert!(related.contains("synthesized from the construct `orders/get`"), "{related}");
        // Nobody edits what is synthesized.
        assert_eq!(finding["fix"], json!(null));
    }
    let note = json!({"ignore": [{"lint": "unescaped-input", "reason": "ids are checked"}, {"lint": "bare-input", "reason": "x"}]});
    let scratch = Scratch::with(&[(name, &synthesized(&note))]);
    let done = scratch.run(&["lint", "--format", "json", "cdktf.out"]);
    let lints = done.lints();
    assert!(!lints.contains(&"unescaped-input".to_owned()), "{lints:?}");
    assert_eq!(lints.iter().filter(|lint| *lint == "unused-suppression").count(), 1);
    let wrong = Scratch::with(&[(name, &synthesized(&json!({"ignore": []})))]);
    let told = wrong.run(&["lint", "cdktf.out"]).out;
    assert!(told.contains(r#"write `"//": {"keybound": {"ignore""#), "{told}");
}

#[test]
fn a_directory_of_both_syntaxes_is_one_configuration() {
    let json = json!({
        "locals": {"template": format!("{UNSAFE} ")},
        "variable": {"stage": {"default": "${not a template}"}, "region": {"type": "string"}},
    });
    let scratch = Scratch::with(&[
        (".git/HEAD", ""),
        ("main.tf", &api("local.template")),
        ("more.tf.json", &json.to_string()),
    ]);
    let found = lines(&scratch, &["."], "unescaped-input");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("more.tf.json:1:"), "{found:?}");
    // A hook that hands over either judges what both make.
    let hooked = lines(&scratch, &["--hook", "more.tf.json"], "unescaped-input");
    assert_eq!(hooked, found);
    let broken = Scratch::with(&[("main.tf.json", "{\"resource\": {\"aws_api_gateway_integration\": ]")]);
    let done = broken.run(&["lint"]);
    assert_eq!(done.status, 2);
    assert!(done.err.contains("not valid JSON") && done.err.contains("[main.tf.json:1:"), "{}", done.err);
    // What has no marker is none of ours.
    assert_eq!(Scratch::with(&[("main.tf.json", "{\"resource\": ]")]).run(&["lint"]).status, 0);
}

#[test]
fn hostile_json_ends_soon() {
    let deep = format!("{{\"resource\": {{\"aws_api_gateway_integration\": {}", "{\"a\":".repeat(100_000));
    let lists =
        format!("{{\"//\": \"aws_api_gateway\", \"resource\": {}1{}}}", "[".repeat(200), "]".repeat(200));
    let interpolations = format!("{}x{}", "${\\\"".repeat(2_000), "\\\"}".repeat(2_000));
    let nested = format!(
        "{{\"resource\": {{\"aws_api_gateway_integration\": {{\"a\": {{\"type\": \"AWS\", \"uri\": \"dynamodb:action/GetItem\", \
         \"request_templates\": {{\"a\": \"{interpolations}\"}}}}}}}}}}"
    );
    let doubling: String = (1..60)
        .map(|at| format!("\"l{at}\": [\"${{local.l{0}}}\", \"${{local.l{0}}}\"], ", at - 1))
        .collect();
    let doubling = format!(
        "{{\"locals\": {{{doubling}\"l0\": \"x\"}}, \"resource\": {{\"aws_api_gateway_integration\": {{\"a\": \
         {{\"type\": \"AWS\", \"uri\": \"arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem\", \
         \"request_templates\": {{\"a\": \"${{local.l59}}\"}}}}}}}}}}"
    );
    for text in [deep, lists, nested, doubling] {
        let scratch = Scratch::with(&[("main.tf.json", &text)]);
        let begun = Instant::now();
        let done = scratch.run(&["lint"]);
        assert!(done.status <= 2, "{done:?}");
        assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    }
}
