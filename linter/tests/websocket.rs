//! What a client's connection and messages bring to the templates of a WebSocket API.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what is wrong by panicking"
)]

use keybound_linter::analysis::{self, Settings};
use keybound_linter::finding::{Finding, ProofRequest, Severity};
use serde_json::{Value as Json, json};

/// A WebSocket API with one route; `properties` are further ones of the integration.
fn api(key: &str, template: &str, properties: Json) -> Json {
    let mut integration = json!({
        "ApiId": { "Ref": "Api" },
        "IntegrationType": "AWS",
        "IntegrationMethod": "POST",
        "IntegrationUri": "arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem",
        "TemplateSelectionExpression": "\\$default",
        "RequestTemplates": { "$default": template },
    });
    for (name, value) in properties.as_object().unwrap() {
        integration[name] = value.clone();
    }
    json!({ "Resources": {
        "Api": { "Type": "AWS::ApiGatewayV2::Api", "Properties": {
            "ProtocolType": "WEBSOCKET", "RouteSelectionExpression": "$request.body.action",
        } },
        "Connect": { "Type": "AWS::ApiGatewayV2::Route", "Properties": {
            "ApiId": { "Ref": "Api" }, "RouteKey": "$connect", "AuthorizationType": "AWS_IAM",
            "Target": if key == "$connect" { json!({ "Fn::Sub": "integrations/${Save}" }) } else { json!("x") },
        } },
        "Route": { "Type": "AWS::ApiGatewayV2::Route", "Properties": {
            "ApiId": { "Ref": "Api" }, "RouteKey": key,
            "Target": if key == "$connect" { json!("x") } else { json!({ "Fn::Sub": "integrations/${Save}" }) },
        } },
        "Save": { "Type": "AWS::ApiGatewayV2::Integration", "Properties": integration },
    } })
}

fn findings(key: &str, template: &str, properties: Json) -> Vec<Finding> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("template.json");
    std::fs::write(&path, api(key, template, properties).to_string()).unwrap();
    let run = analysis::run(&[path], &Settings::default());
    assert!(run.errors.is_empty() && run.integrations == 1, "{key} {template}: {}", run.integrations);
    // What a request lacks that is as short as these is worth a note.
    run.findings.into_iter().filter(|finding| finding.severity > Severity::Note).collect()
}

fn lints(key: &str, template: &str) -> Vec<&'static str> {
    findings(key, template, json!({})).iter().map(|finding| finding.lint).collect()
}

/// The request that shows the one finding.
fn shown(key: &str, template: &str) -> ProofRequest {
    let found = findings(key, template, json!({}));
    let [finding] = found.as_slice() else { panic!("one finding for {template}, not {found:?}") };
    assert_eq!((finding.lint, finding.confidence.word()), ("unescaped-input", "proven"), "{template}");
    finding.proof.clone().unwrap().request
}

fn item(value: &str) -> String {
    format!(r#"{{"TableName": "Sessions", "Item": {{"id": {{"S": "{value}"}}}}}}"#)
}

#[test]
fn a_connection_brings_query_and_headers() {
    for value in
        ["$input.params('token')", "$input.params().header.token", "$input.params('querystring').token"]
    {
        let found = lints("$connect", &item(value));
        let expected = if value.contains("('querystring')") { vec![] } else { vec!["unescaped-input"] };
        assert_eq!(found, expected, "{value}");
    }
    let request = shown("$connect", &item("$input.params().querystring.token"));
    assert_eq!((request.method.as_str(), request.path.as_str()), ("GET", "/"));
    assert_eq!(request.query.len(), 1);
    assert!(
        request.headers.contains(&("Upgrade".to_owned(), "websocket".to_owned())),
        "{:?}",
        request.headers
    );
    assert_eq!(request.body, None);
    for value in ["$input.path('$.token')", "$input.params().path.token"] {
        assert_eq!(lints("$connect", &item(value)), [""; 0], "{value}");
    }
}

#[test]
fn a_message_brings_a_body_that_selects_its_route() {
    let request = shown("save", &item("$input.path('$.id')"));
    assert_eq!((request.method.as_str(), request.path.as_str()), (ProofRequest::MESSAGE, "save"));
    assert_eq!((request.query, request.headers), (vec![], vec![]));
    let body: Json = serde_json::from_str(&request.body.unwrap()).unwrap();
    assert_eq!(body["action"], "save");
    assert!(body["id"].as_str().unwrap().contains('"'), "{body}");

    let body: Json =
        serde_json::from_str(&shown("$default", &item("$input.path('$.id')")).body.unwrap()).unwrap();
    assert_eq!(body.get("action"), None);
    for value in ["$input.params('id')", "$input.params().header.id", "$input.path('$.action')"] {
        assert_eq!(lints("save", &item(value)), [""; 0], "{value}");
    }
    assert_eq!(lints("$default", &item("$input.path('$.action')")), ["unescaped-input"]);
}

#[test]
fn the_end_of_a_connection_brings_nothing() {
    for value in ["$input.params('id')", "$input.path('$.id')", "$context.connectionId"] {
        assert_eq!(lints("$disconnect", &item(value)), [""; 0], "{value}");
    }
}

#[test]
fn no_client_sets_the_request_id_of_a_message() {
    assert_eq!(lints("save", &item("$context.requestId")), [""; 0]);
    assert_eq!(lints("save", &item("$context.identity.userAgent")), ["unescaped-input"]);
}

#[test]
fn a_message_passes_through_where_it_can_miss_the_templates() {
    let template = item("1");
    for (key, properties, expected) in [
        ("save", json!({}), None),
        ("save", json!({ "TemplateSelectionExpression": "other" }), Some("save")),
        ("save", json!({ "TemplateSelectionExpression": "${request.body.kind}" }), Some("save")),
        (
            "save",
            json!({ "TemplateSelectionExpression": "${request.body.kind}", "PassthroughBehavior": "NEVER" }),
            None,
        ),
        ("save", json!({ "RequestTemplates": {} }), Some("save")),
        ("$default", json!({ "RequestTemplates": {} }), Some("$default")),
        ("$connect", json!({ "RequestTemplates": {} }), None),
        ("$disconnect", json!({ "TemplateSelectionExpression": "other" }), None),
    ] {
        let found = findings(key, &template, properties.clone());
        let found: Vec<_> = found.iter().filter(|finding| finding.lint == "passthrough").collect();
        let proof = found.first().and_then(|finding| finding.proof.as_ref());
        assert_eq!(proof.map(|proof| proof.request.path.as_str()), expected, "{key} {properties}");
        assert_eq!(found.len(), usize::from(expected.is_some()), "{key} {properties}");
        if let Some(proof) = proof {
            let body: Json = serde_json::from_str(proof.request.body.as_ref().unwrap()).unwrap();
            let selects = if key == "$default" { Json::Null } else { json!("save") };
            assert_eq!(body["action"], selects, "{body}");
            assert_eq!(
                (proof.request.method.as_str(), body["TableName"].as_str()),
                ("MESSAGE", Some("OtherTable"))
            );
        }
    }
}
