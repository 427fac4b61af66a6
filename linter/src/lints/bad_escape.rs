//! Escapes that are wrong, doubled or useless.

use keybound_vtl::java::charset::CharSet;
use serde_json::json;

use crate::finding::{Finding, Fix, LintInfo, Severity};
use crate::fix::escape::Escaping;
use crate::render::skeleton::{HoleUse, Place};
use crate::render::{Control, Direction, Escape, Types};

use super::subject::{Report, TemplateSubject};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "bad-escape",
        severity: Severity::Warning,
        summary: "an escape is wrong, doubled or not enough",
        page: PAGE,
    },
    check: Check::Template(check),
};

const PAGE: &str = r#"# bad-escape

`$util.escapeJavaScript` writes `\'` for an apostrophe, which is no JSON: DynamoDB refuses the request of every
O'Brien. The repair is `.replaceAll("\\'","'")`, with exactly that literal. An escape that runs twice stores
backslashes. Taking out quotes without backslashes lets a backslash swallow the closing quote.

## Bad

```vtl,bad,action=GetItem
{"TableName": "Users", "Key": {"name": {"S": "$util.escapeJavaScript($input.params('name'))"}}}
```

```vtl,bad,action=GetItem
{"TableName": "Users", "Key": {"name": {"S": "$input.params('name').replace('"', '')"}}}
```

## Good

```vtl,good,action=GetItem
{"TableName": "Users", "Key": {"name": {"S": "$util.escapeJavaScript($input.params('name')).replaceAll("\\'","'")"}}}
```
"#;

/// What escapes otherwise.
type Mend = fn(&Escaping<'_>, &HoleUse) -> Option<Fix>;

fn check(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    for (hole, control) in subject.untrusted() {
        if subject.is_proven(&LINT.info, hole.span, findings) {
            continue;
        }
        useless_escape(subject, hole, findings);
        if !matches!(hole.place, Place::StringValue | Place::StringKey)
            || (subject.direction == Direction::Request && control != Control::Client)
        {
            continue;
        }
        let facts = subject.facts(hole);
        let chars = facts.printed_chars();
        let what = subject.skeleton.terms.describe(hole.term);
        let (message, help, values, mend) = if facts.printed_escape() == Escape::JavaScript
            && facts.inner.contains('\'')
            && chars.contains('\\')
        {
            (
                format!("an apostrophe in {what} becomes `\\'`, which is no JSON"),
                "append `.replaceAll(\"\\\\'\",\"'\")` to the escape",
                vec![json!("O'Brien"), json!("xxxxxxO'Brien")],
                Some((|escaping, hole| escaping.repair(hole)) as Mend),
            )
        } else if facts.escaped_twice && facts.printed_escape() != Escape::Raw && chars.contains('\\') {
            (
                format!("{what} is escaped twice: the stored text has backslashes that nobody wrote"),
                "escape once, as the last step",
                Vec::new(),
                None,
            )
        } else if facts.printed_escape() == Escape::Raw
            && Types::TEXT.includes(facts.types)
            && !chars.contains('"')
            && chars.contains('\\')
            && facts.finite.is_none()
        {
            (
                format!("a backslash in {what} is read as an escape"),
                "escape with `$util.escapeJavaScript` instead of taking characters out",
                vec![json!("x\\"), json!("\\x")],
                Some((|escaping, hole| escaping.escape(hole)) as Mend),
            )
        } else {
            continue;
        };
        let spoils = if values.is_empty() { None } else { subject.prover.spoils(hole, &values) };
        if !values.is_empty() && spoils.is_none() && chars.is_subset(&CharSet::of("\\")) {
            continue;
        }
        let found = subject.finding(
            &LINT.info,
            hole.span,
            Report {
                message,
                help: Some(help.to_owned()),
                severity: if values.is_empty() { Severity::Note } else { LINT.info.severity },
                shown: values.is_empty(),
                proof: spoils,
            },
        );
        let fix = mend.and_then(|mend| mend(&subject.escaping(), hole));
        findings.push(Finding { fix, ..found });
    }
}

/// An escape outside quotes, where nothing that it escapes matters.
fn useless_escape(subject: &TemplateSubject<'_>, hole: &HoleUse, findings: &mut Vec<Finding>) {
    let facts = subject.facts(hole);
    let escaped = matches!(facts.printed_escape(), Escape::JavaScript | Escape::Json);
    if hole.place != Place::BareValue || !escaped || !facts.printed_chars().contains('\\') {
        return;
    }
    let what = subject.skeleton.terms.describe(hole.term);
    let place = TemplateSubject::path_text(&hole.path);
    findings.push(subject.finding(
        &LINT.info,
        hole.span,
        Report {
            message: format!("{what} is escaped outside quotes in {place}, where an escape does nothing"),
            help: Some("put it in quotes, or let a guard admit what is meant and nothing else".to_owned()),
            severity: Severity::Note,
            proof: None,
            shown: true,
        },
    ));
}
