//! Bodies that nothing checks before a template reads them.

use crate::api::RestKind;
use crate::dynamodb::action::Effect;
use crate::finding::{Finding, LintInfo, Severity};
use crate::render::skeleton::{HoleUse, Place, Slot};
use crate::render::{Direction, Term, TermId, Terms};

use super::subject::expressions::{SetTo, sets_to};
use super::subject::members::{below, values_at};
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
empty texts, which DynamoDB stores. (Where the attribute is a key of the table or of an index, it refuses them; a template
whose only such members go into `Key` is not reported.) A model with `required` members, body
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
    let read: Vec<&HoleUse> =
        subject.skeleton.uses.iter().filter(|hole| reads_member(terms, hole.term)).collect();
    // What is surely stored says most; of what is surely refused nothing comes.
    for fate in [Fate::Stored, Fate::StoredUnlessKey] {
        for hole in read.iter().filter(|hole| Fate::of(subject, hole) == Some(fate)) {
            // A template that looks for itself renders no empty text.
            let proof = subject.prover.absent(hole, &|json| {
                values_at(json, &hole.path).iter().any(|value| value.as_str() == Some(""))
                    && updated_by(hole).is_none_or(|placeholder| sets_to(json, placeholder))
            });
            let Some(mut proof) = proof else { continue };
            if prints_json(terms, hole.term) {
                proof.assumes.push(EMPTY_JSON.to_owned());
            }
            let what = terms.describe(hole.term);
            let place = TemplateSubject::path_text(&hole.path);
            let stored = match fate {
                Fate::Stored => "DynamoDB stores it",
                Fate::StoredUnlessKey => "DynamoDB stores it unless it is for a key",
            };
            let report = Report {
                message: format!(
                    "without {what} the request has an empty text in {place}, and nothing checks the body: {stored}"
                ),
                help: Some("require it in a request model, and turn body validation on".to_owned()),
                severity: LINT.info.severity,
                proof: Some(proof),
                shown: false,
            };
            findings.push(subject.finding(&LINT.info, hole.span, report));
            return;
        }
    }
}

/// What a proof rests on where the template prints the JSON of what is missing.
const EMPTY_JSON: &str = "`$input.json` of a member that is missing prints an empty text in quotes";

fn prints_json(terms: &Terms, id: TermId) -> bool {
    matches!(terms.get(id), Term::JsonText(_)) || terms.parts(id).into_iter().any(|of| prints_json(terms, of))
}

/// The placeholder of a value in an update, which is stored only if the update sets something to it.
fn updated_by(hole: &HoleUse) -> Option<&str> {
    match hole.path.as_slice() {
        [Slot::Member(values), Slot::Member(placeholder), Slot::Member(_)]
            if &**values == "ExpressionAttributeValues" =>
        {
            Some(placeholder)
        }
        _ => None,
    }
}

/// What DynamoDB does with an empty text that a request writes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Stored,
    /// The request does not say what the keys of the table and of its indexes are.
    StoredUnlessKey,
}

impl Fate {
    /// What becomes of an empty text where a hole stands; none where DynamoDB refuses the request for it, or nothing is
    /// written there. Sources: the DynamoDB API reference, `AttributeValue` (empty strings are for attributes that are no
    /// key); recorded refusals of an empty key.
    fn of(subject: &TemplateSubject<'_>, hole: &HoleUse) -> Option<Self> {
        let (Slot::Member(kind), path) = hole.path.split_last()? else { return None };
        if &**kind != "S" || !matches!(hole.place, Place::StringValue | Place::BareValue) {
            return None;
        }
        let is_in =
            |object: &[Slot], name: &str| matches!(object.last(), Some(Slot::Member(own)) if &**own == name);
        let (own, object) = match path.split_last()? {
            (Slot::Member(own), object) => (own, object),
            // Keys are no part of lists.
            (_, object) => {
                return Some(if is_in(object, "L") { Self::Stored } else { Self::StoredUnlessKey });
            }
        };
        let attribute = if is_in(object, "Key") {
            return None;
        } else if is_in(object, "ExpressionAttributeValues") {
            match subject.attribute_set_to(own)? {
                SetTo::Attribute(name) => name,
                SetTo::Deeper => return Some(Self::Stored),
                SetTo::Open => return Some(Self::StoredUnlessKey),
            }
        } else if is_in(object, "M") {
            return Some(Self::Stored);
        } else if object == below(&[], &["Item"]) {
            own.to_string()
        } else {
            return Some(Self::StoredUnlessKey);
        };
        match subject.is_key_attribute(&attribute) {
            Some(true) => None,
            Some(false) => Some(Self::Stored),
            None => Some(Self::StoredUnlessKey),
        }
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
