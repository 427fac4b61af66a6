//! Headers that the client, or whoever wrote an item, sets.

use crate::api::trust::{Decider, Trust};
use crate::api::{Integration, ParameterMapping, ResponseCase, RestKind};
use crate::finding::{Finding, LintInfo, Severity};
use crate::render::context;
use crate::render::skeleton::Override;
use crate::render::value::{self, Piece};
use crate::render::{Control, Facts, TermId};

use super::subject::{Report, TemplateSubject, integration_finding, said_here};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "client-set-header",
        severity: Severity::Warning,
        summary: "the client or a stored text decides a header that browsers or DynamoDB act on",
        page: PAGE,
    },
    check: Check::Both(check_template, check_integration),
};

const PAGE: &str = r##"# client-set-header

A parameter mapping or an override writes a text that is not the definition's own into a header that someone acts on:

| header | what its writer decides |
|---|---|
| `Location`, `Refresh` | where the caller's browser goes next ([CWE-601](https://cwe.mitre.org/data/definitions/601.html)) |
| `Set-Cookie` | the session that the caller's browser uses from then on ([CWE-384](https://cwe.mitre.org/data/definitions/384.html)) |
| `Content-Type` | whether the answer is a page, with the script in it ([CWE-79](https://cwe.mitre.org/data/definitions/79.html)) |
| `Access-Control-Allow-Origin` beside `Access-Control-Allow-Credentials` | which site reads answers in the caller's name ([CWE-942](https://cwe.mitre.org/data/definitions/942.html)) |
| `Content-Security-Policy`, `X-Frame-Options` and their like | which protection is off |
| `X-Amz-Target`, `Host` of the request | which action of which service the role calls; where a template is there, `client-chosen-target` says so |

Whoever makes a link decides the parameters of the request that follows it, so the client is not always the one who
suffers. An override in a request template counts as well: API Gateway keeps it for the response.

A `Location` that an item holds is what a link shortener is for; then it is a note: whoever may write items decides where
readers are sent. The other headers, or a `Location` from the request, are warnings. A value is no finding where it can
only be a path, or follows a fixed host.

## Bad

The client's text is the whole address:

```yaml,bad
openapi: "3.0.1"
paths:
  /visits:
    post:
      x-amazon-apigateway-auth: { type: AWS_IAM }
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem
        passthroughBehavior: never
        requestTemplates:
          application/json: '{"TableName": "Visits", "Item": {"id": {"S": "$context.extendedRequestId"}}}'
        responses:
          default:
            statusCode: "302"
            responseTemplates:
              application/json: |
                #set($context.responseOverride.header.Location = $input.params('next'))
                {}
```

A host with nothing after it can be continued: `https://example.com.attacker.example/`:

```vtl,bad,response
#set($context.responseOverride.header.Location = "https://example.com$input.params('next')")
{}
```

A path of one slash can become two, and `//attacker.example` is another host:

```vtl,bad,response
#set($context.responseOverride.header.Location = "/$input.params('next')")
{}
```

A site of the client's choice reads the answer with the caller's cookies:

```vtl,bad,response
#set($context.responseOverride.header['Access-Control-Allow-Origin'] = $input.params('Origin'))
#set($context.responseOverride.header['Access-Control-Allow-Credentials'] = "true")
{}
```

A mapping says it without a template:

```yaml,bad
openapi: "3.0.1"
paths:
  /sessions/{id}:
    get:
      x-amazon-apigateway-auth: { type: AWS_IAM }
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem
        passthroughBehavior: never
        requestTemplates:
          application/json: '{"TableName": "Sessions", "Item": {"id": {"S": "$context.extendedRequestId"}}}'
        responses:
          4\d{2}:
            statusCode: "400"
            responseParameters:
              method.response.header.Set-Cookie: integration.response.body.message
            responseTemplates: { application/json: '{}' }
          5\d{2}:
            statusCode: "500"
            responseTemplates: { application/json: '{}' }
          default:
            statusCode: "200"
            responseTemplates: { application/json: '{}' }
```

In a request template:

```vtl,bad,action=PutItem
#if($input.params('lang') != "")
#set($context.responseOverride.header['Set-Cookie'] = "lang=$input.params('lang')")
#end
{"TableName": "Visits", "Item": {"id": {"S": "$context.extendedRequestId"}}}
```

## Good

Fix the host, and what follows it stays there:

```vtl,good,response
#set($context.responseOverride.header.Location = "https://example.com/orders/$input.params('id')")
{}
```

Choose between addresses of your own:

```vtl,good,response
#if($input.params('next') == "orders")#set($to = "/orders")#else#set($to = "/")#end
#set($context.responseOverride.header.Location = $to)
{}
```

Admit what a value may be:

```vtl,good,action=PutItem
#if($input.params('lang').matches('[a-z]{2}'))
#set($context.responseOverride.header['Set-Cookie'] = "lang=$input.params('lang')")
#end
{"TableName": "Visits", "Item": {"id": {"S": "$context.extendedRequestId"}}}
```

Without credentials any site may read what `*` would let it read:

```vtl,good,response
#set($context.responseOverride.header['Access-Control-Allow-Origin'] = $input.params('Origin'))
{}
```

A header that nobody acts on may say anything:

```vtl,good,response
#set($context.responseOverride.header['X-Order'] = $input.params('id'))
{}
```
"##;

/// What a header decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    /// Where the browser goes.
    Redirect,
    /// The browser's cookies.
    Cookie,
    /// What the answer is read as.
    ContentType,
    /// Who may read the answer, where credentials are allowed too.
    Origin,
    /// A protection of the browser's.
    Protection,
}

/// The response headers that browsers act on. Source: the Fetch standard, RFC 9110, and OWASP's list of secure headers.
const RESPONSE_HEADERS: &[(&str, Effect)] = &[
    ("access-control-allow-origin", Effect::Origin),
    ("clear-site-data", Effect::Protection),
    ("content-security-policy", Effect::Protection),
    ("content-type", Effect::ContentType),
    ("cross-origin-embedder-policy", Effect::Protection),
    ("cross-origin-opener-policy", Effect::Protection),
    ("cross-origin-resource-policy", Effect::Protection),
    ("location", Effect::Redirect),
    ("permissions-policy", Effect::Protection),
    ("referrer-policy", Effect::Protection),
    ("refresh", Effect::Redirect),
    ("set-cookie", Effect::Cookie),
    ("strict-transport-security", Effect::Protection),
    ("x-content-type-options", Effect::Protection),
    ("x-frame-options", Effect::Protection),
];

const CREDENTIALS: &str = "access-control-allow-credentials";

impl Effect {
    fn of(header: &str) -> Option<Self> {
        let row = RESPONSE_HEADERS.iter().find(|(name, _)| header.eq_ignore_ascii_case(name));
        row.map(|(_, effect)| *effect)
    }

    /// What comes of it that someone decides the header.
    fn outcome(self, header: &str) -> String {
        match self {
            Self::Redirect => format!("decides where `{header}` sends the caller"),
            Self::Cookie => format!("decides a cookie of the caller's in `{header}`"),
            Self::ContentType => format!("decides in `{header}` whether the answer is read as a page"),
            Self::Origin => {
                format!("names in `{header}` the site that may read the answer with the caller's credentials")
            }
            Self::Protection => format!("decides `{header}`, which protects the caller"),
        }
    }

    fn help(self) -> &'static str {
        match self {
            Self::Redirect => "begin with a fixed host and a `/`, or choose between addresses of your own",
            Self::Cookie => {
                "write the cookie yourself, and let a guard admit what its value may be, without `;`"
            }
            Self::ContentType => "write the content type yourself",
            Self::Origin => "write the origin, or choose between origins of your own",
            Self::Protection => "write the header's value yourself",
        }
    }

    /// Whether the text of holes after a fixed beginning decides nothing that matters; `last` is what the first hole
    /// that is not trusted can hold.
    fn is_confined(self, begins: &str, last: &Facts) -> bool {
        let holds = |c: char| last.printed_chars().contains(c);
        match self {
            Self::Redirect => stays_on_host(begins, &holds),
            Self::Cookie => begins.contains('=') && !holds(';'),
            Self::ContentType => !begins.is_empty(),
            Self::Origin | Self::Protection => false,
        }
    }

    /// Texts that show it, and whether a header's value does.
    fn attack(self) -> (&'static [&'static str], fn(&str) -> bool) {
        match self {
            Self::Redirect => (
                &[
                    "https://attacker.example/",
                    "/attacker.example/",
                    ".attacker.example/",
                    "@attacker.example/",
                ],
                |value| host_of(value).is_some_and(|host| host.ends_with("attacker.example")),
            ),
            Self::Cookie => (&["session=chosen", "v; Path=/chosen"], |value| {
                value.starts_with("session=chosen") || value.contains("; Path=/chosen")
            }),
            Self::ContentType => (&["text/html"], |value| value.starts_with("text/html")),
            Self::Origin => (&["https://attacker.example"], |value| value.ends_with("://attacker.example")),
            Self::Protection => (&["chosen"], |value| value.contains("chosen")),
        }
    }
}

