//! Requests that take a given way through the template.

use std::sync::Arc;

use keybound_vtl::java::regex;
use serde_json::{Value as Json, json};

use crate::render::formula::Order;
use crate::render::skeleton::{HoleUse, Place, Skeleton, Slot};
use crate::render::term::Measure;
use crate::render::{Atom, Control, Formula, Guard, Op, Term, TermId, Terms, Types};

use super::draft::{Draft, fixed_context};
use super::inverse::{get_at, set};

/// Drafts that one guard may lead to.
const MAX_DRAFTS: usize = 12;

/// Lengths that are written out.
const MAX_LENGTH: usize = 4000;

/// A request with a plain value for everything that the template reads.
pub(super) fn plain(skeleton: &Skeleton) -> Draft {
    let terms = &skeleton.terms;
    let mut draft = Draft { trust: Arc::clone(terms.trust()), ..Draft::default() };
    let ids = terms.ids();
    let parents: std::collections::HashSet<TermId> = ids
        .iter()
        .filter_map(|child| match terms.get(*child) {
            Term::Member(of, _)
            | Term::Index(of, _)
            | Term::Element(of, _)
            | Term::Key(of, _)
            | Term::Selected(of, _)
            | Term::Parsed(of) => Some(*of),
            _ => None,
        })
        .collect();
    for (number, id) in ids.iter().enumerate() {
        if parents.contains(id) {
            continue;
        }
        let value = match terms.get(*id) {
            Term::Key(..) => json!("name"),
            Term::Payload => json!({ "id": "1" }),
            // What the template reads is part of the proof, also where it is always the same.
            Term::Context(path) if terms.control(*id) != Control::Caller => match fixed_context(path) {
                Some(value) => json!(value),
                None => continue,
            },
            Term::StageVariable(name) | Term::Deployment(name) => json!(plain_name(name)),
            Term::Parameter(..)
            | Term::SomeParameter(..)
            | Term::Member(..)
            | Term::Index(..)
            | Term::Element(..)
            | Term::Selected(..)
            | Term::Context(_) => json!(format!("v{number}")),
            _ => continue,
        };
        set(&mut draft, terms, *id, value);
    }
    // What is decoded must decode, and what stands outside quotes must be JSON.
    for id in &ids {
        match terms.get(*id) {
            Term::Applied(Op::Base64Decode | Op::UrlDecode, _) => set(&mut draft, terms, *id, json!("v")),
            Term::Measured(Measure::Other(what), of) if what == "parsed" => {
                set(&mut draft, terms, *of, json!("7"))
            }
            _ => {}
        }
    }
    // And so must a number's text be one.
    let is_number = |hole: &HoleUse| {
        let is_named = matches!(hole.path.last(), Some(Slot::Member(name)) if &**name == "N");
        let is_others = terms.control(hole.term) >= Control::Stored;
        hole.place == Place::BareValue || (hole.place == Place::StringValue && is_named && is_others)
    };
    for hole in skeleton.uses.iter().filter(|hole| is_number(hole)) {
        let keeps = match terms.get(hole.term) {
            Term::JsonText(_) => true,
            Term::Deployment(_) | Term::StageVariable(_) => terms.control(hole.term) != Control::Client,
            _ => false,
        };
        if !keeps {
            set(&mut draft, terms, hole.term, json!("1"));
        }
    }
    draft.settled = true;
    draft
}

