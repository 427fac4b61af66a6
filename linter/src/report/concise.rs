//! One line for each finding: `path:line:column: severity[lint] message (proven)`.

use std::io::{self, Write};

use super::{Base, visible};
use crate::finding::Finding;

/// Writes the findings in their order.
pub fn write(out: &mut dyn Write, findings: &[Finding], base: &Base) -> io::Result<()> {
    for finding in findings {
        let position = finding.file.position(finding.span.start);
        writeln!(
            out,
            "{}:{}:{}: {}[{}] {} ({})",
            visible::line(&base.shown(finding.file.path())),
            position.line,
            position.column,
            finding.severity.word(),
            finding.lint,
            visible::line(&finding.message),
            finding.confidence.word(),
        )?;
    }
    Ok(())
}
