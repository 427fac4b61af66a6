//! Routes that a policy lets through besides those that it is for.

use crate::finding::{Finding, LintInfo, Severity};
use crate::reach::callers::{Admitted, Callers, Identity};

use super::subject::rules::RulesSubject;
use super::subject::{Report, RouteSubject, integration_finding};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "overlapping-route",
        severity: Severity::Error,
        summary: "a policy of the rules also lets callers through to this route, which no grant opens",
        page: PAGE,
    },
    check: Check::RouteAndRules(check, check_rules),
};

const PAGE: &str = r##"# overlapping-route

In the authorizer's policy a free path parameter is `*`, and `*` runs over slashes. So a policy for `GET /orders/{id}`
also lets through `GET /orders/export`, if the API has that route. Where the rules know a route that a caller lacks, the
policy denies it again; a route that no grant names they cannot know. Name it in some grant, be it one that nobody but
administrators holds.

Where a Deny that one caller needs also covers a route that the caller is granted, no policy tells the two apart: the
Deny wins. That is a warning at the route in the rules.

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
  /orders/export:
    get:
      security: [{ callers: [] }]
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/Scan
        passthroughBehavior: never
        requestTemplates:
          application/json: '{"TableName": "Orders", "Limit": 100}'
components:
  securitySchemes:
    callers:
      { type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: custom,
        x-amazon-apigateway-authorizer: { type: token, authorizerUri: "arn:aws:apigateway:eu-west-1:lambda:path/f" } }
```

## Good

The route that the policy is for:

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
    let is_let_through =
        |callers: &&Callers| callers.held.is_empty() && callers.identity == Identity::Authorizer;
    let found = ground.routes.iter().find_map(|(route, admitted)| match admitted {
        Admitted::These(all) => Some((route, all.iter().find(is_let_through)?)),
        _ => None,
    });
    let Some((route, callers)) = found else { return };
    let report = Report {
        message: format!(
            "the policy of grant `{}` lets its holders through to `{route}`, which no grant opens",
            callers.name()
        ),
        help: Some(
            "name the route in a grant of those who may call it: then it is denied to all others".to_owned(),
        ),
        severity: LINT.info.severity,
        proof: None,
        shown: true,
    };
    findings.push(integration_finding(&LINT.info, integration, integration.span, report));
}

fn check_rules(subject: &RulesSubject<'_>, findings: &mut Vec<Finding>) {
    for problem in &subject.set.shadowed {
        let help = problem.help.clone().unwrap_or_default();
        let message = problem.message.clone();
        findings.push(subject.finding(&LINT.info, problem.span, message, &help, Severity::Warning));
    }
}
