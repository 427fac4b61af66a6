//! Requests that read a whole table.

use crate::api::Action;
use crate::dynamodb::action::DataAction;
use crate::dynamodb::holey_text::HoleyText;
use crate::dynamodb::partiql::{self, tree::StatementKind};
use crate::dynamodb::shape::TextRole;
use crate::finding::{Finding, LintInfo, Severity};
use crate::render::Direction;

use super::subject::expressions::forms;
use super::subject::members::values_at;
use super::subject::{Report, TemplateSubject, integration_finding};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "table-scan",
        severity: Severity::Warning,
        summary: "the request reads the whole table",
        page: PAGE,
    },
    check: Check::Template(check),
};

const PAGE: &str = r##"# table-scan

`Scan` begins at the first item of the table and has no key that could hold it to one caller's items: whoever may call
the route reads everyone's. A `FilterExpression` is applied after the items are read, so it decides what is shown and
not what is reached or paid for. IAM cannot narrow a `Scan` either: it carries no `dynamodb:LeadingKeys`, and a condition
on them with `ForAllValues` is true for it. A PartiQL `SELECT` without `WHERE` is the same request in other words.

## Bad

```vtl,bad,action=Scan
{"TableName": "Orders", "Limit": 50}
```

The filter hides the others' items from the answer, and from nothing else:

```vtl,bad,action=Scan
{"TableName": "Orders", "Limit": 50, "FilterExpression": "tenant = :t",
 "ExpressionAttributeValues": {":t": {"S": "$context.authorizer.claims.sub"}}}
```

On some paths only:

```vtl,bad,action=ExecuteStatement
#if($input.params('tenant') == "")
#set($where = "")
#else
#set($where = " WHERE pk = ?")
#end
{"Statement": "SELECT * FROM Orders$where", "Limit": 50}
```

## Good

`Query` with a key that the template binds; an index, where the table's own key does not fit:

```vtl,good,action=Query
{"TableName": "Orders", "IndexName": "ByTenant", "Limit": 50, "KeyConditionExpression": "tenant = :t",
 "ExpressionAttributeValues": {":t": {"S": "$context.authorizer.claims.sub"}}}
```

```vtl,good,action=ExecuteStatement
{"Statement": "SELECT id, title FROM Orders WHERE pk = ?", "Parameters": [{"S": "$context.authorizer.claims.sub"}],
 "Limit": 50}
```

```vtl,good,action=ExecuteStatement
#set($columns = "id")
#if($input.params('view') == "long")#set($columns = "id, title")#end
{"Statement": "SELECT $columns FROM Orders WHERE pk = 'public'", "Limit": 50}
```

## References

DynamoDB Developer Guide, "Best practices for querying and scanning data" and "Using IAM policy conditions for
fine-grained access control"; CWE-639.
"##;

const HELP: &str = "read by `Query` with a partition key that the template binds, on an index where need be";

fn check(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    if subject.direction != Direction::Request {
        return;
    }
    if subject.actions == [DataAction::Scan] {
        scan(subject, findings);
    }
    for leaf in &subject.skeleton.leaves {
        if !leaf.quoted || subject.text_role(&leaf.path) != Some(TextRole::Statement) {
            continue;
        }
        let forms = forms(leaf);
        let scans: Vec<_> = forms.iter().filter(|form| selects_all(&form.text)).collect();
        let Some(form) = scans.first() else { continue };
        let proof = subject.prover.rendering(&form.guard, &|json| {
            values_at(json, &leaf.path)
                .iter()
                .any(|value| value.as_str().is_some_and(|text| selects_all(&HoleyText::plain(text))))
        });
        let some = if scans.len() < forms.len() { " on some paths" } else { "" };
        findings.push(subject.finding(
            &LINT.info,
            subject.leaf_span(leaf),
            Report {
                message: format!("`SELECT` without `WHERE` reads the whole table{some}"),
                help: Some(HELP.to_owned()),
                severity: LINT.info.severity,
                proof,
                shown: false,
            },
        ));
    }
}

/// The action itself; once an integration, and on its first template.
fn scan(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    let integration = subject.integration;
    let first = integration.request_templates.first().map(|template| template.host.whole);
    if first != Some(subject.template.host.whole) {
        return;
    }
    let report = Report {
        message: "`Scan` reads the whole table, whoever calls".to_owned(),
        help: Some(HELP.to_owned()),
        severity: LINT.info.severity,
        proof: None,
        // Without a name for the action it is inferred from the members.
        shown: matches!(integration.action, Action::Named(_)),
    };
    let finding = match &integration.uri {
        Some((_, span)) => Finding {
            content_type: Some(subject.template.content_type.clone()),
            ..integration_finding(&LINT.info, integration, *span, report)
        },
        None => subject.finding(&LINT.info, subject.root_span(), report),
    };
    findings.push(finding);
}

/// Whether a statement is a `SELECT` that no condition narrows, whatever its holes hold.
fn selects_all(text: &HoleyText) -> bool {
    let parsed = partiql::parse_statement(text);
    parsed.tree.is_some_and(|statement| match statement.kind {
        StatementKind::Select(select) => select.filter.is_none() && statement.rest.is_none(),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_without_a_condition_reads_all() {
        for text in ["SELECT * FROM Orders", "select id from \"Orders\".\"ByDay\""] {
            assert!(selects_all(&HoleyText::plain(text)), "{text}");
        }
        for text in [
            "SELECT * FROM Orders WHERE pk = ?",
            "DELETE FROM Orders WHERE pk = ?",
            "INSERT INTO Orders VALUE {'id': ?}",
            "SELECT",
        ] {
            assert!(!selects_all(&HoleyText::plain(text)), "{text}");
        }
    }
}
