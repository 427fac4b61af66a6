//! Values that DynamoDB does not take where they stand.

use std::collections::HashSet;

use keybound_vtl::Span;
use keybound_vtl::json::strict::{StrictKind, StrictValue};

use crate::dynamodb::attribute_value::AttributeType;
use crate::dynamodb::position::{JsonType, Location, Position, Structure};
use crate::dynamodb::shape::TextRole;
use crate::finding::{Finding, LintInfo, Severity};
use crate::render::skeleton::{Leaf, MemberName, Slot};
use crate::render::value::{self, Piece};
use crate::render::{Direction, Escape, Facts, Guard};

use super::subject::members::values_at;
use super::subject::{Report, TemplateSubject};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "wrong-type",
        severity: Severity::Error,
        summary: "a value is of a type or form that DynamoDB does not take there",
        page: PAGE,
    },
    check: Check::Template(check),
};

const PAGE: &str = r##"# wrong-type

DynamoDB converts next to nothing: a number in quotes is no `Limit`, a number without quotes is no `"N"`, and an
attribute value is an object with exactly one member, named by its type. It refuses requests that have it otherwise, and
words where it knows a fixed list.

## Bad

A number of an attribute is written as text:

```vtl,bad,action=UpdateItem
{"TableName": "Orders", "Key": {"id": {"S": "1"}}, "UpdateExpression": "SET amount = :n",
 "ExpressionAttributeValues": {":n": {"N": 5}}}
```

A limit is not:

```vtl,bad,action=Query
{"TableName": "Orders", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}},
 "Limit": "50"}
```

A value without its type, and one with two:

```vtl,bad,action=GetItem
{"TableName": "Orders", "Key": {"id": "1"}}
```

```vtl,bad,action=PutItem
{"TableName": "Orders", "ConditionExpression": "attribute_not_exists(id)",
 "Item": {"id": {"S": "1"}, "total": {"N": "5", "S": "five"}}}
```

A type that there is not, on one path:

```vtl,bad,action=PutItem
{"TableName": "Orders", "ConditionExpression": "attribute_not_exists(id)", "Item": {"id": {"S": "1"},
 #if($input.params('paid') == "yes")"paid": {"Boolean": true}#else"paid": {"BOOL": false}#end}}
```

A word that is none of the known:

```vtl,bad,action=PutItem
{"TableName": "Orders", "Item": {"id": {"S": "1"}}, "ConditionExpression": "attribute_not_exists(id)",
 "ReturnValues": "ALL_NEW"}
```

## Good

```vtl,good,action=UpdateItem
{"TableName": "Orders", "Key": {"id": {"S": "1"}}, "UpdateExpression": "SET amount = :n, tags = :t, paid = :b",
 "ExpressionAttributeValues": {":n": {"N": "5"}, ":t": {"SS": ["a", "b"]}, ":b": {"BOOL": "true"}}}
```

```vtl,good,action=Query
#set($limit = $input.params('limit'))
{"TableName": "Orders", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}},
 "Limit": #if($limit.matches('[1-9][0-9]?'))$limit#{else}20#end, "ConsistentRead": null}
```

One type on each path:

```vtl,good,action=PutItem
{"TableName": "Orders", "ConditionExpression": "attribute_not_exists(id)", "Item": {"id": {"S": "1"},
 "total": {#if($input.params('unit') == "none")"NULL": true#else"N": "5"#end}}}
```

## References

Amazon DynamoDB API Reference, "AttributeValue" and "Request Parameters" of each action; which values are converted is
what the service's emulators were tested against.
"##;

/// What a rendered value at the place of a fault shows.
type Shows<'f> = &'f dyn Fn(&StrictValue) -> bool;

fn check(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    if subject.direction != Direction::Request {
        return;
    }
    containers(subject, findings);
    for leaf in &subject.skeleton.leaves {
        if let Some(position) = agreed(subject, &leaf.path) {
            scalar(subject, leaf, &position, findings);
        }
    }
}

/// The position at a path, where the action is known.
fn agreed(subject: &TemplateSubject<'_>, path: &[Slot]) -> Option<Position> {
    match subject.locations(path).as_slice() {
        [Location::Known(position)] => Some(*position),
        _ => None,
    }
}

struct Fault<'f> {
    path: &'f [Slot],
    guard: &'f Guard,
    span: Span,
    message: String,
    help: &'static str,
}

