//! The Lambda authorizer of a method, as far as its cache goes.

use std::sync::Arc;

use crate::source::{HostSpan, SourceFile};

/// Seconds for which API Gateway keeps an authorizer's answer where the definition says nothing. Source: the API
/// Gateway reference, `authorizerResultTtlInSeconds`.
pub const DEFAULT_TTL: u32 = 300;

/// A Lambda authorizer of a REST API.
#[derive(Clone, Debug)]
pub struct Authorizer {
    /// The file.
    pub file: Arc<SourceFile>,
    /// Its name's place.
    pub span: HostSpan,
    /// Its name in the definition.
    pub name: String,
    /// Whether it is of type `REQUEST`: then answers are kept by its identity sources, otherwise by the token.
    pub is_request: bool,
    /// Seconds for which an answer is kept; none where the deployment decides.
    pub ttl: Option<u32>,
    /// The identity sources, `method.request.header.Authorization`; none where the deployment decides.
    pub identity: Option<Vec<String>>,
}

/// The sources in a list that is one text.
pub(super) fn sources(text: &str) -> Vec<String> {
    text.split(',').map(|source| source.trim().to_owned()).filter(|source| !source.is_empty()).collect()
}
