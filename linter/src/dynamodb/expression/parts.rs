//! The parts of an expression, in the order of its text.

use super::Expression;
use super::holes::HoleRole;
use super::tree::{
    Assignment, Call, Change, Comparator, Condition, Name, Operand, Path, Projection, Section, SetValue,
    Update,
};
use crate::dynamodb::syntax::{Item, Opaque};

/// A part of an expression that names or hides something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// A document path.
    Path(&'a Path, PathUse),
    /// A value's placeholder.
    Value(&'a Name),
    /// A function; its arguments follow.
    Function(&'a Call, FunctionPlace),
    /// A part with a hole.
    Opaque(&'a Opaque, HoleRole),
}

/// What an expression does with a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PathUse {
    /// It reads the value there, to decide or to compute something.
    Read,
    /// It returns it.
    Project,
    /// `SET`.
    Set,
    /// `REMOVE`.
    Remove,
    /// `ADD`.
    Add,
    /// `DELETE`.
    Delete,
}

/// Where a function stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FunctionPlace {
    /// As a condition.
    Condition,
    /// As an operand of a condition.
    Operand,
    /// In what `SET` assigns.
    Assigned,
}

/// A tree that can be asked for its parts.
pub(super) trait Tree {
    fn visit<'a>(&'a self, visit: &mut dyn FnMut(Part<'a>));
}

impl Expression {
    /// The parts, in the order of the text.
    pub fn parts(&self) -> Vec<Part<'_>> {
        let mut parts = Vec::new();
        self.visit(&mut |part| parts.push(part));
        parts
    }
}

impl Condition {
    /// The parts, in the order of the text.
    pub fn parts(&self) -> Vec<Part<'_>> {
        let mut parts = Vec::new();
        self.visit(&mut |part| parts.push(part));
        parts
    }
}

impl Tree for Expression {
    fn visit<'a>(&'a self, visit: &mut dyn FnMut(Part<'a>)) {
        match self {
            Self::Condition(condition) => condition.visit(visit),
            Self::Update(update) => update.visit(visit),
            Self::Projection(projection) => projection.visit(visit),
        }
    }
}

fn visit_call<'a>(call: &'a Call, place: FunctionPlace, visit: &mut dyn FnMut(Part<'a>)) {
    visit(Part::Function(call, place));
    let inside = if place == FunctionPlace::Assigned { place } else { FunctionPlace::Operand };
    for argument in &call.arguments {
        visit_operand(argument, inside, visit);
    }
}

fn visit_operand<'a>(operand: &'a Operand, place: FunctionPlace, visit: &mut dyn FnMut(Part<'a>)) {
    match operand {
        Operand::Path(path) => visit(Part::Path(path, PathUse::Read)),
        Operand::Value(name) => visit(Part::Value(name)),
        Operand::Call(call) => visit_call(call, place, visit),
        Operand::Group(inner, _) => visit_operand(inner, place, visit),
        Operand::Opaque(opaque) => visit(Part::Opaque(opaque, HoleRole::Operand)),
    }
}

impl Tree for Condition {
    fn visit<'a>(&'a self, visit: &mut dyn FnMut(Part<'a>)) {
        let place = FunctionPlace::Operand;
        match self {
            Self::Comparison(comparison) => {
                visit_operand(&comparison.left, place, visit);
                if let Comparator::Opaque(opaque) = &comparison.comparator {
                    visit(Part::Opaque(opaque, HoleRole::Comparator));
                }
                visit_operand(&comparison.right, place, visit);
            }
            Self::Between(between) => {
                for part in [&between.operand, &between.low, &between.high] {
                    visit_operand(part, place, visit);
                }
            }
            Self::In(membership) => {
                visit_operand(&membership.operand, place, visit);
                for value in &membership.list {
                    visit_operand(value, place, visit);
                }
            }
            Self::Call(call) => visit_call(call, FunctionPlace::Condition, visit),
            Self::Not(inner, _) | Self::Group(inner, _) => inner.visit(visit),
            Self::And(parts) | Self::Or(parts) => parts.iter().for_each(|part| part.visit(visit)),
            Self::Opaque(opaque) => visit(Part::Opaque(opaque, HoleRole::Clause)),
        }
    }
}

fn visit_items<'a, T>(
    items: &'a [Item<T>],
    visit: &mut dyn FnMut(Part<'a>),
    known: impl Fn(&'a T, &mut dyn FnMut(Part<'a>)),
) {
    for item in items {
        match item {
            Item::Known(part) => known(part, visit),
            Item::Opaque(opaque) => visit(Part::Opaque(opaque, HoleRole::Clause)),
        }
    }
}

impl Tree for Section {
    fn visit<'a>(&'a self, visit: &mut dyn FnMut(Part<'a>)) {
        match self {
            Self::Set(items) => visit_items(items, visit, |Assignment { target, value }, visit| {
                visit(Part::Path(target, PathUse::Set));
                value.visit(visit);
            }),
            Self::Remove(items) => {
                visit_items(items, visit, |path, visit| visit(Part::Path(path, PathUse::Remove)));
            }
            Self::Add(items) => visit_items(items, visit, |change, visit| change.visit(PathUse::Add, visit)),
            Self::Delete(items) => {
                visit_items(items, visit, |change, visit| change.visit(PathUse::Delete, visit))
            }
            Self::Opaque(opaque) => visit(Part::Opaque(opaque, HoleRole::Clause)),
        }
    }
}

impl Change {
    fn visit<'a>(&'a self, path_use: PathUse, visit: &mut dyn FnMut(Part<'a>)) {
        visit(Part::Path(&self.target, path_use));
        visit_operand(&self.value, FunctionPlace::Assigned, visit);
    }
}

impl Tree for SetValue {
    fn visit<'a>(&'a self, visit: &mut dyn FnMut(Part<'a>)) {
        match self {
            Self::Operand(operand) => visit_operand(operand, FunctionPlace::Assigned, visit),
            Self::Sum(sum) => {
                visit_operand(&sum.left, FunctionPlace::Assigned, visit);
                visit_operand(&sum.right, FunctionPlace::Assigned, visit);
            }
            Self::Group(inner) => inner.visit(visit),
        }
    }
}

impl Tree for Update {
    fn visit<'a>(&'a self, visit: &mut dyn FnMut(Part<'a>)) {
        self.sections.iter().for_each(|section| section.visit(visit));
    }
}

impl Tree for Projection {
    fn visit<'a>(&'a self, visit: &mut dyn FnMut(Part<'a>)) {
        visit_items(&self.items, visit, |path, visit| visit(Part::Path(path, PathUse::Project)));
    }
}
