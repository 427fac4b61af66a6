//! Bodies that pass a model.

use keybound_vtl::java::regex;
use keybound_vtl::value::Text;
use serde_json::{Map, Value as Json, json};

use super::{Constraints, JsonType, Literal};

/// The deepest nesting of a body that is looked at.
const MAX_DEPTH: usize = 64;

/// Whether a model lets a value through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Admission {
    /// It does not.
    Refused,
    /// As far as the model was read, it does.
    Unsure,
    /// It does.
    Admitted,
}

/// Whether a value meets all constraints.
pub fn admission(constraints: &Constraints<'_>, value: &Json) -> Admission {
    judged(constraints, value, 0)
}

fn judged(constraints: &Constraints<'_>, value: &Json, depth: usize) -> Admission {
    let listed =
        constraints.literals().is_none_or(|list| list.iter().any(|literal| is_literal(literal, value)));
    if depth > MAX_DEPTH || !constraints.allows(kind(value)) || !listed {
        return Admission::Refused;
    }
    let own = match value {
        Json::String(text) => text_admission(constraints, text),
        Json::Object(members) if constraints.required().any(|name| !members.contains_key(name)) => {
            Admission::Refused
        }
        _ => Admission::Admitted,
    };
    let parts: Vec<Admission> = match value {
        Json::Object(members) => members
            .iter()
            .map(|(name, member)| judged(&constraints.member(name), member, depth + 1))
            .collect(),
        Json::Array(elements) => {
            let element = constraints.element();
            elements.iter().map(|value| judged(&element, value, depth + 1)).collect()
        }
        _ => Vec::new(),
    };
    let unread = if constraints.is_unread() { Admission::Unsure } else { Admission::Admitted };
    parts.into_iter().chain([own, unread]).min().unwrap_or(Admission::Admitted)
}

fn kind(value: &Json) -> JsonType {
    match value {
        Json::Null => JsonType::Null,
        Json::Bool(_) => JsonType::Boolean,
        Json::Number(number) if number.is_f64() => JsonType::Number,
        Json::Number(_) => JsonType::Integer,
        Json::String(_) => JsonType::String,
        Json::Array(_) => JsonType::Array,
        Json::Object(_) => JsonType::Object,
    }
}

fn is_literal(literal: &Literal, value: &Json) -> bool {
    match (literal, value) {
        (Literal::Text(text), Json::String(value)) => text == value,
        (Literal::Number(number), Json::Number(value)) => *number == value.to_string(),
        (Literal::Boolean(truth), Json::Bool(value)) => truth == value,
        (Literal::Null, Json::Null) => true,
        _ => false,
    }
}

fn text_admission(constraints: &Constraints<'_>, text: &str) -> Admission {
    let length = text.chars().count() as u64;
    if length < constraints.min_length() || constraints.max_length().is_some_and(|max| length > max) {
        return Admission::Refused;
    }
    let finds = |pattern: &str| match regex::matches(&anywhere(pattern), &Text::new(text)) {
        Ok(true) => Admission::Admitted,
        Ok(false) => Admission::Refused,
        Err(_) => Admission::Unsure,
    };
    let fits = |format: &str| if has_format(format, text) { Admission::Admitted } else { Admission::Unsure };
    constraints
        .patterns()
        .map(finds)
        .chain(constraints.formats().map(fits))
        .min()
        .unwrap_or(Admission::Admitted)
}

/// Texts that have a format beyond doubt. Formats of numbers say nothing of texts, and `password` nothing at all.
const FORMATS: [(&str, &str, &str); 6] = [
    ("date", "2026-01-15", "[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"),
    (
        "date-time",
        "2026-01-15T12:00:00Z",
        "[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]{3})?Z",
    ),
    ("email", "a@example.com", "[a-z0-9]+(?:\\.[a-z0-9]+)*@[a-z]+(?:\\.[a-z]+)*\\.com"),
    ("ipv4", "192.0.2.7", "(?:[1-9]?[0-9]|1[0-9][0-9])(?:\\.(?:[1-9]?[0-9]|1[0-9][0-9])){3}"),
    ("uri", "https://example.com/a", "https://[a-z]+(?:\\.[a-z]+)*\\.com/[a-z0-9]*"),
    (
        "uuid",
        "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
        "[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
    ),
];

