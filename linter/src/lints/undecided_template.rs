//! Templates that could not be followed to the end.

use keybound_vtl::Span;

use crate::finding::{Finding, LintInfo, Severity};

use super::subject::{Report, TemplateSubject};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "undecided-template",
        severity: Severity::Warning,
        summary: "the template does something that cannot be followed, so nothing is proved of it",
        page: PAGE,
    },
    check: Check::Template(check),
};

const PAGE: &str = r##"# undecided-template

The model of the template gives up at this construct: what lies behind it is not judged. It says so here, so that no
silence is taken for a proof.

A template of which nothing is known is one too: a file that a definition names and that is not there, or cannot be read
from here, and a text that only the deployment has.

## Bad

A loop that leaves a bracket open in each turn:

```vtl,bad,action=PutItem
#foreach($x in $input.path('$.list')){"a":#end
```

A template that is not in the definition:

```yaml,bad
Parameters: { Template: { Type: String } }
Resources:
  Method:
    Type: AWS::ApiGateway::Method
    Properties:
      HttpMethod: GET
      AuthorizationType: AWS_IAM
      Integration:
        Type: AWS
        IntegrationHttpMethod: POST
        PassthroughBehavior: NEVER
        Uri: arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem
        RequestTemplates: { application/json: !Ref Template }
```

## Good

```vtl,good,action=GetItem
{"TableName": "Orders", "Key": {"id": {"S": "1"}}}
```
"##;

fn check(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    if let [placeholder] = subject.template.text.placeholders()
        && subject.template.text.is_only_placeholders()
    {
        findings.push(subject.finding(
            &LINT.info,
            Span::of(0, subject.template.text.text().len()),
            Report {
                message: format!(
                    "nothing is known of this template: `{}` is all of it, which cannot be read from here",
                    shown(&placeholder.name)
                ),
                help: Some(
                    "where it is a file, put it where the definition looks for it; a text that only the \
                     deployment has cannot be judged"
                        .to_owned(),
                ),
                severity: Severity::Warning,
                proof: None,
                shown: false,
            },
        ));
        return;
    }
    for undecided in &subject.skeleton.undecided {
        findings.push(subject.finding(
            &LINT.info,
            undecided.span,
            Report {
                message: format!("this cannot be followed: {}", undecided.reason),
                help: Some(
                    "write it in a simpler way; until then nothing is proved of this template".to_owned(),
                ),
                severity: Severity::Warning,
                proof: None,
                shown: false,
            },
        ));
    }
}

/// The most characters of an expression that a message holds.
const MAX_SHOWN: usize = 80;

fn shown(name: &str) -> String {
    let cut = if name.chars().count() > MAX_SHOWN { "…" } else { "" };
    name.chars().take(MAX_SHOWN).chain(cut.chars()).collect()
}
