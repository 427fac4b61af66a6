//! Routes that are neither proved nor broken.

use crate::finding::{LintInfo, Severity};

use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "unproved-route",
        severity: Severity::Error,
        summary: "it could be neither proved nor disproved that callers stay within their grants",
        page: PAGE,
    },
    check: Check::Verdict,
};

const PAGE: &str = r##"# unproved-route

Under access rules every integration is proved (nothing that a caller sends reaches beyond the caller's grants), broken
(a finding shows the request that does), or neither. Neither is no pass: it counts in the exit status although nothing
was shown, and the finding names what stood in the way. Suppressing other findings of the route does not make it proved.

The rules for the examples:

```yaml,rules
version: 1
issuers: { main: { issuer: "https://tokens.example.com/", audience: [orders] } }
tables: { Orders: { key: { partition: PK, sort: SK } } }
variables: { tenant: { claim: tenant_id } }
grants:
  - name: read-own-orders
    table: Orders
    routes: { "GET /orders/{id}": [GetItem] }
    keys: { PK: "TENANT#{tenant}", SK: "ORDER#*" }
authorizer: { refs: [callers] }
```

## Bad

Nothing shows which authorizer the deployment puts here:

```json,bad
{"AWSTemplateFormatVersion": "2010-09-09", "Resources": {
  "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "orders"}},
  "Orders": {"Type": "AWS::ApiGateway::Resource",
    "Properties": {"RestApiId": {"Ref": "Api"}, "ParentId": {"Fn::GetAtt": ["Api", "RootResourceId"]}, "PathPart": "orders"}},
  "Order": {"Type": "AWS::ApiGateway::Resource",
    "Properties": {"RestApiId": {"Ref": "Api"}, "ParentId": {"Ref": "Orders"}, "PathPart": "{id}"}},
  "Get": {"Type": "AWS::ApiGateway::Method", "Properties": {
    "RestApiId": {"Ref": "Api"}, "ResourceId": {"Ref": "Order"}, "HttpMethod": "GET",
    "AuthorizationType": {"Ref": "AuthorizationType"},
    "Integration": {"Type": "AWS", "IntegrationHttpMethod": "POST", "PassthroughBehavior": "NEVER",
      "Uri": "arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem",
      "RequestTemplates": {"application/json": "#set($id = $util.escapeJavaScript($input.params('id')).replaceAll(\"\\\\'\",\"'\"))\n{\"TableName\": \"Orders\", \"Key\": {\"PK\": {\"S\": \"TENANT#$context.authorizer.tenant\"}, \"SK\": {\"S\": \"ORDER#$id\"}}}"}}}}}}
```

## Good

```yaml,good
openapi: "3.0.1"
paths:
  /orders/{id}:
    get:
      security: [{ callers: [] }]
      parameters: [{ name: id, in: path, required: true }]
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem
        passthroughBehavior: never
        requestTemplates:
          application/json: |
            #set($id = $util.escapeJavaScript($input.params('id')).replaceAll("\\'","'"))
            {"TableName": "Orders", "Key": {"PK": {"S": "TENANT#$context.authorizer.tenant"}, "SK": {"S": "ORDER#$id"}},
             "ProjectionExpression": "title"}
        responses:
          "200": { statusCode: "200", responseTemplates: { application/json: "{\"title\": $input.json('$.Item.title.S')}" } }
          default: { statusCode: "500", responseTemplates: { application/json: "{}" } }
components:
  securitySchemes:
    callers:
      { type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: custom,
        x-amazon-apigateway-authorizer: { type: token, authorizerUri: "arn:aws:apigateway:eu-west-1:lambda:path/f" } }
```
"##;
