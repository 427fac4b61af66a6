//! What the examples show, word for word.

use crate::command::run;

#[test]
fn findings_as_printed() {
    let done = run(&["lint", "examples/careless"]);
    assert_eq!(done.status, 1);
    insta::assert_snapshot!("lint_examples", format!("{}{}", done.out, done.err));
}

#[test]
fn nothing_is_found_where_nothing_is_wrong() {
    let report = run(&["lint", "--format", "json", "examples/orders", "examples/links"]).json();
    assert_eq!(report["integrations"], 15);
    assert_eq!(report["suppressed"], 0);
    assert_eq!(report["undecided"], 0);
    for finding in report["findings"].as_array().expect("findings") {
        // The rules say that anyone may follow a link.
        assert_eq!(finding["lint"], "open-method", "{finding}");
        assert_eq!(finding["route"], "GET /l/{id}", "{finding}");
    }
}

#[test]
fn every_finding_of_the_examples_is_proven() {
    let report = run(&["lint", "--format", "json", "examples/careless"]).json();
    for finding in report["findings"].as_array().expect("findings") {
        // A note may rest on what nobody has recorded; then it says so.
        let assumes = finding["proof"]["assumes"].as_array().is_some_and(|all| !all.is_empty());
        let is_noted = finding["severity"] == "note" && assumes;
        assert!(finding["confidence"] == "proven" || is_noted, "{finding}");
    }
}
