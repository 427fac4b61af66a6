//! Templates that do not parse or render no JSON.

use crate::finding::{Finding, LintInfo, Severity};
use crate::render::Direction;
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

## Bad

```vtl,bad,action=GetItem
{"TableName": "Orders", "Key": {"id": {"S": "#if(true)1"}}}
```

```vtl,bad,action=GetItem
{"TableName": "Orders", "Key": {"id": {"S": "1"}},}
```

## Good

```vtl,good,action=GetItem
{"TableName": "Orders", "Key": {"id": {"S": "1"}}}
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
    if !subject.errors.is_empty() || subject.direction != Direction::Request {
        return;
    }
    for ending in &subject.skeleton.endings {
        if ending.irregular.is_none() || ending.empty {
            continue;
        }
        let Some((proof, error)) = subject.prover.no_json(&ending.guard) else { continue };
        let at = ending.irregular.unwrap_or(0);
        let end = subject
            .template
            .text
            .text()
            .get(at..)
            .and_then(|rest| rest.chars().next())
            .map_or(at, |c| at + c.len_utf8());
        findings.push(subject.finding(
            &LINT.info,
            Span::of(at, end),
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
