use super::*;
use crate::api::{Action, Authorization, Passthrough};

const API: &str = r#"
resource "aws_api_gateway_rest_api" "api" {
  name               = "orders"
  binary_media_types = ["image/png"]
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
resource "aws_api_gateway_authorizer" "tokens" {
  name                             = "tokens"
  rest_api_id                      = aws_api_gateway_rest_api.api.id
  authorizer_result_ttl_in_seconds = 60
}
resource "aws_api_gateway_request_validator" "body" {
  rest_api_id           = aws_api_gateway_rest_api.api.id
  validate_request_body = true
}
resource "aws_api_gateway_model" "order" {
  rest_api_id = aws_api_gateway_rest_api.api.id
  name        = "Order"
  schema      = jsonencode({ type = "object", required = ["id"] })
}
resource "aws_api_gateway_method" "put" {
  rest_api_id          = aws_api_gateway_rest_api.api.id
  resource_id          = aws_api_gateway_resource.order.id
  http_method          = "PUT"
  authorization        = "CUSTOM"
  authorizer_id        = aws_api_gateway_authorizer.tokens.id
  request_validator_id = aws_api_gateway_request_validator.body.id
  request_models       = { "application/json" = aws_api_gateway_model.order.name }
}
resource "aws_api_gateway_integration" "put" {
  rest_api_id          = aws_api_gateway_method.put.rest_api_id
  resource_id          = aws_api_gateway_method.put.resource_id
  http_method          = aws_api_gateway_method.put.http_method
  type                 = "AWS"
  uri                  = "arn:aws:apigateway:${var.region}:dynamodb:action/PutItem"
  credentials          = aws_iam_role.gateway.arn
  passthrough_behavior = "NEVER"
  request_parameters   = { "integration.request.header.X" = "method.request.path.id" }
  request_templates    = { "application/json" = "{}" }
}
resource "aws_api_gateway_method_response" "ok" {
  resource_id = aws_api_gateway_resource.order.id
  http_method = aws_api_gateway_method.put.http_method
  status_code = "200"
}
resource "aws_api_gateway_integration_response" "ok" {
  resource_id        = aws_api_gateway_resource.order.id
  http_method        = aws_api_gateway_integration.put.http_method
  status_code        = aws_api_gateway_method_response.ok.status_code
  selection_pattern  = "2\\d\\d"
  response_templates = { "application/json" = "$input.body" }
}
"#;

#[test]
fn a_method_through_all_its_references() {
    let integration = only(read(API));
    assert_eq!(integration.route.method.as_deref(), Some("PUT"));
    assert_eq!(integration.route.path.as_deref(), Some("/orders/{id}"));
    assert_eq!(integration.path_parameters, ["id"]);
    assert_eq!(integration.action, Action::Named("PutItem".to_owned()));
    assert_eq!(
        integration.authorization,
        Authorization::Lambda("aws_api_gateway_authorizer.tokens".to_owned())
    );
    assert_eq!(integration.authorizer.as_ref().and_then(|authorizer| authorizer.ttl), Some(60));
    assert_eq!(integration.passthrough.0, Passthrough::Never);
    assert_eq!(integration.binary_media_types, ["image/png"]);
    assert_eq!(
        integration.body_model("application/json").map(|schema| schema.required.clone()),
        Some(vec!["id".to_owned()])
    );
    assert_eq!(integration.request_parameters.len(), 1);
    let [case] = integration.responses.as_slice() else { panic!("{:?}", integration.responses) };
    assert_eq!((case.status.as_deref(), case.selection_pattern.as_deref()), (Some("200"), Some("2\\d\\d")));
    assert_eq!(integration.file.slice(integration.span), "\"put\"");
    assert_eq!(integration.file.slice(case.span), "\"ok\"");
    assert_eq!(case.templates.len(), 1);
}

#[test]
fn other_integrations_are_none() {
    for other in ["type                 = \"AWS_PROXY\"", "type = \"MOCK\"", "type = \"HTTP\""] {
        assert!(read(&API.replace("type                 = \"AWS\"", other)).is_empty(), "{other}");
    }
    assert!(read(&API.replace("dynamodb:action/PutItem", "sqs:path/x")).is_empty());
    assert_eq!(
        only(read(&API.replace("dynamodb:action/PutItem", "dynamodb:action/${var.a}"))).action,
        Action::Open
    );
}

#[test]
fn who_may_call() {
    let with = |authorization: &str, beside: &str| {
        let text = API.replace("authorization        = \"CUSTOM\"", authorization);
        only(read(&format!("{text}\n{beside}"))).authorization
    };
    assert_eq!(with("authorization = \"NONE\"", ""), Authorization::Open);
    assert_eq!(with("authorization = \"NONE\"\n  api_key_required = true", ""), Authorization::ApiKeyOnly);
    assert_eq!(with("authorization = \"AWS_IAM\"", ""), Authorization::Iam);
    // A default may be overridden, so it opens nothing and closes nothing.
    let variable = "variable \"a\" { default = \"AWS_IAM\" }";
    assert_eq!(with("authorization = var.a", variable), Authorization::Unknown);
    let text = API
        .replace("http_method          = aws_api_gateway_method.put.http_method", "http_method = \"POST\"");
    let text = text
        .replace("resource_id          = aws_api_gateway_method.put.resource_id", "resource_id = \"other\"");
    assert_eq!(only(read(&text)).authorization, Authorization::Unknown);
}

#[test]
fn each_element_of_a_map_is_an_integration() {
    let text = r#"
locals { routes = { orders = { t = "Orders" }, links = { t = "Links" } } }
resource "aws_api_gateway_resource" "r" {
  for_each  = local.routes
  parent_id = aws_api_gateway_rest_api.api.root_resource_id
  path_part = each.key
}
resource "aws_api_gateway_integration" "i" {
  for_each    = local.routes
  resource_id = aws_api_gateway_resource.r[each.key].id
  http_method = "GET"
  type        = "AWS"
  uri         = "arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem"
  request_templates = { "application/json" = "{\"TableName\": \"${each.value.t}\"}" }
}
"#;
    let found = read(text);
    let routes: Vec<_> = found
        .iter()
        .map(|i| (i.route.path.clone().unwrap_or_default(), written(&i.request_templates[0])))
        .collect();
    let table = |name: &str| format!("{{\"TableName\": \"{name}\"}}");
    assert_eq!(routes, [("/orders".to_owned(), table("Orders")), ("/links".to_owned(), table("Links"))]);
    // Elements that only the deployment knows are one integration for all.
    let open = text.replace("locals { routes =", "locals { unused =").replace("local.routes", "var.routes");
    let integration = only(read(&open));
    assert_eq!(integration.route.path.as_deref(), Some("/${each.key}"));
    assert_eq!(written(&integration.request_templates[0]), table("${each.value.t}"));
}

#[test]
fn parents_that_do_not_end() {
    let text = r#"
resource "aws_api_gateway_resource" "a" {
  parent_id = aws_api_gateway_resource.b.id
  path_part = "a"
}
resource "aws_api_gateway_resource" "b" {
  parent_id = aws_api_gateway_resource.a.id
  path_part = "b"
}
resource "aws_api_gateway_integration" "i" {
  resource_id = aws_api_gateway_resource.a.id
  http_method = "GET"
  type        = "AWS"
  uri         = "arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem"
}
"#;
    assert_eq!(only(read(text)).route.path, None);
}

#[test]
fn a_module_with_what_it_is_called_with() {
    let main = r#"
resource "aws_dynamodb_table" "orders" {
  name     = "orders-prod"
  hash_key = "id"
}
resource "aws_api_gateway_rest_api" "api" { name = "api" }
module "get" {
  source   = "./route"
  parent   = aws_api_gateway_rest_api.api.root_resource_id
  table    = aws_dynamodb_table.orders.name
  template = file("${path.module}/get.vtl")
}
"#;
    let module = r#"
variable "parent" {}
variable "table" {}
variable "template" {}
variable "part" { default = "orders" }
resource "aws_api_gateway_resource" "r" {
  parent_id = var.parent
  path_part = var.part
}
resource "aws_api_gateway_integration" "i" {
  resource_id = aws_api_gateway_resource.r.id
  http_method = "GET"
  type        = "AWS"
  uri         = "arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem"
  request_templates = {
    "application/json" = var.template
    "text/plain"       = "${var.table} $input.body"
  }
}
"#;
    let files = [("main.tf", main), ("route/main.tf", module), ("get.vtl", "of the file")];
    let integration = only(read_files(&files));
    assert_eq!(integration.route.path.as_deref(), Some("/orders"));
    let texts: Vec<String> = integration.request_templates.iter().map(written).collect();
    assert_eq!(texts, ["of the file", "${aws_dynamodb_table.orders.name} $input.body"]);
    assert_eq!(host_of(&integration.request_templates[1], "$input.body"), "$input.body");
    let name =
        integration.deployed.value("aws_dynamodb_table.orders.name").map(|name| name.text().to_owned());
    assert_eq!(name.as_deref(), Some("orders-prod"));
    let key = integration.deployed.table("aws_dynamodb_table.orders").and_then(|table| table.key.clone());
    assert_eq!(key.map(|key| key.partition).as_deref(), Some("id"));
}

#[test]
fn modules_that_call_one_another_end() {
    let call = "module \"m\" { source = \"../b\" }";
    let files = [
        ("main.tf", "module \"m\" { source = \"./a\" }"),
        ("a/main.tf", call),
        ("b/main.tf", "module \"m\" { source = \"../a\" }"),
    ];
    assert!(read_files(&files).is_empty());
}

#[test]
fn an_openapi_body_in_every_form() {
    let document = r#"{"openapi": "3.0.1", "paths": {"/orders": {"get": {"x-amazon-apigateway-integration": {
      "type": "aws", "uri": "arn:aws:apigateway:${var.region}:dynamodb:action/GetItem",
      "requestTemplates": {"application/json": "{\"TableName\": \"${aws_dynamodb_table.t.name}\", \"é\": \"$input.body\"}"}}}}}}"#;
    let yaml = "    openapi: 3.0.1\n    paths:\n      /orders:\n        get:\n          x-amazon-apigateway-integration:
            type: aws\n            uri: arn:aws:apigateway:${var.region}:dynamodb:action/GetItem
            requestTemplates:\n              application/json: |-\n                {\"TableName\": \"${aws_dynamodb_table.t.name}\", \"é\": \"$input.body\"}\n";
    let encoded = r#"jsonencode({ openapi = "3.0.1", paths = { "/orders" = { get = { x-amazon-apigateway-integration = {
      type = "aws", uri = "arn:aws:apigateway:${var.region}:dynamodb:action/GetItem"
      requestTemplates = { "application/json" = "{\"TableName\": \"${aws_dynamodb_table.t.name}\", \"é\": \"$input.body\"}" } } } } } })"#;
    for value in [format!("<<EOF\n{document}\nEOF\n"), format!("<<-EOT\n{yaml}    EOT\n"), encoded.to_owned()]
    {
        let integration = only(read(&format!(
            "resource \"aws_api_gateway_rest_api\" \"api\" {{\n  binary_media_types = [\"*/*\"]\n  body = {value}\n}}\n"
        )));
        assert_eq!(integration.route.path.as_deref(), Some("/orders"), "{value}");
        assert_eq!(integration.action, Action::Named("GetItem".to_owned()));
        assert_eq!(integration.binary_media_types, ["*/*"]);
        let template = &integration.request_templates[0];
        assert_eq!(
            written(template),
            "{\"TableName\": \"${aws_dynamodb_table.t.name}\", \"é\": \"$input.body\"}"
        );
        assert_eq!(host_of(template, "$input.body"), "$input.body");
        assert_eq!(host_of(template, "\u{FFFC}"), "${aws_dynamodb_table.t.name}");
    }
}

