//! Truth, equality and order.

use std::cmp::Ordering;

use crate::ast::{BinaryOp, Expr, ExprKind};
use crate::value::{Value, velocity_equals};

use super::error::RenderError;
use super::render::Renderer;

impl Renderer<'_> {
    /// Whether a condition holds. A reference holds unless it is the Boolean false: the empty string, zero and the
    /// empty list hold. A literal holds only where it is `true`.
    pub(super) fn holds(&mut self, expr: &Expr) -> Result<bool, RenderError> {
        self.step(expr.span)?;
        Ok(match &expr.kind {
            ExprKind::Reference(reference) => !matches!(self.reference(reference)?, Value::Bool(false)),
            ExprKind::Bool(value) => *value,
            ExprKind::Not(operand) => !self.holds(operand)?,
            ExprKind::Binary(op, left, right) => match op {
                BinaryOp::Or => self.holds(left)? || self.holds(right)?,
                BinaryOp::And => self.holds(left)? && self.holds(right)?,
                BinaryOp::Equal | BinaryOp::NotEqual => {
                    let (left, right) = (self.value(left)?, self.value(right)?);
                    velocity_equals(&left.unwrap_or(Value::Null), &right.unwrap_or(Value::Null))
                        == (*op == BinaryOp::Equal)
                }
                BinaryOp::Less | BinaryOp::Greater | BinaryOp::LessOrEqual | BinaryOp::GreaterOrEqual => {
                    let (left, right) = (self.value(left)?, self.value(right)?);
                    let (Some(Value::Number(left)), Some(Value::Number(right))) = (left, right) else {
                        return Ok(false);
                    };
                    left.compare(&right).is_some_and(|order| match op {
                        BinaryOp::Less => order == Ordering::Less,
                        BinaryOp::Greater => order == Ordering::Greater,
                        BinaryOp::LessOrEqual => order != Ordering::Greater,
                        _ => order != Ordering::Less,
                    })
                }
                // A number is no Boolean.
                _ => false,
            },
            // Literals, strings with references in them included, are no Booleans; a placeholder could be `true`.
            _ => false,
        })
    }
}
