//! Paths and verbs: which method an integration belongs to, and what its path is.

use crate::api::deploy_text::as_written;
use crate::api::resource_path::from_last;

use super::resource::{Resource, Resources};
use super::value::Value;

/// The longest chain of parents that is followed. API Gateway's own limit on a path is far below.
const MAX_SEGMENTS: usize = 128;

/// A method's resource and verb, the same however they are referred to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct MethodKey {
    pub(super) resource: String,
    pub(super) verb: String,
}

/// The resource and verb that a resource of any kind names.
pub(super) fn method_key(resources: &Resources, resource: &Resource) -> Option<MethodKey> {
    Some(MethodKey {
        resource: identity(resources, resource.attribute("resource_id")?),
        verb: identity(resources, resource.attribute("http_method")?).to_uppercase(),
    })
}

/// A text that is the same for values that are surely the same.
pub(super) fn identity(resources: &Resources, value: &Value) -> String {
    let value = resources.followed(value);
    match value.target() {
        Some(target) => match resources.get(&target.resource) {
            Some(found) => format!("{}|{}.{}", found.address.module, found.name, target.attribute),
            None => as_written(&value.to_text().text),
        },
        None => as_written(&value.to_text().text),
    }
}

/// The verb, where it is known.
pub(super) fn verb(resources: &Resources, resource: &Resource) -> Option<String> {
    Some(resources.followed(resource.attribute("http_method")?).literal()?.to_uppercase())
}

/// The full path that a `resource_id` means: `/orders/{orderId}`. What the deployment decides of it is written as
/// `${name}`, also where the chain leaves the configuration. None where the chain has no end.
pub(super) fn path(resources: &Resources, resource_id: &Value) -> Option<String> {
    let mut segments = Vec::new();
    let mut at = resources.followed(resource_id);
    loop {
        let written = as_written(&at.to_text().text);
        let is_root = written
            .trim_end_matches('}')
            .rsplit('.')
            .next()
            .is_some_and(|end| end.ends_with("root_resource_id"));
        if is_root {
            break;
        }
        let found = at.target().filter(|target| target.attribute == "id");
        let found = found.and_then(|target| resources.get(&target.resource));
        match found.map(|resource| (resource, resource.address.kind.as_str())) {
            Some((resource, "aws_api_gateway_resource")) => {
                if segments.len() == MAX_SEGMENTS {
                    return None;
                }
                let part = resources.followed(resource.attribute("path_part")?);
                segments.push(as_written(&part.to_text().text));
                at = resources.followed(resource.attribute("parent_id")?);
            }
            Some((resource, "data.aws_api_gateway_resource")) if resource.attribute("path").is_some() => {
                let path = resource.attribute("path").map(|path| as_written(&path.to_text().text))?;
                segments.extend(path.split('/').rev().filter(|part| !part.is_empty()).map(str::to_owned));
                break;
            }
            _ => {
                segments.push(written);
                break;
            }
        }
    }
    Some(from_last(segments))
}
