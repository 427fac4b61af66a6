//! Variables, where they are fixed and where they are holes.

use super::{only, read_files, read_one, shown, template, with_proxies, with_template};
use crate::api::Action;

fn rendered(head: &str, text: &str) -> String {
    template(&read_one(&with_template(head, text)))
}

#[test]
fn what_the_file_says_is_text_and_the_rest_is_a_hole() {
    let head = "custom:
  table: orders-${self:custom.stage}
  stage: prod
  list: [{name: first}]
  stages: {dev: d, prod: p}
  missing: null
  number: 12";
    for (text, expected) in [
        ("'{\"T\":\"${self:custom.table}\"}'", "{\"T\":\"orders-prod\"}"),
        ("${self:custom.table}", "orders-prod"),
        ("x${self:custom.list.0.name}", "xfirst"),
        ("x${self:service}", "xorders"),
        ("x${self:custom.stages.${self:custom.stage}}", "xp"),
        ("x${self:custom.stages.${opt:stage, 'dev'}}", "x«self:custom.stages.${opt:stage, 'dev'}»"),
        ("x${self:custom.number}", "x12"),
        ("x${self:custom.nothing, 'y'}", "xy"),
        ("x${self:custom.missing, self:custom.stage}", "xprod"),
        ("x${self:custom.nothing, ${self:custom.stage}}", "xprod"),
        ("x${self:custom.nothing}", "x«self:custom.nothing»"),
        ("x${opt:stage, 'dev'}", "x«opt:stage»"),
        ("x${env:TABLE}", "x«env:TABLE»"),
        ("x${sls:stage}", "x«sls:stage»"),
        ("x${cf:other.Table}", "x«cf:other.Table»"),
        ("x${cf(eu-west-1):other.Table}", "x«cf(eu-west-1):other.Table»"),
        ("x${param:table}", "x«param:table»"),
        ("x${ssm:/a/b}", "x«ssm:/a/b»"),
        ("x${self:custom.list}", "x«self:custom.list»"),
        ("${self:custom.nothing}", "«self:custom.nothing»"),
        ("'\\${self:custom.table}'", "${self:custom.table}"),
        ("x${Table}${AWS::Region}", "x${Table}${AWS::Region}"),
    ] {
        assert_eq!(rendered(head, text), expected, "{text}");
    }
}

#[test]
fn cloudformation_substitutes_after_the_framework() {
    let head = "custom: {table: '${Orders}', plain: t}";
    for (text, expected) in [
        ("!Sub '${self:custom.table}-${opt:s}-${Other}'", "«Orders»-«opt:s»-«Other»"),
        ("{'Fn::Sub': ['${self:custom.plain}${A}${env:B}', {A: '${self:custom.plain}'}]}", "tt«env:B»"),
        ("!Sub ['${self:custom.plain}${A}', {A: !Ref X}]", "t«X»"),
        ("{'Fn::Join': ['-', ['${self:custom.plain}', '${opt:s}']]}", "t-«opt:s»"),
        ("!ImportValue 'a-${opt:s}'", "«ImportValue(a-${opt:s})»"),
        ("!Ref '${self:custom.plain}'", "«t»"),
    ] {
        assert_eq!(rendered(head, text), expected, "{text}");
    }
}

#[test]
fn a_hole_keeps_its_default_for_those_who_ask() {
    let service = with_template(
        "custom: {table: 'orders-${opt:stage, self:custom.stage}', stage: dev}",
        "${self:custom.table}${sls:stage}",
    );
    let integration = read_one(&service);
    let text = &integration.request_templates[0].text;
    assert_eq!(shown(text), "orders-«opt:stage»«sls:stage»");
    assert_eq!(integration.deployed.known_parts(text), ["orders-devdev"]);
}

#[test]
fn defaults_that_differ_are_none() {
    let integration = read_one(&with_template("", "${opt:a, 'b'}${opt:a, 'c'}"));
    let text = &integration.request_templates[0].text;
    assert_eq!(integration.deployed.known_parts(text), ["", "", ""]);
}

#[test]
fn files_give_values_parts_and_texts() {
    let service = "service: orders
provider: {name: aws}
custom: ${file(custom.yml)}
resources:
  - ${file(resources/api.yml)}
  - Resources: ${file(./resources/more.json):more}
";
    let method = |action: &str, template: &str| {
        format!(
            "{{Type: AWS::ApiGateway::Method, Properties: {{HttpMethod: GET, Integration: {{Type: AWS, Uri: 'arn:aws:apigateway:eu-west-1:dynamodb:action/{action}', RequestTemplates: {{application/json: '{template}'}}}}}}}}"
        )
    };
    let api = format!("Resources: {{Get: {}}}", method("GetItem", "${file(get.vtl)}"));
    let more = format!("more: {{Put: {}}}", method("PutItem", "${self:custom.table}"));
    // JSON's quotes are YAML's too, so one text serves.
    let files = [
        ("serverless.yml", service),
        ("custom.yml", "table: from-${self:service}"),
        ("resources/api.yml", api.as_str()),
        ("resources/more.json", more.as_str()),
        ("get.vtl", "{\"TableName\":\"${self:custom.table}\"}\n"),
    ];
    let all = read_files(&files);
    let texts: Vec<_> = all.iter().map(template).collect();
    assert_eq!(texts, ["{\"TableName\":\"from-orders\"}\n", "from-orders"]);
    let actions: Vec<_> = all.iter().map(|one| one.action.clone()).collect();
    assert_eq!(actions, [Action::Named("GetItem".into()), Action::Named("PutItem".into())]);
    // A part is read alike on its own.
    let mut alone = files.to_vec();
    alone.swap(0, 2);
    let part = only(read_files(&alone));
    assert_eq!(template(&part), "{\"TableName\":\"from-orders\"}\n");
    assert_eq!((part.span, part.file.path()), (all[0].span, all[0].file.path()));
}

#[test]
fn what_a_program_or_a_file_out_of_reach_says_is_a_hole() {
    for path in ["../secret.yml", "/etc/passwd", "missing.yml", "code.js", "https://x/y.yml"] {
        let text = format!("'x${{file({path}):a, \"b\"}}'");
        assert_eq!(rendered("", &text), format!("x«file({path}):a»"));
    }
}

#[test]
fn proxies_may_stand_elsewhere() {
    let proxy = "dynamodb: {path: /a, method: get, action: '${self:custom.action}', tableName: '${opt:t}', hashKey: {pathParam: id, attributeType: S}}";
    let service = with_proxies("    - ${file(proxy.yml)}").replace("custom:", "custom:\n  action: GetItem");
    let one = only(read_files(&[("serverless.yml", &service), ("proxy.yml", proxy)]));
    assert_eq!(one.action, Action::Named("GetItem".into()));
    assert_eq!(
        template(&one),
        "{\"TableName\": \"«opt:t»\",\"Key\":{\"id\": {\"S\": \"$input.params().path.id\"}}}"
    );
    assert_eq!(one.file.path().to_str(), Some("proxy.yml"));
    assert_eq!(one.file.slice(one.span), "dynamodb");
}
