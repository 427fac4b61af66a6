//! Comparisons that come out the same for every request.

use std::collections::BTreeMap;

use keybound_vtl::Span;
use keybound_vtl::ast::visit::{self, Visitor};
use keybound_vtl::ast::{BinaryOp, Expr, ExprKind, Reference};
use keybound_vtl::java::charset::CharSet;
use serde_json::json;

use crate::finding::{Finding, LintInfo, Proof, Severity};
use crate::render::observed::{Case, Condition};
use crate::render::value::{Piece, Sym};
use crate::render::{Facts, Formula, Guard, Op, Term, TermId, Types};

use super::subject::{Report, TemplateSubject};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "dead-comparison",
        severity: Severity::Warning,
        summary: "a comparison comes out the same for every request",
        page: PAGE,
    },
    check: Check::Template(check),
};

const PAGE: &str = r##"# dead-comparison

A comparison that no request changes limits nothing and admits nothing:

- `<`, `>`, `<=` and `>=` compare numbers. With a text on either side they are false, and every parameter is a text:
  `$input.params('limit') > 100` never holds.
- `==` between values of different classes compares what they print. A number never prints `""`, a Boolean prints `true`
  or `false` and nothing else, `$input.json('$.x')` prints JSON: a text in its quotes, `""` for what is missing.
- A name that nothing assigns is the empty text.
- `$x != "a" || $x != "b"` is true of every text; `&&` was meant.

## Bad

```vtl,bad,action=Query
{"TableName": "Orders", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}},
 "Limit": #if($input.params('limit') > 100)100#{else}20#end}
```

```vtl,bad,action=PutItem
#if($input.json('$.state') == "open")
#set($state = "OPEN")
#else
#set($state = "CLOSED")
#end
{"TableName": "Orders", "Item": {"id": {"S": "$context.extendedRequestId"}, "state": {"S": "$state"}}}
```

```vtl,bad,action=DeleteItem
{"TableName": "#if($context.authorizer.role != 'admin' || $context.authorizer.role != 'owner')Drafts#{else}Orders#end",
 "Key": {"id": {"S": $input.json('$.id')}}}
```

```vtl,bad,action=GetItem
{"TableName": "#if($input.params('kind').toLowerCase() == 'Archive')Archive#{else}Orders#end", "Key": {"id": {"S": "1"}}}
```

```vtl,bad,response
#set($items = $input.path('$.Items'))
#if($items.isEmpty() == "True")
{"found": false}
#else
{"found": true}
#end
```

## Good

```vtl,good,action=Query
#set($limit = $input.params('limit'))
{"TableName": "Orders", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}},
 "Limit": #if($limit.matches('[1-9][0-9]?'))$limit#{else}20#end}
```

```vtl,good,action=PutItem
#if($input.path('$.state') == "open")
#set($state = "OPEN")
#else
#set($state = "CLOSED")
#end
{"TableName": "Orders", "Item": {"id": {"S": "$context.extendedRequestId"}, "state": {"S": "$state"}}}
```

```vtl,good,action=DeleteItem
{"TableName": "#if($context.authorizer.role != 'admin' && $context.authorizer.role != 'owner')Drafts#{else}Orders#end",
 "Key": {"id": {"S": $input.json('$.id')}}}
```

A text that looks like a number equals that number, and `$null`, which nothing assigns, is a way to write the empty text:

```vtl,good,action=Query
#set($page = $input.params('page'))
{"TableName": "Orders", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}},
 "Limit": #if($page == $null || $page == 1)10#{else}20#end}
```

See CWE-570 and CWE-571, an expression that is always false or always true.
"##;

/// Names that templates use for null: nothing assigns them, and nothing should.
pub(super) const NULL_NAMES: [&str; 6] = ["null", "Null", "NULL", "nil", "none", "undefined"];

/// Why a comparison comes out as it does, for people.
struct Dead {
    /// How it comes out.
    truth: bool,
    why: String,
    help: &'static str,
    /// Values for which it should come out otherwise.
    values: Vec<(TermId, serde_json::Value)>,
}

fn is_order(op: BinaryOp) -> bool {
    matches!(op, BinaryOp::Less | BinaryOp::LessOrEqual | BinaryOp::Greater | BinaryOp::GreaterOrEqual)
}

