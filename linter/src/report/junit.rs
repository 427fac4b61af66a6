//! Findings as JUnit XML: a test suite for each file that has any, a failed test for each finding.

use std::io::{self, Write};

use super::{Base, visible};
use crate::finding::{Finding, Run};

/// Writes the report. Findings of one file stand together, as a sorted run has them.
pub fn write(out: &mut dyn Write, run: &Run, base: &Base) -> io::Result<()> {
    let count = run.findings.len();
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<testsuites name=\"keybound\" tests=\"{count}\" failures=\"{count}\" errors=\"0\">")?;
    for findings in run.findings.chunk_by(|a, b| a.file.path() == b.file.path()) {
        let Some(first) = findings.first() else { continue };
        let path = escaped(&base.shown(first.file.path()));
        let count = findings.len();
        writeln!(out, "  <testsuite name=\"{path}\" tests=\"{count}\" failures=\"{count}\" errors=\"0\">")?;
        findings.iter().try_for_each(|finding| write_case(out, finding, &path))?;
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

fn write_case(out: &mut dyn Write, finding: &Finding, path: &str) -> io::Result<()> {
    let position = finding.file.position(finding.span.start);
    let (lint, severity) = (escaped(finding.lint), finding.severity.word());
    let (message, confidence) = (escaped(&finding.message), finding.confidence.word());
    let at = format!("{path}:{}:{}", position.line, position.column);
    writeln!(
        out,
        "    <testcase name=\"{lint} at {at}\" classname=\"{path}\" file=\"{path}\" line=\"{}\">",
        position.line
    )?;
    writeln!(
        out,
        "      <failure type=\"{severity}\" message=\"{message}\">{at}: {message} ({confidence})</failure>"
    )?;
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
