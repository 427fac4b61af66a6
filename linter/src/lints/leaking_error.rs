//! Errors of DynamoDB's whose text the client gets.

use crate::api::{Integration, ResponseCase, RestKind};
use crate::finding::{Finding, LintInfo, Severity};
use crate::render::{Direction, Term, TermId, Terms};

use super::subject::{Report, TemplateSubject, integration_finding};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "leaking-error",
        severity: Severity::Warning,
        summary: "the client gets the text of DynamoDB's errors",
        page: PAGE,
    },
    check: Check::Both(check_template, check_integration),
};

const PAGE: &str = r##"# leaking-error

The response to an error has no template, or one that prints DynamoDB's message. The messages are written for whoever runs
the table: `AccessDeniedException` names the account, the role and the table by their ARNs, `ValidationException` the key
attributes and indexes, and a failed condition can bring the item along
([CWE-209](https://cwe.mitre.org/data/definitions/209.html)). An attacker asks for errors and reads how the table is made.

The class of the error, `__type`, says no more than that a table is behind the API, and is no finding.

Errors that a default response of status 200 passes on are `error-as-success`.

## Bad

```yaml,bad
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
          application/json: '{"TableName": "Orders", "Item": {"id": {"S": "$context.extendedRequestId"}}}'
        responses:
          default:
            statusCode: "200"
            responseTemplates: { application/json: '{}' }
          4\d{2}:
            statusCode: "400"
          5\d{2}:
            statusCode: "500"
            responseTemplates: { application/json: '{}' }
```

```yaml,bad
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
          application/json: '{"TableName": "Orders", "Item": {"id": {"S": "$context.extendedRequestId"}}}'
        responses:
          "200":
            statusCode: "200"
            responseTemplates: { application/json: '{}' }
          default:
            statusCode: "400"
            responseTemplates:
              application/json: |
                #set($error = $input.path('$'))
                #if($error.message != "")#set($why = $error.message)#else#set($why = $error.Message)#end
                {"error": "$util.escapeJavaScript("$why").replaceAll("\\'","'")"}
```

```yaml,bad
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
          application/json: '{"TableName": "Orders", "Item": {"id": {"S": "$context.extendedRequestId"}}}'
        responses:
          default:
            statusCode: "200"
            responseTemplates: { application/json: '{}' }
          "[45]\\d{2}":
            statusCode: "500"
            responseTemplates:
              application/json: '{"error": $input.json("$")}'
```

## Good

Say what the caller needs to know, in your own words:

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
          application/json: '{"TableName": "Orders", "Item": {"id": {"S": "$context.extendedRequestId"}}}'
        responses:
          default:
            statusCode: "200"
            responseTemplates: { application/json: '{}' }
          4\d{2}:
            statusCode: "400"
            responseTemplates:
              application/json: |
                {"error": #if($input.path('$.__type').endsWith('ConditionalCheckFailedException'))"exists"#{else}"refused"#end}
          5\d{2}:
            statusCode: "500"
            responseTemplates: { application/json: '{"error": "try again", "id": "$context.extendedRequestId"}' }
```

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
          application/json: '{"TableName": "Orders", "Item": {"id": {"S": "$context.extendedRequestId"}}}'
        responses:
          "200":
            statusCode: "200"
            responseTemplates: { application/json: '{}' }
          default:
            statusCode: "500"
            responseTemplates: { application/json: '{"error": $input.json("$.__type")}' }
```

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
          application/json: '{"TableName": "Orders", "Item": {"id": {"S": "$context.extendedRequestId"}}}'
        responses:
          default:
            statusCode: "301"
            responseTemplates:
              application/json: |
                #if($input.path('$.Item.target.S') != ""){"target": $input.json('$.Item.target.S')}#{elseif}($input.path('$.message') == "The conditional request failed"){"error": "exists"}#else{"error": "refused"}#end
```
"##;

const HELP: &str =
    "answer errors with a fixed text, and let `$.__type` choose between texts where callers need to know";

/// Statuses of DynamoDB's errors.
const ERRORS: [&str; 2] = ["400", "500"];

/// The responses that errors are answered with, and that do not call them a success.
fn error_cases(integration: &Integration) -> Vec<&ResponseCase> {
    let mut cases: Vec<&ResponseCase> = Vec::new();
    for case in ERRORS.iter().filter_map(|error| integration.answering(error)).flatten() {
        if case.is_success() == Some(false) && !case.is_among(&cases) {
            cases.push(case);
        }
    }
    cases
}

fn check_integration(integration: &Integration, findings: &mut Vec<Finding>) {
    if integration.kind != RestKind::Rest {
        return;
    }
    // DynamoDB's own failures have fixed texts; what it says of a request names what is in it.
    let refusals = integration.answering("400").unwrap_or_default();
    let is_refusal = |case: &&ResponseCase| case.is_among(&refusals);
    for case in error_cases(integration).into_iter().filter(|case| case.is_unmapped()).filter(is_refusal) {
        let status = case.status.as_deref().unwrap_or("");
        let report = Report {
            message: format!(
                "the response {status} has no template: the client gets DynamoDB's message, which may name keys, tables and roles"
            ),
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
    if subject.direction != Direction::Response || integration.kind != RestKind::Rest {
        return;
    }
    let Some(case) = integration.response_of(subject.template) else { return };
    if !case.is_among(&error_cases(integration)) {
        return;
    }
    // What answers a read as well prints the item that was asked for.
    let answers_reads = integration.answering("200").unwrap_or_default();
    let only_errors = !case.is_among(&answers_reads);
    for hole in &subject.skeleton.uses {
        if subject.is_proven(&LINT.info, hole.span, findings) || subject.facts(hole).finite.is_some() {
            continue;
        }
        let Some(what) = leaked(&subject.skeleton.terms, hole.term, only_errors) else { continue };
        findings.push(subject.finding(
            &LINT.info,
            hole.span,
            Report {
                message: format!("the client gets {what}"),
                help: Some(HELP.to_owned()),
                severity: LINT.info.severity,
                proof: subject.prover.error_message(hole),
                shown: false,
            },
        ));
    }
}

/// What of an error a term holds beside its class; what a success holds as well counts in `only_errors`.
fn leaked(terms: &Terms, id: TermId, only_errors: bool) -> Option<&'static str> {
    match terms.get(id) {
        Term::Body | Term::Payload => Some("DynamoDB's whole error"),
        Term::Member(of, name) => match (terms.get(*of), name.as_str()) {
            (Term::Payload, "message" | "Message") => Some("the message of DynamoDB's error"),
            (Term::Payload, "Item") if only_errors => Some("the item that failed a condition"),
            (Term::Payload, "CancellationReasons") => Some("why DynamoDB cancelled the transaction"),
            (Term::Payload, _) => None,
            _ => leaked(terms, *of, only_errors),
        },
        Term::Selected(of, path) => {
            leaked(terms, *of, only_errors).filter(|_| path.to_ascii_lowercase().contains("message"))
        }
        // The name of a member is no secret, and neither is a length.
        Term::Key(..) | Term::Measured(..) => None,
        _ => terms.parts(id).into_iter().find_map(|part| leaked(terms, part, only_errors)),
    }
}
