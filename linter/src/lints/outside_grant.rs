//! Requests beyond what the callers of a route are granted.

use crate::finding::{Finding, LintInfo, Severity};
use crate::reach::miss::Kind;

use super::subject::TemplateSubject;
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "outside-grant",
        severity: Severity::Error,
        summary: "the request reaches a table, index, key, attribute or item that the access rules do not give",
        page: PAGE,
    },
    check: Check::Template(check),
};

const PAGE: &str = r##"# outside-grant

The access rules say what the callers of a route may reach. API Gateway asks the authorizer's policy about the route
and nothing else, so the template alone holds callers to the table, the index, the keys, the attributes, the limit and
the owner that their grant names. Each grant that opens the route is held against the template alone: what an
administrator may do on the same route does not cover a customer.

## Attributes

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
    attributes: [PK, SK, title]
authorizer: { refs: [callers] }
```

Bad, for `card` is no attribute of the grant:

```yaml,bad
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
             "ProjectionExpression": "PK, SK, title, card"}
components:
  securitySchemes:
    callers:
      { type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: custom,
        x-amazon-apigateway-authorizer: { type: token, authorizerUri: "arn:aws:apigateway:eu-west-1:lambda:path/f" } }
```

Good:

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
             "ProjectionExpression": "PK, SK, title"}
        responses:
          "200": { statusCode: "200", responseTemplates: { application/json: "{\"title\": $input.json('$.Item.title.S')}" } }
          default: { statusCode: "500", responseTemplates: { application/json: "{}" } }
components:
  securitySchemes:
    callers:
      { type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: custom,
        x-amazon-apigateway-authorizer: { type: token, authorizerUri: "arn:aws:apigateway:eu-west-1:lambda:path/f" } }
```

## Owners

```yaml,rules
version: 1
issuers: { main: { issuer: "https://tokens.example.com/", audience: [orders] } }
tables: { Links: { key: { partition: id } } }
variables: { user: { claim: sub } }
grants:
  - name: change-own-links
    table: Links
    routes: { "DELETE /links/{id}": [DeleteItem] }
    keys: any
    must_own: { owner: "{user}" }
authorizer: { refs: [callers] }
```

Bad, for the `OR` lets through what is nobody's:

```yaml,bad
openapi: "3.0.1"
paths:
  /links/{id}:
    delete:
      security: [{ callers: [] }]
      parameters: [{ name: id, in: path, required: true }]
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/DeleteItem
        passthroughBehavior: never
        requestTemplates:
          application/json: |
            #set($id = $util.escapeJavaScript($input.params('id')).replaceAll("\\'","'"))
            {"TableName": "Links", "Key": {"id": {"S": "$id"}},
             "ConditionExpression": "attribute_not_exists(#o) OR #o = :user", "ExpressionAttributeNames": {"#o": "owner"},
             "ExpressionAttributeValues": {":user": {"S": "$context.authorizer.user"}}}
components:
  securitySchemes:
    callers:
      { type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: custom,
        x-amazon-apigateway-authorizer: { type: token, authorizerUri: "arn:aws:apigateway:eu-west-1:lambda:path/f" } }
```

Good:

```yaml,good
openapi: "3.0.1"
paths:
  /links/{id}:
    delete:
      security: [{ callers: [] }]
      parameters: [{ name: id, in: path, required: true }]
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/DeleteItem
        passthroughBehavior: never
        requestTemplates:
          application/json: |
            #set($id = $util.escapeJavaScript($input.params('id')).replaceAll("\\'","'"))
            {"TableName": "Links", "Key": {"id": {"S": "$id"}},
             "ConditionExpression": "attribute_exists(id) AND #o = :user", "ExpressionAttributeNames": {"#o": "owner"},
             "ExpressionAttributeValues": {":user": {"S": "$context.authorizer.user"}}}
        responses:
          "200": { statusCode: "200", responseTemplates: { application/json: "{}" } }
          default: { statusCode: "500", responseTemplates: { application/json: "{}" } }
components:
  securitySchemes:
    callers:
      { type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: custom,
        x-amazon-apigateway-authorizer: { type: token, authorizerUri: "arn:aws:apigateway:eu-west-1:lambda:path/f" } }
```

## References

[Access rules](../rules.md); OWASP API Security Top 10 2023, API1 (broken object level authorization) and API3 (broken
object property level authorization); CWE-639, CWE-863.
"##;

const HELP: &str = "change the template to what the grant gives, or the grant to what the route needs";

fn check(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    let kinds =
        [Kind::Action, Kind::Table, Kind::Index, Kind::Key, Kind::Attributes, Kind::Limit, Kind::Owner];
    subject.report_beyond(&LINT.info, &kinds, &|_| HELP.to_owned(), findings);
}
