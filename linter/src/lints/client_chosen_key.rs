//! Keys that the client chooses alone.

use keybound_vtl::json::strict::StrictValue;
use serde_json::json;

use crate::api::Authorization;
use crate::finding::{Finding, LintInfo, Severity};
use crate::reach::miss::Kind;
use crate::render::{Control, Direction, TermId, value};

use super::subject::members::values_at;
use super::subject::{Report, TemplateSubject};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "client-chosen-key",
        severity: Severity::Error,
        summary: "the client alone chooses whose item it is",
        page: PAGE,
    },
    check: Check::Template(check),
};

const PAGE: &str = r##"# client-chosen-key

Whoever may call the route reads, changes or deletes whatever item they name: the key is the client's text, and nothing
in the request ties it to who calls. An authorizer does not help: it says that the caller is known, not whose the item
is.

Without access rules only a route that knows its caller (an authorizer, a user pool, IAM) and does not use what it knows
is reported, as a warning (behind IAM, which often admits one program alone, as a note): whether a table is everyone's,
a definition does not say. With rules each grant that opens the route is held against the key: `keys: any` says that any
key will do, and then the client may choose.

## Bad

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
            {"TableName": "Orders", "Key": {"PK": {"S": "ORDER#$id"}}, "ProjectionExpression": "title"}
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

Whose the item is comes from the caller's identity:

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

A condition on identity is as good as a key from it:

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
            {"TableName": "Links", "Key": {"id": {"S": "$id"}}, "ConditionExpression": "#o = :user",
             "ExpressionAttributeNames": {"#o": "owner"},
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

## With access rules

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
            #set($tenant = $util.escapeJavaScript($input.params('tenant')).replaceAll("\\'","'"))
            {"TableName": "Orders", "Key": {"PK": {"S": "TENANT#$tenant"}, "SK": {"S": "ORDER#$id"}},
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

A guard that lets the caller's own tenant through and stops everything else:

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
            #set($tenant = $input.params('tenant'))
            #if($tenant == $context.authorizer.tenant)
            {"TableName": "Orders", "Key": {"PK": {"S": "TENANT#$tenant"}, "SK": {"S": "ORDER#$id"}},
             "ProjectionExpression": "title"}
            #end
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

OWASP API Security Top 10 2023, API1 (broken object level authorization); CWE-639.
"##;

const HELP: &str = "build the key from `$context.authorizer.…`, tie the path parameter in the grant's `params`, or \
                    demand the owner in a `ConditionExpression`";

/// A key that no plain request has.
const OTHER: &str = "someone-else";

fn check(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    if subject.direction != Direction::Request {
        return;
    }
    match subject.ground {
        Some(_) => subject.report_beyond(&LINT.info, &[Kind::ClientKey], HELP, findings),
        None => without_rules(subject, findings),
    }
}

fn without_rules(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    let is_known = matches!(
        subject.integration.authorization,
        Authorization::Lambda(_) | Authorization::UserPool(_) | Authorization::Iam | Authorization::Other(_)
    );
    if !is_known || identifies_caller(subject) {
        return;
    }
    for (hole, control) in subject.untrusted() {
        let is_key = control == Control::Client && subject.is_in_key(&hole.path);
        if !is_key
            || subject.facts(hole).finite.is_some()
            || subject.is_proven(&LINT.info, hole.span, findings)
        {
            continue;
        }
        let proof = subject.prover.filled(hole, &[json!(OTHER)], &|json: &StrictValue| {
            let values = values_at(json, &hole.path);
            values.iter().any(|value| value.as_str().is_some_and(|text| text.contains(OTHER)))
        });
        let report = Report {
            message: format!(
                "{} is the key in {}: every caller of the route reaches every item",
                subject.skeleton.terms.describe(hole.term),
                TemplateSubject::path_text(&hole.path)
            ),
            help: Some(HELP.to_owned()),
            severity: match subject.integration.authorization {
                // IAM says which callers may call at all, and often that is one program.
                Authorization::Iam => Severity::Note,
                _ => Severity::Warning,
            },
            proof,
            shown: false,
        };
        findings.push(subject.finding(&LINT.info, hole.span, report));
    }
}

/// Whether something that is verified of the caller is in the request, or decides what is.
fn identifies_caller(subject: &TemplateSubject<'_>) -> bool {
    let terms = &subject.skeleton.terms;
    let of_caller = |ids: Vec<TermId>| ids.iter().any(|id| terms.control(*id) == Control::Caller);
    let in_leaf = subject.skeleton.leaves.iter().any(|leaf| of_caller(value::holes(&leaf.pieces)));
    let in_guard = subject.skeleton.uses.iter().any(|hole| {
        let mut found = false;
        for formula in hole.guard.conjuncts() {
            formula.each_atom(&mut |atom, _| found |= of_caller(atom.terms()));
        }
        found
    });
    in_leaf || in_guard
}
