//! The examples, and small changes of them that make them wrong.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

/// A clean example.
pub(crate) struct Example {
    /// Its directory.
    pub(crate) directory: &'static str,
    /// The definition in it.
    pub(crate) definition: &'static str,
}

pub(crate) const EXAMPLES: [Example; 2] = [
    Example { directory: "examples/orders", definition: "api.yaml" },
    Example { directory: "examples/links", definition: "template.yaml" },
];

/// One change of an example.
pub(crate) struct Mutation {
    pub(crate) name: String,
    /// Where, if it is in one integration.
    pub(crate) route: Option<String>,
    edits: Vec<Edit>,
}

struct Edit {
    file: String,
    replace: String,
    with: String,
}

/// The repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// All changes of the repository's table.
pub(crate) fn mutations() -> Vec<Mutation> {
    let text = fs::read_to_string(root().join("tests/mutations.json")).unwrap();
    let all: Vec<Json> = serde_json::from_str(&text).unwrap();
    all.iter().map(Mutation::of).collect()
}

impl Mutation {
    fn of(written: &Json) -> Self {
        let text = |of: &Json, name: &str| of[name].as_str().unwrap_or_default().to_owned();
        let edit = |edit: &Json| Edit {
            file: text(edit, "file"),
            replace: text(edit, "replace"),
            with: text(edit, "with"),
        };
        Self {
            name: text(written, "name"),
            route: written["route"].as_str().map(str::to_owned),
            edits: written["edits"].as_array().unwrap().iter().map(edit).collect(),
        }
    }

    /// The example that it changes.
    pub(crate) fn example(&self) -> &'static Example {
        let of = |example: &&Example| self.edits.iter().all(|edit| edit.file.starts_with(example.directory));
        EXAMPLES.iter().find(of).unwrap()
    }

    /// A file of the example as it is with the change.
    pub(crate) fn changed(&self, file: &str) -> String {
        let file = format!("{}/{file}", self.example().directory);
        let mut text = fs::read_to_string(root().join(&file)).unwrap();
        for edit in self.edits.iter().filter(|edit| edit.file == file) {
            assert_eq!(
                text.matches(&edit.replace).count(),
                1,
                "{}: what is replaced stands there once",
                self.name
            );
            text = text.replace(&edit.replace, &edit.with);
        }
        text
    }
}