/// The last part of a deployment's name for a value.
fn plain_name(name: &str) -> String {
    let last: String = name.chars().filter(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-')).collect();
    if last.is_empty() { "deployed".to_owned() } else { last }
}

/// Requests for which a guard may hold, made from the plain one; whether it does, the rendering says.
pub(super) fn drafts(terms: &Terms, plain: &Draft, guard: &Guard) -> Vec<Draft> {
    drafts_within(terms, plain, guard, MAX_DRAFTS)
}

/// The one request that is easiest to find.
pub(super) fn first_draft(terms: &Terms, plain: &Draft, guard: &Guard) -> Vec<Draft> {
    drafts_within(terms, plain, guard, 1)
}

fn drafts_within(terms: &Terms, plain: &Draft, guard: &Guard, width: usize) -> Vec<Draft> {
    let mut drafts = vec![plain.clone()];
    // Classes first: what a value prints depends on them.
    let (classes, others): (Vec<_>, Vec<_>) = guard
        .conjuncts()
        .iter()
        .partition(|formula| matches!(formula, Formula::Lit(atom, _) if matches!(**atom, Atom::Is(..))));
    for formula in classes.into_iter().chain(others) {
        // Once there are enough ways, each goes on by its simplest alternative.
        let each = if drafts.len() >= width { 1 } else { width };
        drafts = drafts.iter().flat_map(|draft| satisfied(draft, terms, formula, each)).collect();
        drafts.truncate(width);
    }
    drafts
}

/// Whether a formula holds for a draft, as far as the draft tells.
fn holds(draft: &Draft, terms: &Terms, formula: &Formula) -> Option<bool> {
    match formula {
        Formula::True => Some(true),
        Formula::False => Some(false),
        Formula::Lit(atom, positive) => atom_holds(draft, terms, atom).map(|truth| truth == *positive),
        Formula::And(parts) => {
            let truths: Vec<_> = parts.iter().map(|part| holds(draft, terms, part)).collect();
            if truths.contains(&Some(false)) {
                Some(false)
            } else {
                truths.into_iter().all(|t| t == Some(true)).then_some(true)
            }
        }
        Formula::Or(parts) => {
            let truths: Vec<_> = parts.iter().map(|part| holds(draft, terms, part)).collect();
            if truths.contains(&Some(true)) {
                Some(true)
            } else {
                truths.into_iter().all(|t| t == Some(false)).then_some(false)
            }
        }
    }
}

fn atom_holds(draft: &Draft, terms: &Terms, atom: &Atom) -> Option<bool> {
    let value = |id: &TermId| get_at(draft, terms, *id, 0);
    let text = |id: &TermId| match value(id)? {
        Json::String(text) => Some(text),
        Json::Null => Some(String::new()),
        Json::Bool(value) => Some(value.to_string()),
        Json::Number(value) => Some(value.to_string()),
        Json::Array(_) | Json::Object(_) => None,
    };
    match atom {
        Atom::Is(id, types) => Some(types.includes(class_of(&value(id)?))),
        Atom::Prints(id, wanted) => Some(text(id)? == **wanted),
        Atom::PrintsOneOf(id, wanted) => Some(wanted.contains(&text(id)?)),
        Atom::PrintsIgnoringCase(id, wanted) => Some(text(id)?.eq_ignore_ascii_case(wanted)),
        Atom::Matches(id, pattern) => {
            regex::matches(pattern, &keybound_vtl::value::Text::new(text(id)?)).ok()
        }
        Atom::Contains(id, part) => Some(text(id)?.contains(&**part)),
        Atom::StartsWith(id, part) => Some(text(id)?.starts_with(&**part)),
        Atom::EndsWith(id, part) => Some(text(id)?.ends_with(&**part)),
        Atom::Same(a, b) => Some(text(a)? == text(b)?),
        Atom::Compares(..) | Atom::Empty(_) | Atom::Unknown(..) => None,
    }
}

fn satisfied(draft: &Draft, terms: &Terms, formula: &Formula, width: usize) -> Vec<Draft> {
    if holds(draft, terms, formula) == Some(true) {
        return vec![draft.clone()];
    }
    match formula {
        Formula::True | Formula::False => vec![draft.clone()],
        Formula::Lit(atom, positive) => {
            let mut drafts = literal(draft, terms, atom, *positive);
            drafts.truncate(width);
            drafts
        }
        Formula::And(parts) => {
            let mut drafts = vec![draft.clone()];
            for part in parts.iter() {
                drafts = drafts
                    .iter()
                    .flat_map(|draft| satisfied(draft, terms, part, width))
                    .take(width)
                    .collect();
            }
            drafts
        }
        Formula::Or(parts) => {
            let mut parts: Vec<&Formula> = parts.iter().collect();
            parts.sort_by_key(|part| part.size());
            parts
                .into_iter()
                .take(6)
                .flat_map(|part| satisfied(draft, terms, part, width))
                .take(width)
                .collect()
        }
    }
}

fn current(draft: &Draft, terms: &Terms, id: TermId) -> String {
    match get_at(draft, terms, id, 0) {
        Some(Json::String(text)) => text,
        Some(Json::Null) | None => String::new(),
        Some(other) => other.to_string(),
    }
}

fn literal(draft: &Draft, terms: &Terms, atom: &Atom, positive: bool) -> Vec<Draft> {
    let with = |id: TermId, value: Json| {
        let mut draft = draft.clone();
        set(&mut draft, terms, id, value);
        draft
    };
    match (atom, positive) {
        (Atom::Is(id, types), _) => {
            let types = if positive { *types } else { types.complement() };
            let old = get_at(draft, terms, *id, 0);
            if old.as_ref().is_some_and(|value| types.includes(class_of(value))) {
                return vec![draft.clone()];
            }
            let examples = [
                (Types::TEXT, json!("text")),
                (Types::MAP, json!({ "k": "v" })),
                (Types::LIST, json!(["v"])),
                (Types::NUMBER, json!(7)),
                (Types::BOOL, json!(true)),
            ];
            examples
                .into_iter()
                .filter(|(class, _)| types.includes(*class))
                .map(|(_, value)| with(*id, value))
                .collect()
        }
        (Atom::Prints(id, text), true) => {
            let old = get_at(draft, terms, *id, 0);
            let value = match old {
                Some(Json::Bool(_) | Json::Number(_)) => serde_json::from_str(text).unwrap_or(json!(**text)),
                _ => json!(**text),
            };
            vec![with(*id, value)]
        }
        (Atom::Prints(id, text), false) if current(draft, terms, *id) == **text => {
            let old = get_at(draft, terms, *id, 0);
            let value = match old {
                Some(Json::Bool(value)) => json!(!value),
                _ => json!(format!("{text}v")),
            };
            vec![with(*id, value)]
        }
        (Atom::PrintsOneOf(id, texts), true) => {
            texts.iter().take(3).map(|text| with(*id, json!(text))).collect()
        }
        (Atom::PrintsIgnoringCase(id, text), true) => vec![with(*id, json!(**text))],
        (Atom::Matches(id, pattern), _) => {
            let sample = if positive { regex::sample(pattern) } else { regex::sample_not_matching(pattern) };
            vec![sample.map_or_else(|| draft.clone(), |sample| with(*id, json!(sample)))]
        }
        (Atom::Contains(id, part), true) => {
            vec![with(*id, json!(format!("{}{part}", current(draft, terms, *id))))]
        }
        (Atom::Contains(id, part), false) => {
            vec![with(*id, json!(current(draft, terms, *id).replace(&**part, "")))]
        }
        (Atom::StartsWith(id, part), true) => {
            vec![with(*id, json!(format!("{part}{}", current(draft, terms, *id))))]
        }
        (Atom::EndsWith(id, part), true) => {
            vec![with(*id, json!(format!("{}{part}", current(draft, terms, *id))))]
        }
        (Atom::Compares(id, order, number), _) => compared(draft, terms, *id, *order, number, positive),
        (Atom::Same(a, b), true) => {
            // What the client cannot choose is what the other side must equal.
            let (fixed, free) = if terms.control(*a) < terms.control(*b) { (*a, *b) } else { (*b, *a) };
            let value = get_at(draft, terms, fixed, 0).unwrap_or(json!("same"));
            let mut draft = with(free, value.clone());
            set(&mut draft, terms, fixed, value);
            vec![draft]
        }
        (Atom::Empty(id), true) => {
            let has_key =
                terms.ids().iter().any(|child| matches!(terms.get(*child), Term::Key(of, _) if of == id));
            vec![with(*id, if has_key { json!({}) } else { json!([]) })]
        }
        _ => vec![draft.clone()],
    }
}

fn class_of(value: &Json) -> Types {
    match value {
        Json::Null | Json::String(_) => Types::TEXT,
        Json::Bool(_) => Types::BOOL,
        Json::Number(_) => Types::NUMBER,
        Json::Array(_) => Types::LIST,
        Json::Object(_) => Types::MAP,
    }
}

fn compared(
    draft: &Draft,
    terms: &Terms,
    id: TermId,
    order: Order,
    number: &str,
    positive: bool,
) -> Vec<Draft> {
    let Ok(number) = number.parse::<f64>() else { return vec![draft.clone()] };
    let step = match (order, positive) {
        (Order::Less, true) | (Order::GreaterOrEqual, false) => -1.0,
        (Order::Greater, true) | (Order::LessOrEqual, false) | (Order::Equal, false) => 1.0,
        _ => 0.0,
    };
    let wanted = number + step;
    let count = if wanted.is_finite() && wanted > 0.0 { (wanted as usize).min(MAX_LENGTH) } else { 0 };
    let mut draft = draft.clone();
    let (target, value) = match terms.get(id) {
        Term::Measured(Measure::Length, of) => (*of, json!("v".repeat(count))),
        Term::Measured(Measure::Size, of) => (*of, json!(vec!["v"; count.min(64)])),
        Term::Measured(Measure::Other(what), of) if what == "parsed" => {
            (*of, json!(format!("{}", wanted as i64)))
        }
        Term::Measured(_, of) => (*of, json!(wanted as i64)),
        _ if wanted.fract() == 0.0 => (id, json!(wanted as i64)),
        _ => (id, json!(wanted)),
    };
    set(&mut draft, terms, target, value);
    vec![draft]
}
