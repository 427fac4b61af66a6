//! What an integration calls: its type, its `Uri`, and the credentials that it calls with.

use crate::api::{Action, DeployText, uri};
use crate::source::{HostSpan, Node};

use super::alternatives::Alternatives;
use super::value::{literal, text};

/// A call of a DynamoDB action.
#[derive(Clone, Debug)]
pub(super) struct Target {
    /// The action.
    pub(super) action: Action,
    /// The `Uri` and its place.
    pub(super) uri: Option<(DeployText, HostSpan)>,
}

/// What an integration of this type and `Uri` calls, if that is DynamoDB or may be. Only the type `AWS` calls a
/// service's action.
pub(super) fn target(kind: Option<&Node>, uri: Option<&Node>) -> Option<Target> {
    let kinds = Alternatives::of(kind).values;
    let is_aws = |kind: &&Node| literal(kind).is_none_or(|name| name.eq_ignore_ascii_case("AWS"));
    if !kinds.is_empty() && !kinds.iter().any(is_aws) {
        return None;
    }
    let mut found: Option<Target> = None;
    for node in Alternatives::of(uri).values {
        let composed = text(node);
        let Some(action) = uri::action(&composed.text) else { continue };
        match &mut found {
            None => found = Some(Target { action, uri: Some((composed.text, composed.whole)) }),
            // Deployments that call different actions: the call is open.
            Some(earlier) if earlier.action != action => earlier.action = Action::Open,
            Some(_) => {}
        }
    }
    found
}

/// The credentials as written; of a choice, the first.
pub(super) fn credentials(property: Option<&Node>) -> Option<DeployText> {
    Alternatives::of(property).values.first().map(|node| text(node).text)
}
