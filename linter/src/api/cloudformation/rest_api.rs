//! APIs that are defined by an OpenAPI document: `AWS::ApiGateway::RestApi` and `AWS::ApiGatewayV2::Api` with
//! `Body`, SAM's `AWS::Serverless::Api` and `AWS::Serverless::HttpApi` with `DefinitionBody` or `DefinitionUri`.

use crate::api::openapi::{self, Context};
use crate::api::{Integration, RestKind};
use crate::source::Node;

use super::alternatives::Alternatives;
use super::assets::Assets;
use super::authorization::with_key;
use super::body::{self, Document};
use super::include::Includes;
use super::serverless::Auth;
use super::stack::{Resource, Stack};
use super::value::{literal, texts};

/// The DynamoDB integrations of an API's definition; none for other resources and definitions that are not at hand.
pub(super) fn integrations(
    stack: &Stack<'_>,
    api: &Resource<'_>,
    includes: &Includes<'_>,
    assets: &Assets,
) -> Vec<Integration> {
    let (kind, globals) = match api.kind {
        "AWS::ApiGateway::RestApi" => (RestKind::Rest, None),
        "AWS::ApiGatewayV2::Api" => (RestKind::Http, None),
        "AWS::Serverless::Api" => (RestKind::Rest, stack.globals("Api")),
        "AWS::Serverless::HttpApi" => (RestKind::Http, stack.globals("HttpApi")),
        _ => return Vec::new(),
    };
    let global = |name: &str| globals.and_then(|globals| globals.get(name));
    let binary_media_types: Vec<String> = [global("BinaryMediaTypes"), api.property("BinaryMediaTypes")]
        .into_iter()
        .flat_map(texts)
        // SAM writes the slash of a media type as in a JSON pointer.
        .map(|media_type| media_type.replace("~1", "/"))
        .collect();
    let is_sam = api.kind.starts_with("AWS::Serverless::");
    let auth = is_sam.then(|| Auth::of(api.property("Auth"), global("Auth"), api.file));
    let mut found = Vec::new();
    for document in
        documents(api, api.property("DefinitionUri").or_else(|| global("DefinitionUri")), includes, assets)
    {
        // SAM puts its `Auth` into a definition that it holds; it refuses any other together with `Auth`.
        let auth = auth.as_ref().filter(|_| document.inline);
        let context = Context {
            kind,
            default_authorization: auth.and_then(|auth| auth.default.clone()),
            authorizers: auth.map(|auth| auth.authorizers.as_slice()).unwrap_or_default(),
            binary_media_types: &binary_media_types,
            loader: includes.loader(),
        };
        for mut integration in openapi::read(&document.root, &document.file, &context) {
            if let Some(auth) = auth {
                if let Some(lambda) = auth.lambda(&integration.authorization) {
                    integration.authorizer = Some(lambda);
                }
                integration.authorization = with_key(integration.authorization, auth.key);
            }
            found.push(integration);
        }
    }
    found
}

fn documents(
    api: &Resource<'_>,
    uri: Option<&Node>,
    includes: &Includes<'_>,
    assets: &Assets,
) -> Vec<Document> {
    if let Some(body) = api.property("Body").or_else(|| api.property("DefinitionBody")) {
        return body::documents(body, api.file, includes);
    }
    let uploaded = api.property("BodyS3Location").and_then(|location| location.get("Key"));
    if let Some(included) = uploaded.and_then(|key| assets.load(key, api.file, includes)) {
        return vec![Document { file: included.file, root: included.root, inline: false }];
    }
    Alternatives::of(uri)
        .values
        .into_iter()
        .filter_map(|location| includes.load(&literal(location)?, api.file))
        .map(|included| Document { file: included.file, root: included.root, inline: false })
        .collect()
}
