//! Values of the authorizer that callers need not have.

use crate::finding::{Finding, LintInfo, Severity};
use crate::reach::callers::Identity;
use crate::reach::key_text::is_not_empty;
use crate::reach::miss::Kind;
use crate::render::skeleton::HoleUse;
use crate::render::{Direction, Term, TermId};

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
    subject.report_beyond(&LINT.info, &[Kind::UnboundKey], &|_| HELP.to_owned(), findings);
    let written = ground.rules.rules.written();
    let is_published = |name: &str| {
        let variable = written.variables.iter().find(|variable| variable.name == name);
        variable.is_some_and(|variable| variable.each.is_none())
            || ALWAYS.contains(&name)
            || (name == "session_policy" && written.authorizer.session_policy)
    };
    let is_variable = |name: &str| written.variables.iter().any(|variable| variable.name == name);
    let terms = &subject.skeleton.terms;
    for (hole, id, name) in read_values(subject) {
        let lacking = subject.reach.iter().find(|reach| match reach.callers.identity {
            Identity::Authorizer => {
                let is_had = reach.callers.binds(name) || is_not_empty(id, &hole.guard);
                !is_published(name) || (is_variable(name) && !is_had)
            }
            Identity::Nobody => true,
            // What another authorizer, a pool or IAM gives is not the rules' to say.
            Identity::Pool | Identity::Iam | Identity::Foreign => false,
        });
        let Some(reach) = lacking.filter(|_| !is_reported(subject, hole, findings)) else { continue };
        let message = match &reach.callers.by {
            _ if reach.callers.identity == Identity::Nobody => {
                format!("no authorizer is asked on this route: {} is always empty", terms.describe(id))
            }
            Some(by) if is_published(name) => {
                format!(
                    "callers of grant `{}` need not have {}: it may be empty",
                    by.name,
                    terms.describe(id)
                )
            }
            _ => format!("the rules publish no {}: it is always empty", terms.describe(id)),
        };
        let report = Report {
            message,
            help: Some(HELP.to_owned()),
            severity: LINT.info.severity,
            proof: subject.plain_proof(reach, &hole.guard),
            shown: true,
        };
        findings.push(subject.finding(&LINT.info, hole.span, report));
    }
}

/// The places where a value of the authorizer is printed, with its name.
fn read_values<'a>(subject: &TemplateSubject<'a>) -> Vec<(&'a HoleUse, TermId, &'a str)> {
    let skeleton = subject.skeleton;
    let value = |hole: &'a HoleUse| {
        skeleton.terms.sources(hole.term).into_iter().find_map(|id| match skeleton.terms.get(id) {
            Term::Context(path) => Some((hole, id, path.strip_prefix("authorizer.")?)),
            _ => None,
        })
    };
    skeleton.uses.iter().filter_map(value).collect()
}

fn is_reported(subject: &TemplateSubject<'_>, hole: &HoleUse, findings: &[Finding]) -> bool {
    let (host, _) = subject.template.host.locate(hole.span);
    findings.iter().any(|finding| finding.lint == LINT.info.name && finding.span == host)
}
