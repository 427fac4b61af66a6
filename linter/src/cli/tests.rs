//! The command line end to end, with an analysis that finds what a test tells it to.

mod map;

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

use super::{Engine, Status, Streams, run};
use crate::analysis::{Progress, Settings};
use crate::finding::{Confidence, ErrorPlace, Finding, LintInfo, Run, RunError, Severity};
use crate::report::{Base, Screen};
use crate::source::{HostSpan, SourceFile};

const LINTS: [LintInfo; 2] = [
    LintInfo {
        name: "unescaped-input",
        severity: Severity::Error,
        summary: "a client's text becomes part of the request's JSON, so that it can add members to it or end it where \
                  it likes",
        page: include_str!("tests/page.md"),
    },
    LintInfo {
        name: "open-passthrough",
        severity: Severity::Warning,
        summary: "short",
        page: "# open-passthrough",
    },
];

/// An analysis that gives one run, whatever it is asked.
struct Fixed(Run);

impl Engine for Fixed {
    fn lints(&self) -> &[LintInfo] {
        &LINTS
    }

    fn lint(&self, _: &[PathBuf], _: &Settings, _: &dyn Progress) -> Run {
        self.0.clone()
    }
}

/// What the command wrote, and its status.
struct Outcome {
    status: Status,
    out: String,
    err: String,
}

fn keybound(found: Run, args: &[&str], input: &str, terminal: bool) -> Outcome {
    let (mut out, mut err, mut input) = (Vec::new(), Vec::new(), input.as_bytes());
    let screen = Screen::new(80, false, true);
    let mut streams = Streams {
        out: &mut out,
        err: &mut err,
        input: &mut input,
        out_screen: screen,
        err_screen: screen,
        out_is_terminal: terminal,
        err_is_terminal: false,
        base: Base::default(),
    };
    let args = std::iter::once("keybound").chain(args.iter().copied()).map(OsString::from);
    let status = run(&Fixed(found), args, &mut streams);
    Outcome { status, out: String::from_utf8(out).unwrap(), err: String::from_utf8(err).unwrap() }
}

fn finding(path: &str, severity: Severity, confidence: Confidence) -> Finding {
    Finding {
        lint: "unescaped-input",
        severity,
        confidence,
        message: "something is wrong".into(),
        help: None,
        file: Arc::new(SourceFile::new(path, "$input.body")),
        span: HostSpan::new(0, 11),
        exact: true,
        route: None,
        content_type: None,
        action: None,
        table: None,
        related: Vec::new(),
        proof: None,
        fix: None,
        justification: None,
    }
}

fn found(findings: Vec<Finding>) -> Run {
    Run { findings, files: 1, integrations: 1, ..Run::default() }
}

fn unreadable() -> RunError {
    RunError { place: ErrorPlace::Path("gone.yaml".into()), message: "cannot be read".into(), help: None }
}

/// The exit status by severity, confidence and arguments; the same in every format.
#[test]
fn exit_status() {
    use Confidence::{Possible, Proven};
    use Severity::{Error, Note, Warning};
    use Status::{Clean, Findings};
    let table: [(Severity, Confidence, &[&str], Status); 14] = [
        (Error, Proven, &[], Findings),
        (Warning, Proven, &[], Findings),
        (Note, Proven, &[], Clean),
        (Error, Possible, &[], Clean),
        (Error, Possible, &["--strict"], Findings),
        (Note, Possible, &["--strict"], Clean),
        (Note, Possible, &["--strict", "--fail-on", "note"], Findings),
        (Note, Proven, &["--fail-on", "note"], Findings),
        (Note, Possible, &["--fail-on", "note"], Clean),
        (Warning, Proven, &["--fail-on", "error"], Clean),
        (Warning, Possible, &["--fail-on", "error", "--strict"], Clean),
        (Error, Proven, &["--fail-on", "error"], Findings),
        (Error, Possible, &["--fail-on", "error"], Clean),
        (Error, Possible, &["--fail-on", "error", "--strict"], Findings),
    ];
    for (severity, confidence, args, status) in table {
        for format in ["text", "concise", "json", "sarif", "github", "gitlab", "junit"] {
            let args: Vec<&str> = ["lint", "--format", format].iter().chain(args).copied().collect();
            let outcome = keybound(found(vec![finding("x.vtl", severity, confidence)]), &args, "", false);
            assert_eq!(outcome.status, status, "{severity:?} {confidence:?} {args:?}");
        }
    }
    assert_eq!([Status::Clean, Status::Findings, Status::Failed].map(Status::code), [0, 1, 2]);
}

