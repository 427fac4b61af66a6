//! JSON in quotes.

use crate::finding::{Finding, LintInfo, Severity};
use crate::render::skeleton::{HoleUse, Place, Slot};
use crate::render::{Direction, Escape, Facts, Term, TermId, Types};

use super::subject::{Report, TemplateSubject};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "quoted-json",
        severity: Severity::Warning,
        summary: "`$input.json` stands in quotes, though it prints its own",
        page: PAGE,
    },
    check: Check::Template(check),
};

const PAGE: &str = r##"# quoted-json

`$input.json` prints JSON: a text with its quotes, an object with those of its members. In quotes of the template that
ends the string at once, `""anna""`, and DynamoDB refuses the request; what is chosen well does not end it there but
adds to it. A number goes through, so `{"N": "$input.json('$.n')"}` is not reported here.

## Bad

```vtl,bad,action=PutItem
{"TableName": "Users", "Item": {"name": {"S": "$input.json('$.name')"}}}
```

```vtl,bad,action=PutItem
#set($name = $input.json('$.name'))
{"TableName": "Users", "Item": {"name": {"S": "user $name"}}}
```

```vtl,bad,response
{"name": "$input.json('$.Item.name.S')"}
```

## Good

Leave the quotes to it:

```vtl,good,action=PutItem
{"TableName": "Users", "Item": {"name": {"S": $input.json('$.name')}}}
```

Where the text is a part of a longer one, escape the value itself:

```vtl,good,action=PutItem
#set($name = $util.escapeJavaScript("$input.path('$.name')").replaceAll("\\'","'"))
{"TableName": "Users", "Item": {"name": {"S": "user $name"}}}
```

JSON that is kept as a text is escaped as one:

```vtl,good,action=PutItem
{"TableName": "Users", "Item": {"body": {"S": "$util.escapeJavaScript($input.json('$')).replaceAll("\\'","'")"}}}
```

```vtl,good,response
{"name": $input.json('$.Item.name.S')}
```
"##;

/// The value whose JSON a term is, where it is just that.
fn json_of(subject: &TemplateSubject<'_>, term: TermId) -> Option<TermId> {
    match subject.skeleton.terms.get(term) {
        Term::JsonText(of) => Some(*of),
        _ => None,
    }
}

/// Whether the value is a number as far as the template can tell: its JSON has no quotes.
fn is_number(subject: &TemplateSubject<'_>, hole: &HoleUse, value: TermId) -> bool {
    let slot = match hole.path.last() {
        Some(Slot::Element(_)) => hole.path.iter().rev().find(|slot| !matches!(slot, Slot::Element(_))),
        last => last,
    };
    let in_number = matches!(slot, Some(Slot::Member(name)) if matches!(&**name, "N" | "NS" | "BOOL"));
    // The answer's own numbers are texts: only those beside the items are numbers.
    let number_path = subject.direction == Direction::Response
        && matches!(subject.skeleton.terms.get(value), Term::Member(_, name) if matches!(name.as_str(), "Count" | "ScannedCount" | "BOOL"));
    let types = Facts::of(&subject.skeleton.terms, value, &hole.guard).types;
    in_number || number_path || types.intersection(Types::NUMBER.union(Types::BOOL).complement()).is_empty()
}

fn check(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    for hole in &subject.skeleton.uses {
        let Some(value) = json_of(subject, hole.term) else { continue };
        if !matches!(hole.place, Place::StringValue | Place::StringKey)
            || subject.facts(hole).printed_escape() != Escape::Value
            || is_number(subject, hole, value)
            || subject.is_proven(&LINT.info, hole.span, findings)
        {
            continue;
        }
        let what = subject.skeleton.terms.describe(hole.term);
        let place = TemplateSubject::path_text(&hole.path);
        findings.push(subject.finding(
            &LINT.info,
            hole.span,
            Report {
                message: format!(
                    "the JSON of {what} stands in quotes in {place}: a text ends the string with its own"
                ),
                help: Some("take the quotes away, or print `$input.path` escaped".to_owned()),
                severity: LINT.info.severity,
                proof: subject.prover.no_json(&hole.guard).map(|(proof, _)| proof),
                shown: false,
            },
        ));
    }
}
