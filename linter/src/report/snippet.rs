//! The lines of a host file around a place, cut to the screen and made safe to show, for miette to draw.
//!
//! miette takes whole lines, counts columns in bytes and writes what it is given as it is. A definition may be one
//! line of two megabytes and hold any byte, so it is handed a copy: the few lines around the place, cut on both sides
//! to what fits, with controls escaped, and with the position counted by the file itself.

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use unicode_width::UnicodeWidthStr;

use super::{Base, Screen, visible};
use crate::source::{HostSpan, Position, SourceFile};

/// Lines of a place that are shown; of a longer one the beginning is.
const MAX_LINES: usize = 8;

/// Columns per tab stop.
const TAB: usize = 4;

/// Characters into a line up to which other lines scroll along with that of the place.
const MAX_SCROLL: usize = 2000;

/// A place with the lines around it.
#[derive(Debug)]
pub struct Snippet {
    name: String,
    text: String,
    first_line: usize,
    position: Position,
    label: SourceSpan,
    lines_left_out: usize,
}

impl Snippet {
    /// Cuts the lines around a place out of a file.
    pub fn cut(file: &SourceFile, span: HostSpan, base: &Base, screen: &Screen) -> Self {
        let text = file.text();
        let start = char_boundary_before(text, span.start);
        let end = char_boundary_after(text, span.end).max(start);
        let position = file.position(start);
        let lines = Lines::around(file, position.line, end);
        let first_line = position.line.saturating_sub(1 + lines.before);
        let last_line = first_line + lines.lines.len();
        // ` 12 │ ` before each line, and room for the bracket beside a place of several lines.
        let bracket = if lines.lines.len() > lines.before + lines.after + 1 { 4 } else { 0 };
        let gutter = last_line.to_string().len() + 4 + bracket;
        let width = screen.width().saturating_sub(gutter).max(10);
        let window = Window::over(text, &lines, start, end, width, position, screen);

        let mut drawn = Drawn { text: String::new(), starts: Vec::new() };
        let count = lines.lines.len();
        let mut first_line = first_line;
        for (nth, line) in lines.lines.iter().enumerate() {
            let from = if nth == lines.before { Some(window.start) } else { skip(text, line, window.scroll) };
            // A line around the place of which nothing would be left says nothing.
            if from.is_none() && nth < lines.before {
                first_line += 1;
                continue;
            }
            if from.is_none() && nth + lines.after >= count {
                break;
            }
            drawn.line(text, line, from, width, screen);
        }
        let (label_start, label_end) = (drawn.place(start), drawn.place(end.min(lines.last_byte())));
        Self {
            name: visible::line(&base.shown(file.path())),
            text: drawn.text,
            first_line,
            position,
            label: SourceSpan::from((label_start, label_end.saturating_sub(label_start))),
            lines_left_out: lines_between(file, lines.last_byte(), end),
        }
    }

    /// The place within the snippet.
    pub fn label(&self) -> SourceSpan {
        self.label
    }

    /// Lines of the place that are not shown.
    pub fn lines_left_out(&self) -> usize {
        self.lines_left_out
    }
}

impl SourceCode for Snippet {
    /// Without context lines miette asks for the place's position; with them, for the lines to draw, which are the
    /// whole snippet whatever the span.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let whole = SourceSpan::from((0, self.text.len()));
        let (data, span, line, column): (&[u8], _, _, _) = if before == 0 && after == 0 {
            (&[], *span, self.position.line.saturating_sub(1), self.position.column.saturating_sub(1))
        } else {
            (self.text.as_bytes(), whole, self.first_line, 0)
        };
        let count = self.text.lines().count();
        Ok(Box::new(MietteSpanContents::new_named(self.name.clone(), data, span, line, column, count)))
    }
}

/// The line breaks between two bytes that have text behind them.
fn lines_between(file: &SourceFile, from: usize, to: usize) -> usize {
    let Some(rest) = file.text().get(from..to) else { return 0 };
    let last = from + rest.trim_end().len();
    file.position(last).line.saturating_sub(file.position(from).line)
}

