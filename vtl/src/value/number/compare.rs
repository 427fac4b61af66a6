//! Numbers compared by their value.

use std::cmp::Ordering;

use num_bigint::{BigInt, Sign};

use super::{Decimal, Number};

impl Decimal {
    /// `BigDecimal.compareTo`: by value, so that 2.0 equals 2.00. Never writes out an exponent's zeros.
    pub fn compare(&self, other: &Decimal) -> Ordering {
        let sign = |decimal: &Decimal| match decimal.unscaled.sign() {
            Sign::Minus => -1,
            Sign::NoSign => 0,
            Sign::Plus => 1,
        };
        let (left, right) = (sign(self), sign(other));
        if left != right || left == 0 {
            return left.cmp(&right);
        }
        let (mine, theirs) = (self.digits(), other.digits());
        let magnitude = |digits: &str, decimal: &Decimal| digits.len() as i64 - i64::from(decimal.scale);
        let by_value = magnitude(&mine, self).cmp(&magnitude(&theirs, other)).then_with(|| {
            // The points stand in the same place: what differs is digits, and zeros behind them count nothing.
            mine.trim_end_matches('0').cmp(theirs.trim_end_matches('0'))
        });
        if left < 0 { by_value.reverse() } else { by_value }
    }

    fn digits(&self) -> String {
        self.unscaled.magnitude().to_string()
    }
}

impl Number {
    /// Velocity's comparison across all classes. NaN is neither less nor more than anything, which counts as equal.
    /// `None` where Java throws.
    pub fn compare(&self, other: &Number) -> Option<Ordering> {
        let is_small = |number: &Number| matches!(number, Number::Int(_) | Number::Long(_));
        let is_integer = |number: &Number| is_small(number) || matches!(number, Number::Big(_));
        let is_wide = |number: &Number| matches!(number, Number::Big(_) | Number::Decimal(_));
        if is_small(self) && is_small(other) {
            return Some(self.long_value().cmp(&other.long_value()));
        }
        if is_integer(self) && is_integer(other) {
            return Some(self.to_decimal()?.compare(&other.to_decimal()?));
        }
        if is_wide(self) || is_wide(other) {
            return Some(self.as_decimal()?.compare(&other.as_decimal()?));
        }
        Some(self.double_value().partial_cmp(&other.double_value()).unwrap_or(Ordering::Equal))
    }

    /// The `BigDecimal` that Java reads from the number's printed form; `None` for NaN and the infinities.
    pub fn to_decimal(&self) -> Option<Decimal> {
        match self {
            Number::Int(n) => Some(Decimal { unscaled: BigInt::from(*n), scale: 0 }),
            Number::Long(n) => Some(Decimal { unscaled: BigInt::from(*n), scale: 0 }),
            Number::Big(n) => Some(Decimal { unscaled: n.clone(), scale: 0 }),
            Number::Decimal(decimal) => Some(decimal.clone()),
            Number::Double(_) => match Number::parse_decimal(&self.to_string()) {
                Some(Number::Decimal(decimal)) => Some(decimal),
                _ => None,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Number::parse_decimal(text).and_then(|number| number.to_decimal()).unwrap()
    }

    #[test]
    fn decimals_compare_by_value() {
        let ascending =
            ["-1e2000000000", "-3", "-2.5", "-2.49", "0", "1e-2000000000", "9.99", "10", "10.001", "2e1"];
        for (i, left) in ascending.iter().enumerate() {
            for (j, right) in ascending.iter().enumerate() {
                assert_eq!(decimal(left).compare(&decimal(right)), i.cmp(&j), "{left} {right}");
            }
        }
        for (left, right) in [("2.0", "2.00"), ("0e5", "-0.0"), ("100", "1e2"), ("-1500", "-1.5e3")] {
            assert_eq!(decimal(left).compare(&decimal(right)), Ordering::Equal);
        }
    }
}
