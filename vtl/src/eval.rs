//! Rendering a tree for one request, as API Gateway does.

mod condition;
mod error;
mod expression;
mod functions;
mod input;
mod methods;
mod property;
mod reference;
mod render;
mod request;

pub use error::{RenderError, RenderErrorKind};
pub use render::{Rendered, render};
pub use request::{Request, context_map};

use crate::value::Value;

/// Turns that one `#foreach` makes at most.
pub const MAX_LOOP_TURNS: usize = 1000;

/// Calls a Java method on a value, as a template would; none where there is no such method for these arguments or
/// it gives null.
///
/// # Errors
///
/// The message of what the method throws.
pub fn call_method(on: &Value, name: &str, arguments: &[Value]) -> Result<Option<Value>, String> {
    methods::call(on, name, arguments).map_err(|exception| exception.0.to_string())
}

/// Calls a function of `$util`, under the same terms as [`call_method`].
///
/// # Errors
///
/// The message of what the function throws.
pub fn call_util(name: &str, arguments: &[Value]) -> Result<Option<Value>, String> {
    functions::call(name, arguments).map_err(|exception| exception.0.to_string())
}
