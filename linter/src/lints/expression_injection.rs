//! Client text inside DynamoDB expressions.

use crate::dynamodb::expression::{self, HoleRole};
use crate::dynamodb::position::Location;
use crate::dynamodb::shape::{ExpressionKind, TextRole};
use crate::finding::{Finding, LintInfo, Severity};
use crate::render::skeleton::{HoleUse, Place};
use crate::render::{Control, Direction};
use keybound_vtl::java::charset::CharSet;

use super::subject::{Report, TemplateSubject};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "expression-injection",
        severity: Severity::Error,
        summary: "client text is part of a DynamoDB expression or of an attribute's name",
        page: PAGE,
    },
    check: Check::Template(check),
};

const PAGE: &str = r##"# expression-injection

An expression (`KeyConditionExpression`, `ConditionExpression`, `FilterExpression`, `UpdateExpression`,
`ProjectionExpression`) is a small program. Client text in it changes what the program does, and escaping for JSON does
not help: the text stays inside its JSON string and works from there. The same goes for the names behind placeholders.

## Bad

```vtl,bad,action=Scan
{"TableName": "Orders", "FilterExpression": "#s = :s AND $util.escapeJavaScript($input.params('filter')).replaceAll("\\'","'")",
 "ExpressionAttributeNames": {"#s": "status"}, "ExpressionAttributeValues": {":s": {"S": "open"}}}
```

```vtl,bad,action=UpdateItem
{"TableName": "Orders", "Key": {"id": {"S": "1"}}, "UpdateExpression": "SET #f = :v",
 "ExpressionAttributeNames": {"#f": $input.json('$.field')}, "ExpressionAttributeValues": {":v": {"S": "x"}}}
```

## Good

Client text goes into values:

```vtl,good,action=Query
{"TableName": "Orders", "KeyConditionExpression": "pk = :p", "FilterExpression": "#s = :s",
 "ExpressionAttributeNames": {"#s": "status"},
 "ExpressionAttributeValues": {":p": {"S": "a"}, ":s": {"S": $input.json('$.status')}}}
```

Names come from a list of your own:

```vtl,good,action=Query
#set($fields = {"short": "id, title", "long": "id, title, body"})
{"TableName": "Orders", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}},
 "ProjectionExpression": "$!{fields.get($input.params('view'))}"}
```
"##;

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
        let role = subject.locations(&hole.path).into_iter().find_map(|location| match location {
            Location::Known(position) => position.text_role(),
            _ => None,
        });
        let facts = subject.facts(hole);
        if facts.finite.is_some() {
            continue;
        }
        let what = subject.skeleton.terms.describe(hole.term);
        let place = TemplateSubject::path_text(&hole.path);
        let mut attacks = vec!["injected", "secret", "a, b"];
        let (message, severity) = match role {
            Some(TextRole::Expression(kind)) => {
                let hole_role = role_in(subject, hole, kind);
                // A number glued to a placeholder or an index chooses between what the template names.
                if facts.printed_chars().is_subset(&CharSet::of("0123456789"))
                    && !matches!(hole_role, HoleRole::Clause)
                {
                    continue;
                }
                if hole_role == HoleRole::Clause {
                    attacks.insert(
                        0,
                        if hole.before.is_empty() {
                            "attribute_exists(id) OR attribute_not_exists(id)"
                        } else {
                            " OR attribute_exists(id)"
                        },
                    );
                }
                let word = matches!(hole_role, HoleRole::NamePart | HoleRole::Operand)
                    && facts.printed_chars().is_subset(&CharSet::ranges([
                        ('a', 'z'),
                        ('A', 'Z'),
                        ('0', '9'),
                        ('_', '_'),
                    ]));
                if word {
                    (format!("{what} chooses an attribute in {place}"), Severity::Warning)
                } else {
                    (format!("{what} is part of the expression in {place}"), Severity::Error)
                }
            }
            Some(TextRole::AttributeName) => {
                (format!("{what} chooses the attribute that {place} stands for"), Severity::Error)
            }
            _ => continue,
        };
        let help = "keep expressions fixed: put client text into ExpressionAttributeValues, and take names from a list of your own";
        findings.push(subject.finding(
            &LINT.info,
            hole.span,
            Report {
                message,
                help: Some(help.to_owned()),
                severity,
                proof: subject.prover.carries(hole, &attacks),
                shown: false,
            },
        ));
    }
}

/// What a hole is in the expression that it stands in.
fn role_in(subject: &TemplateSubject<'_>, hole: &HoleUse, kind: ExpressionKind) -> HoleRole {
    let Some((text, ids)) = subject.text_around(hole) else { return HoleRole::Clause };
    let parsed = expression::parse(kind, &text);
    let roles = parsed.holes.iter().filter(|found| ids.get(found.hole.0 as usize) == Some(&hole.term));
    roles.map(|found| found.role).max().unwrap_or(HoleRole::Clause)
}
