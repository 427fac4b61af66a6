//! Which terms an attack may set, and what of a value the path to the hole lets through.

use std::collections::HashSet;

use keybound_vtl::java::regex;
use serde_json::Value as Json;

use crate::api::model::admission::anywhere;
use crate::render::skeleton::HoleUse;
use crate::render::{Atom, Control, Facts, Op, Part, Term, TermId, Types};

use super::Prover;

/// The most characters with which a text is filled up to the least length that the request model demands.
const MAX_PADDING: usize = 4096;

impl Prover<'_> {
    /// What an attack may set: the term itself; what in it is JSON of some shape, for no text brings that about; and
    /// what it is made from.
    pub(super) fn targets(&self, term: TermId) -> Vec<TermId> {
        let terms = &self.skeleton.terms;
        let mut targets = vec![term];
        let mut at = term;
        while let Term::Applied(_, of) | Term::JsonText(of) = terms.get(at) {
            if matches!(
                terms.get(*of),
                Term::Member(..) | Term::Index(..) | Term::Element(..) | Term::Parsed(_)
            ) {
                targets.push(*of);
            }
            at = *of;
        }
        for source in terms.sources(term) {
            if !targets.contains(&source) && self.may_set(source) {
                targets.push(source);
            }
        }
        targets
    }

    pub(super) fn may_set(&self, id: TermId) -> bool {
        self.skeleton.terms.control(id) >= Control::Stored
    }

    /// Forms of a value that what the path says of the term leaves possible.
    pub(super) fn fitting(&self, target: TermId, hole: &HoleUse, value: &Json) -> Vec<Json> {
        let Json::String(text) = value else {
            // Only what is read from JSON can be something other than text.
            return if self.reads_json(target, hole) { vec![value.clone()] } else { Vec::new() };
        };
        let mut texts = vec![text.clone()];
        let (mut before, mut after, mut lengths) = (vec![String::new()], vec![String::new()], false);
        for formula in hole.guard.conjuncts() {
            formula.each_atom(&mut |atom, positive| {
                if !positive && !matches!(atom, Atom::Compares(..))
                    || !atom.terms().iter().any(|id| self.base(*id) == self.base(target))
                {
                    return;
                }
                match atom {
                    Atom::Matches(_, pattern) => texts.extend(regex::sample_around(pattern, text)),
                    Atom::StartsWith(_, part) => before.push(part.to_string()),
                    Atom::EndsWith(_, part) => after.push(part.to_string()),
                    Atom::Contains(_, part) => {
                        before.push(part.to_string());
                        after.push(part.to_string());
                    }
                    Atom::Compares(..) => lengths = true,
                    _ => {}
                }
            });
        }
        if let Some(demand) = self.demands.get(&self.base(target)) {
            // A pattern that is not anchored is no guard, but the text must hold what it finds.
            let around =
                demand.constraints.patterns().filter_map(|p| regex::sample_around(&anywhere(p), text));
            texts.extend(around.collect::<Vec<_>>());
            let missing =
                usize::try_from(demand.constraints.min_length()).unwrap_or(0).saturating_sub(text.len());
            if (1..=MAX_PADDING).contains(&missing) {
                texts.push(format!("{}{text}", "v".repeat(missing)));
            }
        }
        let mut forms = Vec::new();
        for end in &after {
            for start in &before {
                forms.extend(texts.iter().map(|text| format!("{start}{text}{end}")));
            }
        }
        if lengths {
            for length in [8, 12, 16, 24, 32, 36, 64, 128] {
                if text.len() < length {
                    forms.push(format!("{}{text}", "x".repeat(length - text.len())));
                }
            }
        }
        if self.is_cut(target) {
            for pad in [1usize, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 20, 32] {
                forms.push(format!("{}{text}", "a".repeat(pad)));
                forms.push(format!("{text}{}", "a".repeat(pad)));
            }
        }
        if self.loses_quotes(target) {
            forms.extend(texts.iter().map(|text| text.replace('"', "\"\"")));
        }
        // Where the text is cut elsewhere, what comes first is a part of its own.
        let terms = &self.skeleton.terms;
        for id in terms.ids() {
            if let Term::Applied(Op::Part(Part::Split(Some(pattern))), of) = terms.get(id)
                && self.base(*of) == self.base(target)
            {
                forms.push(format!("v{}{text}", regex::sample(pattern).unwrap_or_default()));
            }
        }
        forms.dedup();
        forms.into_iter().map(Json::String).collect()
    }

    /// Whether what a term is made from may be something other than text.
    pub(super) fn reads_json(&self, target: TermId, hole: &HoleUse) -> bool {
        let terms = &self.skeleton.terms;
        let mut todo = vec![target];
        let mut seen = HashSet::new();
        while let Some(id) = todo.pop() {
            if seen.insert(id) {
                if !Types::TEXT.includes(Facts::of(terms, id, &hole.guard).types) {
                    return true;
                }
                todo.extend(terms.parts(id));
            }
        }
        false
    }

    /// The term that is read from the request, before anything was done to it.
    pub(super) fn base(&self, mut id: TermId) -> TermId {
        while let Term::Applied(_, of) | Term::Measured(_, of) = self.skeleton.terms.get(id) {
            id = *of;
        }
        id
    }

    /// Whether a replacement of more than a quote may take quotes with it: of two, one may be left.
    pub(super) fn loses_quotes(&self, mut id: TermId) -> bool {
        while let Term::Applied(op, of) = self.skeleton.terms.get(id) {
            if let Op::ReplaceAll(pattern, _) = op
                && regex::language(pattern).is_some_and(|language| language.chars.contains('"'))
            {
                return true;
            }
            id = *of;
        }
        false
    }

    pub(super) fn is_cut(&self, mut id: TermId) -> bool {
        while let Term::Applied(op, of) = self.skeleton.terms.get(id) {
            if matches!(op, Op::Part(_) | Op::Other(_) | Op::ReplaceFirst(..)) {
                return true;
            }
            id = *of;
        }
        false
    }
}
