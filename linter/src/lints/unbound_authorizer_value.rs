//! Values of the authorizer that callers need not have.

use crate::finding::{Finding, LintInfo, Severity};
use crate::reach::callers::Identity;
use crate::reach::miss::Kind;
use crate::render::{Direction, Term};

use super::subject::{Report, TemplateSubject};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "unbound-authorizer-value",
        severity: Severity::Error,
        summary: "the template reads a value of the authorizer that callers of the route need not have",
        page: PAGE,
    },
    check: Check::Template(check),
};

const PAGE: &str = r##"# unbound-authorizer-value

The template reads `$context.authorizer.x`, and not every caller of the route has a value of that name: the rules define
no such variable, or a grant that opens the route does not need it. What is not published renders as nothing, and a key
such as `TENANT#` is then the same for everyone who lacks it.

The rules for the examples:

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

## Bad

A name that no variable has:

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
            {"TableName": "Orders", "Key": {"PK": {"S": "TENANT#$context.authorizer.tennant"}, "SK": {"S": "ORDER#$id"}},
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

A variable that the grant does not need, so that a caller without it gets in:

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
            {"TableName": "Orders", "Key": {"PK": {"S": "TENANT#$context.authorizer.team"}, "SK": {"S": "ORDER#$id"}},
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

## References

[Access rules](../rules.md#variables); CWE-639, CWE-862.
"##;

const HELP: &str = "use a variable that every grant opening the route needs, or demand that it is there: \
                    `#if($context.authorizer.x != \"\")`";

/// What is published beside variables. Source: the API Gateway developer guide's variables for mapping templates.
const ALWAYS: [&str; 3] = ["principalId", "integrationLatency", "grants"];

fn check(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    let Some(ground) = subject.ground.filter(|_| subject.direction == Direction::Request) else { return };
    subject.report_beyond(&LINT.info, &[Kind::UnboundKey], HELP, findings);
    let is_ours = subject.reach.iter().any(|reach| reach.callers.identity == Identity::Authorizer);
    if !is_ours {
        return;
    }
    let written = ground.rules.rules.written();
    let is_published = |name: &str| {
        let variable = written.variables.iter().find(|variable| variable.name == name);
        variable.is_some_and(|variable| variable.each.is_none())
            || ALWAYS.contains(&name)
            || (name == "session_policy" && written.authorizer.session_policy)
    };
    let terms = &subject.skeleton.terms;
    for hole in &subject.skeleton.uses {
        let unpublished = terms.sources(hole.term).into_iter().find_map(|id| match terms.get(id) {
            Term::Context(path) => path.strip_prefix("authorizer.").filter(|name| !is_published(name)),
            _ => None,
        });
        let Some(name) = unpublished else { continue };
        let (host, _) = subject.template.host.locate(hole.span);
        if findings.iter().any(|finding| finding.lint == LINT.info.name && finding.span == host) {
            continue;
        }
        let report = Report {
            message: format!("the rules publish no `$context.authorizer.{name}`: it is always empty"),
            help: Some(HELP.to_owned()),
            severity: Severity::Warning,
            proof: None,
            shown: true,
        };
        findings.push(subject.finding(&LINT.info, hole.span, report));
    }
}
