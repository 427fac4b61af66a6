//! Small templates of our own, one file a subject.

use std::path::Path;
use std::sync::Arc;

use keybound_vtl::Span;

use crate::api::{Integration, MappingTemplate};
use crate::source::{SourceFile, parse_documents};

mod authorizer;
mod choice;
mod include;
mod key_schema;
mod method;
mod nested;
mod places;
mod role;
mod serverless;
mod websocket;

/// Reads the first of these files as a template; the others are what it may include.
fn read_files(files: &[(&str, &str)]) -> Vec<Integration> {
    let files: Vec<Arc<SourceFile>> =
        files.iter().map(|(path, text)| Arc::new(SourceFile::new(*path, *text))).collect();
    let documents = parse_documents(&files[0]);
    assert_eq!(documents.errors, []);
    super::read(&documents.roots[0], &files[0], &|path: &Path| {
        files.iter().find(|file| file.path() == path).cloned()
    })
}

fn read(template: &str) -> Vec<Integration> {
    read_files(&[("template.yaml", template)])
}

fn read_one(template: &str) -> Integration {
    let [integration] = read(template).try_into().expect("one integration");
    integration
}

/// What stands in the host file for a part of a template, which must be found there exactly once.
fn host_of<'t>(template: &'t MappingTemplate, part: &str) -> &'t str {
    let found: Vec<_> = template.text.text().match_indices(part).collect();
    let [(at, _)] = found.as_slice() else { panic!("{part:?} is {} times in the template", found.len()) };
    let (place, exact) = template.host.locate(Span::of(*at, at + part.len()));
    assert!(exact, "{part:?} has an exact place");
    template.host.file.slice(place)
}

/// A placeholder's names in their order.
fn placeholders(text: &keybound_vtl::TemplateText) -> Vec<&str> {
    text.placeholders().iter().map(|placeholder| placeholder.name.as_str()).collect()
}
