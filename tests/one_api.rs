//! One API, written for every host: the same findings, each at the same characters of its template.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use crate::command::Scratch;

const GET: &str = r#"{"TableName": "Orders",
 "Key": {"id": {"S": "é$input.params('id')"}}}"#;

const PUT: &str = r#"#set($note = $input.path('$.note'))
{"TableName": "Orders",
 "Item": {"id": {"S": "$context.requestId"},
          "note": {"S": "$note"},
          "age": {"N": $input.json('$.age')}}}"#;

const ANSWER: &str = r#"{"é": "$input.path('$.Item.note.S')"}"#;

/// Verb, action, passthrough, request template, response template.
const ROUTES: [(&str, &str, &str, &str, &str); 2] =
    [("GET", "GetItem", "WHEN_NO_MATCH", GET, ANSWER), ("PUT", "PutItem", "NEVER", PUT, "{}")];

fn uri(action: &str) -> String {
    format!("arn:aws:apigateway:eu-west-1:dynamodb:action/{action}")
}

fn openapi(version: &str) -> Json {
    let mut methods = json!({});
    for (verb, action, passthrough, request, response) in ROUTES {
        methods[verb.to_lowercase()] = json!({
            "responses": {"200": {"description": "an order"}},
            "x-amazon-apigateway-integration": {
                "type": "aws",
                "httpMethod": "POST",
                "uri": uri(action),
                "passthroughBehavior": passthrough.to_lowercase(),
                "requestTemplates": {"application/json": request},
                "responses": {
                    "default": {"statusCode": "200", "responseTemplates": {"application/json": response}},
                },
            },
        });
    }
    let mut definition =
        json!({"info": {"title": "orders", "version": "1"}, "paths": {"/orders/{id}": methods}});
    definition[version] = if version == "swagger" { "2.0".into() } else { "3.0.1".into() };
    definition
}

fn cloudformation() -> Json {
    let mut stack = json!({
        "Resources": {
            "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "orders"}},
            "Orders": {"Type": "AWS::ApiGateway::Resource", "Properties": {
                "RestApiId": {"Ref": "Api"}, "ParentId": {"Fn::GetAtt": ["Api", "RootResourceId"]}, "PathPart": "orders",
            }},
            "Order": {"Type": "AWS::ApiGateway::Resource", "Properties": {
                "RestApiId": {"Ref": "Api"}, "ParentId": {"Ref": "Orders"}, "PathPart": "{id}",
            }},
        }
    });
    for (verb, action, passthrough, request, response) in ROUTES {
        stack["Resources"][format!("Method{verb}")] = json!({
            "Type": "AWS::ApiGateway::Method",
            "Properties": {
                "RestApiId": {"Ref": "Api"},
                "ResourceId": {"Ref": "Order"},
                "HttpMethod": verb,
                "AuthorizationType": "NONE",
                "Integration": {
                    "Type": "AWS",
                    "IntegrationHttpMethod": "POST",
                    "Uri": uri(action),
                    "PassthroughBehavior": passthrough,
                    "RequestTemplates": {"application/json": request},
                    "IntegrationResponses": [
                        {"StatusCode": "200", "ResponseTemplates": {"application/json": response}},
                    ],
                },
                "MethodResponses": [{"StatusCode": "200"}],
            },
        });
    }
    stack
}

fn sam() -> Json {
    json!({
        "Transform": "AWS::Serverless-2016-10-31",
        "Resources": {"Api": {"Type": "AWS::Serverless::Api", "Properties": {
            "StageName": "prod", "DefinitionBody": openapi("openapi"),
        }}},
    })
}

fn service() -> Json {
    json!({"service": "orders", "provider": {"name": "aws"}, "resources": cloudformation()})
}

