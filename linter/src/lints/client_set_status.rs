//! Response statuses that the client, or whoever wrote an item, sets.

use crate::finding::{Finding, LintInfo, Severity};
use crate::render::{Control, Facts};

use super::subject::{Report, TemplateSubject};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "client-set-status",
        severity: Severity::Warning,
        summary: "the client or a stored text decides the answer's status code",
        page: PAGE,
    },
    check: Check::Template(check),
};

const PAGE: &str = r##"# client-set-status

`$context.responseOverride.status` gets a text that is not the template's own. Whoever wrote it decides whether the answer
is a success or an error: a cache keeps an error as a success, a caller believes that a write was refused, an alarm on
`5XX` rings or stays silent. A text that is no status code breaks the answer.

A status that an item holds is decided for everyone who reads the item, by whoever wrote it. An override in a request
template counts as well: API Gateway keeps it for the response.

## Bad

```vtl,bad,response
#set($context.responseOverride.status = $input.path('$.Item.status.N'))
{"id": $input.json('$.Item.id.S')}
```

```vtl,bad,action=PutItem
#if($input.params('status') != "")#set($context.responseOverride.status = $input.params('status'))#end
{"TableName": "Visits", "Item": {"id": {"S": "$context.extendedRequestId"}}}
```

A guard that admits digits admits every status:

```vtl,bad,response
#set($status = "$input.params('status')")
#if($status.matches('[0-9]+'))
#set($context.responseOverride.status = $status)
#end
{}
```

## Good

Write the status, and let the answer decide which:

```vtl,good,response
#if($input.path('$.Item') == "")#set($context.responseOverride.status = 404)#end
{"id": $input.json('$.Item.id.S')}
```

Admit statuses that mean what you want to say:

```vtl,good,response
#set($status = "$input.params('status')")
#if($status.matches('200|202|204'))
#set($context.responseOverride.status = $status)
#end
{}
```

```vtl,good,response
#set($statuses = {"gone": 410, "moved": 404})
#if($input.path('$.Item') == "")#set($context.responseOverride.status = $statuses.get('gone'))#end
{"id": $input.json('$.Item.id.S')}
```
"##;

fn check(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    let terms = &subject.skeleton.terms;
    for written in &subject.skeleton.overrides {
        if written.path != "responseOverride.status" || subject.is_proven(&LINT.info, written.span, findings)
        {
            continue;
        }
        let decides = written.terms.iter().copied().find(|id| {
            terms.control(*id) >= Control::Stored && Facts::of(terms, *id, &written.guard).finite.is_none()
        });
        let Some(who) = decides else { continue };
        let message = format!("{} is the status code of the answer", terms.describe(who));
        let help = "write the status codes yourself and let conditions choose between them";
        findings.push(subject.finding(
            &LINT.info,
            written.span,
            Report {
                message,
                help: Some(help.to_owned()),
                // The client's own answer is the client's to spoil; what an item holds is everyone's.
                severity: match terms.control(who) {
                    Control::Stored => LINT.info.severity,
                    _ => Severity::Note,
                },
                proof: subject.prover.overrides(written, &[who], &["599", "299"], &|status| {
                    status.contains("599") || status.contains("299")
                }),
                shown: false,
            },
        ));
    }
}
