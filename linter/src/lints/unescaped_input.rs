//! Client text that can end the JSON string it stands in.

use crate::finding::{Finding, LintInfo, Severity};
use crate::render::breakout::ends_string;
use crate::render::skeleton::Place;
use crate::render::{Control, Direction, Term, lone_quote};

use super::mutable_claim_as_key::is_written_by_users;
use super::subject::{Report, TemplateSubject};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "unescaped-input",
        severity: Severity::Error,
        summary: "client text can end the JSON string that it stands in",
        page: PAGE,
    },
    check: Check::Template(check),
};

const PAGE: &str = r#"# unescaped-input

Client text stands in a JSON string of the DynamoDB request without being escaped. A `"` in it ends the string, and
what follows is read as part of the request: the client adds attributes, conditions, an index, or whatever else the
integration's role allows.

API Gateway decodes path and query parameters before a template sees them, so `%22` is a quote. A value read with
`$input.path` need not be text: an object prints its names and texts as they are, an array prints as JSON with quotes.

## Bad

```vtl,bad,action=GetItem
{"TableName": "Orders", "Key": {"id": {"S": "$input.params('id')"}}}
```

An escape that is undone afterwards is none:

```vtl,bad,action=GetItem
{"TableName": "Orders", "Key": {"id": {"S": "$util.urlDecode($util.escapeJavaScript($input.params('id')))"}}}
```

A guard that runs on text only says nothing of a JSON object:

```vtl,bad,action=GetItem
#set($id = $input.path('$.id'))
#if($id.matches('[a-z0-9]+')){"TableName": "Orders", "Key": {"id": {"S": "$id"}}}#end
```

A claim of a user pool that its users write is their text too; whether they may, the pool decides:

```vtl,bad,action=GetItem,possible
{"TableName": "Users", "Key": {"mail": {"S": "$context.authorizer.claims.email"}}}
```

## Good

`escapeJavaScript` with the repair of its `\'`, which is no JSON:

```vtl,good,action=GetItem
{"TableName": "Orders", "Key": {"id": {"S": "$util.escapeJavaScript($input.params('id')).replaceAll("\\'","'")"}}}
```

`$input.json`, which brings its own quotes:

```vtl,good,action=PutItem
{"TableName": "Orders", "Item": {"id": {"S": $input.json('$.id')}}}
```

A guard over the whole text that stops everything else:

```vtl,good,action=GetItem
#set($id = "$input.params('id')")
#if($id.matches('[A-Za-z0-9-]+'))
{"TableName": "Orders", "Key": {"id": {"S": "$id"}}}
#end
```
"#;

const HELP: &str = "escape it: `$util.escapeJavaScript(\"…\").replaceAll(\"\\\\'\",\"'\")` as the last step, inside the quotes; or print `$input.json(…)` without quotes";

fn check(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    if subject.direction != Direction::Request {
        return;
    }
    check_claims(subject, findings);
    for (hole, control) in subject.untrusted() {
        if subject.is_proven(&LINT.info, hole.span, findings) {
            continue;
        }
        if control != Control::Client || !matches!(hole.place, Place::StringValue | Place::StringKey) {
            continue;
        }
        let facts = subject.facts(hole);
        if !ends_string(&facts) || lone_quote::is_harmless(subject.skeleton, hole, &facts) {
            continue;
        }
        let terms = &subject.skeleton.terms;
        let what = terms.describe(hole.term);
        let place = TemplateSubject::path_text(&hole.path);
        let undone = escape_undone(subject, hole.term);
        let message = match undone {
            true => {
                format!("{what} can end the JSON string in {place}: what is done after its escape undoes it")
            }
            false => format!("{what} can end the JSON string in {place}"),
        };
        let found = subject.finding(
            &LINT.info,
            hole.span,
            Report {
                message,
                help: Some(HELP.to_owned()),
                severity: LINT.info.severity,
                proof: subject.prover.injection(hole),
                shown: false,
            },
        );
        findings.push(Finding { fix: subject.escaping().escape(hole), ..found });
    }
}

/// Claims of a user pool are their user's text, of any characters where the pool lets users write the attribute. Whether
/// it does no definition of an API says.
fn check_claims(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    let terms = &subject.skeleton.terms;
    for hole in &subject.skeleton.uses {
        let mut sources = terms.sources(hole.term).into_iter().map(|source| terms.get(source));
        let claim = sources.find_map(|source| match source {
            Term::Context(path) => path.strip_prefix("authorizer.claims.").filter(|name| is_written(name)),
            _ => None,
        });
        let Some(claim) = claim.filter(|_| terms.control(hole.term) == Control::Caller) else { continue };
        let in_string = matches!(hole.place, Place::StringValue | Place::StringKey);
        if !in_string || !ends_string(&subject.facts(hole)) || subject.is_of_rules(hole) {
            continue;
        }
        let place = TemplateSubject::path_text(&hole.path);
        let found = subject.finding(
            &LINT.info,
            hole.span,
            Report {
                message: format!(
                    "claim `{claim}` can end the JSON string in {place} where users may write the attribute"
                ),
                help: Some(HELP.to_owned()),
                severity: Severity::Warning,
                proof: None,
                shown: false,
            },
        );
        findings.push(Finding { fix: subject.escaping().escape(hole), ..found });
    }
}

/// Whether a claim's text may be its user's: an attribute that users write, or the name that they sign up with, which
/// holds any letters, symbols and punctuation.
/// Source: Amazon Cognito's API reference, `SignUp`.
fn is_written(claim: &str) -> bool {
    matches!(claim, "cognito:username" | "username") || is_written_by_users(claim)
}

/// Whether `escapeJavaScript` is somewhere below the last operation.
fn escape_undone(subject: &TemplateSubject<'_>, id: crate::render::TermId) -> bool {
    use crate::render::{Op, Term};
    let mut todo = vec![id];
    while let Some(id) = todo.pop() {
        if matches!(subject.skeleton.terms.get(id), Term::Applied(Op::EscapeJavaScript, _)) {
            return true;
        }
        todo.extend(subject.skeleton.terms.parts(id));
    }
    false
}
