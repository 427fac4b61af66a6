//! Answers that hold whatever the items hold.

use crate::api::{Action, Integration, MappingTemplate, ResponseCase, RestKind};
use crate::dynamodb::action::{DataAction, Effect};
use crate::finding::{Finding, LintInfo, Severity};
use crate::render::skeleton::{Skeleton, Slot};
use crate::render::{Direction, Op, Term, TermId, Terms, rendered};

use super::subject::{Report, TemplateSubject, integration_finding};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "raw-response",
        severity: Severity::Note,
        summary: "the client gets every attribute that the items hold",
        page: PAGE,
    },
    check: Check::Both(check_template, check_integration),
};

const PAGE: &str = r##"# raw-response

The response to a read has no template, or one that prints items whole, and the request has no `ProjectionExpression`. The
client gets every attribute of every item: what is there today, and what someone adds tomorrow for another purpose, be it a
password's hash or another caller's address ([CWE-213](https://cwe.mitre.org/data/definitions/213.html)). With a query
comes `LastEvaluatedKey` as well, which tells keys.

Name what callers are to see, in the request or in the response.

## Bad

```yaml,bad
openapi: "3.0.1"
paths:
  /orders/{id}:
    get:
      x-amazon-apigateway-auth: { type: AWS_IAM }
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem
        passthroughBehavior: never
        requestTemplates:
          application/json: '{"TableName": "Orders", "Key": {"id": {"S": "$context.identity.cognitoIdentityId"}}}'
        responses:
          "200":
            statusCode: "200"
```

```yaml,bad
openapi: "3.0.1"
paths:
  /users/{id}:
    get:
      x-amazon-apigateway-auth: { type: AWS_IAM }
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem
        passthroughBehavior: never
        requestTemplates:
          application/json: '{"TableName": "Users", "Key": {"id": {"S": "$context.identity.cognitoIdentityId"}}}'
        responses:
          default:
            statusCode: "200"
            responseTemplates:
              application/json: '{"user": $input.json(''$.Item'')}'
```

```vtl,bad,response
$input.json('$')
```

```vtl,bad,response
{"orders": $input.json('$.Items'), "count": $input.path('$.Count')}
```

```vtl,bad,response
#set($answer = $input.path('$'))
{"order": #if($answer.Item == "")null#{else}$input.json('$.Item')#end}
```

## Good

Print the attributes that are meant:

```vtl,good,response
{"id": $input.json('$.Item.id.S'), "amount": $input.json('$.Item.amount.N')}
```

```vtl,good,response
{"orders": [#foreach($item in $input.path('$.Items')){"id": "$util.escapeJavaScript("$item.id.S").replaceAll("\\'","'")"}#if($foreach.hasNext),#end#end]}
```

Or read those alone:

```yaml,good
openapi: "3.0.1"
paths:
  /orders/{id}:
    get:
      x-amazon-apigateway-auth: { type: AWS_IAM }
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem
        passthroughBehavior: never
        requestTemplates:
          application/json: |
            {"TableName": "Orders", "Key": {"id": {"S": "$context.identity.cognitoIdentityId"}},
             "ProjectionExpression": "id, amount"}
        responses:
          "200":
            statusCode: "200"
```

A write answers with nothing of the item:

```yaml,good
openapi: "3.0.1"
paths:
  /orders:
    put:
      x-amazon-apigateway-auth: { type: AWS_IAM }
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem
        passthroughBehavior: never
        requestTemplates:
          application/json: '{"TableName": "Orders", "Item": {"id": {"S": "$context.identity.cognitoIdentityId"}}}'
        responses:
          "200":
            statusCode: "200"
```
"##;

const HELP: &str =
    "print the attributes that callers are to see, or read only those with a `ProjectionExpression`";

/// Members of an answer that hold items whole. Source: the responses of the actions in the DynamoDB API reference.
const WHOLE_ITEMS: [&str; 4] = ["Attributes", "Item", "Items", "Responses"];

/// Whether the action reads items; nothing is known of an action that is open.
fn reads(integration: &Integration) -> bool {
    match &integration.action {
        Action::Named(name) => {
            DataAction::from_name(name).is_some_and(|action| action.effect() == Effect::Reads)
        }
        Action::Open => false,
        Action::Unknown => true,
    }
}

/// The most request templates of one integration that are asked what they read.
const MOST_REQUESTS: usize = 8;

/// Whether some request reads items whole.
fn reads_whole(integration: &Integration) -> bool {
    if integration.request_templates.is_empty() {
        return true;
    }
    integration.request_templates.iter().take(MOST_REQUESTS).any(|template| {
        rendered(integration, template, Direction::Request).is_some_and(|request| !is_projected(&request))
    })
}

/// Whether a request says which attributes it reads, or counts only. Where it was not followed, it may.
fn is_projected(request: &Skeleton) -> bool {
    let limits = ["ProjectionExpression", "AttributesToGet", "Select"];
    !request.undecided.is_empty()
        || request.names.is_empty()
        || request
            .names
            .iter()
            .any(|name| matches!(name.path.last(), Some(Slot::Member(own)) if limits.contains(&&**own)))
}

/// The responses of a successful read.
fn successes(integration: &Integration) -> Vec<&ResponseCase> {
    let cases = integration.answering("200").unwrap_or_default();
    cases.into_iter().filter(|case| case.is_success() != Some(false)).collect()
}

/// Whether some response of an integration is reported.
pub(super) fn reports(integration: &Integration) -> bool {
    if integration.kind != RestKind::Rest || !reads(integration) || !reads_whole(integration) {
        return false;
    }
    let prints_whole = |template: &MappingTemplate| {
        rendered(integration, template, Direction::Response).is_some_and(|skeleton| {
            skeleton.uses.iter().any(|hole| whole_items(&skeleton.terms, hole.term).is_some())
        })
    };
    let cases = successes(integration);
    cases.iter().any(|case| case.is_unmapped() || case.templates.iter().any(prints_whole))
}

fn check_integration(integration: &Integration, findings: &mut Vec<Finding>) {
    if integration.kind != RestKind::Rest || !reads(integration) {
        return;
    }
    let raw: Vec<&ResponseCase> =
        successes(integration).into_iter().filter(|case| case.is_unmapped()).collect();
    if raw.is_empty() || !reads_whole(integration) {
        return;
    }
    for case in raw {
        let report = Report {
            message: "the response has no template: the client gets every attribute of what is read"
                .to_owned(),
            help: Some(HELP.to_owned()),
            severity: LINT.info.severity,
            proof: None,
            shown: true,
        };
        findings.push(integration_finding(&LINT.info, integration, case.span, report));
    }
}

fn check_template(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    let integration = subject.integration;
    if subject.direction != Direction::Response || !reads(integration) {
        return;
    }
    let Some(case) = integration.response_of(subject.template) else { return };
    if !case.is_among(&successes(integration)) {
        return;
    }
    let whole = subject
        .skeleton
        .uses
        .iter()
        .filter_map(|hole| Some((hole.span, whole_items(&subject.skeleton.terms, hole.term)?)));
    let mut whole: Vec<_> = whole.collect();
    whole.dedup();
    if whole.is_empty() || (integration.action != Action::Unknown && !reads_whole(integration)) {
        return;
    }
    for (span, what) in whole {
        let report = Report {
            message: format!("the client gets {what} with every attribute"),
            help: Some(HELP.to_owned()),
            severity: LINT.info.severity,
            proof: None,
            shown: true,
        };
        findings.push(subject.finding(&LINT.info, span, report));
    }
}

/// What of an answer is printed, where that is items as they are.
fn whole_items(terms: &Terms, id: TermId) -> Option<String> {
    match terms.get(id) {
        Term::Body | Term::Payload => Some("the whole answer".to_owned()),
        Term::Member(of, name) if *terms.get(*of) == Term::Payload => {
            WHOLE_ITEMS.contains(&name.as_str()).then(|| format!("`{name}`"))
        }
        Term::JsonText(of) | Term::Applied(Op::ToText | Op::EscapeJavaScript, of) => whole_items(terms, *of),
        _ => None,
    }
}
