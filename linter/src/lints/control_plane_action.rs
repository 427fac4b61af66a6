//! Integrations that administer tables.

use crate::api::{Action, Integration, RestKind};
use crate::dynamodb::action::is_control_action;
use crate::finding::{Finding, LintInfo, Severity};

use super::subject::{Report, integration_finding};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "control-plane-action",
        severity: Severity::Error,
        summary: "the route calls an action that administers tables",
        page: PAGE,
    },
    check: Check::Integration(check),
};

const PAGE: &str = r##"# control-plane-action

Actions such as `CreateTable`, `DeleteTable`, `UpdateTimeToLive` or `RestoreTableToPointInTime` administer tables, and
belong to deployments, not to an API's callers: one request may delete all data, or export it. The integration's role
must hold the permission, and whatever else uses the role has it too. Actions that only describe or list tell names,
sizes, indexes and ARNs, and are a warning.

## Bad

```yaml,bad
openapi: "3.0.1"
paths:
  /tables:
    delete:
      x-amazon-apigateway-auth: { type: AWS_IAM }
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/DeleteTable
        passthroughBehavior: never
        requestTemplates:
          application/json: '{"TableName": "Orders"}'
```

```yaml,bad
openapi: "3.0.1"
paths:
  /tables:
    get:
      x-amazon-apigateway-auth: { type: AWS_IAM }
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/DescribeTable
        passthroughBehavior: never
        requestTemplates:
          application/json: '{"TableName": "Orders"}'
```

```json,bad
{"openapi": "3.0.1", "paths": {"/backups": {"post": {
  "x-amazon-apigateway-auth": {"type": "AWS_IAM"},
  "x-amazon-apigateway-integration": {
    "type": "aws", "httpMethod": "POST", "passthroughBehavior": "never",
    "uri": "arn:aws:apigateway:eu-west-1:dynamodb:action/CreateBackup",
    "requestTemplates": {"application/json": "{\"TableName\": \"Orders\", \"BackupName\": \"nightly\"}"}}}}}}
```

## Good

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
          application/json: '{"TableName": "Orders", "Key": {"id": {"S": $input.json(''$.id'')}}}'
```

```json,good
{"openapi": "3.0.1", "paths": {"/orders": {"get": {
  "x-amazon-apigateway-auth": {"type": "AWS_IAM"},
  "x-amazon-apigateway-integration": {
    "type": "aws", "httpMethod": "POST", "passthroughBehavior": "never",
    "uri": "arn:aws:apigateway:eu-west-1:dynamodb:action/Query",
    "requestTemplates": {"application/json":
      "{\"TableName\": \"Orders\", \"Limit\": 50, \"KeyConditionExpression\": \"pk = :p\", \"ExpressionAttributeValues\": {\":p\": {\"S\": \"news\"}}}"}}}}}}
```

An action of another service that has the name of one of DynamoDB's:

```yaml,good
openapi: "3.0.1"
paths:
  /tags:
    post:
      x-amazon-apigateway-auth: { type: AWS_IAM }
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:kms:action/TagResource
        passthroughBehavior: never
        requestTemplates:
          application/json: '{"KeyId": "alias/a", "Tags": []}'
  /orders:
    get:
      x-amazon-apigateway-auth: { type: AWS_IAM }
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem
        passthroughBehavior: never
        requestTemplates:
          application/json: '{"TableName": "Orders", "Key": {"id": {"S": "1"}}}'
```

## References

Amazon DynamoDB API Reference, "Actions"; CWE-749.
"##;

fn check(integration: &Integration, findings: &mut Vec<Finding>) {
    let Action::Named(name) = &integration.action else { return };
    if integration.kind == RestKind::Http || !is_control_action(name) {
        return;
    }
    let reads = ["Describe", "List", "Get"].iter().any(|verb| name.starts_with(verb));
    let (does, severity) = match reads {
        true => ("tells how tables are set up", Severity::Warning),
        false => ("administers tables", LINT.info.severity),
    };
    let span = integration.uri.as_ref().map_or(integration.span, |(_, span)| *span);
    findings.push(integration_finding(
        &LINT.info,
        integration,
        span,
        Report {
            message: format!("`{name}` {does}, and callers of this route may ask for it"),
            help: Some("administer tables by deployments, and let routes call item actions only".to_owned()),
            severity,
            proof: None,
            shown: true,
        },
    ));
}