/// What a value is that is never a number; none where it may be one.
fn no_number(subject: &TemplateSubject<'_>, value: &Sym, guard: &Guard) -> Option<&'static str> {
    match value {
        Sym::Number(_) | Sym::Measure(_) => None,
        Sym::Unknown(id) => {
            let types = Facts::of(&subject.skeleton.terms, *id, guard).types;
            types.intersection(Types::NUMBER).is_empty().then_some("no number")
        }
        Sym::Choice(cases) => {
            let mut each = cases.iter().map(|(_, value)| no_number(subject, value, guard));
            let first = each.next().flatten()?;
            each.try_fold(first, |first, next| {
                next.map(|next| if next == first { first } else { "no number" })
            })
        }
        Sym::Text(pieces) if pieces.is_empty() => Some("the empty text"),
        Sym::Text(_) => Some("text"),
        Sym::Bool(_) => Some("a Boolean"),
        Sym::Object(_) => Some("a list or map"),
        _ => Some("no number"),
    }
}

fn order(subject: &TemplateSubject<'_>, op: BinaryOp, case: &Case, sides: [&str; 2]) -> Option<Dead> {
    let [left, right] = case.operands.as_slice() else { return None };
    let no_numbers = [left, right].map(|side| no_number(subject, side, &case.guard));
    let (what, side, other, greater) = match no_numbers {
        [Some(what), _] => {
            (what, sides[0], right, matches!(op, BinaryOp::Greater | BinaryOp::GreaterOrEqual))
        }
        [None, Some(what)] => (what, sides[1], left, matches!(op, BinaryOp::Less | BinaryOp::LessOrEqual)),
        [None, None] => return None,
    };
    let unreadable = if side == sides[0] { left } else { right };
    let number = match other {
        Sym::Number(number) => number.0.to_i64().unwrap_or(0),
        _ => 0,
    };
    let wanted = if greater { number.saturating_add(1) } else { number.saturating_sub(1) };
    let values = match unreadable {
        Sym::Text(pieces) => match pieces.as_ref() {
            [Piece::Hole(id)] => vec![(*id, json!(wanted.to_string()))],
            _ => Vec::new(),
        },
        _ => Vec::new(),
    };
    Some(Dead {
        truth: false,
        why: format!("`{side}` is {what}, and only numbers are less or greater than anything"),
        help: "admit what is meant with `.matches('[1-9][0-9]?')`, or read the number first: `#set($n = 0)` and \
               `$n.parseInt(…)`, which fails on what is no number",
        values,
    })
}

/// Why a value never equals a known text; none where it may.
fn never_equals(subject: &TemplateSubject<'_>, value: &Sym, text: &str) -> Option<String> {
    let terms = &subject.skeleton.terms;
    match value {
        Sym::Bool(_) if !matches!(text, "true" | "false") => {
            Some("is a Boolean, which equals `true` and `false` alone".to_owned())
        }
        Sym::Measure(_) if text.trim().parse::<f64>().is_err() => {
            Some(format!("is a number, which never equals `\"{text}\"`"))
        }
        Sym::Text(pieces) => {
            let [Piece::Hole(id)] = pieces.as_ref() else { return None };
            match terms.get(*id) {
                Term::JsonText(_) if text.is_empty() => Some(
                    "is JSON: two quotes where the value is missing, and never the empty text".to_owned(),
                ),
                Term::JsonText(_) if keybound_vtl::json::strict::parse(text).is_err() => {
                    Some(format!("is JSON, in which a text stands in quotes: never `{text}`"))
                }
                Term::Body if text.is_empty() => {
                    Some("is `{}` where there is no body, and never the empty text".to_owned())
                }
                Term::Applied(Op::Lower, _) if text.chars().any(char::is_uppercase) => {
                    Some(format!("is in lower case, and `{text}` is not"))
                }
                Term::Applied(Op::Upper, _) if text.chars().any(char::is_lowercase) => {
                    Some(format!("is in upper case, and `{text}` is not"))
                }
                Term::Applied(Op::Trim, _) if text.trim() != text => {
                    Some(format!("has no blanks at its ends, and `{text:?}` has"))
                }
                Term::Applied(..) => {
                    let facts = Facts::of(terms, *id, &Guard::default());
                    let missing = CharSet::of(text).difference(&facts.chars);
                    let is_text = Types::TEXT.includes(facts.types) && facts.finite.is_none();
                    (is_text && !missing.is_empty())
                        .then(|| format!("never holds all characters of `{text}`"))
                }
                _ => None,
            }
        }
        Sym::Choice(cases) => {
            let mut why = None;
            for (_, value) in cases.iter() {
                // A method that the class lacks gives the empty text.
                let literal = value.known_text();
                let is_other = literal.as_ref().is_some_and(|literal| literal != text);
                match never_equals(subject, value, text) {
                    Some(reason) => why = Some(reason),
                    None if is_other => {}
                    None => return None,
                }
            }
            why
        }
        _ => None,
    }
}

fn equality(subject: &TemplateSubject<'_>, op: BinaryOp, case: &Case, sides: [&str; 2]) -> Option<Dead> {
    let [left, right] = case.operands.as_slice() else { return None };
    let text_of = |value: &Sym| match value {
        Sym::Number(number) => Some(number.0.to_string()),
        other => other.known_text(),
    };
    let (side, why) =
        text_of(right).and_then(|text| Some((sides[0], never_equals(subject, left, &text)?))).or_else(
            || text_of(left).and_then(|text| Some((sides[1], never_equals(subject, right, &text)?))),
        )?;
    Some(Dead {
        truth: op == BinaryOp::NotEqual,
        why: format!("`{side}` {why}"),
        help: "compare with what the value can print; `$input.path` gives a text without quotes",
        values: Vec::new(),
    })
}

/// The comparisons of a template, with the places of their two sides, and its references.
#[derive(Default)]
struct Comparisons<'t> {
    sides: BTreeMap<Span, [Span; 2]>,
    references: BTreeMap<Span, &'t Reference>,
}

