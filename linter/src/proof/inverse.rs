//! From a value that a term should have to the request that gives it.

use serde_json::{Map as JsonMap, Value as Json};

use crate::api::trust::Decider;
use crate::finding::percent_encoded;
use crate::render::value::Piece;
use crate::render::{Op, Part, Term, TermId, Terms};

use super::draft::{Body, Draft};

/// Indexes that a list is filled up to.
const MAX_INDEX: i64 = 32;

/// Steps back from a term to its source.
const MAX_DEPTH: usize = 40;

/// Makes a term have a value, as far as the request decides it. Whether it worked, the rendering says.
pub(super) fn set(draft: &mut Draft, terms: &Terms, id: TermId, value: Json) {
    set_at(draft, terms, id, value, 0);
}

/// Takes a term out of a request: the member, or the parameter. Whether that is possible.
pub(super) fn take_out(draft: &mut Draft, terms: &Terms, id: TermId) -> bool {
    let mut at = id;
    for _ in 0..MAX_DEPTH {
        at = match terms.get(at) {
            Term::JsonText(of) | Term::Applied(_, of) => *of,
            Term::Composite(pieces) => match pieces.as_slice() {
                [Piece::Hole(of)] => *of,
                _ => return false,
            },
            Term::Parameter(place, name) => return draft.remove_parameter(*place, name),
            Term::Member(of, name) => {
                let mut object = match get_at(draft, terms, *of, 0) {
                    Some(Json::Object(object)) => object,
                    // What is not there has no member either.
                    None => JsonMap::new(),
                    Some(_) => return false,
                };
                object.remove(name);
                set(draft, terms, *of, Json::Object(object));
                return true;
            }
            _ => return false,
        };
    }
    false
}

fn text_of(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Null => String::new(),
        other => other.to_string(),
    }
}

fn set_at(draft: &mut Draft, terms: &Terms, id: TermId, value: Json, depth: usize) {
    if depth > MAX_DEPTH || (draft.settled && terms.decider(id) == Some(Decider::Deployment)) {
        return;
    }
    match terms.get(id) {
        Term::Parameter(place, name) => draft.set_parameter(*place, name, text_of(&value)),
        Term::SomeParameter(place, _) => draft.set_parameter(*place, "p", text_of(&value)),
        Term::ParameterName(place, _) => draft.set_parameter(*place, &text_of(&value), "v".to_owned()),
        Term::Parameters(place) => {
            draft.set_parameter(place.unwrap_or(crate::render::Parameter::Query), "p", text_of(&value));
        }
        Term::Body => {
            draft.body = match value {
                Json::String(text) => Body::Raw(text),
                other => Body::Json(other),
            };
        }
        Term::Payload => draft.body = Body::Json(value),
        Term::Member(of, name) => {
            let mut object = match get_at(draft, terms, *of, depth + 1) {
                Some(Json::Object(object)) => object,
                _ => JsonMap::new(),
            };
            object.insert(name.clone(), value);
            set_at(draft, terms, *of, Json::Object(object), depth + 1);
        }
        Term::Index(of, index) => {
            let mut list = match get_at(draft, terms, *of, depth + 1) {
                Some(Json::Array(list)) => list,
                _ => Vec::new(),
            };
            let at = usize::try_from((*index).clamp(0, MAX_INDEX)).unwrap_or(0);
            while list.len() <= at {
                list.push(Json::String("x".to_owned()));
            }
            if let Some(slot) = list.get_mut(at) {
                *slot = value;
            }
            set_at(draft, terms, *of, Json::Array(list), depth + 1);
        }
        Term::Element(of, _) => {
            let container = match get_at(draft, terms, *of, depth + 1) {
                Some(Json::Object(object)) if !object.is_empty() => {
                    Json::Object(object.into_iter().map(|(name, _)| (name, value.clone())).collect())
                }
                Some(Json::Object(_)) => Json::Object([("k".to_owned(), value)].into_iter().collect()),
                _ => Json::Array(vec![value]),
            };
            set_at(draft, terms, *of, container, depth + 1);
        }
        Term::Key(of, _) => {
            let old = match get_at(draft, terms, *of, depth + 1) {
                Some(Json::Object(object)) => object.into_iter().next().map(|(_, value)| value),
                Some(Json::Array(list)) => list.into_iter().next(),
                _ => None,
            };
            let member = old.unwrap_or_else(|| Json::String("v".to_owned()));
            let object = [(text_of(&value), member)].into_iter().collect();
            set_at(draft, terms, *of, Json::Object(object), depth + 1);
        }
        Term::Selected(of, path) => {
            let name =
                path.rsplit(['.', '\'', '[', ']', '"']).find(|part| is_name(part)).unwrap_or("x").to_owned();
            let member = if path.contains("[?") || path.contains("[*]") {
                Json::Array(vec![Json::Object([(name.clone(), value.clone())].into_iter().collect())])
            } else {
                value
            };
            let mut object = match get_at(draft, terms, *of, depth + 1) {
                Some(Json::Object(object)) => object,
                _ => JsonMap::new(),
            };
            object.insert(name, member);
            set_at(draft, terms, *of, Json::Object(object), depth + 1);
        }
        Term::Context(path) => {
            draft.context.insert(path.clone(), text_of(&value));
        }
        Term::StageVariable(name) => {
            draft.stage.insert(name.clone(), text_of(&value));
        }
        Term::Deployment(name) => {
            draft.placeholders.insert(name.clone(), text_of(&value));
        }
        Term::JsonText(of) => {
            let inner = serde_json::from_str(&text_of(&value)).unwrap_or(value);
            set_at(draft, terms, *of, inner, depth + 1);
        }
        Term::Parsed(of) => set_at(draft, terms, *of, Json::String(written(&value)), depth + 1),
        Term::Applied(op, of) => {
            let before = match (&value, op) {
                (Json::String(text), op) => Json::String(before(op, text)),
                // Printing takes a value of any class.
                (other, Op::ToText) => other.clone(),
                (other, op) => Json::String(before(op, &text_of(other))),
            };
            set_at(draft, terms, *of, before, depth + 1);
        }
        Term::Measured(..) => {}
        Term::Composite(pieces) if let Some((before, of, after)) = around(pieces) => {
            // What the template itself puts around the hole is not the client's to send.
            let text = text_of(&value);
            let text = text.strip_prefix(before).unwrap_or(&text);
            let text = text.strip_suffix(after).unwrap_or(text);
            set_at(draft, terms, of, Json::String(text.to_owned()), depth + 1);
        }
        Term::Composite(_) | Term::Opaque(..) => {
            // Any of its parts will do; the last one that the client decides is tried.
            let parts = terms.parts(id);
            let best = parts.iter().rev().max_by_key(|part| terms.control(**part));
            if let Some(part) = best {
                set_at(draft, terms, *part, value, depth + 1);
            }
        }
    }
}

