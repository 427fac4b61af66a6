//! What of DynamoDB's answer the client is given.

use std::sync::Arc;

use keybound_vtl::java::regex;
use keybound_vtl::parse::parse;
use keybound_vtl::value::Text;

use crate::api::integration::ResponseCase;
use crate::api::{Integration, MappingTemplate};
use crate::render::skeleton::Skeleton;
use crate::render::{self, Direction, Setting, Term, TermId};

/// Whether the client is given a member of DynamoDB's answer as it is, where the request succeeds; without integration
/// responses it is given nothing.
pub fn passes_on(integration: &Integration, member: &str) -> bool {
    let Some(success) = success(integration) else { return false };
    success.templates.is_empty()
        || success.templates.iter().any(|template| prints_whole(integration, template, member))
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
