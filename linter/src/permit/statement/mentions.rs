//! What a statement mentions, wherever it does.

use std::collections::BTreeSet;

use crate::dynamodb::partiql::tree::{
    Change, Collection, Expr, ExprKind, Path, Projection, Statement, StatementKind,
};
use crate::permit::beyond::Beyond;
use crate::permit::expressions::known;
use crate::permit::operation::Stop;

/// The top-level attributes of all paths, and how many parameters there must be.
pub(super) struct Mentions {
    pub(super) attributes: BTreeSet<String>,
    pub(super) parameters: usize,
}

impl Mentions {
    /// Of a whole statement. One that holds another reaches more than is looked at.
    pub(super) fn of(statement: &Statement) -> Result<Self, Stop> {
        let mut open: Vec<&Expr> = statement.filter().into_iter().collect();
        let mut paths: Vec<&Path> = Vec::new();
        match &statement.kind {
            StatementKind::Select(select) | StatementKind::Exists(select) => {
                if let Projection::Items(items) = &select.projection {
                    open.extend(known(items));
                }
                paths.extend(select.order.iter().map(|key| &key.path));
            }
            StatementKind::Insert(insert) => open.push(&insert.item),
            StatementKind::Update(update) => {
                for change in &update.changes {
                    match change {
                        Change::Set(items) => {
                            paths.extend(known(items).map(|assignment| &assignment.target));
                            open.extend(known(items).map(|assignment| &assignment.value));
                        }
                        Change::Remove(items) => paths.extend(known(items)),
                        Change::Opaque(_) => {}
                    }
                }
            }
            StatementKind::Delete(_) | StatementKind::Opaque(_) => {}
        }
        let mut parameters = 0;
        while let Some(expr) = open.pop() {
            match &expr.kind {
                ExprKind::Path(path) => paths.push(path),
                ExprKind::Parameter(ordinal) => {
                    parameters = parameters.max(usize::try_from(*ordinal).unwrap_or(usize::MAX - 1) + 1);
                }
                ExprKind::Exists(_) => {
                    return Err(Stop::Beyond(Beyond::Unread("a statement inside a statement")));
                }
                _ => open.extend(parts(expr)),
            }
        }
        let attributes = paths.into_iter().map(|path| path.head.text.text().to_owned()).collect();
        Ok(Self { attributes, parameters })
    }
}

/// The expressions that an expression is made of.
fn parts(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::String(_)
        | ExprKind::Number(_)
        | ExprKind::Boolean(_)
        | ExprKind::Null
        | ExprKind::Missing
        | ExprKind::Parameter(_)
        | ExprKind::Path(_)
        | ExprKind::Exists(_)
        | ExprKind::Opaque(_) => Vec::new(),
        ExprKind::Call(call) => call.arguments.iter().collect(),
        ExprKind::List(parts) | ExprKind::Bag(parts) | ExprKind::And(parts) | ExprKind::Or(parts) => {
            parts.iter().collect()
        }
        ExprKind::Tuple(fields) => fields.iter().flat_map(|field| [&field.name, &field.value]).collect(),
        ExprKind::Group(inner) | ExprKind::Negative(inner) | ExprKind::Not(inner) => vec![inner],
        ExprKind::Sum(sum) => {
            std::iter::once(&sum.first).chain(sum.rest.iter().map(|(_, term)| term)).collect()
        }
        ExprKind::Comparison(comparison) => vec![&comparison.left, &comparison.right],
        ExprKind::Between(between) => vec![&between.operand, &between.low, &between.high],
        ExprKind::In(membership) => {
            let collection: Vec<&Expr> = match &membership.collection {
                Collection::Values(values) => values.iter().collect(),
                Collection::Expr(expr) => vec![expr],
            };
            std::iter::once(&membership.operand).chain(collection).collect()
        }
        ExprKind::Is(test) => vec![&test.operand],
    }
}
