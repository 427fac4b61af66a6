//! The Serverless Framework, as its users have it.

use serde_json::{Value as Json, json};

use crate::command::{Scratch, UNSAFE};

const PROXY: &str = "service: orders
provider:
  name: aws
  stage: ${opt:stage, 'dev'}
plugins: [serverless-apigateway-service-proxy]
custom:
  table: orders-${self:provider.stage}
  apiGatewayServiceProxies:
    - dynamodb:
        path: /orders/{id}
        method: get
        action: GetItem
        tableName: ${self:custom.table}
        hashKey: {pathParam: id, attributeType: S}
";

fn unescaped(report: &Json) -> Vec<Json> {
    let findings = report["findings"].as_array().expect("findings");
    findings.iter().filter(|finding| finding["lint"] == "unescaped-input").cloned().collect()
}

/// The text that a finding points at.
fn text_at(scratch: &Scratch, finding: &Json) -> String {
    let file = scratch.path().join(finding["file"].as_str().expect("a file"));
    let text = std::fs::read_to_string(file).expect("the file");
    let at = |name: &str| usize::try_from(finding[name].as_u64().expect("a number")).unwrap();
    text[at("start")..at("end")].to_owned()
}

#[test]
fn what_the_plugin_generates_is_shown_at_the_proxy() {
    let scratch = Scratch::with(&[("serverless.yml", PROXY)]);
    let done = scratch.run(&["lint", "--format", "json", "."]);
    let report = done.json();
    assert_eq!((report["integrations"].as_u64(), done.status), (Some(1), 1));
    let findings = unescaped(&report);
    let finding = findings.first().expect("a finding");
    assert_eq!((&finding["route"], &finding["action"]), (&json!("GET /orders/{id}"), &json!("GetItem")));
    assert_eq!((&finding["confidence"], &finding["exact"]), (&json!("proven"), &json!(false)));
    assert_eq!(text_at(&scratch, finding), "dynamodb");
    let lints = done.lints();
    assert!(lints.contains(&"open-method".to_owned()), "{lints:?}");
    assert!(!lints.contains(&"passthrough".to_owned()), "the plugin sets NEVER: {lints:?}");
}

#[test]
fn what_stands_at_one_proxy_is_all_said() {
    let service = format!("{PROXY}        rangeKey: {{queryStringParam: sort, attributeType: S}}\n");
    let scratch = Scratch::with(&[("serverless.yml", &service)]);
    let report = scratch.run(&["lint", "--format", "json", "."]).json();
    let findings = unescaped(&report);
    let messages: Vec<&str> =
        findings.iter().map(|finding| finding["message"].as_str().expect("a message")).collect();
    for said in ["path parameter `id` can", "query parameter `sort` can"] {
        assert_eq!(messages.iter().filter(|message| message.starts_with(said)).count(), 1, "{messages:?}");
    }
}

#[test]
fn a_service_of_several_files_has_its_findings_in_them() {
    let method = "    Get:
      Type: AWS::ApiGateway::Method
      Properties:
        HttpMethod: GET
        AuthorizationType: AWS_IAM
        RestApiId: !Ref ApiGatewayRestApi
        ResourceId: !GetAtt ApiGatewayRestApi.RootResourceId
        Integration:
          Type: AWS
          Uri: !Sub arn:aws:apigateway:${AWS::Region}:dynamodb:action/${self:custom.action}
          PassthroughBehavior: NEVER
          RequestTemplates:
            application/json: ${file(templates/get.vtl)}
";
    let service = "service: orders\nprovider: {name: aws}\ncustom: {action: GetItem}\nresources:\n  - ${file(resources/api.yml)}\n";
    let scratch = Scratch::with(&[
        (".git/HEAD", "ref: refs/heads/main"),
        ("orders/serverless.yml", service),
        ("orders/resources/api.yml", &format!("Resources:\n{method}")),
        ("orders/templates/get.vtl", UNSAFE),
    ]);
    for path in [".", "orders", "orders/serverless.yml", "orders/resources/api.yml"] {
        let report = scratch.run(&["lint", "--format", "json", path]).json();
        let findings = unescaped(&report);
        // The part and the template, which the walk meets too, count with the service and not once more.
        let routes: Vec<&Json> = findings.iter().map(|finding| &finding["route"]).collect();
        assert_eq!((&report["integrations"], routes), (&json!(1), vec![&json!("GET /")]), "{path}");
        let finding = &findings[0];
        assert_eq!(finding["file"], "orders/templates/get.vtl");
        assert_eq!(
            (text_at(&scratch, finding).as_str(), &finding["exact"]),
            ("$input.params('id')", &json!(true))
        );
        assert_eq!(finding["action"], "GetItem");
    }
}

#[test]
fn what_is_none_of_it_stays_unread() {
    let helm = "{{- if .Values.x }}\nservice: {{ .Values.service }}\nprovider: ${file(a)}\n{{ end }}";
    let nested = format!("service: a\nprovider: b\ncustom: {}{}", "[".repeat(10_000), "]".repeat(10_000));
    let scratch = Scratch::with(&[
        ("chart/templates/service.yaml", helm),
        ("broken/serverless.yml", "service: [\n ${file(a.yml)}"),
        ("deep/serverless.yml", &nested),
        ("other/serverless.yml", "service: a\nprovider: {name: aws}\nfunctions: {f: {handler: a.b}}\n"),
        ("text/serverless.yml", "\u{0}${file(x)}"),
        ("json/serverless.json", "{\"service\": \"a\", \"provider\": {}, \"resources\": \"${file(x.yml)}\"}"),
    ]);
    let done = scratch.run(&["lint", "--format", "json", "."]);
    let report = done.json();
    assert_eq!((&report["files"], done.status), (&json!(0), 0), "{done:?}");
}

#[test]
fn a_broken_service_with_the_plugin_says_so() {
    for broken in [
        "custom:\n  apiGatewayServiceProxies: [",
        &format!("custom:\n  apiGatewayServiceProxies: {}{}", "[".repeat(10_000), "]".repeat(10_000)),
    ] {
        let scratch = Scratch::with(&[("serverless.yml", broken)]);
        let done = scratch.run(&["lint", "--format", "json", "."]);
        assert_eq!((done.err.contains("serverless.yml:2:"), done.status), (true, 2), "{done:?}");
    }
}

#[test]
fn nothing_outside_of_the_repository_becomes_text() {
    let service = PROXY.replace("${self:custom.table}", "${file(../secret.yml):table}");
    let scratch = Scratch::with(&[
        ("secret.yml", "table: hidden-name"),
        ("repository/serverless.yml", &service),
        ("repository/.git/HEAD", "ref: refs/heads/main"),
    ]);
    let done = scratch.run(&["lint", "--format", "json", "repository"]);
    assert!(!done.out.contains("hidden-name"), "{done:?}");
    let finding = unescaped(&done.json()).into_iter().next().expect("a finding");
    assert_eq!(finding["table"], "${file(../secret.yml):table}");
}
