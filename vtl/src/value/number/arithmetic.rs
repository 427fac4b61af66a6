//! Velocity 1.7's arithmetic: its `MathUtils` and the checks of its nodes.

use num_bigint::BigInt;
use num_traits::{Pow, Zero};

use super::{Decimal, Number};

/// Bits that a result may have. Java's bound is its memory.
const MAX_BITS: u64 = 1 << 17;

/// Digits by which the places of two decimals may differ when they are added.
const MAX_SHIFT: u32 = 20_000;

/// An operation without a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArithmeticError {
    /// The operation gives null, and the rendering goes on.
    #[error("division by zero")]
    ByZero,
    /// Java throws, which ends the rendering.
    #[error("the numbers have no such result")]
    Exception,
}

/// What both operands are made before they are computed with.
enum Operands {
    /// Both fit a `long`; whether one of them is a Long.
    Long(i64, i64, bool),
    Big(BigInt, BigInt),
    Double(f64, f64),
    Decimal(Decimal, Decimal),
}

type Outcome = Result<Number, ArithmeticError>;

impl Number {
    /// `+` of two numbers.
    pub fn add(&self, other: &Number) -> Outcome {
        match Operands::of(self, other)? {
            Operands::Long(a, b, is_long) => Ok(wrap(i128::from(a) + i128::from(b), is_long)),
            Operands::Big(a, b) => bounded(a + b),
            Operands::Double(a, b) => Ok(Number::Double(a + b)),
            Operands::Decimal(a, b) => {
                let (a, b, scale) = aligned(&a, &b)?;
                bounded_decimal(a + b, scale)
            }
        }
    }

    /// `-` of two numbers.
    pub fn subtract(&self, other: &Number) -> Outcome {
        match Operands::of(self, other)? {
            Operands::Long(a, b, is_long) => Ok(wrap(i128::from(a) - i128::from(b), is_long)),
            Operands::Big(a, b) => bounded(a - b),
            Operands::Double(a, b) => Ok(Number::Double(a - b)),
            Operands::Decimal(a, b) => {
                let (a, b, scale) = aligned(&a, &b)?;
                bounded_decimal(a - b, scale)
            }
        }
    }

    /// `*`
    pub fn multiply(&self, other: &Number) -> Outcome {
        match Operands::of(self, other)? {
            // The one overflow that Velocity's test misses.
            Operands::Long(i64::MIN, -1, _) => Ok(Number::Long(i64::MIN)),
            Operands::Long(a, b, is_long) => Ok(wrap(i128::from(a) * i128::from(b), is_long)),
            Operands::Big(a, b) => bounded(a * b),
            Operands::Double(a, b) => Ok(Number::Double(a * b)),
            Operands::Decimal(a, b) => {
                let scale = a.scale.checked_add(b.scale).ok_or(ArithmeticError::Exception)?;
                bounded_decimal(a.unscaled * b.unscaled, scale)
            }
        }
    }

    /// `/`: integers give an integer, cut towards zero; by zero, of any class, gives null.
    pub fn divide(&self, other: &Number) -> Outcome {
        if other.is_zero() {
            return Err(ArithmeticError::ByZero);
        }
        match Operands::of(self, other)? {
            Operands::Long(a, b, is_long) => Ok(narrow(a.wrapping_div(b), is_long)),
            Operands::Big(a, b) => bounded(a / b),
            Operands::Double(a, b) => Ok(Number::Double(a / b)),
            Operands::Decimal(a, b) => divide_decimals(&a, &b),
        }
    }

    /// `%`: the dividend's sign, but never negative between big integers; by zero gives null; decimals have none.
    pub fn modulo(&self, other: &Number) -> Outcome {
        if other.is_zero() {
            return Err(ArithmeticError::ByZero);
        }
        match Operands::of(self, other)? {
            Operands::Long(a, b, is_long) => Ok(narrow(a.wrapping_rem(b), is_long)),
            Operands::Big(_, b) if b < BigInt::ZERO => Err(ArithmeticError::Exception),
            Operands::Big(a, b) => bounded(((a % &b) + &b) % b),
            Operands::Double(a, b) => Ok(Number::Double(a % b)),
            Operands::Decimal(..) => Err(ArithmeticError::Exception),
        }
    }

    fn is_zero(&self) -> bool {
        match self {
            Number::Int(n) => *n == 0,
            Number::Long(n) => *n == 0,
            Number::Big(n) => n.is_zero(),
            Number::Double(d) => *d == 0.0,
            Number::Decimal(decimal) => decimal.unscaled.is_zero(),
        }
    }

    fn as_long(&self) -> Option<i64> {
        match self {
            Number::Int(n) => Some(i64::from(*n)),
            Number::Long(n) => Some(*n),
            Number::Big(_) | Number::Double(_) | Number::Decimal(_) => None,
        }
    }

    fn as_big(&self) -> Option<BigInt> {
        match self {
            Number::Big(n) => Some(n.clone()),
            number => number.as_long().map(BigInt::from),
        }
    }

