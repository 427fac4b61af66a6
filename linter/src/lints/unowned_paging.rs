//! Pages that the client begins where it likes.

use keybound_vtl::json::strict::StrictValue;
use serde_json::json;

use crate::dynamodb::action::DataAction;
use crate::dynamodb::shape::ExpressionKind;
use crate::finding::{Finding, LintInfo, Severity};
use crate::render::skeleton::{Place, Slot};
use crate::render::{Control, Direction, value};

use super::subject::expressions::equal_values;
use super::subject::members::{below, values_at};
use super::subject::{Report, TemplateSubject};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "unowned-paging",
        severity: Severity::Warning,
        summary: "the client's `ExclusiveStartKey` reaches beyond what is the caller's",
        page: PAGE,
    },
    check: Check::Template(check),
};

const PAGE: &str = r##"# unowned-paging

`ExclusiveStartKey` is a key, and a page begins behind it. A `Query` holds it to the partition of its key condition;
where the template binds that partition to the caller, a client's start key reaches no further. A `Scan` holds it to
nothing: the client reads on from any item of the table. Where the partition of a `Query` is the client's own too,
nothing in the request is the caller's, and the finding is a note.

## Bad

```vtl,bad,action=Scan
{"TableName": "Orders", "Limit": 50, "ExclusiveStartKey": {"id": {"S": $input.json('$.after')}}}
```

```vtl,bad,action=Scan
#set($page = $input.params('page'))
{"TableName": "Orders", "Limit": 50
 #if($page != ""), "ExclusiveStartKey": $util.base64Decode($page) #end}
```

```vtl,bad,action=Query
{"TableName": "Orders", "Limit": 50, "KeyConditionExpression": "pk = :p",
 "ExpressionAttributeValues": {":p": {"S": $input.json('$.tenant')}},
 "ExclusiveStartKey": {"pk": {"S": $input.json('$.tenant')}, "sk": {"S": $input.json('$.after')}}}
```

## Good

```vtl,good,action=Query
{"TableName": "Orders", "Limit": 50, "KeyConditionExpression": "pk = :p",
 "ExpressionAttributeValues": {":p": {"S": "$context.authorizer.claims.sub"}},
 "ExclusiveStartKey": {"pk": {"S": "$context.authorizer.claims.sub"}, "sk": {"S": $input.json('$.after')}}}
```

A fixed partition is not the client's:

```vtl,good,action=Query
#set($after = $input.params('after'))
{"TableName": "Orders", "Limit": 50, "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "news"}}
 #if($after.matches('[0-9]+')), "ExclusiveStartKey": {"pk": {"S": "news"}, "sk": {"S": "$after"}}#end}
```

The partition may be half the caller's:

```vtl,good,action=Query
#set($year = $input.params('year'))
#if(!$year.matches('[0-9]{4}'))#set($year = "2024")#end
{"TableName": "Orders", "Limit": 50, "KeyConditionExpression": "pk = :p",
 "ExpressionAttributeValues": {":p": {"S": "$context.authorizer.claims.sub#$year"}},
 "ExclusiveStartKey": {"pk": {"S": "$context.authorizer.claims.sub#$year"}, "sk": {"S": $input.json('$.after')}}}
```

## References

DynamoDB Developer Guide, "Paginating table query results"; CWE-639.
"##;

/// A start key that no plain request has.
const ELSEWHERE: &str = "somewhere-else";

fn check(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    if subject.direction != Direction::Request {
        return;
    }
    let (severity, reach) = match subject.actions.as_slice() {
        [DataAction::Scan] => (Severity::Warning, "reads on from any item of the table"),
        [DataAction::Query] if partition_is_clients(subject) => {
            (Severity::Note, "pages in a partition that is the client's choice too")
        }
        _ => return,
    };
    let path = below(&[], &["ExclusiveStartKey"]);
    for (hole, control) in subject.untrusted() {
        if control != Control::Client
            || !hole.path.starts_with(&path)
            || !matches!(hole.place, Place::StringValue | Place::BareValue)
            || subject.facts(hole).finite.is_some()
            || findings.iter().any(|finding| finding.lint == LINT.info.name)
        {
            continue;
        }
        let key = json!({ "id": { "S": ELSEWHERE } });
        let values = [json!(ELSEWHERE), key.clone(), json!(key.to_string())];
        let proof = subject.prover.filled(hole, &values, &|json| {
            values_at(json, &path).iter().any(|value| holds_text(value, ELSEWHERE))
        });
        let what = subject.skeleton.terms.describe(hole.term);
        findings.push(subject.finding(
            &LINT.info,
            hole.span,
            Report {
                message: format!("{what} as `ExclusiveStartKey` {reach}"),
                help: Some("query a partition that the template binds to the caller".to_owned()),
                severity,
                proof,
                shown: false,
            },
        ));
    }
}

/// Whether on some path all that the key condition demands by `=` is the client's.
fn partition_is_clients(subject: &TemplateSubject<'_>) -> bool {
    let expressions = subject.expressions();
    expressions.iter().filter(|found| found.kind == ExpressionKind::KeyCondition).any(|found| {
        let equal = equal_values(found);
        !equal.is_empty() && equal.iter().all(|placeholder| is_clients(subject, found.object(), placeholder))
    })
}

/// Whether a value holds the client's text and nothing of a verified caller's.
fn is_clients(subject: &TemplateSubject<'_>, object: &[Slot], placeholder: &str) -> bool {
    let path = below(object, &["ExpressionAttributeValues", placeholder]);
    let terms = &subject.skeleton.terms;
    let leaves = subject.skeleton.leaves.iter().filter(|leaf| leaf.path.starts_with(&path));
    let controls: Vec<Control> =
        leaves.flat_map(|leaf| value::holes(&leaf.pieces)).map(|id| terms.control(id)).collect();
    controls.contains(&Control::Client) && !controls.contains(&Control::Caller)
}

fn holds_text(value: &StrictValue, text: &str) -> bool {
    let members = value.members().iter().map(|member| &member.value);
    value.as_str() == Some(text) || members.chain(value.elements()).any(|inner| holds_text(inner, text))
}
