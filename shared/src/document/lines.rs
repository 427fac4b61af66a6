//! Bytes of a text as lines and columns.

use super::Place;

/// Where the lines of a text begin. They end at `\n` (and `\r\n`).
#[derive(Debug)]
pub(crate) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    pub(crate) fn of(text: &'t str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { text, starts }
    }

    /// The place of a byte; a byte past the end gives the end. A byte order mark takes no column.
    pub(crate) fn place(&self, byte: usize) -> Place {
        let byte = byte.min(self.text.len());
        let line = self.starts.partition_point(|&start| start <= byte);
        let start = line.checked_sub(1).and_then(|nth| self.starts.get(nth)).copied().unwrap_or(0);
        let before = self.text.as_bytes().get(start..byte).unwrap_or_default();
        // Bytes that continue no code point.
        let columns = before.iter().filter(|&&byte| byte & 0b1100_0000 != 0b1000_0000).count();
        let mark = usize::from(start == 0 && byte > 0 && self.text.starts_with('\u{FEFF}'));
        Place { line, column: columns.saturating_sub(mark) + 1 }
    }
}
