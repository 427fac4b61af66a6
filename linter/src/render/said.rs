//! What of a template is so only because people say who decides a value.

use keybound_vtl::Span;

use super::formula::Guard;
use super::skeleton::Skeleton;
use super::term::{Control, TermId, Terms};
use crate::api::trust::{Decider, Said};

impl Skeleton {
    /// What people say of the values that count at a place: those that are printed there or written into `$context`,
    /// and those that are trusted and decide whether that is done.
    pub fn said_at(&self, place: Span) -> Vec<&Said> {
        let is_there = |span: Span| span.start() < place.end() && place.start() < span.end();
        let printed = self.uses.iter().map(|hole| (hole.span, hole.term, &hole.guard));
        let written = self
            .overrides
            .iter()
            .flat_map(|written| written.terms.iter().map(move |term| (written.span, *term, &written.guard)));
        let open = self
            .open_paths
            .iter()
            .flat_map(|path| path.terms.iter().map(move |t| (path.span, *t, &path.guard)));
        let mut found = Vec::new();
        for (_, term, guard) in printed.chain(written).chain(open).filter(|(span, ..)| is_there(*span)) {
            add(&mut found, self.terms.said_of(term));
            add(&mut found, self.terms.trusted_on(guard));
        }
        found
    }

    /// The trusted values that the template prints, or writes into `$context`, and would not be trusted unsaid.
    pub fn trusted_values(&self) -> Vec<&Said> {
        let written = self.overrides.iter().flat_map(|written| written.terms.iter().copied());
        let mut found = Vec::new();
        for term in self.uses.iter().map(|hole| hole.term).chain(written) {
            let sources = self.terms.sources(term).into_iter();
            let changed = sources.filter(|source| self.terms.own_control(*source) > Control::Trusted);
            let said = changed.filter_map(|source| self.terms.said(source));
            add(&mut found, said.filter(|said| said.decider == Decider::Deployment).collect());
        }
        found
    }
}

impl Terms {
    /// What people say of the values that a term is made from; that the client decides one only where it would not
    /// decide the term otherwise.
    pub fn said_of(&self, id: TermId) -> Vec<&Said> {
        let sources = self.sources(id);
        let own = sources.iter().map(|source| self.own_control(*source)).max().unwrap_or(Control::Trusted);
        let said = sources.into_iter().filter_map(|source| self.said(source));
        said.filter(|said| said.decider == Decider::Deployment || own < Control::Client).collect()
    }

    /// The values that people trust and that decide whether a guard holds.
    fn trusted_on(&self, guard: &Guard) -> Vec<&Said> {
        let mut terms = Vec::new();
        for formula in guard.conjuncts() {
            formula.each_atom(&mut |atom, _| terms.extend(atom.terms()));
        }
        let sources = terms.into_iter().flat_map(|term| self.sources(term));
        let said = sources.filter_map(|source| self.said(source));
        said.filter(|said| said.decider == Decider::Deployment).collect()
    }
}

/// Adds what is not there yet.
fn add<'s>(found: &mut Vec<&'s Said>, more: Vec<&'s Said>) {
    for said in more {
        if !found.contains(&said) {
            found.push(said);
        }
    }
}
