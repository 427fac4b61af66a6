//! JSON as API Gateway reads and writes it.

pub mod write;

pub use write::{try_write, write};
