//! Reserved words as attribute names in expressions.

use std::collections::BTreeSet;

use crate::dynamodb::expression::tree::{Name, PathElement};
use crate::dynamodb::expression::{Expression, Part};
use crate::dynamodb::reserved::is_reserved;
use crate::finding::{Finding, LintInfo, Severity};

use super::subject::expressions::rendered_expressions;
use super::subject::members::values_at;
use super::subject::{Report, TemplateSubject};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "reserved-word",
        severity: Severity::Error,
        summary: "an expression uses a reserved word as an attribute's name",
        page: PAGE,
    },
    check: Check::Template(check),
};

const PAGE: &str = r##"# reserved-word

DynamoDB reserves 573 words, `name`, `status`, `date`, `owner`, `ttl` and `url` among them, in whatever case. An
expression that uses one as an attribute's name is refused, also inside a path.

## Bad

```vtl,bad,action=UpdateItem
{"TableName": "Orders", "Key": {"id": {"S": "1"}}, "UpdateExpression": "SET status = :s",
 "ExpressionAttributeValues": {":s": {"S": "open"}}}
```

```vtl,bad,action=GetItem
{"TableName": "Orders", "Key": {"id": {"S": "1"}}, "ProjectionExpression": "id, address.Zone"}
```

```vtl,bad,action=Query
#set($filter = "kind = :k")
#if($input.params('own') == "true")#set($filter = "$filter AND attribute_exists(owner)")#end
{"TableName": "Orders", "Limit": 50, "KeyConditionExpression": "pk = :p", "FilterExpression": "$filter",
 "ExpressionAttributeValues": {":p": {"S": "a"}, ":k": {"S": "order"}}}
```

## Good

```vtl,good,action=UpdateItem
{"TableName": "Orders", "Key": {"id": {"S": "1"}}, "UpdateExpression": "SET #status = :s",
 "ExpressionAttributeNames": {"#status": "status"}, "ExpressionAttributeValues": {":s": {"S": "open"}}}
```

`size` is a function here and no name:

```vtl,good,action=Query
{"TableName": "Orders", "Limit": 50, "KeyConditionExpression": "pk = :p", "FilterExpression": "size(parts) > :n",
 "ExpressionAttributeValues": {":p": {"S": "a"}, ":n": {"N": "0"}}}
```

Keys and items have no such restriction:

```vtl,good,action=GetItem
{"TableName": "Orders", "Key": {"name": {"S": "1"}}}
```

## References

DynamoDB Developer Guide, "Reserved words in DynamoDB".
"##;

fn check(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    let mut seen = BTreeSet::new();
    for found in subject.expressions() {
        let Some(expression) = &found.expression else { continue };
        for name in reserved(expression) {
            let Some(word) = name.text.as_plain() else { continue };
            if !seen.insert((found.leaf.at, word.to_owned())) {
                continue;
            }
            let proof = subject.prover.rendering(&found.form.guard, &|json| {
                values_at(json, found.object()).iter().any(|object| {
                    let expressions = rendered_expressions(object);
                    expressions.iter().any(|(kind, expression)| {
                        *kind == found.kind
                            && reserved(expression).iter().any(|name| name.text.as_plain() == Some(word))
                    })
                })
            });
            if proof.is_none() && !subject.is_evidence(&[]) {
                continue;
            }
            let what = TemplateSubject::path_text(&found.leaf.path);
            findings.push(subject.finding(
                &LINT.info,
                found.part_span(subject, name.span),
                Report {
                    message: format!("`{word}` in {what} is a reserved word, which DynamoDB refuses"),
                    help: Some(format!("write `#{word}` and define it in `ExpressionAttributeNames`")),
                    severity: LINT.info.severity,
                    proof,
                    shown: false,
                },
            ));
        }
    }
}

/// The attribute names of an expression that are reserved words.
fn reserved(expression: &Expression) -> Vec<&Name> {
    let mut names = Vec::new();
    for part in expression.parts() {
        let Part::Path(path, _) = part else { continue };
        names.extend(path.elements.iter().filter_map(|element| match element {
            PathElement::Attribute(name) => name.text.as_plain().is_some_and(is_reserved).then_some(name),
            PathElement::Alias(_) | PathElement::Index(_) => None,
        }));
    }
    names
}
