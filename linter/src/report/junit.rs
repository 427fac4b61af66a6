//! Findings as JUnit XML: a test suite for each file that has any, a test for each finding. One that the run fails for is
//! a failed test, another one a skipped test, so that a report is red where the run is. What failed of the run itself is a
//! test in error, and a run without any of these one test that passed, for services take a report without tests for a
//! broken one.

use std::io::{self, Write};

use super::{Base, visible};
use crate::finding::{ErrorPlace, Finding, Run, RunError};

/// Writes the report. Findings of one file stand together, as a sorted run has them.
pub fn write(
    out: &mut dyn Write,
    run: &Run,
    fails_for: &dyn Fn(&Finding) -> bool,
    base: &Base,
) -> io::Result<()> {
    let failed = |findings: &[Finding]| findings.iter().filter(|finding| fails_for(finding)).count();
    let (found, errors) = (run.findings.len(), run.errors.len());
    let tests = (found + errors).max(1);
    let failures = failed(&run.findings);
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(
        out,
        "<testsuites name=\"keybound\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\">"
    )?;
    if found + errors == 0 {
        writeln!(out, "  <testsuite name=\"keybound\" tests=\"1\" failures=\"0\" errors=\"0\">")?;
        writeln!(out, "    <testcase name=\"no findings\" classname=\"keybound\"/>")?;
        writeln!(out, "  </testsuite>")?;
    }
    if errors > 0 {
        let counts = format!("tests=\"{errors}\" failures=\"0\" errors=\"{errors}\"");
        writeln!(out, "  <testsuite name=\"keybound\" {counts}>")?;
        run.errors.iter().try_for_each(|error| write_error(out, error, base))?;
        writeln!(out, "  </testsuite>")?;
    }
    for findings in run.findings.chunk_by(|a, b| a.file.path() == b.file.path()) {
        let Some(first) = findings.first() else { continue };
        let path = escaped(&base.shown(first.file.path()));
        let (tests, failures) = (findings.len(), failed(findings));
        let skipped = tests - failures;
        let counts = format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\"");
        writeln!(out, "  <testsuite name=\"{path}\" {counts}>")?;
        findings.iter().try_for_each(|finding| write_case(out, finding, fails_for(finding), &path))?;
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

fn write_case(out: &mut dyn Write, finding: &Finding, is_failure: bool, path: &str) -> io::Result<()> {
    let position = finding.file.position(finding.span.start);
    let (lint, severity) = (escaped(finding.lint), finding.severity.word());
    let (message, confidence) = (escaped(&finding.message), finding.confidence.word());
    let at = format!("{path}:{}:{}", position.line, position.column);
    writeln!(
        out,
        "    <testcase name=\"{lint} at {at}\" classname=\"{path}\" file=\"{path}\" line=\"{}\">",
        position.line
    )?;
    let text = format!("{at}: {message} ({confidence})");
    if is_failure {
        writeln!(out, "      <failure type=\"{severity}\" message=\"{message}\">{text}</failure>")?;
    } else {
        writeln!(out, "      <skipped message=\"{severity}: {text}\"/>")?;
    }
    writeln!(out, "    </testcase>")
}

fn write_error(out: &mut dyn Write, error: &RunError, base: &Base) -> io::Result<()> {
    let place = match &error.place {
        ErrorPlace::Span(file, span) => {
            let position = file.position(span.start);
            format!("{}:{}:{}", base.shown(file.path()), position.line, position.column)
        }
        ErrorPlace::Path(path) => base.shown(path),
        ErrorPlace::Run => "keybound".to_owned(),
    };
    let (place, message) = (escaped(&place), escaped(&error.message));
    writeln!(out, "    <testcase name=\"{place}\" classname=\"keybound\">")?;
    writeln!(out, "      <error message=\"{message}\">{place}: {message}</error>")?;
    writeln!(out, "    </testcase>")
}

/// Text inside XML. Characters that XML cannot hold at all are written as the other reports show them.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{FFFE}' | '\u{FFFF}' => out.push('\u{FFFD}'),
            c => visible::push(&mut out, c),
        }
    }
    out
}