/// The host that a browser goes to for an address, where it names one.
fn host_of(address: &str) -> Option<&str> {
    let (_, after) = address.split_once("//")?;
    let authority = after.split(['/', '?', '#', '\\']).next()?;
    Some(authority.rsplit('@').next().unwrap_or(authority))
}

/// Whether an address that begins so goes to a fixed host, whatever follows. Source: the URL standard; browsers take
/// a backslash for a slash.
fn stays_on_host(begins: &str, next_holds: &dyn Fn(char) -> bool) -> bool {
    let begins = begins.trim_start();
    if let Some((_, after)) = begins.split_once("//") {
        return after.contains(['/', '?', '#', '\\']);
    }
    let mut chars = begins.chars();
    match (chars.next(), chars.next()) {
        // A scheme or two slashes may follow.
        (None, _) => !next_holds(':') && !next_holds('/') && !next_holds('\\'),
        (Some('/' | '\\'), None) => !next_holds('/') && !next_holds('\\'),
        (Some('/'), Some(second)) => !matches!(second, '/' | '\\'),
        // `javascript:` and `https:` begin with letters; a relative path has a slash before any colon.
        _ => begins.contains(['/', '?', '#']) || !(begins.contains(':') || next_holds(':')),
    }
}

fn check_template(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    let overrides = &subject.skeleton.overrides;
    let with_credentials = overrides.iter().any(|written| header_of(written).is_some_and(is_credentials))
        || subject.integration.response_of(subject.template).is_some_and(allows_credentials);
    for written in overrides {
        let Some(header) = header_of(written) else { continue };
        if subject.is_proven(&LINT.info, written.span, findings) {
            continue;
        }
        if header == "?" {
            findings.extend(open_name(subject, written));
            continue;
        }
        let Some(effect) = Effect::of(header) else { continue };
        if effect == Effect::Origin && !with_credentials {
            continue;
        }
        let Some(who) = decider(subject, written, effect) else { continue };
        let (texts, shows) = effect.attack();
        let terms = &subject.skeleton.terms;
        let message = format!("{} {}", terms.describe(who), effect.outcome(header));
        findings.push(subject.finding(
            &LINT.info,
            written.span,
            Report {
                message,
                help: Some(effect.help().to_owned()),
                severity: severity(effect, terms.control(who)),
                proof: subject.prover.overrides(written, &[who], texts, &shows),
                shown: false,
            },
        ));
    }
}

