//! Client text inside PartiQL statements.

use crate::dynamodb::position::Location;
use crate::dynamodb::shape::TextRole;
use crate::finding::{Finding, LintInfo, Severity};
use crate::render::skeleton::Place;
use crate::render::{Control, Direction};
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
        let harmless = CharSet::ranges([('0', '9'), ('a', 'z'), ('A', 'Z')]).union(&CharSet::of("_-.@:# "));
        // What stands between quotes of the statement and holds none of them stays there.
        let quoted = open_quote(&hole.before);
        let stays = match quoted {
            Some(quote) => !facts.printed_chars().contains(quote) && !facts.printed_chars().contains('\\'),
            None => facts.printed_chars().is_subset(&CharSet::of("0123456789")),
        };
        if !is_statement
            || facts.finite.is_some()
            || stays
            || (quoted.is_some() && facts.printed_chars().is_subset(&harmless))
        {
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

/// The quote that is open before the hole.
fn open_quote(before: &[crate::render::value::Piece]) -> Option<char> {
    let mut open = None;
    for piece in before {
        let crate::render::value::Piece::Literal(text) = piece else { continue };
        for c in text.chars().filter(|c| matches!(c, '\'' | '"')) {
            open = match open {
                None => Some(c),
                Some(quote) if quote == c => None,
                other => other,
            };
        }
    }
    open
}
