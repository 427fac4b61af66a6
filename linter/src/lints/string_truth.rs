//! References that stand alone in a condition, where text is always true.

use keybound_vtl::Span;
use serde_json::json;

use crate::finding::{Finding, LintInfo, Proof, Severity};
use crate::render::observed::{Case, Condition};
use crate::render::term::Parameter;
use crate::render::value::{Sym, holes};
use crate::render::{Atom, Facts, Formula, Guard, Term, TermId, Types};

use super::subject::{Report, TemplateSubject};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "string-truth",
        severity: Severity::Warning,
        summary: "a text alone in a condition is always true, also \"false\" and the empty text",
        page: PAGE,
    },
    check: Check::Template(check),
};

const PAGE: &str = r##"# string-truth

A reference alone in a condition is false for the Boolean `false`, and true for everything else: for the text `"false"`,
for the empty text, for 0. In API Gateway even what is missing is true, for a missing value is the empty text there. So
`#if($input.params('x'))` does not ask whether there is a parameter, and `#if($context.authorizer.isAdmin)` lets
everybody in: what a Lambda authorizer hands over is text, whatever it was before. The `#else` of such a condition is
never rendered, and what stands behind `!` never is.

What `$input.path` gives is a Boolean where the client sends one; then the condition reads as it is meant. It is true
all the same where the client leaves the member out.

## Bad

```vtl,bad,action=DeleteItem
#if($context.authorizer.isAdmin)
#set($table = "Orders")
#else
#set($table = "Drafts")
#end
{"TableName": "$table", "Key": {"id": {"S": $input.json('$.id')}}}
```

```vtl,bad,action=Query
{"TableName": "Orders", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}
#if($input.params('all')), "Limit": 100#else, "Limit": 10#end
}
```

A variable that holds a text is text, whatever the text says:

```vtl,bad,action=Query
#set($descending = "false")
#if($input.params('order') == "desc")#set($descending = "true")#end
{"TableName": "Orders", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}},
 "ScanIndexForward": #if($descending)false#{else}true#end}
```

Behind a `!` nothing is ever rendered:

```vtl,bad,action=GetItem
{"TableName": "#if(!$input.params('archive'))Orders#{else}Archive#end", "Key": {"id": {"S": "1"}}}
```

An answer has the same trap:

```vtl,bad,response
#set($page = $input.path('$.LastEvaluatedKey'))
{"more": #if($page)true#{else}false#end}
```

A map of what is allowed gives the empty text for everything else:

```vtl,bad,action=GetItem
#set($open = {"Orders": true, "Users": false})
#set($table = "Drafts")
#if($open.get($input.params('table')))#set($table = "Orders")#end
{"TableName": "$table", "Key": {"id": {"S": "1"}}}
```

## Good

Compare with the text that is meant:

```vtl,good,action=DeleteItem
#if($context.authorizer.isAdmin == "true")
#set($table = "Orders")
#else
#set($table = "Drafts")
#end
{"TableName": "$table", "Key": {"id": {"S": $input.json('$.id')}}}
```

```vtl,good,action=GetItem
#set($open = {"Orders": true, "Users": false})
#set($table = "Drafts")
#if($open.get($input.params('table')) == true)#set($table = "Orders")#end
{"TableName": "$table", "Key": {"id": {"S": "1"}}}
```

The comparison may stand beside the reference:

```vtl,good,action=Query
#set($all = $input.params('all'))
{"TableName": "Orders", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}
#if($all && $all != ""), "Limit": 100#else, "Limit": 10#end
}
```

A variable may hold a Boolean, and a method may give one:

```vtl,good,action=Query
#set($descending = false)
#if($input.params('order').matches('desc|DESC'))#set($descending = true)#end
{"TableName": "Orders", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}},
 "ScanIndexForward": #if($descending)false#{else}true#end}
```

```vtl,good,response
{"count": $input.json('$.Count'), "more": #if($input.path('$.LastEvaluatedKey') != "")true#{else}false#end}
```

