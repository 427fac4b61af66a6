//! Patterns: what the value of a variable may be, and which keys a grant reaches.

mod key_pattern;
mod value_pattern;

pub(crate) use key_pattern::is_variable_name;
pub use key_pattern::{KeyPattern, KeyPatternError, KeyRange, Piece};
pub use value_pattern::{MAX_VALUE, ValuePattern, ValuePatternError};