/// A route that could not be proved counts although it is no proof of anything.
#[test]
fn an_unproved_route_counts() {
    let unproved =
        Finding { lint: "unproved-route", ..finding("x.yaml", Severity::Error, Confidence::Possible) };
    assert_eq!(keybound(found(vec![unproved]), &["lint"], "", false).status, Status::Findings);
}

#[test]
fn a_failure_loses_no_findings() {
    let mut run = found(vec![finding("good.yaml", Severity::Error, Confidence::Proven)]);
    run.errors.push(unreadable());
    for format in ["text", "concise", "json", "sarif", "github", "gitlab", "junit"] {
        let outcome = keybound(run.clone(), &["lint", "--format", format], "", false);
        assert_eq!(outcome.status, Status::Failed);
        assert!(outcome.out.contains("something is wrong"), "{}", outcome.out);
        assert!(outcome.err.contains("error: gone.yaml: cannot be read"), "{}", outcome.err);
    }
}

#[test]
fn findings_come_in_the_order_of_files() {
    let all = ["b.yaml", "a.yaml", "c.yaml"].map(|path| finding(path, Severity::Error, Confidence::Proven));
    let outcome = keybound(found(all.to_vec()), &["lint", "--format=concise"], "", false);
    let files: Vec<&str> = outcome.out.lines().map(|line| line.split(':').next().unwrap()).collect();
    assert_eq!(files, ["a.yaml", "b.yaml", "c.yaml"]);
}

#[test]
fn only_findings_are_on_standard_output() {
    let clean = keybound(found(Vec::new()), &["lint"], "", false);
    assert_eq!((clean.status, clean.out.as_str()), (Status::Clean, ""));
    assert_eq!(clean.err, "no findings in 1 integration of 1 file\n");
    let quiet = keybound(found(Vec::new()), &["lint", "--quiet"], "", false);
    assert_eq!((quiet.out.as_str(), quiet.err.as_str()), ("", ""));
    let json = keybound(found(Vec::new()), &["lint", "--format", "json"], "", false);
    assert!(serde_json::from_str::<serde_json::Value>(&json.out).is_ok());
    assert_eq!(json.err, "");
}

#[test]
fn a_run_without_integrations_says_so() {
    let none = || Run { files: 3, ..Run::default() };
    let said = "no integration with DynamoDB was found";
    let outcome = keybound(none(), &["lint"], "", false);
    assert_eq!(outcome.status, Status::Clean);
    assert!(outcome.err.contains(&format!("note: {said}")), "{}", outcome.err);
    for args in
        [["lint", "--require-integrations", "--format=text"], ["lint", "--require-integrations", "--quiet"]]
    {
        let outcome = keybound(none(), &args, "", false);
        assert_eq!(outcome.status, Status::Failed);
        assert!(outcome.err.contains(&format!("error: {said}")), "{}", outcome.err);
    }
}