fn terraform() -> String {
    let mut text = r#"resource "aws_api_gateway_rest_api" "api" {
  name = "orders"
}
resource "aws_api_gateway_resource" "orders" {
  rest_api_id = aws_api_gateway_rest_api.api.id
  parent_id   = aws_api_gateway_rest_api.api.root_resource_id
  path_part   = "orders"
}
resource "aws_api_gateway_resource" "order" {
  rest_api_id = aws_api_gateway_rest_api.api.id
  parent_id   = aws_api_gateway_resource.orders.id
  path_part   = "{id}"
}
"#
    .to_owned();
    for (verb, action, passthrough, request, response) in ROUTES {
        let name = verb.to_lowercase();
        text.push_str(&format!(
            r#"resource "aws_api_gateway_method" "{name}" {{
  rest_api_id   = aws_api_gateway_rest_api.api.id
  resource_id   = aws_api_gateway_resource.order.id
  http_method   = "{verb}"
  authorization = "NONE"
}}
resource "aws_api_gateway_integration" "{name}" {{
  rest_api_id             = aws_api_gateway_rest_api.api.id
  resource_id             = aws_api_gateway_resource.order.id
  http_method             = aws_api_gateway_method.{name}.http_method
  type                    = "AWS"
  integration_http_method = "POST"
  uri                     = "{}"
  passthrough_behavior    = "{passthrough}"
  request_templates = {{
    "application/json" = <<EOT
{request}
EOT
  }}
}}
resource "aws_api_gateway_integration_response" "{name}" {{
  rest_api_id = aws_api_gateway_rest_api.api.id
  resource_id = aws_api_gateway_resource.order.id
  http_method = aws_api_gateway_method.{name}.http_method
  status_code = "200"
  response_templates = {{
    "application/json" = <<EOT
{response}
EOT
  }}
}}
"#,
            uri(action)
        ));
    }
    text
}

/// The same resources in Terraform's JSON syntax, some blocks as lists of one.
fn terraform_json() -> Json {
    let api = "${aws_api_gateway_rest_api.api.id}";
    let order = "${aws_api_gateway_resource.order.id}";
    let (mut methods, mut integrations, mut answers) = (json!({"//": "all verbs"}), json!({}), json!({}));
    for (verb, action, passthrough, request, response) in ROUTES {
        let name = verb.to_lowercase();
        let of_method = format!("${{aws_api_gateway_method.{name}.http_method}}");
        methods[&name] = json!([{
            "//": {"metadata": {"path": "orders/method"}},
            "rest_api_id": api, "resource_id": order, "http_method": verb, "authorization": "NONE",
        }]);
        integrations[&name] = json!({
            "rest_api_id": api,
            "resource_id": order,
            "http_method": of_method,
            "type": "AWS",
            "integration_http_method": "POST",
            "uri": uri(action),
            "passthrough_behavior": passthrough,
            "request_templates": {"application/json": request},
        });
        answers[&name] = json!({
            "rest_api_id": api, "resource_id": order, "http_method": of_method, "status_code": 200,
            "response_templates": {"application/json": response},
        });
    }
    json!({
        "//": {"metadata": {"stackName": "orders"}},
        "terraform": {"backend": {"local": {"path": "terraform.tfstate"}}},
        "resource": [{
            "aws_api_gateway_rest_api": {"api": {"name": "orders"}},
            "aws_api_gateway_resource": {
                "orders": {
                    "rest_api_id": api, "parent_id": "${aws_api_gateway_rest_api.api.root_resource_id}",
                    "path_part": "orders",
                },
                "order": {
                    "rest_api_id": api, "parent_id": "${aws_api_gateway_resource.orders.id}", "path_part": "{id}",
                },
            },
            "aws_api_gateway_method": methods,
        }, {
            "aws_api_gateway_integration": integrations,
            "aws_api_gateway_integration_response": answers,
        }],
    })
}

/// `terraform show -json` of a plan of the same resources: none has an id yet, so the configuration says what is what's.
fn plan() -> Json {
    let (mut planned, mut configured) = (Vec::new(), Vec::new());
    let mut add = |kind: &str, name: &str, values: Json, references: &[(&str, &str)]| {
        let address = format!("{kind}.{name}");
        planned.push(
            json!({"address": address, "mode": "managed", "type": kind, "name": name, "values": values}),
        );
        let expressions: serde_json::Map<String, Json> = references
            .iter()
            .map(|(member, to)| {
                let resource = to.rsplit_once('.').expect("an attribute of a resource").0;
                ((*member).to_owned(), json!({"references": [to, resource]}))
            })
            .collect();
        configured.push(
            json!({"address": address, "mode": "managed", "type": kind, "name": name, "expressions": expressions}),
        );
    };
    let api = ("rest_api_id", "aws_api_gateway_rest_api.api.id");
    let order = ("resource_id", "aws_api_gateway_resource.order.id");
    add("aws_api_gateway_rest_api", "api", json!({"name": "orders"}), &[]);
    let root = ("parent_id", "aws_api_gateway_rest_api.api.root_resource_id");
    add("aws_api_gateway_resource", "orders", json!({"path_part": "orders"}), &[api, root]);
    let parent = ("parent_id", "aws_api_gateway_resource.orders.id");
    add("aws_api_gateway_resource", "order", json!({"path_part": "{id}"}), &[api, parent]);
    for (verb, action, passthrough, request, response) in ROUTES {
        let name = verb.to_lowercase();
        let method = json!({"http_method": verb, "authorization": "NONE"});
        add("aws_api_gateway_method", &name, method, &[api, order]);
        let integration = json!({
            "http_method": verb,
            "type": "AWS",
            "integration_http_method": "POST",
            "uri": uri(action),
            "passthrough_behavior": passthrough,
            "request_templates": {"application/json": request},
        });
        add("aws_api_gateway_integration", &name, integration, &[api, order]);
        let answer = json!({
            "http_method": verb, "status_code": "200", "response_templates": {"application/json": response},
        });
        add("aws_api_gateway_integration_response", &name, answer, &[api, order]);
    }
    json!({
        "format_version": "1.2",
        "planned_values": {"root_module": {"resources": planned}},
        "configuration": {"root_module": {"resources": configured}},
    })
}

