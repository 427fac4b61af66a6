//! Which keys a grant reaches: text, variables, and at most one `*` at the end.

use std::fmt;

/// The most bytes that a pattern may have; a partition key has 2,048.
const MAX_SOURCE: usize = 1024;

/// A pattern such as `TENANT#{tenant}#*`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyPattern {
    /// No two texts in a row and none empty.
    pieces: Vec<Piece>,
    open: bool,
}

/// A part of a pattern.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Piece {
    /// Just this.
    Text(String),
    /// The value of the variable of this name.
    Variable(String),
}

/// Why a text is no key pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyPatternError {
    /// The empty key does not exist in DynamoDB.
    #[error("a key pattern must not be empty")]
    Empty,
    /// Longer than a key pattern needs to be.
    #[error("the key pattern is longer than {MAX_SOURCE} bytes")]
    TooLong,
    /// A `{` without its `}`.
    #[error("`{{` opens a variable that no `}}` closes")]
    Unclosed,
    /// A `}` without its `{`.
    #[error("`}}` closes no variable")]
    Unopened,
    /// Something else than a name between braces.
    #[error("`{{{0}}}` is no variable: a name begins with a letter and holds letters, digits and `_`")]
    BadName(String),
    /// A `*` that is not the last character.
    #[error("`*` may stand only at the end")]
    InnerStar,
    /// A character that means something to IAM or that no key should hold.
    #[error("a key pattern must not hold {0}")]
    Forbidden(String),
    /// `{a}{b}`.
    #[error("nothing stands between `{{{0}}}` and `{{{1}}}`: two callers could share a key")]
    Adjacent(String, String),
    /// `{a}*`.
    #[error("`{{{0}}}*` also matches longer values of `{0}`: put a separator before `*`")]
    OpenVariable(String),
    /// `{a}-*` where `a` may hold `-`.
    #[error("`{text}` does not separate `{{{variable}}}` from what follows: its values may hold it")]
    Crossable {
        /// The variable before the text.
        variable: String,
        /// The text that does not separate.
        text: String,
    },
}

impl KeyPattern {
    /// Reads a pattern.
    ///
    /// # Errors
    ///
    /// Says what in the text is no part of a pattern. [`KeyPattern::check_separators`] is a step of its own, for it
    /// needs the variables.
    pub fn parse(source: &str) -> Result<Self, KeyPatternError> {
        if source.is_empty() {
            return Err(KeyPatternError::Empty);
        }
        if source.len() > MAX_SOURCE {
            return Err(KeyPatternError::TooLong);
        }
        let (body, open) = source.strip_suffix('*').map_or((source, false), |body| (body, true));
        let mut pieces = Vec::new();
        let mut rest = body;
        while let Some((text, after)) = rest.split_once('{') {
            push_text(text, &mut pieces)?;
            let (name, after) = after.split_once('}').ok_or(KeyPatternError::Unclosed)?;
            if !is_variable_name(name) {
                return Err(KeyPatternError::BadName(name.to_owned()));
            }
            if let Some(Piece::Variable(before)) = pieces.last() {
                return Err(KeyPatternError::Adjacent(before.clone(), name.to_owned()));
            }
            pieces.push(Piece::Variable(name.to_owned()));
            rest = after;
        }
        push_text(rest, &mut pieces)?;
        match pieces.last() {
            Some(Piece::Variable(name)) if open => Err(KeyPatternError::OpenVariable(name.clone())),
            _ => Ok(Self { pieces, open }),
        }
    }

    /// Checks that the text after each variable ends its value: that it holds a character which no value of the
    /// variable holds. `admits` says whether a value of the variable may hold a character.
    ///
    /// With this, two callers whose variables differ never share a key: the value is what stands before the first
    /// such character, less the text between them.
    ///
    /// # Errors
    ///
    /// Names the first variable and text of which this is not so.
    pub fn check_separators(&self, admits: impl Fn(&str, char) -> bool) -> Result<(), KeyPatternError> {
        for pair in self.pieces.windows(2) {
            if let [Piece::Variable(variable), Piece::Text(text)] = pair {
                let followed = self.open || self.pieces.last() != pair.last();
                if followed && text.chars().all(|character| admits(variable, character)) {
                    return Err(KeyPatternError::Crossable {
                        variable: variable.clone(),
                        text: text.clone(),
                    });
                }
            }
        }
        Ok(())
    }

