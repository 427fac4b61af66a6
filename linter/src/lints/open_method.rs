//! Routes that anyone may call.

use crate::api::{Action, Authorization, Channel, RestKind};
use crate::dynamodb::action::{DataAction, Effect};
use crate::finding::{Finding, LintInfo, Severity};
use crate::reach::callers::Admitted;

use super::subject::{Report, RouteSubject, integration_finding};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "open-method",
        severity: Severity::Warning,
        summary: "anyone may call the route, or anyone with an API key",
        page: PAGE,
    },
    check: Check::Route(check),
};

const PAGE: &str = r#"# open-method

The route asks for no identity: no authorizer, no IAM, no user pool. An API key alone is no identity either: it is the
same for many callers, it lies in clients, and it was made to count calls.

## Bad

```yaml,bad
openapi: "3.0.1"
paths:
  /orders:
    post:
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem
        passthroughBehavior: never
        requestTemplates:
          application/json: '{"TableName": "Orders", "Item": {"id": {"S": $input.json(''$.id'')}}}'
```

## Good

```yaml,good
openapi: "3.0.1"
paths:
  /orders:
    post:
      security:
        - callers: []
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem
        passthroughBehavior: never
        requestTemplates:
          application/json: '{"TableName": "Orders", "Item": {"id": {"S": $input.json(''$.id'')}}}'
components:
  securitySchemes:
    callers:
      type: apiKey
      name: Authorization
      in: header
      x-amazon-apigateway-authtype: custom
      x-amazon-apigateway-authorizer:
        type: token
        authorizerUri: arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/f/invocations
```
"#;

fn check(subject: &RouteSubject<'_>, findings: &mut Vec<Finding>) {
    let integration = subject.integration;
    // The rules say that anyone may call it.
    let is_meant = subject.ground.is_some_and(|ground| {
        let opens = |admitted: &Admitted| match admitted {
            Admitted::These(all) => all.iter().all(|callers| !callers.held.is_empty()),
            Admitted::Nobody | Admitted::Unknown(_) => false,
        };
        !ground.routes.is_empty() && ground.routes.iter().all(|(_, admitted)| opens(admitted))
    });
    if is_meant {
        return;
    }
    // What runs when a connection ends nobody calls, and only `$connect` can have an authorizer.
    let is_called = integration.channel() != Channel::Disconnect;
    if matches!(integration.kind, RestKind::Unknown | RestKind::Http) || !is_called {
        return;
    }
    let writes = match &integration.action {
        Action::Named(name) => {
            DataAction::from_name(name).is_some_and(|action| action.effect() != Effect::Reads)
        }
        Action::Open | Action::Unknown => true,
    };
    let message = match &integration.authorization {
        Authorization::Open if writes => "anyone may call this route, which writes",
        Authorization::Open => "anyone may call this route",
        Authorization::ApiKeyOnly if writes => {
            "anyone with an API key may call this route, which writes: a key identifies no caller"
        }
        Authorization::ApiKeyOnly => "anyone with an API key may call this route: a key identifies no caller",
        _ => return,
    };
    findings.push(integration_finding(
        &LINT.info,
        integration,
        integration.span,
        Report {
            message: message.to_owned(),
            help: Some(match integration.kind {
                RestKind::WebSocket => "attach an authorizer to the `$connect` route".to_owned(),
                _ => "attach an authorizer; where it is meant to be open, say so in `keybound.yaml` (`anyone: true`)".to_owned(),
            }),
            severity: Severity::Warning,
            proof: None,
            shown: true,
        },
    ));
}
