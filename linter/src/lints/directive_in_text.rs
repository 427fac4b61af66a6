//! Texts that the template language takes for a directive.

use std::sync::Arc;

use keybound_vtl::Span;
use keybound_vtl::ast::visit::{self, Visitor};
use keybound_vtl::ast::{Node, NodeKind};

use crate::finding::{Finding, LintInfo, Proof, Severity};
use crate::render::{self, Setting};

use super::subject::{Report, TemplateSubject};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "directive-in-text",
        severity: Severity::Error,
        summary: "a word in a JSON string is read as a directive or a comment",
        page: PAGE,
    },
    check: Check::Template(check),
};

const PAGE: &str = r###"# directive-in-text

`#` begins a directive also inside of a JSON string. Most placeholders of `ExpressionAttributeNames` are no word of the
language and print as they are written: `#n`, `#status`, `#endpoint`. These are words of it:

| in a string | does |
|---|---|
| `#end`, `#else`, `#elseif` | ends a block that is open, otherwise the template does not parse |
| `#if`, `#foreach`, `#macro` | the template does not parse |
| `#stop`, `#break` | the output ends here |
| `#define`, `#literal` | the rendering fails |
| `##` | the rest of the line is a comment, the closing quote too |

## Bad

```vtl,bad,action=Query
{"TableName": "Trips", "KeyConditionExpression": "pk = :p AND #end > :t", "ExpressionAttributeNames": {"#end": "end"},
 "ExpressionAttributeValues": {":p": {"S": "a"}, ":t": {"N": "1"}}}
```

```vtl,bad,action=UpdateItem
{"TableName": "Lines", "Key": {"id": {"S": "1"}}, "UpdateExpression": "SET #stop = :s",
 "ExpressionAttributeNames": {"#stop": "stop"}, "ExpressionAttributeValues": {":s": {"S": "x"}}}
```

```vtl,bad,action=PutItem
{"TableName": "Links", "Item": {"id": {"S": "1"}, "section": {"S": "##"},
 "url": {"S": "https://example.com/"}}}
```

```vtl,bad,action=UpdateItem
{"TableName": "Rules", "Key": {"id": {"S": "1"}}, "UpdateExpression": "SET #if = :c",
 "ExpressionAttributeNames": {"#if": "if"}, "ExpressionAttributeValues": {":c": {"S": "x"}}}
```

An `#else` may find an `#if` that it belongs to:

```vtl,bad,action=PutItem
{"TableName": "Rules", "Item": {"id": {"S": "1"}}
#if($input.params('names') == "yes"), "ExpressionAttributeNames": {"#else": "else"}#end
}
```

## Good

Two branches may begin the same string:

```vtl,good,action=PutItem
{"TableName": "Orders", "Item": {"id": {"S": #if($input.params('a') == "yes")"a#{else}"b#end-1"}}}
```

Give the placeholder a name that is no word of the language; one that merely begins like one is none:

```vtl,good,action=Query
{"TableName": "Trips", "KeyConditionExpression": "pk = :p AND #ends > :t", "ExpressionAttributeNames": {"#ends": "end"},
 "ExpressionAttributeValues": {":p": {"S": "a"}, ":t": {"N": "1"}}}
```

Directives in a string that are meant are fine, and so is an escaped one:

```vtl,good,action=PutItem
#set($open = $input.params('open') == "yes")
{"TableName": "Orders", "Item": {"id": {"S": "1"}, "state": {"S": "#if($open)open#{else}closed#end"}, "note": {"S": "\#stop"},
 "word": {"S": "#set #parse #n"}}}
```

```vtl,good,action=PutItem
{"TableName": "Links", "Item": {"id": {"S": "1"}, ## the section's sign
 "section": {"S": "#"}}}
```
"###;

/// What is wrong about a word in a string.
struct Misread {
    span: Span,
    message: String,
    proof: Option<Proof>,
    /// It is wrong whatever the request is.
    shown: bool,
}

/// Nodes that stand in a string.
struct InStrings<'s, 'a> {
    subject: &'s TemplateSubject<'a>,
    found: Vec<Misread>,
}

impl<'t> Visitor<'t> for InStrings<'_, '_> {
    fn node(&mut self, node: &'t Node) {
        let at = node.span.start().to_usize();
        let Some(guard) = self.subject.skeleton.observed.in_string.get(&at) else { return };
        let no_json = || self.subject.prover.no_json(guard).map(|(proof, _)| proof);
        let (message, proof, shown) = match &node.kind {
            NodeKind::Stop | NodeKind::Break => {
                let word = if node.kind == NodeKind::Stop { "#stop" } else { "#break" };
                (
                    format!("`{word}` in a string ends the output here, in the middle of the request"),
                    no_json(),
                    false,
                )
            }
            NodeKind::Throws(word) => (format!("`{word}` in a string fails the rendering"), None, true),
            NodeKind::Comment(_) if node.span.slice(self.subject.template.text.text()).starts_with("##") => {
                // In a text of several lines a comment may be meant, and nothing is broken then.
                let Some(proof) = no_json() else { return };
                let message = "`##` in a string begins a comment: the rest of the line, the closing quote too, is left out";
                (message.to_owned(), Some(proof), false)
            }
            _ => return,
        };
        self.found.push(Misread { span: node.span, message, proof, shown });
    }
}

/// Directives' names in strings of a template that does not parse because of them. It is rendered as if they were text.
fn strays(subject: &TemplateSubject<'_>) -> Vec<Misread> {
    let strays: Vec<_> = subject.tree.words.iter().filter(|word| word.stray).collect();
    if strays.is_empty() {
        return Vec::new();
    }
    let setting = Setting {
        direction: subject.direction,
        path_parameters: None,
        channel: subject.integration.channel(),
        body_model: None,
        trust: Arc::clone(&subject.integration.trust),
    };
    let skeleton = render::render(&subject.template.text, subject.tree, &setting);
    strays
        .into_iter()
        .filter(|word| skeleton.observed.in_string.contains_key(&word.span.start().to_usize()))
        .map(|word| Misread {
            span: word.span,
            message: format!("`#{}` in a string is a directive: the template does not parse", word.name),
            proof: None,
            shown: true,
        })
        .collect()
}

fn check(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    let found = if subject.errors.is_empty() {
        let mut visitor = InStrings { subject, found: Vec::new() };
        visit::block(&subject.tree.block, &mut visitor);
        // An `#else` that ends a string needs a rendering to tell it from two branches that begin one.
        for (at, guard) in &subject.skeleton.observed.split_string {
            if let Some((proof, _)) = subject.prover.no_json(guard) {
                visitor.found.push(Misread {
                    span: Span::of(*at, *at + "#else".len()),
                    message: "`#else` in a string begins the other branch of the `#if` around it".to_owned(),
                    proof: Some(proof),
                    shown: false,
                });
            }
        }
        visitor.found
    } else {
        strays(subject)
    };
    for misread in found {
        let help =
            "give the placeholder a name that is no word of the language (`#e1`), or escape it: `\\#end`";
        findings.push(subject.finding(
            &LINT.info,
            misread.span,
            Report {
                message: misread.message,
                help: Some(help.to_owned()),
                severity: LINT.info.severity,
                proof: misread.proof,
                shown: misread.shown,
            },
        ));
    }
}
