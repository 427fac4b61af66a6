//! HCL, Terraform's language: how its texts are decoded, so that each byte leads back to the file, and its comments.
//!
//! The grammar is `hcl-edit`'s; it bounds how deep a file may nest. Its values are only used where they agree with
//! what is decoded here from the bytes of the file.

mod comments;
mod composition;
mod indentation;
mod literal;
mod literals;

pub use comments::comments;
pub use composition::{Composition, HostText};
pub use indentation::Indentation;
pub use literal::{Quoting, Strip, decoded};
pub use literals::{json_literals, literals, template_literals};
