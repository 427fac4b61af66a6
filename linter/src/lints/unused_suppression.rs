//! Comments and metadata that say to ignore findings and have no effect.

use std::sync::Arc;

use crate::finding::{Confidence, Finding, LintInfo, Severity};
use crate::source::{HostSpan, SourceFile};

use super::{Check, Lint};

/// The lint's name; it cannot be suppressed.
pub(crate) const NAME: &str = "unused-suppression";

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: NAME,
        severity: Severity::Warning,
        summary: "a comment or metadata that says to ignore findings has no effect",
        page: PAGE,
    },
    check: Check::Suppression,
};

const PAGE: &str = r###"# unused-suppression

`keybound: ignore[lint-name] reason` in a comment leaves the findings of these lints out: `##` inside a template, `#` in
a YAML definition. Several names are separated by commas. A reason is required.

The comment covers one line: its own, where something stands before it; otherwise the next line that is no comment.
Inside a template it covers that template's findings and lines are counted in the template, so it works in a JSON file of
one line too. API Gateway drops the comment with its line. In YAML it covers whatever begins on the line, such as
the route's key or `passthroughBehavior`.

JSON has no comments. There, and in YAML too, the `Metadata` of a CloudFormation resource covers the findings that lie in
the resource:

```
"Metadata": { "keybound": { "ignore": [{ "lint": "open-method", "reason": "anyone may follow a short link" }] } }
```

`keybound lint --no-ignores` shows findings all the same, for those who review suppressions.

A suppression that covers nothing would one day hide a finding that nobody has judged. So it is reported where it

- covers no finding of the lint that it names,
- gives no reason,
- names a lint that does not exist, or this one.

## Bad

```vtl,bad,action=GetItem
## keybound: ignore[unescaped-input] the id is checked by the authorizer
{"TableName": "Orders", "Key": {"id": {"S": "1"}}}
```

```vtl,bad,action=GetItem
## keybound: ignore[unescaped-input]
{"TableName": "Orders", "Key": {"id": {"S": "$input.params('id')"}}}
```

## Good

```vtl,good,action=GetItem
{"TableName": "Orders",
## keybound: ignore[unescaped-input] a WAF rule in front of the API admits digits only
 "Key": {"id": {"S": "$input.params('id')"}}}
```
"###;

/// The finding for a comment, or for a name in one.
pub(crate) fn finding(file: Arc<SourceFile>, span: HostSpan, message: String, help: String) -> Finding {
    Finding {
        lint: NAME,
        severity: LINT.info.severity,
        confidence: Confidence::Proven,
        message,
        help: Some(help),
        file,
        span,
        exact: true,
        route: None,
        content_type: None,
        action: None,
        table: None,
        related: Vec::new(),
        proof: None,
        fix: None,
        justification: None,
    }
}
