//! Keys from claims that users write.

use keybound_shared::VariableSource;

use crate::api::Authorization;
use crate::finding::{Finding, LintInfo, Severity};
use crate::reach::callers::SUBJECT;
use crate::reach::miss::Kind;
use crate::render::{Direction, Term};

use super::subject::rules::RulesSubject;
use super::subject::{Report, TemplateSubject};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "mutable-claim-as-key",
        severity: Severity::Error,
        summary: "the key is a claim that users may change themselves",
        page: PAGE,
    },
    check: Check::TemplateAndRules(check, check_rules),
};

const PAGE: &str = r##"# mutable-claim-as-key

The key is a claim that users may change themselves. A user pool's attributes are written by its users unless the app
client forbids it: `email` before it is verified, `name`, `custom:tenant`. Whoever writes another's value into such an
attribute is the other, as far as the key goes. `sub` is made by the pool, and nobody changes it.

A user pool enforces no pattern either: the claim holds whatever characters its user likes, separators among them. So
under access rules no claim but `sub` counts. In the rules themselves a variable that keys are made of, and that is taken
from such a claim, is a warning, whichever issuer it is of. Without rules such findings are `possible`: whether the app client lets
users write the attribute, a definition does not say.

The rules for the examples:

```yaml,rules
version: 1
issuers: { pool: { issuer: "https://cognito-idp.eu-west-1.amazonaws.com/p", audience: [a], token_use: id } }
tables: { Orders: { key: { partition: PK, sort: SK } } }
variables: { user: { claim: sub }, mail: { claim: email } }
grants:
  - name: own-orders
    table: Orders
    routes: { "GET /orders/{id}": [GetItem] }
    keys: { PK: "USER#{user}", SK: "ORDER#*" }
```

## Bad

```yaml,bad
openapi: "3.0.1"
paths:
  /orders/{id}:
    get:
      security: [{ callers: [] }]
      parameters: [{ name: id, in: path, required: true }]
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem
        passthroughBehavior: never
        requestTemplates:
          application/json: |
            #set($id = $util.escapeJavaScript($input.params('id')).replaceAll("\\'","'"))
            #set($mail = $util.escapeJavaScript($context.authorizer.claims.email).replaceAll("\\'","'"))
            {"TableName": "Orders", "Key": {"PK": {"S": "USER#$mail"}, "SK": {"S": "ORDER#$id"}},
             "ProjectionExpression": "title"}
        responses:
          "200": { statusCode: "200", responseTemplates: { application/json: "{}" } }
          default: { statusCode: "500", responseTemplates: { application/json: "{}" } }
components:
  securitySchemes:
    callers:
      { type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: cognito_user_pools,
        x-amazon-apigateway-authorizer: { type: cognito_user_pools, providerARNs: ["arn:aws:cognito-idp:eu-west-1:1:userpool/p"] } }
```

## Good

```yaml,good
openapi: "3.0.1"
paths:
  /orders/{id}:
    get:
      security: [{ callers: [] }]
      parameters: [{ name: id, in: path, required: true }]
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem
        passthroughBehavior: never
        requestTemplates:
          application/json: |
            #set($id = $util.escapeJavaScript($input.params('id')).replaceAll("\\'","'"))
            {"TableName": "Orders", "Key": {"PK": {"S": "USER#$context.authorizer.claims.sub"}, "SK": {"S": "ORDER#$id"}},
             "ProjectionExpression": "title"}
        responses:
          "200": { statusCode: "200", responseTemplates: { application/json: "{}" } }
          default: { statusCode: "500", responseTemplates: { application/json: "{}" } }
components:
  securitySchemes:
    callers:
      { type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: cognito_user_pools,
        x-amazon-apigateway-authorizer: { type: cognito_user_pools, providerARNs: ["arn:aws:cognito-idp:eu-west-1:1:userpool/p"] } }
```

## References

Amazon Cognito Developer Guide, "Attribute permissions and scopes"; CWE-639.
"##;

const HELP: &str = "use `$context.authorizer.claims.sub`, or a variable of the rules' own authorizer";

/// Claims of a user pool's tokens that hold an attribute which users write unless the app client forbids it. Source:
/// the Cognito developer guide, standard attributes; `custom:` is the prefix of all others.
const WRITTEN_BY_USERS: [&str; 17] = [
    "address",
    "birthdate",
    "email",
    "family_name",
    "gender",
    "given_name",
    "locale",
    "middle_name",
    "name",
    "nickname",
    "phone_number",
    "picture",
    "preferred_username",
    "profile",
    "updated_at",
    "website",
    "zoneinfo",
];

fn check(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    if subject.direction != Direction::Request {
        return;
    }
    match subject.ground {
        Some(_) => subject.report_beyond(&LINT.info, &[Kind::ClaimKey], &|_| HELP.to_owned(), findings),
        None => without_rules(subject, findings),
    }
}

fn without_rules(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    if !matches!(subject.integration.authorization, Authorization::UserPool(_)) {
        return;
    }
    let terms = &subject.skeleton.terms;
    for hole in subject.skeleton.uses.iter().filter(|hole| subject.is_in_key(&hole.path)) {
        let mutable = terms.sources(hole.term).into_iter().find_map(|id| match terms.get(id) {
            Term::Context(path) => {
                path.strip_prefix("authorizer.claims.").filter(|name| is_written_by_users(name))
            }
            _ => None,
        });
        let Some(name) = mutable else { continue };
        let place = TemplateSubject::path_text(&hole.path);
        let report = Report {
            message: format!("users may change the claim `{name}`, which is the key in {place}"),
            help: Some(HELP.to_owned()),
            severity: Severity::Warning,
            proof: None,
            // The app client may forbid it.
            shown: false,
        };
        findings.push(subject.finding(&LINT.info, hole.span, report));
    }
}

/// Variables of the rules whose values users write, and that keys or owners are made of.
fn check_rules(subject: &RulesSubject<'_>, findings: &mut Vec<Finding>) {
    for variable in &subject.set.rules.written().variables {
        let VariableSource::Claim(claim) = &variable.source else { continue };
        let is_used = subject.grants().iter().any(|grant| grant.needed().contains(variable.name.as_str()));
        if !is_used || !WRITTEN_BY_USERS.contains(&claim.as_str()) {
            continue;
        }
        findings.push(subject.finding(
            &LINT.info,
            variable.span,
            format!(
                "users may change the claim `{claim}`, which keys are made of as `{{{}}}`",
                variable.name
            ),
            "take a claim that the issuer sets: `sub`, or one that it adds to the token",
            Severity::Warning,
        ));
    }
}

pub(super) fn is_written_by_users(claim: &str) -> bool {
    claim != SUBJECT && (WRITTEN_BY_USERS.contains(&claim) || claim.starts_with("custom:"))
}
