//! The mapping template language of Amazon API Gateway: Velocity 1.7 with the changes that API Gateway made.
//!
//! [`parse`] turns a template into a tree and a list of errors, for any bytes, without a panic. [`eval`] renders a
//! tree for one request as the service would. Nothing here knows of DynamoDB or of linting.

pub mod ast;
pub mod eval;
pub mod java;
pub mod json;
pub mod jsonpath;
pub mod parse;
pub mod span;
pub mod template;
pub mod value;

pub use span::{Offset, Span};
pub use template::{Placeholder, TemplateText};
