//! Small services of our own, one file a subject.

use std::path::Path;
use std::sync::Arc;

use keybound_vtl::Span;
use keybound_vtl::template::PLACEHOLDER_CHAR;

use crate::api::{DeployText, Integration, MappingTemplate};
use crate::source::{SourceFile, parse_documents};

mod hostile;
mod places;
mod plugin;
mod variables;

/// Reads the first of these files as a service; the others are what it may name.
fn read_files(files: &[(&str, &str)]) -> Vec<Integration> {
    let files: Vec<Arc<SourceFile>> =
        files.iter().map(|(path, text)| Arc::new(SourceFile::new(*path, *text))).collect();
    let documents = parse_documents(&files[0]);
    assert_eq!(documents.errors, []);
    let root = &documents.roots[0];
    let loader = |path: &Path| files.iter().find(|file| file.path() == path).cloned();
    if super::is_service(root) {
        super::read(root, &files[0], &loader)
    } else {
        assert!(super::is_part(root, &files[0]));
        super::read_part(root, &files[0], &loader)
    }
}

fn read_one(service: &str) -> Integration {
    only(read_files(&[("serverless.yml", service)]))
}

fn only(integrations: Vec<Integration>) -> Integration {
    let [integration] = integrations.try_into().expect("one integration");
    integration
}

/// A service with this list of proxies.
fn with_proxies(proxies: &str) -> String {
    format!("service: orders\nprovider: {{name: aws}}\ncustom:\n  apiGatewayServiceProxies:\n{proxies}\n")
}

/// A service with one method, whose template is this.
fn with_template(head: &str, template: &str) -> String {
    format!(
        "service: orders\nprovider: {{name: aws}}\n{head}\nresources:\n  Resources:\n    Get:\n      Type: AWS::ApiGateway::Method\n      Properties:\n        HttpMethod: GET\n        Integration:\n          Type: AWS\n          Uri: arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem\n          RequestTemplates:\n            application/json: {template}\n"
    )
}

/// A text with `«name»` for each hole.
fn shown(text: &DeployText) -> String {
    let mut names = text.placeholders().iter().map(|placeholder| format!("«{}»", placeholder.name));
    text.text()
        .chars()
        .map(|c| if c == PLACEHOLDER_CHAR { names.next().unwrap_or_default() } else { c.to_string() })
        .collect()
}

/// The text of the first request template.
fn template(integration: &Integration) -> String {
    shown(&integration.request_templates.first().expect("a template").text)
}

/// What stands in the file for a part of a template, with the file's name and whether the place is exact.
fn place_of(template: &MappingTemplate, part: &str) -> (String, String, bool) {
    let at = template.text.text().find(part).expect("the part");
    let (place, exact) = template.host.locate(Span::of(at, at + part.len()));
    let file = &template.host.file;
    (file.path().display().to_string(), file.slice(place).to_owned(), exact)
}
