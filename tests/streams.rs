//! Where output goes, and what happens when nobody reads it.

use std::io::Read;
use std::process::Stdio;

use crate::command::{Scratch, UNSAFE, process};

fn many() -> Scratch {
    let scratch = Scratch::new();
    for number in 0..400 {
        scratch.write(&format!("{number:03}/request.vtl"), UNSAFE);
    }
    scratch
}

#[test]
fn a_broken_pipe_is_no_error() {
    let scratch = many();
    for format in ["text", "concise", "json", "sarif"] {
        let mut child = process(scratch.path(), &["lint", "--format", format])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // The reader goes away after one byte; there is far more than a pipe holds.
        child.stdout.take().unwrap().read_exact(&mut [0]).unwrap();
        let output = child.wait_with_output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{format}: {err}");
        assert!(!err.contains("error:") && !err.contains("panic"), "{format}: {err}");
    }
}

#[test]
fn findings_are_on_standard_output_and_nothing_else_is() {
    let scratch = Scratch::with(&[("request.vtl", UNSAFE)]);
    let done = scratch.run(&["lint", ".", "missing"]);
    assert!(done.out.contains("error[unescaped-input]") && !done.out.contains("missing"), "{}", done.out);
    assert!(
        done.err.contains("missing: no such file") && !done.err.contains("unescaped-input"),
        "{}",
        done.err
    );
}

#[test]
fn no_escape_sequences_into_a_pipe_unless_asked() {
    let scratch = Scratch::with(&[("request.vtl", UNSAFE)]);
    assert!(!scratch.run(&["lint"]).out.contains('\u{1b}'));
    assert!(!scratch.run(&["lint", "--color", "never"]).out.contains('\u{1b}'));
    assert!(scratch.run(&["lint", "--color", "always"]).out.contains('\u{1b}'));
}

#[test]
fn runs_are_the_same_whatever_thread_is_first() {
    let scratch = many();
    let first = scratch.run(&["lint", "--format", "json"]);
    for _ in 0..3 {
        assert_eq!(scratch.run(&["lint", "--format", "json"]).out, first.out);
    }
}
