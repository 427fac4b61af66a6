//! Request templates of one integration of which one lets the client do what another does not.

use std::collections::BTreeMap;

use keybound_vtl::Span;
use keybound_vtl::java::charset::CharSet;

use crate::api::{MappingTemplate, RestKind};
use crate::finding::{Finding, LintInfo, Proof, Related, Severity};
use crate::render::skeleton::{HoleUse, Leaf, Place, Skeleton, Slot};
use crate::render::{Control, Direction, Escape, Facts, rendered, value};

use super::subject::{Report, TemplateSubject};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "weaker-template",
        severity: Severity::Error,
        summary: "another content type's template lets the client do what this one's does not",
        page: PAGE,
    },
    check: Check::Template(check),
};

const PAGE: &str = r##"# weaker-template

An integration has a request template for each content type, and the client chooses between them with its `Content-Type`
header. What one template holds and another does not is held by none: the route is as safe as its weakest template
([CWE-807](https://cwe.mitre.org/data/definitions/807.html)).

A template is weaker than another of the same integration where

- a key or value that the other ties to the caller's identity is the client's,
- it has no `ConditionExpression`, `FilterExpression` or `ProjectionExpression`, and the other has one, or
- it takes a text as it comes that the other checks or escapes.

## Bad

The tenant of the key comes from the authorizer in one template, and from the body in the other:

```yaml,bad
openapi: "3.0.1"
paths:
  /orders:
    post:
      x-amazon-apigateway-auth: { type: AWS_IAM }
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem
        passthroughBehavior: never
        requestTemplates:
          application/json: |
            {"TableName": "Orders", "Item": {"PK": {"S": "$context.identity.cognitoIdentityId"}}}
          application/vnd.orders.v1+json: |
            {"TableName": "Orders",
             "Item": {"PK": {"S": "$util.escapeJavaScript("$input.path('$.owner')").replaceAll("\\'","'")"}}}
```

The condition is left out for another content type:

```yaml,bad
openapi: "3.0.1"
paths:
  /orders/{id}:
    put:
      x-amazon-apigateway-auth: { type: AWS_IAM }
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem
        passthroughBehavior: never
        requestTemplates:
          application/json: |
            {"TableName": "Orders", "ConditionExpression": "attribute_not_exists(id)",
             "Item": {"id": {"S": "$util.escapeJavaScript($input.params('id')).replaceAll("\\'","'")"}}}
          text/json: |
            {"TableName": "Orders",
             "Item": {"id": {"S": "$util.escapeJavaScript($input.params('id')).replaceAll("\\'","'")"}}}
```

One template admits letters and digits, the other any text, and with it the separator of the key's parts:

```yaml,bad
openapi: "3.0.1"
paths:
  /orders/{id}:
    get:
      x-amazon-apigateway-auth: { type: AWS_IAM }
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem
        passthroughBehavior: never
        requestTemplates:
          application/json: |
            #set($id = $input.params('id'))
            #if($id.matches('[a-z0-9]+'))
            {"TableName": "Orders", "Key": {"id": {"S": "ORDER#$id"}}}
            #end
          text/plain: |
            {"TableName": "Orders",
             "Key": {"id": {"S": "ORDER#$util.escapeJavaScript($input.params('id')).replaceAll("\\'","'")"}}}
```

## Good

Let every template hold the same:

```yaml,good
openapi: "3.0.1"
paths:
  /orders/{id}:
    put:
      x-amazon-apigateway-auth: { type: AWS_IAM }
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem
        passthroughBehavior: never
        requestTemplates:
          application/json: |
            {"TableName": "Orders", "ConditionExpression": "attribute_not_exists(id)",
             "Item": {"id": {"S": "$util.escapeJavaScript($input.params('id')).replaceAll("\\'","'")"}}}
          text/json: |
            {"TableName": "Orders", "ConditionExpression": "attribute_not_exists(id)",
             "Item": {"id": {"S": "$util.escapeJavaScript($input.params('id')).replaceAll("\\'","'")"}}}
```

Templates may differ in what is fixed, or hold the same in different words:

```yaml,good
openapi: "3.0.1"
paths:
  /orders/{id}:
    get:
      x-amazon-apigateway-auth: { type: AWS_IAM }
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem
        passthroughBehavior: never
        requestTemplates:
          application/json: |
            #set($id = $input.params('id'))
            #if($id.matches('[a-z0-9]+'))
            {"TableName": "Orders", "Key": {"id": {"S": "ORDER#$id"}}}
            #end
          text/plain: |
            #if($input.params('id').matches('[0-9]{1,9}'))
            {"TableName": "Orders", "ConsistentRead": true, "Key": {"id": {"S": "ORDER#$input.params('id')"}}}
            #end
```

Or leave the other templates out: with `passthroughBehavior: NEVER` other content types are refused.

```yaml,good
openapi: "3.0.1"
paths:
  /orders:
    get:
      x-amazon-apigateway-auth: { type: AWS_IAM }
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem
        passthroughBehavior: never
        requestTemplates:
          application/json: |
            {"TableName": "Orders", "Key": {"PK": {"S": "$context.identity.cognitoIdentityId"}}}
```
"##;

/// Members of a request that only take away from what it does or gives.
const LIMITS: [&str; 3] = ["ConditionExpression", "FilterExpression", "ProjectionExpression"];

/// The most templates of one integration that each is compared with.
const MOST_COMPARED: usize = 4;

/// One way in which this template is weaker.
struct Weakness {
    span: Span,
    message: String,
    help: &'static str,
    proof: Option<Proof>,
    /// Whether it is seen without a proof.
    shown: bool,
}

fn check(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    let integration = subject.integration;
    if subject.direction != Direction::Request
        || integration.kind != RestKind::Rest
        || !subject.errors.is_empty()
    {
        return;
    }
    let others = integration.request_templates.iter().filter(|other| {
        !std::ptr::eq(*other, subject.template) && other.content_type != subject.template.content_type
    });
    let mut reported: Vec<Span> = Vec::new();
    for other in others.take(MOST_COMPARED) {
        let Some(stronger) = rendered(integration, other, Direction::Request) else { continue };
        for weakness in weaknesses(subject, &stronger, &other.content_type) {
            if reported.contains(&weakness.span) {
                continue;
            }
            reported.push(weakness.span);
            let report = Report {
                message: weakness.message,
                help: Some(weakness.help.to_owned()),
                severity: LINT.info.severity,
                proof: weakness.proof,
                shown: weakness.shown,
            };
            let mut finding = subject.finding(&LINT.info, weakness.span, report);
            finding.related.push(related(other));
            findings.push(finding);
        }
    }
}

fn related(other: &MappingTemplate) -> Related {
    Related {
        file: std::sync::Arc::clone(&other.host.file),
        span: other.host.locate(Span::of(0, 0)).0,
        message: format!("the template for `{}`", other.content_type),
    }
}

fn weaknesses(subject: &TemplateSubject<'_>, stronger: &Skeleton, content_type: &str) -> Vec<Weakness> {
    // What was not followed may hold anything, on either side.
    if !subject.skeleton.undecided.is_empty() || !stronger.undecided.is_empty() {
        return Vec::new();
    }
    let mut found = untied(subject, stronger, content_type);
    found.extend(unlimited(subject, stronger, content_type));
    let spans: Vec<Span> = found.iter().map(|weakness| weakness.span).collect();
    let unchecked = unchecked(subject, stronger, content_type);
    found.extend(unchecked.into_iter().filter(|weakness| !spans.contains(&weakness.span)));
    found
}

/// Values that the stronger template ties to the caller, and that are the client's here.
fn untied(subject: &TemplateSubject<'_>, stronger: &Skeleton, content_type: &str) -> Vec<Weakness> {
    let (ours, theirs) = (leaves(subject.skeleton), leaves(stronger));
    let mut found = Vec::new();
    for (path, leaves) in &theirs {
        let Some(caller) = caller_of(stronger, leaves) else { continue };
        let Some(same) = ours.get(path).filter(|same| caller_of(subject.skeleton, same).is_none()) else {
            continue;
        };
        let Some(hole) = same.iter().find_map(|leaf| client_hole(subject.skeleton, leaf)) else { continue };
        found.push(Weakness {
            span: hole.span,
            message: format!(
                "{} decides {}, which the template for `{content_type}` ties to {caller}: the client chooses the template by its content type",
                subject.skeleton.terms.describe(hole.term),
                TemplateSubject::path_text(&hole.path),
            ),
            help: "tie the value to the caller in every template",
            proof: subject.prover.plain(),
            shown: true,
        });
    }
    found
}

/// The strings of a request by where they stand.
fn leaves(skeleton: &Skeleton) -> BTreeMap<String, Vec<&Leaf>> {
    let mut leaves: BTreeMap<String, Vec<&Leaf>> = BTreeMap::new();
    for leaf in &skeleton.leaves {
        leaves.entry(path_key(&leaf.path)).or_default().push(leaf);
    }
    leaves
}

fn path_key(path: &[Slot]) -> String {
    path.iter().map(Skeleton::slot_text).collect::<Vec<_>>().join("\u{0}")
}

/// The identity that is in all of these strings.
fn caller_of(skeleton: &Skeleton, leaves: &[&Leaf]) -> Option<String> {
    let terms = &skeleton.terms;
    let of_leaf = |leaf: &&Leaf| {
        let sources = value::holes(&leaf.pieces).into_iter().flat_map(|id| terms.sources(id));
        let mut callers = sources.filter(|source| terms.control(*source) == Control::Caller);
        callers.next().map(|id| terms.describe(id))
    };
    let all: Option<Vec<String>> = leaves.iter().map(of_leaf).collect();
    all?.into_iter().next()
}

/// The hole of the client's in a string.
fn client_hole<'s>(skeleton: &'s Skeleton, leaf: &Leaf) -> Option<&'s HoleUse> {
    let terms = &skeleton.terms;
    let holes = value::holes(&leaf.pieces);
    skeleton.uses.iter().find(|hole| {
        hole.path == leaf.path && holes.contains(&hole.term) && terms.control(hole.term) == Control::Client
    })
}

