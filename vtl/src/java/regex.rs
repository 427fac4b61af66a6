//! `java.util.regex`, as `String`'s methods use it.
//!
//! A pattern is read into a [`tree`], with Java's meaning of everything in it. What an automaton can match is matched
//! by one, a search in time linear in the text; the rest is matched by backtracking, as Java does, with a bounded
//! number of steps.

mod automaton;
mod backtracker;
mod language;
pub mod length;
#[cfg(test)]
mod limits;
mod matcher;
mod memo;
pub mod parse;
mod program;
#[cfg(test)]
mod properties;
mod removal;
mod replace;
mod sample;
mod split;
pub mod tree;
mod witness;

use thiserror::Error;

use crate::value::Text;
use automaton::Lines;
pub use language::{Language, language};
use matcher::Matcher;
pub use removal::removes;
pub use replace::{replace_all, replace_first};
pub use sample::{sample, sample_around, sample_not_matching, sample_with};
pub use split::split;

/// Why a regular expression gave no answer. All but the first two kinds are limits of this crate, not of Java.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RegexError {
    /// Java throws `PatternSyntaxException`.
    #[error("the regular expression is not valid at character {at}: {what}")]
    Syntax {
        /// What is wrong.
        what: &'static str,
        /// Which of the pattern's characters, from 0.
        at: usize,
    },
    /// Java throws `IllegalArgumentException` or `IndexOutOfBoundsException` once there is a match.
    #[error("the replacement is not valid: {0}")]
    Replacement(&'static str),
    /// Java can do it, and this crate cannot.
    #[error("not supported in a regular expression: {0}")]
    Unsupported(&'static str),
    /// Too much to do.
    #[error("too large: {0}")]
    TooLarge(&'static str),
}

thread_local! {
    static MATCHES: memo::Memo<(String, String), Result<bool, RegexError>> = memo::Memo::default();
}

/// `text.matches(pattern)`: whether the pattern fits the whole text.
pub fn matches(pattern: &str, text: &Text) -> Result<bool, RegexError> {
    let bytes = pattern.len() + text.as_str().len();
    let question = (pattern.to_owned(), text.as_str().to_owned());
    memo::remembered(&MATCHES, bytes, question, |(pattern, text)| {
        let tree = parse::parse(pattern)?;
        Matcher::whole(&tree, Lines::of(text))?.is_match(text)
    })
}
