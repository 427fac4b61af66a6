//! A template that is nothing but the client's body.

use crate::finding::{Finding, LintInfo, Severity};
use crate::render::skeleton::Place;
use crate::render::{Control, Direction};

use super::subject::{Report, TemplateSubject};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "whole-body-forward",
        severity: Severity::Error,
        summary: "the request is whatever the client sends",
        page: PAGE,
    },
    check: Check::Template(check),
};

const PAGE: &str = r#"# whole-body-forward

The whole DynamoDB request is client text: the client chooses the table, the keys, the conditions, everything but the
action, and only the integration's role bounds it.

## Bad

```vtl,bad,action=PutItem
$input.json('$')
```

## Good

Write the request's members, and let the client fill values:

```vtl,good,action=PutItem
{"TableName": "Orders", "Item": {"id": {"S": $input.json('$.id')}}}
```
"#;

fn check(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    if subject.direction != Direction::Request {
        return;
    }
    for (hole, control) in subject.untrusted() {
        if control != Control::Client || hole.place != Place::Whole {
            continue;
        }
        if subject.facts(hole).finite.is_some() {
            continue;
        }
        let what = subject.skeleton.terms.describe(hole.term);
        findings.push(subject.finding(
            &LINT.info,
            hole.span,
            Report {
                message: format!("{} is {what} as the client sent it", subject.request_text()),
                help: Some("write the members of the request and let the client fill values only".to_owned()),
                severity: LINT.info.severity,
                proof: subject.prover.shape(hole),
                shown: false,
            },
        ));
    }
}
