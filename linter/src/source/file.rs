//! Host files and places in them as people count them.

use std::path::{Path, PathBuf};

use super::HostSpan;

/// A line and a column, both from 1; columns count Unicode code points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column in code points.
    pub column: usize,
}

/// A file that was read: its path as shown to the user, its text, and where its lines begin.
#[derive(Clone, Debug)]
pub struct SourceFile {
    path: PathBuf,
    text: String,
    line_starts: Vec<usize>,
}

impl SourceFile {
    /// A file of this text. Lines end at `\n` (and `\r\n`).
    pub fn new(path: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        let text = text.into();
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { path: path.into(), text, line_starts }
    }

    /// The path as the user gave it or as it was found.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The text, a byte order mark included.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The position of a byte; a byte past the end gives the end. A byte order mark takes no column.
    pub fn position(&self, byte: usize) -> Position {
        let byte = byte.min(self.text.len());
        let line = self.line_starts.partition_point(|&start| start <= byte);
        let start = line.checked_sub(1).and_then(|i| self.line_starts.get(i)).copied().unwrap_or(0);
        let column = self.text.get(start..byte).map_or(0, |s| s.chars().filter(|&c| c != '\u{FEFF}').count());
        Position { line, column: column + 1 }
    }

    /// The text of a range; empty where the range does not fit.
    pub fn slice(&self, span: HostSpan) -> &str {
        self.text.get(span.start..span.end).unwrap_or("")
    }
}
