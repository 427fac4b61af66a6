//! Java maps that are printed where JSON or a text was meant.

use serde_json::json;

use crate::finding::{Finding, LintInfo, Severity};
use crate::render::{Direction, Facts, Op, Term, TermId, Terms, Types};

use super::subject::{Report, TemplateSubject};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "map-as-json",
        severity: Severity::Warning,
        summary: "an object is printed as Java prints a map, `{a=1}`, which is no JSON",
        page: PAGE,
    },
    check: Check::Template(check),
};

const PAGE: &str = r##"# map-as-json

`$input.path` gives Java values. A text and a number print as themselves and a list prints as JSON, but an object prints
as Java prints a map: `{id={S=1}}`. That is no JSON, and in quotes it is a text that nobody meant. `$input.json` prints
JSON whatever the value is. In DynamoDB's answer each attribute is an object of one member, so it takes one step more to
its text: `$item.name.S`.

Lists nobody needs to change: API Gateway prints those of the request or the answer as JSON.

## Bad

```vtl,bad,response
{"order": $input.path('$.Item')}
```

```vtl,bad,response
{"name": "$input.path('$.Item.name')"}
```

```vtl,bad,response
[#foreach($item in $input.path('$.Items')){"address": $item.address.M}#if($foreach.hasNext),#end#end]
```

```vtl,bad,action=PutItem
{"TableName": "Events", "Item": {"id": {"S": "$context.extendedRequestId"},
 "event": {"S": "$util.escapeJavaScript("$input.path('$')")"}}}
```

```vtl,bad,action=PutItem
{"TableName": "Events", "Item": {"id": {"S": "$context.extendedRequestId"},
 "headers": {"S": "$input.params().get('header')"}}}
```

## Good

```vtl,good,response
{"order": $input.json('$.Item')}
```

```vtl,good,response
{"name": $input.json('$.Item.name.S')}
```

```vtl,good,response
{"more": #if($input.path('$.LastEvaluatedKey') != "")true#{else}false#end, "count": $input.json('$.Count')}
```

```vtl,good,action=PutItem
{"TableName": "Events", "Item": {"id": {"S": "$context.extendedRequestId"},
 "event": {"S": "$util.escapeJavaScript($input.json('$')).replaceAll("\\'","'")"}}}
```
"##;

/// A value of DynamoDB's answer. Source: the API reference's response syntax of the data actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    /// The whole answer.
    Root,
    /// A list of items.
    Items,
    /// Attribute values by name.
    Item,
    /// An attribute value: an object whose one member names the type.
    Attribute,
    /// A list of attribute values.
    List,
    /// Any other object.
    Object,
}

/// What a term is in DynamoDB's answer; none for scalars, sets and what is not known.
fn in_answer(terms: &Terms, id: TermId, depth: usize) -> Option<Answer> {
    if depth > 40 {
        return None;
    }
    let of = |id: TermId| in_answer(terms, id, depth + 1);
    match terms.get(id) {
        Term::Payload => Some(Answer::Root),
        Term::Member(parent, name) => match (of(*parent)?, name.as_str()) {
            (Answer::Root, "Item" | "Attributes" | "LastEvaluatedKey") => Some(Answer::Item),
            (Answer::Root, "Items") => Some(Answer::Items),
            (Answer::Root, "ConsumedCapacity" | "ItemCollectionMetrics") => Some(Answer::Object),
            (Answer::Item, _) => Some(Answer::Attribute),
            (Answer::Attribute, "M") => Some(Answer::Item),
            (Answer::Attribute, "L") => Some(Answer::List),
            _ => None,
        },
        Term::Index(parent, _) | Term::Element(parent, _) => match of(*parent)? {
            Answer::Items => Some(Answer::Item),
            Answer::List | Answer::Item => Some(Answer::Attribute),
            _ => None,
        },
        _ => None,
    }
}

/// The value whose text a term is made from.
fn printed(terms: &Terms, mut id: TermId) -> Option<TermId> {
    while let Term::Applied(op, of) = terms.get(id) {
        if *op == Op::ToText {
            return Some(*of);
        }
        id = *of;
    }
    None
}

fn check(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    let terms = &subject.skeleton.terms;
    for hole in &subject.skeleton.uses {
        let Some(value) = printed(terms, hole.term) else { continue };
        let types = Facts::of(terms, value, &hole.guard).types;
        let answer = in_answer(terms, value, 0);
        let is_map = match subject.direction {
            Direction::Response => !matches!(answer, None | Some(Answer::Items | Answer::List)),
            // A body may be anything, but what is sent to a template is an object.
            Direction::Request => answer == Some(Answer::Root) || Types::MAP.includes(types),
        };
        if !is_map || !types.includes(Types::MAP) || subject.is_proven(&LINT.info, hole.span, findings) {
            continue;
        }
        let reference = hole.span.slice(subject.template.text.text());
        let map = json!({ "S": "stored" });
        // A parameter is text, whatever is put into it.
        let shown = match terms.get(value) {
            Term::Parameters(_) => format!("p={map}"),
            _ => "{S=stored}".to_owned(),
        };
        let (example, help) = match answer {
            Some(Answer::Attribute) => {
                ("{S=…}", "read the member of its type, `.S` or `.N`, or print JSON with `$input.json`")
            }
            _ => ("{name=value}", "print JSON with `$input.json`, or the members one by one"),
        };
        findings.push(subject.finding(
            &LINT.info,
            hole.span,
            Report {
                message: format!("`{reference}` is an object and prints as a Java map does: `{example}`"),
                help: Some(help.to_owned()),
                severity: LINT.info.severity,
                proof: subject.prover.prints_value(hole, value, &map, &shown),
                shown: false,
            },
        ));
    }
}
