//! Client JSON that decides structure, and members that the client names.

use crate::dynamodb::position::{Location, Structure};
use crate::finding::{Finding, LintInfo, Severity};
use crate::render::skeleton::{HoleUse, Place, Slot};
use crate::render::{Control, Direction, Escape, Types};

use super::subject::{Report, TemplateSubject};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "client-shaped-value",
        severity: Severity::Error,
        summary: "client JSON decides which attributes or members there are",
        page: PAGE,
    },
    check: Check::Template(check),
};

const PAGE: &str = r#"# client-shaped-value

Where a whole object or array of the client's stands in the request, or where the client names a member, the client
decides which attributes are written, of which types, and what keys are used. `$input.json` is safe as the text of
`"S"`, where DynamoDB takes a string and nothing else; it is not safe as an item, a key or an attribute value.

## Bad

```vtl,bad,action=PutItem
{"TableName": "Users", "Item": $input.json('$')}
```

A loop over the client's own names writes whatever attribute the client likes, `role` too:

```vtl,bad,action=PutItem
{"TableName": "Users", "Item": {
#foreach($name in $input.path('$').keySet())
"$util.escapeJavaScript($name).replaceAll("\\'","'")": {"S": "x"}#if($foreach.hasNext),#end
#end
}}
```

## Good

```vtl,good,action=PutItem
{"TableName": "Users", "Item": {"id": {"S": $input.json('$.id')}, "name": {"S": $input.json('$.name')}}}
```
"#;

/// What the client decides at a place, for people; nothing where only a scalar fits.
fn decided(subject: &TemplateSubject<'_>, hole: &HoleUse) -> Option<(&'static str, Severity)> {
    let locations = subject.locations(&hole.path);
    let mut worst: Option<(&'static str, Severity)> = None;
    let mut consider = |what: &'static str, severity: Severity| {
        if worst.is_none_or(|(_, known)| severity > known) {
            worst = Some((what, severity));
        }
    };
    for location in &locations {
        match location {
            Location::Known(position) => match position.structure() {
                Structure::Scalar => {}
                Structure::Value => consider("the type and content of an attribute value", Severity::Warning),
                Structure::Attributes => consider("which attributes there are", Severity::Error),
                Structure::Elements => consider("which elements there are", Severity::Warning),
                Structure::Placeholders => consider("what the placeholders stand for", Severity::Error),
                Structure::Tables => consider("which tables are reached", Severity::Error),
                Structure::Members => consider("the members of the request", Severity::Error),
            },
            Location::AnyOf(_) | Location::Unknown => {
                consider("the structure of the request", Severity::Error)
            }
            Location::AnyType => consider("the type of an attribute value", Severity::Warning),
            Location::Ignored | Location::Refused => {}
        }
    }
    if locations.is_empty() {
        // Without an action only the names of attribute types tell a scalar.
        let scalar = matches!(hole.path.last(), Some(Slot::Member(name)) if matches!(&**name, "S" | "N" | "B" | "BOOL" | "NULL" | "Limit"));
        return (!scalar).then_some(("the structure of the request", Severity::Error));
    }
    worst
}

fn check(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    if subject.direction != Direction::Request {
        return;
    }
    for (hole, control) in subject.untrusted() {
        if subject.is_proven(&LINT.info, hole.span, findings) {
            continue;
        }
        if control != Control::Client {
            continue;
        }
        let facts = subject.facts(hole);
        let what = subject.skeleton.terms.describe(hole.term);
        let (message, severity, proof) = match hole.place {
            Place::BareValue if facts.printed_escape() == Escape::Value && hole.before.is_empty() => {
                if !may_be_container(subject, hole) {
                    continue;
                }
                let Some((decided, severity)) = decided(subject, hole) else { continue };
                let place = TemplateSubject::path_text(&hole.path);
                (
                    format!("{what} as JSON in {place} lets the client decide {decided}"),
                    severity,
                    subject.prover.shape(hole),
                )
            }
            Place::StringKey if !crate::render::breakout::ends_string(&facts) => {
                if facts.finite.is_some() {
                    continue;
                }
                let place = TemplateSubject::path_text(hole.path.split_last().map_or(&[], |(_, rest)| rest));
                (format!("{what} names a member of {place}"), Severity::Error, subject.prover.name(hole))
            }
            _ => continue,
        };
        let help =
            "write the members yourself, and let the client fill texts: `{\"S\": $input.json('$.name')}`";
        findings.push(subject.finding(
            &LINT.info,
            hole.span,
            Report { message, help: Some(help.to_owned()), severity, proof, shown: false },
        ));
    }
}

/// Whether the value whose JSON is printed can be an object or array.
fn may_be_container(subject: &TemplateSubject<'_>, hole: &HoleUse) -> bool {
    use crate::render::{Facts, Term};
    match subject.skeleton.terms.get(hole.term) {
        Term::JsonText(of) => {
            let facts = Facts::of(&subject.skeleton.terms, *of, &hole.guard);
            facts.finite.is_none() && !facts.types.intersection(Types::LIST.union(Types::MAP)).is_empty()
        }
        _ => true,
    }
}
