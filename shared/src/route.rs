//! Routes, and which requests a resource of a policy lets through to them.

mod key;
mod table;

pub use key::{MAX_SEGMENTS, Path, Route, RouteError, Segment, Verb};
pub(crate) use table::{Given, Part, RouteTable, Step, Ways};