See CWE-697, incorrect comparison.
"##;

/// What is always true about a value.
enum Always {
    /// A text that the request decides.
    Text(TermId),
    /// A text of the template's own.
    Fixed,
    /// A number.
    Number,
    /// A value of any class: true where it is missing.
    Missing(TermId),
    /// A map of `$context`: true where it is missing.
    Map,
    /// What the template's own map holds under a name, or nothing: true where it holds nothing.
    Lookup(TermId),
}

/// What is always true about a value; none where it tells something.
fn always(subject: &TemplateSubject<'_>, value: &Sym, guard: &Guard) -> Option<Always> {
    let terms = &subject.skeleton.terms;
    match value {
        Sym::Text(pieces) => {
            let found = holes(pieces);
            let Some(&term) = found.first() else { return Some(Always::Fixed) };
            // Where the route has a parameter it is there, and not empty: it tells nothing, but nothing is lost.
            let surely_there = matches!(terms.get(term), Term::Parameter(Parameter::Path, _));
            (!surely_there).then_some(Always::Text(term))
        }
        Sym::Number(_) | Sym::Measure(_) => Some(Always::Number),
        Sym::Unknown(id) => {
            // An attribute that is a Boolean is written for a condition.
            let typed = matches!(terms.get(*id), Term::Member(_, name) if matches!(&**name, "BOOL" | "NULL"));
            let types = Facts::of(terms, *id, guard).types;
            let may_be_missing = types.includes(Types::TEXT);
            let is_read = matches!(terms.get(*id), Term::Member(..) | Term::Selected(..));
            (is_read && may_be_missing && !typed).then_some(Always::Missing(*id))
        }
        Sym::Context(path) if path.starts_with("authorizer") => Some(Always::Map),
        Sym::Choice(cases) => {
            if let Some(key) = looked_up(cases) {
                let about_key = |formula: &Formula| {
                    let mut about = false;
                    formula.each_atom(&mut |atom, _| about |= atom.terms().contains(&key));
                    about
                };
                // Where something was asked of the name before, it may be one that the map holds.
                return (!guard.conjuncts().iter().any(about_key)).then_some(Always::Lookup(key));
            }
            let each: Option<Vec<Always>> =
                cases.iter().map(|(_, value)| always(subject, value, guard)).collect();
            // One that the request decides says most.
            each?.into_iter().max_by_key(|always| match always {
                Always::Text(_) | Always::Missing(_) | Always::Lookup(_) | Always::Map => 2,
                Always::Number => 1,
                Always::Fixed => 0,
            })
        }
        _ => None,
    }
}

/// The name that is looked up, where the cases are those of a lookup in a map of Booleans that the template made: one
/// for each name that it holds, and nothing for any other.
fn looked_up(cases: &[(Formula, Sym)]) -> Option<TermId> {
    let (none, _) = cases.iter().find(|(_, value)| value.known_text().is_some_and(|text| text.is_empty()))?;
    let holds = cases.iter().any(|(_, value)| matches!(value, Sym::Bool(_)));
    let mut key = None;
    let mut is_lookup = holds;
    none.each_atom(&mut |atom, positive| match atom {
        Atom::Prints(id, _) if !positive && key.is_none_or(|known| known == *id) => key = Some(*id),
        _ => is_lookup = false,
    });
    key.filter(|_| is_lookup)
}

/// Whether a formula says something of a value, or of a part of it.
fn speaks_of(subject: &TemplateSubject<'_>, formula: &Formula, value: &Sym) -> bool {
    let about = value.terms();
    let mut speaks = false;
    formula.each_atom(&mut |atom, _| {
        // That a value is the Boolean false is what standing alone asks.
        let alone = matches!(atom, Atom::Is(_, Types::BOOL))
            || matches!(atom, Atom::Prints(_, text) if &**text == "false");
        speaks |= !alone
            && atom
                .terms()
                .iter()
                .any(|term| about.iter().any(|part| subject.skeleton.terms.contains(*term, *part)));
    });
    speaks
}

