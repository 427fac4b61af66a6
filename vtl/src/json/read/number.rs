//! Numbers, and strings that begin like one.

use num_bigint::BigInt;

use super::cursor::{Cursor, Stop};
use super::{JsonError, JsonErrorKind};
use crate::value::{Number, Text, Value};

/// Digits that a number may have. Reading digits costs their square, here as in Java; json-smart 2.2 knows no bound,
/// and its later versions take 1000.
const MAX_DIGITS: usize = 10_000;

/// What is longer becomes a `BigDecimal` rather than a `Double`.
const MAX_DOUBLE_LENGTH: usize = 18;

impl Cursor<'_> {
    /// Reads a number; where something else follows before `stop`, all of it is one unquoted string.
    pub(super) fn number(&mut self, stop: Stop) -> Result<Value, JsonError> {
        let start = self.at;
        self.read();
        self.skip_digits();
        let mut is_float = false;
        if self.c == '.' {
            is_float = true;
            self.read();
            self.skip_digits();
        }
        if matches!(self.c, 'e' | 'E') {
            is_float = true;
            self.read();
            if !matches!(self.c, '+' | '-' | '0'..='9') {
                return Ok(Value::Text(self.unquoted_from(start, stop)));
            }
            self.read();
            self.skip_digits();
        }
        self.skip_blanks();
        // The parser's table of stops ends before `~`: what lies beyond ends a number, though it ends no string.
        if self.c < '~' && self.c != Self::END && !stop.at(self.c) {
            return Ok(Value::Text(self.unquoted_from(start, stop)));
        }
        let number = self.trimmed_from(start);
        let number = number.as_str();
        let parsed = if number.len() > MAX_DIGITS {
            None
        } else if !is_float {
            integer(number)
        } else if number.len() > MAX_DOUBLE_LENGTH {
            Number::parse_decimal(number)
        } else {
            number.parse().ok().map(Number::Double)
        };
        parsed.map(Value::Number).ok_or_else(|| self.error(0, JsonErrorKind::Number(number.to_owned())))
    }

    fn unquoted_from(&mut self, start: usize, stop: Stop) -> Text {
        self.skip_unquoted(stop);
        self.trimmed_from(start)
    }
}

/// What has more digits than a `Long` may have is a `BigInteger`, though they be leading zeros.
fn integer(number: &str) -> Option<Number> {
    match number.trim_start_matches('-') {
        "" => Some(Number::Int(0)),
        digits if digits.len() > 19 => BigInt::parse_bytes(number.as_bytes(), 10).map(Number::Big),
        _ => Number::parse_integer(number),
    }
}
