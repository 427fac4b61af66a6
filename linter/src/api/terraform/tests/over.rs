//! Files that override others, and blocks that make blocks.

use crate::api::Passthrough;
use crate::api::role::Named;

use super::*;

const BASE: &str = r#"
resource "aws_api_gateway_integration" "get" {
  resource_id          = "r"
  http_method          = var.verb
  type                 = "AWS"
  uri                  = "arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem"
  passthrough_behavior = "WHEN_NO_MATCH"
  request_templates    = { "application/json" = local.t }
}
variable "verb" {
  type    = string
  default = "GET"
}
locals {
  t = "a"
  u = "b"
}
"#;

#[test]
fn a_file_that_overrides_stands_instead() {
    let over = r#"
resource "aws_api_gateway_integration" "get" {
  passthrough_behavior = "NEVER"
  credentials          = "arn"
}
resource "aws_api_gateway_integration" "none" {
  type = "AWS"
  uri  = "arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem"
}
locals {
  t = "\n$over"
}
"#;
    let last = r#"{"resource": {"aws_api_gateway_integration": {"get": {"uri":
        "arn:aws:apigateway:eu-west-1:dynamodb:action/Query"}}}, "variable": {"verb": {"default": "PUT"}}}"#;
    // By name, whatever the order of the files: `z_` is read before, for it overrides nothing.
    let found = only(read_files(&[
        ("override.tf", over),
        ("a_override.tf.json", r#"{"resource": {"aws_api_gateway_integration": {"get": {"uri": "x"}}}}"#),
        ("z_override.tf.json", last),
        ("z_main.tf", BASE),
    ]));
    assert_eq!(format!("{:?}", found.action), "Named(\"Query\")");
    assert_eq!(found.passthrough.0, Passthrough::Never);
    assert_eq!(found.credentials.as_ref().map(|text| text.text()), Some("arn"));
    assert_eq!(found.file.path(), Path::new("z_main.tf"));
    let [template] = found.request_templates.as_slice() else { panic!("one template") };
    assert_eq!((host_of(template, "$over"), template.host.file.path()), ("$over", Path::new("override.tf")));
    // What stands in another file has no place in this one.
    assert_eq!(found.passthrough.1, Some(found.span));
}

#[test]
fn names_that_override() {
    for (name, expected) in [
        ("override.tf", true),
        ("a_override.tf", true),
        ("a/override.tf.json", true),
        ("a_override.tf.json", true),
        ("overrides.tf", false),
        ("my-override.tf", false),
        ("override/main.tf", false),
    ] {
        assert_eq!(super::super::Syntax::is_override(Path::new(name)), expected, "{name}");
    }
}

/// The statements that a role's policy allows, of an integration beside these blocks.
fn allowed(blocks: &str) -> Vec<String> {
    allowed_in(&[("beside.tf", blocks)])
}

fn allowed_in(beside: &[(&str, &str)]) -> Vec<String> {
    let main = r#"
resource "aws_api_gateway_integration" "get" {
  type        = "AWS"
  uri         = "arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem"
  credentials = aws_iam_role.r.arn
}
resource "aws_iam_role" "r" {
  name = "r"
}
resource "aws_iam_role_policy" "p" {
  role   = aws_iam_role.r.id
  policy = data.aws_iam_policy_document.d.json
}
"#;
    let all: Vec<(&str, &str)> = [("main.tf", main)].into_iter().chain(beside.iter().copied()).collect();
    let role = only(read_files(&all)).role.expect("a role");
    let actions = role.allows.iter().map(|statement| match &statement.actions {
        Named::These(actions) => actions.as_slice(),
        Named::AllBut(_) => panic!("all but some"),
    });
    actions.flatten().map(|action| crate::api::deploy_text::as_written(&action.text)).collect()
}

#[test]
fn dynamic_blocks_are_one_for_each_element() {
    let dynamic = |each: &str, more: &str, value: &str| {
        let block = format!(
            "data \"aws_iam_policy_document\" \"d\" {{\n  dynamic \"statement\" {{\n    for_each = {each}\n{more}    content {{\n      \
             actions   = [{value}]\n      resources = [\"*\"]\n    }}\n  }}\n}}\n"
        );
        allowed(&block).join(" ")
    };
    let both = dynamic("[\"Get\", \"Put\"]", "", "\"dynamodb:${statement.value}Item\"");
    assert!(both.contains("GetItem") && both.contains("PutItem"), "{both}");
    let map = dynamic("{ Get = 1, Put = 2 }", "    iterator = verb\n", "\"dynamodb:${verb.key}Item\"");
    assert_eq!(map, both);
    assert_eq!(dynamic("[]", "", "\"dynamodb:GetItem\""), "");
    // Where the deployment decides, one for whatever there is.
    let open = dynamic("var.all", "", "\"dynamodb:${statement.value.name}\"");
    assert!(open.contains("dynamodb:"), "{open}");
    let json = r#"{"data": {"aws_iam_policy_document": {"d": {"dynamic": {"statement": {"for_each": ["Get", "Put"],
        "content": {"actions": ["dynamodb:${statement.value}Item"], "resources": ["*"]}}}}}}}"#;
    assert_eq!(allowed_in(&[("beside.tf.json", json)]).join(" "), both);
}

#[test]
fn nested_blocks_stand_instead_of_all_of_their_type() {
    let statement = |action: &str| {
        format!("  statement {{\n    actions   = [\"dynamodb:{action}\"]\n    resources = [\"*\"]\n  }}\n")
    };
    let document = |inner: &str| format!("data \"aws_iam_policy_document\" \"d\" {{\n{inner}}}\n");
    let base = document(&format!("{}{}", statement("GetItem"), statement("PutItem")));
    let over = document(&statement("Query"));
    let found = allowed_in(&[("d.tf", &base), ("d_override.tf", &over)]).join(" ");
    assert!(found.contains("Query") && !found.contains("Item"), "{found}");
}
