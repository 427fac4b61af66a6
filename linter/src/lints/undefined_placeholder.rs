//! Placeholders that an expression uses and the request does not define.

use std::collections::BTreeSet;

use crate::finding::{Finding, LintInfo, Severity};

use super::subject::expressions::{defines_placeholder, defining_member, uses_placeholder};
use super::subject::members::{below, values_at};
use super::subject::{Report, TemplateSubject};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "undefined-placeholder",
        severity: Severity::Error,
        summary: "an expression uses a placeholder that the request does not define",
        page: PAGE,
    },
    check: Check::Template(check),
};

const PAGE: &str = r##"# undefined-placeholder

An expression names attributes by `#name` and values by `:value`. Each must be a member of `ExpressionAttributeNames` or
`ExpressionAttributeValues` of the same request; where one is not, DynamoDB refuses the request. Where the definition
stands under an `#if` and the use does not, it refuses those requests for which the condition fails.

## Bad

```vtl,bad,action=UpdateItem
{"TableName": "Orders", "Key": {"id": {"S": "1"}}, "UpdateExpression": "SET #s = :s",
 "ExpressionAttributeValues": {":s": {"S": "open"}}}
```

The value is there only if the parameter is:

```vtl,bad,action=Query
{"TableName": "Orders", "Limit": 50, "KeyConditionExpression": "pk = :p", "FilterExpression": "kind = :k",
 "ExpressionAttributeValues": {":p": {"S": "a"}
 #if($input.params('kind') != ""), ":k": {"S": $input.json('$.kind')}#end}}
```

A condition put together by `#set`:

```vtl,bad,action=Query
#set($condition = "pk = :p")
#if($input.params('day') != "")#set($condition = "$condition AND sk = :d")#end
{"TableName": "Orders", "Limit": 50, "KeyConditionExpression": "$condition",
 "ExpressionAttributeValues": {":p": {"S": "a"}}}
```

## Good

```vtl,good,action=UpdateItem
{"TableName": "Orders", "Key": {"id": {"S": "1"}}, "UpdateExpression": "SET #s = :s",
 "ExpressionAttributeNames": {"#s": "status"}, "ExpressionAttributeValues": {":s": {"S": "open"}}}
```

Use and definition under the same condition:

```vtl,good,action=Query
#set($kind = $input.params('kind'))
{"TableName": "Orders", "Limit": 50, "KeyConditionExpression": "pk = :p",
 #if($kind.matches('[a-z]+'))"FilterExpression": "kind = :k",#end
 "ExpressionAttributeValues": {":p": {"S": "a"}#if($kind.matches('[a-z]+')), ":k": {"S": "$kind"}#end}}
```

```vtl,good,action=Query
#set($day = $input.params('day'))
#set($condition = "pk = :p")
#if($day.matches('[0-9]+'))#set($condition = "$condition AND begins_with(sk, :d)")#end
{"TableName": "Orders", "Limit": 50, "KeyConditionExpression": "$condition",
 "ExpressionAttributeValues": {":p": {"S": "a"}#if($day.matches('[0-9]+')), ":d": {"S": "$day"}#end}}
```

## References

DynamoDB Developer Guide, "Expression attribute names (aliases)" and "Expression attribute values".
"##;

fn check(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    let mut seen = BTreeSet::new();
    for found in subject.expressions() {
        let object = found.object();
        for name in found.placeholders() {
            let Some(placeholder) = name.text.as_plain() else { continue };
            let holder = below(object, &[defining_member(placeholder)]);
            if seen.contains(&(found.leaf.at, placeholder.to_owned())) {
                continue;
            }
            let definitions = subject.named(&holder, &[placeholder]);
            if definitions.is_empty() && (subject.is_open(&holder) || subject.is_open(object)) {
                continue;
            }
            let Some(guard) = TemplateSubject::without(&found.form.guard, &definitions) else { continue };
            let proof = subject.prover.rendering(&guard, &|json| {
                values_at(json, object).iter().any(|object| {
                    uses_placeholder(object, placeholder) && !defines_placeholder(object, placeholder)
                })
            });
            if proof.is_none() && !subject.is_evidence(&definitions) {
                continue;
            }
            seen.insert((found.leaf.at, placeholder.to_owned()));
            let member = defining_member(placeholder);
            let (some, severity) = match definitions.is_empty() {
                true => ("", Severity::Error),
                false => (" on some paths", Severity::Warning),
            };
            let what = TemplateSubject::path_text(&found.leaf.path);
            findings.push(subject.finding(
                &LINT.info,
                found.part_span(subject, name.span),
                Report {
                    message: format!("{what} uses `{placeholder}`, which `{member}` does not define{some}"),
                    help: Some(format!("define `{placeholder}` in `{member}` wherever it is used")),
                    severity,
                    proof,
                    shown: false,
                },
            ));
        }
    }
}
