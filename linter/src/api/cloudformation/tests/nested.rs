//! Stacks in stacks, and what CDK lists beside a template.

use super::{placeholders, read_files};
use crate::api::Integration;

fn method(resource: &str, table: &str) -> String {
    format!(
        "Type: AWS::ApiGateway::Method
      Properties:
        HttpMethod: GET
        RestApiId: !Ref Api
        ResourceId: {resource}
        Integration:
          Type: AWS
          Credentials: !GetAtt Role.Arn
          Uri: !Sub arn:aws:apigateway:${{AWS::Region}}:dynamodb:action/GetItem
          RequestTemplates: {{application/json: !Sub '{{\"TableName\": \"{table}\"}}'}}
"
    )
}

const ROLE: &str = "Type: AWS::IAM::Role
      Properties:
        Policies: [{PolicyDocument: {Statement: [{Effect: Allow, Action: 'dynamodb:ACTION', Resource: '*'}]}}]
";

fn role(action: &str) -> String {
    ROLE.replace("ACTION", action)
}

fn granted(integration: &Integration) -> Vec<String> {
    let role = integration.role.as_ref().expect("a role");
    let actions = role.allows.iter().filter_map(|statement| match &statement.actions {
        crate::api::role::Named::These(actions) => actions.first(),
        crate::api::role::Named::AllBut(_) => None,
    });
    actions.map(|action| action.text.text().to_owned()).collect()
}

fn table(integration: &Integration) -> Vec<&str> {
    placeholders(&integration.request_templates[0].text)
}

#[test]
fn parameters_and_outputs_lead_to_the_resources_of_other_stacks() {
    let parent = format!(
        "Resources:
    Api: {{Type: AWS::ApiGateway::RestApi}}
    Role:
      {}
    Data:
      Type: AWS::CloudFormation::Stack
      Properties: {{TemplateURL: ./data.yaml}}
    Orders:
      Type: AWS::CloudFormation::Stack
      Properties:
        TemplateURL: orders.yaml
        Parameters:
          Api: !Ref Api
          Root: !GetAtt Api.RootResourceId
          Table: !GetAtt Data.Outputs.Name
          Given: given
    Get:
      {}",
        role("Query"),
        method("!GetAtt Api.RootResourceId", "${Data.Outputs.Name}")
    );
    let data = "Resources:
  Table: {Type: AWS::DynamoDB::Table, Properties: {TableName: orders, KeySchema: [{AttributeName: PK, KeyType: HASH}]}}
Outputs:
  Name: {Value: !Ref Table}
";
    let orders = format!(
        "Parameters: {{Api: {{Type: String}}, Root: {{Type: String}}, Table: {{Type: String}}}}
Resources:
    Role:
      {}
    Resource: {{Type: AWS::ApiGateway::Resource, Properties: {{ParentId: !Ref Root, PathPart: orders}}}}
    Get:
      {}",
        role("GetItem"),
        method("!Ref Resource", "${Table}-${Given}")
    );
    let all = read_files(&[("parent.yaml", &parent), ("data.yaml", data), ("orders.yaml", &orders)]);
    let routes: Vec<_> = all.iter().map(|one| one.route.path.as_deref()).collect();
    assert_eq!(routes, [Some("/"), Some("/orders")]);
    // Both stacks call a role and nothing else by the same name.
    assert_eq!([granted(&all[0]), granted(&all[1])], [["dynamodb:Query"], ["dynamodb:GetItem"]]);
    assert_eq!([table(&all[0]), table(&all[1])], [["Table"], ["Table"]]);
    assert_eq!(all[1].request_templates[0].text.text(), "{\"TableName\": \"\u{FFFC}-given\"}");
    for one in &all {
        assert!(one.deployed.table("Table").is_some());
        assert_eq!(one.deployed.value("Table").map(|name| name.text()), Some("orders"));
    }
    assert_eq!(all[1].file.path().to_str(), Some("orders.yaml"));
    assert_eq!(all[1].file.slice(all[1].span), "Get");
}

#[test]
fn what_stacks_call_alike_is_told_apart() {
    let parent = format!(
        "Resources:
    Api: {{Type: AWS::ApiGateway::RestApi}}
    Table: {{Type: AWS::DynamoDB::Table, Properties: {{TableName: outer}}}}
    Role:
      {}
    Policy: {{Type: AWS::IAM::Policy, Properties: {{Roles: [!Ref Role], PolicyDocument: {{Statement: [{{Effect: Allow, Action: 'dynamodb:Scan', Resource: '*'}}]}}}}}}
    Nested:
      Type: AWS::CloudFormation::Stack
      Properties: {{TemplateURL: nested.yaml, Parameters: {{Outer: !Ref Table, Role: x}}}}
",
        role("Query")
    );
    let nested = format!(
        "Resources:
    Table: {{Type: AWS::DynamoDB::Table, Properties: {{TableName: inner}}}}
    Role:
      {}
    Get:
      {}",
        role("GetItem"),
        method("!Ref R", "${Outer}${Table}")
    );
    let all = read_files(&[("parent.yaml", &parent), ("nested.yaml", &nested)]);
    let [one] = all.as_slice() else { panic!("{} integrations", all.len()) };
    assert_eq!(table(one), ["Table@parent", "Table"]);
    assert_eq!(one.deployed.known_parts(&one.request_templates[0].text), ["{\"TableName\": \"outerinner\"}"]);
    // The parent's policy is the parent's role's.
    assert_eq!(granted(one), ["dynamodb:GetItem"]);
}

#[test]
fn one_template_may_be_nested_twice_and_stacks_in_circles_end() {
    let nested = "Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: nested.yaml";
    let parent = format!(
        "Resources:\n  A: {{{nested}, Parameters: {{P: a}}}}}}\n  B: {{{nested}, Parameters: {{P: b}}}}}}\n"
    );
    let inner = format!(
        "Resources:\n    Self: {{{nested}}}}}\n    Up: {{{}}}}}\n    Get:\n      {}",
        nested.replace("nested.yaml", "parent.yaml"),
        method("!Ref R", "${P}")
    );
    let all = read_files(&[("parent.yaml", &parent), ("nested.yaml", &inner)]);
    let texts: Vec<_> = all.iter().map(|one| one.request_templates[0].text.text()).collect();
    assert_eq!(texts, ["{\"TableName\": \"a\"}", "{\"TableName\": \"b\"}"]);
}

#[test]
fn stacks_that_multiply_are_given_up() {
    let list: String = (0..40)
        .map(|i| format!("  S{i}: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: n.yaml, Parameters: {{P: !Ref P, Q: !GetAtt S{i}.Outputs.O}}}}}}\n"))
        .collect();
    let parent = format!("Resources:\n{list}Outputs: {{O: {{Value: !GetAtt S0.Outputs.O}}}}\n");
    let files: Vec<(String, String)> = std::iter::once(("parent.yaml".to_owned(), parent.clone()))
        .chain([("n.yaml".to_owned(), parent)])
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    assert!(read_files(&files).is_empty());
}
