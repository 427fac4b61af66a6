//! `keybound map`, with routes that a test tells it of.

use std::sync::Arc;

use super::{Outcome, keybound, unreadable};
use crate::cli::Status;
use crate::finding::{RouteVerdict, Run, Verdict};
use crate::source::{HostSpan, SourceFile};

const FORMATS: [&str; 3] = ["text", "json", "html"];

fn run(verdicts: &[Verdict]) -> Run {
    let route = |verdict: &Verdict| RouteVerdict {
        file: Arc::new(SourceFile::new("api.yaml", "paths: {}")),
        span: HostSpan::new(0, 5),
        route: Some("GET /orders".to_owned()),
        action: None,
        authorization: "anyone".to_owned(),
        rules: None,
        verdict: *verdict,
        closed_verbs: Vec::new(),
        accesses: Vec::new(),
        broken_by: Vec::new(),
        gaps: Vec::new(),
        rests_on: Vec::new(),
    };
    Run { routes: verdicts.iter().map(route).collect(), files: 1, ..Run::default() }
}

fn map(run: Run, args: &[&str]) -> Outcome {
    keybound(run, &[&["map"], args].concat(), "", false)
}

/// The exit status by the worst verdict; the same in every format.
#[test]
fn exit_status() {
    use Verdict::{Broken, Closed, Proved, Undecided, Unjudged};
    let table: [(&[Verdict], Status); 6] = [
        (&[], Status::Clean),
        (&[Proved, Closed, Unjudged], Status::Clean),
        (&[Proved, Broken], Status::Findings),
        (&[Undecided, Proved], Status::Findings),
        (&[Closed], Status::Clean),
        (&[Unjudged], Status::Clean),
    ];
    for (verdicts, status) in table {
        for format in FORMATS {
            assert_eq!(map(run(verdicts), &["--format", format]).status, status, "{format} {verdicts:?}");
        }
    }
}

#[test]
fn a_failure_loses_no_routes() {
    for format in FORMATS {
        let failed = Run { errors: vec![unreadable()], ..run(&[Verdict::Proved]) };
        let outcome = map(failed, &["--format", format, "--quiet"]);
        assert_eq!(outcome.status, Status::Failed);
        assert!(
            outcome.out.contains("GET /orders") || outcome.out.contains("GET <wbr>/orders"),
            "{}",
            outcome.out
        );
        assert_eq!(outcome.err, "error: gone.yaml: cannot be read\n");
    }
}

#[test]
fn only_the_map_is_on_standard_output() {
    let text = map(run(&[Verdict::Proved, Verdict::Broken]), &[]);
    assert!(text.out.starts_with("GET /orders: proved\napi.yaml:1 (anyone)\n"), "{}", text.out);
    assert_eq!(text.err, "2 routes: 1 proved, 1 broken\n");
    for args in [&["--quiet"][..], &["--format", "json"], &["--format", "html"]] {
        assert_eq!(map(run(&[Verdict::Proved]), args).err, "", "{args:?}");
    }
    let none = map(run(&[]), &[]);
    assert_eq!((none.out.as_str(), none.status), ("", Status::Clean));
    assert_eq!(none.err, "note: no integration with DynamoDB was found\n0 routes\n");
}

/// How to get verdicts is said once, and not to those who want none.
#[test]
fn verdicts_need_rules() {
    let unjudged = || run(&[Verdict::Unjudged, Verdict::Unjudged]);
    let outcome = map(unjudged(), &[]);
    assert_eq!(outcome.err.matches("note: ").count(), 1, "{}", outcome.err);
    assert!(outcome.err.contains("`keybound.yaml`"), "{}", outcome.err);
    for args in [&["--no-rules"][..], &["--quiet"], &["--rules", "keybound.yaml"]] {
        assert!(!map(unjudged(), args).err.contains("note: "), "{args:?}");
    }
    assert!(!map(run(&[Verdict::Proved]), &[]).err.contains("note: "));
}
