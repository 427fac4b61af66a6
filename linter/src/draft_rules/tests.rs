//! Drafts of the examples, of real definitions and of hostile ones: all of them load.

mod hostile;
mod requests;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use keybound_shared::Rules;

use super::*;
use crate::analysis::distinct;
use crate::api::discovery::{Options, Unit, read_paths};
use crate::api::{cloudformation, openapi};
use crate::source::{SourceFile, parse_documents};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// What the rules of a draft are, which must load without an environment.
fn loaded(draft: &Draft) -> Rules {
    let loaded = Rules::load(&draft.text, &|_| None);
    let rules = loaded.unwrap_or_else(|problems| panic!("{problems:?}\n{}", draft.text)).rules;
    let written = rules.written();
    assert_eq!(
        (written.tables.len(), written.variables.len(), written.grants.len()),
        (draft.tables, draft.variables, draft.grants),
        "{}",
        draft.text
    );
    for todo in &draft.todos {
        let line = draft.text.lines().nth(todo.line - 1).unwrap();
        assert!(line.contains("# TODO: "), "{line:?} of {todo:?}");
    }
    rules
}

/// The draft of what a path of the repository or elsewhere holds; none where it holds no integration.
fn of_path(path: &Path) -> Option<Draft> {
    let units: Vec<Unit> =
        read_paths(&[path.to_owned()], &Options::default()).into_iter().flatten().collect();
    let integrations: Vec<_> = distinct(&units).into_iter().map(|(_, integration)| integration).collect();
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    (!integrations.is_empty()).then(|| draft(&integrations, vec![name]))
}

/// The draft of an OpenAPI definition.
fn of_openapi(text: &str) -> Draft {
    let file = Arc::new(SourceFile::new("api.json", text));
    let roots = parse_documents(&file).roots;
    let context = openapi::Context::default();
    let found: Vec<Integration> =
        roots.iter().flat_map(|root| openapi::read(root, &file, &context)).collect();
    draft(&found.iter().collect::<Vec<_>>(), vec!["api.json".to_owned()])
}

/// The draft of a CloudFormation template.
fn of_stack(text: &str) -> Draft {
    let file = Arc::new(SourceFile::new("stack.json", text));
    let roots = parse_documents(&file).roots;
    let found = roots.iter().flat_map(|root| cloudformation::read(root, &file, &|_| None));
    let found: Vec<Integration> = found.collect();
    draft(&found.iter().collect::<Vec<_>>(), vec!["stack.json".to_owned()])
}

#[test]
fn drafts_of_the_examples() {
    for name in
        ["orders/api.yaml", "links/template.yaml", "careless/orders/api.yaml", "careless/links/template.yaml"]
    {
        let draft = of_path(&root().join("examples").join(name)).unwrap();
        loaded(&draft);
        insta::assert_snapshot!(name.replace(['/', '.'], "_"), draft.text);
    }
}

#[test]
fn drafts_of_the_deployments_load() {
    for name in ["examples", "deploy", "deploy/sam", "deploy/orders", "examples/careless/profile"] {
        loaded(&of_path(&root().join(name)).unwrap());
    }
}

/// Real definitions lie beside the repository, where they lie at all; `KEYBOUND_CORPUS` names another folder.
#[test]
fn drafts_of_real_definitions_load() {
    let folder = std::env::var_os("KEYBOUND_CORPUS")
        .map_or_else(|| root().join("../shared/corpus/files"), PathBuf::from);
    if !folder.is_dir() {
        eprintln!("not run: there is no {}; KEYBOUND_CORPUS names another", folder.display());
        return;
    }
    let mut drafted = 0;
    let mut todo = vec![folder.clone()];
    while let Some(path) = todo.pop() {
        if path.is_dir() {
            todo.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if let Some(draft) = of_path(&path) {
            loaded(&draft);
            drafted += 1;
        }
    }
    loaded(&of_path(&folder).unwrap());
    println!("{drafted} definitions drafted");
    assert!(drafted > 0);
}