    /// The parts before the `*`, if there is one. No two texts stand in a row.
    #[must_use]
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Whether it ends in `*`.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Whether it is `*` alone, which limits nothing.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.open && self.pieces.is_empty()
    }

    /// The names of its variables, as they come.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Variable(name) => Some(name.as_str()),
            Piece::Text(_) => None,
        })
    }

    /// The keys that it stands for, given the values of its variables; nothing where one is unbound.
    #[must_use]
    pub fn range<'v>(&self, value: impl Fn(&str) -> Option<&'v str>) -> Option<KeyRange> {
        let mut text = String::new();
        for piece in &self.pieces {
            text.push_str(match piece {
                Piece::Text(text) => text,
                Piece::Variable(name) => value(name)?,
            });
        }
        Some(if self.open { KeyRange::StartsWith(text) } else { KeyRange::Exactly(text) })
    }

    /// Whether a key is within the pattern, given the values of its variables.
    #[must_use]
    pub fn matches<'v>(&self, key: &str, value: impl Fn(&str) -> Option<&'v str>) -> bool {
        self.range(value).is_some_and(|range| range.matches(key))
    }

    /// Whether every key of this pattern is one of the other's, for every caller.
    #[must_use]
    pub fn within(&self, other: &Self) -> bool {
        if !other.open {
            return self == other;
        }
        let Some((last, whole)) = other.pieces.split_last() else { return true };
        let Some(rest) = self.pieces.strip_prefix(whole) else { return false };
        match (last, rest) {
            (Piece::Text(prefix), [Piece::Text(text)]) => text.starts_with(prefix.as_str()),
            (Piece::Text(prefix), [Piece::Text(text), ..]) => text.starts_with(prefix.as_str()),
            (last, [first, ..]) => last == first,
            (_, []) => false,
        }
    }
}

impl fmt::Display for KeyPattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => formatter.write_str(text)?,
                Piece::Variable(name) => write!(formatter, "{{{name}}}")?,
            }
        }
        formatter.write_str(if self.open { "*" } else { "" })
    }
}

/// Whether a name can be read as `$context.authorizer.<name>`.
pub(crate) fn is_variable_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.chars().all(|character| character.is_ascii_alphanumeric() || character == '_')
}

fn push_text(text: &str, pieces: &mut Vec<Piece>) -> Result<(), KeyPatternError> {
    let forbidden = |character: char| match character {
        '*' => Some(KeyPatternError::InnerStar),
        '}' => Some(KeyPatternError::Unopened),
        '?' | '$' => Some(KeyPatternError::Forbidden(format!(
            "`{character}`, which IAM would read as more than itself"
        ))),
        ' '..='~' => None,
        _ => Some(KeyPatternError::Forbidden(format!(
            "U+{:04X}: only printable ASCII means the same to IAM, JSON and DynamoDB",
            u32::from(character)
        ))),
    };
    match text.chars().find_map(forbidden) {
        Some(error) => Err(error),
        None => {
            if !text.is_empty() {
                pieces.push(Piece::Text(text.to_owned()));
            }
            Ok(())
        }
    }
}

/// The keys that a pattern stands for when its variables have values.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyRange {
    /// One key.
    Exactly(String),
    /// Every key that begins so.
    StartsWith(String),
}

impl KeyRange {
    /// Whether a key is one of them.
    #[must_use]
    pub fn matches(&self, key: &str) -> bool {
        match self {
            Self::Exactly(text) => key == text,
            Self::StartsWith(prefix) => key.starts_with(prefix.as_str()),
        }
    }
}

#[cfg(test)]
mod tests;