    /// Velocity's way to a `BigDecimal`: smaller classes go through a double, with every digit that its bits have.
    pub(super) fn as_decimal(&self) -> Option<Decimal> {
        match self {
            Number::Big(n) => Some(Decimal { unscaled: n.clone(), scale: 0 }),
            Number::Decimal(decimal) => Some(decimal.clone()),
            number => exact_decimal(number.double_value()),
        }
    }
}

impl Operands {
    fn of(left: &Number, right: &Number) -> Result<Operands, ArithmeticError> {
        if let (Some(a), Some(b)) = (left.as_long(), right.as_long()) {
            return Ok(Operands::Long(
                a,
                b,
                matches!(left, Number::Long(_)) || matches!(right, Number::Long(_)),
            ));
        }
        if let (Some(a), Some(b)) = (left.as_big(), right.as_big()) {
            return Ok(Operands::Big(a, b));
        }
        let is_wide = |number: &Number| matches!(number, Number::Big(_) | Number::Decimal(_));
        if is_wide(left) || is_wide(right) {
            return match (left.as_decimal(), right.as_decimal()) {
                (Some(a), Some(b)) => Ok(Operands::Decimal(a, b)),
                _ => Err(ArithmeticError::Exception),
            };
        }
        Ok(Operands::Double(left.double_value(), right.double_value()))
    }
}

/// A result in the wider of the operands' classes, or in the next that holds it.
fn wrap(result: i128, is_long: bool) -> Number {
    match i64::try_from(result) {
        Ok(long) => narrow(long, is_long),
        Err(_) => Number::Big(BigInt::from(result)),
    }
}

fn narrow(result: i64, is_long: bool) -> Number {
    match i32::try_from(result) {
        Ok(int) if !is_long => Number::Int(int),
        _ => Number::Long(result),
    }
}

fn bounded(result: BigInt) -> Outcome {
    if result.bits() > MAX_BITS { Err(ArithmeticError::Exception) } else { Ok(Number::Big(result)) }
}

fn bounded_decimal(unscaled: BigInt, scale: i32) -> Outcome {
    if unscaled.bits() > MAX_BITS {
        return Err(ArithmeticError::Exception);
    }
    Ok(Number::Decimal(Decimal { unscaled, scale }))
}

/// Both at the larger of their scales.
fn aligned(left: &Decimal, right: &Decimal) -> Result<(BigInt, BigInt, i32), ArithmeticError> {
    let scale = left.scale.max(right.scale);
    let at_scale = |decimal: &Decimal| Ok(&decimal.unscaled * power_of_ten(scale.abs_diff(decimal.scale))?);
    Ok((at_scale(left)?, at_scale(right)?, scale))
}

fn power_of_ten(exponent: u32) -> Result<BigInt, ArithmeticError> {
    if exponent > MAX_SHIFT { Err(ArithmeticError::Exception) } else { Ok(BigInt::from(10).pow(exponent)) }
}

/// `BigDecimal.divide(…, ROUND_HALF_DOWN)`: at the dividend's scale.
fn divide_decimals(dividend: &Decimal, divisor: &Decimal) -> Outcome {
    let (mut numerator, mut denominator) = (dividend.unscaled.clone(), divisor.unscaled.clone());
    // The quotient of the digits has the scale `dividend.scale - divisor.scale`; the divisor's is to go.
    let shift = power_of_ten(divisor.scale.unsigned_abs())?;
    if divisor.scale > 0 {
        numerator *= shift;
    } else {
        denominator *= shift;
    }
    let (quotient, remainder) = (&numerator / &denominator, &numerator % &denominator);
    let twice = remainder.magnitude() * 2u32;
    let away = if numerator.sign() == denominator.sign() { 1 } else { -1 };
    let rounded = if twice > *denominator.magnitude() { quotient + away } else { quotient };
    bounded_decimal(rounded, dividend.scale)
}

/// `new BigDecimal(double)`: the exact value; none for NaN and the infinities.
fn exact_decimal(value: f64) -> Option<Decimal> {
    if !value.is_finite() {
        return None;
    }
    let bits = value.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    let (mut mantissa, mut exponent) = match (bits >> 52) & 0x7ff {
        0 => (fraction, -1074),
        biased => (fraction | 1 << 52, i32::try_from(biased).ok()? - 1075),
    };
    if mantissa == 0 {
        return Some(Decimal { unscaled: BigInt::ZERO, scale: 0 });
    }
    let zeros = mantissa.trailing_zeros();
    mantissa >>= zeros;
    exponent += i32::try_from(zeros).ok()?;
    let magnitude = BigInt::from(mantissa);
    let (unscaled, scale) = match u32::try_from(exponent) {
        Ok(exponent) => (magnitude << exponent, 0),
        Err(_) => (magnitude * BigInt::from(5).pow(exponent.unsigned_abs()), -exponent),
    };
    Some(Decimal { unscaled: if value < 0.0 { -unscaled } else { unscaled }, scale })
}

#[cfg(test)]
mod tests;
