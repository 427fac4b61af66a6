//! Keys that the client chooses alone.

use keybound_shared::Keys;
use keybound_vtl::json::strict::StrictValue;
use serde_json::json;

use crate::api::Authorization;
use crate::dynamodb::action::DataAction;
use crate::finding::{Finding, LintInfo, Severity};
use crate::reach::judge::Beyond;
use crate::reach::miss::Kind;
use crate::render::skeleton::HoleUse;
use crate::render::value::Piece;
use crate::render::{Control, Direction, Parameter, Term, TermId, value};

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

/// A key that no plain request has.
const OTHER: &str = "someone-else";

fn check(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    if subject.direction != Direction::Request {
        return;
    }
    match subject.ground {
        Some(_) => {
            subject.report_beyond(
                &LINT.info,
                &[Kind::ClientKey],
                &|beyond| help_under_rules(subject, beyond),
                findings,
            );
        }
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
                "{} is {}the key in {}: every caller of the route reaches {}",
                subject.skeleton.terms.describe(hole.term),
                if is_whole(subject, hole) { "" } else { "part of " },
                TemplateSubject::path_text(&hole.path),
                subject.named_items(hole)
            ),
            help: Some(help(subject)),
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

/// What would be right without access rules, which can say that anyone may choose.
fn help(subject: &TemplateSubject<'_>) -> String {
    format!("build the key from {}{}", subject.caller_values(), or_demand(subject))
}

/// What would be right where a grant says whose the items are.
fn help_under_rules(subject: &TemplateSubject<'_>, beyond: &Beyond) -> String {
    let variables = beyond.grant.iter().filter_map(|grant| match &grant.keys {
        Keys::Within { partition, sort } => Some((partition, sort)),
        Keys::Any => None,
    });
    let variables: Vec<String> = variables
        .flat_map(|(partition, sort)| {
            partition.variables().chain(sort.iter().flat_map(|key| key.variables()))
        })
        .map(|name| format!("`$context.authorizer.{name}`"))
        .collect();
    let values = match subject.integration.authorization {
        Authorization::Lambda(_) | Authorization::Other(_) if !variables.is_empty() => {
            variables.join(" and ")
        }
        _ => subject.caller_values().to_owned(),
    };
    let terms = &subject.skeleton.terms;
    let in_path =
        beyond.miss.terms.iter().flat_map(|id| terms.sources(*id)).find_map(|id| match terms.get(id) {
            Term::Parameter(Parameter::Path, name) => Some(name),
            _ => None,
        });
    let tie =
        in_path.map(|name| format!(", tie path parameter `{name}` to the caller in the grant's `params`"));
    format!("build the key from {values}{}{}", tie.unwrap_or_default(), or_demand(subject))
}

/// The other way, for actions that take a condition.
fn or_demand(subject: &TemplateSubject<'_>) -> &'static str {
    match subject.actions.as_slice() {
        [DataAction::UpdateItem | DataAction::DeleteItem | DataAction::PutItem] => {
            ", or demand in a `ConditionExpression` that the item is the caller's"
        }
        _ => "",
    }
}

/// Whether a hole is all of the text that it stands in.
fn is_whole(subject: &TemplateSubject<'_>, hole: &HoleUse) -> bool {
    let mut leaves = subject.skeleton.leaves.iter().filter(|leaf| leaf.path == hole.path);
    leaves.any(|leaf| leaf.pieces == [Piece::Hole(hole.term)])
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
