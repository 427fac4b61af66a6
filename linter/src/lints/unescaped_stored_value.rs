//! Stored text that breaks out of the response.

use crate::finding::{Finding, LintInfo, Severity};
use crate::render::breakout::ends_string;
use crate::render::skeleton::Place;
use crate::render::{Control, Direction};

use super::subject::answer::Answer;
use super::subject::{Report, TemplateSubject};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "unescaped-stored-value",
        severity: Severity::Warning,
        summary: "a stored text can break out of the response",
        page: PAGE,
    },
    check: Check::Template(check),
};

const PAGE: &str = r#"# unescaped-stored-value

A response template prints what an item holds, or what the client sent, without escaping it. Whoever wrote the item
writes into the answers that others get: more JSON members, or markup and script where the answer is HTML. What the
action's answer never has is not reported: a member that DynamoDB does not know, `Attributes` without `ReturnValues`.

## Bad

```vtl,bad,response
{"name": "$input.path('$.Item.name.S')"}
```

```vtl,bad,response
<html><body><h1>$input.path('$.Item.name.S')</h1></body></html>
```

## Good

```vtl,good,response
{"name": $input.json('$.Item.name.S')}
```

What DynamoDB counts is a number, whoever wrote the items:

```vtl,good,response
{"found": "$input.path('$.Count')", "names": $input.json('$.Items[*].name.S')}
```
"#;

fn check(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    if subject.direction != Direction::Response {
        return;
    }
    let answer = Answer::of(subject.integration);
    for (hole, control) in subject.untrusted() {
        let is_textless = subject.skeleton.terms.is_textless(hole.term);
        if is_textless || subject.is_proven(&LINT.info, hole.span, findings) {
            continue;
        }
        if !answer.can_have(&subject.skeleton.terms, hole.term) {
            continue;
        }
        let facts = subject.facts(hole);
        let whose = if control == Control::Stored { "whoever wrote the item" } else { "the client" };
        let what = subject.skeleton.terms.describe(hole.term);
        let (message, help, proof) = match hole.place {
            Place::StringValue | Place::StringKey if ends_string(&facts) => (
                format!("{what} can end the JSON string in the response: {whose} adds to it"),
                "print `$input.json(…)` without quotes, or escape the text",
                subject.prover.injection(hole),
            ),
            Place::BareValue | Place::Structure
                if facts.printed_escape() != crate::render::Escape::Value
                    && facts.finite.is_none()
                    && facts.printed_chars().contains(',')
                    && facts.printed_chars().contains('"') =>
            {
                let proof = subject.prover.injection(hole);
                if proof.is_none() {
                    // Numbers are what stands bare in most responses; without a proof there is nothing to say.
                    continue;
                }
                (
                    format!("{what} stands outside quotes in the response: {whose} adds to it"),
                    "put it in quotes and escape it, or print `$input.json(…)`",
                    proof,
                )
            }
            Place::Text if facts.printed_chars().contains('<') => (
                format!("{what} is printed into markup as it is: {whose} writes the page"),
                "answer with JSON and let the page escape it, or admit plain characters only",
                subject.prover.prints(hole, &["<script>alert(1)</script>"]),
            ),
            _ => continue,
        };
        let is_string = matches!(hole.place, Place::StringValue | Place::StringKey);
        let fix = is_string.then(|| subject.escaping().escape(hole)).flatten();
        let found = subject.finding(
            &LINT.info,
            hole.span,
            Report {
                message,
                help: Some(help.to_owned()),
                severity: LINT.info.severity,
                proof,
                shown: false,
            },
        );
        findings.push(Finding { fix, ..found });
    }
}
