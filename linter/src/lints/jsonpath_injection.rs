//! JSONPaths that the client decides.

use crate::finding::{Finding, LintInfo, Severity};
use crate::render::{Control, Facts};
use keybound_vtl::java::charset::CharSet;

use super::subject::{Report, TemplateSubject};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "jsonpath-injection",
        severity: Severity::Warning,
        summary: "the client decides which part of the body is read",
        page: PAGE,
    },
    check: Check::Template(check),
};

const PAGE: &str = r#"# jsonpath-injection

Client text is part of a JSONPath. The client reads other members than the one that is meant, and `..` searches the
whole body.

## Bad

```vtl,bad,action=PutItem
{"TableName": "Orders", "Item": {"id": {"S": $input.json("$.$input.params('field')")}}}
```

## Good

```vtl,good,action=PutItem
{"TableName": "Orders", "Item": {"id": {"S": $input.json('$.id')}}}
```
"#;

fn check(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    let terms = &subject.skeleton.terms;
    for open in &subject.skeleton.open_paths {
        let harmless = CharSet::of("0123456789");
        let client = open.terms.iter().find(|id| {
            let facts = Facts::of(terms, **id, &open.guard);
            terms.control(**id) == Control::Client
                && facts.finite.is_none()
                && !facts.printed_chars().is_subset(&harmless)
        });
        let Some(client) = client else { continue };
        let what = terms.describe(*client);
        findings.push(subject.finding(
            &LINT.info,
            open.span,
            Report {
                message: format!("{what} is part of the JSONPath: the client decides what is read"),
                help: Some("write the path, or choose between paths of your own".to_owned()),
                severity: LINT.info.severity,
                proof: subject.prover.reads_elsewhere(*client, open),
                shown: false,
            },
        ));
    }
}
