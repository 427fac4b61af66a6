//! Every host of templates that the README names, each with the same unsafe template: the same finding, at the same
//! characters.

use serde_json::{Value as Json, json};

use crate::command::{Done, Scratch, UNSAFE};

/// What the finding is about.
const PLACE: &str = "$input.params('id')";

/// Demands the one finding of `unescaped-input`, at its place in a file.
fn finds_it(scratch: &Scratch, file: &str, args: &[&str]) -> Json {
    let done: Done = scratch.run(&[&["lint", "--format", "json"], args].concat());
    let report = done.json();
    let findings = report["findings"].as_array().expect("findings");
    let found: Vec<&Json> = findings.iter().filter(|finding| finding["lint"] == "unescaped-input").collect();
    assert_eq!((found.len(), done.status), (1, 1), "{file}: {done:?}");
    let finding = found[0];
    assert_eq!((finding["file"].as_str(), finding["confidence"].as_str()), (Some(file), Some("proven")));
    let text = std::fs::read_to_string(scratch.path().join(file)).expect("the file");
    let at = |name: &str| usize::try_from(finding[name].as_u64().expect("a number")).unwrap();
    assert_eq!(&text[at("start")..at("end")], PLACE, "{file}");
    assert_eq!(finding["exact"], true);
    finding.clone()
}

fn in_file(file: &str, text: &str) -> Json {
    finds_it(&Scratch::with(&[(file, text)]), file, &["."])
}

fn integration() -> Json {
    json!({
        "type": "aws",
        "httpMethod": "POST",
        "uri": "arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem",
        "passthroughBehavior": "never",
        "requestTemplates": {"application/json": UNSAFE},
    })
}

fn openapi(version: (&str, &str)) -> Json {
    let mut definition = json!({
        "paths": {"/orders/{id}": {"get": {
            "x-amazon-apigateway-auth": {"type": "AWS_IAM"},
            "x-amazon-apigateway-integration": integration(),
        }}}
    });
    definition[version.0] = version.1.into();
    definition
}

fn method() -> Json {
    json!({
        "Type": "AWS::ApiGateway::Method",
        "Properties": {
            "RestApiId": {"Ref": "Api"},
            "ResourceId": {"Ref": "Order"},
            "HttpMethod": "GET",
            "AuthorizationType": "AWS_IAM",
            "Integration": {
                "Type": "AWS",
                "IntegrationHttpMethod": "POST",
                "Uri": {"Fn::Join": ["", [
                    "arn:", {"Ref": "AWS::Partition"}, ":apigateway:", {"Ref": "AWS::Region"}, ":dynamodb:action/GetItem",
                ]]},
                "PassthroughBehavior": "NEVER",
                "RequestTemplates": {"application/json": UNSAFE},
            },
        },
    })
}

fn cloudformation() -> Json {
    json!({
        "Resources": {
            "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "orders"}},
            "Orders": {"Type": "AWS::ApiGateway::Resource", "Properties": {
                "RestApiId": {"Ref": "Api"}, "ParentId": {"Fn::GetAtt": ["Api", "RootResourceId"]}, "PathPart": "orders",
            }},
            "Order": {"Type": "AWS::ApiGateway::Resource", "Properties": {
                "RestApiId": {"Ref": "Api"}, "ParentId": {"Ref": "Orders"}, "PathPart": "{id}",
            }},
            "Get": method(),
        }
    })
}

#[test]
fn openapi_and_swagger() {
    for version in [("openapi", "3.0.1"), ("swagger", "2.0")] {
        let definition = openapi(version);
        let finding = in_file("api.json", &serde_json::to_string_pretty(&definition).unwrap());
        assert_eq!(finding["route"], "GET /orders/{id}");
        assert_eq!((&finding["action"], &finding["table"]), (&json!("GetItem"), &json!("Orders")));
        // JSON is YAML too.
        in_file("api.yaml", &definition.to_string());
    }
}

#[test]
fn any_method_and_references() {
    let mut definition = openapi(("openapi", "3.0.1"));
    definition["x-integrations"] = json!({"get": integration()});
    definition["paths"]["/orders/{id}"] = json!({"x-amazon-apigateway-any-method": {
        "x-amazon-apigateway-auth": {"type": "AWS_IAM"},
        "x-amazon-apigateway-integration": {"$ref": "#/x-integrations/get"},
    }});
    let finding = in_file("api.json", &definition.to_string());
    assert_eq!(finding["route"], "ANY /orders/{id}");
}

#[test]
fn cloudformation_with_the_path_of_its_resources() {
    let template = cloudformation();
    for (file, text) in [
        ("template.json", serde_json::to_string_pretty(&template).unwrap()),
        ("template.yaml", template.to_string()),
        // What `cdk synth` writes.
        ("cdk.out/Orders.template.json", serde_json::to_string_pretty(&template).unwrap()),
    ] {
        let finding = in_file(file, &text);
        assert_eq!(finding["route"], "GET /orders/{id}", "{file}");
    }
}

#[test]
fn a_body_in_cloudformation_and_in_sam() {
    for (kind, property) in [("AWS::ApiGateway::RestApi", "Body"), ("AWS::Serverless::Api", "DefinitionBody")]
    {
        let mut template = json!({"Resources": {"Api": {"Type": kind, "Properties": {"StageName": "prod"}}}});
        template["Resources"]["Api"]["Properties"][property] = openapi(("openapi", "3.0.1"));
        in_file("template.json", &template.to_string());
    }
}

