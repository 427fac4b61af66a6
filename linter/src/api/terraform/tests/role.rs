use super::*;
use crate::api::role::{Named, Role};

const GATEWAY: &str = r#"
resource "aws_api_gateway_integration" "get" {
  resource_id = "r"
  http_method = "GET"
  type        = "AWS"
  uri         = "arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem"
  credentials = aws_iam_role.gateway.arn
}
"#;

fn role(text: &str) -> Role {
    let integration = only(read(&format!("{GATEWAY}{text}")));
    Role::clone(integration.role.as_ref().expect("a role"))
}

/// The actions and resources of each statement that allows.
fn allowed(role: &Role) -> Vec<(Vec<String>, Vec<String>)> {
    let texts = |named: &Named| match named {
        Named::These(texts) => {
            texts.iter().map(|text| crate::api::deploy_text::as_written(&text.text)).collect()
        }
        Named::AllBut(_) => vec!["all but".to_owned()],
    };
    role.allows.iter().map(|statement| (texts(&statement.actions), texts(&statement.resources))).collect()
}

fn statement(action: &str, resource: &str) -> (Vec<String>, Vec<String>) {
    (vec![action.to_owned()], vec![resource.to_owned()])
}

#[test]
fn policies_as_texts() {
    let role = role(
        r#"
resource "aws_iam_role" "gateway" {
  assume_role_policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = { Service = "apigateway.amazonaws.com" }, Action = "sts:AssumeRole" }] })
  managed_policy_arns = ["arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess", aws_iam_policy.own.arn]
  inline_policy {
    policy = jsonencode({ Statement = { Effect = "Allow", Action = "dynamodb:Query", Resource = "*" } })
  }
}
resource "aws_iam_policy" "own" {
  policy = <<EOF
{"Statement": [{"Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": "${aws_dynamodb_table.t.arn}"}]}
EOF
}
resource "aws_iam_role_policy" "inline" {
  role   = aws_iam_role.gateway.id
  policy = jsonencode({ Statement = [{ Effect = "Deny", Action = "*", Resource = "*" }, { Effect = "Allow", Action = "dynamodb:Scan", Resource = "*" }] })
}
resource "aws_iam_role_policy" "of_another" {
  role   = aws_iam_role.other.id
  policy = jsonencode({ Statement = { Effect = "Allow", Action = "dynamodb:*", Resource = "*" } })
}
"#,
    );
    assert!(role.gateway_only);
    assert_eq!(role.name, "aws_iam_role.gateway");
    let managed: Vec<_> = role.managed.iter().filter_map(|arn| arn.fixed()).collect();
    assert_eq!(managed, ["arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess"]);
    assert_eq!(
        allowed(&role),
        [
            statement("dynamodb:PutItem", "${aws_dynamodb_table.t.arn}"),
            statement("dynamodb:Query", "*"),
            statement("dynamodb:Scan", "*"),
        ]
    );
}

#[test]
fn policies_as_data() {
    let role = role(
        r#"
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["apigateway.amazonaws.com", "lambda.amazonaws.com"]
    }
  }
}
data "aws_iam_policy_document" "read" {
  statement {
    actions   = ["dynamodb:GetItem"]
    resources = [aws_dynamodb_table.t.arn]
    condition {
      test     = "ForAllValues:StringEquals"
      variable = "dynamodb:LeadingKeys"
      values   = ["x"]
    }
  }
  statement {
    effect    = "Deny"
    actions   = ["*"]
    resources = ["*"]
  }
}
resource "aws_iam_role" "gateway" {
  assume_role_policy = data.aws_iam_policy_document.trust.json
}
resource "aws_iam_policy" "read" {
  policy = data.aws_iam_policy_document.read.json
}
resource "aws_iam_role_policy_attachment" "read" {
  role       = aws_iam_role.gateway.name
  policy_arn = aws_iam_policy.read.arn
}
"#,
    );
    assert!(!role.gateway_only, "Lambda may take it too");
    assert_eq!(allowed(&role), [statement("dynamodb:GetItem", "${aws_dynamodb_table.t.arn}")]);
    assert_eq!(role.allows[0].conditions[0].key, "dynamodb:LeadingKeys");
}
