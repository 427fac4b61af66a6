//! Values of expressions.

use crate::ast::{BinaryOp, Expr, ExprKind};
use crate::value::{ArithmeticError, List, ListKind, Map, MapKey, Number, Text, Value, java_string};

use super::error::{Exception, RenderError};
use super::render::Renderer;

/// Elements that a range literal may give.
const MAX_RANGE: i64 = 100_000;

impl Renderer<'_> {
    /// The value of an expression; none where Velocity has null that is no reference's: failed arithmetic.
    pub(super) fn value(&mut self, expr: &Expr) -> Result<Option<Value>, RenderError> {
        self.step(expr.span)?;
        Ok(match &expr.kind {
            ExprKind::Reference(reference) => Some(self.reference(reference)?),
            ExprKind::Text(text) => Some(Value::text(text)),
            ExprKind::Interpolated(block) => Some(Value::Text(self.captured(block, expr.span)?)),
            ExprKind::Integer(digits) => Number::parse_integer(digits).map(Value::Number),
            ExprKind::Float(digits) => Number::parse_double(digits).map(Value::Number),
            ExprKind::Bool(value) => Some(Value::Bool(*value)),
            ExprKind::Placeholder(index) => Some(Value::Text(self.placeholder(*index))),
            ExprKind::Runt(_) => Some(Value::Null),
            ExprKind::List(items) => {
                let items = items.iter().map(|item| self.argument(item)).collect::<Result<_, _>>()?;
                Some(Value::List(List::new(ListKind::Plain, items)))
            }
            ExprKind::Map(entries) => Some(Value::Map(self.map_literal(entries)?)),
            ExprKind::Range(from, to) => self.range(from, to)?,
            ExprKind::Not(_) => Some(Value::Bool(self.holds(expr)?)),
            ExprKind::Binary(op, left, right) => match op {
                BinaryOp::Add
                | BinaryOp::Subtract
                | BinaryOp::Multiply
                | BinaryOp::Divide
                | BinaryOp::Modulo => self.arithmetic(*op, left, right)?,
                _ => Some(Value::Bool(self.holds(expr)?)),
            },
        })
    }

    fn map_literal(&mut self, entries: &[(Expr, Expr)]) -> Result<Map, RenderError> {
        let map = Map::default();
        for (key, value) in entries {
            let key = self.argument(key)?;
            let value = self.argument(value)?;
            let map_key = MapKey::of(&key, |key| java_string(key).as_str().to_owned());
            map.entries.borrow_mut().insert(map_key, (key, value));
        }
        Ok(map)
    }

    fn range(&mut self, from: &Expr, to: &Expr) -> Result<Option<Value>, RenderError> {
        let mut end = |expr: &Expr| -> Result<Option<i64>, RenderError> {
            Ok(match self.value(expr)? {
                Some(Value::Number(number @ (Number::Int(_) | Number::Long(_)))) => Some(number.long_value()),
                _ => None,
            })
        };
        let (Some(from_end), Some(to_end)) = (end(from)?, end(to)?) else { return Ok(None) };
        if (to_end - from_end).abs() > MAX_RANGE {
            return Err(
                Exception::new(format!("range has more than {MAX_RANGE} elements")).at(from.span.to(to.span))
            );
        }
        let int = |value: i64| Value::int(i32::try_from(value).unwrap_or(i32::MAX));
        let items = if from_end <= to_end {
            (from_end..=to_end).map(int).collect()
        } else {
            (to_end..=from_end).rev().map(int).collect()
        };
        Ok(Some(Value::List(List::new(ListKind::Plain, items))))
    }

    fn arithmetic(&mut self, op: BinaryOp, left: &Expr, right: &Expr) -> Result<Option<Value>, RenderError> {
        let span = left.span.to(right.span);
        let (left, right) = (self.value(left)?, self.value(right)?);
        let (Some(left), Some(right)) = (left, right) else { return Ok(None) };
        if op == BinaryOp::Add && (matches!(left, Value::Text(_)) || matches!(right, Value::Text(_))) {
            let mut text = crate::value::TextBuilder::default();
            for side in [left, right] {
                let printed: Text = match &side {
                    Value::Null => Text::new("null"),
                    other => self.printed(other, span)?,
                };
                text.push(&printed);
            }
            return Ok(Some(Value::Text(text.finish())));
        }
        let (Value::Number(left), Value::Number(right)) = (left, right) else { return Ok(None) };
        let result = match op {
            BinaryOp::Add => left.add(&right),
            BinaryOp::Subtract => left.subtract(&right),
            BinaryOp::Multiply => left.multiply(&right),
            BinaryOp::Divide => left.divide(&right),
            _ => left.modulo(&right),
        };
        match result {
            Ok(number) => Ok(Some(Value::Number(number))),
            // Division by zero gives nothing; the others throw.
            Err(ArithmeticError::ByZero) => Ok(None),
            Err(error) => Err(Exception::new(error.to_string()).at(span)),
        }
    }
}
