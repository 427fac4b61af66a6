//! Routes that no grant opens.

use crate::finding::{Finding, LintInfo, Severity};
use crate::reach::callers::{Admitted, Identity};

use super::subject::judged::is_open;
use super::subject::{Report, RouteSubject, integration_finding};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "uncovered-route",
        severity: Severity::Error,
        summary: "no grant of the access rules opens the route for those whom it lets in",
        page: PAGE,
    },
    check: Check::Route(check),
};

const PAGE: &str = r##"# uncovered-route

The API has a route that the access rules do not know. Behind the rules' authorizer nobody gets in, which is a warning:
it works for no one. Behind anything else (another authorizer, a user pool, IAM) callers do get in, and nothing says
what they may reach: that is an error. `when` and `params` of a grant are enforced by the rules' own authorizer alone,
so a grant that has them opens nothing on such a route. A route that anyone may call is
[`open-method`](open-method.md).

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

```yaml,bad
openapi: "3.0.1"
paths:
  /order/{id}:
    get:
      security: [{ callers: [] }]
      parameters: [{ name: id, in: path, required: true }]
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem
        passthroughBehavior: never
        requestTemplates:
          application/json: '{"TableName": "Orders", "Key": {"PK": {"S": "TENANT#$context.authorizer.tenant"}, "SK": {"S": "ORDER#1"}}}'
components:
  securitySchemes:
    callers:
      { type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: custom,
        x-amazon-apigateway-authorizer: { type: token, authorizerUri: "arn:aws:apigateway:eu-west-1:lambda:path/f" } }
```

An authorizer that is not the rules':

```yaml,bad
openapi: "3.0.1"
paths:
  /orders/{id}:
    get:
      security: [{ others: [] }]
      parameters: [{ name: id, in: path, required: true }]
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem
        passthroughBehavior: never
        requestTemplates:
          application/json: '{"TableName": "Orders", "Key": {"PK": {"S": "TENANT#$context.authorizer.tenant"}, "SK": {"S": "ORDER#1"}}}'
components:
  securitySchemes:
    others:
      { type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: custom,
        x-amazon-apigateway-authorizer: { type: token, authorizerUri: "arn:aws:apigateway:eu-west-1:lambda:path/f" } }
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

fn check(subject: &RouteSubject<'_>, findings: &mut Vec<Finding>) {
    let (integration, Some(ground)) = (subject.integration, subject.ground) else { return };
    if is_open(&integration.authorization) {
        return;
    }
    let is_nobody = |admitted: &Admitted| matches!(admitted, Admitted::Nobody);
    let closed = !ground.routes.is_empty() && ground.routes.iter().all(|(_, admitted)| is_nobody(admitted));
    // Callers who get in without a grant; those whom a policy lets through besides its routes are another lint's.
    let uncovered = ground.routes.iter().find_map(|(_, admitted)| match admitted {
        Admitted::These(all) => {
            all.iter().find(|callers| callers.held.is_empty() && callers.identity != Identity::Authorizer)
        }
        _ => None,
    });
    let (message, severity) = match uncovered {
        _ if closed => {
            ("no grant opens this route: the authorizer lets nobody in".to_owned(), Severity::Warning)
        }
        Some(callers) => {
            let who = match callers.identity {
                Identity::Pool => "every user of the pool",
                Identity::Iam => "whoever IAM admits",
                _ => "whoever the authorizer admits",
            };
            (format!("{who} may call this route, and no grant opens it for all of them"), Severity::Error)
        }
        None => return,
    };
    let help = match uncovered.map(|callers| callers.identity) {
        Some(Identity::Foreign | Identity::Nobody) => {
            "name the authorizer in `authorizer.refs` if it is keybound's, or write a grant with `anyone: true`"
        }
        Some(_) => {
            "attach the rules' authorizer, which enforces `when` and `params`, or write a grant without them"
        }
        None => "name the route in a grant, or take it out of the API",
    };
    let report = Report { message, help: Some(help.to_owned()), severity, proof: None, shown: true };
    findings.push(integration_finding(&LINT.info, integration, integration.span, report));
}
