//! What people and programs read, as snapshots, and what must hold for any file whatever.

use std::path::PathBuf;
use std::sync::Arc;

use proptest::prelude::*;

use super::specimens::{self, STACK};
use super::text::Text;
use super::{Base, Screen, concise, github, gitlab, json, junit, sarif};
use crate::finding::{Confidence, ErrorPlace, Finding, LintInfo, Run, RunError, Severity};
use crate::source::{HostSpan, SourceFile};

const WIDE: Screen = Screen { width: 100, colours: false, unicode: true };
const NARROW: Screen = Screen { width: 40, colours: false, unicode: true };

fn text(finding: &Finding, screen: Screen) -> String {
    let mut out = Vec::new();
    Text::new(&Base::default(), screen).write(&mut out, std::slice::from_ref(finding)).unwrap();
    String::from_utf8(out).unwrap()
}

/// Escape sequences as text, for the eye.
fn escapes_shown(text: &str) -> String {
    text.replace('\x1b', "␛")
}

#[test]
fn text_wide_with_a_proof() {
    insta::assert_snapshot!(text(&specimens::proven(), WIDE));
}

#[test]
fn text_narrow_with_a_proof() {
    insta::assert_snapshot!(text(&specimens::proven(), NARROW));
}

#[test]
fn text_in_colours() {
    let finding = Finding { related: Vec::new(), ..specimens::proven() };
    insta::assert_snapshot!(escapes_shown(&text(&finding, Screen { colours: true, ..WIDE })));
}

#[test]
fn text_in_ascii() {
    insta::assert_snapshot!(text(&specimens::proven(), Screen { unicode: false, ..WIDE }));
}

#[test]
fn text_of_a_suspicion_without_proof() {
    let finding = Finding {
        severity: Severity::Warning,
        confidence: Confidence::Possible,
        exact: false,
        help: None,
        table: None,
        content_type: None,
        ..specimens::finding("api/orders.yaml", STACK, "requestTemplates", 0)
    };
    insta::assert_snapshot!(text(&finding, WIDE));
}

/// The column counts characters, and the mark stands under the place although the characters before it are of
/// one, two and no columns.
#[test]
fn text_after_characters_of_several_bytes() {
    let host = "a: 'Gruß 漢字 👩‍🚀 e\u{301} $input.body'\n";
    insta::assert_snapshot!(text(&specimens::finding("ü.yaml", host, "$input.body", 0), WIDE));
}

fn minified() -> String {
    let before: String = (0..2000).map(|i| format!("\"member{i}\":{i},")).collect();
    let after: String = (0..2000).map(|i| format!(",\"later{i}\":{i}")).collect();
    format!("{{{before}\"template\":\"{{\\\"id\\\":\\\"$input.path('$.id')\\\"}}\"{after}}}")
}

#[test]
fn text_inside_a_long_line() {
    let finding = specimens::finding("cdk.out/stack.json", &minified(), "$input.path('$.id')", 0);
    insta::assert_snapshot!(text(&finding, WIDE));
}

#[test]
fn text_narrow_inside_a_long_line() {
    let finding = specimens::finding("cdk.out/stack.json", &minified(), "$input.path('$.id')", 0);
    insta::assert_snapshot!(text(&finding, NARROW));
}

#[test]
fn text_of_a_place_of_several_lines() {
    let finding = specimens::finding("orders.yaml", STACK, STACK.get(128..212).unwrap(), 0);
    insta::assert_snapshot!(text(&finding, WIDE));
}

#[test]
fn text_of_a_place_longer_than_the_screen() {
    let host: String = (0..60).map(|i| format!("line {i}\n")).collect();
    let finding = specimens::finding("x.vtl", &host, host.get(14..400).unwrap(), 0);
    insta::assert_snapshot!(text(&finding, WIDE));
}

/// A file name, a template and a payload that try to write to the terminal.
#[test]
fn text_of_hostile_bytes() {
    let host = "a: \"\x1b[2J\u{202e}$input.body\r\x07\"\r\n";
    let mut finding = specimens::finding("evil\x1b[31m\n.yaml", host, "$input.body", 0);
    finding.message = "a name \x1b]0;owned\x07 from the file".into();
    let mut proof = specimens::proof();
    proof.rendered = "{\"a\": \"\u{9b}31m\u{7f}\u{202e}\"\x1b[2J".into();
    proof.injected = vec![(7, 25)];
    proof.request.headers = vec![("x-evil".into(), "\x1b[1A\rgone".into())];
    proof.request.body = Some("line 1\nline\t2\0".into());
    finding.proof = Some(proof);
    insta::assert_snapshot!(text(&finding, WIDE));
}

