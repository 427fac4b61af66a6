//! Java's number classes and Boolean.

use std::cmp::Ordering;

use crate::eval::error::Exception;
use crate::value::{Number, Text, Value};

use super::Called;

pub(super) fn call(number: &Number, name: &str, arguments: &[Value]) -> Called {
    Ok(Some(match (name, arguments) {
        ("intValue", []) => Value::Number(Number::Int(number.int_value())),
        ("shortValue", []) => Value::int(i32::from(low_bits::<i16>(number.int_value()))),
        ("byteValue", []) => Value::int(i32::from(low_bits::<i8>(number.int_value()))),
        ("longValue", []) => Value::Number(Number::Long(number.long_value())),
        ("doubleValue", []) => Value::Number(Number::Double(number.double_value())),
        ("compareTo", [Value::Number(other)]) if same_class(number, other) => {
            Value::int(number.compare(other).map_or(0, |order| match order {
                Ordering::Less => -1,
                Ordering::Equal => 0,
                Ordering::Greater => 1,
            }))
        }
        ("isNaN", []) => match number {
            Number::Double(value) => Value::Bool(value.is_nan()),
            _ => return Ok(None),
        },
        _ => return static_call(number, name, arguments),
    }))
}

fn low_bits<T: TryFrom<i32> + Default>(value: i32) -> T {
    let bits = u32::try_from(std::mem::size_of::<T>() * 8).unwrap_or(32);
    T::try_from(value << (32 - bits) >> (32 - bits)).unwrap_or_default()
}

fn same_class(left: &Number, right: &Number) -> bool {
    std::mem::discriminant(left) == std::mem::discriminant(right)
}

/// Static methods of the number's class, which VTL reaches through any instance: `$n.parseInt("5")`.
fn static_call(number: &Number, name: &str, arguments: &[Value]) -> Called {
    Ok(Some(match (number, name, arguments) {
        (Number::Int(_), "parseInt" | "valueOf" | "decode", [Value::Text(text)]) => {
            Value::Number(Number::Int(parsed(text, 10, str::parse)?))
        }
        (Number::Int(_), "parseInt" | "valueOf", [Value::Text(text), Value::Number(Number::Int(radix))]) => {
            let radix = u32::try_from(*radix).ok().filter(|radix| (2..=36).contains(radix));
            let Some(radix) = radix else { return Err(not_a_number(10)) };
            Value::Number(Number::Int(parsed(text, radix, |s| i32::from_str_radix(s, radix))?))
        }
        (Number::Long(_), "parseLong" | "valueOf", [Value::Text(text)]) => {
            Value::Number(Number::Long(parsed(text, 10, str::parse)?))
        }
        (Number::Double(_), "parseDouble" | "valueOf", [Value::Text(text)]) => {
            let trimmed = text.as_str().trim();
            let value = trimmed.parse().ok().filter(|_| !trimmed.is_empty() && !trimmed.contains("inf"));
            Value::Number(Number::Double(value.ok_or_else(|| not_a_number(10))?))
        }
        (Number::Int(_), "valueOf", [value @ Value::Number(Number::Int(_))]) => value.clone(),
        (Number::Int(_), "toString", [value @ Value::Number(Number::Int(_))]) => {
            Value::Text(crate::value::java_string(value))
        }
        (Number::Int(_), "max", [Value::Number(Number::Int(a)), Value::Number(Number::Int(b))]) => {
            Value::int(*a.max(b))
        }
        (Number::Int(_), "min", [Value::Number(Number::Int(a)), Value::Number(Number::Int(b))]) => {
            Value::int(*a.min(b))
        }
        (Number::Int(_), "sum", [Value::Number(Number::Int(a)), Value::Number(Number::Int(b))]) => {
            Value::int(a.wrapping_add(*b))
        }
        (Number::Int(_), "toHexString", [Value::Number(Number::Int(value))]) => {
            Value::text(format!("{value:x}"))
        }
        (Number::Int(_), "toBinaryString", [Value::Number(Number::Int(value))]) => {
            Value::text(format!("{value:b}"))
        }
        _ => return Ok(None),
    }))
}

fn parsed<T, E>(text: &Text, radix: u32, parse: impl Fn(&str) -> Result<T, E>) -> Result<T, Exception> {
    parse(text.as_str()).map_err(|_| not_a_number(radix))
}

fn not_a_number(radix: u32) -> Exception {
    Exception::new(format!("java.lang.NumberFormatException: not a number of base {radix}"))
}

pub(super) fn call_boolean(value: bool, name: &str, arguments: &[Value]) -> Called {
    Ok(Some(match (name, arguments) {
        ("booleanValue", []) => Value::Bool(value),
        ("parseBoolean" | "valueOf", [Value::Text(text)]) => {
            Value::Bool(text.as_str().eq_ignore_ascii_case("true"))
        }
        ("valueOf", [Value::Bool(other)]) => Value::Bool(*other),
        ("compareTo", [Value::Bool(other)]) => Value::int(i32::from(value) - i32::from(*other)),
        _ => return Ok(None),
    }))
}
