//! What a lint says of itself.

use super::Severity;

/// A lint as users meet it: its name in findings and suppressions, and its page.
#[derive(Clone, Copy, Debug)]
pub struct LintInfo {
    /// Kebab-case, names the bad thing.
    pub name: &'static str,
    /// The severity of its findings where nothing lowers it.
    pub severity: Severity,
    /// One line, lower case, no full stop: what the lint reports.
    pub summary: &'static str,
    /// Its page in Markdown, from the heading on.
    pub page: &'static str,
}
