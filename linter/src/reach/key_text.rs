//! What a text of the request is for certain callers: known text, the caller's own values, and what is free.

mod bound;
mod change;
#[cfg(test)]
mod tests;
mod within;

use keybound_shared::{AccessRules, Route};
use keybound_vtl::java::charset::CharSet;
use keybound_vtl::json::strict;

use crate::render::skeleton::HoleUse;
use crate::render::value::Piece;
use crate::render::{Escape, Facts, Guard, Op, Term, TermId, Terms, Types};

use super::callers::Callers;
use super::request::Form;

pub use bound::is_not_empty;
pub use within::{Stray, within};

use bound::Bound;
use change::{is_piecewise, leaves, takes};

/// Terms inside one another that are looked into.
const MAX_DEPTH: usize = 24;

/// Texts that one form may stand for before they are no longer told apart.
const MAX_TEXTS: usize = 32;

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Just this.
    Text(String),
    /// The caller's value of a variable of the rules.
    Value(String),
    /// What the template reads as a caller's value and what these callers need not have.
    Unbound(TermId),
    /// A claim that callers may have changed themselves, or that nothing holds to the variable's pattern.
    Claim(TermId),
    /// Anything that the term may be.
    Free(TermId),
}

/// A text, part by part.
pub type KeyText = Vec<Part>;

/// Certain callers on a route, as templates see them.
#[derive(Clone, Copy)]
pub struct Sight<'a> {
    /// The rules.
    pub rules: &'a AccessRules,
    /// The callers.
    pub callers: &'a Callers,
    /// The route.
    pub route: &'a Route,
    /// The unknowns of the template.
    pub terms: &'a Terms,
}

impl Sight<'_> {
    /// The texts that a form may be, decoded from JSON; none where there are too many.
    pub fn texts(&self, form: &Form) -> Option<Vec<KeyText>> {
        let mut texts = vec![KeyText::new()];
        for piece in &form.pieces {
            let next: Vec<KeyText> = match piece {
                // What the template writes was decoded when it was read.
                Piece::Literal(text) => vec![vec![Part::Text(text.to_string())]],
                Piece::Hole(id) if form.quoted => self.printed(*id, &form.guard, 0),
                // The JSON of a text is the text; any other value is refused where a text is wanted.
                Piece::Hole(id) => match self.terms.get(*id) {
                    Term::JsonText(of) => self.printed(*of, &form.guard, 0),
                    _ => vec![vec![Part::Free(*id)]],
                },
                Piece::Choice(_) => return None,
            };
            texts = crossed(&texts, &next)?;
        }
        Some(texts)
    }

    /// The variable whose value a hole prints, and nothing else.
    pub fn variable(&self, hole: &HoleUse) -> Option<String> {
        match self.printed(hole.term, &hole.guard, 0).as_slice() {
            [text] => match text.as_slice() {
                [Part::Value(name)] => Some(name.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    /// What a term prints into a JSON string, decoded.
    fn printed(&self, id: TermId, guard: &Guard, depth: usize) -> Vec<KeyText> {
        if depth > MAX_DEPTH {
            return vec![vec![Part::Free(id)]];
        }
        match self.bound(id, guard, depth) {
            Some(Bound::Value(name)) => return vec![vec![Part::Value(name)]],
            Some(Bound::Perhaps(_) | Bound::Unpublished) => return vec![vec![Part::Unbound(id)]],
            Some(Bound::Claim) => return vec![vec![Part::Claim(id)]],
            None => {}
        }
        if let Some(finite) = Facts::of(self.terms, id, guard).finite {
            let texts: Option<Vec<KeyText>> =
                finite.iter().map(|text| Some(vec![Part::Text(decoded(text)?)])).collect();
            if let Some(texts) = texts.filter(|texts| texts.len() <= MAX_TEXTS) {
                return texts;
            }
        }
        let texts = match self.terms.get(id) {
            Term::Composite(pieces) => self.composed(pieces, guard, depth),
            Term::Applied(op, of) if is_piecewise(op) && is_text(self.terms, *of, guard) => {
                self.changed(op, self.printed(*of, guard, depth + 1))
            }
            _ => None,
        };
        texts.unwrap_or_else(|| vec![vec![Part::Free(id)]])
    }

    /// Texts after an operation that leaves what is known of them as it is; none where it may not.
    fn changed(&self, op: &Op, texts: Vec<KeyText>) -> Option<Vec<KeyText>> {
        let is_left = |text: &KeyText| {
            let is_mixed = text.iter().any(|part| !matches!(part, Part::Text(_) | Part::Value(_)));
            // Beside free text a match may begin there and end in what is known.
            let is_safe = |chars: &CharSet| leaves(op, chars) && !(is_mixed && takes(op, chars));
            text.iter().all(|part| match part {
                Part::Text(text) => is_safe(&CharSet::of(text)),
                Part::Value(name) => is_safe(&self.admitted(name)),
                Part::Free(_) | Part::Unbound(_) | Part::Claim(_) => true,
            })
        };
        texts.iter().all(is_left).then_some(texts)
    }

    /// The texts of pieces one after the other; none where there are too many.
    fn composed(&self, pieces: &[Piece], guard: &Guard, depth: usize) -> Option<Vec<KeyText>> {
        let mut texts = vec![KeyText::new()];
        for piece in pieces {
            let next = match piece {
                Piece::Literal(text) => vec![vec![Part::Text(text.to_string())]],
                Piece::Hole(id) => self.printed(*id, guard, depth + 1),
                Piece::Choice(cases) => {
                    let mut all = Vec::new();
                    for (formula, pieces) in cases.iter() {
                        if let Some(guard) = guard.and(formula) {
                            all.extend(self.composed(pieces, &guard, depth + 1)?);
                        }
                    }
                    all
                }
            };
            texts = crossed(&texts, &next)?;
        }
        Some(texts)
    }
}

/// Every text followed by each of these; none where there are too many.
fn crossed(texts: &[KeyText], next: &[KeyText]) -> Option<Vec<KeyText>> {
    if texts.len() * next.len() > MAX_TEXTS {
        return None;
    }
    let joined = |text: &KeyText, more: &KeyText| text.iter().chain(more).cloned().collect();
    Some(texts.iter().flat_map(|text| next.iter().map(move |more| joined(text, more))).collect())
}

fn is_text(terms: &Terms, id: TermId, guard: &Guard) -> bool {
    Types::TEXT.includes(Facts::of(terms, id, guard).types)
}

/// The text that a part of a JSON string stands for; none where an escape is cut.
fn decoded(raw: &str) -> Option<String> {
    if !raw.contains('\\') {
        return Some(raw.to_owned());
    }
    strict::parse(&format!("\"{raw}\"")).ok()?.as_str().map(str::to_owned)
}

/// The characters that a free term can hold once JSON is decoded.
pub fn free_chars(terms: &Terms, id: TermId, guard: &Guard) -> CharSet {
    let facts = Facts::of(terms, id, guard);
    match facts.printed_escape() {
        Escape::Json | Escape::JavaScript => facts.inner,
        Escape::Raw | Escape::Value => {
            let chars = facts.printed_chars();
            if chars.contains('\\') { CharSet::all() } else { chars }
        }
    }
}
