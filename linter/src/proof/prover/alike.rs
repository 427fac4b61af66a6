//! Whether a template that was changed still says the same.

use keybound_vtl::TemplateText;
use keybound_vtl::eval;
use keybound_vtl::json::strict::{self, StrictKind, StrictValue};
use keybound_vtl::parse::{Tree, parse};
use serde_json::{Value as Json, json};

use crate::api::Channel;
use crate::proof::draft::Draft;
use crate::proof::inverse::set;
use crate::render::skeleton::HoleUse;

use super::Prover;

/// Ways to a place that are tried.
const MAX_WAYS: usize = 4;

/// Values that a legitimate client may send, of every kind and with characters that escapes rewrite.
fn plain_values() -> [Json; 9] {
    [
        json!("plain"),
        json!("d\u{e9}j\u{e0} \u{1f600}"),
        json!("a/b <c> & d"),
        json!("O'Brien"),
        json!(""),
        json!(7),
        json!(true),
        json!(null),
        json!({"plain": "value"}),
    ]
}

impl Prover<'_> {
    /// Whether another text renders the same JSON as this template for every plain value of a hole for which this one
    /// renders JSON at all. False where there is no such value.
    pub fn renders_alike(&self, other: &TemplateText, hole: &HoleUse) -> bool {
        let (tree, errors) = parse(other);
        if !errors.is_empty() {
            return false;
        }
        // The renderings that proofs may take are not touched.
        let begun = self.renders.get();
        let mut compared = 0;
        let mut alike = true;
        for draft in self.drafts(&hole.guard).iter().take(MAX_WAYS) {
            for filled in self.filled_plainly(draft, hole) {
                match self.is_alike(other, &tree, &filled, None) {
                    None => {}
                    Some(true) => compared += 1,
                    Some(false) => alike = false,
                }
            }
        }
        self.renders.set(begun);
        alike && compared > 0
    }

    /// Whether another text renders the same JSON as this template for plain requests on every way to a hole, but for a
    /// member of the root that only the other has. True where this one renders no JSON.
    pub fn renders_alike_everywhere(&self, other: &TemplateText, added: Option<&str>) -> bool {
        let (tree, errors) = parse(other);
        if !errors.is_empty() {
            return false;
        }
        let guards = self.skeleton.uses.iter().map(|hole| &hole.guard);
        let drafts = guards.flat_map(|guard| self.drafts(guard).into_iter().take(MAX_WAYS));
        let plain = self.passing(self.plain_draft().clone());
        std::iter::once(plain)
            .chain(drafts)
            .take_while(|_| !self.is_spent())
            .all(|draft| self.is_alike(other, &tree, &draft, added) != Some(false))
    }

    fn filled_plainly(&self, draft: &Draft, hole: &HoleUse) -> Vec<Draft> {
        let mut filled = vec![draft.clone()];
        for target in self.targets(hole.term) {
            for value in plain_values() {
                for value in self.fitting(target, hole, &value) {
                    let mut draft = draft.clone();
                    set(&mut draft, &self.skeleton.terms, target, value);
                    filled.push(draft);
                }
            }
        }
        filled
    }

    /// None where this template renders no JSON.
    fn is_alike(
        &self,
        other: &TemplateText,
        tree: &Tree,
        draft: &Draft,
        added: Option<&str>,
    ) -> Option<bool> {
        let before = strict::parse(self.rendered(draft)?.as_str()).ok()?;
        let after = eval::render(other, tree, &draft.request(self.content_type())).ok();
        let after = after.and_then(|after| strict::parse(after.text.as_str()).ok());
        Some(after.is_some_and(|mut after| {
            if let (StrictKind::Object(members), Some(added)) = (&mut after.kind, added)
                && before.get(added).is_none()
            {
                members.retain(|member| member.name != added);
            }
            is_same(&before, &after)
        }))
    }

    /// The content type of the client's body, where there is one.
    pub(super) fn content_type(&self) -> &str {
        match self.target.channel {
            Channel::Request => self.target.content_type,
            Channel::Connect | Channel::Message | Channel::Disconnect => "",
        }
    }
}

/// Whether two texts are the same JSON: members in the same order, numbers as written.
fn is_same(one: &StrictValue, other: &StrictValue) -> bool {
    let mut todo = vec![(one, other)];
    while let Some((one, other)) = todo.pop() {
        match (&one.kind, &other.kind) {
            (StrictKind::Array(one), StrictKind::Array(other)) if one.len() == other.len() => {
                todo.extend(one.iter().zip(other));
            }
            (StrictKind::Object(one), StrictKind::Object(other)) if one.len() == other.len() => {
                if one.iter().zip(other).any(|(one, other)| one.name != other.name) {
                    return false;
                }
                todo.extend(one.iter().zip(other).map(|(one, other)| (&one.value, &other.value)));
            }
            (StrictKind::Array(_) | StrictKind::Object(_), _) => return false,
            (one, other) if one != other => return false,
            _ => {}
        }
    }
    true
}
