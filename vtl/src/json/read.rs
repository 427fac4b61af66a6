//! json-smart 2.2 in its permissive mode: how API Gateway reads a payload.
//!
//! What it accepts beyond JSON: unquoted and single-quoted strings, useless commas, leading zeros, `NaN`, raw control
//! characters in strings, anything after the value, and a text that is no JSON at all, which is a string. The routines
//! follow the parser's own, state for state, for a client may send what is odd on purpose.

mod cursor;
mod error;
mod number;
mod string;

pub use error::{JsonError, JsonErrorKind};

use self::cursor::{Cursor, Stop};
use crate::value::{List, ListKind, Map, Number, SourceId, Text, Value};

/// Containers inside containers that are read. json-smart has this bound since its answer to CVE-2023-1370.
const MAX_DEPTH: usize = 400;

/// Reads a payload: objects become `LinkedHashMap`s, arrays `JSONArray`s. Strings keep the marks of their characters,
/// and a container says whose bracket opened it.
pub fn read(text: &Text) -> Result<Value, JsonError> {
    let mut reader = Reader { cursor: Cursor::new(text), depth: 0 };
    reader.first()
}

struct Reader<'t> {
    cursor: Cursor<'t>,
    depth: usize,
}

impl Reader<'_> {
    /// The payload's one value. What follows it is not looked at.
    fn first(&mut self) -> Result<Value, JsonError> {
        self.cursor.skip_json_blanks();
        match self.cursor.c {
            // In this place alone the end of the text is an empty string.
            Cursor::END => Ok(Value::text("")),
            _ => self.value(Stop::End),
        }
    }

    /// A value; an unquoted one ends at `stop`.
    fn value(&mut self, stop: Stop) -> Result<Value, JsonError> {
        self.cursor.skip_json_blanks();
        match self.cursor.c {
            c @ (':' | '}' | ']') => Err(self.cursor.error(0, JsonErrorKind::Character(c))),
            '{' => self.object(),
            '[' => self.array(),
            '"' | '\'' => Ok(Value::Text(self.cursor.quoted()?)),
            Cursor::END => Err(self.cursor.error(-1, JsonErrorKind::EndOfFile("null"))),
            '0'..='9' | '-' => self.cursor.number(stop),
            'n' | 't' | 'f' | 'N' => Ok(keyword_or_string(self.cursor.unquoted(stop))),
            _ => Ok(Value::Text(self.cursor.unquoted(stop))),
        }
    }

    fn array(&mut self) -> Result<Value, JsonError> {
        let source = self.open()?;
        let mut items = Vec::new();
        self.cursor.read();
        loop {
            self.cursor.skip_json_blanks();
            match self.cursor.c {
                ']' => {
                    self.close();
                    return Ok(Value::List(List::new(ListKind::Json, items).from_source(source)));
                }
                c @ (':' | '}') => return Err(self.cursor.error(0, JsonErrorKind::Character(c))),
                ',' => self.cursor.read(),
                Cursor::END => return Err(self.cursor.error(-1, JsonErrorKind::EndOfFile("EOF"))),
                _ => items.push(self.value(Stop::Array)?),
            }
        }
    }

    fn object(&mut self) -> Result<Value, JsonError> {
        let map = Map::default().from_source(self.open()?);
        loop {
            self.cursor.read();
            match self.cursor.c {
                ' ' | '\r' | '\n' | '\t' | ',' => continue,
                c @ (':' | ']' | '[' | '{') => return Err(self.cursor.error(0, JsonErrorKind::Character(c))),
                '}' => {
                    self.close();
                    return Ok(Value::Map(map));
                }
                _ => {}
            }
            let (key, value) = self.member()?;
            map.put_text(key, value);
            self.cursor.skip_blanks();
            match self.cursor.c {
                '}' => {
                    self.close();
                    return Ok(Value::Map(map));
                }
                Cursor::END => return Err(self.cursor.error(-1, JsonErrorKind::EndOfFile("null"))),
                ',' => {}
                c => return Err(self.cursor.error(-1, JsonErrorKind::Token(c))),
            }
        }
    }

    fn member(&mut self) -> Result<(Text, Value), JsonError> {
        let key = match self.cursor.c {
            '"' | '\'' => self.cursor.quoted()?,
            _ => self.cursor.unquoted(Stop::Key),
        };
        self.cursor.skip_blanks();
        match self.cursor.c {
            ':' => {}
            Cursor::END => return Err(self.cursor.error(-1, JsonErrorKind::EndOfFile("null"))),
            c => return Err(self.cursor.error(-1, JsonErrorKind::Character(c))),
        }
        self.cursor.read();
        if self.cursor.is_past_the_text() {
            return Err(self.cursor.error(-1, JsonErrorKind::EndOfFile("EOF")));
        }
        Ok((key, self.value(Stop::Value)?))
    }

    /// Enters the container whose bracket is the current character, and says whose bracket it is.
    fn open(&mut self) -> Result<Option<SourceId>, JsonError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.cursor.error(0, JsonErrorKind::TooDeep(self.cursor.c)));
        }
        Ok(self.cursor.source())
    }

    fn close(&mut self) {
        self.depth -= 1;
        self.cursor.read();
    }
}

fn keyword_or_string(text: Text) -> Value {
    match text.as_str() {
        "null" => Value::Null,
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        // A Float there; it prints and computes as the Double does.
        "NaN" => Value::Number(Number::Double(f64::NAN)),
        _ => Value::Text(text),
    }
}

#[cfg(test)]
mod tests;
