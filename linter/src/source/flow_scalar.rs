//! YAML's flow scalar styles (plain, single-quoted, double-quoted) and JSON strings, decoded a second time to learn
//! where each byte of the text came from.
//!
//! Nothing here reports errors: the parser has accepted the scalar. A decoder that disagrees with the parser costs
//! the map, not the text, so an odd input gives `None` or another text and the caller drops the map.

use super::{HostSpan, MappedText};

/// What a line break between the quotes means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LineBreaks {
    /// YAML: one break is a blank, further ones stay, blanks around them are dropped.
    Folded,
    /// JSON: a text like any other.
    Kept,
}

/// Which escapes are known.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Escapes {
    None,
    DoubledQuote,
    Backslash,
}

/// A plain scalar; `raw` is its source, which begins at host byte `at`.
pub(super) fn plain(raw: &str, at: usize) -> Option<MappedText> {
    decode(raw, at, Escapes::None, LineBreaks::Folded)
}

/// A single-quoted scalar; `raw` holds the quotes.
pub(super) fn single_quoted(raw: &str, at: usize) -> Option<MappedText> {
    let inner = raw.strip_prefix('\'')?.strip_suffix('\'')?;
    decode(inner, at + 1, Escapes::DoubledQuote, LineBreaks::Folded)
}

/// A double-quoted scalar; `raw` holds the quotes.
pub(super) fn double_quoted(raw: &str, at: usize) -> Option<MappedText> {
    let inner = raw.strip_prefix('"')?.strip_suffix('"')?;
    decode(inner, at + 1, Escapes::Backslash, LineBreaks::Folded)
}

/// A JSON string; `raw` holds the quotes.
pub(super) fn json_string(raw: &str, at: usize) -> Option<MappedText> {
    let inner = raw.strip_prefix('"')?.strip_suffix('"')?;
    decode(inner, at + 1, Escapes::Backslash, LineBreaks::Kept)
}

fn decode(raw: &str, at: usize, escapes: Escapes, breaks: LineBreaks) -> Option<MappedText> {
    let mut out = MappedText::default();
    let mut cursor = Cursor { rest: raw, at };
    while let Some(c) = cursor.rest.chars().next() {
        match c {
            ' ' | '\t' if breaks == LineBreaks::Folded => {
                let (start, run) = cursor.take_while(is_blank);
                if !cursor.rest.starts_with(is_break) {
                    out.push_verbatim(start, run);
                }
            }
            '\n' | '\r' if breaks == LineBreaks::Folded => {
                let (start, written) = cursor.take_break()?;
                if !push_empty_lines(&mut cursor, &mut out) {
                    out.push_unit(HostSpan::new(start, start + written.len()), " ");
                }
            }
            '\'' if escapes == Escapes::DoubledQuote => {
                let start = cursor.at;
                cursor.take("''")?;
                out.push_unit(HostSpan::new(start, cursor.at), "'");
            }
            '\\' if escapes == Escapes::Backslash => {
                let start = cursor.at;
                cursor.take("\\")?;
                if breaks == LineBreaks::Folded && cursor.take_break().is_some() {
                    push_empty_lines(&mut cursor, &mut out);
                    continue;
                }
                let decoded = escaped(&mut cursor)?;
                out.push_unit(HostSpan::new(start, cursor.at), decoded.encode_utf8(&mut [0; 4]));
            }
            _ => {
                let special = |c: char| match c {
                    '\'' => escapes == Escapes::DoubledQuote,
                    '\\' => escapes == Escapes::Backslash,
                    c => breaks == LineBreaks::Folded && (is_blank(c) || is_break(c)),
                };
                let (start, run) = cursor.take_while(|c| !special(c));
                out.push_verbatim(start, run);
            }
        }
    }
    Some(out)
}

/// Drops the blanks that begin a continuation line and keeps the breaks of empty lines; tells whether there was one.
fn push_empty_lines(cursor: &mut Cursor<'_>, out: &mut MappedText) -> bool {
    let mut any = false;
    loop {
        cursor.take_while(is_blank);
        let Some((start, written)) = cursor.take_break() else { return any };
        push_break(out, start, written);
        any = true;
    }
}

/// Adds the line feed that a kept line break (`\n`, `\r\n`, `\r`) stands for.
pub(super) fn push_break(out: &mut MappedText, start: usize, written: &str) {
    if written == "\n" {
        out.push_verbatim(start, written);
    } else {
        out.push_unit(HostSpan::new(start, start + written.len()), "\n");
    }
}

/// The character that an escape stands for; the cursor is past the backslash.
fn escaped(cursor: &mut Cursor<'_>) -> Option<char> {
    let c = cursor.take_char()?;
    Some(match c {
        '0' => '\0',
        'a' => '\u{7}',
        'b' => '\u{8}',
        't' | '\t' => '\t',
        'n' => '\n',
        'v' => '\u{b}',
        'f' => '\u{c}',
        'r' => '\r',
        'e' => '\u{1b}',
        ' ' | '"' | '/' | '\\' => c,
        'N' => '\u{85}',
        '_' => '\u{a0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        'x' => char::from_u32(cursor.take_hex(2)?)?,
        'U' => char::from_u32(cursor.take_hex(8)?)?,
        'u' => match cursor.take_hex(4)? {
            high @ 0xD800..=0xDBFF => {
                cursor.take("\\u")?;
                let low = cursor.take_hex(4)?;
                if !(0xDC00..=0xDFFF).contains(&low) {
                    return None;
                }
                char::from_u32(0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00))?
            }
            unit => char::from_u32(unit)?,
        },
        _ => return None,
    })
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t')
}

fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r')
}

/// The rest of a raw text and the host byte at which it begins.
struct Cursor<'a> {
    rest: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    fn take_len(&mut self, len: usize) -> Option<&'a str> {
        let (taken, rest) = self.rest.split_at_checked(len)?;
        self.rest = rest;
        self.at += len;
        Some(taken)
    }

    fn take(&mut self, expected: &str) -> Option<&'a str> {
        self.rest.starts_with(expected).then(|| self.take_len(expected.len()))?
    }

    fn take_char(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        self.take_len(c.len_utf8())?;
        Some(c)
    }

    fn take_hex(&mut self, digits: usize) -> Option<u32> {
        let text = self.take_len(digits)?;
        // `from_str_radix` would take a sign.
        text.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u32::from_str_radix(text, 16).ok())?
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> (usize, &'a str) {
        let start = self.at;
        let len = self.rest.find(|c| !wanted(c)).unwrap_or(self.rest.len());
        (start, self.take_len(len).unwrap_or(""))
    }

    /// A line break: where it begins and how it is written.
    fn take_break(&mut self) -> Option<(usize, &'a str)> {
        let start = self.at;
        let written = self.take("\r\n").or_else(|| self.take("\n")).or_else(|| self.take("\r"))?;
        Some((start, written))
    }
}