#[test]
fn a_websocket_route() {
    let text = r#"
resource "aws_apigatewayv2_api" "chat" {
  protocol_type              = "WEBSOCKET"
  route_selection_expression = "$request.body.action"
}
resource "aws_apigatewayv2_integration" "say" {
  api_id           = aws_apigatewayv2_api.chat.id
  integration_type = "AWS"
  integration_uri  = "arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem"
  request_templates = { "application/json" = "$input.body" }
}
resource "aws_apigatewayv2_route" "say" {
  api_id    = aws_apigatewayv2_api.chat.id
  route_key = "say"
  target    = "integrations/${aws_apigatewayv2_integration.say.id}"
}
resource "aws_apigatewayv2_route" "connect" {
  api_id             = aws_apigatewayv2_api.chat.id
  route_key          = "$connect"
  authorization_type = "AWS_IAM"
}
"#;
    let integration = only(read(text));
    assert_eq!(integration.route.path.as_deref(), Some("say"));
    assert_eq!(integration.authorization, Authorization::Iam);
    assert_eq!(integration.kind, crate::api::RestKind::WebSocket);
}

#[test]
fn a_lambda_function_is_no_dynamodb() {
    for uri in ["aws_lambda_function.f.invoke_arn", "module.f.invoke_arn", "var.lambda_invoke_arn"] {
        let text = API.replace("\"arn:aws:apigateway:${var.region}:dynamodb:action/PutItem\"", uri);
        assert!(read(&text).is_empty(), "{uri}");
    }
}

