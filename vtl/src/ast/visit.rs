//! All parts of a tree, whatever way a rendering takes.

use super::{AccessKind, Block, Expr, ExprKind, Node, NodeKind, Reference};

/// What is called for the parts of a tree: outer parts before inner ones, in the template's order.
pub trait Visitor<'t> {
    /// A node.
    fn node(&mut self, _node: &'t Node) {}

    /// An expression.
    fn expr(&mut self, _expr: &'t Expr) {}

    /// A reference that is read: not what `#set` assigns to.
    fn reference(&mut self, _reference: &'t Reference) {}
}

/// Visits a block. It nests as deep as the parser lets it: [`crate::parse::MAX_DEPTH`].
pub fn block<'t>(block: &'t Block, visitor: &mut impl Visitor<'t>) {
    for each in block {
        node(each, visitor);
    }
}

fn node<'t>(node: &'t Node, visitor: &mut impl Visitor<'t>) {
    visitor.node(node);
    match &node.kind {
        NodeKind::Reference(inner) => reference(inner, visitor),
        NodeKind::Set(set) => {
            accesses(&set.target, visitor);
            expr(&set.value, visitor);
        }
        NodeKind::If(conditional) => {
            for (condition, body) in &conditional.arms {
                expr(condition, visitor);
                block(body, visitor);
            }
            if let Some(body) = &conditional.otherwise {
                block(body, visitor);
            }
        }
        NodeKind::Foreach(foreach) => {
            expr(&foreach.iterable, visitor);
            block(&foreach.body, visitor);
        }
        NodeKind::Define(define) => block(&define.body, visitor),
        NodeKind::Text(_)
        | NodeKind::Placeholder(_)
        | NodeKind::Break
        | NodeKind::Stop
        | NodeKind::Comment(_)
        | NodeKind::Throws(_)
        | NodeKind::Macro => {}
    }
}

fn reference<'t>(reference: &'t Reference, visitor: &mut impl Visitor<'t>) {
    visitor.reference(reference);
    accesses(reference, visitor);
}

fn accesses<'t>(reference: &'t Reference, visitor: &mut impl Visitor<'t>) {
    for access in &reference.accesses {
        match &access.kind {
            AccessKind::Property(_) => {}
            AccessKind::Method(_, arguments) => arguments.iter().for_each(|argument| expr(argument, visitor)),
            AccessKind::Index(index) => expr(index, visitor),
        }
    }
}

fn expr<'t>(of: &'t Expr, visitor: &mut impl Visitor<'t>) {
    visitor.expr(of);
    match &of.kind {
        ExprKind::Reference(inner) => reference(inner, visitor),
        ExprKind::Interpolated(inner) => block(inner, visitor),
        ExprKind::List(items) => items.iter().for_each(|item| expr(item, visitor)),
        ExprKind::Map(entries) => {
            for (key, value) in entries {
                expr(key, visitor);
                expr(value, visitor);
            }
        }
        ExprKind::Range(left, right) | ExprKind::Binary(_, left, right) => {
            expr(left, visitor);
            expr(right, visitor);
        }
        ExprKind::Not(operand) => expr(operand, visitor),
        ExprKind::Text(_)
        | ExprKind::Integer(_)
        | ExprKind::Float(_)
        | ExprKind::Bool(_)
        | ExprKind::Placeholder(_)
        | ExprKind::Runt(_) => {}
    }
}
