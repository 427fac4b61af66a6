//! Numbers from text.

use num_bigint::BigInt;

use super::{Decimal, Number};

impl Number {
    /// An integer of the smallest of Java's classes that holds it. `None` where the text is not `-?[0-9]+`.
    pub fn parse_integer(text: &str) -> Option<Number> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        if let Ok(int) = text.parse() {
            return Some(Number::Int(int));
        }
        if let Ok(long) = text.parse() {
            return Some(Number::Long(long));
        }
        BigInt::parse_bytes(text.as_bytes(), 10).map(Number::Big)
    }

    /// A `Double` from a literal: `1.5`, `.5`, `1.`, `1e3`. `None` where the text has another form.
    pub fn parse_double(text: &str) -> Option<Number> {
        let is_literal = text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'));
        if !is_literal {
            return None;
        }
        text.parse().ok().map(Number::Double)
    }

    /// A `BigDecimal` from `-?digits[.digits][e[+-]digits]`, with every digit kept. `None` where the text has another
    /// form or the exponent is out of range.
    pub fn parse_decimal(text: &str) -> Option<Number> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let (sign, whole) = match whole.strip_prefix('-') {
            Some(whole) => ("-", whole),
            None => ("", whole),
        };
        let digits = format!("{whole}{fraction}");
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let unscaled = BigInt::parse_bytes(format!("{sign}{digits}").as_bytes(), 10)?;
        let scale = i64::try_from(fraction.len()).ok()?.checked_sub(exponent)?;
        Some(Number::Decimal(Decimal { unscaled, scale: i32::try_from(scale).ok()? }))
    }
}

/// An `int`, as in Java; leading zeros do not count.
fn parse_exponent(text: &str) -> Option<i64> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'-' => (-1, text.get(1..)?),
        b'+' => (1, text.get(1..)?),
        _ => (1, text),
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let digits = digits.trim_start_matches('0');
    let exponent = if digits.is_empty() { 0 } else { digits.parse::<i64>().ok()? };
    i32::try_from(sign * exponent).ok().map(i64::from)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn integers_get_the_smallest_class() {
        let class = |text| match Number::parse_integer(text) {
            Some(Number::Int(_)) => "Integer",
            Some(Number::Long(_)) => "Long",
            Some(Number::Big(_)) => "BigInteger",
            _ => "none",
        };
        let table = [
            ("007", "Integer"),
            ("-2147483648", "Integer"),
            ("-2147483649", "Long"),
            ("9223372036854775807", "Long"),
            ("9223372036854775808", "BigInteger"),
            ("", "none"),
            ("-", "none"),
            ("+1", "none"),
            ("1_0", "none"),
        ];
        for (text, expected) in table {
            assert_eq!(class(text), expected, "{text:?}");
        }
    }

    #[test]
    fn decimals_keep_every_digit() {
        let table = [
            ("1.50", "1.50"),
            ("-0.0", "0.0"),
            ("12e-1", "1.2"),
            ("1E+3", "1E+3"),
            ("1.", "1"),
            ("00.10", "0.10"),
        ];
        for (text, expected) in table {
            assert_eq!(
                Number::parse_decimal(text).map(|number| number.to_string()).as_deref(),
                Some(expected)
            );
        }
        for text in ["", "-", ".", "1e", "1e+", "1.2.3", "1e2147483648", "--1", "1e1.5", "é"] {
            assert!(Number::parse_decimal(text).is_none(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_number_or_none(text in "[-+0-9.eE]{0,12}") {
            let _ = Number::parse_integer(&text);
            let _ = Number::parse_double(&text);
            let _ = Number::parse_decimal(&text);
        }

        #[test]
        fn what_a_number_prints_reads_back(value in any::<f64>(), unscaled in any::<i64>(), scale in -40i32..40) {
            let printed = Number::Double(value).to_string();
            if value.is_finite() {
                prop_assert_eq!(printed.parse::<f64>().ok(), Some(value));
            }
            let decimal = Decimal { unscaled: unscaled.into(), scale };
            let Some(Number::Decimal(again)) = Number::parse_decimal(&decimal.to_string()) else {
                return Err(TestCaseError::fail(decimal.to_string()));
            };
            prop_assert_eq!(again, decimal);
        }
    }
}
