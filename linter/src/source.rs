//! Files, places in them, and maps from decoded text back to the bytes of the host file.

pub mod file;
pub mod map;
pub mod node;

pub use file::{Position, SourceFile};
pub use map::{HostSpan, MapSegment, SourceMap};
pub use node::{Node, NodeValue, Scalar};