fn severity(effect: Effect, control: Control) -> Severity {
    match (effect, control) {
        (Effect::Redirect, Control::Stored) => Severity::Note,
        _ => LINT.info.severity,
    }
}

/// The response header that an override writes.
fn header_of(written: &Override) -> Option<&str> {
    written.path.strip_prefix("responseOverride.header.")
}

fn is_credentials(header: &str) -> bool {
    header.eq_ignore_ascii_case(CREDENTIALS)
}

fn allows_credentials(case: &ResponseCase) -> bool {
    case.parameters.iter().any(|mapping| is_credentials(&mapping.name) && mapping.value.text() == "'true'")
}

/// The client names the header.
fn open_name(subject: &TemplateSubject<'_>, written: &Override) -> Option<Finding> {
    let terms = &subject.skeleton.terms;
    let in_value = value::holes(&written.pieces);
    let named = written.terms.iter().find(|id| {
        !in_value.contains(id)
            && terms.control(**id) >= Control::Stored
            && Facts::of(terms, **id, &written.guard).finite.is_none()
    })?;
    let report = Report {
        message: format!("{} names a header of the answer", terms.describe(*named)),
        help: Some("write the header's name yourself".to_owned()),
        severity: LINT.info.severity,
        proof: subject.prover.overrides(written, &[*named], &["X-Chosen"], &|name| name == "X-Chosen"),
        shown: false,
    };
    Some(subject.finding(&LINT.info, written.span, report))
}

/// The term that decides what matters of a header, if the template must not trust one.
fn decider(subject: &TemplateSubject<'_>, written: &Override, effect: Effect) -> Option<TermId> {
    let terms = &subject.skeleton.terms;
    ways(&written.pieces).into_iter().find_map(|way| {
        let mut begins = String::new();
        for piece in way {
            match piece {
                Piece::Literal(text) => begins.push_str(text),
                Piece::Hole(id) => {
                    let facts = Facts::of(terms, *id, &written.guard);
                    if terms.control(*id) < Control::Stored || facts.finite.is_some() {
                        // Some text of the template's own, of a host name's characters.
                        begins.push('x');
                    } else if effect.is_confined(&begins, &facts) {
                        return None;
                    } else {
                        return Some(*id);
                    }
                }
                Piece::Choice(_) => {}
            }
        }
        None
    })
}

/// Texts that a text with choices may be; of very many the first.
fn ways(pieces: &[Piece]) -> Vec<Vec<&Piece>> {
    const MOST: usize = 64;
    let mut ways = vec![Vec::new()];
    for piece in pieces {
        match piece {
            Piece::Choice(cases) => {
                let endings: Vec<Vec<&Piece>> =
                    cases.iter().flat_map(|(_, pieces)| self::ways(pieces)).collect();
                ways = ways
                    .iter()
                    .flat_map(|way| {
                        endings.iter().map(move |ending| [way.as_slice(), ending.as_slice()].concat())
                    })
                    .take(MOST)
                    .collect();
            }
            other => ways.iter_mut().for_each(|way| way.push(other)),
        }
    }
    ways
}

