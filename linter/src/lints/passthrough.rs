//! Bodies that reach DynamoDB without a template.

use crate::api::model::admission::fitted;
use crate::api::{Action, Channel, Integration, Passthrough, RestKind};
use crate::finding::{Finding, LintInfo, Proof, ProofRequest, Severity};

use crate::fix::integration::never_pass_through;

use super::subject::{Report, integration_finding};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "passthrough",
        severity: Severity::Error,
        summary: "a body of another content type reaches DynamoDB as it is",
        page: PAGE,
    },
    check: Check::Integration(check),
};

const PAGE: &str = r#"# passthrough

API Gateway chooses the request template by the request's `Content-Type`. Where none fits, `passthroughBehavior`
decides: unless it is `NEVER`, there are requests that skip the templates, and their body is the DynamoDB request, under
the integration's role. What the template fixed is gone: the table, the keys, the conditions. Request validators look at
models by content type too, so they do not see such a body either.

| | matching template | no match | no templates at all |
|---|---|---|---|
| `WHEN_NO_MATCH` (default) | template | **raw body** | **raw body** |
| `WHEN_NO_TEMPLATES` | template | 415 | **raw body** |
| `NEVER` | template | 415 | 415 |

With `WHEN_NO_TEMPLATES` and a template the documentation's table says 415; the finding is then a note, for a template
that is removed later opens the route.

## Bad

```yaml,bad
openapi: "3.0.1"
paths:
  /orders:
    post:
      x-amazon-apigateway-auth: { type: AWS_IAM }
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem
        requestTemplates:
          application/json: '{"TableName": "Orders", "Item": {"id": {"S": $input.json(''$.id'')}}}'
```

## Good

```yaml,good
openapi: "3.0.1"
paths:
  /orders:
    post:
      x-amazon-apigateway-auth: { type: AWS_IAM }
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem
        passthroughBehavior: never
        requestTemplates:
          application/json: '{"TableName": "Orders", "Item": {"id": {"S": $input.json(''$.id'')}}}'
```
"#;

fn check(integration: &Integration, findings: &mut Vec<Finding>) {
    let (behaviour, place) = integration.passthrough;
    if integration.kind != RestKind::Rest && integration.kind != RestKind::WebSocket {
        return;
    }
    let none = integration.request_templates.is_empty();
    let (word, severity, open) = match behaviour {
        Passthrough::Never | Passthrough::Unknown => return,
        Passthrough::WhenNoMatch => ("WHEN_NO_MATCH", Severity::Error, true),
        Passthrough::WhenNoTemplates if none => ("WHEN_NO_TEMPLATES", Severity::Error, true),
        Passthrough::WhenNoTemplates => ("WHEN_NO_TEMPLATES", Severity::Note, false),
    };
    let request = if integration.shows_dynamodb() { "the DynamoDB request" } else { "the service's request" };
    let message = match (open, none) {
        (true, true) => {
            format!("there is no request template and passthrough is {word}: the body is {request}")
        }
        (true, false) => {
            let other = match integration.channel() {
                Channel::Message => "a message that selects no template",
                _ => "a body of another content type",
            };
            format!("passthrough is {word}: {other} is {request}")
        }
        (false, _) => format!(
            "passthrough is {word}: no body is forwarded now, but every one would be without the templates"
        ),
    };
    let span = place.unwrap_or(integration.own_span);
    let found = integration_finding(
        &LINT.info,
        integration,
        span,
        Report {
            message,
            help: Some("set the passthrough behaviour to NEVER".to_owned()),
            severity,
            proof: open.then(|| proof(integration)),
            // That it forwards bodies without templates is what the behaviour means; there is nothing to render.
            shown: !open,
        },
    );
    findings.push(Finding { fix: never_pass_through(integration), ..found });
}

/// What a body of the client's own needs besides reaching DynamoDB.
const ROLE_ALLOWS: &str = "the role of the integration may do this with the table that the body names";

/// The content type that DynamoDB takes and no template of the integration has.
fn unmatched(integration: &Integration) -> &'static str {
    const TYPES: [&str; 2] = ["application/x-amz-json-1.0", "application/json"];
    let taken =
        |name: &&str| integration.request_templates.iter().any(|t| t.content_type.eq_ignore_ascii_case(name));
    TYPES.into_iter().find(|name| !taken(name)).unwrap_or("text/plain")
}

fn proof(integration: &Integration) -> Proof {
    let body = match &integration.action {
        Action::Named(name) if name == "PutItem" => {
            r#"{"TableName":"OtherTable","Item":{"id":{"S":"injected"}}}"#
        }
        Action::Named(name) if matches!(name.as_str(), "Query" | "Scan") => r#"{"TableName":"OtherTable"}"#,
        _ => r#"{"TableName":"OtherTable","Key":{"id":{"S":"injected"}}}"#,
    };
    if integration.channel() == Channel::Message {
        return message(integration, body);
    }
    let content_type = unmatched(integration);
    let mut assumes = vec![ROLE_ALLOWS.to_owned()];
    if content_type == "text/plain" {
        assumes.push(
            "API Gateway sends DynamoDB a content type that it takes, whatever the client's was".to_owned(),
        );
    }
    let method = integration
        .route
        .method
        .clone()
        .filter(|method| method != "ANY")
        .unwrap_or_else(|| "POST".to_owned());
    if matches!(method.as_str(), "GET" | "HEAD") {
        assumes.push(format!("the body of a {method} request reaches the integration"));
    }
    Proof {
        request: ProofRequest {
            method,
            path: integration.route.path.as_deref().map_or_else(|| "/".to_owned(), filled),
            query: Vec::new(),
            headers: vec![("Content-Type".to_owned(), content_type.to_owned())],
            body: Some(body.to_owned()),
            context: Vec::new(),
            path_parameters: Vec::new(),
            stage_variables: Vec::new(),
            placeholders: Vec::new(),
            credential: None,
            unsent: Vec::new(),
        },
        rendered: body.to_owned(),
        overrides: Vec::new(),
        injected: vec![(0, body.len())],
        benign: None,
        assumes,
        claims: None,
        of_answer: false,
    }
}

/// A path with something for each of its parameters.
fn filled(path: &str) -> String {
    let is_parameter = |part: &&str| part.starts_with('{') && part.ends_with('}');
    let parts = path.split('/').map(|part| if is_parameter(&part) { "v0" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// A message over a WebSocket connection that no template is chosen for.
fn message(integration: &Integration, body: &str) -> Proof {
    let model = integration.body_model("$default");
    let routed = model
        .and_then(|model| Some(fitted(&model.constraints(), serde_json::from_str(body).ok()?).to_string()));
    let body = routed.unwrap_or_else(|| body.to_owned());
    Proof {
        request: ProofRequest {
            method: ProofRequest::MESSAGE.to_owned(),
            path: integration.route.path.clone().unwrap_or_else(|| "$default".to_owned()),
            query: Vec::new(),
            headers: Vec::new(),
            body: Some(body.clone()),
            context: Vec::new(),
            path_parameters: Vec::new(),
            stage_variables: Vec::new(),
            placeholders: Vec::new(),
            credential: None,
            unsent: Vec::new(),
        },
        overrides: Vec::new(),
        injected: vec![(0, body.len())],
        rendered: body,
        benign: None,
        assumes: vec![
            ROLE_ALLOWS.to_owned(),
            "a message for which no template is chosen reaches DynamoDB as the body of a request does"
                .to_owned(),
        ],
        claims: None,
        of_answer: false,
    }
}
