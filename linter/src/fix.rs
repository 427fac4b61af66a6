//! What mends findings: edits of templates and definitions, in the words of the file that they go into.
//!
//! A lint says what is to stand where in its template, or which member an integration lacks. Here that becomes bytes of
//! the file: escaped as its host escapes, indented as its neighbours. Where the place is not exact there is no fix.

pub mod addition;
pub mod attribute;
pub mod batch;
pub mod definition;
pub mod escape;
pub mod host;
pub mod integration;
pub mod limit;
pub mod replacement;
pub mod template_edit;

pub use template_edit::TemplateEdit;
