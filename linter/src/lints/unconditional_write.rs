//! Writes that replace an item that is there.

use crate::dynamodb::action::DataAction;
use crate::finding::{Finding, LintInfo, Severity};
use crate::render::skeleton::{Leaf, Slot};
use crate::render::{Control, Direction, value};

use super::subject::members::{below, values_at};
use super::subject::{Report, TemplateSubject};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "unconditional-write",
        severity: Severity::Note,
        summary: "`PutItem` replaces whatever item has the key",
        page: PAGE,
    },
    check: Check::Template(check),
};

const PAGE: &str = r##"# unconditional-write

`PutItem` without a condition replaces the item that has the key, all of its attributes, whoever wrote it. A route that
is to create an item demands that there is none; one that is to change an item demands that it is the caller's. Where
the key holds an id which AWS makes for each call or connection, it meets no other item, and nothing is reported
([client-settable-id](client-settable-id.md) tells of `$context.requestId`); nor is a key that the caller alone has. What
the key is, the table's declaration tells. Without one, an item that holds such an id anywhere is left alone.

## Bad

```vtl,bad,action=PutItem
{"TableName": "Orders", "Item": {"id": {"S": $input.json('$.id')}}}
```

Only on one path is there a condition:

```vtl,bad,action=PutItem
{"TableName": "Orders", "Item": {"id": {"S": $input.json('$.id')}}
 #if($input.params('new') == "yes"), "ConditionExpression": "attribute_not_exists(id)"#end}
```

A time is no id:

```vtl,bad,action=PutItem
{"TableName": "Orders", "Item": {"id": {"S": $input.json('$.id')}, "at": {"N": "$context.requestTimeEpoch"}}}
```

## Good

```vtl,good,action=PutItem
{"TableName": "Orders", "Item": {"id": {"S": $input.json('$.id')}},
 "ConditionExpression": "attribute_not_exists(id)"}
```

```vtl,good,action=PutItem
{"TableName": "Orders", "Item": {"id": {"S": $input.json('$.id')}}, "ConditionExpression":
 #if($input.params('new') == "yes")"attribute_not_exists(id)"#else"attribute_exists(id)"#end}
```

```vtl,good,action=PutItem
{"TableName": "Orders", "Item": {"id": {"S": "ORDER#$context.extendedRequestId"}, "title": {"S": $input.json('$.title')}}}
```

## References

DynamoDB Developer Guide, "Condition expressions"; CWE-639.
"##;

const CONDITIONS: [&str; 2] = ["ConditionExpression", "Expected"];

fn check(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    if subject.direction != Direction::Request
        || subject.actions != [DataAction::PutItem]
        || subject.is_open(&[])
        || holds_fresh_id(subject)
        || is_callers_own(subject)
    {
        return;
    }
    let conditions = subject.named(&[], &CONDITIONS);
    for ending in subject.skeleton.endings.iter().filter(|ending| !ending.empty) {
        let Some(guard) = TemplateSubject::without(&ending.guard, &conditions) else { continue };
        let proof = subject.prover.rendering(&guard, &|json| {
            !values_at(json, &below(&[], &["Item"])).is_empty()
                && CONDITIONS.iter().all(|name| json.get(name).is_none())
        });
        if proof.is_none() {
            continue;
        }
        let some = if conditions.is_empty() { "" } else { " on some paths" };
        findings.push(subject.finding(
            &LINT.info,
            subject.object_span(&[], &guard),
            Report {
                message: format!(
                    "`PutItem` has no condition{some}: it replaces the item that has the key, if there is one"
                ),
                help: Some(
                    "add `ConditionExpression`: `attribute_not_exists(…)`, or whose it must be".to_owned(),
                ),
                severity: LINT.info.severity,
                proof,
                shown: false,
            },
        ));
        return;
    }
}

/// Whether a string of the item's key is an id that AWS makes for each call or connection; of any of its attributes, where
/// the definition does not declare what the key is.
fn holds_fresh_id(subject: &TemplateSubject<'_>) -> bool {
    // A client may be able to set `requestId`, which is client-settable-id's to tell.
    const FRESH: [&str; 5] =
        ["awsEndpointRequestId", "connectionId", "extendedRequestId", "messageId", "requestId"];
    let terms = &subject.skeleton.terms;
    let mut leaves = key_strings(subject).into_iter();
    leaves.any(|leaf| {
        value::holes(&leaf.pieces).into_iter().any(|id| {
            FRESH
                .iter()
                .any(|path| terms.known(&crate::render::Term::Context((*path).to_owned())) == Some(id))
        })
    })
}

/// Whether the definition declares the key, and the item's is one that the caller alone has.
fn is_callers_own(subject: &TemplateSubject<'_>) -> bool {
    let terms = &subject.skeleton.terms;
    let holes: Vec<Control> = key_strings(subject)
        .iter()
        .flat_map(|leaf| value::holes(&leaf.pieces))
        .map(|id| terms.control(id))
        .collect();
    subject.declared_table().is_some_and(|table| table.key.is_some())
        && holes.contains(&Control::Caller)
        && holes.iter().all(|control| *control <= Control::Caller)
}

/// The strings of the item that are of its key, or may be.
fn key_strings<'a>(subject: &TemplateSubject<'a>) -> Vec<&'a Leaf> {
    let key = subject.declared_table().and_then(|table| table.key.as_ref());
    let is_of_key = |attribute: &str| key.is_none_or(|key| key.has(attribute));
    let item = below(&[], &["Item"]);
    let leaves = subject.skeleton.leaves.iter().filter(|leaf| {
        leaf.path.starts_with(&item)
            && match leaf.path.get(item.len()..) {
                Some([Slot::Member(attribute), Slot::Member(kind)]) => &**kind == "S" && is_of_key(attribute),
                _ => false,
            }
    });
    leaves.collect()
}
