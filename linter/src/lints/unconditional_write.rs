//! Writes that replace an item that is there.

use crate::dynamodb::action::DataAction;
use crate::finding::{Finding, LintInfo, Severity};
use crate::render::skeleton::Slot;
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
is to create an item demands that there is none; one that is to change an item demands that it is the caller's. An item
that holds an id which AWS makes for each call or connection is left alone: that id is most likely its key, and it meets
no other.

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
                message: format!("`PutItem` has no condition{some}: it replaces whatever item has the key"),
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

/// Whether a string of the item is an id that AWS makes for each call or connection.
fn holds_fresh_id(subject: &TemplateSubject<'_>) -> bool {
    const FRESH: [&str; 4] = ["awsEndpointRequestId", "connectionId", "extendedRequestId", "messageId"];
    let item = below(&[], &["Item"]);
    let terms = &subject.skeleton.terms;
    let mut leaves = subject.skeleton.leaves.iter().filter(|leaf| {
        leaf.path.starts_with(&item)
            && leaf.path.len() == item.len() + 2
            && matches!(leaf.path.last(), Some(Slot::Member(name)) if &**name == "S")
    });
    leaves.any(|leaf| {
        value::holes(&leaf.pieces).into_iter().any(|id| {
            terms.control(id) == Control::Generated
                && FRESH
                    .iter()
                    .any(|path| terms.known(&crate::render::Term::Context((*path).to_owned())) == Some(id))
        })
    })
}
