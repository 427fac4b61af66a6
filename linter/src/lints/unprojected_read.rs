//! Reads that hand the client whole items.

use crate::dynamodb::action::DataAction;
use crate::finding::{Finding, LintInfo, Severity};
use crate::render::Direction;

use super::subject::answer::passes_on;
use super::subject::{Report, TemplateSubject};
use super::{Check, Lint, raw_response};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "unprojected-read",
        severity: Severity::Note,
        summary: "a read answers the client with all attributes of items on some path",
        page: PAGE,
    },
    check: Check::Template(check),
};

const PAGE: &str = r##"# unprojected-read

A read without a projection returns every attribute of the item, those too that are added to the table next year. Where
the response has no template, or one that prints the answer whole, the client is given them. This lint is about requests
that have a projection on some paths and lack it on others. Where no request of the method has one, it is the response
that decides, and [raw-response](raw-response.md) says so, once.

## Bad

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
          application/json: |
            {"TableName": "Users", "Key": {"id": {"S": $input.json('$.id')}}
             #if($input.params('view') == "short"), "ProjectionExpression": "id, title"#end}
        responses:
          default:
            statusCode: "200"
```

## Good

```yaml,good
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
          application/json: '{"TableName": "Users", "Key": {"id": {"S": $input.json(''$.id'')}}, "ProjectionExpression": "id, title"}'
        responses:
          "200":
            statusCode: "200"
          default:
            statusCode: "500"
            responseTemplates: { application/json: "{}" }
```

```yaml,good
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
          application/json: '{"TableName": "Users", "Key": {"id": {"S": $input.json(''$.id'')}}}'
        responses:
          "200":
            statusCode: "200"
            responseTemplates:
              application/json: '{"title": $input.json(''$.Item.title.S'')}'
          default:
            statusCode: "500"
            responseTemplates: { application/json: "{}" }
```

A count has no attributes:

```yaml,good
openapi: "3.0.1"
paths:
  /orders/count:
    get:
      x-amazon-apigateway-auth: { type: AWS_IAM }
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/Query
        passthroughBehavior: never
        requestTemplates:
          application/json: '{"TableName": "Orders", "Limit": 50, "Select": "COUNT", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "news"}}}'
        responses:
          "200":
            statusCode: "200"
          default:
            statusCode: "500"
            responseTemplates: { application/json: "{}" }
```

## References

DynamoDB Developer Guide, "Projection expressions"; CWE-213.
"##;

/// Members that say which attributes are returned.
const PROJECTIONS: [&str; 3] = ["ProjectionExpression", "AttributesToGet", "Select"];

fn check(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    let member = match subject.actions.as_slice() {
        [DataAction::GetItem] => "Item",
        [DataAction::Query | DataAction::Scan] => "Items",
        _ => return,
    };
    if subject.direction != Direction::Request || subject.is_open(&[]) {
        return;
    }
    let projections = subject.named(&[], &PROJECTIONS);
    let endings = subject.skeleton.endings.iter().filter(|ending| !ending.empty);
    let mut lacking =
        endings.filter_map(|ending| TemplateSubject::without(&ending.guard, &projections)).peekable();
    if lacking.peek().is_none()
        || !passes_on(subject.integration, member)
        || (projections.is_empty() && raw_response::reports(subject.integration))
    {
        return;
    }
    for guard in lacking {
        let proof = subject.prover.rendering(&guard, &|json| {
            !json.members().is_empty() && PROJECTIONS.iter().all(|name| json.get(name).is_none())
        });
        if proof.is_none() {
            continue;
        }
        let some = if projections.is_empty() { "" } else { " on some paths" };
        findings.push(subject.finding(
            &LINT.info,
            subject.object_span(&[], &guard),
            Report {
                message: format!("the client is given every attribute of what is read{some}"),
                help: Some(
                    "add `ProjectionExpression`, or let the response template name what the client is to see"
                        .to_owned(),
                ),
                severity: LINT.info.severity,
                proof,
                shown: false,
            },
        ));
        return;
    }
}