#[test]
fn an_included_file() {
    let template = json!({"Resources": {"Api": {"Type": "AWS::Serverless::Api", "Properties": {
        "StageName": "prod",
        "DefinitionBody": {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "parts/api.json"}}},
    }}}});
    let scratch = Scratch::with(&[
        ("template.json", &template.to_string()),
        ("parts/api.json", &openapi(("openapi", "3.0.1")).to_string()),
    ]);
    finds_it(&scratch, "parts/api.json", &["template.json"]);
}

#[test]
fn nothing_outside_of_the_repository_is_read() {
    let template = json!({"Resources": {"Api": {"Type": "AWS::Serverless::Api", "Properties": {
        "StageName": "prod",
        "DefinitionBody": {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "../api.json"}}},
    }}}});
    let scratch = Scratch::with(&[
        ("api.json", &openapi(("openapi", "3.0.1")).to_string()),
        ("repository/template.json", &template.to_string()),
        ("repository/.git/HEAD", "ref: refs/heads/main"),
    ]);
    let done = scratch.run(&["lint", "--format", "json", "repository"]);
    assert_eq!((done.json()["integrations"].as_u64(), done.status), (Some(0), 0), "{done:?}");
}

#[test]
fn a_websocket_route() {
    let template = json!({"Resources": {
        "Api": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {
            "Name": "chat", "ProtocolType": "WEBSOCKET", "RouteSelectionExpression": "$request.body.action",
        }},
        "Say": {"Type": "AWS::ApiGatewayV2::Integration", "Properties": {
            "ApiId": {"Ref": "Api"},
            "IntegrationType": "AWS",
            "IntegrationMethod": "POST",
            "IntegrationUri": "arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem",
            "PassthroughBehavior": "NEVER",
            "RequestTemplates": {"application/json": UNSAFE.replace("params", "path").replace("'id'", "'$.id'")},
        }},
        "Route": {"Type": "AWS::ApiGatewayV2::Route", "Properties": {
            "ApiId": {"Ref": "Api"}, "RouteKey": "say",
            "Target": {"Fn::Join": ["/", ["integrations", {"Ref": "Say"}]]},
        }},
    }});
    let scratch = Scratch::with(&[("template.json", &template.to_string())]);
    let report = scratch.run(&["lint", "--format", "json"]).json();
    let findings = report["findings"].as_array().expect("findings");
    let routes: Vec<&Json> = findings
        .iter()
        .filter(|finding| finding["lint"] == "unescaped-input")
        .map(|finding| &finding["route"])
        .collect();
    assert_eq!(routes, [&json!("say")], "{report}");
}

#[test]
fn templates_on_their_own() {
    for file in ["get.vtl", "get-request.vm"] {
        let finding = in_file(file, UNSAFE);
        // A `TableName` and a `Key` are not enough to tell GetItem from DeleteItem.
        assert_eq!((&finding["action"], &finding["route"]), (&Json::Null, &Json::Null));
        let scratch = Scratch::with(&[(file, UNSAFE)]);
        assert_eq!(finds_it(&scratch, file, &["--action", "GetItem", file])["action"], "GetItem");
    }
    let scratch = Scratch::with(&[("get.template.txt", UNSAFE)]);
    assert_eq!(scratch.run(&["lint", "get.template.txt"]).status, 0, "nothing says that it is a template");
    finds_it(&scratch, "get.template.txt", &["--action", "GetItem", "get.template.txt"]);
}

#[test]
fn other_velocity_templates_are_skipped_unless_named() {
    let mail = "Dear $customer.name, #if($late)hurry#end";
    let scratch = Scratch::with(&[("mail.vm", mail)]);
    let report = scratch.run(&["lint", "--format", "json", "."]).json();
    assert_eq!(report["integrations"], 0);
}

#[test]
fn placeholders_of_the_deployment_are_no_text() {
    // `${Table}` is no reference of the template's, and `${!x}` is the text `${x}`.
    let template =
        r#"{"TableName": "${Table}", "Key": {"id": {"S": "$input.params('id')"}, "s": {"S": "${!x}"}}}"#;
    let mut host = cloudformation();
    host["Resources"]["Get"]["Properties"]["Integration"]["RequestTemplates"]["application/json"] =
        json!({"Fn::Sub": template});
    let finding = in_file("template.json", &host.to_string());
    assert_eq!(finding["table"], "${Table}");
}

#[test]
fn terraform_in_each_of_its_texts() {
    let quoted = format!("{UNSAFE:?}");
    for text in [
        quoted.clone(),
        format!("<<EOT\n{UNSAFE}\nEOT"),
        format!("<<-EOT\n      {UNSAFE}\n    EOT"),
        format!("join(\"\", [{quoted}])"),
        "jsonencode({ TableName = \"Orders\", Key = { id = { S = \"$input.params('id')\" } } })".to_owned(),
    ] {
        let main = format!(
            "resource \"aws_api_gateway_resource\" \"orders\" {{
  parent_id = aws_api_gateway_rest_api.api.root_resource_id
  path_part = \"orders\"
}}
resource \"aws_api_gateway_resource\" \"order\" {{
  parent_id = aws_api_gateway_resource.orders.id
  path_part = \"{{id}}\"
}}
resource \"aws_api_gateway_integration\" \"get\" {{
  resource_id          = aws_api_gateway_resource.order.id
  http_method          = \"GET\"
  type                 = \"AWS\"
  uri                  = \"arn:aws:apigateway:${{var.region}}:dynamodb:action/GetItem\"
  passthrough_behavior = \"NEVER\"
  request_templates = {{
    \"application/json\" = {text}
  }}
}}
"
        );
        let finding = in_file("main.tf", &main);
        assert_eq!(finding["route"], "GET /orders/{id}", "{text}");
        assert_eq!((&finding["action"], &finding["table"]), (&json!("GetItem"), &json!("Orders")), "{text}");
    }
}
