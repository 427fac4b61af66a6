//! Quoted strings.

use super::cursor::Cursor;
use super::{JsonError, JsonErrorKind};
use crate::value::{SourceId, Text, TextBuilder};

impl Cursor<'_> {
    /// Reads a string in single or double quotes; the current character is the opening one.
    pub(super) fn quoted(&mut self) -> Result<Text, JsonError> {
        let quote = self.c;
        let start = self.at + quote.len_utf8();
        let behind = self.text.as_str().get(start..).unwrap_or("");
        let Some(length) = behind.find(quote) else {
            let position = i64::try_from(self.text.as_str().encode_utf16().count()).unwrap_or(i64::MAX);
            return Err(JsonError { position, kind: JsonErrorKind::EndOfFile("null") });
        };
        if behind.get(..length).is_some_and(|inner| !inner.contains('\\')) {
            self.jump(start + length + quote.len_utf8());
            return Ok(self.text.slice(start, start + length));
        }
        self.escaped(quote)
    }

    /// Reads a string that holds escapes. Unlike one without, it loses its control characters.
    fn escaped(&mut self, quote: char) -> Result<Text, JsonError> {
        let mut decoded = Decoded::default();
        loop {
            self.read();
            let source = self.source();
            match self.c {
                Self::END => return Err(self.error(-1, JsonErrorKind::EndOfFile("null"))),
                c if c == quote => {
                    self.read();
                    return Ok(decoded.finish());
                }
                '\\' => {
                    self.read();
                    match self.c {
                        't' => decoded.push('\t', source),
                        'n' => decoded.push('\n', source),
                        'r' => decoded.push('\r', source),
                        'f' => decoded.push('\u{c}', source),
                        'b' => decoded.push('\u{8}', source),
                        c @ ('\\' | '/' | '\'' | '"') => decoded.push(c, source),
                        'u' => decoded.push_unit(self.unicode(4)?, source),
                        'x' => decoded.push_unit(self.unicode(2)?, source),
                        // Of an unknown escape one UTF-16 unit is dropped, so that half a pair may stay.
                        '\u{10000}'.. => decoded.push(LONE_SURROGATE, source),
                        _ => {}
                    }
                }
                '\0'..='\u{1f}' | '\u{7f}' => {}
                c => decoded.push(c, source),
            }
        }
    }

    fn unicode(&mut self, digits: usize) -> Result<u16, JsonError> {
        let mut unit = 0u16;
        for _ in 0..digits {
            self.read();
            let digit = match self.c {
                Self::END => return Err(self.error(0, JsonErrorKind::EndOfFile("EOF"))),
                c => c.to_digit(16).ok_or_else(|| self.error(0, JsonErrorKind::UnicodeEscape(c)))?,
            };
            unit = unit.wrapping_shl(4) | u16::try_from(digit).unwrap_or(0);
        }
        Ok(unit)
    }
}

/// A decoded string. Java's are of UTF-16 units, so that two escapes may make up one character.
#[derive(Default)]
struct Decoded {
    text: TextBuilder,
    high: Option<(u16, Option<SourceId>)>,
}

impl Decoded {
    fn push(&mut self, c: char, source: Option<SourceId>) {
        self.flush();
        self.put(c, source);
    }

    fn push_unit(&mut self, unit: u16, source: Option<SourceId>) {
        if let Some((high, of)) = self.high.take() {
            if let Some(Ok(c)) = char::decode_utf16([high, unit]).next()
                && c > '\u{ffff}'
            {
                self.put(c, of);
                return;
            }
            self.put(LONE_SURROGATE, of);
        }
        match char::from_u32(u32::from(unit)) {
            Some(c) => self.put(c, source),
            None if unit < 0xdc00 => self.high = Some((unit, source)),
            None => self.put(LONE_SURROGATE, source),
        }
    }

    fn flush(&mut self) {
        if let Some((_, source)) = self.high.take() {
            self.put(LONE_SURROGATE, source);
        }
    }

    fn put(&mut self, c: char, source: Option<SourceId>) {
        let mut bytes = [0; 4];
        let encoded: &str = c.encode_utf8(&mut bytes);
        match source {
            Some(source) => self.text.push_marked(encoded, source),
            None => self.text.push_str(encoded),
        }
    }

    fn finish(mut self) -> Text {
        self.flush();
        self.text.finish()
    }
}

/// What half a surrogate pair becomes when Java encodes it as UTF-8. Java keeps the half until then; a Rust string
/// cannot.
const LONE_SURROGATE: char = '?';
