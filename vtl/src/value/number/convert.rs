//! `intValue`, `longValue`, `doubleValue`.

use num_bigint::{BigInt, Sign};
use num_traits::{Pow, ToPrimitive};

use super::{Decimal, Number};

impl Number {
    /// `longValue()`: the low 64 bits of an integer, a fraction cut off, a double out of range at the range's end.
    pub fn long_value(&self) -> i64 {
        match self {
            Number::Int(n) => i64::from(*n),
            Number::Long(n) => *n,
            Number::Big(n) => low_bits(n),
            Number::Double(d) => *d as i64,
            Number::Decimal(decimal) => decimal.whole_low_bits(),
        }
    }

    /// `intValue()`: the low 32 bits of an integer, a fraction cut off, a double out of range at the range's end.
    pub fn int_value(&self) -> i32 {
        match self {
            Number::Double(d) => *d as i32,
            number => number.long_value() as i32,
        }
    }

    /// `doubleValue()`
    pub fn double_value(&self) -> f64 {
        match self {
            Number::Int(n) => f64::from(*n),
            Number::Long(n) => *n as f64,
            Number::Big(n) => n.to_f64().unwrap_or(f64::NAN),
            Number::Double(d) => *d,
            Number::Decimal(decimal) => decimal.to_string().parse().unwrap_or(f64::NAN),
        }
    }
}

impl Decimal {
    /// The low 64 bits of the part before the point.
    fn whole_low_bits(&self) -> i64 {
        match u32::try_from(self.scale) {
            // More zeros than that leave no low bit set: 2^64 divides 10^64.
            Err(_) if self.scale <= -64 => 0,
            Err(_) => low_bits(&(&self.unscaled * BigInt::from(10).pow(self.scale.unsigned_abs()))),
            // Fewer digits than stand behind the point: nothing stands before it.
            Ok(scale) if u64::from(scale) > self.unscaled.bits() => 0,
            Ok(scale) => low_bits(&(&self.unscaled / BigInt::from(10).pow(scale))),
        }
    }
}

/// The low 64 bits in two's complement.
fn low_bits(number: &BigInt) -> i64 {
    let magnitude = number.iter_u64_digits().next().unwrap_or(0);
    let bits = if number.sign() == Sign::Minus { magnitude.wrapping_neg() } else { magnitude };
    bits.cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_cut_as_java_cuts_them() {
        // text, intValue, longValue as Java 17 gives them.
        let table = [
            ("3.7", 3, 3),
            ("-3.7", -3, -3),
            ("1e10", i32::MAX, 10_000_000_000),
            ("1e400", i32::MAX, i64::MAX),
            ("-1e400", i32::MIN, i64::MIN),
        ];
        for (text, int, long) in table {
            let number = Number::Double(text.parse().unwrap());
            assert_eq!((number.int_value(), number.long_value()), (int, long), "{text}");
        }
        assert_eq!(Number::Double(f64::NAN).int_value(), 0);
        assert_eq!(Number::Long(4_294_967_297).int_value(), 1);

        let big = |text: &str| Number::parse_integer(text).unwrap();
        assert_eq!(big("9223372036854775808").long_value(), i64::MIN);
        assert_eq!(big("-18446744073709551617").long_value(), -1);
        assert_eq!(big("18446744073709551615").double_value(), 1.8446744073709552E19);

        let decimal = |text: &str| Number::parse_decimal(text).unwrap();
        assert_eq!(decimal("12345678901234567890.9").long_value(), -6101065172474983726);
        assert_eq!(decimal("-7.99").int_value(), -7);
        assert_eq!(decimal("1e63").long_value(), i64::MIN);
        assert_eq!(decimal("1e2000000000").long_value(), 0);
        assert_eq!(decimal("1e-2000000000").long_value(), 0);
        assert_eq!(decimal("1.25e1").double_value(), 12.5);
    }
}
