//! Small configurations of our own, one file a subject.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use keybound_vtl::Span;

use crate::api::{Integration, MappingTemplate};
use crate::source::{SourceFile, parse_documents};

use super::{ParsedFile, Surroundings};

mod json;
mod laws;
mod method;
mod over;
mod plan;
mod role;
mod text;

/// Reads the directory of the first of these files; the others are what it may read.
fn read_files(files: &[(&str, &str)]) -> Vec<Integration> {
    let files: BTreeMap<PathBuf, Arc<SourceFile>> = files
        .iter()
        .map(|(path, text)| (PathBuf::from(path), Arc::new(SourceFile::new(*path, *text))))
        .collect();
    let list = |directory: &Path| {
        let own = files.values().filter(|file| file.path().parent() == Some(directory));
        let terraform = own.filter(|file| super::Syntax::of(file.path()).is_some());
        Some(Arc::new(terraform.map(|file| ParsedFile::parse(Arc::clone(file)).unwrap()).collect::<Vec<_>>()))
    };
    let load = |path: &Path| files.get(path).cloned();
    super::read(list(Path::new("")).unwrap(), &Surroundings { load: &load, list: &list })
}

fn read(text: &str) -> Vec<Integration> {
    read_files(&[("main.tf", text)])
}

fn read_plan(text: &str) -> Vec<Integration> {
    let file = Arc::new(SourceFile::new("plan.json", text));
    let documents = parse_documents(&file);
    assert_eq!(documents.errors, []);
    assert!(super::plan::is_plan(&documents.roots[0]));
    super::plan::read(&documents.roots[0], &file, &|_| None)
}

fn only(integrations: Vec<Integration>) -> Integration {
    let count = integrations.len();
    let [integration] = integrations.try_into().unwrap_or_else(|_| panic!("{count} integrations"));
    integration
}

/// An integration around the value of its one template, with other blocks beside it.
fn with_template(value: &str, beside: &str) -> String {
    format!(
        "resource \"aws_api_gateway_integration\" \"get\" {{
  resource_id = \"r\"
  http_method = \"GET\"
  type = \"AWS\"
  uri = \"arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem\"
  request_templates = {{ \"application/json\" = {value} }}
}}
{beside}"
    )
}

/// The one template with this value.
fn template(value: &str, beside: &str) -> MappingTemplate {
    template_of(&with_template(value, beside), &[])
}

fn template_of(main: &str, files: &[(&str, &str)]) -> MappingTemplate {
    let all: Vec<(&str, &str)> = [("main.tf", main)].into_iter().chain(files.iter().copied()).collect();
    let [template] = only(read_files(&all)).request_templates.try_into().expect("one template");
    template
}

/// A template's text with its placeholders in brackets.
fn written(template: &MappingTemplate) -> String {
    crate::api::deploy_text::as_written(&template.text)
}

/// What stands in the host file for a part of a template, which must be found there exactly once.
fn host_of<'t>(template: &'t MappingTemplate, part: &str) -> &'t str {
    let found: Vec<_> = template.text.text().match_indices(part).collect();
    let [(at, _)] = found.as_slice() else { panic!("{part:?} is {} times in the template", found.len()) };
    let (place, exact) = template.host.locate(Span::of(*at, at + part.len()));
    assert!(exact, "{part:?} has an exact place");
    template.host.file.slice(place)
}
