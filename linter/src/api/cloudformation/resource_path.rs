//! The path of an `AWS::ApiGateway::Resource`, from the chain of its parents.

use crate::api::deploy_text::as_written;
use crate::api::resource_path::from_last;
use crate::source::Node;
use crate::source::intrinsic::source_of;

use super::alternatives::Alternatives;
use super::stack::{Resource, Stack};
use super::value::{Reference, reference, text};

/// The longest chain of parents that is followed. API Gateway's own limit on a path is far below.
const MAX_SEGMENTS: usize = 128;

/// The full path that a `ResourceId` means: `/orders/{orderId}`. A part that the deployment decides is written as
/// `${Name}`, also where the chain leaves the template. None where the chain has no end or cannot be read.
pub(super) fn path(stack: &Stack<'_>, resource_id: &Node) -> Option<String> {
    let mut segments = Vec::new();
    let mut at = resource_id;
    loop {
        let id = Alternatives::of(Some(at)).only()?;
        let target = reference(id);
        if target.as_ref().is_some_and(|target| target.attribute.as_deref() == Some("RootResourceId")) {
            break;
        }
        let Some(resource) = target.and_then(|target| api_resource(stack, &target)) else {
            segments.push(format!("${{{}}}", source_of(id)));
            break;
        };
        if segments.len() == MAX_SEGMENTS {
            return None;
        }
        segments.push(as_written(&text(resource.property("PathPart")?).text));
        at = resource.property("ParentId")?;
    }
    Some(from_last(segments))
}

fn api_resource<'s, 'a>(stack: &'s Stack<'a>, target: &Reference) -> Option<&'s Resource<'a>> {
    match target.attribute.as_deref() {
        None | Some("ResourceId") => stack.get_of_kind(&target.id, "AWS::ApiGateway::Resource"),
        Some(_) => None,
    }
}
