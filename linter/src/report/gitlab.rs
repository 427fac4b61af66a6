//! Findings as GitLab's code quality report.

use std::io::{self, Write};

use serde::Serialize;

use super::Base;
use crate::finding::{Finding, Fingerprint, Severity};

/// Writes the report as one line of JSON.
pub fn write(out: &mut dyn Write, findings: &[Finding], base: &Base) -> io::Result<()> {
    let issues: Vec<Issue<'_>> = findings
        .iter()
        .zip(Fingerprint::of_all(findings))
        .map(|(f, print)| Issue::of(f, print, base))
        .collect();
    serde_json::to_writer(&mut *out, &issues)?;
    writeln!(out)
}

#[derive(Serialize)]
struct Issue<'a> {
    description: &'a str,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    positions: Positions,
}

#[derive(Serialize)]
struct Positions {
    begin: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: usize,
    column: usize,
}

impl<'a> Issue<'a> {
    fn of(finding: &'a Finding, fingerprint: Fingerprint, base: &Base) -> Self {
        let position = |byte| {
            let position = finding.file.position(byte);
            Position { line: position.line, column: position.column }
        };
        Self {
            description: &finding.message,
            check_name: finding.lint,
            fingerprint: fingerprint.to_string(),
            severity: match finding.severity {
                Severity::Error => "critical",
                Severity::Warning => "major",
                Severity::Note => "info",
            },
            location: Location {
                path: base.shown(finding.file.path()),
                positions: Positions { begin: position(finding.span.start), end: position(finding.span.end) },
            },
        }
    }
}