#[test]
fn text_of_a_large_proof() {
    let mut finding = specimens::finding("api/orders.yaml", STACK, "$input.params('orderId')", 0);
    let members: String = (0..300).map(|i| format!("  \"member{i}\": {i},\n")).collect();
    let long = "x".repeat(3000);
    let mut proof = specimens::proof();
    proof.rendered = format!("{{\n{members}  \"Limit\": 1000,\n  \"long\": \"{long}\"\n}}");
    let start = proof.rendered.find("1000").unwrap();
    proof.injected = vec![(start, start + 4)];
    finding.proof = Some(proof);
    insta::assert_snapshot!(text(&finding, WIDE));
}

#[test]
fn text_of_failures() {
    let file = Arc::new(SourceFile::new("keybound.yaml", "version: 1\ngrants:\n  - nam: x\n"));
    let errors = [
        RunError {
            place: ErrorPlace::Span(file, HostSpan::new(23, 26)),
            message: "unknown key `nam` in a grant".into(),
            help: Some("a grant has `name`".into()),
        },
        RunError {
            place: ErrorPlace::Path(PathBuf::from("gone.yaml")),
            message: "cannot be read: no such file".into(),
            help: None,
        },
        RunError { place: ErrorPlace::Run, message: "nothing to read".into(), help: None },
    ];
    let mut out = Vec::new();
    let base = Base::default();
    errors.iter().for_each(|error| Text::new(&base, WIDE).error(&mut out, error).unwrap());
    insta::assert_snapshot!(String::from_utf8(out).unwrap());
}

#[test]
fn concise_lines() {
    let possible = Finding {
        severity: Severity::Warning,
        confidence: Confidence::Possible,
        ..specimens::finding("/srv/api/a b.yaml", "x: 'é$a'", "$a", 0)
    };
    let mut out = Vec::new();
    concise::write(&mut out, &[specimens::proven(), possible], &Base::new("/srv/api")).unwrap();
    insta::assert_snapshot!(String::from_utf8(out).unwrap());
}

fn json_of(findings: Vec<Finding>) -> serde_json::Value {
    let run =
        Run { findings, files: 2, integrations: 3, suppressed: vec![specimens::proven()], ..Run::default() };
    let mut out = Vec::new();
    json::write(&mut out, &run, &Base::default()).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert_eq!(text.find('\n'), Some(text.len() - 1), "one object on one line");
    serde_json::from_str(&text).unwrap()
}

#[test]
fn json_object() {
    let bare = Finding {
        route: None,
        content_type: None,
        action: None,
        table: None,
        help: None,
        ..specimens::finding("x.vtl", "é $a", "$a", 0)
    };
    let report = json_of(vec![specimens::proven(), bare]);
    insta::assert_snapshot!(serde_json::to_string_pretty(&report).unwrap());
}

/// Every member of the contract is there whether or not there is a value for it.
#[test]
fn json_has_every_member() {
    let finding = specimens::finding("x.vtl", "$a", "$a", 0);
    let report = json_of(vec![Finding { route: None, ..finding }, specimens::proven()]);
    for member in ["version", "files", "integrations", "findings"] {
        assert!(report.get(member).is_some(), "{member}");
    }
    for finding in report["findings"].as_array().unwrap() {
        for member in [
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
        ] {
            assert!(finding.get(member).is_some(), "{member}");
        }
    }
    let proof = &report["findings"][1]["proof"];
    for member in ["caller", "request", "rendered", "injected", "assumes"] {
        assert!(proof.get(member).is_some(), "{member}");
    }
    assert!(report["findings"][0]["route"].is_null());
    assert!(report["findings"][0]["proof"].is_null());
}

/// Two findings of one file, one of which tries to break out of whatever is around it.
fn two_of_a_file() -> Run {
    let hostile = Finding {
        severity: Severity::Note,
        confidence: Confidence::Possible,
        message: "50% of <it>\n::error::\u{1b} & \"more\"".into(),
        file: Arc::new(SourceFile::new("a, b: ü/%.yaml", "é: |\n  one\n  two\n")),
        span: HostSpan::new(8, 17),
        ..specimens::finding("x", "$a", "$a", 0)
    };
    Run { findings: vec![specimens::proven(), hostile], files: 2, integrations: 2, ..Run::default() }
}

