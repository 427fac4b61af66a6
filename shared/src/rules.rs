//! The content of `keybound.yaml`.

mod issuer;
mod settings;
mod table;

pub use issuer::{Algorithm, Issuer, KeySource, TokenUse};
pub use settings::{AuthorizerSettings, HttpApiAnswer};
pub use table::{Index, Key, Table};
