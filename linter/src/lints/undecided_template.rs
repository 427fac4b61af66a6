//! Templates that could not be followed to the end.

use crate::finding::{Finding, LintInfo, Severity};

use super::subject::{Report, TemplateSubject};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "undecided-template",
        severity: Severity::Warning,
        summary: "the template does something that cannot be followed, so nothing is proved of it",
        page: PAGE,
    },
    check: Check::Template(check),
};

const PAGE: &str = r##"# undecided-template

The model of the template gives up at this construct: what lies behind it is not judged. It says so here, so that no
silence is taken for a proof.

## Bad

A loop that leaves a bracket open in each turn:

```vtl,bad,action=PutItem
#foreach($x in $input.path('$.list')){"a":#end
```

## Good

```vtl,good,action=GetItem
{"TableName": "Orders", "Key": {"id": {"S": "1"}}}
```
"##;

fn check(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    for undecided in &subject.skeleton.undecided {
        findings.push(subject.finding(
            &LINT.info,
            undecided.span,
            Report {
                message: format!("this cannot be followed: {}", undecided.reason),
                help: Some(
                    "write it in a simpler way; until then nothing is proved of this template".to_owned(),
                ),
                severity: Severity::Warning,
                proof: None,
                shown: false,
            },
        ));
    }
}
