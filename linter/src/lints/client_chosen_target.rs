//! Tables, indexes and actions that the client chooses.

use crate::api::Integration;
use crate::api::trust::Decider;
use crate::dynamodb::position::Location;
use crate::dynamodb::shape::TextRole;
use crate::finding::{Finding, LintInfo, Severity};
use crate::render::skeleton::Place;
use crate::render::{Control, Direction};

use super::subject::{Report, TemplateSubject};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "client-chosen-target",
        severity: Severity::Error,
        summary: "the client chooses the table, the index or the action",
        page: PAGE,
    },
    check: Check::Template(check),
};

const PAGE: &str = r#"# client-chosen-target

The client's text names the table, the index or the action. Whatever the integration's role allows, the client reaches.

## Bad

```vtl,bad,action=GetItem
{"TableName": "$util.escapeJavaScript($input.params('table')).replaceAll("\\'","'")", "Key": {"id": {"S": "1"}}}
```

```vtl,bad,action=GetItem
#set($context.requestOverride.header.X-Amz-Target = $input.params('target'))
{"TableName": "Orders", "Key": {"id": {"S": "1"}}}
```

## Good

```vtl,good,action=Query
{"TableName": "Orders", #if($input.params('by') == "status")"IndexName": "ByStatus",#end
 "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}}
```
"#;

fn check(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    if subject.direction != Direction::Request {
        return;
    }
    for (hole, control) in subject.untrusted() {
        if subject.is_proven(&LINT.info, hole.span, findings) {
            continue;
        }
        if control != Control::Client || !matches!(hole.place, Place::StringValue | Place::BareValue) {
            continue;
        }
        let target = subject.locations(&hole.path).into_iter().find_map(|location| match location {
            Location::Known(position) => match position.text_role() {
                Some(TextRole::TableName) => Some("table"),
                Some(TextRole::IndexName) => Some("index"),
                _ => None,
            },
            _ => None,
        });
        let Some(target) = target.filter(|_| subject.facts(hole).finite.is_none()) else { continue };
        let what = subject.skeleton.terms.describe(hole.term);
        findings.push(
            subject.finding(
                &LINT.info,
                hole.span,
                Report {
                    message: format!("{what} chooses the {target}"),
                    help: Some(format!("write the {target}'s name, or choose between names of your own")),
                    severity: LINT.info.severity,
                    proof: subject
                        .prover
                        .carries(hole, &["OtherTable", "othertable", "OTHERTABLE", "Other", "other"]),
                    shown: false,
                },
            ),
        );
    }
    for written in &subject.skeleton.overrides {
        let name = written.path.to_ascii_lowercase();
        let decides = [
            "requestoverride.header.x-amz-target",
            "requestoverride.header.host",
            "requestoverride.path",
            "requestoverride.header.?",
        ]
        .iter()
        .any(|target| name.starts_with(target));
        let client = written.terms.iter().any(|id| subject.skeleton.terms.control(*id) == Control::Client);
        if !decides || !client {
            continue;
        }
        let terms = &subject.skeleton.terms;
        let fixed = written
            .terms
            .iter()
            .all(|id| crate::render::Facts::of(terms, *id, &written.guard).finite.is_some());
        if fixed {
            continue;
        }
        findings.push(subject.finding(
            &LINT.info,
            written.span,
            Report {
                message: format!("the client decides `$context.{}`, which chooses the action", written.path),
                help: Some("write the action yourself".to_owned()),
                severity: LINT.info.severity,
                proof: subject.prover.plain(),
                shown: false,
            },
        ));
    }
    mapped_targets(subject, subject.integration, findings);
}

/// Parameter mappings from the client to what chooses the action; reported with the first request template only.
fn mapped_targets(subject: &TemplateSubject<'_>, integration: &Integration, findings: &mut Vec<Finding>) {
    let first = integration.request_templates.first().map(|template| template.host.whole);
    if first != Some(subject.template.host.whole) {
        return;
    }
    let uri = integration.uri.as_ref().map_or("", |(uri, _)| uri.text());
    for mapping in &integration.request_parameters {
        let from_client = ["method.request.", "route.request."]
            .iter()
            .any(|client| mapping.value.text().starts_with(client))
            && integration.trust.of_mapping(mapping.value.text()) != Some(Decider::Deployment);
        let header = mapping.place == "header"
            && ["x-amz-target", "host", "content-type"]
                .iter()
                .any(|name| mapping.name.eq_ignore_ascii_case(name));
        let in_uri = mapping.place == "path" && uri.contains(&format!("{{{}}}", mapping.name));
        if !from_client || !(header || in_uri) {
            continue;
        }
        let mut finding = super::subject::integration_finding(
            &LINT.info,
            integration,
            mapping.span,
            Report {
                message: format!(
                    "`{}` is mapped to {} `{}`, which chooses the action",
                    mapping.value.text(),
                    mapping.place,
                    mapping.name
                ),
                help: Some("write the action into the uri, and map nothing of the client's there".to_owned()),
                severity: LINT.info.severity,
                proof: None,
                shown: true,
            },
        );
        finding.content_type = Some(subject.template.content_type.clone());
        findings.push(finding);
    }
}
