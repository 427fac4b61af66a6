//! From files to findings: what is read together, counted once, and given in the same order every time.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by panicking")]

use std::path::{Path, PathBuf};

use keybound_linter::analysis::{self, Settings};
use keybound_linter::finding::Run;

const DEFINITION: &str = "openapi: 3.0.1
paths:
  /orders/{id}:
    get:
      x-amazon-apigateway-integration:
        type: aws
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem
        passthroughBehavior: never
        requestTemplates:
          application/json: '{\"TableName\": \"T\", \"Key\": {\"id\": {\"S\": \"$input.params(''id'')\"}}}'
";

/// A template that includes the definition, as an API of this type.
fn including(definition: &str, kind: &str) -> String {
    format!(
        "Resources:\n  Api:\n    Type: {kind}\n    Properties:\n      DefinitionBody:
        Fn::Transform: {{ Name: 'AWS::Include', Parameters: {{ Location: {definition} }} }}\n"
    )
}

const REST: &str = "AWS::Serverless::Api";
/// Such an API runs no templates.
const HTTP: &str = "AWS::Serverless::HttpApi";

fn directory(files: &[(&str, &str)]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = directory.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    directory
}

/// Each finding with its file, line and lint.
fn found(run: &Run, under: &Path) -> Vec<(String, usize, &'static str)> {
    let place = |finding: &keybound_linter::finding::Finding| {
        let path = finding.file.path().strip_prefix(under).unwrap().to_str().unwrap().to_owned();
        (path, finding.file.position(finding.span.start).line, finding.lint)
    };
    run.findings.iter().map(place).collect()
}

fn run(paths: &[PathBuf]) -> Run {
    analysis::run(paths, &Settings::default())
}

#[test]
fn a_definition_that_a_template_includes_counts_once_and_as_the_template_has_it() {
    let including = including("parts/api.yaml", HTTP);
    let directory = directory(&[("parts/api.yaml", DEFINITION), ("template.yaml", &including)]);
    let root = directory.path();
    let finding = |line: usize, lint: &'static str| ("parts/api.yaml".to_owned(), line, lint);
    let included = [finding(10, "no-effect-template")];

    let whole = run(&[root.to_owned()]);
    assert_eq!((whole.files, whole.integrations), (2, 1));
    assert_eq!(found(&whole, root), included);

    let alone = run(&[root.join("parts")]);
    assert_eq!(found(&alone, root), [finding(4, "open-method"), finding(10, "unescaped-input")]);

    // In whatever order and however often the files are named.
    let [template, definition] = ["template.yaml", "parts/api.yaml"].map(|name| root.join(name));
    for paths in [vec![template.clone(), definition.clone()], vec![definition, template, root.to_owned()]] {
        let named = run(&paths);
        assert_eq!((named.files, named.integrations), (2, 1), "{paths:?}");
        assert_eq!(found(&named, root), included, "{paths:?}");
    }
}

#[test]
fn a_definition_that_several_templates_include_is_judged_for_each() {
    let (rest, http) = (including("api.yaml", REST), including("api.yaml", HTTP));
    for (first, second) in [(&rest, &http), (&http, &rest), (&rest, &rest)] {
        let directory = directory(&[("api.yaml", DEFINITION), ("a.yaml", first), ("b.yaml", second)]);
        let run = run(&[directory.path().to_owned()]);
        assert_eq!((run.files, run.integrations), (3, 1));
        let lints: Vec<_> = found(&run, directory.path()).into_iter().map(|(.., lint)| lint).collect();
        let expected: &[&str] = match first == second {
            true => &["open-method", "unescaped-input"],
            false => &["open-method", "no-effect-template", "unescaped-input"],
        };
        assert_eq!(lints, expected);
    }
}

#[test]
fn findings_come_in_the_order_of_files_and_places_every_time() {
    let names: Vec<String> = (0..40).rev().map(|n| format!("d{}/api-{n}.yaml", n % 7)).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), DEFINITION)).collect();
    let directory = directory(&files);
    let first = found(&run(&[directory.path().to_owned()]), directory.path());
    assert_eq!(first.len(), 80);
    let by_path = |(path, line, _): &(String, usize, &str)| (PathBuf::from(path), *line);
    assert!(first.is_sorted_by_key(by_path), "{first:?}");
    let mut paths: Vec<PathBuf> = names.iter().map(|name| directory.path().join(name)).collect();
    assert_eq!(found(&run(&paths), directory.path()), first);
    paths.reverse();
    assert_eq!(found(&run(&paths), directory.path()), first);
}

#[test]
fn a_file_that_cannot_be_read_loses_no_other() {
    let broken = "x-amazon-apigateway-integration: {";
    let directory = directory(&[("a.yaml", DEFINITION), ("b.yaml", broken), ("c/d.yaml", DEFINITION)]);
    let run = run(&[directory.path().to_owned(), directory.path().join("missing.yaml")]);
    assert_eq!((run.integrations, run.errors.len(), run.findings.len()), (2, 2, 4));
}

#[test]
fn a_text_that_two_content_types_share_is_spoken_of_once() {
    let shared = DEFINITION.replace("application/json: '", "application/json: &one '").trim_end().to_owned()
        + "\n          text/plain: *one\n";
    let directory = directory(&[("api.yaml", &shared)]);
    let run = run(&[directory.path().to_owned()]);
    let found = found(&run, directory.path());
    let injections: Vec<_> = found.iter().filter(|(_, _, lint)| *lint == "unescaped-input").collect();
    assert_eq!(injections.len(), 1, "{found:?}");
}
