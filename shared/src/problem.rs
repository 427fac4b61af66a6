//! What is wrong with an access-rules file, and where.

use std::fmt;

use crate::document::{Fault, Lines, Place, Span};

/// How much a problem matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The file can be used; the user should know.
    Warning,
    /// The file cannot be used.
    Error,
}

/// One thing that is wrong with an access-rules file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Whether the file can be used all the same.
    pub level: Level,
    /// What is wrong with which value. Never a claim value or a secret: the file holds none.
    pub message: String,
    /// What would be right.
    pub help: Option<String>,
    /// The bytes of the file that it is about.
    pub span: Span,
    /// Line and column of the span's start.
    pub place: Place,
    /// A second place that explains the first: "first named here".
    pub related: Option<(Span, Place, String)>,
}

impl Problem {
    /// Faults of a text, each with its line and column.
    pub(crate) fn all(text: &str, faults: impl IntoIterator<Item = (Level, Fault)>) -> Vec<Self> {
        let lines = Lines::of(text);
        let problem = |(level, fault): (Level, Fault)| Self {
            level,
            message: fault.message,
            help: fault.help,
            span: fault.span,
            place: lines.place(fault.span.start),
            related: fault.related.map(|(span, what)| (span, lines.place(span.start), what)),
        };
        faults.into_iter().map(problem).collect()
    }
}

impl fmt::Display for Problem {
    /// `12:5: what is wrong; what would be right`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.place, self.message)?;
        if let Some(help) = &self.help {
            write!(formatter, "; {help}")?;
        }
        Ok(())
    }
}
