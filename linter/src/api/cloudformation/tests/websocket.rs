use super::{read, read_one};
use crate::api::{Action, Authorization, Integration, Passthrough, RestKind, Route};

/// A stack of an API, an integration, and these further resources.
fn with(api: &str, others: &str) -> String {
    format!(
        "
Resources:
  Api: {api}
  Save:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      ApiId: !Ref Api
      IntegrationType: AWS
      IntegrationMethod: POST
      IntegrationUri: !Sub arn:aws:apigateway:${{AWS::Region}}:dynamodb:action/PutItem
      CredentialsArn: !GetAtt Role.Arn
      PassthroughBehavior: NEVER
      TemplateSelectionExpression: \\$default
      RequestTemplates:
        $default: !Sub '{{\"TableName\": \"${{Table}}\"}}'
{others}
"
    )
}

const WEBSOCKET: &str = "{Type: 'AWS::ApiGatewayV2::Api', Properties: {ProtocolType: WEBSOCKET}}";
const HTTP: &str = "{Type: 'AWS::ApiGatewayV2::Api', Properties: {ProtocolType: HTTP}}";

fn route(name: &str, key: &str, properties: &str) -> String {
    format!(
        "  {name}: {{Type: 'AWS::ApiGatewayV2::Route', Properties: {{ApiId: !Ref Api, RouteKey: {key}{properties}}}}}\n"
    )
}

fn keys(integrations: &[Integration]) -> Vec<Option<&str>> {
    integrations.iter().map(|integration| integration.route.path.as_deref()).collect()
}

#[test]
fn an_integration_is_read_for_every_route_that_leads_to_it() {
    let routes = [
        route("A", "$connect", ", Target: !Sub 'integrations/${Save}'"),
        route("B", "save", ", Target: !Join [/, [integrations, !Ref Save]]"),
        route("C", "update", ", Target: {'Fn::Join': ['', ['integrations/', {Ref: Save}]]}"),
        route("D", "other", ", Target: !Sub 'integrations/${Other}'"),
        route(
            "E",
            "!Ref Key",
            ", Target: !If [P, !Sub 'integrations/${Other}', !Sub 'integrations/${Save}']",
        ),
    ];
    let integrations = read(&with(WEBSOCKET, &routes.concat()));
    assert_eq!(keys(&integrations), [Some("$connect"), Some("save"), Some("update"), Some("${Key}")]);
    for integration in &integrations {
        assert_eq!(integration.kind, RestKind::WebSocket);
        assert_eq!(integration.route.method, None);
        assert_eq!(integration.action, Action::Named("PutItem".into()));
        assert_eq!(integration.passthrough.0, Passthrough::Never);
        assert_eq!(integration.file.slice(integration.span), "Save");
        assert_eq!(integration.request_templates[0].content_type, "$default");
        assert_eq!(integration.request_templates[0].text.placeholders()[0].name, "Table");
    }
}

#[test]
fn an_integration_without_a_route_is_not_lost() {
    assert_eq!(read_one(&with(WEBSOCKET, "")).route, Route { method: None, path: None });
}

#[test]
fn whoever_may_connect_may_send() {
    let save = route("S", "save", ", AuthorizationType: NONE, Target: !Sub 'integrations/${Save}'");
    for (connect, expected) in [
        (", AuthorizationType: AWS_IAM", Authorization::Iam),
        (", AuthorizationType: NONE", Authorization::Open),
        ("", Authorization::Open),
        (", ApiKeyRequired: true", Authorization::ApiKeyOnly),
        (", AuthorizationType: CUSTOM, AuthorizerId: !Ref Auth", Authorization::Lambda("Auth".into())),
        (", AuthorizationType: !Ref P", Authorization::Unknown),
    ] {
        let connect_route = route("C", "$connect", connect);
        let integration = read_one(&with(WEBSOCKET, &format!("{save}{connect_route}")));
        assert_eq!(integration.route.path.as_deref(), Some("save"));
        assert_eq!(integration.authorization, expected, "{connect}");
    }
}

#[test]
fn an_api_without_a_connect_route_is_open_and_one_elsewhere_is_not_known() {
    let save = route("S", "save", ", AuthorizationType: AWS_IAM, Target: !Sub 'integrations/${Save}'");
    assert_eq!(read_one(&with(WEBSOCKET, &save)).authorization, Authorization::Open);
    let elsewhere = with(WEBSOCKET, &save).replace("!Ref Api", "!Ref ApiParameter");
    assert_eq!(read_one(&elsewhere).authorization, Authorization::Unknown);
    let of_another = save.clone()
        + &route("C", "$connect", ", AuthorizationType: AWS_IAM").replace("!Ref Api", "!Ref Api2");
    assert_eq!(read_one(&with(WEBSOCKET, &of_another)).authorization, Authorization::Open);
}

#[test]
fn integration_responses_are_found_by_their_integration() {
    let responses = "
  Ok:
    Type: AWS::ApiGatewayV2::IntegrationResponse
    Properties:
      IntegrationId: !Ref Save
      IntegrationResponseKey: $default
      ResponseTemplates: {$default: '{\"ok\": true}'}
  Failed:
    Type: AWS::ApiGatewayV2::IntegrationResponse
    Properties: {IntegrationId: !Ref Save, IntegrationResponseKey: /4\\d\\d/}
  Others:
    Type: AWS::ApiGatewayV2::IntegrationResponse
    Properties: {IntegrationId: !Ref Other, IntegrationResponseKey: $default}
";
    let integration = read_one(&with(WEBSOCKET, responses));
    let patterns: Vec<_> =
        integration.responses.iter().map(|case| case.selection_pattern.as_deref()).collect();
    assert_eq!(patterns, [None, Some(r"4\d\d")]);
    assert_eq!(integration.responses[0].templates[0].text.text(), r#"{"ok": true}"#);
    assert_eq!(integration.file.slice(integration.responses[1].span), "Failed");
}

#[test]
fn an_http_api_is_told_apart() {
    let save = route("S", "post /orders", ", Target: !Sub 'integrations/${Save}'");
    for api in [HTTP, "{Type: 'AWS::Serverless::HttpApi'}"] {
        let integration = read_one(&with(api, &save));
        assert_eq!(integration.kind, RestKind::Http);
        let expected = Route { method: Some("POST".into()), path: Some("/orders".into()) };
        assert_eq!(integration.route, expected);
    }
}
