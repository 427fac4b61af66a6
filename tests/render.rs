//! `keybound render`: one template, and cases in bulk.

use serde_json::{Value as Json, json};

use crate::command::{Done, Scratch, root, run_in, run_with};

fn answers(done: &Done) -> Vec<Json> {
    done.out.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
}

fn jsonl(cases: &[Json]) -> Done {
    let lines: String = cases.iter().map(|case| format!("{case}\n")).collect();
    run_with(root(), &["render", "--jsonl"], lines.as_bytes())
}

#[test]
fn a_template_with_a_request() {
    let scratch = Scratch::with(&[
        ("put.vtl", "$input.params('id') $input.path('$.a.b') $context.stage $stageVariables.t\n"),
        (
            "request.json",
            r#"{"path": {"id": "a\"b"}, "body": "{\"a\": {\"b\": [1]}}", "context": {"stage": "prod"},
               "stageVariables": {"t": "T"}}"#,
        ),
    ]);
    let done = scratch.run(&["render", "put.vtl", "--request", "request.json"]);
    assert_eq!((done.status, done.out.as_str(), done.err.as_str()), (0, "a\"b [1] prod T\n", ""));
}

#[test]
fn without_a_request_everything_is_empty() {
    let scratch = Scratch::with(&[("x.vtl", "[$input.params('id')|$input.body]")]);
    assert_eq!(scratch.run(&["render", "x.vtl"]).out, "[|{}]");
}

#[test]
fn standard_input_is_a_template_too() {
    let done = run_with(root(), &["render", "-"], b"#foreach($i in [1..3])$i#end");
    assert_eq!((done.status, done.out.as_str()), (0, "123"));
}

#[test]
fn failures_say_where() {
    let scratch = Scratch::with(&[
        ("open.vtl", "ok\n#if(true) x"),
        ("cut.vtl", "\n$input.body.substring(5, 9)"),
        ("x.vtl", "x"),
        ("request.json", r#"{"bdy": ""}"#),
        ("no.json", "{"),
    ]);
    for (args, said) in [
        (&["render", "open.vtl"][..], "open.vtl:2:"),
        (&["render", "cut.vtl"], "cut.vtl:2:"),
        (&["render", "missing.vtl"], "missing.vtl: cannot be read: "),
        (&["render", "x.vtl", "--request", "request.json"], "a request has no member `bdy`"),
        (&["render", "x.vtl", "--request", "no.json"], "no.json: this is no JSON: "),
    ] {
        let done = scratch.run(args);
        assert_eq!((done.status, done.out.as_str()), (2, ""), "{args:?}");
        assert!(done.err.contains(said), "{args:?}: {}", done.err);
    }
}

/// Whether an answer is what a vector expects.
fn agrees(case: &Json, answer: &Json) -> bool {
    let expected = &case["expected"];
    if case["compare"] == "error" {
        return answer["out"].is_null()
            && expected["phase"].as_str().is_none_or(|phase| answer["phase"] == phase);
    }
    assert_eq!(case["compare"], "exact", "{}", case["id"]);
    answer["out"] == *expected
}

#[test]
fn every_vector_in_bulk() {
    let text = std::fs::read_to_string(root().join("vtl/tests/own.json")).expect("the vectors");
    let cases: Vec<Json> = serde_json::from_str(&text).expect("JSON");
    assert_eq!(cases.len(), 506);
    let done = jsonl(&cases);
    assert_eq!((done.status, done.err.as_str()), (0, ""));
    let answers = answers(&done);
    assert_eq!(answers.len(), cases.len());
    for (case, answer) in cases.iter().zip(&answers) {
        assert_eq!(case["id"], answer["id"]);
        assert!(agrees(case, answer), "{case}\n{answer}");
    }
}

#[test]
fn an_answer_is_out_or_error_and_phase() {
    let done = jsonl(&[
        json!({"id": 1, "template": "$input.body", "request": {"body": "b"}}),
        json!({"id": "two", "template": "#if("}),
        json!({"id": [3], "template": "$input.body.substring(9)"}),
        json!({"id": null, "template": "x", "vars": {"unused": {"a": [1, 2.5, null, true]}}}),
    ]);
    let answers = answers(&done);
    assert_eq!(done.status, 0, "a template that fails is an answer");
    assert_eq!(answers[0], json!({"id": 1, "out": "b"}));
    assert_eq!((&answers[1]["id"], &answers[1]["phase"]), (&json!("two"), &json!("parse")));
    assert_eq!((&answers[2]["id"], &answers[2]["phase"]), (&json!([3]), &json!("render")));
    assert!(answers[1]["error"].as_str().is_some_and(|why| !why.is_empty()));
    assert_eq!(answers[3], json!({"id": null, "out": "x"}));
}

#[test]
fn a_case_that_is_none_is_2_and_the_others_are_answered() {
    let input =
        b"{\"id\": 1, \"template\": \"a\"}\nnonsense\n\n{\"id\": 2}\n{\"id\": 3, \"template\": \"c\"}";
    let done = run_with(root(), &["render", "--jsonl"], input);
    assert_eq!(done.status, 2);
    let answers = answers(&done);
    assert_eq!(answers.len(), 4);
    assert_eq!(answers[0], json!({"id": 1, "out": "a"}));
    assert_eq!((&answers[1]["id"], &answers[1]["phase"]), (&json!(null), &json!("case")));
    assert_eq!(answers[2]["error"], "`template` is missing");
    assert_eq!(answers[3], json!({"id": 3, "out": "c"}));
}

#[test]
fn no_input_is_no_answer() {
    let done = run_in(root(), &["render", "--jsonl"]);
    assert_eq!((done.status, done.out.as_str(), done.err.as_str()), (0, "", ""));
}
