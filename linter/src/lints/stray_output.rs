//! Text beside the JSON of an answer.

use keybound_vtl::Span;

use crate::finding::{Finding, LintInfo, Severity};
use crate::render::Direction;

use super::subject::{Report, TemplateSubject};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "stray-output",
        severity: Severity::Warning,
        summary: "something is printed behind the JSON of an answer",
        page: PAGE,
    },
    check: Check::Template(check),
};

const PAGE: &str = r##"# stray-output

Whatever stands outside of directives is printed, behind the closing brace too: a second document after an `#end`, a
brace too many, a reference that was written for what it does and prints `true` besides. What the client gets is then no
JSON, although the status says that all is well. A request of this kind never reaches DynamoDB's data; it is reported as
[broken-template](broken-template.md).

## Bad

Both documents are printed where there is an item:

```vtl,bad,response
#if($input.path('$.Item') != "")
{"item": $input.json('$.Item')}
#end
{"message": "not found"}
```

```vtl,bad,response
{"count": $input.json('$.Count')}}
```

`add` gives `true`, and the reference prints it:

```vtl,bad,response
#set($seen = [])
{"count": $input.json('$.Count')}
$seen.add("one")
```

## Good

```vtl,good,response
#if($input.path('$.Item') != "")
{"item": $input.json('$.Item')}
#else
{"message": "not found"}
#end
```

`#stop` ends the output:

```vtl,good,response
#if($input.path('$.Item') != "")
{"item": $input.json('$.Item')}
#stop
#end
{"message": "not found"}
```

A reference in a `#set` prints nothing:

```vtl,good,response
#set($seen = [])
{"count": $input.json('$.Count')}
#set($added = $seen.add("one"))
```
"##;

fn check(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    // Other answers than JSON may hold any text.
    if subject.direction != Direction::Response || !subject.template.content_type.contains("json") {
        return;
    }
    if subject.deployment_brings_code() {
        return;
    }
    for (at, guard) in &subject.skeleton.observed.behind_document {
        let Some((proof, error)) = subject.prover.no_json(guard) else { continue };
        findings.push(subject.finding(
            &LINT.info,
            Span::of(*at, *at + 1),
            Report {
                message: format!(
                    "this is printed behind the JSON of the answer, which is none then: {error}"
                ),
                help: Some(
                    "let one branch print one document, and put what prints nothing into `#set`".to_owned(),
                ),
                severity: LINT.info.severity,
                proof: Some(proof),
                shown: false,
            },
        ));
        return;
    }
}
