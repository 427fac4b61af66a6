//! What the payload reader says of a text that it cannot read.

use std::fmt;

/// A payload that cannot be read. It prints json-smart's own message, which API Gateway shows to clients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// Where, in UTF-16 units, as the parser counts.
    pub position: i64,
    /// What.
    pub kind: JsonErrorKind,
}

/// What is wrong with a payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JsonErrorKind {
    /// A character that cannot stand there.
    Character(char),
    /// Something else than `,` or `}` behind a member.
    Token(char),
    /// The text ends too soon; with the word that the parser adds.
    EndOfFile(&'static str),
    /// A `\u` with something else than hexadecimal digits behind it.
    UnicodeEscape(char),
    /// Containers in containers, too deep.
    TooDeep(char),
    /// A number that no Java class can hold. Java's exception carries no position.
    Number(String),
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.position;
        match &self.kind {
            JsonErrorKind::Character(c) => write!(f, "Unexpected character ({}) at position {at}.", unit(*c)),
            JsonErrorKind::Token(c) => write!(f, "Unexpected token {} at position {at}.", unit(*c)),
            JsonErrorKind::EndOfFile(word) => write!(f, "Unexpected End Of File position {at}: {word}"),
            JsonErrorKind::UnicodeEscape(c) => {
                write!(f, "Unexpected unicode escape sequence {} at position {at}.", unit(*c))
            }
            JsonErrorKind::TooDeep(c) => write!(
                f,
                "Malicious payload, having non natural depths, parsing stoped on {c} at position {at}."
            ),
            JsonErrorKind::Number(number) => write!(f, "For input string: \"{number}\""),
        }
    }
}

impl std::error::Error for JsonError {}

/// Java names half of a surrogate pair, which prints as a question mark.
fn unit(c: char) -> char {
    if c > '\u{ffff}' { '?' } else { c }
}
