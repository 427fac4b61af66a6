//! Texts held against key patterns.

use keybound_shared::{KeyPattern, Piece as PatternPiece};

use super::Part;

/// Why a text is not within a pattern for every caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stray {
    /// This part stands where the pattern has something else.
    At(Part),
    /// The text ends before the pattern does.
    Short,
}

/// Whether a text is within a pattern, whatever is free in it.
///
/// # Errors
///
/// Where it is not, what stands in the way.
pub fn within(text: &[Part], pattern: &KeyPattern) -> Result<(), Stray> {
    let mut parts = text.iter().filter(|part| !matches!(part, Part::Text(text) if text.is_empty()));
    let mut rest = String::new();
    let stray = |rest: &str, part: Option<&Part>| match (rest, part) {
        ("", Some(part)) => Stray::At(part.clone()),
        ("", None) => Stray::Short,
        (rest, _) => Stray::At(Part::Text(rest.to_owned())),
    };
    for piece in pattern.pieces() {
        match piece {
            PatternPiece::Text(wanted) => {
                let mut wanted = wanted.as_str();
                while !wanted.is_empty() {
                    if rest.is_empty() {
                        match parts.next() {
                            Some(Part::Text(text)) => rest.clone_from(text),
                            other => return Err(stray("", other)),
                        }
                    }
                    if let Some(after) = rest.strip_prefix(wanted) {
                        rest = after.to_owned();
                        wanted = "";
                    } else if let Some(after) = wanted.strip_prefix(rest.as_str()) {
                        wanted = after;
                        rest.clear();
                    } else {
                        return Err(stray(&rest, None));
                    }
                }
            }
            PatternPiece::Variable(name) => match (rest.as_str(), parts.next()) {
                ("", Some(Part::Value(value))) if value == name => {}
                (rest, part) => return Err(stray(rest, part)),
            },
        }
    }
    if pattern.is_open() {
        return Ok(());
    }
    match (rest.as_str(), parts.next()) {
        ("", None) => Ok(()),
        (rest, part) => Err(stray(rest, part)),
    }
}
