//! Client text inside PartiQL statements.

use crate::dynamodb::partiql::{self, HoleRole};
use crate::dynamodb::position::Location;
use crate::dynamodb::shape::TextRole;
use crate::finding::{Finding, LintInfo, Severity};
use crate::render::skeleton::{HoleUse, Place};
use crate::render::{Control, Direction, Escape};
use keybound_vtl::java::charset::CharSet;

use super::subject::{Report, TemplateSubject};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "partiql-injection",
        severity: Severity::Error,
        summary: "client text is part of a PartiQL statement",
        page: PAGE,
    },
    check: Check::Template(check),
};

const PAGE: &str = r#"# partiql-injection

Client text is put into the text of a PartiQL statement. A `'` ends a string there, and `escapeJavaScript` with its
usual repair leaves `'` as it is.

## Bad

```vtl,bad,action=ExecuteStatement
{"Statement": "SELECT * FROM Orders WHERE id = '$util.escapeJavaScript($input.params('id')).replaceAll("\\'","'")'"}
```

## Good

```vtl,good,action=ExecuteStatement
{"Statement": "SELECT * FROM Orders WHERE id = ?",
 "Parameters": [{"S": "$util.escapeJavaScript($input.params('id')).replaceAll("\\'","'")"}]}
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
        let is_statement = subject.locations(&hole.path).iter().any(|location| {
            matches!(location, Location::Known(position) if position.text_role() == Some(TextRole::Statement))
        });
        let facts = subject.facts(hole);
        // What DynamoDB reads is the string after JSON's escapes are undone.
        let chars = match facts.printed_escape() {
            Escape::Json | Escape::JavaScript => facts.inner.clone(),
            Escape::Raw | Escape::Value => facts.printed_chars(),
        };
        let stays = match role_in(subject, hole) {
            HoleRole::InStringLiteral => !chars.contains('\''),
            HoleRole::InQuotedIdentifier => !chars.contains('"'),
            HoleRole::InComment => chars.intersection(&CharSet::of("\n\r*/")).is_empty(),
            HoleRole::Bare => chars.is_subset(&CharSet::of("0123456789")),
        };
        if !is_statement || facts.finite.is_some() || stays {
            continue;
        }
        let what = subject.skeleton.terms.describe(hole.term);
        findings.push(subject.finding(
            &LINT.info,
            hole.span,
            Report {
                message: format!(
                    "{what} is part of the PartiQL statement in {}",
                    TemplateSubject::path_text(&hole.path)
                ),
                help: Some("write `?` in the statement and give the value in `Parameters`".to_owned()),
                severity: LINT.info.severity,
                proof: subject.prover.carries(
                    hole,
                    &["x' OR '1'='1", "x' OR id > '", "1 OR 1=1", "\" WHERE x = '", "injected"],
                ),
                shown: false,
            },
        ));
    }
}

/// What a hole is in the statement that it stands in.
fn role_in(subject: &TemplateSubject<'_>, hole: &HoleUse) -> HoleRole {
    let Some((text, ids)) = subject.text_around(hole) else { return HoleRole::Bare };
    let parsed = partiql::parse_statement(&text);
    let roles = parsed.holes.iter().filter(|found| ids.get(found.hole.0 as usize) == Some(&hole.term));
    roles.map(|found| found.role).max().unwrap_or(HoleRole::Bare)
}
