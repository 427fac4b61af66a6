use super::{read, read_files, read_one};
use crate::api::role::{Named, Role};
use crate::api::{Action, Integration};

/// A stack with these resources and a method that calls `GetItem` with these credentials.
fn stack(credentials: &str, resources: &str) -> String {
    format!(
        r#"
Resources:
  Method:
    Type: AWS::ApiGateway::Method
    Properties:
      HttpMethod: GET
      Integration:
        Type: AWS
        Uri: arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem
        Credentials: {credentials}
{resources}"#
    )
}

fn role(integration: &Integration) -> &Role {
    integration.role.as_ref().expect("a role")
}

/// The actions of each statement, as they stand in the file.
fn actions(role: &Role) -> Vec<Vec<&str>> {
    let of = |named: &Named| match named {
        Named::These(entries) => entries.iter().map(|entry| entry.span).collect(),
        Named::AllBut(span) => vec![*span],
    };
    role.allows
        .iter()
        .map(|statement| {
            let spans: Vec<_> = of(&statement.actions);
            spans.into_iter().map(|span| statement.file.slice(span)).collect()
        })
        .collect()
}

const ROLE: &str = r#"
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {Effect: Allow, Principal: {Service: apigateway.amazonaws.com}, Action: sts:AssumeRole}
      ManagedPolicyArns: [!Ref Managed, arn:aws:iam::aws:policy/PowerUserAccess, !If [Prod, !Ref AWS::NoValue, !Ref Arn]]
      Policies:
        - PolicyDocument:
            Statement:
              - {Effect: Allow, Action: "dynamodb:GetItem", Resource: ["*", !GetAtt Table.Arn]}
              - {Effect: Deny, Action: "dynamodb:DeleteItem", Resource: "*"}
              - {Effect: Allow, NotAction: ["iam:*"], NotResource: "x"}
  Managed:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument: {Statement: [{Effect: Allow, Action: [dynamodb:Query], Resource: "*"}]}
  Beside:
    Type: AWS::IAM::Policy
    Properties:
      Roles: [!Ref Other, !Ref Role]
      PolicyDocument:
        Statement:
          Effect: Allow
          Action: !If [Prod, "dynamodb:Scan", ["dynamodb:PutItem"]]
          Resource: !Sub arn:aws:dynamodb:${AWS::Region}:${AWS::AccountId}:table/*
          Condition: {ForAllValues:StringEquals: {dynamodb:LeadingKeys: [a]}, "Null": {dynamodb:LeadingKeys: false}}
  Inline:
    Type: AWS::IAM::RolePolicy
    Properties:
      RoleName: !Ref Role
      PolicyDocument: {Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}
  Strange:
    Type: AWS::IAM::Policy
    Properties:
      Roles: [!Ref Other]
      PolicyDocument: {Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}
"#;

#[test]
fn a_role_has_every_policy_that_is_attached_to_it() {
    for credentials in [
        "!GetAtt Role.Arn",
        "{\"Fn::GetAtt\": [Role, Arn]}",
        "!Sub '${Role.Arn}'",
        "!Sub arn:aws:iam::1:role/${Role}",
    ] {
        let integration = read_one(&stack(credentials, ROLE));
        let role = role(&integration);
        assert_eq!(role.name, "Role", "{credentials}");
        assert!(role.gateway_only);
        assert_eq!(role.calls, [Action::Named("GetItem".to_owned())]);
        assert_eq!(
            actions(role),
            [
                vec!["dynamodb:Query"],
                vec!["\"dynamodb:GetItem\""],
                vec!["[\"iam:*\"]"],
                vec!["\"dynamodb:Scan\"", "\"dynamodb:PutItem\""],
                vec!["\"*\""],
            ]
        );
        let managed: Vec<&str> = role.managed.iter().map(|arn| role.file.slice(arn.span)).collect();
        assert_eq!(managed, ["arn:aws:iam::aws:policy/PowerUserAccess", "Arn"]);
        let conditions: Vec<_> = role.allows[3]
            .conditions
            .iter()
            .map(|c| (c.operator.as_str(), role.file.slice(c.span)))
            .collect();
        assert_eq!(
            conditions,
            [("ForAllValues:StringEquals", "dynamodb:LeadingKeys"), ("Null", "dynamodb:LeadingKeys")]
        );
    }
}

#[test]
fn a_role_that_others_take_is_told() {
    for principal in [
        "{Service: [apigateway.amazonaws.com, lambda.amazonaws.com]}",
        "{Service: apigateway.amazonaws.com, AWS: arn:aws:iam::1:root}",
        "\"*\"",
        "{Service: !Ref Service}",
    ] {
        let trusting = ROLE.replace("{Service: apigateway.amazonaws.com}", principal);
        assert!(!role(&read_one(&stack("!GetAtt Role.Arn", &trusting))).gateway_only, "{principal}");
    }
}

#[test]
fn credentials_from_elsewhere_have_no_role() {
    for credentials in
        ["arn:aws:iam::1:role/Role", "!ImportValue Role", "!GetAtt Table.Arn", "!Sub ${Role.Arn}/x"]
    {
        assert!(read_one(&stack(credentials, ROLE)).role.is_none(), "{credentials}");
    }
}

#[test]
fn integrations_of_an_openapi_body_share_the_role_with_methods() {
    let body = r#"
  Api:
    Type: AWS::Serverless::Api
    Properties:
      DefinitionBody:
        openapi: 3.0.1
        paths:
          /a:
            get:
              x-amazon-apigateway-integration:
                type: aws
                uri: arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem
                credentials: {"Fn::GetAtt": [Role, Arn]}
"#;
    let found = read(&stack("!GetAtt Role.Arn", &format!("{ROLE}{body}")));
    assert_eq!(found.len(), 2);
    let named = |name: &str| Action::Named(name.to_owned());
    for integration in &found {
        assert_eq!(role(integration).calls, [named("GetItem"), named("PutItem")]);
    }
}

#[test]
fn a_statement_of_an_included_file_stands_there() {
    let template = stack(
        "!GetAtt Role.Arn",
        "  Fn::Transform: {Name: AWS::Include, Parameters: {Location: roles.yaml}}\n",
    );
    let roles = "Role:\n  Type: AWS::IAM::Role\n  Properties:\n    Policies:\n      - PolicyDocument:\n          \
                 Statement: [{Effect: Allow, Action: dynamodb:Scan, Resource: x}]\n";
    let found = read_files(&[("template.yaml", &template), ("roles.yaml", roles)]);
    assert_eq!(actions(role(&found[0])), [["dynamodb:Scan"]]);
}
