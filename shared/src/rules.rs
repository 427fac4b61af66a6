//! The content of `keybound.yaml`.

mod grant;
mod issuer;
mod lint;
mod read;
mod schema;
mod settings;
mod table;
mod variable;

pub(crate) use read::read;

pub use grant::{Claimant, Comparand, Grant, GrantRoute, Keys, Opens, SessionStatement};
pub use issuer::{Algorithm, Issuer, KeySource, TokenUse};
pub use lint::{LintLevel, LintSettings, Parts, Written};
pub use schema::SCHEMA;
pub use settings::{AuthorizerSettings, HttpApiAnswer};
pub use table::{Index, Key, Table};
pub use variable::{Identity, Variable, VariableSource};

use std::sync::Arc;

/// Access rules as they are written, every name in them resolved.
#[derive(Clone, Debug)]
pub struct AccessRules {
    /// Whose tokens are accepted, in file order.
    pub issuers: Vec<Arc<Issuer>>,
    /// The tables that grants are about, in file order.
    pub tables: Vec<Arc<Table>>,
    /// What is taken from claims, in file order.
    pub variables: Vec<Arc<Variable>>,
    /// Who may do what, in file order.
    pub grants: Vec<Arc<Grant>>,
    /// How the authorizer behaves.
    pub authorizer: AuthorizerSettings,
}