impl<'t> Comparisons<'t> {
    /// The references that stand within a comparison.
    fn references_in(&self, comparison: Span) -> impl Iterator<Item = &'t Reference> {
        let from = Span::new(comparison.start(), comparison.start());
        let within = self.references.range(from..).map(|(_, reference)| *reference);
        within.take_while(move |reference| reference.span.end() <= comparison.end())
    }
}

impl<'t> Visitor<'t> for Comparisons<'t> {
    fn expr(&mut self, expr: &'t Expr) {
        if let ExprKind::Binary(_, left, right) = &expr.kind {
            self.sides.insert(expr.span, [left.span, right.span]);
        }
    }

    fn reference(&mut self, reference: &'t Reference) {
        self.references.insert(reference.span, reference);
    }
}

/// A comparison of a name that nothing assigns with what the template knows as well.
fn unassigned<'t>(
    subject: &TemplateSubject<'_>,
    case: &Case,
    mut references: impl Iterator<Item = &'t Reference>,
) -> Option<Dead> {
    let (Formula::True | Formula::False) = &case.truth else { return None };
    let is_known = case.operands.iter().all(|value| value.terms().is_empty());
    let nothing =
        references.find(|reference| subject.is_unassigned(reference.span) && !reference.root.is_empty())?;
    let root = nothing.root.as_str();
    if !is_known || NULL_NAMES.contains(&root) || super::unsupported_feature::is_foreign(root) {
        return None;
    }
    Some(Dead {
        truth: case.truth == Formula::True,
        why: format!("nothing assigns `${}`, which is the empty text then", nothing.root),
        help: "read the request with `$input.params('name')` or `$input.path('$.name')`",
        values: Vec::new(),
    })
}

fn dead(
    subject: &TemplateSubject<'_>,
    comparisons: &Comparisons<'_>,
    span: Span,
    op: BinaryOp,
    case: &Case,
) -> Option<Dead> {
    let text = subject.template.text.text();
    let sides = comparisons.sides.get(&span)?.map(|side| side.slice(text).trim());
    let unassigned = || unassigned(subject, case, comparisons.references_in(span));
    match op {
        BinaryOp::And | BinaryOp::Or => {
            let truth = match &case.truth {
                Formula::True => true,
                Formula::False => false,
                _ => return None,
            };
            let (why, help) = if truth {
                ("where one side is false the other is true", "`&&` was meant, or one of the two is too much")
            } else {
                ("where one side is true the other is false", "`||` was meant, or one of the two is too much")
            };
            Some(Dead { truth, why: why.to_owned(), help, values: Vec::new() })
        }
        _ if is_order(op) => unassigned().or_else(|| order(subject, op, case, sides)),
        BinaryOp::Equal | BinaryOp::NotEqual => unassigned().or_else(|| equality(subject, op, case, sides)),
        _ => None,
    }
}

fn proof(subject: &TemplateSubject<'_>, span: Span, case: &Case, dead: &Dead) -> Option<Proof> {
    subject.prover.asked(span, &case.guard, &dead.values, dead.truth)
}

fn report(
    subject: &TemplateSubject<'_>,
    comparisons: &Comparisons<'_>,
    span: Span,
    condition: &Condition,
) -> Option<Report> {
    let op = condition.op?;
    if condition.more {
        return None;
    }
    let each: Option<Vec<Dead>> =
        condition.cases.iter().map(|case| dead(subject, comparisons, span, op, case)).collect();
    let each = each?;
    let (first, case) = (each.first()?, condition.cases.first()?);
    if each.iter().any(|other| other.truth != first.truth) {
        return None;
    }
    Some(Report {
        message: format!("the comparison is always {}: {}", first.truth, first.why),
        help: Some(first.help.to_owned()),
        severity: LINT.info.severity,
        proof: proof(subject, span, case, first),
        shown: false,
    })
}

fn check(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    let mut comparisons = Comparisons::default();
    visit::block(&subject.tree.block, &mut comparisons);
    for (span, condition) in &subject.skeleton.observed.conditions {
        if let Some(report) = report(subject, &comparisons, *span, condition) {
            findings.push(subject.finding(&LINT.info, *span, report));
        }
    }
}
