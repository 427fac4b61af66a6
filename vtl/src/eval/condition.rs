//! Truth, equality and order.

use std::cmp::Ordering;
use std::rc::Rc;

use crate::ast::{BinaryOp, Expr, ExprKind};
use crate::value::{Number, Value, java_string};

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
                    equal(left.as_ref(), right.as_ref()) == (*op == BinaryOp::Equal)
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

/// Velocity's `==`: numbers by value, values of one class by `equals`, all others by what they print.
pub(super) fn equal(left: Option<&Value>, right: Option<&Value>) -> bool {
    let (left, right) = match (left, right) {
        (None | Some(Value::Null), None | Some(Value::Null)) => return true,
        (None | Some(Value::Null), _) | (_, None | Some(Value::Null)) => return false,
        (Some(left), Some(right)) => (left, right),
    };
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.compare(right) == Some(Ordering::Equal),
        (Value::Text(left), Value::Text(right)) => left.as_str() == right.as_str(),
        (Value::Bool(left), Value::Bool(right)) => left == right,
        (Value::List(_), Value::List(_)) | (Value::Map(_), Value::Map(_)) => java_equals(left, right, 0),
        _ => java_string(left).as_str() == java_string(right).as_str(),
    }
}

/// Java's `equals`: numbers only within one class, containers element by element.
pub(super) fn java_equals(left: &Value, right: &Value, depth: usize) -> bool {
    if depth > 100 {
        return false;
    }
    match (left, right) {
        (Value::Null, Value::Null) => true,
        (Value::Bool(left), Value::Bool(right)) => left == right,
        (Value::Text(left), Value::Text(right)) => left.as_str() == right.as_str(),
        (Value::Number(left), Value::Number(right)) => match (left, right) {
            (Number::Int(left), Number::Int(right)) => left == right,
            (Number::Long(left), Number::Long(right)) => left == right,
            (Number::Big(left), Number::Big(right)) => left == right,
            (Number::Double(left), Number::Double(right)) => left.to_bits() == right.to_bits(),
            (Number::Decimal(left), Number::Decimal(right)) => left == right,
            _ => false,
        },
        (Value::List(left), Value::List(right)) => {
            if Rc::ptr_eq(&left.items, &right.items) {
                return true;
            }
            let (left, right) = (left.to_vec(), right.to_vec());
            left.len() == right.len() && left.iter().zip(&right).all(|(l, r)| java_equals(l, r, depth + 1))
        }
        (Value::Map(left), Value::Map(right)) => {
            if Rc::ptr_eq(&left.entries, &right.entries) {
                return true;
            }
            let (left, right) = (left.entries.borrow(), right.entries.borrow());
            left.len() == right.len()
                && left.iter().all(|(key, (_, value))| {
                    right.get(key).is_some_and(|(_, other)| java_equals(value, other, depth + 1))
                })
        }
        _ => false,
    }
}
