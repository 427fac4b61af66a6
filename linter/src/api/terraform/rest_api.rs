//! APIs that are defined by an OpenAPI document: `body` of `aws_api_gateway_rest_api` and `aws_apigatewayv2_api`.

use std::sync::Arc;

use crate::api::openapi::{self, Context};
use crate::api::{Integration, RestKind};

use super::document;
use super::evaluate::Loader;
use super::method::texts;
use super::resource::Resource;
use super::value::Value;

/// The DynamoDB integrations of an API's definition.
pub(super) fn integrations(loader: Loader<'_>, api: &Resource) -> Vec<Integration> {
    let kind = if api.address.kind == "aws_apigatewayv2_api" { RestKind::Http } else { RestKind::Rest };
    let binary_media_types = texts(api.attribute("binary_media_types"));
    let mut found = Vec::new();
    for body in api.attribute("body").into_iter().flat_map(Value::choices) {
        let Some(document) = body.as_text().and_then(|text| document::parsed(&text)) else { continue };
        let context = Context { kind, binary_media_types: &binary_media_types, loader, ..Context::default() };
        let extents = document.root.extents();
        found.extend(openapi::read(&document.root, &document.file, &context).into_iter().map(|mut read| {
            if let Some(extent) = extents.get(&read.span) {
                read.origin.parts.push((Arc::clone(&read.file), *extent));
            }
            read
        }));
    }
    found
}
