//! Prefixes that an absent parameter leaves empty.

use keybound_vtl::json::strict::StrictValue;
use serde_json::json;

use crate::dynamodb::expression::tree::{Call, Name, Operand};
use crate::dynamodb::expression::{Expression, Part};
use crate::dynamodb::shape::ExpressionKind;
use crate::finding::{Finding, LintInfo, Severity};
use crate::render::Control;
use crate::render::skeleton::{Place, Slot};
use crate::render::value::literal;

use super::subject::expressions::rendered_expressions;
use super::subject::members::{below, values_at};
use super::subject::{Report, TemplateSubject};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "empty-prefix",
        severity: Severity::Warning,
        summary: "an absent parameter leaves the prefix of a `begins_with` empty",
        page: PAGE,
    },
    check: Check::Template(check),
};

const PAGE: &str = r##"# empty-prefix

A missing parameter reads as the empty text, and every text begins with that: a `begins_with` that was to narrow the
request narrows nothing. (For a key attribute itself DynamoDB may refuse an empty text.) Where fixed text stands before
the parameter, what is left is all that begins with it: a route that was meant for one order lists all of them. That is
a note, for a client may always send a short prefix.

## Bad

```vtl,bad,action=Query
{"TableName": "Orders", "Limit": 50, "KeyConditionExpression": "pk = :p AND begins_with(sk, :s)",
 "ExpressionAttributeValues": {":p": {"S": "$context.authorizer.claims.sub"}, ":s": {"S": $input.json('$.prefix')}}}
```

```vtl,bad,action=Query
#set($q = $util.escapeJavaScript($input.params('q')).replaceAll("\\'","'"))
{"TableName": "Orders", "Limit": 50, "KeyConditionExpression": "pk = :p", "FilterExpression": "begins_with(title, :q)",
 "ExpressionAttributeValues": {":p": {"S": "$context.authorizer.claims.sub"}, ":q": {"S": "$q"}}}
```

A guard that an empty text passes:

```vtl,bad,action=Query
#set($day = $input.params('day'))
#if(!$day.matches('[0-9-]*'))#set($day = "2024")#end
{"TableName": "Orders", "Limit": 50, "KeyConditionExpression": "pk = :p AND begins_with(sk, :d)",
 "ExpressionAttributeValues": {":p": {"S": "$context.authorizer.claims.sub"}, ":d": {"S": "DAY#$day"}}}
```

## Good

Demand at least a character:

```vtl,good,action=Query
#set($day = $input.params('day'))
#if(!$day.matches('[0-9-]+'))#set($day = "2024")#end
{"TableName": "Orders", "Limit": 50, "KeyConditionExpression": "pk = :p AND begins_with(sk, :d)",
 "ExpressionAttributeValues": {":p": {"S": "$context.authorizer.claims.sub"}, ":d": {"S": "DAY#$day"}}}
```

A condition only where there is a prefix:

```vtl,good,action=Query
#set($q = $util.escapeJavaScript($input.params('q')).replaceAll("\\'","'"))
{"TableName": "Orders", "Limit": 50, "KeyConditionExpression": "pk = :p",
 #if($q != "")"FilterExpression": "begins_with(title, :q)",#end
 "ExpressionAttributeValues": {":p": {"S": "$context.authorizer.claims.sub"}#if($q != ""), ":q": {"S": "$q"}#end}}
```

To be equal to an empty text is another matter: that selects nothing.

```vtl,good,action=Query
{"TableName": "Orders", "Limit": 50, "KeyConditionExpression": "pk = :p AND sk = :s",
 "ExpressionAttributeValues": {":p": {"S": "$context.authorizer.claims.sub"}, ":s": {"S": $input.json('$.order')}}}
```

## References

DynamoDB Developer Guide, "Key condition expressions for the Query operation"; CWE-1284.
"##;

fn check(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    for found in subject.expressions() {
        if !matches!(
            found.kind,
            ExpressionKind::KeyCondition | ExpressionKind::Filter | ExpressionKind::Condition
        ) {
            continue;
        }
        let Some(expression) = &found.expression else { continue };
        for placeholder in prefixes(expression).into_iter().filter_map(|name| name.text.as_plain()) {
            let path = below(found.object(), &["ExpressionAttributeValues", placeholder, "S"]);
            let narrowing = |json: &StrictValue| {
                values_at(json, found.object()).iter().any(|object| narrows(object, placeholder))
            };
            reported(subject, &path, &narrowing, findings);
        }
    }
}

fn reported(
    subject: &TemplateSubject<'_>,
    path: &[Slot],
    narrowing: &dyn Fn(&StrictValue) -> bool,
    findings: &mut Vec<Finding>,
) {
    for (hole, control) in subject.untrusted() {
        if control != Control::Client
            || hole.path != path
            || !matches!(hole.place, Place::StringValue | Place::BareValue)
            || subject.facts(hole).min_len > 0 && hole.place == Place::StringValue
            || subject.is_proven(&LINT.info, hole.span, findings)
        {
            continue;
        }
        let Some(before) = literal(&hole.before) else { continue };
        let proof = subject.prover.filled(hole, &[json!("")], &|json| {
            let is_left = values_at(json, path).iter().any(|value| value.as_str() == Some(&before));
            is_left && narrowing(json)
        });
        if proof.is_none() {
            continue;
        }
        let what = subject.skeleton.terms.describe(hole.term);
        let (message, severity) = match before.as_str() {
            "" => (format!("without {what} the prefix is empty, and narrows nothing"), Severity::Warning),
            _ => (
                format!("without {what} the prefix is `{before}`, which all items of that kind have"),
                Severity::Note,
            ),
        };
        findings.push(subject.finding(
            &LINT.info,
            hole.span,
            Report {
                message,
                help: Some("demand at least a character, such as by `.matches('[a-z]+')`".to_owned()),
                severity,
                proof,
                shown: false,
            },
        ));
    }
}

/// The placeholders that are the prefix of a `begins_with`.
fn prefixes(expression: &Expression) -> Vec<&Name> {
    let prefix = |call: &'_ Call| -> bool { call.name.text.as_plain() == Some("begins_with") };
    let parts = expression.parts();
    let calls = parts.iter().filter_map(|part| match part {
        Part::Function(call, _) if prefix(call) => Some(*call),
        _ => None,
    });
    calls
        .filter_map(|call| match call.arguments.get(1).map(Operand::ungrouped) {
            Some(Operand::Value(name)) => Some(name),
            _ => None,
        })
        .collect()
}

/// Whether an object of a rendered request narrows by a prefix.
fn narrows(object: &StrictValue, placeholder: &str) -> bool {
    let expressions = rendered_expressions(object);
    expressions.iter().any(|(_, expression)| {
        prefixes(expression).iter().any(|name| name.text.as_plain() == Some(placeholder))
    })
}
