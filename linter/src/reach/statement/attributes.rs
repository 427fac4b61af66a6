//! Which attributes a statement names.

use std::collections::BTreeSet;

use crate::dynamodb::partiql::tree::{Change, Collection, Expr, ExprKind, Projection, StatementKind};
use crate::dynamodb::syntax::Item;

use super::Statement;

impl Statement {
    /// The attributes that the statement names; none where a hole may name others.
    pub fn attributes(&self) -> Option<BTreeSet<String>> {
        let mut names = BTreeSet::new();
        let mut exprs: Vec<&Expr> = self.tree.filter().into_iter().collect();
        match &self.tree.kind {
            StatementKind::Select(select) | StatementKind::Exists(select) => {
                if let Projection::Items(items) = &select.projection {
                    for item in items {
                        match item {
                            Item::Known(expr) => exprs.push(expr),
                            Item::Opaque(_) => return None,
                        }
                    }
                }
                for order in &select.order {
                    names.insert(order.path.head.text.as_plain()?.to_owned());
                }
            }
            StatementKind::Insert(insert) => match &insert.item.ungrouped().kind {
                ExprKind::Tuple(fields) => {
                    for field in fields {
                        match &field.name.kind {
                            ExprKind::String(text) => names.insert(text.as_plain()?.to_owned()),
                            _ => return None,
                        };
                    }
                }
                _ => return None,
            },
            StatementKind::Update(update) => {
                for change in &update.changes {
                    match change {
                        Change::Set(items) => {
                            for item in items {
                                let Item::Known(assignment) = item else { return None };
                                names.insert(assignment.target.head.text.as_plain()?.to_owned());
                                exprs.push(&assignment.value);
                            }
                        }
                        Change::Remove(items) => {
                            for item in items {
                                let Item::Known(path) = item else { return None };
                                names.insert(path.head.text.as_plain()?.to_owned());
                            }
                        }
                        Change::Opaque(_) => return None,
                    }
                }
            }
            StatementKind::Delete(_) => {}
            StatementKind::Opaque(_) => return None,
        }
        while let Some(expr) = exprs.pop() {
            match &expr.kind {
                ExprKind::Path(path) => {
                    names.insert(path.head.text.as_plain()?.to_owned());
                }
                ExprKind::Call(call) => exprs.extend(&call.arguments),
                ExprKind::List(parts) | ExprKind::Bag(parts) | ExprKind::And(parts) | ExprKind::Or(parts) => {
                    exprs.extend(parts);
                }
                ExprKind::Tuple(fields) => exprs.extend(fields.iter().map(|field| &field.value)),
                ExprKind::Group(inner) | ExprKind::Negative(inner) | ExprKind::Not(inner) => {
                    exprs.push(inner)
                }
                ExprKind::Sum(sum) => {
                    exprs.push(&sum.first);
                    exprs.extend(sum.rest.iter().map(|(_, expr)| expr));
                }
                ExprKind::Comparison(comparison) => exprs.extend([&comparison.left, &comparison.right]),
                ExprKind::Between(between) => exprs.extend([&between.operand, &between.low, &between.high]),
                ExprKind::In(membership) => {
                    exprs.push(&membership.operand);
                    match &membership.collection {
                        Collection::Values(values) => exprs.extend(values),
                        Collection::Expr(expr) => exprs.push(expr),
                    }
                }
                ExprKind::Is(test) => exprs.push(&test.operand),
                ExprKind::Exists(_) | ExprKind::Opaque(_) => return None,
                ExprKind::String(_)
                | ExprKind::Number(_)
                | ExprKind::Boolean(_)
                | ExprKind::Null
                | ExprKind::Missing
                | ExprKind::Parameter(_) => {}
            }
        }
        Some(names)
    }
}