/// One hole and the known text around it.
fn around(pieces: &[Piece]) -> Option<(&str, TermId, &str)> {
    match pieces {
        [Piece::Hole(of)] => Some(("", *of, "")),
        [Piece::Literal(before), Piece::Hole(of)] => Some((before, *of, "")),
        [Piece::Hole(of), Piece::Literal(after)] => Some(("", *of, after)),
        [Piece::Literal(before), Piece::Hole(of), Piece::Literal(after)] => Some((before, *of, after)),
        _ => None,
    }
}

/// A value as JSON text in which no quote stands inside a string, not even an escaped one: so it passes a guard that
/// knows quotes only.
fn written(value: &Json) -> String {
    let text = value.to_string();
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('"') => out.push_str("\\u0022"),
                next => out.extend([Some(c), next].into_iter().flatten()),
            },
            _ => out.push(c),
        }
    }
    out
}

fn is_name(part: &str) -> bool {
    !part.is_empty()
        && part.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
        && part.chars().any(char::is_alphabetic)
}

/// A text from which an operation makes this one, where there is such a text.
fn before(op: &Op, text: &str) -> String {
    match op {
        Op::UrlDecode => percent_encoded(text),
        Op::Base64Decode => {
            let value = keybound_vtl::value::Value::text(text);
            match keybound_vtl::eval::call_util("base64Encode", &[value]) {
                Ok(Some(keybound_vtl::value::Value::Text(encoded))) => encoded.as_str().to_owned(),
                _ => text.to_owned(),
            }
        }
        // What a replacement writes can be written with it.
        Op::Replace(from, to) if !to.is_empty() && !from.is_empty() => text.replace(to.as_str(), from),
        // What is taken out once is left where it stood inside itself.
        Op::Replace(from, to) if to.is_empty() => taken_out_once(text, from),
        Op::ReplaceAll(pattern, to) if to.is_empty() => {
            taken_out_once(text, &keybound_vtl::java::regex::sample(pattern).unwrap_or_default())
        }
        Op::ReplaceAll(pattern, to) if !to.is_empty() && !to.contains(['$', '\\']) => {
            match keybound_vtl::java::regex::sample(pattern) {
                Some(sample) if !sample.is_empty() => text.replace(to.as_str(), &sample),
                _ => text.to_owned(),
            }
        }
        // The first match is spent before the text.
        Op::ReplaceFirst(pattern, _) => {
            format!("{}{text}", keybound_vtl::java::regex::sample(pattern).unwrap_or_default())
        }
        Op::Part(Part::Between(Some(from), _)) => {
            format!("{}{text}", "a".repeat(usize::try_from(*from).unwrap_or(0).min(2000)))
        }
        Op::Part(Part::Piece(index, _)) => {
            format!("{}{text}", "a\u{1}".repeat(usize::try_from(index.unwrap_or(0)).unwrap_or(0).min(64)))
        }
        Op::Part(Part::Split(Some(pattern))) => {
            let between = keybound_vtl::java::regex::sample(pattern).unwrap_or_default();
            text.replace('\u{1}', &between)
        }
        _ => text.to_owned(),
    }
}

