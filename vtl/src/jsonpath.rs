//! JSONPath in Jayway's dialect, as of its version 2.2: what `$input.path` and `$input.json` take.
//!
//! Two points are assumptions, for nothing recorded from API Gateway settles them. There are no functions:
//! `$.items.length()` names a member `length()`. And filters are read as Jayway's later versions read them, with `&&`
//! before `||` and `!( … )`.

mod evaluate;
mod filter;
mod parse;
mod path;

pub use parse::{PathError, compile};
pub use path::{Filter, Operand, Operator, Path, Root, Step};

#[cfg(test)]
mod tests;
