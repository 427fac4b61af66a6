//! Whether a filter takes a value.

use std::cmp::Ordering;

use super::evaluate::{Context, Missing};
use super::path::{Filter, Operand, Operator};
use crate::java::regex;
use crate::json;
use crate::value::equality::java_equals_within;
use crate::value::{Decimal, Number, Text, Value, java_string};

/// What one match of a pattern costs, in values looked at: its automaton is built for it.
const MATCH_COST: usize = 1000;

/// One side of a comparison, evaluated.
enum Side {
    /// A value; numbers apart.
    Value(Value),
    /// A number, as the decimal that it prints as.
    Number(Decimal),
    /// A path that leads nowhere: equal to nothing.
    Undefined,
    /// A pattern, with its flag in front.
    Pattern(String),
}

impl Context<'_> {
    /// Whether a filter takes a value. What Jayway calls an invalid path makes it no.
    pub(super) fn accepts(&self, filter: &Filter, item: &Value) -> Result<bool, Missing> {
        match (Context { item, must_exist: false, ..*self }).holds(filter) {
            Err(Missing::Invalid) => Ok(false),
            result => result,
        }
    }

    fn holds(&self, filter: &Filter) -> Result<bool, Missing> {
        self.visit(1)?;
        match filter {
            Filter::Or(terms) => {
                for term in terms {
                    if self.holds(term)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Filter::And(terms) => {
                for term in terms {
                    if !self.holds(term)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Filter::Not(inner) => Ok(!self.holds(inner)?),
            Filter::Exists { path, expected } => {
                match (Context { must_exist: true, ..*self }).evaluate(path) {
                    Ok(_) => Ok(*expected),
                    Err(Missing::NotFound) => Ok(!*expected),
                    Err(missing) => Err(missing),
                }
            }
            Filter::Comparison { left, operator: Operator::Exists, right } => match (left, right) {
                (Operand::Path(path), Operand::Bool(expected)) => {
                    self.holds(&Filter::Exists { path: path.clone(), expected: *expected })
                }
                _ => Err(Missing::Invalid),
            },
            Filter::Comparison { left, operator, right } => self.compare(left, *operator, right),
        }
    }

    fn compare(&self, left: &Operand, operator: Operator, right: &Operand) -> Result<bool, Missing> {
        let (left, right) = (self.side(left)?, self.side(right)?);
        let ordered = |accepts: fn(Ordering) -> bool| order(&left, &right).is_some_and(accepts);
        Ok(match operator {
            Operator::Equal => self.equal(&left, &right)?,
            Operator::NotEqual => !self.equal(&left, &right)?,
            Operator::Same => kind(&left) == kind(&right) && self.equal(&left, &right)?,
            Operator::NotSame => !(kind(&left) == kind(&right) && self.equal(&left, &right)?),
            Operator::Less => ordered(Ordering::is_lt),
            Operator::LessOrEqual => ordered(Ordering::is_le),
            Operator::Greater => ordered(Ordering::is_gt),
            Operator::GreaterOrEqual => ordered(Ordering::is_ge),
            Operator::In => self.is_in(&left, &right)?,
            Operator::NotIn => !self.is_in(&left, &right)?,
            Operator::Contains => match (&left, &right) {
                (Side::Value(Value::Text(whole)), Side::Value(Value::Text(part))) => {
                    self.visit(whole.as_str().len() / 64)?;
                    whole.as_str().contains(part.as_str())
                }
                _ => match elements(&left) {
                    Some(elements) => self.holds_one(elements, &right)?,
                    None => false,
                },
            },
            Operator::All => {
                let wanted = elements(&right).ok_or(Missing::Invalid)?;
                let Some(present) = elements(&left) else {
                    // Of an object Jayway says that it holds all.
                    return Ok(matches!(left, Side::Value(Value::Map(_))));
                };
                for one in wanted {
                    if !self.holds_one(present.clone(), &side(one)?)? {
                        return Ok(false);
                    }
                }
                true
            }
            Operator::Size => match &right {
                Side::Number(size) => size_of(&left).is_some_and(|length| *size == decimal(length)),
                _ => false,
            },
            Operator::Empty => match (is_empty(&left), &right) {
                (None, _) => false,
                (Some(is_empty), Side::Value(Value::Bool(expected))) => is_empty == *expected,
                _ => return Err(Missing::Invalid),
            },
            Operator::Matches => match (&left, &right) {
                (Side::Pattern(pattern), text) | (text, Side::Pattern(pattern)) => {
                    self.matches(pattern, text)?
                }
                _ => false,
            },
            // Read before the sides are evaluated.
            Operator::Exists => return Err(Missing::Invalid),
        })
    }

    /// Whether a pattern matches the whole of a side's text: what is neither text, number nor boolean has the empty one.
    fn matches(&self, pattern: &str, side: &Side) -> Result<bool, Missing> {
        let text = match side {
            Side::Pattern(_) => return Ok(false),
            Side::Value(Value::Text(text)) => text.clone(),
            Side::Value(value @ Value::Bool(_)) => java_string(value),
            Side::Number(number) => Text::new(number.to_string()),
            Side::Value(_) | Side::Undefined => Text::default(),
        };
        self.visit(MATCH_COST + text.as_str().len() / 64)?;
        regex::matches(pattern, &text).map_err(|_| Missing::Failed)
    }

    fn is_in(&self, left: &Side, right: &Side) -> Result<bool, Missing> {
        match right {
            Side::Value(Value::List(list)) => self.holds_one(list.to_vec(), left),
            Side::Value(Value::Map(_)) => Ok(false),
            _ => Err(Missing::Invalid),
        }
    }

    /// Whether one of the elements equals `wanted`.
    fn holds_one(&self, elements: Vec<Value>, wanted: &Side) -> Result<bool, Missing> {
        self.visit(elements.len())?;
        for element in elements {
            if self.equal(wanted, &side(element)?)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn equal(&self, left: &Side, right: &Side) -> Result<bool, Missing> {
        Ok(match (left, right) {
            (Side::Number(left), Side::Number(right)) => left.compare(right).is_eq(),
            (Side::Number(number), Side::Value(Value::Text(text))) => {
                match Number::parse_decimal(text.as_str()) {
                    Some(Number::Decimal(decimal)) => number.compare(&decimal).is_eq(),
                    _ => false,
                }
            }
            (Side::Value(Value::Text(text)), Side::Number(number)) => text.as_str() == number.to_string(),
            (Side::Value(left), Side::Value(right)) => {
                let mut visits = self.visits.get();
                let is_equal = java_equals_within(left, right, &mut visits);
                self.visits.set(visits);
                self.visit(1)?;
                is_equal
            }
            _ => false,
        })
    }

    fn side(&self, operand: &Operand) -> Result<Side, Missing> {
        Ok(match operand {
            Operand::Path(path) => match self.evaluate(path) {
                Ok(value) => side(value)?,
                Err(Missing::NotFound) => Side::Undefined,
                Err(missing) => return Err(missing),
            },
            Operand::Text(text) => Side::Value(Value::text(text)),
            Operand::Number(number) => Side::Number(number.clone()),
            Operand::Bool(b) => Side::Value(Value::Bool(*b)),
            Operand::Null => Side::Value(Value::Null),
            Operand::Json(literal) => {
                self.visit(literal.len())?;
                side(json::read(&Text::new(literal)).map_err(|_| Missing::Invalid)?)?
            }
            Operand::Pattern { pattern, ignore_case } => {
                Side::Pattern(format!("{}{pattern}", if *ignore_case { "(?i)" } else { "" }))
            }
        })
    }
}

/// Numbers apart, for Jayway compares all of them as decimals. NaN, which has none, makes it throw.
fn side(value: Value) -> Result<Side, Missing> {
    match value {
        Value::Number(number) => number.to_decimal().map(Side::Number).ok_or(Missing::Failed),
        value => Ok(Side::Value(value)),
    }
}

fn decimal(number: usize) -> Decimal {
    Decimal { unscaled: number.into(), scale: 0 }
}

/// The kind of node that Jayway makes of a side.
fn kind(side: &Side) -> &'static str {
    match side {
        Side::Value(Value::Null) => "null",
        Side::Value(Value::Bool(_)) => "boolean",
        Side::Value(Value::Text(_)) => "text",
        Side::Value(Value::List(_) | Value::Map(_) | Value::Object(_)) => "json",
        Side::Value(Value::Number(_)) | Side::Number(_) => "number",
        Side::Undefined => "undefined",
        Side::Pattern(_) => "pattern",
    }
}

fn order(left: &Side, right: &Side) -> Option<Ordering> {
    match (left, right) {
        (Side::Number(left), Side::Number(right)) => Some(left.compare(right)),
        (Side::Value(Value::Text(left)), Side::Value(Value::Text(right))) => {
            Some(units(left.as_str(), right.as_str()))
        }
        (Side::Value(Value::Text(text)), Side::Number(number)) => {
            Some(units(text.as_str(), &number.to_string()))
        }
        (Side::Number(number), Side::Value(Value::Text(text))) => {
            Some(units(&number.to_string(), text.as_str()))
        }
        _ => None,
    }
}

/// `String.compareTo`: by UTF-16 units.
fn units(left: &str, right: &str) -> Ordering {
    left.encode_utf16().cmp(right.encode_utf16())
}

fn elements(side: &Side) -> Option<Vec<Value>> {
    match side {
        Side::Value(Value::List(list)) => Some(list.to_vec()),
        _ => None,
    }
}

fn size_of(side: &Side) -> Option<usize> {
    match side {
        Side::Value(Value::Text(text)) => Some(text.as_str().encode_utf16().count()),
        Side::Value(Value::List(list)) => Some(list.items.borrow().len()),
        _ => None,
    }
}

fn is_empty(side: &Side) -> Option<bool> {
    match side {
        Side::Value(Value::Map(map)) => Some(map.entries.borrow().is_empty()),
        side => size_of(side).map(|size| size == 0),
    }
}
