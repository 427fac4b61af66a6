//! Grants for routes that no API has.

use keybound_shared::Route;

use crate::finding::{Finding, LintInfo, Severity};

use super::subject::rules::RulesSubject;
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "unused-grant",
        severity: Severity::Warning,
        summary: "a grant names a route that no integration serves",
        page: PAGE,
    },
    check: Check::Rules(check),
};

const PAGE: &str = r##"# unused-grant

A grant names a route that no integration of the API serves: the route was renamed, or the grant was left behind. Such
a grant is in callers' policies all the same, and opens the route on the day when something else is put there. It is
reported when the whole directory of the rules is linted, for otherwise the route may be in a file that was not read.

## Bad

```yaml,rules
version: 1
issuers: { main: { issuer: "https://tokens.example.com/", audience: [orders] } }
tables: { Orders: { key: { partition: PK, sort: SK } } }
variables: { tenant: { claim: tenant_id }, user: { claim: sub }, team: { claim: team_id } }
grants:
  - name: read-own-orders
    table: Orders
    routes: { "GET /order/{id}": [GetItem], "GET /orders/{id}": [GetItem] }
    keys: { PK: "TENANT#{tenant}", SK: "ORDER#*" }
authorizer: { refs: [callers] }
```

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
             "ProjectionExpression": "title"}
        responses:
          "200": { statusCode: "200", responseTemplates: { application/json: "{}" } }
          default: { statusCode: "500", responseTemplates: { application/json: "{}" } }
components:
  securitySchemes:
    callers:
      { type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: custom,
        x-amazon-apigateway-authorizer: { type: token, authorizerUri: "arn:aws:apigateway:eu-west-1:lambda:path/f" } }
```

## Good

```yaml,rules
version: 1
issuers: { main: { issuer: "https://tokens.example.com/", audience: [orders] } }
tables: { Orders: { key: { partition: PK, sort: SK } } }
variables: { tenant: { claim: tenant_id }, user: { claim: sub }, team: { claim: team_id } }
grants:
  - name: read-own-orders
    table: Orders
    routes: { "GET /orders/{id}": [GetItem] }
    keys: { PK: "TENANT#{tenant}", SK: "ORDER#*" }
authorizer: { refs: [callers] }
```

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
          "200": { statusCode: "200", responseTemplates: { application/json: "{}" } }
          default: { statusCode: "500", responseTemplates: { application/json: "{}" } }
components:
  securitySchemes:
    callers:
      { type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: custom,
        x-amazon-apigateway-authorizer: { type: token, authorizerUri: "arn:aws:apigateway:eu-west-1:lambda:path/f" } }
```
"##;

fn check(subject: &RulesSubject<'_>, findings: &mut Vec<Finding>) {
    // Templates on their own have no routes.
    if !subject.is_complete || subject.ruled.iter().all(|ruled| ruled.ground.routes.is_empty()) {
        return;
    }
    let mut told: Vec<usize> = Vec::new();
    for grant in subject.grants() {
        for granted in &grant.routes {
            // A connection is opened by whatever its API does then, or by nothing.
            let connects = granted.route == Route::WebSocket(Route::CONNECT.to_owned());
            let is_served = connects || subject.ruled.iter().any(|ruled| ruled.serves(&granted.route));
            // `ANY` is seven routes at one place, of which an API need not have all.
            let place = granted.span.start;
            let others = grant.routes.iter().filter(|other| other.span.start == place);
            let is_partly =
                others.into_iter().any(|other| subject.ruled.iter().any(|r| r.serves(&other.route)));
            if is_served || is_partly || told.contains(&place) {
                continue;
            }
            told.push(place);
            findings.push(subject.finding(
                &LINT.info,
                granted.span,
                format!("grant `{}` opens `{}`, which no integration serves", grant.name, granted.route),
                "take the route out of the grant, or write it as the API does",
                LINT.info.severity,
            ));
        }
    }
}
