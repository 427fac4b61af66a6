//! Small changes to the two clean examples, each of which makes one wrong: the right lint says so, with a proof, and
//! nothing else does.
//!
//! `mutations.json` is the table: what is changed (each text stands in its file once), the lints of which one must say
//! so, `also` what is true besides, and why. It was written before the lints were, by reading the rules, and corrected
//! where reading was wrong.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::command::{root, run};

/// Lints that have nothing to show: one says that nothing could be shown.
const WITHOUT_PROOF: [&str; 1] = ["unproved-route"];

fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
    }
}

fn texts(list: &Value) -> BTreeSet<&str> {
    list.as_array().map(|list| list.iter().map(|text| text.as_str().unwrap()).collect()).unwrap_or_default()
}

/// What is wrong with how a mutation is reported, if anything is.
fn complaint(mutation: &Value) -> Option<String> {
    let name = mutation["name"].as_str().unwrap();
    let directory = tempfile::tempdir().unwrap();
    let examples = directory.path().join("examples");
    for edit in mutation["edits"].as_array().unwrap() {
        let file = edit["file"].as_str().unwrap();
        let path = directory.path().join(file);
        if !path.exists() {
            let example = Path::new(file).parent().unwrap();
            copied(&root().join(example), &directory.path().join(example));
        }
        let text = fs::read_to_string(&path).unwrap();
        let (old, new) = (edit["replace"].as_str().unwrap(), edit["with"].as_str().unwrap());
        assert_eq!(text.matches(old).count(), 1, "{name}: {file} has this not once:\n{old}");
        fs::write(&path, text.replace(old, new)).unwrap();
    }
    let done = run(&["lint", "--format", "json", examples.to_str().unwrap()]);
    if done.status == 2 {
        return Some(format!("{name}: exits with {}\n{}", done.status, done.err));
    }
    let report = done.json();
    let findings: Vec<&Value> = report["findings"].as_array().unwrap().iter().collect();
    let (expected, also) = (texts(&mutation["expect"]), texts(&mutation["also"]));
    let shown = findings.iter().any(|finding| {
        let lint = finding["lint"].as_str().unwrap();
        let is_there = mutation["route"].is_null()
            || finding["route"].is_null()
            || finding["route"] == mutation["route"];
        expected.contains(lint)
            && is_there
            && (finding["confidence"] == "proven" || WITHOUT_PROOF.contains(&lint))
    });
    let others: Vec<&str> = findings
        .iter()
        .filter(|finding| finding["severity"] != "note")
        .map(|finding| finding["lint"].as_str().unwrap())
        .filter(|lint| !expected.contains(lint) && !also.contains(lint))
        .collect();
    let told = || findings.iter().map(|f| format!("  {} {}: {}", f["lint"], f["route"], f["message"]));
    match (shown, others.is_empty()) {
        (true, true) => None,
        (false, _) => {
            Some(format!("{name}: none of {expected:?} is shown\n{}", told().collect::<Vec<_>>().join("\n")))
        }
        (true, false) => {
            Some(format!("{name}: {others:?} as well\n{}", told().collect::<Vec<_>>().join("\n")))
        }
    }
}

#[test]
fn each_small_mistake_is_shown_by_its_lint_and_by_no_other() {
    let text = fs::read_to_string(root().join("tests/mutations.json")).unwrap();
    let mutations: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert!(mutations.len() >= 30, "a table of {}", mutations.len());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let complaints: Vec<String> = std::thread::scope(|scope| {
        let parts = mutations.chunks(mutations.len().div_ceil(threads));
        let running: Vec<_> =
            parts.map(|part| scope.spawn(|| part.iter().filter_map(complaint).collect::<Vec<_>>())).collect();
        running.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert!(complaints.is_empty(), "{} of {}\n{}", complaints.len(), mutations.len(), complaints.join("\n"));
}

#[test]
fn names_are_unique() {
    let text = fs::read_to_string(root().join("tests/mutations.json")).unwrap();
    let mutations: Vec<Value> = serde_json::from_str(&text).unwrap();
    let names: BTreeSet<&str> = mutations.iter().map(|mutation| mutation["name"].as_str().unwrap()).collect();
    assert_eq!(names.len(), mutations.len());
}
