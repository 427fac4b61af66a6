//! Members that DynamoDB's action does not know.

use std::collections::HashSet;

use crate::dynamodb::action::DataAction;
use crate::dynamodb::position::{Location, Structure};
use crate::dynamodb::shape::Member;
use crate::finding::{Finding, LintInfo, Severity};
use crate::render::Direction;
use crate::render::skeleton::Slot;

use super::subject::members::values_at;
use super::subject::{Report, TemplateSubject};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "unknown-member",
        severity: Severity::Warning,
        summary: "the request has a member that its action does not know and DynamoDB ignores",
        page: PAGE,
    },
    check: Check::Template(check),
};

const PAGE: &str = r##"# unknown-member

DynamoDB ignores a member that the action does not have. A misspelt `ConditionExpression` is no error then: the write
goes through without its condition, and so with a filter, a projection or a limit. Names are case-sensitive.

## Bad

A letter is missing, and everyone may delete:

```vtl,bad,action=DeleteItem
{"TableName": "Orders", "Key": {"id": {"S": "1"}}, "ConditionExpresion": "owner_id = :o",
 "ExpressionAttributeValues": {":o": {"S": "$context.authorizer.claims.sub"}}}
```

A member of other actions:

```vtl,bad,action=GetItem
{"TableName": "Orders", "Key": {"id": {"S": "1"}}, "FilterExpression": "attribute_exists(title)"}
```

On one path, and inside a transaction:

```vtl,bad,action=TransactWriteItems
{"TransactItems": [{"Put": {"TableName": "Orders", "Item": {"id": {"S": "1"}},
 #if($input.params('replace') == "yes")"ReturnValues": "ALL_OLD"#else"ConditionExpression": "attribute_not_exists(id)"#end}}]}
```

## Good

```vtl,good,action=DeleteItem
{"TableName": "Orders", "Key": {"id": {"S": "1"}}, "ConditionExpression": "owner_id = :o",
 "ExpressionAttributeValues": {":o": {"S": "$context.authorizer.claims.sub"}}}
```

Attributes are named as you like:

```vtl,good,action=PutItem
{"TableName": "Orders", "Item": {"id": {"S": "1"}, "FilterExpression": {"S": "x"}, "Foo": {"M": {"Bar": {"S": "x"}}}},
 "ConditionExpression": "attribute_not_exists(id)"}
```

Members that expressions replaced are still known:

```vtl,good,action=Query
{"TableName": "Orders", "Limit": 50, "KeyConditions":
 {"pk": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "a"}]}}}
```

## References

Amazon DynamoDB API Reference, "Request Parameters" of each action; that unknown members are ignored is what the
service's emulators were tested against.
"##;

/// The members that an object may have, where all actions that the request may be of agree that it is one of fixed
/// members.
fn known_members(subject: &TemplateSubject<'_>, object: &[Slot]) -> Option<Vec<&'static Member>> {
    if object.is_empty() {
        return Some(subject.actions.iter().flat_map(|action| action.members()).collect());
    }
    let mut members = Vec::new();
    for location in subject.locations(object) {
        let Location::Known(position) = location else { return None };
        if position.structure() != Structure::Members {
            return None;
        }
        members.extend(position.members());
    }
    Some(members)
}

fn check(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    if subject.direction != Direction::Request || subject.actions.is_empty() {
        return;
    }
    let mut seen: HashSet<&[Slot]> = HashSet::new();
    for member in &subject.skeleton.names {
        let Some((Slot::Member(name), object)) = member.path.split_last() else { continue };
        let Some(known) = known_members(subject, object) else { continue };
        if known.iter().any(|known| known.name == &**name) || !seen.insert(&member.path) {
            continue;
        }
        let proof =
            subject.prover.rendering(&member.guard, &|json| !values_at(json, &member.path).is_empty());
        // Where loops join, the model may see a value at a depth that no rendering has.
        if proof.is_none() {
            continue;
        }
        let whose = match (object, subject.actions.as_slice()) {
            ([], [action]) => action.name().to_owned(),
            ([], _) => "the request".to_owned(),
            _ => TemplateSubject::path_text(object),
        };
        let meant = known.iter().map(|known| known.name).find(|known| is_nearly(known, name));
        let others: Vec<&str> = match object {
            [] => DataAction::ALL.iter().filter(|a| a.member(name).is_some()).map(|a| a.name()).collect(),
            _ => Vec::new(),
        };
        let help = match (meant, others.is_empty()) {
            (Some(meant), _) => format!("write `{meant}`"),
            (None, false) => format!("`{name}` is a member of {}", others.join(", ")),
            (None, true) => "leave it out, or write the member that is meant".to_owned(),
        };
        findings.push(subject.finding(
            &LINT.info,
            subject.name_span(member),
            Report {
                message: format!("{whose} has no member `{name}`: DynamoDB ignores it"),
                help: Some(help),
                severity: LINT.info.severity,
                proof,
                shown: false,
            },
        ));
    }
}

/// Whether two names differ in case, or in at most two letters.
fn is_nearly(known: &str, written: &str) -> bool {
    if known.eq_ignore_ascii_case(written) {
        return true;
    }
    const MOST: usize = 2;
    if known.len().abs_diff(written.len()) > MOST || known.len() <= 2 * MOST {
        return false;
    }
    let known: Vec<char> = known.chars().collect();
    let mut row: Vec<usize> = (0..=known.len()).collect();
    for (line, c) in written.chars().enumerate() {
        let mut diagonal = line;
        let mut left = line + 1;
        let mut next = vec![left];
        for (k, above) in known.iter().zip(row.iter().skip(1)) {
            left = (diagonal + usize::from(*k != c)).min(left + 1).min(above + 1);
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().is_some_and(|distance| *distance <= MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_those_of_a_slip() {
        for (known, written) in [
            ("ConditionExpression", "ConditionExpresion"),
            ("ConditionExpression", "conditionExpression"),
            ("ReturnValues", "ReturnValue"),
            ("TableName", "TabelName"),
            ("Key", "key"),
        ] {
            assert!(is_nearly(known, written), "{known} {written}");
        }
        for (known, written) in [
            ("Key", "Keys"),
            ("Limit", "Segment"),
            ("FilterExpression", "ProjectionExpression"),
            ("Item", "Items"),
        ] {
            assert!(!is_nearly(known, written), "{known} {written}");
        }
    }
}
