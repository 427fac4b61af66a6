//! Mapping templates where none are run.

use crate::api::{Integration, RestKind};
use crate::finding::{Finding, LintInfo, Severity};

use super::subject::{Report, integration_finding};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "no-effect-template",
        severity: Severity::Warning,
        summary: "request templates on an HTTP API have no effect",
        page: PAGE,
    },
    check: Check::Integration(check),
};

const PAGE: &str = r#"# no-effect-template

HTTP APIs (API Gateway v2) run no mapping templates. A request template there is silently ignored.

## Bad

```yaml,bad
Resources:
  Api:
    Type: AWS::ApiGatewayV2::Api
    Properties: { Name: orders, ProtocolType: HTTP }
  Put:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      ApiId: !Ref Api
      IntegrationType: AWS
      IntegrationUri: arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem
      RequestTemplates:
        application/json: '{"TableName": "Orders"}'
```

## Good

```vtl,good,action=GetItem
{"TableName": "Orders", "Key": {"id": {"S": "1"}}}
```
"#;

fn check(integration: &Integration, findings: &mut Vec<Finding>) {
    if integration.kind != RestKind::Http || integration.request_templates.is_empty() {
        return;
    }
    let span = integration.request_templates.first().map_or(integration.span, |template| template.host.whole);
    findings.push(integration_finding(
        &LINT.info,
        integration,
        span,
        Report {
            message: "an HTTP API runs no mapping templates: this has no effect".to_owned(),
            help: Some("use a REST API, or do the work in a function".to_owned()),
            severity: Severity::Warning,
            proof: None,
            shown: true,
        },
    ));
}
