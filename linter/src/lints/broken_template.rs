//! Templates that do not parse or render no JSON.

use crate::finding::{Finding, LintInfo, Severity};
use crate::render::skeleton::Ending;
use crate::render::{Direction, value};
use keybound_vtl::Span;

use super::subject::{Report, TemplateSubject};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "broken-template",
        severity: Severity::Error,
        summary: "the template does not parse, or what it renders is no JSON",
        page: PAGE,
    },
    check: Check::Template(check),
};

const PAGE: &str = r##"# broken-template

A template that does not parse fails every request that selects it. One that parses but renders no JSON on some path
fails the requests that take it. The proof shows the request and the text that it renders.

A response may be any text. Where its content type is JSON's, and no header says otherwise, callers read it as JSON; a
response template that renders none on any path is found too, as a warning.

## Bad

```vtl,bad,action=GetItem
{"TableName": "Orders", "Key": {"id": {"S": "#if(true)1"}}}
```

```vtl,bad,action=GetItem
{"TableName": "Orders", "Key": {"id": {"S": "1"}},}
```

```vtl,bad,response
{"id": $input.json('$.Item.id.S'), "links": [{"rel": "self"},]}
```

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
          application/json: '{"TableName": "T", "Key": {"id": {"S": "1"}}, "ProjectionExpression": "a"}'
        responses:
          "200": { statusCode: "200", responseTemplates: { application/json: '{"a": $input.json(''$.Item.a.S'')}' } }
          default: { statusCode: "500", responseTemplates: { application/json: 'not found' } }
```

## Good

```vtl,good,action=GetItem
{"TableName": "Orders", "Key": {"id": {"S": "1"}}}
```

A page is no JSON, and its header says so:

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
          application/json: '{"TableName": "T", "Key": {"id": {"S": "1"}}, "ProjectionExpression": "a"}'
        responses:
          "200": { statusCode: "200", responseTemplates: { application/json: '{"a": $input.json(''$.Item.a.S'')}' } }
          default:
            statusCode: "500"
            responseParameters: { method.response.header.Content-Type: "'text/html'" }
            responseTemplates: { application/json: '<p>not found</p>' }
```
"##;

fn check(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    for error in subject.errors {
        findings.push(subject.finding(
            &LINT.info,
            error.span,
            Report {
                message: format!("the template does not parse: {}", error.message),
                help: None,
                severity: Severity::Error,
                proof: None,
                shown: true,
            },
        ));
    }
    if !subject.errors.is_empty() {
        return;
    }
    if subject.direction == Direction::Response {
        check_response(subject, findings);
        return;
    }
    for ending in &subject.skeleton.endings {
        if ending.irregular.is_none() || ending.empty {
            continue;
        }
        let Some((proof, error)) = subject.prover.no_json(&ending.guard) else { continue };
        findings.push(subject.finding(
            &LINT.info,
            char_span(subject, ending.irregular.unwrap_or(0)),
            Report {
                message: format!("what this renders is no JSON: {error}"),
                help: None,
                severity: Severity::Error,
                proof: Some(proof),
                shown: false,
            },
        ));
        return;
    }
}

/// A response that callers read as JSON and that is none on any way.
fn check_response(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    let skeleton = subject.skeleton;
    // What is printed behind a document is stray-output's to tell.
    if !is_read_as_json(subject)
        || !skeleton.undecided.is_empty()
        || !skeleton.observed.behind_document.is_empty()
        || subject.deployment_brings_code()
    {
        return;
    }
    let mut endings = skeleton.endings.iter().filter(|ending| !ending.empty);
    let is_broken = |ending: &Ending| ending.irregular.is_some() && subject.prover.never_json(&ending.guard);
    if !endings.clone().all(is_broken) {
        return;
    }
    let Some((ending, (proof, error))) =
        endings.find_map(|ending| Some((ending, subject.prover.no_json(&ending.guard)?)))
    else {
        return;
    };
    findings.push(subject.finding(
        &LINT.info,
        char_span(subject, ending.irregular.unwrap_or(0)),
        Report {
            message: format!("callers are told that the response is JSON, and it never is: {error}"),
            help: Some(
                "write JSON, or say what it is with the header `Content-Type` of the response".to_owned(),
            ),
            severity: Severity::Warning,
            proof: Some(proof),
            shown: false,
        },
    ));
}

/// Whether callers are told that a response is JSON.
fn is_read_as_json(subject: &TemplateSubject<'_>) -> bool {
    const HEADER: &str = "responseOverride.header.";
    let is_type = |name: &str| name.eq_ignore_ascii_case("content-type");
    let is_json = |content_type: &str| content_type.to_ascii_lowercase().contains("json");
    let overridden =
        subject.skeleton.overrides.iter().any(|written| match written.path.strip_prefix(HEADER) {
            Some(name) => {
                is_type(name) && !value::literal(&written.pieces).is_some_and(|text| is_json(&text))
            }
            None => false,
        });
    if overridden {
        return false;
    }
    match subject.integration.response_of(subject.template) {
        Some(case) => {
            let mut types =
                case.parameters.iter().filter(|entry| entry.place == "header" && is_type(&entry.name));
            is_json(&subject.template.content_type) && types.all(|entry| is_json(entry.value.text()))
        }
        // Of a file on its own nothing is known, but what opens as JSON is to be JSON.
        None => {
            let begins = subject.skeleton.openings.iter().filter(|opening| opening.path.is_empty());
            let begun: Vec<usize> = begins.map(|opening| opening.at).collect();
            subject
                .skeleton
                .endings
                .iter()
                .filter(|ending| !ending.empty)
                .all(|ending| ending.irregular.is_none_or(|irregular| begun.iter().any(|at| *at < irregular)))
        }
    }
}

/// The character at a place.
fn char_span(subject: &TemplateSubject<'_>, at: usize) -> Span {
    let rest = subject.template.text.text().get(at..);
    Span::of(at, rest.and_then(|rest| rest.chars().next()).map_or(at, |c| at + c.len_utf8()))
}
