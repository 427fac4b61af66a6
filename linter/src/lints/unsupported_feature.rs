//! What other VTL engines have and API Gateway has not.

use keybound_vtl::Span;
use keybound_vtl::ast::visit::{self, Visitor};
use keybound_vtl::ast::{AccessKind, Node, NodeKind, Reference};

use crate::finding::{Finding, LintInfo, Severity};
use crate::render::context;

use super::subject::{Report, TemplateSubject};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "unsupported-feature",
        severity: Severity::Warning,
        summary: "a directive, function or variable that API Gateway has not, and does not complain of",
        page: PAGE,
    },
    check: Check::Template(check),
};

const PAGE: &str = r##"# unsupported-feature

API Gateway's template language is Velocity with less: what it lacks is no error. A directive that it lacks prints as it
is written, `#macro` is read and dropped and its calls print, and a function, tool or variable that it lacks is the empty
text, which is true in a condition. Many templates are written after AppSync's, whose `$ctx` and `$util.dynamodb` are not
here, or after Velocity's own manual, with `#evaluate`, `#parse` and the tools `$esc`, `$math`, `$date`.

What is there: `#set #if #elseif #else #end #foreach #break #stop #define`; `$input.params`, `.path`, `.json`, `.body`;
`$util.escapeJavaScript`, `parseJson`, `urlEncode`, `urlDecode`, `base64Encode`, `base64Decode`; `$context` and
`$stageVariables`; and the methods of Java's strings, numbers, lists and maps. `$velocityCount` and `$velocityHasNext`
work.

## Bad

```vtl,bad,action=PutItem
{"TableName": "Users", "Item": {"id": {"S": "$util.autoId()"}, "name": {"S": $input.json('$.name')}}}
```

```vtl,bad,action=PutItem
#macro(text $value){"S": $value}#end
{"TableName": "Users", "Item": {"name": #text($input.json('$.name'))}}
```

```vtl,bad,action=GetItem
{"TableName": "Users", "Key": {"id": {"S": "$ctx.identity.sub"}}}
```

```vtl,bad,action=GetItem
{"TableName": "Users", "Key": {"id": {"S": "$input.params.id"}}}
```

```vtl,bad,response
#parse("answer.vm")
{"count": $input.json('$.Count')}
```

## Good

```vtl,good,action=PutItem
{"TableName": "Users", "Item": {"id": {"S": "$context.extendedRequestId"}, "name": {"S": $input.json('$.name')}}}
```

A block is rendered where its name is read:

```vtl,good,action=PutItem
#define($name){"S": $input.json('$.name')}#end
{"TableName": "Users", "Item": {"name": $name}}
```

```vtl,good,action=GetItem
#set($date = "1")
{"TableName": "Users", "Key": {"id": {"S": "$context.authorizer.claims.sub"}, "day": {"N": "$date"}}}
```

```vtl,good,response
[#foreach($item in $input.path('$.Items'))$velocityCount#if($velocityHasNext),#end#end]
```
"##;

/// Directives that other engines have, and what API Gateway makes of them. Recorded of `#evaluate`; the others are read
/// as words that are no directive.
const DIRECTIVES: [&str; 4] = ["evaluate", "include", "parse", "return"];

/// Functions of `$util`. Source: the developer guide's mapping template reference.
const FUNCTIONS: [&str; 6] =
    ["base64Decode", "base64Encode", "escapeJavaScript", "parseJson", "urlDecode", "urlEncode"];

/// Methods of `$input`, and whether each may stand without parentheses. Source: the same.
const INPUT: [(&str, bool); 5] =
    [("body", true), ("getBody", false), ("json", false), ("params", false), ("path", false)];

/// Variables of other services and of Velocity's tools, with whose they are. Sources: AppSync's resolver reference, the
/// names under which Velocity Tools' generic tools are known, API Gateway's parameter mappings, Lambda's handler.
const VARIABLES: [(&str, &str); 14] = [
    ("ctx", "AppSync's"),
    ("convert", "one of Velocity's tools"),
    ("date", "one of Velocity's tools"),
    ("esc", "one of Velocity's tools"),
    ("event", "a Lambda function's"),
    ("integration", "a parameter mapping's"),
    ("json", "one of Velocity's tools"),
    ("math", "one of Velocity's tools"),
    ("method", "a parameter mapping's"),
    ("number", "one of Velocity's tools"),
    ("render", "one of Velocity's tools"),
    ("sorter", "one of Velocity's tools"),
    ("utils", "no service's"),
    ("xml", "one of Velocity's tools"),
];

