//! Which integrations the same words write, where `for_each`, `count` or calls of a module make several of one block.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::api::{Action, Integration};
use crate::source::{HostSpan, SourceFile};

use super::resource::Resource;
use super::value::{Kind, Value};

/// Which words make integrations that are not alike.
#[derive(Default)]
pub(super) struct Sharing {
    /// By where the resources are declared: what they call and whether they have templates.
    kinds: HashMap<(usize, HostSpan), HashSet<Likeness>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Likeness {
    /// It calls DynamoDB and has request templates.
    Templated,
    /// It calls DynamoDB and has none.
    Bare,
    /// It calls something else.
    Other,
    /// The deployment decides, for as many as it decides.
    Open,
}

impl Sharing {
    /// Adds a resource and the integrations that it is.
    pub(super) fn add(&mut self, resource: &Resource, read: &[Integration]) {
        let is_text = |value: &Value| matches!(value.kind, Kind::Text(_));
        let kind = resource.attribute("type").or_else(|| resource.attribute("integration_type"));
        let templates = resource.attribute("request_templates").map(Value::members).unwrap_or_default();
        let is_settled = kind.is_some_and(is_text)
            && read.iter().all(|integration| matches!(integration.action, Action::Named(_)))
            && templates.iter().any(|(_, template)| is_text(template));
        let likeness = match read.first() {
            _ if resource.is_many && !is_settled => Likeness::Open,
            None => Likeness::Other,
            Some(first) if first.request_templates.is_empty() => Likeness::Bare,
            Some(_) => Likeness::Templated,
        };
        self.kinds.entry(place(&resource.file, resource.span)).or_default().insert(likeness);
    }

    /// Whether the words of an integration make others that are not like it, or may.
    pub(super) fn is_shared(&self, integration: &Integration) -> bool {
        let kinds = self.kinds.get(&place(&integration.file, integration.span));
        kinds.is_some_and(|kinds| kinds.len() > 1 || kinds.contains(&Likeness::Open))
    }
}

fn place(file: &Arc<SourceFile>, span: HostSpan) -> (usize, HostSpan) {
    (Arc::as_ptr(file) as usize, span)
}
