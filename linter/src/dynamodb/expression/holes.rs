//! What each hole of an expression is there.

use keybound_vtl::Offset;

use super::tree::{
    Assignment, Call, Change, Comparator, Condition, Name, Operand, Path, PathElement, Projection, Section,
    SetValue, Update,
};
use crate::dynamodb::holey_text::HoleyText;
use crate::dynamodb::syntax::{HoleUse, Item, Opaque};

/// What a hole of an expression is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HoleRole {
    /// A name, or part of one: of an attribute, a placeholder or a function.
    NamePart,
    /// Where a path or value stands.
    Operand,
    /// The number of a list's element, or part of it.
    Index,
    /// Between two operands.
    Comparator,
    /// Anything more: a condition, several, a list of assignments, whole sections.
    Clause,
}

/// A tree that can say what its holes are.
pub(super) trait Holes {
    fn collect(&self, uses: &mut Uses);
}

/// The holes found so far.
#[derive(Default)]
pub(super) struct Uses(Vec<HoleUse<HoleRole>>);

impl Uses {
    fn add(&mut self, text: &HoleyText, start: Offset, role: HoleRole) {
        self.0.extend(text.holes().iter().map(|(at, hole)| HoleUse {
            hole: *hole,
            at: Offset::new(start.to_usize() + at.to_usize()),
            role,
        }));
    }

    fn name(&mut self, name: &Name, role: HoleRole) {
        self.add(&name.text, name.span.start(), role);
    }

    fn opaque(&mut self, opaque: &Opaque, role: HoleRole) {
        self.add(&opaque.text, opaque.span.start(), role);
    }
}

/// Every hole of a text, in the order of the text; those that are in no tree may be anything.
pub(super) fn uses<T: Holes>(text: &HoleyText, tree: Option<&T>) -> Vec<HoleUse<HoleRole>> {
    let mut uses = Uses::default();
    match tree {
        Some(tree) => tree.collect(&mut uses),
        None => uses.add(text, Offset::default(), HoleRole::Clause),
    }
    uses.0.sort_by_key(|hole| hole.at);
    uses.0
}

impl<T: Holes> Holes for Vec<T> {
    fn collect(&self, uses: &mut Uses) {
        for part in self {
            part.collect(uses);
        }
    }
}

impl Holes for Path {
    fn collect(&self, uses: &mut Uses) {
        for element in &self.elements {
            match element {
                PathElement::Attribute(name) if self.is_opaque() => uses.name(name, HoleRole::Operand),
                PathElement::Attribute(name) | PathElement::Alias(name) => {
                    uses.name(name, HoleRole::NamePart)
                }
                PathElement::Index(name) => uses.name(name, HoleRole::Index),
            }
        }
    }
}

impl Holes for Call {
    fn collect(&self, uses: &mut Uses) {
        uses.name(&self.name, HoleRole::NamePart);
        self.arguments.collect(uses);
    }
}

impl Holes for Operand {
    fn collect(&self, uses: &mut Uses) {
        match self {
            Self::Path(path) => path.collect(uses),
            Self::Value(name) => uses.name(name, HoleRole::NamePart),
            Self::Call(call) => call.collect(uses),
            Self::Group(inner, _) => inner.collect(uses),
            Self::Opaque(opaque) => uses.opaque(opaque, HoleRole::Operand),
        }
    }
}

impl Holes for Condition {
    fn collect(&self, uses: &mut Uses) {
        match self {
            Self::Comparison(comparison) => {
                comparison.left.collect(uses);
                if let Comparator::Opaque(opaque) = &comparison.comparator {
                    uses.opaque(opaque, HoleRole::Comparator);
                }
                comparison.right.collect(uses);
            }
            Self::Between(between) => {
                for part in [&between.operand, &between.low, &between.high] {
                    part.collect(uses);
                }
            }
            Self::In(membership) => {
                membership.operand.collect(uses);
                membership.list.collect(uses);
            }
            Self::Call(call) => call.collect(uses),
            Self::Not(inner, _) | Self::Group(inner, _) => inner.collect(uses),
            Self::And(parts) | Self::Or(parts) => parts.collect(uses),
            Self::Opaque(opaque) => uses.opaque(opaque, HoleRole::Clause),
        }
    }
}

impl<T: Holes> Holes for Item<T> {
    fn collect(&self, uses: &mut Uses) {
        match self {
            Self::Known(known) => known.collect(uses),
            Self::Opaque(opaque) => uses.opaque(opaque, HoleRole::Clause),
        }
    }
}

impl Holes for Section {
    fn collect(&self, uses: &mut Uses) {
        match self {
            Self::Set(items) => items.collect(uses),
            Self::Remove(items) => items.collect(uses),
            Self::Add(items) | Self::Delete(items) => items.collect(uses),
            Self::Opaque(opaque) => uses.opaque(opaque, HoleRole::Clause),
        }
    }
}

impl Holes for Assignment {
    fn collect(&self, uses: &mut Uses) {
        self.target.collect(uses);
        self.value.collect(uses);
    }
}

impl Holes for SetValue {
    fn collect(&self, uses: &mut Uses) {
        match self {
            Self::Operand(operand) => operand.collect(uses),
            Self::Sum(sum) => {
                sum.left.collect(uses);
                sum.right.collect(uses);
            }
            Self::Group(inner) => inner.collect(uses),
        }
    }
}

impl Holes for Change {
    fn collect(&self, uses: &mut Uses) {
        self.target.collect(uses);
        self.value.collect(uses);
    }
}

impl Holes for Update {
    fn collect(&self, uses: &mut Uses) {
        self.sections.collect(uses);
    }
}

impl Holes for Projection {
    fn collect(&self, uses: &mut Uses) {
        self.items.collect(uses);
    }
}
