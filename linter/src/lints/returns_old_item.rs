//! Writes that hand the client a whole item.

use crate::dynamodb::shape::TextRole;
use crate::finding::{Finding, LintInfo, Severity};
use crate::render::Direction;

use super::subject::answer::passes_on;
use super::subject::expressions::forms;
use super::subject::members::{below, values_at};
use super::subject::{Report, TemplateSubject};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "returns-old-item",
        severity: Severity::Note,
        summary: "a write answers the client with all attributes of the item",
        page: PAGE,
    },
    check: Check::Template(check),
};

const PAGE: &str = r##"# returns-old-item

With `ReturnValues` of `ALL_OLD` or `ALL_NEW` a write answers with every attribute of the item, those too that the
caller did not send and was not to see; a projection there is not. Where the response has no template, or one that
prints the answer whole, the client is given them.

## Bad

```yaml,bad
openapi: "3.0.1"
paths:
  /orders/{id}:
    delete:
      x-amazon-apigateway-auth: { type: AWS_IAM }
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/DeleteItem
        passthroughBehavior: never
        requestTemplates:
          application/json: '{"TableName": "Orders", "Key": {"id": {"S": $input.json(''$.id'')}}, "ReturnValues": "ALL_OLD"}'
        responses:
          default:
            statusCode: "200"
```

```yaml,bad
openapi: "3.0.1"
paths:
  /orders/{id}:
    delete:
      x-amazon-apigateway-auth: { type: AWS_IAM }
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/DeleteItem
        passthroughBehavior: never
        requestTemplates:
          application/json: '{"TableName": "Orders", "Key": {"id": {"S": $input.json(''$.id'')}}, "ReturnValues": "ALL_OLD"}'
        responses:
          "2\\d{2}":
            statusCode: "200"
            responseTemplates:
              application/json: '{"order": $input.json(''$.Attributes'')}'
          default:
            statusCode: "400"
            responseTemplates:
              application/json: '{}'
```

Only on one path:

```yaml,bad
openapi: "3.0.1"
paths:
  /orders/{id}:
    delete:
      x-amazon-apigateway-auth: { type: AWS_IAM }
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/DeleteItem
        passthroughBehavior: never
        requestTemplates:
          application/json: |
            {"TableName": "Orders", "Key": {"id": {"S": $input.json('$.id')}},
             "ReturnValues": "#if($input.params('echo') == 'yes')ALL_OLD#{else}NONE#end"}
        responses:
          default:
            statusCode: "200"
```

## Good

The response names what the client is to see:

```yaml,good
openapi: "3.0.1"
paths:
  /orders/{id}:
    delete:
      x-amazon-apigateway-auth: { type: AWS_IAM }
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/DeleteItem
        passthroughBehavior: never
        requestTemplates:
          application/json: '{"TableName": "Orders", "Key": {"id": {"S": $input.json(''$.id'')}}, "ReturnValues": "ALL_OLD"}'
        responses:
          "200":
            statusCode: "200"
            responseTemplates:
              application/json: '{"title": $input.json(''$.Attributes.title.S'')}'
          default:
            statusCode: "500"
            responseTemplates: { application/json: "{}" }
```

```yaml,good
openapi: "3.0.1"
paths:
  /orders/{id}:
    delete:
      x-amazon-apigateway-auth: { type: AWS_IAM }
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/DeleteItem
        passthroughBehavior: never
        requestTemplates:
          application/json: '{"TableName": "Orders", "Key": {"id": {"S": $input.json(''$.id'')}}, "ReturnValues": "NONE"}'
        responses:
          "200":
            statusCode: "200"
          default:
            statusCode: "500"
            responseTemplates: { application/json: "{}" }
```

What was changed and nothing else:

```yaml,good
openapi: "3.0.1"
paths:
  /orders/{id}:
    patch:
      x-amazon-apigateway-auth: { type: AWS_IAM }
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/UpdateItem
        passthroughBehavior: never
        requestTemplates:
          application/json: '{"TableName": "Orders", "Key": {"id": {"S": $input.json(''$.id'')}}, "UpdateExpression": "ADD n :n", "ExpressionAttributeValues": {":n": {"N": "1"}}, "ReturnValues": "UPDATED_NEW"}'
        responses:
          "200":
            statusCode: "200"
          default:
            statusCode: "500"
            responseTemplates: { application/json: "{}" }
```

## References

Amazon DynamoDB API Reference, `ReturnValues` of `PutItem`, `UpdateItem` and `DeleteItem`; CWE-213.
"##;

const WHOLE: [&str; 2] = ["ALL_OLD", "ALL_NEW"];

fn check(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    if subject.direction != Direction::Request {
        return;
    }
    let path = below(&[], &["ReturnValues"]);
    for leaf in subject.skeleton.leaves.iter().filter(|leaf| leaf.path == path && leaf.quoted) {
        if !matches!(subject.text_role(&path), Some(TextRole::Choice(_))) {
            continue;
        }
        for form in forms(leaf) {
            let Some(word) = form.text.as_plain().filter(|word| WHOLE.contains(word)) else { continue };
            if !passes_on(subject.integration, "Attributes") {
                continue;
            }
            let proof = subject.prover.rendering(&form.guard, &|json| {
                values_at(json, &path).iter().any(|value| value.as_str() == Some(word))
            });
            findings.push(subject.finding(
                &LINT.info,
                subject.leaf_span(leaf),
                Report {
                    message: format!("`{word}` gives the client every attribute of the item"),
                    help: Some(
                        "leave `ReturnValues` out, or let the response template name what the client is to see"
                            .to_owned(),
                    ),
                    severity: LINT.info.severity,
                    proof,
                    shown: false,
                },
            ));
        }
    }
}
