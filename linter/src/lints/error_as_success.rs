//! Errors of DynamoDB's that the client gets as a success.

use keybound_vtl::parse::parse;

use crate::api::{Integration, ResponseCase, RestKind};
use crate::finding::{Finding, LintInfo, Severity};
use crate::fix::integration::answer_errors;
use crate::render::{self, Direction, Setting};

use super::subject::{Report, integration_finding};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "error-as-success",
        severity: Severity::Warning,
        summary: "an error of DynamoDB's reaches the client with a status of success",
        page: PAGE,
    },
    check: Check::Integration(check),
};

const PAGE: &str = r##"# error-as-success

API Gateway picks the integration response by DynamoDB's status code and the responses' selection patterns. Where no
pattern fits, the default response answers, with its own status: a condition that failed, a refused access or a throttled
write then look like a success ([CWE-394](https://cwe.mitre.org/data/definitions/394.html)). A caller who was told 200 goes
on as if the item were written; retries, alarms and caches see nothing.

DynamoDB answers errors with 400, its own failures with 500. Where only 500 is left over, the finding is a note. A template
that writes `$context.responseOverride.status` is taken to know what it does.

## Bad

```yaml,bad
openapi: "3.0.1"
paths:
  /orders/{id}:
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
            responseTemplates: { application/json: '{"done": true}' }
```

A pattern for another error is none for this one:

```yaml,bad
openapi: "3.0.1"
paths:
  /orders/{id}:
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
          "404":
            statusCode: "404"
            responseTemplates: { application/json: '{}' }
          5\d{2}:
            statusCode: "500"
            responseTemplates: { application/json: '{}' }
          default:
            statusCode: "201"
            responseTemplates: { application/json: '{"done": true}' }
```

Only failures are left over, so this is a note:

```yaml,bad
openapi: "3.0.1"
paths:
  /orders/{id}:
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
          4\d{2}:
            statusCode: "400"
            responseTemplates: { application/json: '{}' }
          default:
            statusCode: "200"
            responseTemplates: { application/json: '{"done": true}' }
```

## Good

```yaml,good
openapi: "3.0.1"
paths:
  /orders/{id}:
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
          4\d{2}:
            statusCode: "400"
            responseTemplates: { application/json: '{"message": "the order was refused"}' }
          5\d{2}:
            statusCode: "500"
            responseTemplates: { application/json: '{"message": "try again"}' }
          default:
            statusCode: "200"
            responseTemplates: { application/json: '{"done": true}' }
```

Let success be the pattern, and the default an error:

```yaml,good
openapi: "3.0.1"
paths:
  /orders/{id}:
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
            responseTemplates: { application/json: '{"done": true}' }
          default:
            statusCode: "500"
            responseTemplates: { application/json: '{"message": "try again"}' }
```

Tell by the answer:

```yaml,good
openapi: "3.0.1"
paths:
  /orders/{id}:
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
            responseTemplates:
              application/json: |
                #if($input.path('$.__type') != "")#set($context.responseOverride.status = 400)#end
                {}
```
"##;

/// What DynamoDB answers to requests that it refuses, and where it fails. Source: the DynamoDB developer guide, error
/// handling.
const ERRORS: [&str; 2] = ["400", "500"];

fn check(integration: &Integration, findings: &mut Vec<Finding>) {
    if integration.kind != RestKind::Rest {
        return;
    }
    let mut as_success = ERRORS.into_iter().filter_map(|error| {
        let cases = integration.answering(error)?;
        let all = cases.iter().all(|case| case.is_success() == Some(true));
        Some((error, *cases.first().filter(|_| all)?))
    });
    let Some((first, case)) = as_success.next() else { return };
    let rest: Vec<&str> = as_success.map(|(error, _)| error).collect();
    if decides_status(integration, case) {
        return;
    }
    let errors = match rest.as_slice() {
        [] => first.to_owned(),
        rest => format!("{first} and {}", rest.join(", ")),
    };
    let status = case.status.as_deref().unwrap_or("");
    let why = match &case.selection_pattern {
        None => "no selection pattern fits it".to_owned(),
        Some(pattern) => format!("the selection pattern `{pattern}` fits it"),
    };
    let what = if first == "400" { "an error" } else { "a failure" };
    let report = Report {
        message: format!("{what} of DynamoDB's ({errors}) is answered with status {status}: {why}"),
        help: Some("add responses with the selection patterns `4\\d{2}` and `5\\d{2}`".to_owned()),
        severity: if first == "400" { LINT.info.severity } else { Severity::Note },
        proof: None,
        shown: true,
    };
    let statuses: Vec<&str> = std::iter::once(first).chain(rest).collect();
    let fix = answer_errors(integration, case, &statuses);
    findings.push(Finding { fix, ..integration_finding(&LINT.info, integration, case.span, report) });
}

/// Whether a template may write the status itself.
fn decides_status(integration: &Integration, case: &ResponseCase) -> bool {
    let requests = integration.request_templates.iter().map(|template| (template, Direction::Request));
    let responses = case.templates.iter().map(|template| (template, Direction::Response));
    requests.chain(responses).any(|(template, direction)| {
        let (tree, errors) = parse(&template.text);
        if !errors.is_empty() {
            return false;
        }
        let skeleton = render::render(&template.text, &tree, &Setting::of(integration, template, direction));
        // The deployment may put a whole template in.
        let open = template.text.text().chars().all(|c| c == keybound_vtl::template::PLACEHOLDER_CHAR)
            && !template.text.placeholders().is_empty();
        open || skeleton.overrides.iter().any(|written| written.path == "responseOverride.status")
    })
}
