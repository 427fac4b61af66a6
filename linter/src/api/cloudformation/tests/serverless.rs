//! SAM and OpenAPI definitions inside a template.

use super::{host_of, placeholders, read, read_one};
use crate::api::{Action, Authorization, RestKind};

/// A definition with one operation of these further members, under `x-amazon-apigateway-integration`'s siblings.
fn api(kind: &str, properties: &str, body: &str, operation: &str) -> String {
    format!(
        "
Transform: AWS::Serverless-2016-10-31
Resources:
  Api:
    Type: {kind}
    Properties:
      {properties}
      {body}:
        openapi: 3.0.1
        components:
          securitySchemes:
            pool: {{type: apiKey, x-amazon-apigateway-authtype: cognito_user_pools, x-amazon-apigateway-authorizer: {{type: cognito_user_pools}}}}
            api_key: {{type: apiKey, name: x-api-key, in: header}}
        paths:
          /orders/{{orderId}}:
            get:
              {operation}
              x-amazon-apigateway-integration:
                type: aws
                httpMethod: POST
                uri: !Sub arn:aws:apigateway:${{AWS::Region}}:dynamodb:action/GetItem
                credentials: !GetAtt Role.Arn
                requestTemplates:
                  application/json: !Sub '{{\"TableName\": \"${{Table}}\", \"Key\": \"$input.path(''$.id'')\"}}'
"
    )
}

fn sam(properties: &str, operation: &str) -> String {
    api("AWS::Serverless::Api", properties, "DefinitionBody", operation)
}

#[test]
fn a_definition_in_a_template_is_read_with_its_places() {
    for (kind, body, rest_kind) in [
        ("AWS::ApiGateway::RestApi", "Body", RestKind::Rest),
        ("AWS::Serverless::Api", "DefinitionBody", RestKind::Rest),
        ("AWS::Serverless::HttpApi", "DefinitionBody", RestKind::Http),
        ("AWS::ApiGatewayV2::Api", "Body", RestKind::Http),
    ] {
        let integration = read_one(&api(kind, "BinaryMediaTypes: [image~1png]", body, "operationId: get"));
        assert_eq!(integration.kind, rest_kind, "{kind}");
        assert_eq!(integration.file.slice(integration.span), "get");
        assert_eq!(integration.route.path.as_deref(), Some("/orders/{orderId}"));
        assert_eq!(integration.action, Action::Named("GetItem".into()));
        assert_eq!(integration.binary_media_types, ["image/png"]);
        let template = &integration.request_templates[0];
        assert_eq!(placeholders(&template.text), ["Table"]);
        assert_eq!(host_of(template, "$input.path('$.id')"), "$input.path(''$.id'')");
    }
}

const AUTHORIZERS: &str =
    "Authorizers: {Fn: {FunctionArn: !GetAtt F.Arn}, Pool: {UserPoolArn: !GetAtt P.Arn}}";

#[test]
fn auth_is_put_into_operations_as_sam_does() {
    let of = |auth: &str, operation: &str| {
        let auth = auth.replace("AUTHORIZERS", AUTHORIZERS);
        read_one(&sam(&format!("Auth: {{{auth}}}"), operation)).authorization
    };
    let lambda = || Authorization::Lambda("Fn".into());
    let pool = || Authorization::UserPool("Pool".into());
    for (auth, operation, expected) in [
        ("AUTHORIZERS", "operationId: x", Authorization::Open),
        ("AUTHORIZERS, DefaultAuthorizer: Fn", "operationId: x", lambda()),
        ("AUTHORIZERS, DefaultAuthorizer: Pool", "operationId: x", pool()),
        ("DefaultAuthorizer: AWS_IAM", "operationId: x", Authorization::Iam),
        ("AUTHORIZERS, DefaultAuthorizer: Fn", "security: [{Pool: []}]", pool()),
        ("AUTHORIZERS", "security: [{Pool: []}]", pool()),
        ("AUTHORIZERS, DefaultAuthorizer: Fn", "security: [{NONE: []}]", Authorization::Open),
        ("AUTHORIZERS, DefaultAuthorizer: Fn", "security: [{api_key: []}]", lambda()),
        ("AUTHORIZERS, DefaultAuthorizer: !If [C, Fn, Pool]", "operationId: x", Authorization::Unknown),
        ("DefaultAuthorizer: !Ref AWS::NoValue", "operationId: x", Authorization::Open),
        ("DefaultAuthorizer: Elsewhere", "operationId: x", Authorization::Other("Elsewhere".into())),
        ("ApiKeyRequired: true", "operationId: x", Authorization::ApiKeyOnly),
        ("ApiKeyRequired: true, AUTHORIZERS, DefaultAuthorizer: Fn", "operationId: x", lambda()),
        ("ApiKeyRequired: false", "operationId: x", Authorization::Open),
        ("ApiKeyRequired: false", "security: [{pool: []}]", Authorization::UserPool("pool".into())),
    ] {
        assert_eq!(of(auth, operation), expected, "{auth} / {operation}");
    }
}

