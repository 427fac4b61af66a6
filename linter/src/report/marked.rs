//! Text of which some parts are marked, drawn with a row of marks under each line that has any: the marks survive
//! where colours do not.

use std::io::{self, Write};
use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use super::elision::{Part, elide};
use super::{Screen, visible};

/// Lines drawn of one text; of a longer one its beginning, its end and what stands around marks.
const MAX_LINES: usize = 24;

/// Rows drawn of one line that is wider than the screen; of a longer one likewise.
const MAX_ROWS: usize = 5;

/// One line: visible characters and the byte ranges of it that are marked, in order and apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MarkedLine {
    text: String,
    marks: Vec<Range<usize>>,
}

impl MarkedLine {
    /// Adds a character that came from outside, made visible.
    pub fn push(&mut self, c: char, marked: bool) {
        let start = self.text.len();
        visible::push(&mut self.text, c);
        self.mark(start, marked);
    }

    /// Adds blanks of our own.
    pub fn push_blanks(&mut self, count: usize, marked: bool) {
        let start = self.text.len();
        self.text.extend(std::iter::repeat_n(' ', count));
        self.mark(start, marked);
    }

    /// The visible text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether any part is marked.
    pub fn is_marked(&self) -> bool {
        !self.marks.is_empty()
    }

    /// Whether the line's last character is marked.
    pub fn ends_marked(&self) -> bool {
        self.marks.last().is_some_and(|mark| mark.end == self.text.len())
    }

    fn mark(&mut self, start: usize, marked: bool) {
        let end = self.text.len();
        if !marked || start == end {
            return;
        }
        match self.marks.last_mut() {
            Some(last) if last.end == start => last.end = end,
            _ => self.marks.push(start..end),
        }
    }

    /// The characters, each with whether it is marked.
    pub fn characters(&self) -> impl Iterator<Item = (char, bool)> {
        self.text.char_indices().map(|(at, c)| (c, self.is_marked_at(at)))
    }

    fn is_marked_at(&self, byte: usize) -> bool {
        let next = self.marks.partition_point(|mark| mark.start <= byte);
        next.checked_sub(1).and_then(|i| self.marks.get(i)).is_some_and(|mark| byte < mark.end)
    }

    /// The line cut into rows of at most `width` columns.
    fn rows(&self, width: usize) -> Vec<Row> {
        let mut rows = vec![Row::default()];
        let mut used = 0;
        for (c, marked) in self.characters() {
            let columns = c.width().unwrap_or(0);
            if used + columns > width && used > 0 {
                rows.push(Row::default());
                used = 0;
            }
            used += columns;
            if let Some(row) = rows.last_mut() {
                row.push(c, columns, marked);
            }
        }
        rows
    }
}

/// A text cut into lines at its line breaks, with the given byte ranges of it marked.
pub fn lines(text: &str, ranges: &[(usize, usize)]) -> Vec<MarkedLine> {
    let marks = Marks::new(ranges);
    let mut lines = vec![MarkedLine::default()];
    for (at, c) in text.char_indices() {
        let line_break = c == '\n' || (c == '\r' && text.as_bytes().get(at + 1) == Some(&b'\n'));
        let Some(line) = lines.last_mut() else { break };
        let marked = marks.contains(at);
        if !line_break {
            line.push(c, marked);
        } else if marked {
            // A line break that the client put there must not vanish.
            line.push(c, true);
        }
        if c == '\n' {
            lines.push(MarkedLine::default());
        }
    }
    lines
}

/// Byte ranges of a text, joined and in order.
#[derive(Clone, Debug)]
pub struct Marks(Vec<Range<usize>>);

impl Marks {
    /// Ranges in any order; overlaps join, empty ones are dropped.
    pub fn new(ranges: &[(usize, usize)]) -> Self {
        let mut sorted: Vec<Range<usize>> =
            ranges.iter().map(|&(a, b)| a..b).filter(|r| !r.is_empty()).collect();
        sorted.sort_by_key(|range| range.start);
        let mut joined: Vec<Range<usize>> = Vec::with_capacity(sorted.len());
        for range in sorted {
            match joined.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => joined.push(range),
            }
        }
        Self(joined)
    }

    /// Whether a byte is marked.
    pub fn contains(&self, byte: usize) -> bool {
        let next = self.0.partition_point(|range| range.start <= byte);
        next.checked_sub(1).and_then(|i| self.0.get(i)).is_some_and(|range| byte < range.end)
    }
}

/// One row on the screen: stretches of text that are all marked or all not, with their widths.
#[derive(Clone, Debug, Default)]
struct Row(Vec<Stretch>);

#[derive(Clone, Debug)]
struct Stretch {
    text: String,
    columns: usize,
    marked: bool,
}

impl Row {
    fn push(&mut self, c: char, columns: usize, marked: bool) {
        match self.0.last_mut() {
            Some(stretch) if stretch.marked == marked => {
                stretch.text.push(c);
                stretch.columns += columns;
            }
            _ => self.0.push(Stretch { text: c.to_string(), columns, marked }),
        }
    }

    fn is_marked(&self) -> bool {
        self.0.iter().any(|stretch| stretch.marked)
    }
}

/// Draws lines, each after `indent` blanks, with `^` under what is marked.
pub fn write(out: &mut dyn Write, lines: &[MarkedLine], indent: usize, screen: &Screen) -> io::Result<()> {
    let width = screen.width().saturating_sub(indent).max(10);
    let parts = elide(lines.iter().map(MarkedLine::is_marked), MAX_LINES);
    for (line, part) in lines.iter().zip(parts) {
        match part {
            Part::Shown => {}
            Part::InGap => continue,
            Part::GapOf(count) => {
                let noun = if count == 1 { "line" } else { "lines" };
                left_out(out, count, noun, indent, screen)?;
                continue;
            }
        }
        let rows = line.rows(width);
        let parts = elide(rows.iter().map(Row::is_marked), MAX_ROWS);
        for (row, part) in rows.iter().zip(parts) {
            match part {
                Part::Shown => write_row(out, row, indent, screen)?,
                Part::InGap => {}
                Part::GapOf(count) => left_out(out, count * width, "columns", indent, screen)?,
            }
        }
    }
    Ok(())
}

fn left_out(out: &mut dyn Write, count: usize, noun: &str, indent: usize, screen: &Screen) -> io::Result<()> {
    let (dim, dots) = (screen.dim(), screen.ellipsis());
    writeln!(out, "{:indent$}{dim}{dots} {count} {noun} {dots}{dim:#}", "")
}

fn write_row(out: &mut dyn Write, row: &Row, indent: usize, screen: &Screen) -> io::Result<()> {
    let injected = screen.injected();
    if !row.0.is_empty() {
        write!(out, "{:indent$}", "")?;
    }
    for stretch in &row.0 {
        if stretch.marked {
            write!(out, "{injected}{}{injected:#}", stretch.text)?;
        } else {
            write!(out, "{}", stretch.text)?;
        }
    }
    writeln!(out)?;
    if row.is_marked() {
        write!(out, "{:indent$}", "")?;
        let last = row.0.iter().rposition(|stretch| stretch.marked).unwrap_or(0);
        for stretch in row.0.iter().take(last + 1) {
            let mark = if stretch.marked { "^" } else { " " };
            let style = if stretch.marked { injected } else { anstyle::Style::new() };
            write!(out, "{style}{}{style:#}", mark.repeat(stretch.columns))?;
        }
        writeln!(out)?;
    }
    Ok(())
}
