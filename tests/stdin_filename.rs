//! `--stdin-filename NAME`: standard input as the content of a file, for editors.

use crate::command::{Done, SAFE, Scratch, UNSAFE, root, run_with};
use crate::exit_status::openapi;

fn given(scratch: &Scratch, name: &str, more: &[&str], text: &str) -> Done {
    let args = [&["lint", "--format", "json", "--stdin-filename", name], more].concat();
    run_with(scratch.path(), &args, text.as_bytes())
}

/// The lints, and the one file that they are found in.
fn found(done: &Done) -> (Vec<String>, Vec<String>) {
    let report = done.json();
    let findings = report["findings"].as_array().unwrap();
    let mut files: Vec<String> = findings.iter().map(|f| f["file"].as_str().unwrap().to_owned()).collect();
    files.dedup();
    (done.lints(), files)
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn what_is_given_is_read_and_not_what_is_written() {
    let scratch = Scratch::with(&[("api/request.vtl", SAFE), ("other.vtl", UNSAFE)]);
    let done = given(&scratch, "api/request.vtl", &[], UNSAFE);
    assert_eq!(found(&done), (names(&["unescaped-input"]), names(&["api/request.vtl"])));
    assert_eq!((done.status, &done.json()["files"]), (1, &1.into()));
    // The file need not be there yet; its name says what it is.
    let new = given(&scratch, "./api/new.vtl", &[], UNSAFE);
    assert_eq!(found(&new), (names(&["unescaped-input"]), names(&["api/new.vtl"])));
    let definition = given(&scratch, "api/api.yaml", &[], &openapi("when_no_match", SAFE));
    assert_eq!(found(&definition), (names(&["open-method", "passthrough"]), names(&["api/api.yaml"])));
    let other = given(&scratch, "api/template.txt", &["--action", "GetItem"], UNSAFE);
    assert_eq!(found(&other), (names(&["unescaped-input"]), names(&["api/template.txt"])));
    assert_eq!(given(&scratch, "values.yaml", &[], "a: {{ x }}").status, 0);
}

#[test]
fn it_is_as_if_it_were_there() {
    let scratch = Scratch::with(&[("keybound.yaml", "version: 1\nlint: { levels: { open-method: off } }\n")]);
    std::fs::create_dir_all(scratch.path().join(".git")).unwrap();
    std::fs::create_dir_all(scratch.path().join("api")).unwrap();
    let done = given(&scratch, "api/api.yaml", &[], &openapi("when_no_match", SAFE));
    assert_eq!(found(&done).0, names(&["passthrough"]));
    assert_eq!(
        found(&given(&scratch, "api/api.yaml", &["--no-config"], &openapi("never", SAFE))).0,
        names(&["open-method"])
    );
    // What it refers to is found beside it.
    let body = openapi("when_no_match", SAFE);
    scratch.write("api/body.yaml", &body);
    let stack = "Resources:\n  Api:\n    Type: AWS::ApiGateway::RestApi\n    Properties:\n      Body:\n        \
                 Fn::Transform: { Name: AWS::Include, Parameters: { Location: ./body.yaml } }\n";
    let included = given(&scratch, "api/new-stack.yaml", &[], stack);
    assert_eq!(found(&included), (names(&["passthrough"]), names(&["api/body.yaml"])));
    // And it is held against its rules.
    let rules = std::fs::read_to_string(root().join("examples/links/keybound.yaml")).unwrap();
    let template = std::fs::read_to_string(root().join("examples/links/template.yaml")).unwrap();
    scratch.write("keybound.yaml", rules);
    assert_eq!(given(&scratch, "api/template.yaml", &[], &template).lints(), names(&[]));
    let broken = given(&scratch, "api/template.yaml", &[], &template.replace("owner_id = :owner", "id = id"));
    assert_eq!(broken.status, 1);
}

#[test]
fn rules_are_told_what_is_wrong_with_them() {
    let scratch = Scratch::with(&[("keybound.yaml", "version: 1\n")]);
    let done = given(
        &scratch,
        "keybound.yaml",
        &[],
        "version: 2\nlint: { levels: { open-methods: off } }\ngrant: []\n",
    );
    assert_eq!(done.status, 2);
    for said in
        ["[keybound.yaml:1:10]", "[keybound.yaml:2:19]", "[keybound.yaml:3:1]", "did you mean `open-method`?"]
    {
        assert!(done.err.contains(said), "{said}: {}", done.err);
    }
    assert_eq!(given(&scratch, "keybound.yaml", &[], "version: 1\nlint: {}\n").status, 0);
}

#[test]
fn bad_input_is_told() {
    let scratch = Scratch::with(&[("request.vtl", SAFE)]);
    for (name, more, said) in [
        ("no/such/request.vtl", &[][..], "no/such/request.vtl: lies in no directory that there is"),
        ("..", &[], "..: is no name of a file"),
        ("request.vtl", &["request.vtl"], "cannot be used with"),
        ("request.vtl", &["--changed-since", "HEAD"], "is in no git repository"),
    ] {
        let done = given(&scratch, name, more, UNSAFE);
        assert_eq!((done.status, done.out.as_str()), (2, ""), "{name}");
        assert!(done.err.contains(said), "{name}: {}", done.err);
    }
    let done = run_with(scratch.path(), &["lint", "--stdin-filename", "a.vtl"], b"\xff");
    assert_eq!(done.status, 2);
    assert!(done.err.contains("standard input: is not UTF-8 after byte 0"), "{}", done.err);
    let broken = given(&scratch, "api.yaml", &[], "x-amazon-apigateway-integration: [");
    assert_eq!(broken.status, 2);
    assert!(broken.err.contains("[api.yaml:"), "{}", broken.err);
}
