//! The attributes that an operation names.

use std::collections::BTreeSet;

use crate::dynamodb::expression::{self, Part};
use crate::dynamodb::holey_text::HoleyText;
use crate::reach::attributes::{EXPRESSIONS, LEGACY_MAPS};
use crate::reach::held::Held;
use crate::reach::miss::Kind;
use crate::reach::operation::{Operation, Verb};
use crate::reach::statement;
use crate::render::skeleton::{Slot, below};

/// The attributes that an operation names, those of its key first; none where a client names them. A read that projects
/// nothing reaches all others besides.
pub(super) fn named(held: &Held<'_>, operation: &Operation) -> Option<Vec<String>> {
    let mut names = Vec::new();
    if operation.verb == Verb::Statement {
        for statement in statement::statements(held, operation).ok()? {
            if statement.returns_all() {
                return None;
            }
            names.extend(statement.attributes()?);
        }
        return Some(without_repetition(names));
    }
    let object = &operation.at;
    let lists = LEGACY_MAPS.iter().map(|name| below(object, &[name]));
    for map in operation.key.iter().cloned().chain(lists) {
        if held.request.anything_at(&map).is_some() {
            return None;
        }
        for slot in held.request.slots(&map) {
            let Slot::Member(name) = slot else { return None };
            names.push(name.to_string());
        }
    }
    for (member, kind) in EXPRESSIONS {
        for (text, _) in held.fixed_texts(&below(object, &[member]), Kind::Attributes).ok()? {
            let tree = expression::parse(kind, &HoleyText::plain(text)).tree?;
            for part in tree.parts() {
                if let Part::Path(path, _) = part {
                    names.extend(held.attributes_of(object, path).ok()?);
                }
            }
        }
    }
    let list = below(object, &["AttributesToGet"]);
    for slot in held.request.slots(&list) {
        let at: Vec<Slot> = list.iter().cloned().chain([slot]).collect();
        names.extend(held.fixed_texts(&at, Kind::Attributes).ok()?.into_iter().map(|(name, _)| name));
    }
    Some(without_repetition(names))
}

fn without_repetition(names: Vec<String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    names.into_iter().filter(|name| seen.insert(name.clone())).collect()
}
