//! Reads that no `Limit` bounds.

use keybound_vtl::java::charset::CharSet;
use keybound_vtl::json::strict::StrictKind;
use serde_json::json;

use crate::dynamodb::action::DataAction;
use crate::dynamodb::expression::Expression;
use crate::dynamodb::expression::tree::{Comparator, Condition};
use crate::dynamodb::shape::ExpressionKind;
use crate::finding::{Finding, LintInfo, Severity};
use crate::fix::limit::limit;
use crate::render::formula::Order;
use crate::render::skeleton::{HoleUse, Place};
use crate::render::{Atom, Control, Direction, Facts};

use super::subject::members::{below, values_at};
use super::subject::{Report, TemplateSubject};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "unbounded-read",
        severity: Severity::Note,
        summary: "a `Query` or `Scan` has no `Limit`, or one that the client sets as high as it likes",
        page: PAGE,
    },
    check: Check::Template(check),
};

const PAGE: &str = r##"# unbounded-read

Without `Limit` a `Query` or `Scan` reads up to 1 MB a call, filtered or not, and every call is paid for by what it
reads. A `Limit` that the client writes is none, unless the template holds it below a bound of its own.

## Bad

```vtl,bad,action=Query
{"TableName": "Orders", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}}
```

Without the parameter there is no limit:

```vtl,bad,action=Query
#set($limit = $input.params('limit'))
{"TableName": "Orders", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}
#if($limit.matches('[1-9][0-9]?')), "Limit": $limit #end}
```

Any number of digits is any number:

```vtl,bad,action=Query
#set($limit = $input.params('limit'))
{"TableName": "Orders", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}},
 "Limit": #if($limit.matches('[0-9]+'))$limit#{else}20#end}
```

## Good

```vtl,good,action=Query
{"TableName": "Orders", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}},
 "Limit": 50}
```

Two digits are at most 99:

```vtl,good,action=Query
#set($limit = $input.params('limit'))
{"TableName": "Orders", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}},
 "Limit": #if($limit.matches('[1-9][0-9]?'))$limit#{else}20#end}
```

Both keys by `=` select one item at most (several, in an index):

```vtl,good,action=Query
{"TableName": "Orders", "KeyConditionExpression": "pk = :p AND sk = :s",
 "ExpressionAttributeValues": {":p": {"S": "a"}, ":s": {"S": "b"}}}
```

## References

DynamoDB Developer Guide, "Paginating table query results"; CWE-770.
"##;

/// More digits are no bound: no page has so many items.
const MOST_DIGITS: usize = 4;

fn check(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    let bounded_by_limit = |action: &DataAction| matches!(action, DataAction::Query | DataAction::Scan);
    if subject.direction != Direction::Request
        || subject.actions.is_empty()
        || !subject.actions.iter().all(bounded_by_limit)
    {
        return;
    }
    let path = below(&[], &["Limit"]);
    let limits = subject.named(&[], &["Limit"]);
    if !subject.is_open(&[]) && !selects_one_item(subject) {
        for ending in subject.skeleton.endings.iter().filter(|ending| !ending.empty) {
            let Some(guard) = TemplateSubject::without(&ending.guard, &limits) else { continue };
            let proof = subject
                .prover
                .rendering(&guard, &|json| !json.members().is_empty() && values_at(json, &path).is_empty());
            if proof.is_none() && !subject.is_evidence(&limits) {
                continue;
            }
            let some = if limits.is_empty() { "" } else { " on some paths" };
            let pages = !subject.named(&[], &["ExclusiveStartKey"]).is_empty();
            let fix = limits.is_empty().then(|| limit(subject.template, subject.skeleton, pages)).flatten();
            let found = subject.finding(
                &LINT.info,
                subject.object_span(&[], &guard),
                Report {
                    message: format!("the request has no `Limit`{some}: each call reads up to 1 MB"),
                    help: Some("write a `Limit`, with a value for when the client gives none".to_owned()),
                    severity: LINT.info.severity,
                    proof,
                    shown: false,
                },
            );
            findings.push(Finding { fix, ..found });
            break;
        }
    }
    for (hole, control) in subject.untrusted() {
        if control != Control::Client || hole.place != Place::BareValue || hole.path != path {
            continue;
        }
        if subject.is_proven(&LINT.info, hole.span, findings) || is_capped(subject, hole) {
            continue;
        }
        const MANY: &str = "100000";
        let proof = subject.prover.filled(hole, &[json!(MANY), json!(100_000)], &|json| {
            values_at(json, &path).iter().any(|value| value.kind == StrictKind::Number(MANY.to_owned()))
        });
        let what = subject.skeleton.terms.describe(hole.term);
        findings.push(
            subject.finding(
                &LINT.info,
                hole.span,
                Report {
                    message: format!("{what} sets `Limit` as high as the client likes"),
                    help: Some(
                        "admit few digits, such as `.matches('[1-9][0-9]?')`, and write a value for all else"
                            .to_owned(),
                    ),
                    severity: LINT.info.severity,
                    proof,
                    shown: false,
                },
            ),
        );
    }
}

/// Whether a number of the client's is held below a bound.
fn is_capped(subject: &TemplateSubject<'_>, hole: &HoleUse) -> bool {
    let facts: Facts = subject.facts(hole);
    let short = facts.max_len.is_some_and(|length| length <= MOST_DIGITS)
        && facts.printed_chars().is_subset(&CharSet::of("0123456789"));
    let terms = &subject.skeleton.terms;
    let sources = terms.sources(hole.term);
    let compared = hole.guard.conjuncts().iter().any(|formula| {
        let mut bounded = false;
        formula.each_atom(&mut |atom, positive| {
            let Atom::Compares(of, order, _) = atom else { return };
            let above = match order {
                Order::Less | Order::LessOrEqual | Order::Equal => positive,
                Order::Greater | Order::GreaterOrEqual => !positive,
            };
            bounded |= above && terms.sources(*of).iter().any(|source| sources.contains(source));
        });
        bounded
    });
    facts.finite.is_some() || short || compared
}

/// Whether every key condition names both keys by `=`.
fn selects_one_item(subject: &TemplateSubject<'_>) -> bool {
    let expressions = subject.expressions();
    let mut conditions =
        expressions.iter().filter(|found| found.kind == ExpressionKind::KeyCondition).peekable();
    // An index may hold several items of the same keys.
    conditions.peek().is_some()
        && subject.named(&[], &["IndexName"]).is_empty()
        && conditions.all(|found| match &found.expression {
            Some(Expression::Condition(condition)) if !found.is_open() => {
                let equals = |part: &&Condition| match part {
                    Condition::Comparison(comparison) => comparison.comparator == Comparator::Equal,
                    _ => false,
                };
                condition.conjuncts().iter().filter(|part| equals(part)).count() >= 2
            }
            _ => false,
        })
}