/// Reports a fault that a rendering shows, once a place.
fn report(subject: &TemplateSubject<'_>, fault: Fault<'_>, shows: Shows<'_>, findings: &mut Vec<Finding>) {
    if subject.is_proven(&LINT.info, fault.span, findings) {
        return;
    }
    let proof = subject
        .prover
        .rendering(fault.guard, &|json| values_at(json, fault.path).iter().any(|value| shows(value)));
    if proof.is_none() {
        return;
    }
    findings.push(subject.finding(
        &LINT.info,
        fault.span,
        Report {
            message: fault.message,
            help: Some(fault.help.to_owned()),
            severity: LINT.info.severity,
            proof,
            shown: false,
        },
    ));
}

/// Objects and arrays where other values are taken, and objects that are no attribute value.
fn containers(subject: &TemplateSubject<'_>, findings: &mut Vec<Finding>) {
    let names = &subject.skeleton.names;
    let places = names.iter().map(|name| (&name.path, &name.guard, Some(name), None));
    let leaves = subject.skeleton.leaves.iter();
    let places = places.chain(leaves.map(|leaf| (&leaf.path, &leaf.guard, None, Some(leaf))));
    let mut seen: HashSet<(&[Slot], bool)> = HashSet::new();
    for (path, guard, name, leaf) in places {
        for length in 1..path.len() {
            let (Some(outer), Some(inner)) = (path.get(..length), path.get(length)) else { continue };
            let is_array = matches!(inner, Slot::Element(_));
            if !seen.insert((outer, is_array)) {
                continue;
            }
            let Some(position) = agreed(subject, outer) else { break };
            let (found, fits) = match is_array {
                true => ("an array", position.json_type() == JsonType::Array),
                false => ("an object", position.json_type() == JsonType::Object),
            };
            if fits {
                continue;
            }
            let own = names.iter().find(|name| name.path == outer).or(name);
            let span = match (own, leaf) {
                (Some(name), _) => subject.name_span(name),
                (None, Some(leaf)) => subject.leaf_span(leaf),
                (None, None) => subject.root_span(),
            };
            let what = TemplateSubject::path_text(outer);
            let message = format!("{what} is {found}, where DynamoDB takes {}", taken(&position));
            let fault = Fault { path: outer, guard, span, message, help: help(&position) };
            report(subject, fault, &|value| is_container(value, is_array), findings);
        }
    }
    let mut seen: HashSet<&[Slot]> = HashSet::new();
    for name in names {
        let Some((_, object)) = name.path.split_last() else { continue };
        if !seen.insert(object) || subject.is_open(object) {
            continue;
        }
        if agreed(subject, object).is_some_and(|position| position.structure() == Structure::Value) {
            attribute_value(subject, object, findings);
        }
    }
}

/// An attribute value has one member, named by its type.
fn attribute_value(subject: &TemplateSubject<'_>, object: &[Slot], findings: &mut Vec<Finding>) {
    let members = subject.members(object);
    let what = TemplateSubject::path_text(object);
    let fault = |name: &MemberName, message: String| (subject.name_span(name), message);
    for (text, name) in &members {
        if AttributeType::from_descriptor(text).is_some() {
            continue;
        }
        let (span, message) = fault(name, format!("`{text}` in {what} is no type of an attribute value"));
        let fault = Fault { path: object, guard: &name.guard, span, message, help: TYPES };
        report(subject, fault, &|value| value.get(text).is_some(), findings);
    }
    for (index, (text, name)) in members.iter().enumerate() {
        let both = members.iter().skip(index + 1).filter(|(other, _)| other != text);
        for (other, second) in both {
            let all = name.guard.conjuncts().iter();
            let Some(guard) = all.into_iter().try_fold(second.guard.clone(), |guard, f| guard.and(f)) else {
                continue;
            };
            let (span, message) =
                fault(second, format!("{what} has two types, `{text}` and `{other}`: DynamoDB takes one"));
            let fault = Fault { path: object, guard: &guard, span, message, help: TYPES };
            report(
                subject,
                fault,
                &|value| value.get(text).is_some() && value.get(other).is_some(),
                findings,
            );
        }
    }
}

const TYPES: &str =
    "write one member, named `S`, `N`, `B`, `BOOL`, `NULL`, `SS`, `NS`, `BS`, `L` or `M`: `{\"S\": \"…\"}`";

