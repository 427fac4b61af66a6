//! Values of `$context` that look generated and are the client's.

use crate::dynamodb::action::DataAction;
use crate::finding::{Finding, LintInfo, Severity};
use crate::render::skeleton::{HoleUse, Place, Slot};
use crate::render::{Control, Direction, Term};

use super::subject::members::below;
use super::subject::{Report, TemplateSubject};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "client-settable-id",
        severity: Severity::Warning,
        summary: "a value of `$context` that clients can set serves as an item's key",
        page: PAGE,
    },
    check: Check::Template(check),
};

const PAGE: &str = r##"# client-settable-id

`$context.requestId` looks like a fresh id, and the documentation of API Gateway says that clients can override it; that
is why there is `$context.extendedRequestId`, which they cannot. A client that sets the id of another item overwrites
it. `$context.path` and `$context.identity.userAgent` are the client's text altogether.

Which attribute is the key, a request for `PutItem` does not say: a `requestId` that is stored for the record is no
fault. Nobody has recorded how much of an id clients may set, so that findings on it are `possible`.

## Bad

```vtl,bad,action=PutItem
{"TableName": "Pets", "Item": {"id": {"S": "$context.requestId"}, "kind": {"S": $input.json('$.kind')}}}
```

```vtl,bad,action=UpdateItem
{"TableName": "Pets", "Key": {"pk": {"S": "PET#$context.requestId"}}, "UpdateExpression": "SET kind = :k",
 "ExpressionAttributeValues": {":k": {"S": $input.json('$.kind')}}}
```

```vtl,bad,action=UpdateItem
{"TableName": "Visits", "Key": {"agent": {"S": "$util.escapeJavaScript($context.identity.userAgent).replaceAll("\\'","'")"}},
 "UpdateExpression": "ADD visits :n", "ExpressionAttributeValues": {":n": {"N": "1"}}}
```

## Good

```vtl,good,action=PutItem
{"TableName": "Pets", "Item": {"id": {"S": "$context.extendedRequestId"}, "kind": {"S": $input.json('$.kind')}}}
```

With a condition nothing is overwritten:

```vtl,good,action=UpdateItem
{"TableName": "Pets", "Key": {"id": {"S": $input.json('$.id')}}, "UpdateExpression": "SET kind = :k, trace = :t",
 "ConditionExpression": "attribute_not_exists(id)",
 "ExpressionAttributeValues": {":k": {"S": $input.json('$.kind')}, ":t": {"S": "$context.extendedRequestId"}}}
```

```vtl,good,action=PutItem
{"TableName": "Pets", "Item": {"id": {"S": "$util.escapeJavaScript($context.requestId).replaceAll("\\'","'")"}},
 "ConditionExpression": "attribute_not_exists(id)"}
```

## References

API Gateway Developer Guide, "Variables for data models, authorizers, mapping templates, and CloudWatch access logging";
CWE-639.
"##;

fn check(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    let [action] = subject.actions.as_slice() else { return };
    if subject.direction != Direction::Request {
        return;
    }
    for (hole, control) in subject.untrusted() {
        if control != Control::Client || !matches!(hole.place, Place::StringValue | Place::BareValue) {
            continue;
        }
        let Some(path) = settable(subject, hole) else { continue };
        if !is_key(subject, *action, hole, &path) || subject.is_proven(&LINT.info, hole.span, findings) {
            continue;
        }
        let place = TemplateSubject::path_text(&hole.path);
        let help = "use `$context.extendedRequestId`, or write only where there is no such item: `attribute_not_exists(…)`";
        findings.push(subject.finding(
            &LINT.info,
            hole.span,
            Report {
                message: format!("clients can set `$context.{path}`, which is a key in {place}"),
                help: Some(help.to_owned()),
                severity: LINT.info.severity,
                proof: subject.prover.carries(hole, &["set-by-client"]),
                shown: false,
            },
        ));
    }
}

/// The one value of `$context` that is the client's in what a hole prints.
fn settable(subject: &TemplateSubject<'_>, hole: &HoleUse) -> Option<String> {
    let terms = &subject.skeleton.terms;
    let mut clients =
        terms.sources(hole.term).into_iter().filter(|source| terms.control(*source) == Control::Client);
    match (clients.next().map(|source| terms.get(source)), clients.next()) {
        (Some(Term::Context(path)), None) => Some(path.clone()),
        _ => None,
    }
}

/// Whether a hole stands in a key of an item that is written; of an item as a whole only a request's id is taken for
/// one, which is stored for no other reason as often.
fn is_key(subject: &TemplateSubject<'_>, action: DataAction, hole: &HoleUse, path: &str) -> bool {
    let (member, only) = match action {
        DataAction::PutItem => ("Item", Some("requestId")),
        DataAction::UpdateItem | DataAction::DeleteItem => ("Key", None),
        _ => return false,
    };
    let key = below(&[], &[member]);
    let scalar = matches!(hole.path.last(), Some(Slot::Member(name)) if matches!(&**name, "S" | "N" | "B"));
    let guarded = !subject.named(&[], &["ConditionExpression", "Expected"]).is_empty();
    hole.path.starts_with(&key)
        && hole.path.len() == key.len() + 2
        && scalar
        && only.is_none_or(|only| only == path)
        && !(guarded && action != DataAction::DeleteItem)
}