/// Members of `$context` that AppSync has and API Gateway has not. Source: AppSync's resolver reference.
const APPSYNC_CONTEXT: [&str; 7] = ["args", "arguments", "info", "prev", "result", "source", "stash"];

/// Whether a variable is another service's, or a tool's.
pub(super) fn is_foreign(name: &str) -> bool {
    VARIABLES.iter().any(|(variable, _)| *variable == name)
}

struct Features<'s, 'a> {
    subject: &'s TemplateSubject<'a>,
    found: Vec<(Span, String, &'static str)>,
}

impl<'t> Visitor<'t> for Features<'_, '_> {
    fn node(&mut self, node: &'t Node) {
        if node.kind == NodeKind::Macro {
            let message = "API Gateway drops `#macro`, and prints its calls as they are written".to_owned();
            self.found.push((
                node.span,
                message,
                "use `#define($name) … #end`, which renders where `$name` is read",
            ));
        }
    }

    fn reference(&mut self, reference: &'t Reference) {
        if let Some((message, help)) = self.lacking(reference) {
            self.found.push((reference.span, message, help));
        }
    }
}

impl Features<'_, '_> {
    /// What a reference reads that is not there.
    fn lacking(&self, reference: &Reference) -> Option<(String, &'static str)> {
        let first = reference.accesses.first().map(|access| &access.kind);
        let (name, called) = match first {
            Some(AccessKind::Method(name, _)) => (name.as_str(), true),
            Some(AccessKind::Property(name)) => (name.as_str(), false),
            Some(AccessKind::Index(_)) | None => ("", false),
        };
        let root = reference.root.as_str();
        if self.subject.skeleton.observed.roots.get(&reference.span) == Some(&false) {
            let (_, whose) = VARIABLES.iter().find(|(variable, _)| *variable == root)?;
            let message = format!("API Gateway has no `${root}`: it is {whose}, and empty here");
            return Some((message, "read `$input`, `$context` or `$stageVariables`"));
        }
        match root {
            "util" if !name.is_empty() && !FUNCTIONS.contains(&name) => Some((
                format!("API Gateway's `$util` has no `{name}`: it gives the empty text"),
                "there are `escapeJavaScript`, `parseJson`, `urlEncode`, `urlDecode`, `base64Encode` and `base64Decode`",
            )),
            "input" if !name.is_empty() => {
                let known = INPUT.iter().find(|(known, _)| *known == name);
                match known {
                    None => Some((
                        format!("API Gateway's `$input` has no `{name}`: it gives the empty text"),
                        "there are `params`, `path`, `json` and `body`",
                    )),
                    Some((_, without)) if !called && !without => Some((
                        format!("`$input.{name}` without parentheses is the empty text"),
                        "call it: `$input.params('name')`",
                    )),
                    Some(_) => None,
                }
            }
            "context" if APPSYNC_CONTEXT.contains(&name) && !context::exists(name) => Some((
                format!("API Gateway's `$context` has no `{name}`: that is AppSync's, and empty here"),
                "read the request with `$input.params('name')` or `$input.path('$.name')`",
            )),
            _ => None,
        }
    }
}

fn check(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    if !subject.errors.is_empty() {
        return;
    }
    let mut features = Features { subject, found: Vec::new() };
    visit::block(&subject.tree.block, &mut features);
    let directives = subject.tree.words.iter().filter(|word| {
        // In a string it may be a placeholder's name.
        DIRECTIVES.contains(&word.name.as_str()) && !subject.is_in_string(word.span)
    });
    let printed = directives.map(|word| {
        let message = format!("API Gateway has no `#{}`, and prints it as it is written", word.name);
        (word.span, message, "a template is one text: write what it would bring in")
    });
    features.found.extend(printed);
    for (span, message, help) in features.found {
        // What is there depends on the service alone.
        let report = Report {
            message,
            help: Some(help.to_owned()),
            severity: LINT.info.severity,
            proof: None,
            shown: true,
        };
        findings.push(subject.finding(&LINT.info, span, report));
    }
}