#[test]
fn github_commands() {
    let mut out = Vec::new();
    github::write(&mut out, &two_of_a_file().findings, &Base::default()).unwrap();
    insta::assert_snapshot!(String::from_utf8(out).unwrap());
}

#[test]
fn gitlab_report() {
    let mut out = Vec::new();
    gitlab::write(&mut out, &two_of_a_file().findings, &Base::default()).unwrap();
    let report: serde_json::Value = serde_json::from_slice(&out).unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(&report).unwrap());
}

fn gone() -> RunError {
    RunError { place: ErrorPlace::Path("gone.yaml".into()), message: "cannot be <read>".into(), help: None }
}

#[test]
fn junit_report() {
    let mut run = two_of_a_file();
    run.errors.push(gone());
    let mut out = Vec::new();
    // One of the two is a failure.
    let second = run.findings[1].span;
    junit::write(&mut out, &run, &|finding| finding.span != second, &Base::default()).unwrap();
    insta::assert_snapshot!(String::from_utf8(out).unwrap());
}

/// Services take a report without tests for a broken one.
#[test]
fn junit_report_of_nothing() {
    let mut out = Vec::new();
    junit::write(&mut out, &Run::default(), &|_| true, &Base::default()).unwrap();
    insta::assert_snapshot!(String::from_utf8(out).unwrap());
}

#[test]
fn sarif_log() {
    let mut run = two_of_a_file();
    run.errors.push(gone());
    run.suppressed.push(specimens::finding("api/orders.yaml", STACK, "$input.params('orderId')", 0));
    let page = "# it\n\nCWE-89, CWE-1287; CWE-89.\n";
    let lint = |name| LintInfo { name, severity: Severity::Warning, summary: "what it reports", page };
    let mut out = Vec::new();
    sarif::write(&mut out, &run, &[lint("open-method"), lint("unescaped-input")], &Base::default()).unwrap();
    let log: serde_json::Value = serde_json::from_slice(&out).unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(&log).unwrap());
}

/// Pieces that a host file, a message or a payload may be made of: what is special to some part of the report.
fn hostile_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("\n".to_owned()),
        Just("\r\n".to_owned()),
        Just("\r".to_owned()),
        Just("\t".to_owned()),
        Just("\u{FEFF}".to_owned()),
        Just("\u{1b}[31m".to_owned()),
        Just("漢".to_owned()),
        Just("e\u{301}".to_owned()),
        Just("{\"a\": [1, \"\\\"\"]}".to_owned()),
        Just("x".repeat(150)),
        "\\PC{0,12}",
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    /// Whatever the bytes, places and widths: no panic, and nothing on the terminal but text and line ends.
    #[test]
    fn any_finding_can_be_drawn(
        host in hostile_text(),
        rendered in hostile_text(),
        message in hostile_text(),
        (start, len) in (0_usize..400, 0_usize..400),
        width in 1_usize..150,
        unicode in any::<bool>(),
    ) {
        let mut finding = specimens::finding("x.vtl", "$a", "$a", 0);
        finding.file = Arc::new(SourceFile::new(message.clone(), host));
        finding.span = HostSpan::new(start, start + len);
        finding.help = Some(message.clone());
        finding.message = message;
        let mut proof = specimens::proof();
        proof.injected = vec![(start, start + len), (len, start)];
        proof.request.body = Some(rendered.clone());
        proof.rendered = rendered;
        finding.proof = Some(proof);
        let drawn = text(&finding, Screen::new(width, false, unicode));
        prop_assert!(!drawn.chars().any(|c| c.is_control() && c != '\n'), "{drawn:?}");
        prop_assert!(!drawn.contains("Failed to read"), "{drawn}");
    }

    /// What is marked in the proof is, read off the marks, what the client put there.
    #[test]
    fn marks_stand_under_what_is_marked(before in "[ -~]{0,60}", put in "[!-~]{1,20}", after in "[ -~]{0,60}") {
        let line = super::marked::lines(&format!("{before}{put}{after}"), &[(before.len(), before.len() + put.len())]);
        let mut out = Vec::new();
        super::marked::write(&mut out, &line, 3, &Screen { width: 1000, ..WIDE }).unwrap();
        let out = String::from_utf8(out).unwrap();
        let (text, marks) = out.split_once('\n').unwrap();
        let marked: String = text.chars().zip(marks.chars()).filter(|&(_, mark)| mark == '^').map(|(c, _)| c).collect();
        prop_assert_eq!(marked, put);
    }
}
