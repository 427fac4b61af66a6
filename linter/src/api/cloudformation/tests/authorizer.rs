use super::read_one;
use crate::api::authorizer::Authorizer;

fn of_method(properties: &str) -> Authorizer {
    let integration = read_one(&format!(
        r#"
Resources:
  Callers:
    Type: AWS::ApiGateway::Authorizer
    Properties: {{{properties}}}
  Method:
    Type: AWS::ApiGateway::Method
    Properties:
      HttpMethod: GET
      AuthorizationType: CUSTOM
      AuthorizerId: !Ref Callers
      Integration: {{Type: AWS, Uri: arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem}}
"#
    ));
    let authorizer = integration.authorizer.as_deref().expect("an authorizer");
    assert_eq!(authorizer.file.slice(authorizer.span), "Callers");
    authorizer.clone()
}

#[test]
fn the_cache_of_an_authorizer_is_read_as_far_as_it_is_fixed() {
    let authorizer = of_method("Type: REQUEST, IdentitySource: 'method.request.header.A, context.stage'");
    assert!(authorizer.is_request);
    assert_eq!(authorizer.ttl, Some(300));
    assert_eq!(authorizer.identity.unwrap(), ["method.request.header.A", "context.stage"]);

    let authorizer = of_method("Type: REQUEST, AuthorizerResultTtlInSeconds: 0");
    assert_eq!((authorizer.ttl, authorizer.identity), (Some(0), Some(Vec::new())));

    let authorizer =
        of_method("Type: REQUEST, AuthorizerResultTtlInSeconds: !Ref Ttl, IdentitySource: !Ref Sources");
    assert_eq!((authorizer.ttl, authorizer.identity), (None, None));

    let choice = "AuthorizerResultTtlInSeconds: !If [Prod, 60, !Ref AWS::NoValue]";
    assert_eq!(of_method(&format!("Type: REQUEST, {choice}")).ttl, None);

    assert!(!of_method("Type: TOKEN").is_request);
}

fn of_sam(authorizer: &str) -> Authorizer {
    let integration = read_one(&format!(
        r#"
Resources:
  Api:
    Type: AWS::Serverless::Api
    Properties:
      Auth:
        DefaultAuthorizer: Callers
        Authorizers: {{Callers: {{FunctionArn: !GetAtt F.Arn, {authorizer}}}}}
      DefinitionBody:
        openapi: 3.0.1
        paths:
          /a:
            get:
              x-amazon-apigateway-integration: {{type: aws, uri: arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem}}
"#
    ));
    let authorizer = integration.authorizer.as_deref().expect("an authorizer");
    assert_eq!(authorizer.file.slice(authorizer.span), "Callers");
    authorizer.clone()
}

#[test]
fn sam_has_words_of_its_own() {
    let authorizer = of_sam(
        "FunctionPayloadType: REQUEST, Identity: {Headers: [Auth], QueryStrings: [q], StageVariables: [s], \
         Context: [httpMethod], ReauthorizeEvery: 20}",
    );
    assert!(authorizer.is_request);
    assert_eq!(authorizer.ttl, Some(20));
    assert_eq!(
        authorizer.identity.unwrap(),
        [
            "method.request.header.Auth",
            "method.request.querystring.q",
            "stageVariables.s",
            "context.httpMethod"
        ]
    );
    assert!(!of_sam("Identity: {Header: X}").is_request);
}
