//! JSON as API Gateway reads and writes it.

pub mod read;
pub mod strict;
pub mod write;

pub use read::{JsonError, JsonErrorKind, read};
pub use write::{try_write, write};
