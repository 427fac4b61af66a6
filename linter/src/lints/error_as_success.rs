//! Errors of DynamoDB's that the client gets as a success.

use keybound_vtl::parse::{Tree, parse};

use serde_json::json;

use crate::api::{Action, Integration, MappingTemplate, ResponseCase, RestKind};
use crate::dynamodb::action::{DataAction, Effect};
use crate::finding::{Finding, Fix, LintInfo, Safety, Severity};
use crate::fix::integration::answer_errors;
use crate::proof::Prover;
use crate::proof::prover::Target;
use crate::render::{self, Direction, Setting, Skeleton, rendered};

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

DynamoDB answers errors with 400, its own failures with 500. Where only 500 is left over, the finding is a note. Where a
template of the response writes `$context.responseOverride.status`, it is rendered with DynamoDB's errors: it must write a
status for each of them.

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

The template tells one error and lets all others pass for a success:

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
            responseTemplates:
              application/json: |
                #if($input.path('$.__type').contains("ConditionalCheckFailed"))#set($context.responseOverride.status = 409)#end
                {}
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
    let answered = ERRORS.into_iter().filter_map(|error| {
        let cases = integration.answering(error)?;
        let all = cases.iter().all(|case| case.is_success() == Some(true));
        Some((error, *cases.first().filter(|_| all)?))
    });
    let answered: Vec<(&str, &ResponseCase)> = answered.collect();
    if answered.is_empty() || may_write_status(integration) {
        return;
    }
    // As a rule one response answers all of them.
    let mut as_success = answered.chunk_by(|(_, a), (_, b)| std::ptr::eq(*a, *b)).flat_map(|alike| {
        let answers = alike.first().and_then(|(_, case)| Answers::of(integration, case));
        alike.iter().filter_map(move |(error, case)| Some((*error, *case, answers.as_ref()?.left(error)?)))
    });
    let Some((first, case, left)) = as_success.next() else { return };
    let rest: Vec<&str> = as_success.map(|(error, _, _)| error).collect();
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
        message: match left {
            Left::All => format!("{what} of DynamoDB's ({errors}) is answered with status {status}: {why}"),
            Left::Class(class) => format!(
                "an error of DynamoDB's, `{class}`, is answered with status {status}: {why}, and the template \
                 writes no other status for it"
            ),
        },
        help: Some("add responses with the selection patterns `4\\d{2}` and `5\\d{2}`".to_owned()),
        severity: if first == "400" { LINT.info.severity } else { Severity::Note },
        proof: None,
        shown: true,
    };
    let statuses: Vec<&str> = std::iter::once(first).chain(rest).collect();
    // Clients may know the answers that the template gives to errors of other classes.
    let safety = if matches!(left, Left::All) { Safety::Safe } else { Safety::Unsafe };
    let fix = answer_errors(integration, case, &statuses).map(|fix| Fix { safety, ..fix });
    findings.push(Finding { fix, ..integration_finding(&LINT.info, integration, case.span, report) });
}

/// Which errors the client gets with the status of the response.
enum Left {
    /// All of them: no template writes a status.
    All,
    /// One of this class, of which a template makes nothing else.
    Class(&'static str),
}

/// Errors by their status: the class, what stands before it in `__type`, and the message with its name. Sources: the
/// DynamoDB developer guide, error handling; recorded answers.
const ANSWERS: [(&str, &str, &str, &str); 5] = [
    (
        "400",
        "com.amazonaws.dynamodb.v20120810#",
        "ConditionalCheckFailedException",
        "The conditional request failed",
    ),
    ("400", "com.amazon.coral.validate#", "ValidationException", "One or more parameter values were invalid"),
    (
        "400",
        "com.amazon.coral.service#",
        "AccessDeniedException",
        "User is not authorized to perform this action",
    ),
    (
        "400",
        "com.amazonaws.dynamodb.v20120810#",
        "ProvisionedThroughputExceededException",
        "The level of configured provisioned throughput for the table was exceeded",
    ),
    ("500", "com.amazonaws.dynamodb.v20120810#", "InternalServerError", "Internal server error"),
];

/// Whether a request template writes the status, which holds for every answer, or may: the deployment may put a whole
/// template in.
fn may_write_status(integration: &Integration) -> bool {
    integration.request_templates.iter().any(|template| {
        template.text.is_only_placeholders()
            || rendered(integration, template, Direction::Request)
                .is_some_and(|skeleton| writes_status(&skeleton))
    })
}

/// Whether a template writes the status somewhere.
fn writes_status(skeleton: &Skeleton) -> bool {
    skeleton.overrides.iter().any(|written| written.path == "responseOverride.status")
}

/// What a response makes of DynamoDB's answers.
struct Answers<'a> {
    integration: &'a Integration,
    templates: Vec<(&'a MappingTemplate, Tree, Skeleton)>,
}

impl<'a> Answers<'a> {
    /// Those of a response; none where the deployment may put a whole template in.
    fn of(integration: &'a Integration, case: &'a ResponseCase) -> Option<Self> {
        if case.templates.iter().any(|template| template.text.is_only_placeholders()) {
            return None;
        }
        let templates = case.templates.iter().filter_map(|template| {
            let (tree, errors) = parse(&template.text);
            let setting = Setting::of(integration, template, Direction::Response);
            let skeleton = errors.is_empty().then(|| render::render(&template.text, &tree, &setting))?;
            Some((template, tree, skeleton))
        });
        Some(Self { integration, templates: templates.collect() })
    }

    /// What of the errors of a status reaches the client with the status of the response; none where its templates
    /// write another one for each.
    fn left(&self, status: &str) -> Option<Left> {
        if !self.templates.iter().any(|(_, _, skeleton)| writes_status(skeleton)) {
            return Some(Left::All);
        }
        let is_read = matches!(&self.integration.action, Action::Named(name)
            if DataAction::from_name(name).is_some_and(|action| action.effect() == Effect::Reads));
        let answers = ANSWERS.iter().filter(|(of, _, class, _)| {
            *of == status && !(is_read && *class == "ConditionalCheckFailedException")
        });
        for (template, tree, skeleton) in &self.templates {
            let target = Target::of(self.integration, template, Direction::Response);
            let prover = Prover::new(&template.text, tree, skeleton, Direction::Response, target);
            for (_, space, class, message) in answers.clone() {
                let name = if *class == "AccessDeniedException" { "Message" } else { "message" };
                let written =
                    prover.status_of(&json!({ "__type": format!("{space}{class}"), name: message }));
                // A rendering that fails is an error to the client, too.
                if written.is_some_and(|status| status.is_none_or(|status| status.starts_with('2'))) {
                    return Some(Left::Class(class));
                }
            }
        }
        None
    }
}
