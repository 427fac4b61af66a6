//! Terraform's JSON syntax, and what CDK for Terraform writes in it.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::command::{Scratch, UNSAFE};
use crate::terraform::{api, lines};

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

/// A module in JSON is judged as whoever calls it calls it, by a hook too.
#[test]
fn a_hook_judges_who_calls_a_module() {
    let module = json!({
        "variable": {"template": {"type": "string"}},
        "resource": {"aws_api_gateway_integration": {"get": {
            "resource_id": "r", "http_method": "GET", "type": "AWS", "passthrough_behavior": "NEVER",
            "uri": "arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem",
            "request_templates": {"application/json": "${var.template}"},
        }}},
    });
    let call = json!({"module": {"get": {"source": "../route", "template": UNSAFE}}});
    let scratch = Scratch::with(&[
        (".git/HEAD", ""),
        ("route/main.tf.json", &module.to_string()),
        ("infra/main.tf.json", &call.to_string()),
        ("other/main.tf", &api(&format!("{UNSAFE:?}"))),
    ]);
    let found = lines(&scratch, &["--hook", "route/main.tf.json"], "unescaped-input");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("infra/main.tf.json:1:"), "{found:?}");
}
