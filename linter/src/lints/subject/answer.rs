//! What of DynamoDB's answer the client is given.

use std::sync::Arc;

use keybound_vtl::java::regex;
use keybound_vtl::parse::parse;
use keybound_vtl::value::Text;

use crate::api::integration::ResponseCase;
use crate::api::{Action, Integration, MappingTemplate};
use crate::dynamodb::action::DataAction;
use crate::render::skeleton::{HoleUse, MemberName, Place, Skeleton, Slot};
use crate::render::{self, Direction, Setting, Term, TermId, Terms};

/// Whether the client is given a member of DynamoDB's answer as it is, where the request succeeds; without integration
/// responses it is given nothing.
pub fn passes_on(integration: &Integration, member: &str) -> bool {
    let Some(success) = success(integration) else { return false };
    success.templates.is_empty()
        || success.templates.iter().any(|template| prints_whole(integration, template, member))
}

/// Whether DynamoDB's answer can have what a term reads. Another service's may have anything.
/// Source: the responses and errors of the actions in the DynamoDB API reference.
pub fn can_answer(integration: &Integration, terms: &Terms, id: TermId) -> bool {
    let Action::Named(name) = &integration.action else { return true };
    let Some(action) = DataAction::from_name(name) else { return true };
    let mut todo = vec![id];
    while let Some(id) = todo.pop() {
        if let Term::Member(of, member) = terms.get(id)
            && *terms.get(*of) == Term::Payload
            && !may_hold(integration, action, member)
        {
            return false;
        }
        todo.extend(terms.parts(id));
    }
    true
}

/// Whether an answer of an action can have a member of this name.
fn may_hold(integration: &Integration, action: DataAction, member: &str) -> bool {
    const ERRORS: [&str; 5] = ["__type", "CancellationReasons", "Item", "Message", "message"];
    let own: &[&str] = match action {
        DataAction::GetItem => &[],
        DataAction::PutItem | DataAction::UpdateItem | DataAction::DeleteItem => {
            return match member {
                "Attributes" => returns_values(integration),
                _ => {
                    ["ConsumedCapacity", "ItemCollectionMetrics"].contains(&member)
                        || ERRORS.contains(&member)
                }
            };
        }
        DataAction::Query | DataAction::Scan => &["Count", "Items", "LastEvaluatedKey", "ScannedCount"],
        DataAction::ExecuteStatement => &["Items", "LastEvaluatedKey", "NextToken"],
        // What batches and transactions answer is many operations' together.
        _ => return true,
    };
    own.contains(&member) || member == "ConsumedCapacity" || ERRORS.contains(&member)
}

/// Whether some request of an integration may ask for the attributes of what it writes.
fn returns_values(integration: &Integration) -> bool {
    integration.request_templates.is_empty()
        || integration.request_templates.iter().any(|template| {
            let (tree, errors) = parse(&template.text);
            let setting = Setting::of(integration, template, Direction::Request);
            let skeleton = render::render(&template.text, &tree, &setting);
            let asks = |name: &MemberName| match name.path.as_slice() {
                [Slot::Member(name)] => &**name == "ReturnValues",
                [Slot::OpenMember(_)] => true,
                _ => false,
            };
            let is_open = |hole: &HoleUse| {
                hole.path.len() <= 1 && matches!(hole.place, Place::Structure | Place::Whole | Place::Text)
            };
            !errors.is_empty()
                || !skeleton.undecided.is_empty()
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
    let (tree, errors) = parse(&template.text);
    if !errors.is_empty() {
        return false;
    }
    let setting = Setting {
        direction: Direction::Response,
        path_parameters: None,
        channel: integration.channel(),
        body_model: None,
        trust: Arc::clone(&integration.trust),
    };
    let skeleton = render::render(&template.text, &tree, &setting);
    skeleton.uses.iter().any(|hole| is_whole(&skeleton, hole.term, member))
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
