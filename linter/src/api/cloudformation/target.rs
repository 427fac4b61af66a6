//! What an integration calls: its type and `Uri`.

use crate::api::uri;
use crate::api::{Action, DeployText};
use crate::source::{HostSpan, Node};

use super::alternatives::Alternatives;
use super::stack::Stack;
use super::value::{Reference, Text, literal, opaque, text};

/// A call of a DynamoDB action.
#[derive(Clone, Debug)]
pub(super) struct Call {
    /// The action.
    pub(super) action: Action,
    /// The `Uri` and its place.
    pub(super) uri: Option<(DeployText, HostSpan)>,
}
