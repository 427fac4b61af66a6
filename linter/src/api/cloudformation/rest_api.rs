//! APIs that are defined by an OpenAPI document: `AWS::ApiGateway::RestApi` and `AWS::ApiGatewayV2::Api` with
//! `Body`, SAM's `AWS::Serverless::Api` and `AWS::Serverless::HttpApi` with `DefinitionBody` or `DefinitionUri`.

use crate::api::{Integration, RestKind, openapi};
use crate::source::Node;

use super::body::{self, Document};
use super::alternatives::Alternatives;
use super::include::Includes;
use super::serverless::Auth;
use super::stack::{Resource, Stack};
use super::value::{literal, texts};

/// The DynamoDB integrations of an API's definition; none for other resources and definitions that are not at hand.
pub(super) fn integrations(
    stack: &Stack<'_>,
    api: &Resource<'_>,
    includes: &Includes<'_>,
) -> Vec<Integration> {
    let (kind, globals) = match api.kind {
        "AWS::ApiGateway::RestApi" => (RestKind::Rest, None),
        "AWS::ApiGatewayV2::Api" => (RestKind::Http, None),
        "AWS::Serverless::Api" => (RestKind::Rest, stack.globals("Api")),
        "AWS::Serverless::HttpApi" => (RestKind::Http, stack.globals("HttpApi")),
        _ => return Vec::new(),
    };
    let property = |name: &str| api.property(name).or_else(|| globals?.get(name));
    let auth = Auth::of(api.property("Auth"), globals.and_then(|globals| globals.get("Auth")));
    let binary = [globals.and_then(|globals| globals.get("BinaryMediaTypes")), api.property("BinaryMediaTypes")];
    // SAM writes the slash of a media type as in a JSON pointer.
    let binary: Vec<String> =
        binary.into_iter().flat_map(texts).map(|media_type| media_type.replace("~1", "/")).collect();

    let mut found = Vec::new();
    for document in documents(api, &property, includes) {
        for mut integration in openapi::read(&document.root, &document.file) {
            integration.kind = kind;
            for media_type in &binary {
                if !integration.binary_media_types.contains(media_type) {
                    integration.binary_media_types.push(media_type.clone());
                }
            }
            // SAM puts its `Auth` into a definition that it holds; it refuses any other together with `Auth`.
            if document.inline && api.kind.starts_with("AWS::Serverless::") {
                auth.apply(&mut integration, &document.root);
            }
            found.push(integration);
        }
    }
    found
}

fn documents<'a>(
    api: &Resource<'a>,
    property: &dyn Fn(&str) -> Option<&'a Node>,
    includes: &Includes<'_>,
) -> Vec<Document> {
    if let Some(body) = api.property("Body").or_else(|| api.property("DefinitionBody")) {
        return body::documents(body, api.file, includes);
    }
    Alternatives::of(property("DefinitionUri"))
        .values
        .into_iter()
        .filter_map(|location| includes.load(&literal(location)?, api.file))
        .map(|included| Document { file: included.file, root: included.root, inline: false })
        .collect()
}