fn check_integration(integration: &Integration, findings: &mut Vec<Finding>) {
    if integration.kind != RestKind::Rest && integration.kind != RestKind::WebSocket {
        return;
    }
    for case in &integration.responses {
        for mapping in case.parameters.iter().filter(|mapping| mapping.place == "header") {
            let Some(effect) = Effect::of(&mapping.name) else { continue };
            let control = source_control(mapping.value.text(), &integration.trust);
            if control < Control::Stored || (effect == Effect::Origin && !allows_credentials(case)) {
                continue;
            }
            let message = format!("`{}` {}", mapping.value.text(), effect.outcome(&mapping.name));
            findings.push(mapped(integration, mapping, message, effect.help(), severity(effect, control)));
        }
    }
    for mapping in integration.request_parameters.iter().filter(|mapping| mapping.place == "header") {
        let value = mapping.value.text();
        let chooses = ["x-amz-target", "host"].iter().any(|name| mapping.name.eq_ignore_ascii_case(name));
        // What is mapped beside a template is `client-chosen-target`'s.
        let elsewhere = value.starts_with("method.request.") && !integration.request_templates.is_empty();
        if chooses && !elsewhere && source_control(value, &integration.trust) >= Control::Stored {
            let message = format!("`{value}` is sent as `{}`, which chooses the action", mapping.name);
            let help = "write the action into the uri, and map nothing of the client's there";
            findings.push(mapped(integration, mapping, message, help, Severity::Error));
        }
    }
}

/// Who decides the right-hand side of a parameter mapping. DynamoDB's own headers and what stands in quotes nobody does.
fn source_control(value: &str, trust: &Trust) -> Control {
    if let Some(decider) = trust.of_mapping(value) {
        return match decider {
            Decider::Deployment => Control::Trusted,
            Decider::Client => Control::Client,
        };
    }
    if ["method.request.", "route.request."].iter().any(|client| value.starts_with(client)) {
        Control::Client
    } else if value == "integration.response.body" || value.starts_with("integration.response.body.") {
        Control::Stored
    } else {
        value.strip_prefix("context.").map_or(Control::Trusted, context::control)
    }
}

fn mapped(
    integration: &Integration,
    mapping: &ParameterMapping,
    message: String,
    help: &str,
    severity: Severity,
) -> Finding {
    let report = Report { message, help: Some(help.to_owned()), severity, proof: None, shown: true };
    let finding = integration_finding(&LINT.info, integration, mapping.span, report);
    let value = mapping.value.text();
    let said = integration.trust.said_of_mapping(value);
    let said = said.filter(|_| source_control(value, &Trust::default()) < Control::Client);
    Finding { related: said.map(said_here).into_iter().collect(), ..finding }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_stays_on_its_host_where_nothing_can_change_it() {
        let any = |_: char| true;
        for begins in
            ["https://example.com/", "https://example.com?u=", "/orders/", "?next=", "orders/", "//x/"]
        {
            assert!(stays_on_host(begins, &any), "{begins}");
        }
        for begins in ["", "/", "//", "\\", "https://", "https://example.com", "https:", " ", "/\\", "order"]
        {
            assert!(!stays_on_host(begins, &any), "{begins}");
        }
        let letters = |c: char| c.is_ascii_alphanumeric();
        for begins in ["", "/", "order"] {
            assert!(stays_on_host(begins, &letters), "{begins}");
        }
        assert!(!stays_on_host("https://example.com", &letters));
    }

    #[test]
    fn the_host_of_an_address_is_the_one_that_browsers_go_to() {
        assert_eq!(host_of("https://example.com.attacker.example/x"), Some("example.com.attacker.example"));
        assert_eq!(host_of("https://example.com@attacker.example/"), Some("attacker.example"));
        assert_eq!(host_of("//attacker.example/"), Some("attacker.example"));
        assert_eq!(host_of("/orders/1"), None);
    }

    #[test]
    fn quoted_values_and_the_service_s_own_headers_are_nobody_s() {
        for (value, control) in [
            ("'https://example.com'", Control::Trusted),
            ("integration.response.header.x-amzn-requestid", Control::Trusted),
            ("stageVariables.url", Control::Trusted),
            ("context.authorizer.tenant", Control::Caller),
            ("context.requestId", Control::Client),
            ("integration.response.body.Item.url.S", Control::Stored),
            ("method.request.multivalueheader.x", Control::Client),
        ] {
            assert_eq!(source_control(value, &Trust::default()), control, "{value}");
        }
    }
}
