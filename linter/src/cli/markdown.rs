//! Markdown on a terminal, as far as the pages of lints use it: headings, paragraphs, lists, code, quotes, tables.

use std::io::{self, Write};

use anstyle::Style;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use crate::report::Screen;

/// Writes a page, wrapped to the screen.
pub(super) fn write(out: &mut dyn Write, page: &str, screen: &Screen) -> io::Result<()> {
    let mut drawing = Drawing {
        screen,
        out: String::new(),
        inline: String::new(),
        nesting: Vec::new(),
        table: None,
        link: None,
        gap: false,
    };
    for event in Parser::new_ext(page, Options::ENABLE_TABLES) {
        drawing.event(event);
    }
    out.write_all(drawing.out.as_bytes())
}

/// A block that puts something before each line of what is in it.
enum Nesting {
    /// A quote: a bar.
    Quote,
    /// A list, with the number of its next item, if it is numbered.
    List(Option<u64>),
    /// An item: the width of its bullet.
    Item { bullet: String, begun: bool },
}

struct Drawing<'a> {
    screen: &'a Screen,
    out: String,
    /// Text of the block being read, with styles in it.
    inline: String,
    nesting: Vec<Nesting>,
    /// Rows of cells of the table being read.
    table: Option<Vec<Vec<String>>>,
    /// Where the link being read leads.
    link: Option<String>,
    /// Whether an empty line belongs before the next block.
    gap: bool,
}

impl Drawing<'_> {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.inline.push_str(&text),
            Event::Code(code) => {
                let style = self.screen.lead();
                // Without colours the backticks have to tell code from text.
                let tick = if self.screen.colours { "" } else { "`" };
                self.inline.push_str(&format!("{style}{tick}{code}{tick}{style:#}"));
            }
            Event::SoftBreak => self.inline.push(' '),
            Event::HardBreak => self.inline.push('\n'),
            Event::Rule => self.block("---"),
            Event::Html(_)
            | Event::InlineHtml(_)
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { .. } => self.style_on(self.screen.heading()),
            Tag::Strong => self.style_on(self.screen.heading()),
            Tag::Emphasis => self.style_on(self.screen.style(Style::new().italic())),
            Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented) | Tag::Paragraph => {}
            Tag::BlockQuote(_) => {
                self.flush();
                self.write_gap();
                self.nesting.push(Nesting::Quote);
            }
            Tag::List(first) => {
                let tight = !self.inline.is_empty();
                self.flush();
                self.gap &= !tight;
                self.nesting.push(Nesting::List(first));
            }
            Tag::Link { dest_url, .. } => self.link = Some(dest_url.into_string()),
            Tag::Item => {
                self.flush();
                let bullet = match self.nesting.last_mut() {
                    Some(Nesting::List(Some(number))) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => "- ".to_owned(),
                };
                self.nesting.push(Nesting::Item { bullet, begun: false });
            }
            Tag::Table(_) => self.table = Some(Vec::new()),
            Tag::TableHead | Tag::TableRow => {
                if let Some(rows) = &mut self.table {
                    rows.push(Vec::new());
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        let reset = if self.screen.colours { "\u{1b}[0m" } else { "" };
        match tag {
            TagEnd::Heading(_) => {
                self.inline.push_str(reset);
                self.flush();
            }
            TagEnd::Link => {
                if let Some(link) = self.link.take() {
                    self.inline.push_str(&format!(" ({link})"));
                }
            }
            TagEnd::Strong | TagEnd::Emphasis => self.inline.push_str(reset),
            TagEnd::Paragraph => self.flush(),
            TagEnd::CodeBlock => {
                let code = std::mem::take(&mut self.inline);
                let dim = self.screen.dim();
                let lines = code.trim_end().lines().map(|line| format!("    {dim}{line}{dim:#}"));
                let code = lines.collect::<Vec<_>>().join("\n");
                self.block(&code);
            }
            TagEnd::BlockQuote(_) | TagEnd::List(_) => {
                self.flush();
                self.nesting.pop();
                self.gap = true;
            }
            TagEnd::Item => {
                self.flush();
                self.nesting.pop();
                // Items of one list stand close together.
                self.gap = false;
            }
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.inline);
                if let Some(row) = self.table.as_mut().and_then(|rows| rows.last_mut()) {
                    row.push(cell);
                }
            }
            TagEnd::Table => {
                let rows = self.table.take().unwrap_or_default();
                let table = aligned(&rows);
                self.block(&table);
            }
            _ => {}
        }
    }

    fn style_on(&mut self, style: Style) {
        self.inline.push_str(&style.to_string());
    }

    /// Writes the text read so far as a paragraph.
    fn flush(&mut self) {
        let text = std::mem::take(&mut self.inline);
        if text.is_empty() {
            return;
        }
        let taken = self.nesting.iter().map(Nesting::width).sum::<usize>();
        let width = self.screen.prose_width().saturating_sub(taken).max(20);
        let options = textwrap::Options::new(width).word_separator(textwrap::WordSeparator::AsciiSpace);
        self.block(&textwrap::fill(&text, options));
    }

    /// Writes lines that are laid out already.
    fn block(&mut self, lines: &str) {
        self.write_gap();
        for line in lines.lines() {
            let prefix = self.prefix(true);
            self.out.push_str(format!("{prefix}{line}").trim_end());
            self.out.push('\n');
        }
        self.gap = true;
    }

    /// Writes the empty line that belongs before the next block, if one does.
    fn write_gap(&mut self) {
        if std::mem::take(&mut self.gap) {
            let blank = self.prefix(false);
            self.out.push_str(blank.trim_end());
            self.out.push('\n');
        }
    }

    /// What stands before a line; the first line of an item has its bullet.
    fn prefix(&mut self, text: bool) -> String {
        let bar = if self.screen.unicode { "│ " } else { "| " };
        let mut prefix = String::new();
        for nesting in &mut self.nesting {
            match nesting {
                Nesting::Quote => prefix.push_str(bar),
                Nesting::List(_) => {}
                Nesting::Item { bullet, begun } if !*begun && text => {
                    prefix.push_str(bullet);
                    *begun = true;
                }
                Nesting::Item { bullet, .. } => prefix.extend(std::iter::repeat_n(' ', bullet.len())),
            }
        }
        prefix
    }
}

impl Nesting {
    fn width(&self) -> usize {
        match self {
            Nesting::Quote => 2,
            Nesting::List(_) => 0,
            Nesting::Item { bullet, .. } => bullet.len(),
        }
    }
}

/// Rows with their cells under one another; the first row is the head.
fn aligned(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| textwrap::core::display_width(cell)).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut lines: Vec<String> = Vec::new();
    for (nth, row) in rows.iter().enumerate() {
        let padded = row.iter().zip(&widths).map(|(cell, &width)| {
            let blanks = width.saturating_sub(textwrap::core::display_width(cell));
            format!("{cell}{:blanks$}", "")
        });
        lines.push(padded.collect::<Vec<_>>().join("  ").trim_end().to_owned());
        if nth == 0 {
            lines.push(widths.iter().map(|&width| "-".repeat(width)).collect::<Vec<_>>().join("  "));
        }
    }
    lines.join("\n")
}
