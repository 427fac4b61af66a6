//! The members of a request's objects, and the ways through the template on which they are missing.

use keybound_vtl::Span;
use keybound_vtl::json::strict::StrictValue;

use crate::dynamodb::position::{Location, Structure};
use crate::dynamodb::shape::TextRole;
pub use crate::render::skeleton::below;
use crate::render::skeleton::{Leaf, MemberName, Place, Slot};
use crate::render::{Formula, Guard, value};

use super::TemplateSubject;

impl<'a> TemplateSubject<'a> {
    /// The members of an object that the template names.
    pub fn members(&self, object: &[Slot]) -> Vec<(&'a str, &'a MemberName)> {
        let inside = |name: &'a MemberName| match name.path.split_last() {
            Some((Slot::Member(text), rest)) if rest == object => Some((&**text, name)),
            _ => None,
        };
        self.skeleton.names.iter().filter_map(inside).collect()
    }

    /// The places at which an object's member of one of these names stands.
    pub fn named(&self, object: &[Slot], names: &[&str]) -> Vec<&'a MemberName> {
        let members = self.members(object).into_iter();
        members.filter(|(name, _)| names.contains(name)).map(|(_, member)| member).collect()
    }

    /// Whether an object may have members that the template does not name.
    pub fn is_open(&self, object: &[Slot]) -> bool {
        let filled = self.skeleton.uses.iter().any(|hole| match hole.place {
            Place::Structure => hole.path.starts_with(object) && hole.path.len() <= object.len() + 1,
            Place::BareValue | Place::Whole => object.starts_with(&hole.path),
            Place::StringValue | Place::StringKey | Place::Text => false,
        });
        let is_unnamed = |name: &MemberName| match name.path.split_last() {
            Some((Slot::OpenMember(_), rest)) => rest == object,
            _ => false,
        };
        filled || self.skeleton.names.iter().any(is_unnamed)
    }

    /// The ways of a guard on which none of these members stands; none where there is no such way.
    pub fn without(guard: &Guard, members: &[&MemberName]) -> Option<Guard> {
        members.iter().try_fold(guard.clone(), |guard, member| {
            guard.and(&Formula::all(member.guard.conjuncts().iter().cloned()).negated())
        })
    }

    /// What the string at a path means, where all actions that the request may be of agree.
    pub fn text_role(&self, path: &[Slot]) -> Option<TextRole> {
        let mut roles = self.locations(path).into_iter().map(|location| match location {
            Location::Known(position) => position.text_role(),
            _ => None,
        });
        let first = roles.next().flatten()?;
        roles.all(|role| role == Some(first)).then_some(first)
    }

    /// Whether the model is evidence without a rendering: nothing was given up, and no other way to a place is known.
    pub fn is_evidence(&self, others: &[&MemberName]) -> bool {
        others.is_empty() && self.skeleton.undecided.is_empty()
    }

    /// Where a member's name stands.
    pub fn name_span(&self, name: &MemberName) -> Span {
        let text = value::literal(&name.pieces);
        text.and_then(|text| self.quoted_span(name.at, &text)).unwrap_or_else(|| self.first_char(name.at))
    }

    /// Where a string or literal stands; the name of its member where it is put together.
    pub fn leaf_span(&self, leaf: &Leaf) -> Span {
        if let Some(span) = value::literal(&leaf.pieces).and_then(|text| match leaf.quoted {
            true => self.quoted_span(leaf.at, &text),
            false => self.text_span(leaf.at, &text),
        }) {
            return span;
        }
        let name = self.skeleton.names.iter().find(|name| name.path == leaf.path);
        name.map_or_else(|| self.first_char(leaf.at), |name| self.name_span(name))
    }

    /// Where the request begins: the brace that opens it, its first member, or its first character.
    pub fn root_span(&self) -> Span {
        self.object_span(&[], &Guard::default())
    }

    /// Where an object that is written under a guard begins: where a reader would add a member.
    pub fn object_span(&self, object: &[Slot], guard: &Guard) -> Span {
        let source = self.template.text.text();
        let opens = |at: usize| source.get(at..).is_some_and(|rest| rest.starts_with('{'));
        let meets = |other: &Guard| other.conjuncts().iter().all(|formula| guard.and(formula).is_some());
        let mut openings =
            self.skeleton.openings.iter().filter(|opening| opening.path == object && opens(opening.at));
        let opening = openings.clone().find(|opening| meets(&opening.guard)).or_else(|| openings.next());
        if let Some(opening) = opening {
            return self.first_char(opening.at);
        }
        let inside = |name: &&MemberName| name.path.split_last().is_some_and(|(_, outer)| outer == object);
        let first = self.skeleton.names.iter().find(inside);
        first.map_or_else(|| self.first_char(0), |name| self.name_span(name))
    }

    /// The span of a string at an offset, where the template has it there letter for letter.
    pub fn quoted_span(&self, at: usize, text: &str) -> Option<Span> {
        let inner = self.text_span(at + 1, text)?;
        let source = self.template.text.text();
        let quoted = source.get(at..)?.starts_with('"')
            && source.get(inner.end().to_usize()..).is_some_and(|rest| rest.starts_with('"'));
        quoted.then(|| Span::of(at, inner.end().to_usize() + 1))
    }

    fn text_span(&self, at: usize, text: &str) -> Option<Span> {
        let rest = self.template.text.text().get(at..)?;
        rest.starts_with(text).then(|| Span::of(at, at + text.len()))
    }

    fn first_char(&self, at: usize) -> Span {
        let c = self.template.text.text().get(at..).and_then(|rest| rest.chars().next());
        Span::of(at, c.map_or(at, |c| at + c.len_utf8()))
    }
}

/// The values of a rendered request at a path; an open member or an element stands for all of them.
pub fn values_at<'v>(json: &'v StrictValue, path: &[Slot]) -> Vec<&'v StrictValue> {
    path.iter().fold(vec![json], |values, slot| {
        let inside = |value: &'v StrictValue| -> Vec<&'v StrictValue> {
            let members = value.members().iter();
            match slot {
                Slot::Member(name) => members.filter(|m| m.name == **name).map(|m| &m.value).collect(),
                Slot::OpenMember(_) => members.map(|m| &m.value).collect(),
                Slot::Element(_) => value.elements().iter().collect(),
            }
        };
        values.into_iter().flat_map(inside).collect()
    })
}

/// Whether a place holds the definitions of placeholders.
pub fn is_placeholder_map(location: &Location) -> bool {
    matches!(location, Location::Known(position) if position.structure() == Structure::Placeholders)
}
