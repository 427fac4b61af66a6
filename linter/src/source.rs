//! Files, places in them, and maps from decoded text back to the bytes of the host file.

mod block_scalar;
pub mod document;
pub mod file;
mod flow_scalar;
pub mod hcl;
pub mod intrinsic;
mod json;
pub mod map;
pub mod node;
pub mod scalar_place;
mod yaml;

pub use document::{DocumentError, Documents, parse_documents, parse_json};
pub use file::{Position, SourceFile};
pub use intrinsic::{Call, ComposedText};
pub use map::{HostSpan, MapSegment, MappedText, SourceMap};
pub use node::{Node, NodeValue, Scalar};
pub use scalar_place::ScalarStyle;

/// The comments of a file, by its language: HCL's for Terraform, else YAML's. JSON has none.
pub fn comments(file: &SourceFile) -> Vec<HostSpan> {
    let is_terraform = file.path().extension().is_some_and(|extension| extension.eq_ignore_ascii_case("tf"));
    if is_terraform { hcl::comments(file.text()) } else { parse_documents(file).comments }
}
