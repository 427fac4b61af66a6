//! What of DynamoDB's answer the client is given.

use std::cell::OnceCell;

use keybound_vtl::java::regex;
use keybound_vtl::value::Text;

use crate::api::integration::ResponseCase;
use crate::api::{Action, Integration, MappingTemplate};
use crate::dynamodb::action::DataAction;
use crate::render::skeleton::{HoleUse, MemberName, Place, Skeleton, Slot};
use crate::render::{Direction, Term, TermId, Terms, rendered};

/// Whether the client is given a member of DynamoDB's answer as it is, where the request succeeds; without integration
/// responses it is given nothing.
pub fn passes_on(integration: &Integration, member: &str) -> bool {
    let Some(success) = success(integration) else { return false };
    success.templates.is_empty()
        || success.templates.iter().any(|template| prints_whole(integration, template, member))
}

/// What DynamoDB's answer to an integration can have. Another service's may have anything.
/// Source: the responses and errors of the actions in the DynamoDB API reference.
pub struct Answer<'a> {
    integration: &'a Integration,
    action: Option<DataAction>,
    /// Whether it has the attributes of what is written. Requests are rendered for it, so only where somebody asks.
    has_attributes: OnceCell<bool>,
}

impl<'a> Answer<'a> {
    /// The answer to an integration.
    pub fn of(integration: &'a Integration) -> Self {
        let action = match &integration.action {
            Action::Named(name) => DataAction::from_name(name),
            _ => None,
        };
        Self { integration, action, has_attributes: OnceCell::new() }
    }

    /// Whether it can have what a term reads.
    pub fn can_have(&self, terms: &Terms, id: TermId) -> bool {
        let Some(action) = self.action else { return true };
        let mut todo = vec![id];
        while let Some(id) = todo.pop() {
            if let Term::Member(of, member) = terms.get(id)
                && *terms.get(*of) == Term::Payload
                && !self.may_hold(action, member)
            {
                return false;
            }
            todo.extend(terms.parts(id));
        }
        true
    }

    /// Whether it can have a member of this name.
    fn may_hold(&self, action: DataAction, member: &str) -> bool {
        const ERRORS: [&str; 5] = ["__type", "CancellationReasons", "Item", "Message", "message"];
        let own: &[&str] = match action {
            DataAction::GetItem => &[],
            DataAction::PutItem | DataAction::UpdateItem | DataAction::DeleteItem
                if member == "Attributes" =>
            {
                return *self.has_attributes.get_or_init(|| returns_values(self.integration));
            }
            DataAction::PutItem | DataAction::UpdateItem | DataAction::DeleteItem => {
                &["ItemCollectionMetrics"]
            }
            DataAction::Query | DataAction::Scan => &["Count", "Items", "LastEvaluatedKey", "ScannedCount"],
            DataAction::ExecuteStatement => &["Items", "LastEvaluatedKey", "NextToken"],
            // What batches and transactions answer is many operations' together.
            _ => return true,
        };
        own.contains(&member) || member == "ConsumedCapacity" || ERRORS.contains(&member)
    }
}

/// Whether some request of an integration may ask for the attributes of what it writes.
fn returns_values(integration: &Integration) -> bool {
    integration.request_templates.is_empty()
        || integration.request_templates.iter().any(|template| {
            let Some(skeleton) = rendered(integration, template, Direction::Request) else { return true };
            let asks = |name: &MemberName| match name.path.as_slice() {
                [Slot::Member(name)] => &**name == "ReturnValues",
                [Slot::OpenMember(_)] => true,
                _ => false,
            };
            let is_open = |hole: &HoleUse| {
                hole.path.len() <= 1 && matches!(hole.place, Place::Structure | Place::Whole | Place::Text)
            };
            !skeleton.undecided.is_empty()
                || skeleton.names.iter().any(asks)
                || skeleton.uses.iter().any(is_open)
        })
}

/// The response that a status of 200 selects.
fn success(integration: &Integration) -> Option<&ResponseCase> {
    let selected = integration.responses.iter().find(|response| {
        let pattern = response.selection_pattern.as_deref().filter(|pattern| !pattern.is_empty());
        pattern.is_some_and(|pattern| regex::matches(pattern, &Text::new("200")) == Ok(true))
    });
    let is_default =
        |response: &&ResponseCase| response.selection_pattern.as_deref().unwrap_or_default().is_empty();
    selected.or_else(|| integration.responses.iter().find(is_default))
}

fn prints_whole(integration: &Integration, template: &MappingTemplate, member: &str) -> bool {
    rendered(integration, template, Direction::Response)
        .is_some_and(|skeleton| skeleton.uses.iter().any(|hole| is_whole(&skeleton, hole.term, member)))
}

/// Whether a term is the answer, or this member of it, as JSON.
fn is_whole(skeleton: &Skeleton, term: TermId, member: &str) -> bool {
    let terms = &skeleton.terms;
    match terms.get(term) {
        Term::Body | Term::Payload => true,
        Term::JsonText(of) | Term::Applied(_, of) => is_whole(skeleton, *of, member),
        Term::Member(of, name) => name == member && matches!(terms.get(*of), Term::Payload | Term::Parsed(_)),
        _ => false,
    }
}