#[test]
fn globals_hold_where_the_api_says_nothing() {
    let globals = "
Globals:
  Api:
    BinaryMediaTypes: [image~1gif]
    Auth: {DefaultAuthorizer: Fn, Authorizers: {Fn: {FunctionArn: x}, Pool: {FunctionArn: y}}}
";
    let integration = read_one(&(sam("BinaryMediaTypes: [image~1png]", "operationId: x") + globals));
    assert_eq!(integration.authorization, Authorization::Lambda("Fn".into()));
    assert_eq!(integration.binary_media_types, ["image/gif", "image/png"]);

    let own = "Auth: {DefaultAuthorizer: Pool, Authorizers: {Pool: {UserPoolArn: z}}}";
    let integration = read_one(&(sam(own, "operationId: x") + globals));
    assert_eq!(integration.authorization, Authorization::UserPool("Pool".into()));
}

#[test]
fn sams_auth_is_nothing_to_other_apis() {
    let auth = "Auth: {DefaultAuthorizer: AWS_IAM}";
    let integration = read_one(&api("AWS::ApiGateway::RestApi", auth, "Body", "operationId: x"));
    assert_eq!(integration.authorization, Authorization::Open);
}

#[test]
fn branches_of_a_definition_keep_what_is_around_them() {
    let integration = |action: &str| {
        format!(
            "{{type: aws, uri: 'arn:aws:apigateway:a:dynamodb:action/{action}', requestTemplates: {{application/json: {action}Body}}}}"
        )
    };
    let template = format!(
        "
Resources:
  Api:
    Type: AWS::ApiGateway::RestApi
    Properties:
      Body:
        swagger: '2.0'
        securityDefinitions:
          fn: {{type: apiKey, in: header, name: x, x-amazon-apigateway-authorizer: {{type: token}}}}
        paths:
          /a:
            get:
              security: [{{fn: []}}]
              x-amazon-apigateway-integration: !If [C, {}, {}]
            put: !If [C, {{security: [{{fn: []}}], x-amazon-apigateway-integration: {}}}, !Ref AWS::NoValue]
          /b: !If
            - C
            - {{post: {{x-amazon-apigateway-integration: {}}}}}
            - {{post: {{x-amazon-apigateway-integration: !If [D, {}, {{type: mock}}]}}}}
",
        integration("GetItem"),
        integration("Query"),
        integration("PutItem"),
        integration("Scan"),
        integration("UpdateItem"),
    );
    let integrations = read(&template);
    let found: Vec<_> = integrations
        .iter()
        .map(|integration| {
            let Action::Named(action) = &integration.action else { panic!() };
            let template = &integration.request_templates[0];
            assert_eq!(integration.request_templates.len(), 1);
            assert_eq!(host_of(template, "Body"), "Body");
            let route = &integration.route;
            let method = route.method.as_deref().unwrap();
            assert_eq!(integration.file.slice(integration.span), method.to_lowercase());
            (method, route.path.as_deref().unwrap(), action.as_str(), integration.authorization.clone())
        })
        .collect();
    let lambda = || Authorization::Lambda("fn".into());
    assert_eq!(
        found,
        [
            ("GET", "/a", "GetItem", lambda()),
            ("GET", "/a", "Query", lambda()),
            ("PUT", "/a", "PutItem", lambda()),
            ("POST", "/b", "Scan", Authorization::Open),
            ("POST", "/b", "UpdateItem", Authorization::Open),
        ]
    );
}