fn has_format(format: &str, text: &str) -> bool {
    let Some((.., pattern)) = FORMATS.iter().find(|(name, ..)| *name == format) else {
        return matches!(format, "double" | "float" | "int32" | "int64" | "password");
    };
    regex::matches(pattern, &Text::new(text)).unwrap_or(false)
}

/// The regular expression of all texts in which a pattern is found.
pub fn anywhere(pattern: &str) -> String {
    format!("(?s:.*)(?:{pattern})(?s:.*)")
}

/// The value that is nearest to `value` among those that meet all constraints, as far as one is easily found.
pub fn fitted(constraints: &Constraints<'_>, value: Option<Json>) -> Json {
    fit(constraints, value, 0)
}

fn fit(constraints: &Constraints<'_>, value: Option<Json>, depth: usize) -> Json {
    if let Some(literals) = constraints.literals() {
        let known = value.filter(|value| literals.iter().any(|literal| is_literal(literal, value)));
        return known.or_else(|| literals.first().map(|literal| json_of(literal))).unwrap_or(Json::Null);
    }
    let value = value.filter(|value| constraints.allows(kind(value))).unwrap_or_else(|| example(constraints));
    match value {
        _ if depth > MAX_DEPTH => Json::Null,
        Json::String(text) => Json::String(fitted_text(constraints, text)),
        Json::Object(members) => Json::Object(fitted_members(constraints, members, depth)),
        Json::Array(elements) => {
            let element = constraints.element();
            Json::Array(elements.into_iter().map(|value| fit(&element, Some(value), depth + 1)).collect())
        }
        other => other,
    }
}

fn fitted_members(
    constraints: &Constraints<'_>,
    members: Map<String, Json>,
    depth: usize,
) -> Map<String, Json> {
    let names = constraints.member_names();
    let allowed = |name: &str| names.as_ref().is_none_or(|names| names.contains(&name));
    let mut fitted: Map<String, Json> = members
        .into_iter()
        .filter(|(name, _)| allowed(name))
        .map(|(name, value)| {
            let value = fit(&constraints.member(&name), Some(value), depth + 1);
            (name, value)
        })
        .collect();
    for name in constraints.required() {
        if !fitted.contains_key(name) {
            fitted.insert(name.to_owned(), fit(&constraints.member(name), None, depth + 1));
        }
    }
    fitted
}

/// A value of the first type that is allowed.
fn example(constraints: &Constraints<'_>) -> Json {
    let examples = [json!("v"), json!(1), json!(true), json!({}), json!([]), Json::Null];
    examples.into_iter().find(|value| constraints.allows(kind(value))).unwrap_or(Json::Null)
}

fn fitted_text(constraints: &Constraints<'_>, text: String) -> String {
    if text_admission(constraints, &text) == Admission::Admitted {
        return text;
    }
    let of_format =
        |format: &str| FORMATS.iter().find(|(name, ..)| *name == format).map(|(_, text, _)| text.to_string());
    let examples = constraints.formats().filter_map(of_format);
    let sampled = constraints.patterns().filter_map(|pattern| regex::sample(&anywhere(pattern)));
    let padded = |text: String| {
        let missing =
            usize::try_from(constraints.min_length()).unwrap_or(0).saturating_sub(text.chars().count());
        // Longer texts than this are no proof that anyone reads.
        format!("{text}{}", "v".repeat(missing.min(4096)))
    };
    let shortened = |text: String| match constraints.max_length().and_then(|max| usize::try_from(max).ok()) {
        Some(max) => text.chars().take(max).collect(),
        None => text,
    };
    let tried = std::iter::once(text.clone()).chain(examples).chain(sampled);
    let tried: Vec<String> = tried.flat_map(|text| [shortened(padded(text.clone())), text]).collect();
    // Of those that pass equally well the first.
    let best = tried.iter().rev().max_by_key(|text| text_admission(constraints, text));
    best.cloned().unwrap_or(text)
}

fn json_of(literal: &Literal) -> Json {
    match literal {
        Literal::Text(text) => json!(text),
        Literal::Number(number) => serde_json::from_str(number).unwrap_or(Json::Null),
        Literal::Boolean(truth) => json!(truth),
        Literal::Null => Json::Null,
    }
}
