//! Comments that say to leave a finding.

use crate::command::{SAFE, Scratch, UNSAFE};
use crate::exit_status::openapi;

fn lints(name: &str, text: &str) -> (Vec<String>, u64, i32) {
    let scratch = Scratch::with(&[(name, text)]);
    let done = scratch.run(&["lint", "--format", "json"]);
    (done.lints(), done.json()["suppressed"].as_u64().expect("a count"), done.status)
}

fn found(names: &[&str], suppressed: u64, status: i32) -> (Vec<String>, u64, i32) {
    (names.iter().map(|name| (*name).to_owned()).collect(), suppressed, status)
}

#[test]
fn a_comment_in_a_template_covers_the_line_after_it() {
    let one = format!("## keybound: ignore[unescaped-input] ids are digits here\n{UNSAFE}");
    assert_eq!(lints("request.vtl", &one), found(&[], 1, 0));
    let far = format!("## keybound: ignore[unescaped-input] ids are digits here\n#set($x = 1)\n{UNSAFE}");
    assert_eq!(lints("request.vtl", &far), found(&["unused-suppression", "unescaped-input"], 0, 1));
}

#[test]
fn a_comment_needs_a_reason_and_the_lint() {
    let bare = format!("## keybound: ignore[unescaped-input]\n{UNSAFE}");
    assert_eq!(lints("request.vtl", &bare).0, ["unused-suppression", "unescaped-input"]);
    let other = format!("## keybound: ignore[bare-input] ids are digits here\n{UNSAFE}");
    assert_eq!(lints("request.vtl", &other).0, ["unused-suppression", "unescaped-input"]);
    let several = format!("## keybound: ignore[bare-input, unescaped-input] ids are digits here\n{UNSAFE}");
    assert_eq!(lints("request.vtl", &several), found(&["unused-suppression"], 1, 1));
}

#[test]
fn a_comment_in_yaml_covers_its_line_and_the_next() {
    let api = openapi("when_no_match", SAFE);
    let with = |place: &str, comment: &str| api.replacen(place, comment, 1);
    assert_eq!(lints("api.yaml", &api), found(&["open-method", "passthrough"], 0, 1));
    let above = with("    get:", "    # keybound: ignore[open-method] the list is public\n    get:");
    assert_eq!(lints("api.yaml", &above), found(&["passthrough"], 1, 1));
    let beside = with("when_no_match", "when_no_match # keybound: ignore[passthrough] for the importer");
    assert_eq!(lints("api.yaml", &beside), found(&["open-method"], 1, 1));
}

#[test]
fn the_summary_counts_them() {
    let text = format!("## keybound: ignore[unescaped-input] ids are digits here\n{UNSAFE}");
    let scratch = Scratch::with(&[("request.vtl", &text)]);
    let done = scratch.run(&["lint"]);
    assert_eq!((done.status, done.out.as_str()), (0, ""));
    assert_eq!(done.err, "no findings in 1 integration of 1 file; 1 suppressed\n");
}
