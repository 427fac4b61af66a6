//! Client text outside quotes.

use crate::finding::{Finding, LintInfo, Severity};
use crate::render::breakout::adds_structure;
use crate::render::skeleton::Place;
use crate::render::{Control, Direction, Escape};

use super::subject::{Report, TemplateSubject};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "bare-input",
        severity: Severity::Error,
        summary: "client text stands outside quotes and can add to the request",
        page: PAGE,
    },
    check: Check::Template(check),
};

const PAGE: &str = r#"# bare-input

Client text stands where a JSON number or literal is meant, outside quotes. There it needs no quote to end anything: a
comma is enough. `escapeJavaScript` does not help, for it escapes nothing that matters outside a string.

## Bad

```vtl,bad,action=Query
{"TableName": "Orders", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}},
 "Limit": $input.params('limit')}
```

## Good

Admit digits only, and say what holds otherwise:

```vtl,good,action=Query
#set($limit = $input.params('limit'))
{"TableName": "Orders", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}},
 "Limit": #if($limit.matches('[1-9][0-9]?'))$limit#{else}20#end}
```

Choose between fixed values:

```vtl,good,action=Query
{"TableName": "Orders", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}},
 "ScanIndexForward": #if($input.params('order') == "asc")true#{else}false#end}
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
        if control != Control::Client || !matches!(hole.place, Place::BareValue | Place::Structure) {
            continue;
        }
        let facts = subject.facts(hole);
        let whole_value = facts.printed_escape() == Escape::Value
            && hole.place == Place::BareValue
            && hole.before.is_empty();
        if whole_value || !adds_structure(hole, &facts) {
            continue;
        }
        let what = subject.skeleton.terms.describe(hole.term);
        let message = match hole.place {
            Place::BareValue => {
                format!(
                    "{what} stands outside quotes in {} and can add members to the request",
                    TemplateSubject::path_text(&hole.path)
                )
            }
            _ => format!("{what} stands outside quotes between the members of the request"),
        };
        let help = "let a guard such as `.matches('[0-9]+')` admit what is meant and nothing else, or choose between fixed values";
        findings.push(subject.finding(
            &LINT.info,
            hole.span,
            Report {
                message,
                help: Some(help.to_owned()),
                severity: LINT.info.severity,
                proof: subject.prover.injection(hole),
                shown: false,
            },
        ));
    }
}