fn proof(subject: &TemplateSubject<'_>, span: Span, case: &Case, always: &Always) -> Option<Proof> {
    let texts: &[&str] = match always {
        Always::Text(term) => match subject.skeleton.terms.get(*term) {
            Term::Context(_) | Term::StageVariable(_) => &["false"],
            _ => &["", "false"],
        },
        Always::Missing(_) => &[""],
        Always::Fixed | Always::Number | Always::Map => {
            return subject.prover.asked(span, &case.guard, &[], true);
        }
        Always::Lookup(key) => {
            let other = [(*key, json!("elsewhere"))];
            return subject.prover.asked(span, &case.guard, &other, true);
        }
    };
    let (Always::Text(term) | Always::Missing(term)) = always else { return None };
    let shown = texts.iter().find_map(|text| subject.prover.holds_printing(span, &case.guard, *term, text));
    // A text in parts is more than what the request puts there.
    shown.or_else(|| match always {
        Always::Text(_) => subject.prover.asked(span, &case.guard, &[], true),
        _ => None,
    })
}

/// What is reported of a reference alone in a condition; none where it is as it should be.
fn report(subject: &TemplateSubject<'_>, span: Span, condition: &Condition) -> Option<Report> {
    let each: Option<Vec<Always>> =
        condition.cases.iter().map(|case| always(subject, case.operands.first()?, &case.guard)).collect();
    let idiom = condition.cases.iter().any(|case| {
        let asks = |formula: &Formula| case.operands.iter().any(|value| speaks_of(subject, formula, value));
        asks(&case.whole) || case.guard.conjuncts().iter().any(asks)
    });
    if condition.more || idiom {
        return None;
    }
    let is_unread = subject.skeleton.observed.roots.get(&span) == Some(&false);
    if is_unread && !subject.is_unassigned(span) {
        return None;
    }
    let first = condition.cases.first()?;
    let always = each?.into_iter().next()?;
    let what = span.slice(subject.template.text.text());
    let (message, help) = match always {
        Always::Text(term) => {
            let source = subject.skeleton.terms.describe(term);
            (
                format!(
                    "{source} is text, and text is true in a condition: \"false\" and the empty text too"
                ),
                format!("compare it: `{what} == \"true\"`, or `{what} != \"\"`"),
            )
        }
        Always::Missing(term) => {
            let source = subject.skeleton.terms.describe(term);
            (
                format!("the condition is true where {source} is missing: it is the empty text then"),
                format!(
                    "compare it: `{what} != \"\"` asks whether it is there, `{what} == true` whether it is true"
                ),
            )
        }
        Always::Fixed if subject.is_unassigned(span) => (
            format!("nothing assigns `{what}`: it is the empty text, which is true in a condition"),
            "compare it with `\"\"`, or assign it before".to_owned(),
        ),
        Always::Fixed => (
            format!("`{what}` holds a text, and every text is true in a condition"),
            "assign `true` or `false` without quotes, or compare with the text that is meant".to_owned(),
        ),
        Always::Map => (
            format!(
                "`{what}` is a map, and true in a condition where it is missing too: it is the empty text then"
            ),
            "let the method ask for an authorizer, and compare what it hands over".to_owned(),
        ),
        Always::Lookup(key) => {
            let source = subject.skeleton.terms.describe(key);
            (
                format!(
                    "the condition is true for every {source} that the map does not hold: the empty text is true"
                ),
                format!("compare it: `{what} == true`"),
            )
        }
        Always::Number => (
            format!("`{what}` is a number, and every number is true in a condition: 0 too"),
            format!("compare it: `{what} > 0`"),
        ),
    };
    let proof = proof(subject, span, first, &always);
    Some(Report { message, help: Some(help), severity: LINT.info.severity, proof, shown: false })
}

fn check(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    for (span, condition) in &subject.skeleton.observed.conditions {
        if condition.op.is_none()
            && let Some(report) = report(subject, *span, condition)
        {
            findings.push(subject.finding(&LINT.info, *span, report));
        }
    }
}
