use super::*;
use crate::api::Authorization;

const PLAN: &str = r#"{"format_version": "1.2", "planned_values": {"root_module": {"resources": [
  {"address": "aws_api_gateway_rest_api.api", "mode": "managed", "type": "aws_api_gateway_rest_api", "name": "api", "values": {"name": "a"}},
  {"address": "aws_dynamodb_table.orders", "mode": "managed", "type": "aws_dynamodb_table", "name": "orders", "values": {"name": "orders-prod", "hash_key": "id"}}
], "child_modules": [{"address": "module.get", "resources": [
  {"address": "module.get.aws_api_gateway_resource.r", "mode": "managed", "type": "aws_api_gateway_resource", "name": "r", "values": {"path_part": "orders"}},
  {"address": "module.get.aws_api_gateway_method.m", "mode": "managed", "type": "aws_api_gateway_method", "name": "m", "values": {"http_method": "GET", "authorization": "AWS_IAM"}},
  {"address": "module.get.aws_api_gateway_integration.i", "mode": "managed", "type": "aws_api_gateway_integration", "name": "i", "values": {
    "http_method": "GET", "type": "AWS", "uri": "arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem", "passthrough_behavior": null,
    "request_templates": {"application/json": "{\"TableName\": \"orders-prod\", \"\u00e9\": \"$input.body\"}"}}}
]}]}}, "configuration": {"root_module": {"module_calls": {"get": {"expressions": {
  "parent": {"references": ["aws_api_gateway_rest_api.api.root_resource_id", "aws_api_gateway_rest_api.api"]}},
  "module": {"resources": [
    {"mode": "managed", "type": "aws_api_gateway_resource", "name": "r", "expressions": {"parent_id": {"references": ["var.parent"]}}},
    {"mode": "managed", "type": "aws_api_gateway_method", "name": "m", "expressions": {"resource_id": {"references": ["aws_api_gateway_resource.r.id", "aws_api_gateway_resource.r"]}}},
    {"mode": "managed", "type": "aws_api_gateway_integration", "name": "i", "expressions": {
      "resource_id": {"references": ["aws_api_gateway_resource.r.id", "aws_api_gateway_resource.r"]},
      "credentials": {"references": ["aws_iam_role.gateway.arn", "aws_iam_role.gateway"]}}}
  ]}}}}}}"#;

#[test]
fn a_plan_has_what_the_configuration_refers_to() {
    let integration = only(read_plan(PLAN));
    assert_eq!(integration.route.path.as_deref(), Some("/orders"));
    assert_eq!(integration.route.method.as_deref(), Some("GET"));
    assert_eq!(integration.authorization, Authorization::Iam);
    let template = &integration.request_templates[0];
    assert_eq!(host_of(template, "$input.body"), "$input.body");
    assert_eq!(host_of(template, "é"), r"\u00e9");
    let credentials = integration.credentials.as_ref().map(crate::api::deploy_text::as_written);
    assert_eq!(credentials.as_deref(), Some("${aws_iam_role.gateway.arn}"));
    assert!(integration.deployed.tables_named("orders-prod").eq(["aws_dynamodb_table.orders"]));
}
