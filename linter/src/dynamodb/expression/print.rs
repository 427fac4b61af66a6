//! Expressions written out from their trees.

use super::Expression;
use super::tree::{
    Assignment, Call, Change, Comparator, Condition, Operand, Path, PathElement, Projection, Section,
    SetValue, Sign, Update,
};
use crate::dynamodb::holey_text::HoleyText;
use crate::dynamodb::syntax::Item;

/// A tree that can be written out; the text parses to the same tree.
pub trait Print {
    /// Adds the tree's text at the end of another.
    fn print_to(&self, out: &mut HoleyText);

    /// The tree's text.
    fn print(&self) -> HoleyText {
        let mut out = HoleyText::default();
        self.print_to(&mut out);
        out
    }
}

fn joined<T: Print>(parts: &[T], between: &str, out: &mut HoleyText) {
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            out.push_text(between);
        }
        part.print_to(out);
    }
}

fn parenthesised<T: Print>(parts: &[T], out: &mut HoleyText) {
    out.push_text("(");
    joined(parts, ", ", out);
    out.push_text(")");
}

impl<T: Print + ?Sized> Print for &T {
    fn print_to(&self, out: &mut HoleyText) {
        (**self).print_to(out);
    }
}

impl Print for Expression {
    fn print_to(&self, out: &mut HoleyText) {
        match self {
            Self::Condition(condition) => condition.print_to(out),
            Self::Update(update) => update.print_to(out),
            Self::Projection(projection) => projection.print_to(out),
        }
    }
}

impl Print for Path {
    fn print_to(&self, out: &mut HoleyText) {
        for (i, element) in self.elements.iter().enumerate() {
            match element {
                PathElement::Attribute(name) | PathElement::Alias(name) => {
                    if i > 0 {
                        out.push_text(".");
                    }
                    out.push(&name.text);
                }
                PathElement::Index(index) => {
                    out.push_text("[");
                    out.push(&index.text);
                    out.push_text("]");
                }
            }
        }
    }
}

impl Print for Call {
    fn print_to(&self, out: &mut HoleyText) {
        out.push(&self.name.text);
        parenthesised(&self.arguments, out);
    }
}

impl Print for Operand {
    fn print_to(&self, out: &mut HoleyText) {
        match self {
            Self::Path(path) => path.print_to(out),
            Self::Value(name) => out.push(&name.text),
            Self::Call(call) => call.print_to(out),
            Self::Group(inner, _) => parenthesised(&[inner.as_ref()], out),
            Self::Opaque(opaque) => out.push(&opaque.text),
        }
    }
}

impl Print for Comparator {
    fn print_to(&self, out: &mut HoleyText) {
        match self {
            Self::Equal => out.push_text("="),
            Self::NotEqual => out.push_text("<>"),
            Self::Less => out.push_text("<"),
            Self::LessEqual => out.push_text("<="),
            Self::Greater => out.push_text(">"),
            Self::GreaterEqual => out.push_text(">="),
            Self::Opaque(opaque) => out.push(&opaque.text),
        }
    }
}

impl Print for Condition {
    fn print_to(&self, out: &mut HoleyText) {
        match self {
            Self::Comparison(comparison) => {
                comparison.left.print_to(out);
                out.push_text(" ");
                comparison.comparator.print_to(out);
                out.push_text(" ");
                comparison.right.print_to(out);
            }
            Self::Between(between) => {
                between.operand.print_to(out);
                out.push_text(" BETWEEN ");
                between.low.print_to(out);
                out.push_text(" AND ");
                between.high.print_to(out);
            }
            Self::In(membership) => {
                membership.operand.print_to(out);
                out.push_text(" IN ");
                parenthesised(&membership.list, out);
            }
            Self::Call(call) => call.print_to(out),
            Self::Not(inner, _) => {
                out.push_text("NOT ");
                inner.print_to(out);
            }
            Self::And(parts) => joined(parts, " AND ", out),
            Self::Or(parts) => joined(parts, " OR ", out),
            Self::Group(inner, _) => parenthesised(&[inner.as_ref()], out),
            Self::Opaque(opaque) => out.push(&opaque.text),
        }
    }
}

impl<T: Print> Print for Item<T> {
    fn print_to(&self, out: &mut HoleyText) {
        match self {
            Self::Known(known) => known.print_to(out),
            Self::Opaque(opaque) => out.push(&opaque.text),
        }
    }
}

impl Print for Section {
    fn print_to(&self, out: &mut HoleyText) {
        match self {
            Self::Set(items) => {
                out.push_text("SET ");
                joined(items, ", ", out);
            }
            Self::Remove(items) => {
                out.push_text("REMOVE ");
                joined(items, ", ", out);
            }
            Self::Add(items) => {
                out.push_text("ADD ");
                joined(items, ", ", out);
            }
            Self::Delete(items) => {
                out.push_text("DELETE ");
                joined(items, ", ", out);
            }
            Self::Opaque(opaque) => out.push(&opaque.text),
        }
    }
}

impl Print for Assignment {
    fn print_to(&self, out: &mut HoleyText) {
        self.target.print_to(out);
        out.push_text(" = ");
        self.value.print_to(out);
    }
}

impl Print for SetValue {
    fn print_to(&self, out: &mut HoleyText) {
        match self {
            Self::Operand(operand) => operand.print_to(out),
            Self::Sum(sum) => {
                sum.left.print_to(out);
                out.push_text(match sum.sign {
                    Sign::Plus => " + ",
                    Sign::Minus => " - ",
                });
                sum.right.print_to(out);
            }
            Self::Group(inner) => parenthesised(&[inner.as_ref()], out),
        }
    }
}

impl Print for Change {
    fn print_to(&self, out: &mut HoleyText) {
        self.target.print_to(out);
        out.push_text(" ");
        self.value.print_to(out);
    }
}

impl Print for Update {
    fn print_to(&self, out: &mut HoleyText) {
        joined(&self.sections, " ", out);
    }
}

impl Print for Projection {
    fn print_to(&self, out: &mut HoleyText) {
        joined(&self.items, ", ", out);
    }
}
