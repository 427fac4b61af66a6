//! What the examples show, word for word.

use crate::command::run;

#[test]
fn findings_as_printed() {
    let done = run(&["lint", "examples"]);
    assert_eq!(done.status, 1);
    insta::assert_snapshot!("lint_examples", format!("{}{}", done.out, done.err));
}

#[test]
fn every_finding_of_the_examples_is_proven() {
    let report = run(&["lint", "--format", "json", "examples"]).json();
    for finding in report["findings"].as_array().expect("findings") {
        assert_eq!(finding["confidence"], "proven", "{finding}");
    }
}
