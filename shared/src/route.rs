//! Routes, and which requests a resource of a policy lets through to them.

mod key;

pub use key::{MAX_SEGMENTS, Path, Route, RouteError, Segment, Verb};
