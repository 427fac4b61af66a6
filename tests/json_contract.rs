//! The members of `lint --format json`, which programs rely on.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::command::{Scratch, UNSAFE, root, run};

fn names(object: &Json) -> BTreeSet<&str> {
    object.as_object().expect("an object").keys().map(String::as_str).collect()
}

fn includes(object: &Json, wanted: &[&str]) {
    let names = names(object);
    let missing: Vec<&&str> = wanted.iter().filter(|name| !names.contains(**name)).collect();
    assert!(missing.is_empty(), "{missing:?} are not in {names:?}");
}

fn is_text_or_null(value: &Json) -> bool {
    value.is_string() || value.is_null()
}

#[test]
fn a_report_is_one_line_with_everything_in_it() {
    let done = run(&["lint", "--format", "json", "examples/careless"]);
    assert_eq!(done.status, 1);
    assert_eq!(done.err, "", "nothing but findings in machine formats");
    assert_eq!(done.out.lines().count(), 1);
    let report = done.json();
    assert_eq!(report["version"], 1);
    assert_eq!((&report["files"], &report["integrations"]), (&Json::from(3), &Json::from(8)));
    let findings = report["findings"].as_array().expect("findings");
    assert!(!findings.is_empty());
    for finding in findings {
        includes(
            finding,
            &[
                "lint",
                "severity",
                "confidence",
                "message",
                "file",
                "line",
                "column",
                "end_line",
                "end_column",
                "route",
                "content_type",
                "action",
                "table",
                "fingerprint",
                "related",
                "fix",
                "proof",
            ],
        );
        assert!(["error", "warning", "note"].contains(&finding["severity"].as_str().expect("a word")));
        assert!(["proven", "possible"].contains(&finding["confidence"].as_str().expect("a word")));
        for name in ["route", "content_type", "action", "table"] {
            assert!(is_text_or_null(&finding[name]), "{name}: {finding}");
        }
        assert!(finding["related"].is_array(), "{finding}");
        if let Some(fix) = finding["fix"].as_object() {
            assert_eq!(fix.keys().collect::<Vec<_>>(), ["safety", "message", "edits"]);
            let edits = fix["edits"].as_array().expect("edits");
            assert!(
                !edits.is_empty() && edits.iter().all(|edit| edit["replacement"].is_string()),
                "{finding}"
            );
        }
        let proof = &finding["proof"];
        if !proof.is_null() {
            includes(proof, &["caller", "request", "rendered", "injected", "assumes"]);
            includes(&proof["request"], &["method", "path", "query", "headers", "body"]);
            assert!(proof["assumes"].as_array().expect("a list").iter().all(Json::is_string));
        }
    }
}

/// The byte at which a line and a column in code points begin.
fn offset(text: &str, line: u64, column: u64) -> usize {
    let before: usize =
        text.split_inclusive('\n').take(usize::try_from(line).unwrap() - 1).map(str::len).sum();
    let rest = &text[before..];
    let columns = usize::try_from(column).unwrap() - 1;
    before + rest.char_indices().nth(columns).map_or(rest.len(), |(at, _)| at)
}

#[test]
fn places_are_lines_columns_and_bytes_of_the_same_text() {
    let report = run(&["lint", "--format", "json", "examples/careless"]).json();
    for finding in report["findings"].as_array().expect("findings") {
        let file = finding["file"].as_str().expect("a path");
        let text = std::fs::read_to_string(root().join(file)).expect("the file");
        let number = |name: &str| finding[name].as_u64().expect("a number");
        let (start, end) =
            (usize::try_from(number("start")).unwrap(), usize::try_from(number("end")).unwrap());
        assert_eq!(start, offset(&text, number("line"), number("column")), "{finding}");
        assert_eq!(end, offset(&text, number("end_line"), number("end_column")), "{finding}");
        assert!(start < end && text.is_char_boundary(start) && text.is_char_boundary(end));
    }
}

#[test]
fn columns_count_code_points() {
    let scratch = Scratch::with(&[("request.vtl", &format!("#* \u{e9}\u{1f511} *#{UNSAFE}"))]);
    let report = scratch.run(&["lint", "--format", "json"]).json();
    let finding = &report["findings"][0];
    let before = "#* xx *#".len() + UNSAFE.find("$input").unwrap();
    assert_eq!(finding["column"], before + 1);
    assert_eq!(finding["start"], before + "\u{e9}\u{1f511}".len() - 2);
}

#[test]
fn what_the_client_put_there_is_marked_in_the_text() {
    let report = run(&["lint", "--format", "json", "examples/careless"]).json();
    let mut proofs = 0;
    for finding in report["findings"].as_array().expect("findings") {
        let Some(text) = finding["proof"]["rendered"]["text"].as_str() else { continue };
        proofs += 1;
        let ranges = finding["proof"]["injected"].as_array().expect("ranges");
        // Where the template alone is at fault there is no plain rendering beside, and nothing of the client's to mark; nor
        // is there where the client left something out.
        let left_out = finding["lint"] == "no-validator";
        assert!(!ranges.is_empty() || finding["proof"]["benign"].is_null() || left_out, "{finding}");
        for range in ranges {
            let at = |index: usize| usize::try_from(range[index].as_u64().expect("a number")).unwrap();
            assert!(text.get(at(0)..at(1)).is_some_and(|part| !part.is_empty()), "{range} of {text}");
        }
        let json = serde_json::from_str::<Json>(text).ok();
        assert_eq!(finding["proof"]["rendered"]["json"], json.unwrap_or_default());
    }
    assert!(proofs > 3);
}

#[test]
fn fingerprints_are_unique_and_survive_a_move() {
    let prints = |text: &str| -> Vec<String> {
        let scratch = Scratch::with(&[("request.vtl", text)]);
        let report = scratch.run(&["lint", "--format", "json"]).json();
        let findings = report["findings"].as_array().expect("findings").clone();
        findings.iter().map(|finding| finding["fingerprint"].as_str().expect("a text").to_owned()).collect()
    };
    let two =
        r#"{"TableName": "T", "Key": {"a": {"S": "$input.params('a')"}, "b": {"S": "$input.params('b')"}}}"#;
    let before = prints(two);
    assert_eq!(before.iter().collect::<BTreeSet<_>>().len(), 2);
    assert_eq!(prints(&format!("## a line more\n\n{two}")), before);
}