/// A reader that has gone away is no failure: not while writing, and not at the last flush.
#[test]
fn broken_pipe() {
    struct Gone {
        at_flush: bool,
    }
    impl Write for Gone {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.at_flush { Ok(bytes.len()) } else { Err(io::ErrorKind::BrokenPipe.into()) }
        }
        fn flush(&mut self) -> io::Result<()> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
    }
    let screen = Screen::new(80, false, true);
    for at_flush in [false, true] {
        for (args, status) in [
            (vec!["keybound", "lint"], Status::Findings),
            (vec!["keybound", "map", "--format", "html"], Status::Clean),
            (vec!["keybound", "explain"], Status::Clean),
        ] {
            let (mut out, mut err) = (Gone { at_flush }, Vec::new());
            let mut streams = Streams {
                out: &mut out,
                err: &mut err,
                input: &mut io::empty(),
                out_screen: screen,
                err_screen: screen,
                out_is_terminal: false,
                err_is_terminal: false,
                base: Base::default(),
            };
            let run = found(vec![finding("x.vtl", Severity::Error, Confidence::Proven)]);
            assert_eq!(super::run(&Fixed(run), args.into_iter().map(OsString::from), &mut streams), status);
            assert!(!String::from_utf8(err).unwrap().contains("written"));
        }
    }
}

#[test]
fn bad_arguments() {
    let told: String = [
        vec!["lnt"],
        vec!["lint", "--formt", "json"],
        vec!["lint", "--format", "xml"],
        vec!["lint", "--format"],
        vec!["lint", "--fail-on", "err"],
        vec!["lint", "--rules", "keybound.yaml", "--no-rules"],
        vec!["lint", "--quiet", "--quiet"],
        vec!["lint", "--quiet=3"],
        vec!["lint", "a\u{1b}[31m", "--\u{1b}[31m"],
        vec!["map", "--format", "sarif"],
        vec!["render"],
        vec!["render", "x.vtl", "--jsonl"],
        vec!["explain", "a", "b"],
        vec!["explain", "unescaped-inptu"],
        vec!["explain", "qqq"],
    ]
    .iter()
    .map(|args| {
        let outcome = keybound(Run::default(), args, "", false);
        assert_eq!((outcome.status, outcome.out.as_str()), (Status::Failed, ""), "{args:?}");
        assert!(!outcome.err.contains('\u{1b}'), "{:?}", outcome.err);
        format!("{}\n", outcome.err)
    })
    .collect();
    insta::assert_snapshot!(told);
}

#[test]
fn help() {
    let help = [
        &["--help"][..],
        &["lint", "--help"],
        &["map", "-h"],
        &["init", "-h"],
        &["render", "-h"],
        &["policy", "-h"],
        &["schema", "-h"],
        &["explain", "-h"],
    ]
    .map(|args| {
        let outcome = keybound(Run::default(), args, "", false);
        assert_eq!((outcome.status, outcome.err.as_str()), (Status::Clean, ""));
        outcome.out
    });
    insta::assert_snapshot!(help.join("\n==========\n"));
}

#[test]
fn explain_lists_lints() {
    insta::assert_snapshot!(keybound(Run::default(), &["explain"], "", true).out);
}

#[test]
fn explain_draws_a_page_on_a_terminal() {
    insta::assert_snapshot!(keybound(Run::default(), &["explain", "unescaped-input"], "", true).out);
}

#[test]
fn explain_draws_a_page_in_colours() {
    let args = ["explain", "unescaped-input", "--color=always"];
    insta::assert_snapshot!(keybound(Run::default(), &args, "", true).out.replace('\x1b', "␛"));
}

#[test]
fn explain_gives_markdown_to_a_pipe() {
    let outcome = keybound(Run::default(), &["explain", "unescaped-input"], "", false);
    assert_eq!(outcome.out, include_str!("tests/page.md"));
}

fn render(template: &[u8], request: &str, terminal: bool) -> Outcome {
    let mut file = tempfile::Builder::new().suffix(".vtl").tempfile().unwrap();
    file.write_all(template).unwrap();
    let path = file.path().to_str().unwrap();
    keybound(Run::default(), &["render", path, "--request", "-"], request, terminal)
}

