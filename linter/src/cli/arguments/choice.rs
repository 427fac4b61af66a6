//! The values of arguments that are one of a few words.

use clap::ValueEnum;

use crate::finding::Severity;

/// When colours are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Also into files and pipes.
    Always,
    /// Not at all.
    Never,
}

/// How findings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// With the lines of the file and the proof
    Text,
    /// One line a finding
    Concise,
    /// One JSON object
    Json,
    /// SARIF 2.1.0
    Sarif,
    /// GitHub's workflow commands
    Github,
    /// GitLab's code quality report
    Gitlab,
    /// JUnit XML
    Junit,
}

impl Format {
    /// Whether people read it rather than programs.
    pub fn is_for_people(self) -> bool {
        matches!(self, Format::Text | Format::Concise)
    }
}

/// How a map is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MapFormat {
    /// For terminals
    Text,
    /// One JSON object
    Json,
    /// One page for a browser
    Html,
}

/// The lowest severity that makes the command fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Every finding.
    Note,
    /// Warnings and errors.
    Warning,
    /// Errors.
    Error,
}

impl From<FailOn> for Severity {
    fn from(level: FailOn) -> Self {
        match level {
            FailOn::Note => Severity::Note,
            FailOn::Warning => Severity::Warning,
            FailOn::Error => Severity::Error,
        }
    }
}
