//! `#set` that assigns nothing, or nothing but the empty text.

use keybound_vtl::ast::visit::{self, Visitor};
use keybound_vtl::ast::{ExprKind, Node, NodeKind, Set};

use crate::finding::{Finding, LintInfo, Severity};
use keybound_vtl::Span;

use super::subject::{Report, TemplateSubject};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "silent-set",
        severity: Severity::Warning,
        summary: "a `#set` assigns nothing, or the empty text, and nobody is told",
        page: PAGE,
    },
    check: Check::Template(check),
};

const PAGE: &str = r##"# silent-set

A `#set` that goes wrong says nothing; the template goes on with another value than its author thinks.

- Arithmetic on anything but numbers gives nothing, and then the variable keeps what it was. Every parameter is text:
  after `#set($n = $input.params('n') * 2)` the variable `$n` is what it was before. (`+` puts texts together.)
- A name that nothing assigns is the empty text, so `#set($id = $body.id)` without a `$body` makes `$id` empty.
- `#set(${n} = 1)` and `#set($!n = 1)` store the value under a name that no reference reads.
- `#set $n = 1` is no directive: it prints as it stands.

## Bad

```vtl,bad,action=Query
#set($limit = 1000)
#set($limit = $input.params('pages') * 10)
{"TableName": "Orders", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}},
 "Limit": $limit}
```

```vtl,bad,action=DeleteItem
#set($owner = $identity.sub)
{"TableName": "Orders", "Key": {"id": {"S": $input.json('$.id')}}, "ConditionExpression": "attribute_not_exists(#o) OR #o = :o",
 "ExpressionAttributeNames": {"#o": "owner"}, "ExpressionAttributeValues": {":o": {"S": "$owner"}}}
```

```vtl,bad,action=GetItem
#set(${table} = "Orders")
{"TableName": "$table", "Key": {"id": {"S": "1"}}}
```

```vtl,bad,action=GetItem
#set($table = "Orders")
#if($input.params('old') == "yes")#set($!table = "Archive")#end
{"TableName": "$table", "Key": {"id": {"S": "1"}}}
```

```vtl,bad,action=GetItem
{"TableName": "Orders", #set $id = "1"
 "Key": {"id": {"S": "$id"}}}
```

## Good

```vtl,good,action=Query
#set($limit = 10)
#if($input.params('pages').matches('[1-9]'))
#set($limit = $limit.parseInt($input.params('pages')) * 10)
#end
{"TableName": "Orders", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}},
 "Limit": $limit}
```

```vtl,good,action=DeleteItem
#set($owner = $context.authorizer.claims.sub)
{"TableName": "Orders", "Key": {"id": {"S": $input.json('$.id')}}, "ConditionExpression": "#o = :o",
 "ExpressionAttributeNames": {"#o": "owner"}, "ExpressionAttributeValues": {":o": {"S": "$owner"}}}
```

`$null` is assigned nowhere on purpose:

```vtl,good,action=GetItem
#set($table = "Orders")
#set($table = $null)
#set($table = "Archive")
{"TableName": "$table", "Key": {"id": {"S": "1"}}}
```

See CWE-252, unchecked return value, and CWE-457, use of an uninitialized variable.
"##;

struct Sets<'t> {
    found: Vec<(Span, &'t Set)>,
}

impl<'t> Visitor<'t> for Sets<'t> {
    fn node(&mut self, node: &'t Node) {
        if let NodeKind::Set(set) = &node.kind {
            self.found.push((node.span, set));
        }
    }
}

/// What is wrong about an assignment, and what would be right; none where it does what it says.
fn wrong(subject: &TemplateSubject<'_>, span: Span, set: &Set) -> Option<(String, String)> {
    let observed = &subject.skeleton.observed;
    let text = subject.template.text.text();
    let (target, value) = (set.target.span.slice(text), set.value.span.slice(text).trim());
    if set.target.form.formal || set.target.form.quiet {
        let name = &set.target.root;
        return Some((
            format!("`#set({target} = …)` assigns nothing that `${name}` reads"),
            format!("write the plain form: `#set(${name} = …)`"),
        ));
    }
    if observed.gives_nothing.get(&span) == Some(&true) {
        return Some((
            format!(
                "`{value}` gives nothing, for it divides by zero or not both sides are numbers: `{target}` stays what it was"
            ),
            "read the text as a number first: `$n.parseInt(…)` of a variable that holds a number".to_owned(),
        ));
    }
    let ExprKind::Reference(reference) = &set.value.kind else { return None };
    let root = &reference.root;
    let is_null = super::dead_comparison::NULL_NAMES.contains(&root.as_str());
    // A name with a hyphen in it is most likely two, and some are another service's: those are other lints'.
    let is_plain =
        !root.is_empty() && !root.contains('-') && !is_null && !super::unsupported_feature::is_foreign(root);
    (is_plain && subject.is_unassigned(reference.span)).then(|| {
        (
            format!("nothing assigns `${root}`, so `{target}` is the empty text"),
            "read the request with `$input.params('name')` or `$input.path('$.name')`".to_owned(),
        )
    })
}

fn check(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    if !subject.errors.is_empty() {
        return;
    }
    let mut sets = Sets { found: Vec::new() };
    visit::block(&subject.tree.block, &mut sets);
    let wrong_sets =
        sets.found.into_iter().filter_map(|(span, set)| Some((set.target.span, wrong(subject, span, set)?)));
    let texts =
        subject.tree.words.iter().filter(|word| word.name == "set" && !subject.is_in_string(word.span)).map(
            |word| {
                let message = "`#set` without a parenthesis right behind it is text, and prints as it stands"
                    .to_owned();
                (word.span, (message, "write `#set($name = …)`".to_owned()))
            },
        );
    for (span, (message, help)) in wrong_sets.chain(texts) {
        // What it assigns depends on the template alone.
        let report =
            Report { message, help: Some(help), severity: LINT.info.severity, proof: None, shown: true };
        findings.push(subject.finding(&LINT.info, span, report));
    }
}
