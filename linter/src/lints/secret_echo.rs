//! Credentials that an answer repeats.

use crate::api::{Integration, RestKind, name_words};
use crate::finding::{Finding, LintInfo, Severity};
use crate::render::{Direction, Parameter, Term, TermId, Terms, value};

use super::subject::{Report, TemplateSubject, integration_finding};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "secret-echo",
        severity: Severity::Warning,
        summary: "an answer repeats a credential",
        page: PAGE,
    },
    check: Check::Both(check_template, check_integration),
};

const PAGE: &str = r##"# secret-echo

A response prints what a caller signs in with: the `Authorization` header, a cookie, an API key, all headers at once, or a
token that the authorizer handed over. Script on a page reads answers, but not the browser's cookies and headers; API
Gateway's cache gives one caller's answer to the next; answers are logged where requests are not
([CWE-201](https://cwe.mitre.org/data/definitions/201.html)). What an authorizer passes on in its context may be meant for
templates alone.

## Bad

```vtl,bad,response
{"token": "$util.escapeJavaScript($input.params('Authorization')).replaceAll("\\'","'")"}
```

```vtl,bad,response
{"ok": true, "key": "$context.identity.apiKey"}
```

All headers, one after the other:

```vtl,bad,response
{"headers": {#foreach($name in $input.params().header.keySet())"$util.escapeJavaScript($name).replaceAll("\\'","'")": "$util.escapeJavaScript($input.params().header.get($name)).replaceAll("\\'","'")"#if($foreach.hasNext),#end#end}}
```

```vtl,bad,response
#set($context.responseOverride.header['X-Token'] = $context.authorizer.accessToken)
{"ok": true}
```

```yaml,bad
openapi: "3.0.1"
paths:
  /orders:
    put:
      x-amazon-apigateway-auth: { type: AWS_IAM }
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem
        passthroughBehavior: never
        requestTemplates:
          application/json: '{"TableName": "Orders", "Item": {"id": {"S": "$context.extendedRequestId"}}}'
        responses:
          "200":
            statusCode: "200"
            responseParameters:
              method.response.header.X-Key: context.identity.apiKey
```

## Good

Who the caller is, is no secret:

```vtl,good,response
{"caller": "$context.authorizer.principalId", "tenant": "$context.authorizer.tenant"}
```

Nor is whether there is a credential, or its kind:

```vtl,good,response
{"signed_in": #if($input.params('Authorization').startsWith('Bearer '))true#{else}false#end}
```

```vtl,good,response
#set($key = "$context.identity.apiKeyId")
{"key": "$util.escapeJavaScript($key).replaceAll("\\'","'")", "origin": "$util.escapeJavaScript($input.params('Origin')).replaceAll("\\'","'")"}
```
"##;

/// Request headers that hold a credential, in lower case. Source: RFC 9110, RFC 6265, the API Gateway and IAM guides.
const HEADERS: [&str; 6] =
    ["authorization", "cookie", "proxy-authorization", "x-amz-security-token", "x-api-key", "x-auth-token"];

/// Words for a credential in the name of an authorizer's value.
const WORDS: [&str; 7] = ["credential", "credentials", "jwt", "password", "secret", "token", "tokens"];

/// What stands before `key` where that is a credential.
const KEYS: [&str; 3] = ["api", "access", "private"];

const HELP: &str = "leave the credential out of the answer";

/// What a term has of a credential, for people.
fn secret(terms: &Terms, id: TermId) -> Option<String> {
    let is_secret = match terms.get(id) {
        Term::Parameter(Parameter::Header | Parameter::Any, name) => {
            HEADERS.iter().any(|header| name.eq_ignore_ascii_case(header))
        }
        Term::Parameters(place) => place.is_none_or(|place| place == Parameter::Header),
        Term::SomeParameter(Parameter::Header, _) => return Some("every header".to_owned()),
        Term::Context(path) => is_secret_context(path),
        // A number got from a text says little of it.
        Term::Measured(..) => return None,
        _ => return terms.parts(id).into_iter().find_map(|part| secret(terms, part)),
    };
    is_secret.then(|| terms.describe(id))
}

/// Whether the value at a path of `$context` is a credential.
fn is_secret_context(path: &str) -> bool {
    if path == "identity.apiKey" {
        return true;
    }
    let Some(name) = path.strip_prefix("authorizer.").filter(|name| !name.starts_with("claims.")) else {
        return false;
    };
    let words = name_words(name);
    words.iter().any(|word| WORDS.contains(&word.as_str()))
        || words
            .windows(2)
            .any(|pair| matches!(pair, [kind, key] if key == "key" && KEYS.contains(&kind.as_str())))
}

fn check_template(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    let terms = &subject.skeleton.terms;
    if subject.direction == Direction::Response {
        for hole in &subject.skeleton.uses {
            if subject.is_proven(&LINT.info, hole.span, findings) || subject.facts(hole).finite.is_some() {
                continue;
            }
            let Some(what) = secret(terms, hole.term) else { continue };
            let proof = subject.prover.prints(hole, &[SPECIMEN]);
            findings.push(subject.finding(&LINT.info, hole.span, report(&what, "the answer", proof)));
        }
    }
    for written in &subject.skeleton.overrides {
        let Some(header) = written.path.strip_prefix("responseOverride.header.") else { continue };
        let holes = value::holes(&written.pieces).into_iter();
        let Some((id, what)) = holes.filter_map(|id| Some((id, secret(terms, id)?))).next() else { continue };
        let proof = subject.prover.overrides(written, &[id], &[SPECIMEN], &|value| value.contains(SPECIMEN));
        let place = format!("the answer's header `{header}`");
        findings.push(subject.finding(&LINT.info, written.span, report(&what, &place, proof)));
    }
}

/// A credential that a proof uses; no JSON escape changes it.
const SPECIMEN: &str = "credential-of-the-caller";

fn report(what: &str, place: &str, proof: Option<crate::finding::Proof>) -> Report {
    Report {
        message: format!("{place} repeats {what}"),
        help: Some(HELP.to_owned()),
        severity: LINT.info.severity,
        proof,
        shown: false,
    }
}

fn check_integration(integration: &Integration, findings: &mut Vec<Finding>) {
    if integration.kind == RestKind::Http {
        return;
    }
    for mapping in integration.responses.iter().flat_map(|case| &case.parameters) {
        let Some(path) = mapping.value.text().strip_prefix("context.") else { continue };
        if is_secret_context(path) {
            let what = format!("`$context.{path}`");
            let place = format!("the answer's header `{}`", mapping.name);
            let report = Report { shown: true, ..report(&what, &place, None) };
            findings.push(integration_finding(&LINT.info, integration, mapping.span, report));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_told_by_the_words_of_a_name() {
        for path in ["identity.apiKey", "authorizer.accessToken", "authorizer.api_key", "authorizer.JWT"] {
            assert!(is_secret_context(path), "{path}");
        }
        for path in [
            "identity.apiKeyId",
            "authorizer.principalId",
            "authorizer.keyPrefix",
            "authorizer.partition_key",
            "authorizer.claims.token_use",
            "authorizer.tokenizer",
            "extendedRequestId",
        ] {
            assert!(!is_secret_context(path), "{path}");
        }
    }
}
