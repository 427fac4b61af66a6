//! Bodies that nothing checks before a template reads them.

use serde_json::Value as Json;

use crate::api::RestKind;
use crate::dynamodb::action::Effect;
use crate::finding::{Finding, LintInfo, Severity};
use crate::render::{Direction, Term, TermId, Terms};

use super::subject::members::values_at;
use super::subject::{Report, TemplateSubject};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "no-validator",
        severity: Severity::Note,
        summary: "no request validator checks the body that the template writes from",
        page: PAGE,
    },
    check: Check::Template(check),
};

const PAGE: &str = r##"# no-validator

The template reads members of the body, and no request validator checks that they are there: a body without them writes
empty texts, which DynamoDB stores, or refuses where the attribute is a key. A model with `required` members, body
validation on, and passthrough `NEVER` (a body of another content type is not validated) answer such a request before it
costs anything. It is a note: a template may check for itself.

## Bad

```yaml,bad
openapi: "3.0.1"
paths:
  /orders:
    post:
      security: [{ callers: [] }]
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem
        passthroughBehavior: never
        requestTemplates:
          application/json: |
            #set($title = $util.escapeJavaScript("$input.path('$.title')").replaceAll("\\'","'"))
            {"TableName": "Orders", "ConditionExpression": "attribute_not_exists(PK)",
             "Item": {"PK": {"S": "TENANT#$context.authorizer.tenant"}, "title": {"S": "$title"}}}
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
x-amazon-apigateway-request-validators: { body: { validateRequestBody: true, validateRequestParameters: false } }
paths:
  /orders:
    post:
      security: [{ callers: [] }]
      x-amazon-apigateway-request-validator: body
      requestBody:
        content:
          application/json:
            schema:
              type: object
              required: [title]
              properties: { title: { type: string, maxLength: 100 } }
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem
        passthroughBehavior: never
        requestTemplates:
          application/json: |
            #set($title = $util.escapeJavaScript("$input.path('$.title')").replaceAll("\\'","'"))
            {"TableName": "Orders", "ConditionExpression": "attribute_not_exists(PK)",
             "Item": {"PK": {"S": "TENANT#$context.authorizer.tenant"}, "title": {"S": "$title"}}}
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

API Gateway Developer Guide, "Request validation for REST APIs"; CWE-20.
"##;

fn check(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    let integration = subject.integration;
    let is_checked = integration.body_model(&subject.template.content_type).is_some();
    let writes = subject.actions.iter().any(|action| action.effect() == Effect::Writes);
    if subject.direction != Direction::Request || integration.kind != RestKind::Rest || is_checked || !writes
    {
        return;
    }
    let terms = &subject.skeleton.terms;
    for hole in subject.skeleton.uses.iter().filter(|hole| reads_member(terms, hole.term)) {
        // A template that looks for itself renders no empty text.
        let proof = subject.prover.filled(hole, &[Json::Null], &|json| {
            values_at(json, &hole.path).iter().any(|value| value.as_str() == Some(""))
        });
        let Some(proof) = proof else { continue };
        let what = terms.describe(hole.term);
        let report = Report {
            message: format!("without {what} the request writes an empty text, and nothing checks the body"),
            help: Some("require it in a request model, and turn body validation on".to_owned()),
            severity: LINT.info.severity,
            proof: Some(proof),
            shown: false,
        };
        findings.push(subject.finding(&LINT.info, hole.span, report));
        return;
    }
}

/// Whether a term is made from a member of the body.
fn reads_member(terms: &Terms, id: TermId) -> bool {
    let mut todo = vec![id];
    while let Some(id) = todo.pop() {
        if matches!(terms.get(id), Term::Member(of, _) if matches!(terms.get(*of), Term::Payload)) {
            return true;
        }
        todo.extend(terms.parts(id));
    }
    false
}
