//! Findings as GitHub's workflow commands, which show as annotations on a pull request without any further setup.

use std::io::{self, Write};

use super::{Base, visible};
use crate::finding::{Confidence, Finding, Severity};

/// Writes one command for each finding.
pub fn write(out: &mut dyn Write, findings: &[Finding], base: &Base) -> io::Result<()> {
    for finding in findings {
        let (start, end) =
            (finding.file.position(finding.span.start), finding.file.position(finding.span.end));
        let command = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let file = property(&base.shown(finding.file.path()));
        write!(out, "::{command} file={file},line={},endLine={},", start.line, end.line)?;
        // GitHub takes columns only for a place within one line.
        if start.line == end.line {
            write!(out, "col={},endColumn={},", start.column, end.column)?;
        }
        let doubt = if finding.confidence == Confidence::Possible { " (possible)" } else { "" };
        writeln!(out, "title=keybound {}::{}{doubt}", property(finding.lint), message(&finding.message))?;
    }
    Ok(())
}

/// A message without anything that the runner would decode, or take for the end of the command: a line break.
fn message(text: &str) -> String {
    visible::line(text).replace('%', "%25")
}

fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}
