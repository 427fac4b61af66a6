//! `docs/lints`: the lints' own pages, and an index of them. `KEYBOUND_UPDATE=1` writes them anew.

use std::collections::BTreeMap;
use std::fs;

use keybound_linter::lints::LINTS;

use crate::command::root;

/// The folder's files by name, as they should be.
fn expected() -> BTreeMap<String, String> {
    let mut files: BTreeMap<String, String> =
        LINTS.iter().map(|lint| (format!("{}.md", lint.info.name), page(lint.info.page))).collect();
    let mut index = String::from(
        "# Lints\n\n\
         `keybound explain` prints this list, `keybound explain LINT` a page. Each page is part of the lint's source and\n\
         is copied here by a test; its examples are linted by another.\n\n\
         | lint | severity | reports that |\n|---|---|---|\n",
    );
    for lint in LINTS {
        let info = lint.info;
        let summary = info.summary.replace('|', "\\|");
        index.push_str(&format!("| [{0}]({0}.md) | {1} | {summary} |\n", info.name, info.severity.word()));
    }
    files.insert("README.md".to_owned(), index);
    files
}

/// A page as a file. The info strings of its examples are for the test that lints them; a reader's tools want the
/// language alone.
fn page(page: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in page.trim_end().lines() {
        let language = line.strip_prefix("```").and_then(|info| info.split(',').next());
        lines.push(language.map_or_else(|| line.to_owned(), |language| format!("```{language}")));
    }
    lines.join("\n") + "\n"
}

#[test]
fn pages_are_those_of_the_lints() {
    let folder = root().join("docs/lints");
    let expected = expected();
    if std::env::var_os("KEYBOUND_UPDATE").is_some_and(|value| value == "1") {
        _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("the folder");
        for (name, text) in &expected {
            fs::write(folder.join(name), text).expect("a page");
        }
    }
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(&folder).expect("docs/lints; KEYBOUND_UPDATE=1 makes it") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        found.insert(name, fs::read_to_string(&path).expect("a page"));
    }
    let hint = "KEYBOUND_UPDATE=1 cargo test --test keybound lint_pages";
    assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>(), "run {hint}");
    for (name, text) in &expected {
        assert!(found.get(name) == Some(text), "docs/lints/{name} is stale; run {hint}");
    }
}