/// A text of which one is left where all of another text in it are taken out: each is put into the middle of one
/// more. Of a single character nothing can be left.
fn taken_out_once(text: &str, what: &str) -> String {
    match what.char_indices().nth(1) {
        Some((at, _)) => {
            let (start, end) = what.split_at(at);
            text.replace(what, &format!("{start}{what}{end}"))
        }
        None => text.to_owned(),
    }
}

/// A part of the body, where the body is a JSON value.
fn part_of_body<'d>(draft: &'d Draft, terms: &Terms, id: TermId, depth: usize) -> Option<&'d Json> {
    match (terms.get(id), &draft.body) {
        _ if depth > MAX_DEPTH => None,
        (Term::Payload, Body::Json(value)) => Some(value),
        (Term::Member(of, name), _) => part_of_body(draft, terms, *of, depth + 1)?.get(name),
        (Term::Index(of, index), _) => {
            part_of_body(draft, terms, *of, depth + 1)?.get(usize::try_from(*index).ok()?)
        }
        _ => None,
    }
}

/// The value that a term has in a draft, for terms that are a place in the request.
pub(super) fn get_at(draft: &Draft, terms: &Terms, id: TermId, depth: usize) -> Option<Json> {
    if depth > MAX_DEPTH {
        return None;
    }
    if let Some(value) = part_of_body(draft, terms, id, depth) {
        return Some(value.clone());
    }
    match terms.get(id) {
        Term::Payload => match &draft.body {
            Body::Json(value) => Some(value.clone()),
            Body::Raw(text) => serde_json::from_str(text).ok(),
            Body::Unset => None,
        },
        Term::Body => draft.body_text().map(Json::String),
        Term::Member(of, name) => get_at(draft, terms, *of, depth + 1)?.get(name).cloned(),
        Term::Index(of, index) => {
            get_at(draft, terms, *of, depth + 1)?.get(usize::try_from(*index).ok()?).cloned()
        }
        Term::Element(of, _) => match get_at(draft, terms, *of, depth + 1)? {
            Json::Array(list) => list.into_iter().next(),
            Json::Object(object) => object.into_iter().next().map(|(_, value)| value),
            _ => None,
        },
        Term::Key(of, _) => match get_at(draft, terms, *of, depth + 1)? {
            Json::Object(object) => object.into_iter().next().map(|(name, _)| Json::String(name)),
            _ => None,
        },
        Term::Parameter(place, name) => {
            let map = match place {
                crate::render::Parameter::Path => &draft.path,
                crate::render::Parameter::Header => &draft.header,
                _ => &draft.query,
            };
            map.get(name).map(|text| Json::String(text.clone()))
        }
        Term::Context(path) => draft.context.get(path).map(|text| Json::String(text.clone())),
        Term::Parsed(of) => match get_at(draft, terms, *of, depth + 1)? {
            Json::String(text) => serde_json::from_str(&text).ok(),
            _ => None,
        },
        Term::JsonText(of) => {
            get_at(draft, terms, *of, depth + 1).map(|value| Json::String(value.to_string()))
        }
        Term::Applied(Op::ToText | Op::Trim, of) => get_at(draft, terms, *of, depth + 1),
        _ => None,
    }
}