/// Strings and literals.
fn scalar(subject: &TemplateSubject<'_>, leaf: &Leaf, position: &Position, findings: &mut Vec<Finding>) {
    let what = TemplateSubject::path_text(&leaf.path);
    let text = value::literal(&leaf.pieces);
    let found = match (leaf.quoted, &text) {
        (true, _) => "a string",
        (false, Some(text)) if text == "null" => return,
        (false, Some(text)) if text == "true" || text == "false" => "a boolean",
        (false, Some(_)) => "a number",
        (false, None) if is_json(subject, leaf) => return,
        (false, None) => "not in quotes",
    };
    let fits = match position.json_type() {
        JsonType::String => leaf.quoted,
        // Some texts are read as booleans, and what is printed bare may be any literal.
        JsonType::Boolean => found != "a number",
        JsonType::Number => !leaf.quoted && found != "a boolean",
        // What is printed bare may be a whole object.
        JsonType::Array | JsonType::Object => text.is_none() && !leaf.quoted,
    };
    let report_fault =
        |message: String, help: &'static str, shows: Shows<'_>, findings: &mut Vec<Finding>| {
            let span = subject.leaf_span(leaf);
            let fault = Fault { path: &leaf.path, guard: &leaf.guard, span, message, help };
            report(subject, fault, shows, findings);
        };
    if !fits {
        let message = format!("{what} is {found}, where DynamoDB takes {}", taken(position));
        let expected = position.json_type();
        report_fault(message, help(position), &|value| !is_of(value, expected), findings);
        return;
    }
    let (Some(text), true) = (text, leaf.quoted) else { return };
    // A reference to nothing prints nothing. In a template file it may be a name that the host fills in: `${value}`.
    if text.is_empty() && subject.quoted_span(leaf.at, "").is_none() {
        return;
    }
    match position.text_role() {
        Some(TextRole::Scalar(AttributeType::Number)) if !is_number(&text) => {
            let message = match text.as_str() {
                "" => format!("the text in {what} is empty and no number"),
                _ => format!("`{text}` in {what} is no number"),
            };
            let help = "write digits in quotes, such as `{\"N\": \"5\"}`";
            report_fault(message, help, &|value| value.as_str() == Some(&text), findings);
        }
        Some(TextRole::Choice(words)) if !words.contains(&text.as_str()) => {
            let message = format!("`{text}` in {what} is none of {}", words.join(", "));
            let help = "write one of these words, in capitals";
            report_fault(message, help, &|value| value.as_str() == Some(&text), findings);
        }
        _ => {}
    }
}

/// Whether what is printed outside quotes is JSON of its own, whose type the client decides.
fn is_json(subject: &TemplateSubject<'_>, leaf: &Leaf) -> bool {
    let mut holes = Vec::new();
    for piece in &leaf.pieces {
        match piece {
            Piece::Hole(id) => holes.push(*id),
            // What else stands there is not followed here.
            Piece::Literal(_) | Piece::Choice(_) => return true,
        }
    }
    holes
        .iter()
        .any(|id| Facts::of(&subject.skeleton.terms, *id, &leaf.guard).printed_escape() == Escape::Value)
}

/// What DynamoDB takes at a position, for people.
fn taken(position: &Position) -> &'static str {
    match (position.structure(), position.json_type()) {
        (Structure::Value, _) => "an attribute value such as `{\"S\": \"…\"}`",
        (_, JsonType::String) => "a string",
        (_, JsonType::Number) => "a number",
        (_, JsonType::Boolean) => "a boolean",
        (_, JsonType::Array) => "an array",
        (_, JsonType::Object) => "an object",
    }
}

fn help(position: &Position) -> &'static str {
    match (position.structure(), position.json_type()) {
        (Structure::Value, _) => TYPES,
        (_, JsonType::String) => "write it in quotes, `\"…\"`",
        (_, JsonType::Number | JsonType::Boolean) => "write it without quotes",
        (_, JsonType::Array) => "write an array, `[…]`",
        (_, JsonType::Object) => "write an object, `{…}`",
    }
}

fn is_container(value: &StrictValue, array: bool) -> bool {
    match value.kind {
        StrictKind::Array(_) => array,
        StrictKind::Object(_) => !array,
        StrictKind::Null | StrictKind::Bool(_) | StrictKind::Number(_) | StrictKind::String(_) => false,
    }
}

fn is_of(value: &StrictValue, expected: JsonType) -> bool {
    match value.kind {
        StrictKind::Null => true,
        StrictKind::Bool(_) => expected == JsonType::Boolean,
        StrictKind::Number(_) => expected == JsonType::Number,
        StrictKind::String(_) => matches!(expected, JsonType::String | JsonType::Boolean),
        StrictKind::Array(_) => expected == JsonType::Array,
        StrictKind::Object(_) => expected == JsonType::Object,
    }
}

/// Whether a text is a number as DynamoDB reads one.
fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte)) && text.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_decimal() {
        for text in ["0", "-5", "1.50", "1e3", "-1.5E-7", "+7"] {
            assert!(is_number(text), "{text}");
        }
        for text in ["", "abc", "NaN", "inf", "0x10", "1,5", "1e", " 1"] {
            assert!(!is_number(text), "{text}");
        }
    }
}
