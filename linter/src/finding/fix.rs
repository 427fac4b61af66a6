//! What would mend a finding.

use std::sync::Arc;

use crate::source::{HostSpan, SourceFile};

/// Whether legitimate clients notice a fix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Safety {
    /// Requests that were answered as the template means are answered as before.
    Safe,
    /// Some such requests may be answered otherwise.
    Unsafe,
}

impl Safety {
    /// The word for it in every output.
    pub fn word(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
        }
    }
}

/// A range of a file and what is to stand there.
#[derive(Clone, Debug)]
pub struct Edit {
    /// The file.
    pub file: Arc<SourceFile>,
    /// What is replaced; empty where something is added.
    pub span: HostSpan,
    /// What is written there, as the file has it: escapes and indentation are its own.
    pub replacement: String,
}

/// What would mend a finding.
#[derive(Clone, Debug)]
pub struct Fix {
    /// Whether legitimate clients notice.
    pub safety: Safety,
    /// What is done, as an instruction: `escape the text`.
    pub message: String,
    /// What is written, in file order and without overlap. All of it, or nothing.
    pub edits: Vec<Edit>,
}
