//! Files that a template includes.

use std::path::Path;

use super::{host_of, read_files};
use crate::api::{Action, Authorization, Integration};

const DEFINITION: &str = "openapi: 3.0.1
paths:
  /orders:
    get:
      x-amazon-apigateway-integration:
        type: aws
        uri:
          Fn::Sub: arn:aws:apigateway:${AWS::Region}:dynamodb:action/Query
        requestTemplates:
          application/json: {\"Fn::Sub\": \"{\\\"TableName\\\": \\\"${Table}\\\"}\"}
";

fn assert_in(integrations: &[Integration], path: &str) {
    let [integration] = integrations else { panic!("{} integrations", integrations.len()) };
    assert_eq!(integration.file.path(), Path::new(path));
    assert_eq!(integration.file.slice(integration.span), "get");
    assert_eq!(integration.route.path.as_deref(), Some("/orders"));
    let template = &integration.request_templates[0];
    assert_eq!(template.host.file.path(), Path::new(path));
    assert_eq!(host_of(template, "\u{FFFC}"), "${Table}");
}

fn api(kind: &str, properties: &str) -> String {
    format!("Resources:\n  Api:\n    Type: {kind}\n    Properties:\n      {properties}\n")
}

#[test]
fn a_whole_definition_is_read_where_it_stands() {
    let transform = |name: &str| {
        format!(
            "{name}: {{'Fn::Transform': {{Name: AWS::Include, Parameters: {{Location: ./apis/api.yaml}}}}}}"
        )
    };
    for (kind, properties) in [
        ("AWS::Serverless::Api", "DefinitionUri: apis/api.yaml".to_owned()),
        ("AWS::Serverless::Api", "DefinitionUri: ./apis/api.yaml".to_owned()),
        ("AWS::Serverless::Api", "DefinitionUri: ../sam/apis/../apis/api.yaml".to_owned()),
        ("AWS::Serverless::Api", transform("DefinitionBody")),
        ("AWS::ApiGateway::RestApi", transform("Body")),
        (
            "AWS::ApiGateway::RestApi",
            "Body: !Transform {Name: AWS::Include, Parameters: {Location: apis/api.yaml}}".to_owned(),
        ),
        (
            "AWS::ApiGateway::RestApi",
            "Body: {'Fn::If': [C, {'Fn::Transform': {Name: AWS::Include, Parameters: {Location: apis/api.yaml}}}, {'Ref': 'AWS::NoValue'}]}".to_owned(),
        ),
    ] {
        let template = api(kind, &properties);
        let integrations = read_files(&[("sam/template.yaml", &template), ("sam/apis/api.yaml", DEFINITION)]);
        assert_in(&integrations, "sam/apis/api.yaml");
    }
}

#[test]
fn globals_may_name_the_definition() {
    let template = api("AWS::Serverless::Api", "Name: x") + "Globals: {Api: {DefinitionUri: api.yaml}}\n";
    assert_in(&read_files(&[("template.yaml", &template), ("api.yaml", DEFINITION)]), "api.yaml");
}

#[test]
fn what_is_no_local_file_is_left_alone() {
    for location in [
        "s3://bucket/api.yaml",
        "https://example.com/api.yaml",
        "/api.yaml",
        "!Sub '${Bucket}/api.yaml'",
        "{Bucket: b, Key: api.yaml}",
        "''",
        "missing.yaml",
    ] {
        let template = api("AWS::Serverless::Api", &format!("DefinitionUri: {location}"));
        assert!(
            read_files(&[("template.yaml", &template), ("api.yaml", DEFINITION)]).is_empty(),
            "{location}"
        );
    }
}

const SCHEMES: &str =
    "components: {securitySchemes: {fn: {type: apiKey, x-amazon-apigateway-authorizer: {type: request}}}}";

#[test]
fn an_included_part_knows_the_definition_around_it() {
    let integration = "x-amazon-apigateway-integration: {type: aws, uri: 'arn:aws:apigateway:a:dynamodb:action/Query', requestTemplates: {application/json: '$input.body'}}";
    let operation = format!("{{security: [{{fn: []}}], {integration}}}");
    let include = "{'Fn::Transform': {Name: AWS::Include, Parameters: {Location: part.yaml}}}";
    let host = "{security: [{fn: []}], x-amazon-apigateway-integration: INCLUDE}".replace("INCLUDE", include);
    for (paths, part, span) in [
        (include.to_owned(), format!("/orders: {{get: {operation}}}"), "get"),
        (format!("{{/orders: {include}}}"), format!("get: {operation}"), "get"),
        (format!("{{/orders: {{get: {include}}}}}"), operation.clone(), operation.as_str()),
        (
            format!("{{/orders: {{get: {host}}}}}"),
            integration.split_once(": ").unwrap().1.to_owned(),
            integration.split_once(": ").unwrap().1,
        ),
    ] {
        let body = format!("Body:\n        openapi: 3.0.1\n        {SCHEMES}\n        paths: {paths}");
        let template = api("AWS::ApiGateway::RestApi", &body);
        let integrations = read_files(&[("template.yaml", &template), ("part.yaml", &part)]);
        let [integration] = integrations.as_slice() else { panic!("{paths}: {}", integrations.len()) };
        assert_eq!(integration.file.path(), Path::new("part.yaml"));
        assert_eq!(integration.file.slice(integration.span), span);
        assert_eq!(integration.route.path.as_deref(), Some("/orders"));
        assert_eq!(integration.authorization, Authorization::Lambda("fn".into()), "{paths}");
        assert_eq!(host_of(&integration.request_templates[0], "$input.body"), "$input.body");
    }
}

#[test]
fn a_definition_may_include_its_schemes_and_hold_its_paths() {
    let body = "Body:
        Fn::Transform: {Name: AWS::Include, Parameters: {Location: schemes.yaml}}
        openapi: 3.0.1
        paths: {/orders: {get: {security: [{fn: []}], x-amazon-apigateway-integration: {type: aws, uri: 'arn:aws:apigateway:a:dynamodb:action/Query'}}}}";
    let template = api("AWS::ApiGateway::RestApi", body);
    let [integration] = read_files(&[("template.yaml", &template), ("schemes.yaml", SCHEMES)])
        .try_into()
        .expect("one integration");
    assert_eq!(integration.file.path(), Path::new("template.yaml"));
    assert_eq!(integration.authorization, Authorization::Lambda("fn".into()));
}

#[test]
fn resources_may_stand_in_an_included_file() {
    let include = "Fn::Transform: {Name: AWS::Include, Parameters: {Location: methods.yaml}}";
    let method = "Type: AWS::ApiGateway::Method, Properties: {ResourceId: !Ref Orders, Integration: {Type: AWS, Uri: 'arn:aws:apigateway:a:dynamodb:action/Scan', RequestTemplates: {application/json: '{}'}}}";
    let orders = "Orders: {Type: 'AWS::ApiGateway::Resource', Properties: {ParentId: !GetAtt Api.RootResourceId, PathPart: orders}}";
    for (template, part) in [
        (format!("Resources:\n  {include}\n  {orders}\n"), format!("M: {{{method}}}\n")),
        (format!("{include}\nResources:\n  {orders}\n"), format!("Resources:\n  M: {{{method}}}\n")),
        (
            format!(
                "Transform: [AWS::Serverless-2016-10-31, {{Name: AWS::Include, Parameters: {{Location: methods.yaml}}}}]\nResources:\n  {orders}\n"
            ),
            format!("Resources:\n  M: {{{method}}}\n"),
        ),
    ] {
        let integrations = read_files(&[("template.yaml", &template), ("methods.yaml", &part)]);
        let [integration] = integrations.as_slice() else { panic!("{template}") };
        assert_eq!(integration.file.path(), Path::new("methods.yaml"));
        assert_eq!(integration.file.slice(integration.span), "M");
        assert_eq!(integration.action, Action::Named("Scan".into()));
        assert_eq!(integration.route.path.as_deref(), Some("/orders"));
        assert_eq!(integration.request_templates[0].host.file.path(), Path::new("methods.yaml"));
    }
}

#[test]
fn a_file_that_includes_itself_ends() {
    let template =
        "Resources:\n  Fn::Transform: {Name: AWS::Include, Parameters: {Location: template.yaml}}\n";
    assert!(read_files(&[("template.yaml", template)]).is_empty());
}
