//! Loops over the client's lists that write into the request.

use keybound_vtl::Span;
use keybound_vtl::ast::visit::{self, Visitor};
use keybound_vtl::ast::{BinaryOp, Expr, ExprKind, Node, NodeKind};

use crate::finding::{Finding, LintInfo, Severity};
use crate::render::observed::OpenLoop;
use crate::render::term::Measure;
use crate::render::{Atom, Control, Direction, Term};

use super::subject::{Report, TemplateSubject};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "uncapped-loop",
        severity: Severity::Note,
        summary: "the client decides how often a loop writes into the request",
        page: PAGE,
    },
    check: Check::Template(check),
};

const PAGE: &str = r##"# uncapped-loop

A `#foreach` over a list of the client's writes as often as the client likes, up to API Gateway's thousand turns. Up to
there each element costs: a batch writes an item for each, an expression grows by a term for each. Past the thousandth
the rest of the list is left out without a word, and past DynamoDB's own limits (25 writes or 100 gets a batch, 100
actions a transaction) the whole request is refused. A cap says what is allowed.

This is a note: where the client's own quota is all that it costs, nothing is wrong.

## Bad

```vtl,bad,action=BatchWriteItem
{"RequestItems": {"Orders": [
#foreach($order in $input.path('$.orders'))
{"PutRequest": {"Item": {"id": {"S": "$util.escapeJavaScript("$order.id").replaceAll("\\'","'")"}}}}#if($foreach.hasNext),#end
#end
]}}
```

```vtl,bad,action=PutItem
{"TableName": "Orders", "Item": {"id": {"S": "$context.extendedRequestId"}, "tags": {"L": [
#foreach($tag in $input.path('$.tags')){"S": "$util.escapeJavaScript("$tag").replaceAll("\\'","'")"}#if($foreach.hasNext),#end#end
]}}}
```

## Good

Ask for the size first:

```vtl,good,action=BatchWriteItem
#set($orders = $input.path('$.orders'))
#if($orders.size() > 25)#set($orders = [])#end
{"RequestItems": {"Orders": [
#foreach($order in $orders)
{"PutRequest": {"Item": {"id": {"S": "$util.escapeJavaScript("$order.id").replaceAll("\\'","'")"}}}}#if($foreach.hasNext),#end
#end
]}}
```

Or leave the loop:

```vtl,good,action=PutItem
{"TableName": "Orders", "Item": {"id": {"S": "$context.extendedRequestId"}, "tags": {"L": [
#foreach($tag in $input.path('$.tags'))#if($foreach.count > 10)#break#end#if($foreach.index > 0),#end{"S": "$util.escapeJavaScript("$tag").replaceAll("\\'","'")"}#end
]}}}
```

A loop that prints nothing is no matter of the request's:

```vtl,good,action=PutItem
#set($large = false)
#foreach($tag in $input.path('$.tags'))#if($tag == "large")#set($large = true)#end#end
{"TableName": "Orders", "Item": {"id": {"S": "$context.extendedRequestId"}, "large": {"BOOL": $large}}}
```

See CWE-770, allocation of resources without limits.
"##;

/// What may leave a loop: a `#break`, a `#stop`, a comparison of how often it was run.
#[derive(Default)]
struct Caps {
    found: Vec<Span>,
}

fn counts_turns(side: &Expr) -> bool {
    matches!(&side.kind, ExprKind::Reference(reference) if matches!(reference.root.as_str(), "foreach" | "velocityCount"))
}

impl<'t> Visitor<'t> for Caps {
    fn node(&mut self, node: &'t Node) {
        if matches!(node.kind, NodeKind::Break | NodeKind::Stop) {
            self.found.push(node.span);
        }
    }

    fn expr(&mut self, expr: &'t Expr) {
        let ExprKind::Binary(
            BinaryOp::Less | BinaryOp::LessOrEqual | BinaryOp::Greater | BinaryOp::GreaterOrEqual,
            left,
            right,
        ) = &expr.kind
        else {
            return;
        };
        // `$foreach.index > 0` puts the comma; it stops nothing.
        let is_first =
            |side: &Expr| matches!(&side.kind, ExprKind::Integer(digits) if digits == "0" || digits == "1");
        if (counts_turns(left) && !is_first(right)) || (counts_turns(right) && !is_first(left)) {
            self.found.push(expr.span);
        }
    }
}

/// Whether the way to a loop says how long its list may be.
fn is_measured(subject: &TemplateSubject<'_>, open: &OpenLoop) -> bool {
    let terms = &subject.skeleton.terms;
    let mut measured = false;
    for formula in open.guard.conjuncts() {
        formula.each_atom(&mut |atom, _| {
            if let Atom::Compares(id, ..) = atom
                && let Term::Measured(Measure::Size | Measure::Length, of) = terms.get(*id)
            {
                measured |= terms.contains(open.of, *of) || terms.contains(*of, open.of);
            }
        });
    }
    measured
}

fn check(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    if subject.direction != Direction::Request {
        return;
    }
    let skeleton = subject.skeleton;
    let mut caps = Caps::default();
    if !skeleton.observed.loops.is_empty() {
        visit::block(&subject.tree.block, &mut caps);
    }
    for (span, open) in &skeleton.observed.loops {
        let within = |at: Span| span.start() <= at.start() && at.end() <= span.end();
        let writes = skeleton.uses.iter().any(|hole| within(hole.span));
        let is_client = skeleton.terms.control(open.of) == Control::Client;
        if !writes || !is_client || is_measured(subject, open) {
            continue;
        }
        if caps.found.iter().any(|cap| within(*cap)) {
            continue;
        }
        let what = skeleton.terms.describe(open.of);
        let head = Span::of(span.start().to_usize(), span.start().to_usize() + "#foreach".len());
        findings.push(subject.finding(
            &LINT.info,
            head,
            Report {
                message: format!("the loop writes into the request once for every element of {what}"),
                help: Some("compare its `size()` with the most that is meant, or `#break` at it".to_owned()),
                severity: LINT.info.severity,
                proof: subject.prover.grows(open.of, &open.guard),
                shown: false,
            },
        ));
    }
}
