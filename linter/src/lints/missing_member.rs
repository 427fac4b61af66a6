//! Members without which DynamoDB refuses the request.

use std::collections::HashSet;

use crate::dynamodb::action::DataAction;
use crate::dynamodb::position::Location;
use crate::finding::{Finding, LintInfo, Severity};
use crate::render::skeleton::Slot;
use crate::render::{Direction, Guard};

use super::subject::members::values_at;
use super::subject::{Report, TemplateSubject};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "missing-member",
        severity: Severity::Error,
        summary: "the request lacks a member that its action demands",
        page: PAGE,
    },
    check: Check::Template(check),
};

const PAGE: &str = r##"# missing-member

DynamoDB refuses a request without the members that its action demands, such as `TableName` and `Key`. Where a member
stands under an `#if`, it refuses those requests for which the condition fails.

## Bad

```vtl,bad,action=GetItem
{"TableName": "Orders", "key": {"id": {"S": "1"}}}
```

```vtl,bad,action=PutItem
{"TableName": "Orders", "ConditionExpression": "attribute_not_exists(id)"
 #if($input.params('id') != ""), "Item": {"id": {"S": $input.json('$.id')}}#end}
```

A `Query` needs a condition on the key:

```vtl,bad,action=Query
{"TableName": "Orders", "Limit": 50, "FilterExpression": "pk = :p",
 "ExpressionAttributeValues": {":p": {"S": "a"}}}
```

```vtl,bad,action=TransactWriteItems
{"TransactItems": [{"Update": {"TableName": "Orders", "Key": {"id": {"S": "1"}},
 "ConditionExpression": "attribute_exists(id)"}}]}
```

## Good

```vtl,good,action=GetItem
{"TableName": "Orders", "Key": {"id": {"S": "1"}}}
```

One of two on every path:

```vtl,good,action=Query
{"TableName": "Orders", "Limit": 50, "ExpressionAttributeValues": {":p": {"S": "a"}},
 #if($input.params('by') == "status")"IndexName": "ByStatus", "KeyConditionExpression": "kind = :p"
 #else"KeyConditionExpression": "pk = :p"#end}
```

`UpdateItem` without `UpdateExpression` makes an item of the key alone:

```vtl,good,action=UpdateItem
{"TableName": "Orders", "Key": {"id": {"S": "1"}}, "ConditionExpression": "attribute_not_exists(id)"}
```

## References

Amazon DynamoDB API Reference, "Request Parameters" of each action.
"##;

/// What an object must have: one of these.
type Demand = &'static [&'static str];

/// The API reference says in prose only that `Query` needs one of these.
const KEY_CONDITION: Demand = &["KeyConditionExpression", "KeyConditions"];

fn check(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    let [action] = subject.actions.as_slice() else { return };
    if subject.direction != Direction::Request {
        return;
    }
    let mut demands: Vec<Vec<&str>> =
        action.members().iter().filter(|m| m.required).map(|m| vec![m.name]).collect();
    if *action == DataAction::Query {
        demands.push(KEY_CONDITION.to_vec());
    }
    let endings = subject.skeleton.endings.iter().filter(|ending| !ending.empty);
    let ways: Vec<&Guard> = endings.map(|ending| &ending.guard).collect();
    for demand in demands {
        demanded(subject, &[], &demand, &ways, findings);
    }
    let mut seen: HashSet<&[Slot]> = HashSet::new();
    for name in &subject.skeleton.names {
        let Some((_, object)) = name.path.split_last() else { continue };
        if object.is_empty() || !seen.insert(object) {
            continue;
        }
        let locations = subject.locations(object);
        let [Location::Known(position)] = locations.as_slice() else { continue };
        let inside = subject.skeleton.names.iter().filter(|other| other.path.starts_with(object));
        let ways: Vec<&Guard> =
            inside.filter(|other| other.path.len() == object.len() + 1).map(|other| &other.guard).collect();
        for member in position.members().filter(|member| member.required) {
            demanded(subject, object, &[member.name], &ways, findings);
        }
    }
}

/// Reports an object that lacks all of these members on one of these ways.
fn demanded(
    subject: &TemplateSubject<'_>,
    object: &[Slot],
    demand: &[&str],
    ways: &[&Guard],
    findings: &mut Vec<Finding>,
) {
    let there = subject.named(object, demand);
    if subject.is_open(object) {
        return;
    }
    for way in ways {
        let Some(guard) = TemplateSubject::without(way, &there) else { continue };
        let proof = subject.prover.rendering(&guard, &|json| {
            values_at(json, object).iter().any(|value| {
                !value.members().is_empty() && demand.iter().all(|name| value.get(name).is_none())
            })
        });
        if proof.is_none() && !subject.is_evidence(&there) {
            continue;
        }
        let wanted = demand.join("` or `");
        let whose = match (object, subject.actions.as_slice()) {
            ([], [action]) => format!("the request of {}", action.name()),
            _ => TemplateSubject::path_text(object),
        };
        let (some, severity) = match there.is_empty() {
            true => ("", Severity::Error),
            false => (" on some paths", Severity::Warning),
        };
        findings.push(subject.finding(
            &LINT.info,
            subject.object_span(object, &guard),
            Report {
                message: format!("{whose} lacks `{wanted}`{some}: DynamoDB refuses it"),
                help: Some(format!("write `{wanted}` on every path")),
                severity,
                proof,
                shown: false,
            },
        ));
        return;
    }
}
