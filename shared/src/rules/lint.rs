//! How the linter treats the definitions below a file.

use crate::document::Span;
use crate::problem::Problem;

use super::read;

/// A value of the file and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

/// What the findings of a lint are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LintLevel {
    /// Errors.
    Error,
    /// Warnings.
    Warning,
    /// Notes.
    Note,
    /// Nothing: they are left out.
    Off,
}

impl LintLevel {
    /// All of them, the gravest first.
    pub const ALL: [Self; 4] = [Self::Error, Self::Warning, Self::Note, Self::Off];

    /// The word for it in the file.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
            Self::Off => "off",
        }
    }
}

/// The section `lint`. The authorizer has no use for it, so `Rules::load` does not look into it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LintSettings {
    /// The lints that have another level than their own, each once, in file order.
    pub levels: Vec<(Written<String>, LintLevel)>,
    /// Patterns of the files that are linted; none where all are.
    pub include: Option<Vec<Written<String>>>,
    /// Patterns of the files that are not.
    pub exclude: Vec<Written<String>>,
    /// Values that the deployment decides, as they are written.
    pub trusted: Vec<Written<String>>,
    /// Values that the client decides.
    pub untrusted: Vec<Written<String>>,
}

impl LintSettings {
    /// Reads the section `lint` of a file, whose other sections are not looked into, and tells everything that is wrong
    /// with it, in the order of its lines. `lints` are the names of all lints. There are no settings where the file has
    /// no such section; where something is wrong they are what could be read, so that more can be said of it.
    pub fn read(text: &str, lints: &[&str]) -> (Option<Self>, Vec<Problem>) {
        read::read_lint(text, lints)
    }
}

/// Which of its two parts a file has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts {
    /// Access rules: any section beside `lint`, or nothing at all, which grants nothing.
    pub rules: bool,
    /// The section `lint`.
    pub lint: bool,
}

impl Parts {
    /// The parts of a text. One that cannot be read counts as having both, so that it is not passed over.
    pub fn of(text: &str) -> Self {
        read::parts(text)
    }
}