/// Conditions, filters and projections that the stronger template always has and this one never.
fn unlimited(subject: &TemplateSubject<'_>, stronger: &Skeleton, content_type: &str) -> Vec<Weakness> {
    let has = |skeleton: &Skeleton, limit: &str| {
        skeleton
            .names
            .iter()
            .any(|name| matches!(name.path.as_slice(), [Slot::Member(own)] if **own == *limit))
    };
    let missing = LIMITS.into_iter().filter(|limit| has(stronger, limit) && !has(subject.skeleton, limit));
    // A template that is one value of the client's is another lint's.
    let Some(first) = subject.skeleton.names.first() else { return Vec::new() };
    missing
        .map(|limit| Weakness {
            span: Span::of(first.at, first.at),
            message: format!(
                "there is no `{limit}`, which the template for `{content_type}` has: the client chooses the template by its content type"
            ),
            help: "write the same conditions, filters and projections in every template",
            proof: subject.prover.plain(),
            shown: true,
        })
        .collect()
}

/// Client text that the stronger template checks or escapes at the same place.
fn unchecked(subject: &TemplateSubject<'_>, stronger: &Skeleton, content_type: &str) -> Vec<Weakness> {
    let mut found: Vec<Weakness> = Vec::new();
    for (hole, control) in subject.untrusted() {
        if control != Control::Client || hole.place != Place::StringValue {
            continue;
        }
        if found.iter().any(|weakness| weakness.span == hole.span) {
            continue;
        }
        let key = path_key(&hole.path);
        let theirs: Vec<Facts> = stronger
            .uses
            .iter()
            .filter(|other| {
                other.place == Place::StringValue
                    && path_key(&other.path) == key
                    && stronger.terms.control(other.term) == Control::Client
            })
            .map(|other| Facts::of(&stronger.terms, other.term, &other.guard))
            .collect();
        let ours = subject.facts(hole);
        if theirs.is_empty() || !theirs.iter().all(|facts| is_stricter(facts, &ours)) {
            continue;
        }
        let texts = ["a#b", "a|b", "a:b", "a b", "a/b"];
        let beyond: Vec<&str> = texts
            .into_iter()
            .filter(|text| theirs.iter().all(|facts| !content(facts).contains_all(text)))
            .collect();
        found.push(Weakness {
            span: hole.span,
            message: format!(
                "{} is not checked in {} as the template for `{content_type}` checks it: the client chooses the template by its content type",
                subject.skeleton.terms.describe(hole.term),
                TemplateSubject::path_text(&hole.path),
            ),
            help: "check and escape the value in every template alike",
            proof: subject.prover.injection(hole).or_else(|| subject.prover.carries(hole, &beyond)),
            shown: false,
        });
    }
    found
}

/// Characters that keys and addresses are cut at: a text that may hold all of them is any text.
const SEPARATORS: &str = "#/|: ";

/// The characters that the client's own text can hold; what an escape adds to it is no freedom of the client's.
fn content(facts: &Facts) -> CharSet {
    if is_escaped(facts) { facts.inner.clone() } else { facts.printed_chars() }
}

fn is_escaped(facts: &Facts) -> bool {
    matches!(facts.printed_escape(), Escape::Json | Escape::JavaScript)
}

/// Whether a place admits texts of the second facts that it does not of the first.
fn is_stricter(strict: &Facts, loose: &Facts) -> bool {
    if loose.finite.is_some() {
        return false;
    }
    if strict.finite.is_some() {
        return true;
    }
    if is_escaped(strict) && !is_escaped(loose) && loose.printed_chars().contains('"') {
        return true;
    }
    let (strict, loose) = (content(strict), content(loose));
    loose.contains_all(SEPARATORS) && !strict.contains_all(SEPARATORS)
}
