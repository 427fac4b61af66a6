//! Placeholders that the request defines and no expression uses.

use crate::finding::{Finding, LintInfo, Severity};
use crate::render::Formula;
use crate::render::skeleton::Slot;

use super::subject::expressions::{all_parse, defines_placeholder, uses_placeholder};
use super::subject::members::{below, values_at};
use super::subject::{Report, TemplateSubject};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "unused-placeholder",
        severity: Severity::Error,
        summary: "the request defines a placeholder that no expression uses",
        page: PAGE,
    },
    check: Check::Template(check),
};

const PAGE: &str = r##"# unused-placeholder

DynamoDB refuses a request whose `ExpressionAttributeNames` or `ExpressionAttributeValues` has a member that none of its
expressions uses. Where an expression stands under an `#if` and the definitions do not, it refuses those requests for
which the condition fails.

## Bad

```vtl,bad,action=GetItem
{"TableName": "Orders", "Key": {"id": {"S": "1"}}, "ProjectionExpression": "id, #t",
 "ExpressionAttributeNames": {"#t": "title", "#s": "status"}}
```

```vtl,bad,action=Query
#set($kind = $input.params('kind'))
{"TableName": "Orders", "Limit": 50, "KeyConditionExpression": "pk = :p",
 #if($kind.matches('[a-z]+'))"FilterExpression": "kind = :k",#end
 "ExpressionAttributeValues": {":p": {"S": "a"}, ":k": {"S": "open"}}}
```

In a transaction every part has its own placeholders:

```vtl,bad,action=TransactWriteItems
{"TransactItems": [
 {"Put": {"TableName": "Orders", "Item": {"id": {"S": "1"}}, "ConditionExpression": "attribute_not_exists(id)"}},
 {"Delete": {"TableName": "Drafts", "Key": {"id": {"S": "1"}}, "ExpressionAttributeValues": {":o": {"S": "a"}}}}]}
```

## Good

```vtl,good,action=GetItem
{"TableName": "Orders", "Key": {"id": {"S": "1"}}, "ProjectionExpression": "id, #t",
 "ExpressionAttributeNames": {"#t": "title"}}
```

```vtl,good,action=Query
#set($kind = $input.params('kind'))
{"TableName": "Orders", "Limit": 50, "KeyConditionExpression": "pk = :p",
 #if($kind.matches('[a-z]+'))"FilterExpression": "kind = :k",#end
 "ExpressionAttributeValues": {":p": {"S": "a"}#if($kind.matches('[a-z]+')), ":k": {"S": "$kind"}#end}}
```

```vtl,good,action=UpdateItem
{"TableName": "Orders", "Key": {"id": {"S": "1"}}, "UpdateExpression": "SET #m.#s = :s",
 "ConditionExpression": "#o = :o", "ExpressionAttributeNames": {"#m": "meta", "#s": "status", "#o": "owner"},
 "ExpressionAttributeValues": {":s": {"S": "open"}, ":o": {"S": "$context.authorizer.claims.sub"}}}
```

## References

DynamoDB Developer Guide, "Expression attribute names (aliases)" and "Expression attribute values".
"##;

const MEMBERS: [&str; 2] = ["ExpressionAttributeNames", "ExpressionAttributeValues"];

fn check(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    let expressions = subject.expressions();
    let holders = subject.skeleton.names.iter().filter_map(|name| match name.path.split_last() {
        Some((Slot::Member(last), object)) => {
            MEMBERS.into_iter().find(|member| *member == &**last).map(|member| (object, member))
        }
        _ => None,
    });
    let mut seen: Vec<(&[Slot], &str)> = Vec::new();
    for (object, member) in holders {
        let path = below(object, &[member]);
        // An attribute may have the name of a member.
        let is_member = subject.locations(&path).iter().all(super::subject::members::is_placeholder_map);
        if seen.contains(&(object, member)) || !is_member || subject.is_open(object) {
            continue;
        }
        seen.push((object, member));
        let here: Vec<_> = expressions.iter().filter(|found| found.object() == object).collect();
        if here.iter().any(|found| found.is_open()) {
            continue;
        }
        let mut reported: Vec<&str> = Vec::new();
        for (placeholder, definition) in subject.members(&path) {
            if reported.contains(&placeholder) {
                continue;
            }
            let uses: Vec<_> = here
                .iter()
                .filter(|found| {
                    found.placeholders().iter().any(|name| name.text.as_plain() == Some(placeholder))
                })
                .collect();
            let guard = uses.iter().try_fold(definition.guard.clone(), |guard, found| {
                guard.and(&Formula::all(found.form.guard.conjuncts().iter().cloned()).negated())
            });
            let Some(guard) = guard else { continue };
            let proof = subject.prover.rendering(&guard, &|json| {
                values_at(json, object).iter().any(|object| {
                    all_parse(object)
                        && defines_placeholder(object, placeholder)
                        && !uses_placeholder(object, placeholder)
                })
            });
            if proof.is_none() && !(uses.is_empty() && subject.is_evidence(&[])) {
                continue;
            }
            reported.push(placeholder);
            let (some, severity) = match uses.is_empty() {
                true => ("", Severity::Error),
                false => (" on some paths", Severity::Warning),
            };
            findings.push(subject.finding(
                &LINT.info,
                subject.name_span(definition),
                Report {
                    message: format!("`{member}` defines `{placeholder}`, which no expression uses{some}"),
                    help: Some(format!("define `{placeholder}` only where an expression uses it")),
                    severity,
                    proof,
                    shown: false,
                },
            ));
        }
    }
}