/// A value as YAML: texts of several lines as block scalars, all others in quotes.
fn yaml(value: &Json, indent: usize) -> String {
    let space = "  ".repeat(indent);
    match value {
        Json::Object(members) => members
            .iter()
            .map(|(name, value)| {
                let name = Json::from(name.as_str());
                format!("\n{space}{name}: {}", yaml(value, indent + 1).trim_start_matches(' '))
            })
            .collect(),
        Json::Array(items) => {
            items.iter().map(|item| format!("\n{space}-{}", yaml(item, indent + 1))).collect()
        }
        Json::String(text) if text.contains('\n') => {
            let lines: String = text.lines().map(|line| format!("\n{space}{line}")).collect();
            format!(" |-{lines}")
        }
        scalar => format!(" {scalar}"),
    }
}

/// What is the same of a finding in every host; of one in a template also the characters that it is about.
fn told(finding: &Json, file: &str, text: &str) -> String {
    let at = |name: &str| usize::try_from(finding[name].as_u64().expect("a number")).unwrap();
    let written = &text[at("start")..at("end")];
    let in_template = !finding["content_type"].is_null();
    let characters = if !in_template {
        String::new()
    } else if file.ends_with(".json") {
        serde_json::from_str::<String>(&format!("\"{written}\"")).expect("a part of a JSON string")
    } else {
        written.to_owned()
    };
    assert!(!in_template || finding["exact"] == true, "{file}: {finding}");
    if finding["lint"] == "passthrough" {
        assert!(written.to_lowercase().contains("when_no_match"), "{file}: {written}");
    }
    let names = ["lint", "severity", "confidence", "message", "route", "content_type", "action", "table"];
    let told: Vec<String> = names.iter().map(|name| finding[name].to_string()).collect();
    format!("{} {characters:?}", told.join(" "))
}

fn found(file: &str, text: &str) -> BTreeSet<String> {
    let scratch = Scratch::with(&[(file, text)]);
    let report = scratch.run(&["lint", "--format", "json", file]).json();
    assert_eq!(report["integrations"], ROUTES.len(), "{file}: {report}");
    let findings = report["findings"].as_array().expect("findings");
    findings.iter().map(|finding| told(finding, file, text)).collect()
}

#[test]
fn one_api_has_the_same_findings_in_every_host() {
    let pretty = |value: &Json| serde_json::to_string_pretty(value).unwrap();
    let block = |value: &Json| yaml(value, 0);
    let first = found("openapi.yaml", &block(&openapi("openapi")));
    for lint in
        ["unescaped-input", "unescaped-stored-value", "passthrough", "open-method", "error-as-success"]
    {
        assert!(first.iter().any(|told| told.starts_with(&format!("\"{lint}\""))), "{lint}: {first:#?}");
    }
    for (file, text) in [
        ("openapi.json", pretty(&openapi("openapi"))),
        ("swagger.yaml", block(&openapi("swagger"))),
        ("swagger.json", openapi("swagger").to_string()),
        ("template.yaml", block(&cloudformation())),
        ("cdk.out/Orders.template.json", pretty(&cloudformation())),
        ("sam.yaml", block(&sam())),
        ("sam.json", pretty(&sam())),
        ("serverless.yml", block(&service())),
        ("serverless.json", pretty(&service())),
        ("main.tf", terraform()),
        ("main.tf.json", pretty(&terraform_json())),
        ("cdktf.out/stacks/orders/cdk.tf.json", terraform_json().to_string()),
        ("plan.json", plan().to_string()),
    ] {
        let other = found(file, &text);
        let (lacks, adds): (Vec<_>, Vec<_>) =
            (first.difference(&other).collect(), other.difference(&first).collect());
        assert!(lacks.is_empty() && adds.is_empty(), "{file} lacks {lacks:#?}\nand adds {adds:#?}");
    }
}