#[test]
fn render_prints_the_bytes_that_the_template_gives() {
    let template = b"$input.body|$input.params('id')|$input.params('q')|$input.params('H')|$context.stage|$context.authorizer.t|$stageVariables.v|$x[1]";
    let short = r#"{"body": "{}", "path": {"id": "a\"b"}, "querystring": {"q": 1}, "header": {"H": "h"},
        "context": {"stage": "s", "authorizer": {"t": "t1"}}, "stageVariables": {"v": "w"}, "vars": {"x": [0, 2.50]}}"#;
    let expected = "{}|a\"b|1|h|s|t1|w|2.5";
    let outcome = render(template, short, false);
    assert_eq!((outcome.out.as_str(), outcome.err.as_str(), outcome.status), (expected, "", Status::Clean));
    let long = r#"{"id": 7, "note": "not ours", "request": {"body": "{}", "path": {"id": "a\"b"}, "querystring": {"q": 1},
        "header": {"H": "h"}}, "context": {"stage": "s", "authorizer": {"t": "t1"}}, "stageVariables": {"v": "w"},
        "vars": {"x": [0, 2.50]}}"#;
    assert_eq!(render(template, long, false).out, expected);
    assert_eq!(render(template, long, true).out, format!("{expected}\n"));
}

#[test]
fn render_says_what_is_wrong() {
    let table: [(&[u8], &str, &str); 9] = [
        (b"a", "{\"query\": {}}", "has no member `query`; it has `body`, `path`, `querystring`,"),
        (b"a", "{\"request\": {\"headers\": {}}}", "has no member `headers`; it has"),
        (b"a", "{\"body\": {}}", "`body` is the payload as a text, not an object"),
        (b"a", "{\"path\": {\"id\": null}}", "`path.id` is a text, not null"),
        (b"a", "{\"path\": []}", "`path` is an object, not an array"),
        (b"a", "[]", "a request is an object, not an array"),
        (b"a", "{", "standard input: this is no JSON"),
        (b"a\xff", "{}", "is not UTF-8 after byte 1"),
        (b"one\n#end", "{}", ".vtl:2:"),
    ];
    for (template, request, said) in table {
        let outcome = render(template, request, false);
        assert_eq!((outcome.status, outcome.out.as_str()), (Status::Failed, ""), "{request}");
        assert!(outcome.err.contains(said), "{}", outcome.err);
    }
    let gone = keybound(Run::default(), &["render", "gone.vtl"], "", false);
    assert_eq!(gone.status, Status::Failed);
    assert!(gone.err.contains("error: gone.vtl: cannot be read: "), "{}", gone.err);
}

/// Every line of input has one line of answer, in order, whatever it holds.
#[test]
fn render_answers_cases_line_by_line() {
    let deep = format!(
        "{{\"id\": \"deep\", \"template\": \"\", \"vars\": {}1{}}}",
        "{\"a\":".repeat(110),
        "}".repeat(110)
    );
    let lines = [
        r#"{"id": "a", "template": "$input.body", "request": {"body": "x\"\u0000"}, "expected": "notes"}"#,
        "",
        r#"{"id": 2, "template": "one\n#end"}"#,
        r#"{"id": 3, "template": "$input.path('$')", "request": {"body": "{a"}}"#,
        r#"{"id": 4}"#,
        r#"{"id": 5, "template": 5}"#,
        "nonsense",
        deep.as_str(),
        r#"{"template": "no id, no end of line"}"#,
    ];
    let outcome = keybound(Run::default(), &["render", "--jsonl"], &lines.join("\n"), false);
    let answers: Vec<serde_json::Value> =
        outcome.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let short: Vec<String> =
        answers.iter().map(|a| format!("{} {} {}", a["id"], a["out"], a["phase"])).collect();
    assert_eq!(
        short,
        [
            r#""a" "x\"\u0000" null"#,
            r#"2 null "parse""#,
            r#"3 null "render""#,
            r#"4 null "case""#,
            r#"5 null "case""#,
            r#"null null "case""#,
            r#""deep" null "case""#,
            r#"null "no id, no end of line" null"#,
        ]
    );
    assert!(answers.iter().all(|answer| answer.get("out").is_some() != answer.get("error").is_some()));
    assert_eq!((outcome.status, outcome.err.as_str()), (Status::Failed, ""), "some lines were no cases");
    let good = keybound(Run::default(), &["render", "--jsonl"], lines[2], false);
    assert_eq!(good.status, Status::Clean, "an error that a template gives is an answer");
}
