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
