//! What a plain scalar is by YAML 1.2's core schema (section 10.3.2 of the specification).

use super::Value;

/// The value of a plain scalar: text where it is nothing else. No value where it is a number that is not finite or
/// beyond 64 bits.
pub(super) fn plain(text: &str) -> Option<Value> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Some(Value::Null),
        "true" | "True" | "TRUE" => return Some(Value::Boolean(true)),
        "false" | "False" | "FALSE" => return Some(Value::Boolean(false)),
        _ => {}
    }
    if let Some(digits) = text.strip_prefix("0o").filter(|digits| is_all(digits, |c| c.is_digit(8))) {
        return i64::from_str_radix(digits, 8).ok().map(Value::Whole);
    }
    if let Some(digits) = text.strip_prefix("0x").filter(|digits| is_all(digits, |c| c.is_ascii_hexdigit())) {
        return i64::from_str_radix(digits, 16).ok().map(Value::Whole);
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if is_all(unsigned, |c| c.is_ascii_digit()) {
        return text.parse().ok().map(Value::Whole);
    }
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return None;
    }
    if is_fraction(unsigned) {
        return text.parse().ok().filter(|number: &f64| number.is_finite()).map(Value::Fraction);
    }
    Some(Value::Text(text.into()))
}

/// `( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
fn is_fraction(text: &str) -> bool {
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    let (number, exponent) =
        text.split_once(['e', 'E']).map_or((text, None), |(number, exponent)| (number, Some(exponent)));
    let exponent_fits = exponent.is_none_or(|exponent| {
        is_all(exponent.strip_prefix(['-', '+']).unwrap_or(exponent), |c| c.is_ascii_digit())
    });
    let number_fits = match number.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction) && number.len() > 1,
        None => is_all(number, |c| c.is_ascii_digit()),
    };
    exponent_fits && number_fits
}

fn is_all(text: &str, holds: impl Fn(char) -> bool) -> bool {
    !text.is_empty() && text.chars().all(holds)
}
