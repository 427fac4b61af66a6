//! Hyphens that belong to a name and were meant as text or as minus.

use std::collections::BTreeSet;

use keybound_vtl::Span;
use keybound_vtl::ast::visit::{self, Visitor};
use keybound_vtl::ast::{AccessKind, Node, NodeKind, Reference};

use crate::finding::{Finding, LintInfo, Severity};
use crate::render::context;

use super::subject::{Report, TemplateSubject};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "hyphen-name",
        severity: Severity::Warning,
        summary: "a hyphen is read as a part of the name before it, and the value is lost",
        page: PAGE,
    },
    check: Check::Template(check),
};

const PAGE: &str = r##"# hyphen-name

In a reference the hyphen is a character of the name. `$tenant-$id` reads a variable called `tenant-`, which nothing
assigns, and so prints the id alone; `$n-1` is a variable called `n-1`. What is missing prints nothing, so the key that
was meant to tell tenants apart does not.

## Bad

```vtl,bad,action=GetItem
#set($tenant = $context.authorizer.claims.sub)
{"TableName": "Orders", "Key": {"pk": {"S": "$tenant-orders"}}}
```

```vtl,bad,action=GetItem
#set($tenant = $context.authorizer.claims.sub)
#set($day = $context.requestTimeEpoch)
{"TableName": "Orders", "Key": {"pk": {"S": "$tenant-$day"}}}
```

```vtl,bad,action=PutItem
{"TableName": "Orders", "Item": {"id": {"S": "$context.extendedRequestId-$context.requestTimeEpoch"}}}
```

```vtl,bad,action=Query
#set($size = 10)
{"TableName": "Orders", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}},
 "Limit": #if($size-1 == 9)9#{else}10#end}
```

## Good

Braces end a name, and blanks make a minus:

```vtl,good,action=GetItem
#set($tenant = $context.authorizer.claims.sub)
{"TableName": "Orders", "Key": {"pk": {"S": "${tenant}-orders"}}}
```

```vtl,good,action=Query
#set($size = 10)
#set($limit = $size - 1)
{"TableName": "Orders", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}},
 "Limit": $limit}
```

A name that is assigned with its hyphen, and a member of the body that has one, are read as they are written:

```vtl,good,action=GetItem
#set($order-table = "Orders")
#set($body = $input.path('$'))
{"TableName": "$order-table", "Key": {"pk": {"S": "#if($body.order-kind == "old")OLD#{else}NEW#end"}}}
```
"##;

/// Names that the template assigns, and references that it reads.
#[derive(Default)]
struct Names<'t> {
    assigned: BTreeSet<&'t str>,
    read: Vec<&'t Reference>,
}

impl<'t> Visitor<'t> for Names<'t> {
    fn node(&mut self, node: &'t Node) {
        match &node.kind {
            NodeKind::Set(set) => drop(self.assigned.insert(&set.target.root)),
            NodeKind::Foreach(foreach) => drop(self.assigned.insert(&foreach.variable)),
            NodeKind::Define(define) => drop(self.assigned.insert(&define.name)),
            _ => {}
        }
    }

    fn reference(&mut self, reference: &'t Reference) {
        self.read.push(reference);
    }
}

/// Names that API Gateway and Velocity give.
const GIVEN: [&str; 7] =
    ["input", "util", "context", "stageVariables", "foreach", "velocityCount", "velocityHasNext"];

/// What is before a hyphen of a name, for each hyphen.
fn before_hyphens(name: &str) -> impl Iterator<Item = &str> {
    name.match_indices('-').filter_map(|(at, _)| name.get(..at))
}

/// Whether a name ends as no name does: in a hyphen, or in a number behind one.
fn ends_oddly(name: &str) -> bool {
    name.rsplit_once('-').is_some_and(|(_, last)| last.chars().all(|c| c.is_ascii_digit()))
}

/// The part of a reference that takes a hyphen too much: what is read, what was meant, and whether that is sure.
fn swallowed(
    subject: &TemplateSubject<'_>,
    names: &Names<'_>,
    reference: &Reference,
) -> Option<(Span, String, bool)> {
    let text = subject.template.text.text();
    let start = reference.span.start().to_usize();
    let known = |name: &str| names.assigned.contains(name) || GIVEN.contains(&name);
    if subject.is_unassigned(reference.span)
        && let Some(meant) = before_hyphens(&reference.root).filter(|name| known(name)).last()
    {
        return Some((reference.span, format!("${meant}"), true));
    }
    let mut path = String::new();
    for access in &reference.accesses {
        let (AccessKind::Property(name) | AccessKind::Method(name, _)) = &access.kind else { return None };
        let before = path.clone();
        path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        if !name.contains('-') {
            continue;
        }
        let is_context =
            reference.root == "context" && before != "authorizer" && before != "authorizer.claims";
        let meant = before_hyphens(name).find(|part| {
            let whole = if before.is_empty() { (*part).to_owned() } else { format!("{before}.{part}") };
            is_context && context::exists(&whole) && !context::exists(&path)
        });
        let odd = ends_oddly(name).then(|| name.split_once('-').map_or(name.as_str(), |(first, _)| first));
        if let Some(meant_name) = meant.or(odd) {
            let read = Span::of(start, access.span.end().to_usize());
            let begin = Span::of(start, access.span.start().to_usize()).slice(text);
            let sure = meant.is_some() || matches!(reference.root.as_str(), "context" | "foreach");
            return Some((read, format!("{begin}.{meant_name}"), sure));
        }
    }
    None
}

fn check(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    if !subject.errors.is_empty() {
        return;
    }
    let mut names = Names::default();
    visit::block(&subject.tree.block, &mut names);
    for reference in &names.read {
        let Some((span, meant, sure)) = swallowed(subject, &names, reference) else { continue };
        let read = span.slice(subject.template.text.text());
        let braced = meant.replacen('$', "${", 1);
        findings.push(subject.finding(
            &LINT.info,
            span,
            Report {
                message: format!(
                    "the hyphen of `{read}` belongs to the name: it is not `{meant}`, and prints nothing"
                ),
                help: Some(format!(
                    "end the name with braces: `{braced}}}`; for a minus put blanks around it"
                )),
                severity: LINT.info.severity,
                proof: None,
                shown: sure,
            },
        ));
    }
}
