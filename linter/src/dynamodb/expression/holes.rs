//! What each hole of an expression is there.

use keybound_vtl::Offset;

use super::parts::{Part, Tree};
use super::tree::PathElement;
use crate::dynamodb::holey_text::HoleyText;
use crate::dynamodb::syntax::HoleUse;

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

/// Every hole of a text, in the order of the text; without a tree they may be anything.
pub(super) fn uses<T: Tree>(text: &HoleyText, tree: Option<&T>) -> Vec<HoleUse<HoleRole>> {
    let mut uses = Vec::with_capacity(text.holes().len());
    let mut add = |text: &HoleyText, start: Offset, role| {
        uses.extend(text.holes().iter().map(|(at, hole)| HoleUse {
            hole: *hole,
            at: Offset::new(start.to_usize() + at.to_usize()),
            role,
        }));
    };
    match tree {
        None => add(text, Offset::default(), HoleRole::Clause),
        Some(tree) => tree.visit(&mut |part| match part {
            Part::Path(path, _) => {
                for element in &path.elements {
                    let (name, role) = match element {
                        PathElement::Attribute(name) if path.is_opaque() => (name, HoleRole::Operand),
                        PathElement::Attribute(name) | PathElement::Alias(name) => (name, HoleRole::NamePart),
                        PathElement::Index(name) => (name, HoleRole::Index),
                    };
                    add(&name.text, name.span.start(), role);
                }
            }
            Part::Value(name) => add(&name.text, name.span.start(), HoleRole::NamePart),
            Part::Function(call, _) => add(&call.name.text, call.name.span.start(), HoleRole::NamePart),
            Part::Opaque(opaque, role) => add(&opaque.text, opaque.span.start(), role),
        }),
    }
    uses
}
