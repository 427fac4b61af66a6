//! `--baseline` and `--write-baseline`: old findings are left out, new ones are shown.

use std::fs;

use crate::command::{Done, SAFE, Scratch, UNSAFE, root};

const WRITE: [&str; 4] = ["lint", "--baseline", "baseline.json", "--write-baseline"];

fn known(scratch: &Scratch) -> Done {
    scratch.run(&["lint", "--baseline", "baseline.json", "--format", "json"])
}

/// A copy of the careless examples.
fn careless() -> Scratch {
    let scratch = Scratch::new();
    for file in ["links/template.yaml", "orders/api.yaml", "profile/put-profile-request.vtl"] {
        scratch.write(file, fs::read(root().join("examples/careless").join(file)).unwrap());
    }
    scratch
}

#[test]
fn what_was_there_is_left_out_and_counted() {
    let scratch = careless();
    let all = scratch.run(&["lint", "--format", "json"]).lints();
    let written = scratch.run(&WRITE);
    assert_eq!((written.status, written.out.as_str()), (0, ""));
    assert!(
        written.err.starts_with(&format!("wrote baseline.json: {} findings\n", all.len())),
        "{}",
        written.err
    );
    let again = known(&scratch);
    assert_eq!((again.lints().len(), again.status, again.err.as_str()), (0, 0, ""));
    assert_eq!(again.json()["baselined"], all.len());
    let summary = scratch.run(&["lint", "--baseline", "baseline.json"]);
    assert!(summary.err.contains(&format!("; {} in the baseline", all.len())), "{}", summary.err);
    // The same findings give the same bytes, from wherever they are seen.
    let text = fs::read_to_string(scratch.path().join("baseline.json")).unwrap();
    assert_eq!(scratch.run(&WRITE).status, 0);
    assert_eq!(fs::read_to_string(scratch.path().join("baseline.json")).unwrap(), text);
    let inside = scratch.path().join("orders");
    let from_inside =
        crate::command::run_in(&inside, &["lint", "--baseline", "../baseline.json", "--format", "json"]);
    assert_eq!((from_inside.lints().len(), from_inside.status), (0, 0), "{}", from_inside.err);
}

#[test]
fn moving_lines_changes_nothing_and_something_new_is_shown() {
    let scratch = careless();
    scratch.run(&WRITE);
    let path = scratch.path().join("orders/api.yaml");
    let text = fs::read_to_string(&path).unwrap();
    let moved = format!("# one\n# two\n{}", text.replace("    put:", "\n\n    put:"));
    fs::write(&path, &moved).unwrap();
    assert_eq!((known(&scratch).lints().len(), known(&scratch).err.as_str()), (0, ""));
    // Another member in the place of the one that was known.
    let other = moved.replacen("$input.path('$.note')", "$input.path('$.comment')", 1);
    assert_ne!(other, moved);
    fs::write(&path, &other).unwrap();
    let done = known(&scratch);
    assert!(done.lints().contains(&"unescaped-input".to_owned()), "{}", done.out);
    assert_eq!(done.status, 1);
    assert!(done.err.contains("no finding any more in baseline.json"), "{}", done.err);
    assert!(done.err.contains("  orders/api.yaml: unescaped-input: body member `$.note`"), "{}", done.err);
    // A second one that is just like the first.
    fs::write(&path, &text).unwrap();
    scratch.write("request.vtl", UNSAFE);
    assert_eq!(known(&scratch).lints(), ["unescaped-input"]);
}

#[test]
fn two_that_are_equal_count_as_two() {
    let twice = r#"{"TableName": "Orders", "Key": {"id": {"S": "$input.params('id')"}, "sk": {"S": "$input.params('id')"}}}"#;
    let scratch = Scratch::with(&[("request.vtl", UNSAFE)]);
    scratch.run(&WRITE);
    scratch.write("request.vtl", twice);
    let done = known(&scratch);
    assert_eq!((done.lints().len(), done.status), (1, 1), "{}", done.out);
    scratch.write("request.vtl", SAFE);
    let done = known(&scratch);
    assert_eq!((done.lints().len(), done.status), (0, 0));
    assert!(done.err.starts_with("note: 1 entry has no finding any more in baseline.json"), "{}", done.err);
}

#[test]
fn nothing_is_written_over_by_accident() {
    let scratch = Scratch::with(&[("request.vtl", UNSAFE), ("api.json", "{\"openapi\": \"3.0.1\"}")]);
    let done = scratch.run(&["lint", "--baseline", "api.json", "--write-baseline"]);
    assert_eq!(done.status, 2);
    assert!(
        done.err.contains("is no baseline: unknown field `openapi`") && done.err.contains("[api.json:1:"),
        "{}",
        done.err
    );
    assert_eq!(fs::read_to_string(scratch.path().join("api.json")).unwrap(), "{\"openapi\": \"3.0.1\"}");
    // The findings of a run that failed would be some of them.
    let done = scratch.run(&["lint", "request.vtl", "gone.yaml", "--baseline", "b.json", "--write-baseline"]);
    assert_eq!(done.status, 2);
    assert!(done.err.contains("b.json is not written, for the run failed"), "{}", done.err);
    assert!(!scratch.path().join("b.json").exists());
    assert_eq!(scratch.run(&["lint", "--write-baseline"]).status, 2);
    let elsewhere = scratch.run(&["lint", "--baseline", "no/such/b.json", "--write-baseline"]);
    assert_eq!(elsewhere.status, 2);
    assert!(elsewhere.err.contains("no/such/b.json: cannot be written"), "{}", elsewhere.err);
}

#[test]
fn a_baseline_that_cannot_be_read_fails_and_hides_nothing() {
    let scratch = Scratch::with(&[("request.vtl", UNSAFE)]);
    let missing = known(&scratch);
    assert_eq!((missing.status, missing.lints().len()), (2, 1));
    assert!(missing.err.contains("baseline.json: cannot be read"), "{}", missing.err);
    assert!(missing.err.contains("--write-baseline"), "{}", missing.err);
    for text in
        ["", "[]", "{\"version\": 2, \"findings\": []}", "{\"version\": 1, \"findings\": [{}]}", "\u{0}"]
    {
        scratch.write("baseline.json", text);
        let broken = known(&scratch);
        assert_eq!((broken.status, broken.lints().len()), (2, 1), "{text}");
        assert!(
            broken.err.contains("is no baseline: ") && broken.err.contains("[baseline.json:"),
            "{text}: {}",
            broken.err
        );
    }
    scratch.write("baseline.json", [0xff, 0xfe]);
    assert_eq!(known(&scratch).status, 2);
    fs::remove_file(scratch.path().join("baseline.json")).unwrap();
    fs::create_dir(scratch.path().join("baseline.json")).unwrap();
    assert_eq!(known(&scratch).status, 2);
}
