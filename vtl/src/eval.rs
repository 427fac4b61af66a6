//! Rendering a tree for one request, as API Gateway does.

mod condition;
mod error;
mod expression;
mod input;
mod methods;
mod property;
mod reference;
mod render;
mod request;
mod util;

pub use error::{RenderError, RenderErrorKind};
pub use render::{Rendered, render};
pub use request::{Request, context_map};

/// Turns that one `#foreach` makes at most.
pub const MAX_LOOP_TURNS: usize = 1000;