fn char_boundary_before(text: &str, byte: usize) -> usize {
    let byte = byte.min(text.len());
    (0..=byte).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

fn char_boundary_after(text: &str, byte: usize) -> usize {
    (byte..text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len())
}

/// A half-open range of bytes of the file, without its line break.
type Line = std::ops::Range<usize>;

/// The lines to show: those of the place and one on each side.
struct Lines {
    lines: Vec<Line>,
    before: usize,
    after: usize,
}

impl Lines {
    /// The lines around a place that begins on a line and ends before a byte.
    fn around(file: &SourceFile, first: usize, end: usize) -> Self {
        let mut lines: Vec<Line> = Vec::new();
        let range = |line: usize| file.line(line).map(|span| span.start..span.end);
        lines.extend(first.checked_sub(1).and_then(range));
        let before = lines.len();
        let mut after = 0;
        for (nth, line) in (first..).map_while(range).enumerate() {
            let follows = nth > 0 && line.start >= end;
            // The empty line after a file's last line break is no line.
            if follows && line.start == file.text().len() {
                break;
            }
            lines.push(line);
            after = usize::from(follows);
            if follows || lines.len() >= before + MAX_LINES {
                break;
            }
        }
        Self { lines, before, after }
    }

    fn last_byte(&self) -> usize {
        self.lines.iter().rev().nth(self.after).map_or(0, |line| line.end)
    }
}

/// Where the shown part of the place's first line begins.
struct Window {
    /// First byte.
    start: usize,
    /// Characters of the line before that byte.
    scroll: usize,
}

impl Window {
    /// The line's beginning where the place fits the screen with it; otherwise what puts the place in the middle.
    /// Nothing further from the place than the screen is wide is looked at.
    fn over(
        text: &str,
        lines: &Lines,
        start: usize,
        end: usize,
        width: usize,
        position: Position,
        screen: &Screen,
    ) -> Self {
        let Some(line) = lines.lines.get(lines.before) else { return Self { start, scroll: 0 } };
        let place = text.get(start..end.min(line.end).max(start)).unwrap_or("");
        let mut place_columns = 0;
        for c in place.chars() {
            place_columns += columns(c);
            if place_columns >= width {
                break;
            }
        }
        let room = width.saturating_sub(place_columns + screen.ellipsis().width());
        let lead = text.get(line.start..start).unwrap_or("");
        let (mut used, mut middle) = (0, None);
        for (walked, (at, c)) in lead.char_indices().rev().enumerate() {
            used += columns(c);
            if used > room / 2 && middle.is_none() {
                let scroll = position.column.saturating_sub(1 + walked);
                middle = Some(Self { start: line.start + at + c.len_utf8(), scroll });
            }
            if used > room {
                return middle.unwrap_or(Self { start, scroll: 0 });
            }
        }
        Self { start: line.start, scroll: 0 }
    }
}

fn columns(c: char) -> usize {
    if c == '\t' {
        return TAB;
    }
    let mut shown = String::new();
    visible::push(&mut shown, c);
    shown.width()
}

/// The byte of a line before which so many characters stand; none where the line is shorter or too long to count.
fn skip(text: &str, line: &Line, scroll: usize) -> Option<usize> {
    if scroll == 0 {
        return Some(line.start);
    }
    if scroll > MAX_SCROLL {
        return None;
    }
    let line_text = text.get(line.clone())?;
    let (at, _) = line_text.char_indices().nth(scroll)?;
    let has_text = line_text.get(at..)?.chars().any(|c| !c.is_whitespace());
    has_text.then_some(line.start + at)
}

/// The lines as they are shown, and where each shown character came from.
struct Drawn {
    text: String,
    /// File byte and snippet byte, both ascending.
    starts: Vec<(usize, usize)>,
}

impl Drawn {
    fn line(&mut self, text: &str, line: &Line, from: Option<usize>, width: usize, screen: &Screen) {
        let dots = screen.ellipsis();
        let Some(from) = from else {
            if !line.is_empty() {
                self.text.push_str(dots);
            }
            self.starts.push((line.end, self.text.len()));
            self.text.push('\n');
            return;
        };
        let mut used = 0;
        if from > line.start {
            self.text.push_str(dots);
            used += dots.width();
        }
        let mut shown = String::new();
        let mut rest = text.get(from..line.end).unwrap_or("").char_indices().peekable();
        while let Some((at, c)) = rest.next() {
            shown.clear();
            if c == '\t' {
                shown.extend(std::iter::repeat_n(' ', TAB - used % TAB));
            } else {
                visible::push(&mut shown, c);
            }
            let reserve = if rest.peek().is_some() { dots.width() } else { 0 };
            self.starts.push((from + at, self.text.len()));
            if used + shown.width() + reserve > width {
                self.text.push_str(dots);
                break;
            }
            used += shown.width();
            self.text.push_str(&shown);
        }
        self.starts.push((line.end, self.text.len()));
        self.text.push('\n');
    }

    /// Where a byte of the file stands in the snippet; what is not shown, at the nearest byte that is.
    fn place(&self, byte: usize) -> usize {
        let next = self.starts.partition_point(|&(host, _)| host < byte);
        self.starts.get(next).or(self.starts.last()).map_or(0, |&(_, at)| at)
    }
}
