//! The functions of `$util`.

use crate::json;
use crate::value::{SourceId, Text, TextBuilder, Value};

use super::error::Exception;

/// A function of `$util`; none where there is no such function for these arguments. Each takes one String: what the
/// service does with other classes nobody has recorded, and a method that does not exist gives nothing.
pub(super) fn call(name: &str, arguments: &[Value]) -> Result<Option<Value>, Exception> {
    let [Value::Text(text)] = arguments else { return Ok(None) };
    Ok(Some(match name {
        "escapeJavaScript" => Value::Text(escape_javascript(text)),
        "parseJson" => {
            json::read::read(text).map_err(|error| Exception::new(format!("$util.parseJson: {error}")))?
        }
        "urlEncode" => Value::Text(url_encode(text)),
        "urlDecode" => Value::Text(url_decode(text)?),
        "base64Encode" => Value::Text(Text::marked_like(base64_encode(text.as_str().as_bytes()), text)),
        "base64Decode" => Value::Text(base64_decode(text)?),
        _ => return Ok(None),
    }))
}

/// Rewrites a text character by character, keeping each character's mark.
fn rewritten(text: &Text, mut rewrite: impl FnMut(char, &mut String)) -> Text {
    let mut out = TextBuilder::default();
    let mut buffer = String::new();
    for (at, c) in text.as_str().char_indices() {
        buffer.clear();
        rewrite(c, &mut buffer);
        push_with(&mut out, &buffer, text.source_at(at));
    }
    out.finish()
}

fn push_with(out: &mut TextBuilder, text: &str, source: Option<SourceId>) {
    match source {
        Some(source) => out.push_marked(text, source),
        None => out.push_str(text),
    }
}

/// The table of commons-lang 2: quotes, backslash and slash with a backslash, control characters and everything
/// past ASCII as `\uXXXX` for each UTF-16 unit.
fn escape_javascript(text: &Text) -> Text {
    rewritten(text, |c, out| match c {
        '"' | '\'' | '\\' | '/' => {
            out.push('\\');
            out.push(c);
        }
        '\u{8}' => out.push_str("\\b"),
        '\n' => out.push_str("\\n"),
        '\t' => out.push_str("\\t"),
        '\u{c}' => out.push_str("\\f"),
        '\r' => out.push_str("\\r"),
        ' '..='\u{7f}' => out.push(c),
        _ => {
            for unit in c.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04X}"));
            }
        }
    })
}

fn url_encode(text: &Text) -> Text {
    rewritten(text, |c, out| match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '-' | '*' | '_' => out.push(c),
        ' ' => out.push('+'),
        _ => {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                out.push_str(&format!("%{byte:02X}"));
            }
        }
    })
}

fn url_decode(text: &Text) -> Result<Text, Exception> {
    let mut out = TextBuilder::default();
    let mut bytes: Vec<u8> = Vec::new();
    let mut bytes_source = None;
    let mut chars = text.as_str().char_indices();
    while let Some((at, c)) = chars.next() {
        if c == '%' {
            let digits = text.as_str().get(at + 1..at + 3);
            let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
            let Some(byte) =
                byte.filter(|_| digits.is_some_and(|d| d.bytes().all(|b| b.is_ascii_hexdigit())))
            else {
                return Err(Exception::new("$util.urlDecode: `%` is not followed by two hexadecimal digits"));
            };
            bytes.push(byte);
            bytes_source = bytes_source.or(text.source_at(at));
            chars.next();
            chars.next();
            continue;
        }
        push_with(&mut out, &String::from_utf8_lossy(&bytes), bytes_source.take());
        bytes.clear();
        let decoded = if c == '+' { ' ' } else { c };
        push_with(&mut out, decoded.encode_utf8(&mut [0; 4]), text.source_at(at));
    }
    push_with(&mut out, &String::from_utf8_lossy(&bytes), bytes_source);
    Ok(out.finish())
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base64_encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group =
            chunk.iter().fold(0u32, |group, &byte| group << 8 | u32::from(byte)) << (8 * (3 - chunk.len()));
        for index in 0..4 {
            let digit = (group >> (18 - 6 * index)) & 63;
            let known = index <= chunk.len();
            out.push(if known { BASE64.get(digit as usize).map_or('=', |&b| char::from(b)) } else { '=' });
        }
    }
    out
}

fn base64_decode(text: &Text) -> Result<Text, Exception> {
    let bad = || Exception::new("$util.base64Decode: the text is not base64");
    let trimmed = text.as_str().trim_end_matches('=');
    let mut out = Vec::with_capacity(trimmed.len() / 4 * 3);
    let (mut group, mut bits) = (0u32, 0);
    for byte in trimmed.bytes() {
        let digit = BASE64.iter().position(|&b| b == byte).ok_or_else(bad)?;
        group = group << 6 | u32::try_from(digit).unwrap_or(0);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push(u8::try_from(group >> bits & 0xFF).unwrap_or(0));
        }
    }
    if bits >= 6 || text.as_str().len() - trimmed.len() > 2 {
        return Err(bad());
    }
    Ok(Text::marked_like(String::from_utf8_lossy(&out), text))
}
