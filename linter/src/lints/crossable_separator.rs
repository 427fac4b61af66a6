//! Separators of keys that the client's text may hold.

use keybound_vtl::json::strict::StrictValue;
use serde_json::json;

use crate::finding::{Finding, LintInfo, Severity};
use crate::reach::key_text::free_chars;
use crate::render::skeleton::Leaf;
use crate::render::value::Piece;
use crate::render::{Control, Direction, TermId};

use super::subject::members::values_at;
use super::subject::{Report, TemplateSubject};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "crossable-separator",
        severity: Severity::Warning,
        summary: "the client's text may hold the separator that stands behind it in a key",
        page: PAGE,
    },
    check: Check::Template(check),
};

const PAGE: &str = r##"# crossable-separator

A key is put together from several texts with a separator between them, and the client's text may hold the separator:
`USER#a#b` is user `a` and item `b`, or user `a#b` and nothing. So two different requests name one key, and where the
caller's identity stands behind the client's text, a client can write what looks like another's. What may hold the
separator belongs at the end, or behind a guard that does not let it through.

## Bad

```vtl,bad,action=GetItem
#set($org = $util.escapeJavaScript($input.params('org')).replaceAll("\\'","'"))
{"TableName": "Orders", "Key": {"PK": {"S": "ORG#$org#USER#$context.authorizer.user"}}}
```

```vtl,bad,action=PutItem
#set($a = $util.escapeJavaScript($input.params('a')).replaceAll("\\'","'"))
#set($b = $util.escapeJavaScript($input.params('b')).replaceAll("\\'","'"))
{"TableName": "Orders", "Item": {"PK": {"S": "A#$a#B#$b"}}, "ConditionExpression": "attribute_not_exists(PK)"}
```

## Good

```vtl,good,action=GetItem
#set($org = $input.params('org'))
#if($org.matches('[a-z0-9]+'))
{"TableName": "Orders", "Key": {"PK": {"S": "ORG#$org#USER#$context.authorizer.user"}}}
#end
```

The free text is last:

```vtl,good,action=GetItem
#set($order = $util.escapeJavaScript($input.params('order')).replaceAll("\\'","'"))
{"TableName": "Orders", "Key": {"PK": {"S": "USER#$context.authorizer.user#ORDER#$order"}}}
```

## References

CWE-707, CWE-639.
"##;

fn check(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    if subject.direction != Direction::Request {
        return;
    }
    let keys = subject.skeleton.leaves.iter().filter(|leaf| leaf.quoted);
    for leaf in keys.filter(|leaf| subject.is_in_key(&leaf.path) || subject.is_in_item(&leaf.path)) {
        let Some((term, separator)) = crossed(subject, leaf) else { continue };
        let hole = subject.skeleton.uses.iter().find(|hole| hole.path == leaf.path && hole.term == term);
        let Some(hole) = hole.filter(|hole| !subject.is_proven(&LINT.info, hole.span, findings)) else {
            continue;
        };
        let crossing = format!("x{separator}y");
        let proof = subject.prover.filled(hole, &[json!(crossing)], &|json: &StrictValue| {
            let values = values_at(json, &leaf.path);
            values.iter().any(|value| value.as_str().is_some_and(|text| text.contains(&crossing)))
        });
        let report = Report {
            message: format!(
                "{} may hold `{separator}`, which separates it from what follows in {}",
                subject.skeleton.terms.describe(term),
                TemplateSubject::path_text(&leaf.path)
            ),
            help: Some(
                "put it last, or let a guard such as `.matches('[a-z0-9]+')` keep the separator out"
                    .to_owned(),
            ),
            severity: LINT.info.severity,
            proof,
            shown: false,
        };
        findings.push(subject.finding(&LINT.info, hole.span, report));
    }
}

/// The client's term in a text behind which a separator stands that it may hold, and something that is not fixed behind
/// that.
fn crossed(subject: &TemplateSubject<'_>, leaf: &Leaf) -> Option<(TermId, String)> {
    let terms = &subject.skeleton.terms;
    leaf.pieces.iter().enumerate().find_map(|(at, piece)| {
        let Piece::Hole(id) = piece else { return None };
        let (first, behind) = leaf.pieces.get(at + 1..)?.split_first()?;
        let Piece::Literal(separator) = first else { return None };
        // Words between two texts are no separator but a sentence.
        let is_separator = separator.starts_with(|c: char| !c.is_alphanumeric() && !c.is_whitespace());
        let is_followed = behind.iter().any(|piece| matches!(piece, Piece::Hole(_) | Piece::Choice(_)));
        let chars = free_chars(terms, *id, &leaf.guard);
        let may_hold = separator.chars().all(|c| chars.contains(c));
        let is_client = terms.control(*id) == Control::Client;
        (is_separator && is_client && is_followed && may_hold).then(|| (*id, separator.to_string()))
    })
}
