//! A strict reader of JSON (RFC 8259): the judge of what a template rendered.
//!
//! It keeps what DynamoDB's own parser may judge differently from others, duplicate members, and the place of every
//! token, so that a caller can say whose text each of them is.

mod scan;

use std::ops::Range;

use self::scan::Scanner;

/// Containers inside containers that are read.
const MAX_DEPTH: usize = 512;

/// A value and where it stands, in bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct StrictValue {
    /// From its first byte to behind its last: brackets and quotes included, blanks not.
    pub span: Range<usize>,
    /// What it is.
    pub kind: StrictKind,
}

/// A value's kind and content.
#[derive(Clone, Debug, PartialEq)]
pub enum StrictKind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number as it is written.
    Number(String),
    /// A string, decoded. Half a surrogate pair, which RFC 8259 lets pass, is U+FFFD.
    String(String),
    /// An array.
    Array(Vec<StrictValue>),
    /// An object: every member in the order of the text, duplicates included.
    Object(Vec<Member>),
}

/// A member of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// Its name, decoded.
    pub name: String,
    /// Where the name stands, quotes included.
    pub name_span: Range<usize>,
    /// Its value.
    pub value: StrictValue,
}

impl StrictValue {
    /// The members of an object; none for anything else.
    pub fn members(&self) -> &[Member] {
        match &self.kind {
            StrictKind::Object(members) => members,
            _ => &[],
        }
    }

    /// The first member of this name.
    pub fn get(&self, name: &str) -> Option<&StrictValue> {
        self.members().iter().find(|member| member.name == name).map(|member| &member.value)
    }

    /// The elements of an array; none for anything else.
    pub fn elements(&self) -> &[StrictValue] {
        match &self.kind {
            StrictKind::Array(elements) => elements,
            _ => &[],
        }
    }

    /// The string that this is.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            StrictKind::String(string) => Some(string),
            _ => None,
        }
    }
}

/// A text that is not JSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{expected} expected at byte {at}, found {found}")]
pub struct StrictError {
    /// The byte at which reading stopped.
    pub at: usize,
    /// What could have stood there.
    pub expected: &'static str,
    /// What stands there.
    pub found: String,
}

/// Reads a text that must be one JSON value.
pub fn parse(text: &str) -> Result<StrictValue, StrictError> {
    let mut scanner = Scanner::new(text);
    let value = value(&mut scanner, 0)?;
    scanner.skip_blanks();
    if scanner.peek().is_some() {
        return Err(scanner.error("the end of the text"));
    }
    Ok(value)
}

fn value(scanner: &mut Scanner<'_>, depth: usize) -> Result<StrictValue, StrictError> {
    scanner.skip_blanks();
    let start = scanner.at();
    let kind = match scanner.peek() {
        Some(b'[' | b'{') if depth >= MAX_DEPTH => {
            return Err(scanner.error("a value that is nested less deep"));
        }
        Some(b'{') => object(scanner, depth + 1)?,
        Some(b'[') => array(scanner, depth + 1)?,
        Some(b'"') => StrictKind::String(scanner.string()?),
        Some(b'-' | b'0'..=b'9') => StrictKind::Number(scanner.number()?),
        _ if scanner.take_word("null") => StrictKind::Null,
        _ if scanner.take_word("true") => StrictKind::Bool(true),
        _ if scanner.take_word("false") => StrictKind::Bool(false),
        _ => return Err(scanner.error("a value")),
    };
    Ok(StrictValue { span: start..scanner.at(), kind })
}

fn array(scanner: &mut Scanner<'_>, depth: usize) -> Result<StrictKind, StrictError> {
    let mut elements = Vec::new();
    scanner.take(b'[');
    scanner.skip_blanks();
    if scanner.take(b']') {
        return Ok(StrictKind::Array(elements));
    }
    loop {
        elements.push(value(scanner, depth)?);
        scanner.skip_blanks();
        if scanner.take(b']') {
            return Ok(StrictKind::Array(elements));
        }
        if !scanner.take(b',') {
            return Err(scanner.error("a comma or the end of the array"));
        }
    }
}

fn object(scanner: &mut Scanner<'_>, depth: usize) -> Result<StrictKind, StrictError> {
    let mut members = Vec::new();
    scanner.take(b'{');
    scanner.skip_blanks();
    if scanner.take(b'}') {
        return Ok(StrictKind::Object(members));
    }
    loop {
        scanner.skip_blanks();
        let start = scanner.at();
        if scanner.peek() != Some(b'"') {
            return Err(scanner.error("a member's name in quotes"));
        }
        let name = scanner.string()?;
        let name_span = start..scanner.at();
        scanner.skip_blanks();
        if !scanner.take(b':') {
            return Err(scanner.error("a colon"));
        }
        members.push(Member { name, name_span, value: value(scanner, depth)? });
        scanner.skip_blanks();
        if scanner.take(b'}') {
            return Ok(StrictKind::Object(members));
        }
        if !scanner.take(b',') {
            return Err(scanner.error("a comma or the end of the object"));
        }
    }
}

#[cfg(test)]
mod tests;
