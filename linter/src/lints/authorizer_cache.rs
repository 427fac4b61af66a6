//! Authorizers whose cached answers serve other callers.

use std::sync::Arc;

use crate::api::Integration;
use crate::finding::{Finding, LintInfo, Severity};

use super::subject::{Report, integration_finding};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "authorizer-cache",
        severity: Severity::Error,
        summary: "an authorizer's answer for one caller is kept and given to others",
        page: PAGE,
    },
    check: Check::Integration(check),
};

const PAGE: &str = r##"# authorizer-cache

API Gateway keeps the answer of a Lambda authorizer, for 300 seconds where the definition says nothing. An authorizer of
type `REQUEST` has its answers kept by its identity sources. Where none of these tells callers apart, as `context.httpMethod`,
a stage variable or the `Host` header do not, the first caller's answer is everyone's: the policy, and the
`$context.authorizer` values that templates build keys from ([CWE-524](https://cwe.mitre.org/data/definitions/524.html)).

An authorizer of type `TOKEN` has its answers kept by the token, and with a time of 0 none is kept. A `REQUEST` authorizer
with a cache and no identity source at all is possible only: API Gateway's reference asks for one.

## Bad

```yaml,bad
openapi: "3.0.1"
paths:
  /orders:
    get:
      security: [{ callers: [] }]
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem
        passthroughBehavior: never
        requestTemplates:
          application/json: '{"TableName": "Orders", "Key": {"id": {"S": "$context.extendedRequestId"}}}'
components:
  securitySchemes:
    callers:
      type: apiKey
      name: Unused
      in: header
      x-amazon-apigateway-authtype: custom
      x-amazon-apigateway-authorizer:
        type: request
        identitySource: context.httpMethod, context.resourcePath
        authorizerUri: arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/f/invocations
```

```yaml,bad
Resources:
  Callers:
    Type: AWS::ApiGateway::Authorizer
    Properties:
      Type: REQUEST
      IdentitySource: method.request.header.Host,stageVariables.audience
      AuthorizerResultTtlInSeconds: 60
      RestApiId: !Ref Api
      Name: callers
  Method:
    Type: AWS::ApiGateway::Method
    Properties:
      HttpMethod: GET
      ResourceId: !GetAtt Api.RootResourceId
      RestApiId: !Ref Api
      AuthorizationType: CUSTOM
      AuthorizerId: !Ref Callers
      Integration:
        Type: AWS
        IntegrationHttpMethod: POST
        Uri: arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem
        PassthroughBehavior: NEVER
        RequestTemplates:
          application/json: '{"TableName": "Orders", "Key": {"id": {"S": "$context.extendedRequestId"}}}'
```

```yaml,bad
Transform: AWS::Serverless-2016-10-31
Resources:
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: prod
      Auth:
        DefaultAuthorizer: Callers
        Authorizers:
          Callers:
            FunctionPayloadType: REQUEST
            FunctionArn: !GetAtt Authorize.Arn
            Identity: { Context: [identity.sourceIp] }
      DefinitionBody:
        openapi: "3.0.1"
        paths:
          /orders:
            get:
              x-amazon-apigateway-integration:
                type: aws
                httpMethod: POST
                uri: arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem
                passthroughBehavior: never
                requestTemplates:
                  application/json: '{"TableName": "Orders", "Key": {"id": {"S": "$context.extendedRequestId"}}}'
```

## Good

Name what the caller signs in with; others may stand beside it:

```yaml,good
Resources:
  Callers:
    Type: AWS::ApiGateway::Authorizer
    Properties:
      Type: REQUEST
      IdentitySource: method.request.header.Authorization, context.httpMethod
      RestApiId: !Ref Api
      Name: callers
  Method:
    Type: AWS::ApiGateway::Method
    Properties:
      HttpMethod: GET
      ResourceId: !GetAtt Api.RootResourceId
      RestApiId: !Ref Api
      AuthorizationType: CUSTOM
      AuthorizerId: !Ref Callers
      Integration:
        Type: AWS
        IntegrationHttpMethod: POST
        Uri: arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem
        PassthroughBehavior: NEVER
        RequestTemplates:
          application/json: '{"TableName": "Orders", "Key": {"id": {"S": "$context.extendedRequestId"}}}'
```

Keep nothing:

```yaml,good
openapi: "3.0.1"
paths:
  /orders:
    get:
      security: [{ callers: [] }]
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem
        passthroughBehavior: never
        requestTemplates:
          application/json: '{"TableName": "Orders", "Key": {"id": {"S": "$context.extendedRequestId"}}}'
components:
  securitySchemes:
    callers:
      type: apiKey
      name: Unused
      in: header
      x-amazon-apigateway-authtype: custom
      x-amazon-apigateway-authorizer:
        type: request
        identitySource: context.httpMethod
        authorizerResultTtlInSeconds: 0
        authorizerUri: arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/f/invocations
```

SAM's authorizers ask for a token where they do not say otherwise:

```yaml,good
Transform: AWS::Serverless-2016-10-31
Resources:
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: prod
      Auth:
        DefaultAuthorizer: Callers
        Authorizers: { Callers: { FunctionArn: !GetAtt Authorize.Arn } }
      DefinitionBody:
        openapi: "3.0.1"
        paths:
          /orders:
            get:
              x-amazon-apigateway-integration:
                type: aws
                httpMethod: POST
                uri: arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem
                passthroughBehavior: never
                requestTemplates:
                  application/json: '{"TableName": "Orders", "Key": {"id": {"S": "$context.extendedRequestId"}}}'
```
"##;

/// Identity sources that many callers share, in lower case; one that ends in a dot stands for all below it. Source: the
/// API Gateway developer guide, `$context` variables and stage variables.
const SHARED: &[&str] = &[
    "context.accountid",
    "context.apiid",
    "context.deploymentid",
    "context.domainname",
    "context.domainprefix",
    "context.httpmethod",
    "context.identity.sourceip",
    "context.identity.useragent",
    "context.identity.vpceid",
    "context.identity.vpcid",
    "context.path",
    "context.protocol",
    "context.resourceid",
    "context.resourcepath",
    "context.stage",
    "method.request.header.accept",
    "method.request.header.accept-language",
    "method.request.header.content-type",
    "method.request.header.host",
    "method.request.header.origin",
    "method.request.header.user-agent",
    "stagevariables.",
];

fn is_shared(source: &str) -> bool {
    let source = source.to_ascii_lowercase();
    SHARED.iter().any(|row| if row.ends_with('.') { source.starts_with(row) } else { source == *row })
}

fn check(integration: &Integration, findings: &mut Vec<Finding>) {
    let Some(authorizer) = integration.authorizer.as_ref().filter(|authorizer| authorizer.is_request) else {
        return;
    };
    let (Some(ttl), Some(identity)) = (authorizer.ttl.filter(|ttl| *ttl > 0), &authorizer.identity) else {
        return;
    };
    if !identity.iter().all(|source| is_shared(source)) {
        return;
    }
    let by = if identity.is_empty() {
        "names no identity source".to_owned()
    } else {
        format!("finds them by `{}`, which tells no callers apart", identity.join("`, `"))
    };
    let report = Report {
        message: format!("authorizer `{}` keeps answers for {ttl} s and {by}", authorizer.name),
        help: Some(
            "name what callers sign in with as an identity source, or keep no answers: a time of 0"
                .to_owned(),
        ),
        severity: LINT.info.severity,
        proof: None,
        // What API Gateway does without a source, nobody has recorded.
        shown: !identity.is_empty(),
    };
    let finding = integration_finding(&LINT.info, integration, authorizer.span, report);
    // The finding is the authorizer's: it is one for all that ask it.
    findings.push(Finding { file: Arc::clone(&authorizer.file), route: None, action: None, ..finding });
}
