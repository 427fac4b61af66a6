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

/// A method of a stack in JSON, open to anyone, with this metadata.
fn stack(metadata: &str) -> String {
    format!(
        r#"{{"Resources": {{
  "Links": {{"Type": "AWS::ApiGateway::Method", {metadata}
    "Properties": {{"HttpMethod": "GET", "AuthorizationType": "NONE", "Integration": {{
      "Type": "AWS", "Uri": "arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem", "PassthroughBehavior": "NEVER",
      "RequestTemplates": {{"application/json": "{}"}}}}}}}},
  "Other": {{"Type": "AWS::ApiGateway::Method",
    "Properties": {{"HttpMethod": "GET", "AuthorizationType": "NONE", "Integration": {{
      "Type": "AWS", "Uri": "arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem", "PassthroughBehavior": "NEVER",
      "RequestTemplates": {{"application/json": "{}"}}}}}}}}
}}}}"#,
        UNSAFE.replace('"', "\\\""),
        SAFE.replace('"', "\\\""),
    )
}

#[test]
fn metadata_covers_its_resource() {
    let plain = ["open-method", "unescaped-input", "open-method"];
    assert_eq!(lints("stack.json", &stack("")), found(&plain, 0, 1));
    let one =
        r#""Metadata": {"keybound": {"ignore": [{"lint": "unescaped-input", "reason": "digits only"}]}},"#;
    assert_eq!(lints("stack.json", &stack(one)), found(&["open-method", "open-method"], 1, 1));
    let both = r#""Metadata": {"aws": 1, "keybound": {"ignore": [{"lint": "unescaped-input", "reason": "digits only"},
        {"lint": "open-method", "reason": "public"}]}},"#;
    assert_eq!(lints("stack.json", &stack(both)), found(&["open-method"], 2, 1));
    // YAML has it too.
    assert_eq!(lints("stack.yaml", &stack(both)), found(&["open-method"], 2, 1));
}

#[test]
fn metadata_that_covers_nothing_is_reported() {
    for (ignore, said) in [
        (
            r#"{"ignore": [{"lint": "bare-input", "reason": "x"}]}"#,
            "no finding of `bare-input` is in this resource",
        ),
        (
            r#"{"ignore": [{"lint": "unescaped-inputs", "reason": "x"}]}"#,
            "there is no lint `unescaped-inputs`",
        ),
        (
            r#"{"ignore": [{"lint": "unused-suppression", "reason": "x"}]}"#,
            "`unused-suppression` cannot be suppressed",
        ),
        (r#"{"ignore": [{"lint": "open-method"}]}"#, "gives no reason"),
        (r#"{"ignore": [{"lint": "open-method", "reason": " - "}]}"#, "gives no reason"),
        (r#"{"ignore": [{"lint": "open-method", "reason": null}]}"#, "gives no reason"),
        (r#"{"ignore": [{"reason": "x"}]}"#, "names no lint"),
        (r#"{"ignore": ["open-method"]}"#, "names no lint"),
        (r#"{"ignore": "open-method"}"#, "must be a list"),
        (r#"{"ignore": []}"#, "must be a list"),
        (r#"{"ignores": [{"lint": "open-method", "reason": "x"}]}"#, "has members beside `ignore`"),
        (r#"["open-method"]"#, "has no member `ignore`"),
    ] {
        let scratch =
            Scratch::with(&[("stack.json", &stack(&format!("\"Metadata\": {{\"keybound\": {ignore}}},")))]);
        let done = scratch.run(&["lint", "--format", "json"]);
        let report = done.json();
        let unused: Vec<&str> = report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|finding| finding["lint"] == "unused-suppression")
            .map(|finding| finding["message"].as_str().unwrap())
            .collect();
        assert_eq!(unused.len(), 1, "{ignore}: {unused:?}");
        assert!(unused[0].contains(said), "{ignore}: {unused:?}");
        assert_eq!((&report["suppressed"], done.lints().len()), (&0.into(), 4), "{ignore}");
    }
    let more = r#""Metadata": {"keybound": {"ignore": [{"lint": "open-method", "reason": "public", "until": "2030"}]}},"#;
    assert_eq!(
        lints("stack.json", &stack(more)).0.iter().filter(|lint| *lint == "unused-suppression").count(),
        1
    );
}

#[test]
fn no_ignores_shows_everything() {
    let metadata = r#""Metadata": {"keybound": {"ignore": [{"lint": "unescaped-input", "reason": "digits only"},
        {"lint": "bare-input", "reason": "of no use"}]}},"#;
    let scratch = Scratch::with(&[
        ("a/request.vtl", &format!("## keybound: ignore[unescaped-input] ids are digits here\n{UNSAFE}")),
        ("b/stack.json", &stack(metadata)),
        (
            "c/api.yaml",
            &openapi("never", SAFE).replacen(
                "    get:",
                "    # keybound: ignore[open-method] x\n    get:",
                1,
            ),
        ),
    ]);
    let names = |args: &[&str]| {
        let done = scratch.run(&[&["lint", "--format", "json"], args].concat());
        (done.lints(), done.json()["suppressed"].as_u64().unwrap())
    };
    assert_eq!(names(&[]), found_names(&["open-method", "unused-suppression", "open-method"], 3));
    let all = ["unescaped-input", "open-method", "unescaped-input", "open-method", "open-method"];
    assert_eq!(names(&["--no-ignores"]), found_names(&all, 0));
}

fn found_names(names: &[&str], suppressed: u64) -> (Vec<String>, u64) {
    let (names, suppressed, _) = found(names, suppressed, 0);
    (names, suppressed)
}
