//! The claims of a verified token: JSON in which no member comes twice.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// How deep values may nest in each other.
const MAX_DEPTH: usize = 32;

/// The claims of one token. Their values never appear in a message or in `Debug`.
#[derive(Clone, PartialEq)]
pub struct Claims {
    members: Map<String, Value>,
}

/// Why a text holds no claims. Says nothing of what it holds.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClaimsError {
    /// Not JSON, nested deeper than 32, or with a member twice.
    #[error("not strict JSON: line {line}, column {column}: {reason}")]
    Json {
        /// From 1.
        line: usize,
        /// From 1, in bytes.
        column: usize,
        /// What rule is broken there.
        reason: &'static str,
    },
    /// JSON, but no object.
    #[error("claims must be a JSON object")]
    NotAnObject,
}

impl Claims {
    /// Reads a JSON object. Refuses a member that comes twice at any depth, and nesting deeper than 32.
    ///
    /// # Errors
    ///
    /// Says where the text is no such object.
    pub fn parse(json: &[u8]) -> Result<Self, ClaimsError> {
        match parse_strict(json)? {
            Value::Object(members) => Ok(Self { members }),
            _ => Err(ClaimsError::NotAnObject),
        }
    }

    /// The claim of exactly this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.members.get(name)
    }

    /// The claim of exactly this name, where it is a text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::as_str)
    }
}

impl fmt::Debug for Claims {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Claims({} members)", self.members.len())
    }
}

/// Reads JSON of any type as [`Claims::parse`] does.
fn parse_strict(json: &[u8]) -> Result<Value, ClaimsError> {
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let read = Strict { depth: 0 }.deserialize(&mut deserializer);
    let ended = read.and_then(|value| deserializer.end().map(|()| value));
    ended.map_err(|error| {
        // serde_json's own texts may quote the input.
        let said = error.to_string();
        let reason = [TWICE, TOO_DEEP].into_iter().find(|reason| said.starts_with(reason));
        let reason = reason.unwrap_or("a syntax error");
        ClaimsError::Json { line: error.line(), column: error.column(), reason }
    })
}

const TWICE: &str = "a member comes twice";
const TOO_DEEP: &str = "nested deeper than 32";

/// A value at a depth.
struct Strict {
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let depth = self.deeper()?;
        let mut list = Vec::new();
        while let Some(value) = members.next_element_seed(Self { depth })? {
            list.push(value);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let depth = self.deeper()?;
        let mut map = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let value = members.next_value_seed(Self { depth })?;
            if map.insert(name, value).is_some() {
                return Err(A::Error::custom(TWICE));
            }
        }
        Ok(Value::Object(map))
    }
}

impl Strict {
    fn deeper<E: serde::de::Error>(&self) -> Result<usize, E> {
        if self.depth >= MAX_DEPTH { Err(E::custom(TOO_DEEP)) } else { Ok(self.depth + 1) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    #[test]
    fn a_member_twice_is_refused_at_any_depth() {
        for json in [r#"{"a":1,"a":1}"#, r#"{"a":[{"b":{"c":1,"\u0063":2}}]}"#] {
            let error = Claims::parse(json.as_bytes()).unwrap_err();
            assert!(matches!(error, ClaimsError::Json { reason: TWICE, .. }), "{error}");
        }
    }

    #[test]
    fn nesting_is_bounded() {
        let nested = |depth: usize| format!("{}1{}", r#"{"a":"#.repeat(depth), "}".repeat(depth));
        assert!(Claims::parse(nested(32).as_bytes()).is_ok());
        let error = Claims::parse(nested(33).as_bytes()).unwrap_err();
        assert!(matches!(error, ClaimsError::Json { reason: TOO_DEEP, .. }), "{error}");
        assert!(Claims::parse("[".repeat(1_000_000).as_bytes()).is_err());
    }

    #[test]
    fn only_an_object_of_utf8_holds_claims() {
        assert_eq!(Claims::parse(b"[]"), Err(ClaimsError::NotAnObject));
        for json in
            ["", "{", "{} {}", "\u{feff}{}", "{\"a\":\u{0}}", "{'a':1}", "{\"a\":NaN}", "{\"a\":\"\n\"}"]
        {
            assert!(matches!(Claims::parse(json.as_bytes()), Err(ClaimsError::Json { .. })), "{json:?}");
        }
        assert!(Claims::parse(b"{\"a\":\"\xff\"}").is_err());
    }

    #[test]
    fn no_value_shows_in_debug_or_errors() {
        let claims = Claims::parse(br#"{"tenant":"s3cret"}"#).unwrap();
        assert_eq!(format!("{claims:?}"), "Claims(1 members)");
        let error = Claims::parse(br#"{"tenant":"s3cret","tenant":s3cret}"#).unwrap_err();
        assert!(!error.to_string().contains("s3cret"), "{error}");
    }
}