#[test]
fn what_an_output_gives_is_called_by_its_resource() {
    let main = with_template("module.db.table.name", "module \"db\" { source = \"./db\" }");
    let files = [(
        "db/main.tf",
        "resource \"aws_dynamodb_table\" \"t\" { name = \"x\" }\noutput \"table\" { value = aws_dynamodb_table.t }",
    )];
    assert_eq!(written(&template_of(&main, &files)), "${aws_dynamodb_table.t.name}");
    // Two tables of one address in their modules are told apart by the whole of it.
    let two = with_template(
        "\"${module.a.name} ${module.b.name}\"",
        "module \"a\" { source = \"./db\" }\nmodule \"b\" { source = \"./db\" }",
    );
    let files = [(
        "db/main.tf",
        "resource \"aws_dynamodb_table\" \"t\" {}\noutput \"name\" { value = aws_dynamodb_table.t.name }",
    )];
    assert_eq!(
        written(&template_of(&two, &files)),
        "${module.a.aws_dynamodb_table.t.name} ${module.b.aws_dynamodb_table.t.name}"
    );
}

#[test]
fn resources_for_each_resource_of_another() {
    let text = r#"
locals { keys = { orders = "id", links = "slug" } }
resource "aws_api_gateway_resource" "r" {
  for_each  = local.keys
  parent_id = aws_api_gateway_rest_api.api.root_resource_id
  path_part = "{${each.value}}"
}
resource "aws_api_gateway_method" "m" {
  for_each      = aws_api_gateway_resource.r
  resource_id   = each.value.id
  http_method   = "GET"
  authorization = each.key == "links" ? "NONE" : "AWS_IAM"
}
resource "aws_api_gateway_integration" "i" {
  for_each          = aws_api_gateway_method.m
  resource_id       = each.value.resource_id
  http_method       = each.value.http_method
  type              = "AWS"
  uri               = "arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem"
  request_templates = { "application/json" = each.key }
}
"#;
    let found = read(text);
    let said: Vec<_> = found
        .iter()
        .map(|i| {
            (i.route.path.as_deref().unwrap_or(""), i.authorization.clone(), written(&i.request_templates[0]))
        })
        .collect();
    assert_eq!(
        said,
        [
            ("/{id}", Authorization::Iam, "orders".to_owned()),
            ("/{slug}", Authorization::Open, "links".to_owned()),
        ]
    );
}
