//! Host files and places in them as people count them.

use std::path::{Component, Path, PathBuf};
use std::sync::OnceLock;

use super::{Documents, HostSpan};

/// A line and a column, both from 1; columns count Unicode code points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column in code points.
    pub column: usize,
}

/// Code points are counted ahead for every so many bytes, so that a position in a file of one long line costs no
/// walk along it.
const BLOCK: usize = 1024;

/// A file that was read: its path as shown to the user, its text, and where its lines begin.
#[derive(Clone, Debug)]
pub struct SourceFile {
    path: PathBuf,
    text: String,
    line_starts: Vec<usize>,
    /// Code points that begin before each block.
    code_points: Vec<usize>,
    /// Its documents, and where their scalars stand, once somebody asked.
    pub(super) documents: OnceLock<Documents>,
    pub(super) scalars: OnceLock<Vec<HostSpan>>,
}

impl SourceFile {
    /// A file of this text. Lines end at `\n` (and `\r\n`).
    pub fn new(path: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        let text = text.into();
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let code_points = text
            .as_bytes()
            .chunks(BLOCK)
            .scan(0, |before, block| {
                let here = *before;
                *before += code_points_in(block);
                Some(here)
            })
            .collect();
        Self {
            path: path.into(),
            text,
            line_starts,
            code_points,
            documents: OnceLock::new(),
            scalars: OnceLock::new(),
        }
    }

    /// The path as the user gave it or as it was found.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The path of a file that this one names relative to itself; none for addresses and absolute paths.
    pub fn beside(&self, relative: &str) -> Option<PathBuf> {
        if relative.is_empty() || relative.contains(':') || Path::new(relative).has_root() {
            return None;
        }
        let mut path = self.path.parent().map(Path::to_owned).unwrap_or_default();
        for component in Path::new(relative).components() {
            match component {
                Component::CurDir => {}
                Component::ParentDir
                    if matches!(path.components().next_back(), Some(Component::Normal(_))) =>
                {
                    path.pop();
                }
                component => path.push(component),
            }
        }
        Some(path)
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
        let mark = usize::from(start == 0 && byte > 0 && self.text.starts_with('\u{FEFF}'));
        let column = self.code_points_before(byte).saturating_sub(self.code_points_before(start) + mark);
        Position { line, column: column + 1 }
    }

    /// The text of a line, counted from 1, without its break and without a byte order mark; none past the last line.
    pub fn line(&self, line: usize) -> Option<HostSpan> {
        let start = *self.line_starts.get(line.checked_sub(1)?)?;
        // The next line begins behind the break.
        let end = self.line_starts.get(line).map_or(self.text.len(), |next| next - 1);
        let text = self.text.get(start..end)?;
        let end = end - usize::from(end < self.text.len() && text.ends_with('\r'));
        let mark = if start == 0 && text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
        Some(HostSpan::new(start + mark, end))
    }

    fn code_points_before(&self, byte: usize) -> usize {
        let block = byte / BLOCK;
        let Some(before) = self.code_points.get(block) else {
            // Past the last block: an end of text that fills its blocks.
            let last = self.code_points.len().saturating_sub(1);
            let before = self.code_points.last().copied().unwrap_or(0);
            return before + self.text.as_bytes().get(last * BLOCK..byte).map_or(0, code_points_in);
        };
        before + self.text.as_bytes().get(block * BLOCK..byte).map_or(0, code_points_in)
    }

    /// The text of a range; empty where the range does not fit.
    pub fn slice(&self, span: HostSpan) -> &str {
        self.text.get(span.start..span.end).unwrap_or("")
    }
}

/// The code points that begin in a part of a UTF-8 text: bytes that continue none.
fn code_points_in(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0b1100_0000 != 0b1000_0000).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, byte: usize) -> (usize, usize) {
        let position = SourceFile::new("a", text).position(byte);
        (position.line, position.column)
    }

    #[test]
    fn lines_and_columns_count_from_one() {
        let text = "ab\r\n\né😀c";
        let places: Vec<_> = text.char_indices().map(|(byte, _)| at(text, byte)).collect();
        assert_eq!(places, [(1, 1), (1, 2), (1, 3), (1, 4), (2, 1), (3, 1), (3, 2), (3, 3)]);
        assert_eq!(at(text, text.len()), (3, 4));
        assert_eq!(at(text, text.len() + 9), (3, 4));
        assert_eq!(at("", 0), (1, 1));
    }

    #[test]
    fn a_byte_order_mark_takes_no_column() {
        assert_eq!(at("\u{FEFF}ab\nc", 0), (1, 1));
        assert_eq!(at("\u{FEFF}ab\nc", 3), (1, 1));
        assert_eq!(at("\u{FEFF}ab\nc", 4), (1, 2));
        assert_eq!(at("\u{FEFF}ab\nc", 6), (2, 1));
    }

    #[test]
    fn lines_are_without_their_breaks_and_the_mark() {
        let file = SourceFile::new("a", "\u{FEFF}ab\r\n\né\rf\n");
        let lines: Vec<_> = (0..6).map(|line| file.line(line).map(|span| file.slice(span))).collect();
        assert_eq!(lines, [None, Some("ab"), Some(""), Some("é\rf"), Some(""), None]);
        assert_eq!(SourceFile::new("a", "").line(1), Some(HostSpan::new(0, 0)));
    }

    #[test]
    fn columns_are_right_around_block_borders() {
        for lead in [0, 1, 2, 3] {
            let text = format!("{}\n{}", "x".repeat(lead), "é😀".repeat(1000));
            let start = lead + 1;
            for (i, (byte, _)) in text.char_indices().skip(start).enumerate() {
                assert_eq!(at(&text, byte), (2, i + 1));
            }
            assert_eq!(at(&text, text.len()), (2, 2001));
        }
        assert_eq!(at(&"x".repeat(BLOCK), BLOCK), (1, BLOCK + 1));
    }
}
