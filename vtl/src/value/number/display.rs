//! `toString()` of Java's number classes.

use std::fmt;

use super::{Decimal, Number};

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Number::Int(n) => n.fmt(f),
            Number::Long(n) => n.fmt(f),
            Number::Big(n) => n.fmt(f),
            Number::Double(d) => f.write_str(&double(*d)),
            Number::Decimal(d) => d.fmt(f),
        }
    }
}

/// `BigDecimal.toString()`: plain where the point stands at most six zeros before the digits, else with an exponent.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.unscaled.magnitude().to_string();
        if self.unscaled.sign() == num_bigint::Sign::Minus {
            f.write_str("-")?;
        }
        let exponent = digits.len() as i64 - 1 - i64::from(self.scale);
        if self.scale >= 0 && exponent >= -6 {
            return f.write_str(&with_point(&digits, exponent));
        }
        f.write_str(&with_point(&digits, 0))?;
        if exponent == 0 { Ok(()) } else { write!(f, "E{exponent:+}") }
    }
}

/// `Double.toString()`: the shortest digits that read back as the same double, as the Java documentation has it. Java
/// before 19 prints a digit too many for some doubles (2.0E-3 and its like); what API Gateway runs is not known.
fn double(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    let sign = if value.is_sign_negative() { "-" } else { "" };
    let magnitude = value.abs();
    if magnitude.is_infinite() {
        return format!("{sign}Infinity");
    }
    if magnitude == 0.0 {
        return format!("{sign}0.0");
    }
    let (digits, exponent) = shortest_digits(magnitude);
    if (-3..7).contains(&exponent) {
        let text = with_point(&digits, exponent);
        let tail = if text.contains('.') { "" } else { ".0" };
        format!("{sign}{text}{tail}")
    } else {
        let text = with_point(&digits, 0);
        let tail = if text.contains('.') { "" } else { ".0" };
        format!("{sign}{text}{tail}E{exponent}")
    }
}

/// The decimal digits of a positive finite double and the exponent of the first of them.
fn shortest_digits(magnitude: f64) -> (String, i64) {
    let mut text = format!("{magnitude:e}");
    if !text.contains('.') {
        // Java looks for the closest of the one- and two-digit decimals: 4.9E-324, not 5E-324.
        let two = format!("{magnitude:.1e}");
        if two.parse() == Ok(magnitude) {
            text = two;
        }
    }
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let kept = digits.trim_end_matches('0');
    let digits = if kept.is_empty() { "0" } else { kept };
    (digits.to_owned(), exponent.parse().unwrap_or(0))
}

/// Digits with a point where it belongs when the first digit has this exponent. For exponents near zero: writes
/// `|exponent|` zeros.
fn with_point(digits: &str, exponent: i64) -> String {
    if exponent < 0 {
        let zeros = "0".repeat(usize::try_from(-exponent - 1).unwrap_or(0));
        return format!("0.{zeros}{digits}");
    }
    let whole = usize::try_from(exponent + 1).unwrap_or(0);
    match digits.split_at_checked(whole) {
        Some((whole, "")) => whole.to_owned(),
        Some((whole, fraction)) => format!("{whole}.{fraction}"),
        None => format!("{digits}{}", "0".repeat(whole - digits.len())),
    }
}

#[cfg(test)]
mod tests {
    use num_bigint::BigInt;

    use super::*;

    #[test]
    fn doubles_print_as_java_prints_them() {
        // Double.toString of the same literals under Java 17 and its documentation.
        let table: &[(f64, &str)] = &[
            (1.0, "1.0"),
            (-1.0, "-1.0"),
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.5, "1.5"),
            (100.0, "100.0"),
            (0.001, "0.001"),
            (0.0001, "1.0E-4"),
            (0.00012345, "1.2345E-4"),
            (0.012, "0.012"),
            (1234567.0, "1234567.0"),
            (9999999.0, "9999999.0"),
            (10000000.0, "1.0E7"),
            (12345678.9, "1.23456789E7"),
            (1.0E10, "1.0E10"),
            (1.0E-5, "1.0E-5"),
            (123456.789, "123456.789"),
            (0.1 + 0.2, "0.30000000000000004"),
            (f64::MAX, "1.7976931348623157E308"),
            (f64::from_bits(1), "4.9E-324"),
            (f64::INFINITY, "Infinity"),
            (f64::NEG_INFINITY, "-Infinity"),
            (f64::NAN, "NaN"),
        ];
        for (value, expected) in table {
            assert_eq!(Number::Double(*value).to_string(), *expected);
        }
    }

    #[test]
    fn big_decimals_print_as_java_prints_them() {
        // The examples of BigDecimal.toString's documentation, and trailing zeros.
        let table: &[(i64, i32, &str)] = &[
            (123, 0, "123"),
            (-123, 0, "-123"),
            (123, -1, "1.23E+3"),
            (123, -3, "1.23E+5"),
            (123, 1, "12.3"),
            (123, 5, "0.00123"),
            (123, 10, "1.23E-8"),
            (-123, 12, "-1.23E-10"),
            (1500, 3, "1.500"),
            (0, 2, "0.00"),
            (0, -2, "0E+2"),
            (0, 8, "0E-8"),
            (1, 6, "0.000001"),
            (1, 7, "1E-7"),
            (12, i32::MAX, "1.2E-2147483646"),
        ];
        for (unscaled, scale, expected) in table {
            let decimal = Decimal { unscaled: BigInt::from(*unscaled), scale: *scale };
            assert_eq!(decimal.to_string(), *expected);
        }
    }
}
