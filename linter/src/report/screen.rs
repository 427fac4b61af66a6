//! What a report is drawn on.

use anstyle::{AnsiColor, Style};

use crate::finding::Severity;

/// The narrowest screen that is drawn for; what is narrower wraps by itself.
const NARROWEST: usize = 30;

/// The widest line of prose: longer ones are hard to read.
const WIDEST_PROSE: usize = 100;

/// How wide a report may be, and what may be used to draw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    pub(super) width: usize,
    /// Whether escape sequences for colours may be written.
    pub colours: bool,
    /// Whether characters beyond ASCII may be used for lines and marks.
    pub unicode: bool,
}

impl Screen {
    /// A screen of so many columns.
    pub fn new(width: usize, colours: bool, unicode: bool) -> Self {
        Self { width: width.max(NARROWEST), colours, unicode }
    }

    /// Columns for text that keeps its layout.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Columns for prose.
    pub fn prose_width(&self) -> usize {
        self.width.min(WIDEST_PROSE)
    }

    /// `style` where colours may be used, else no style.
    pub fn style(&self, style: Style) -> Style {
        if self.colours { style } else { Style::new() }
    }

    /// The style of headings.
    pub fn heading(&self) -> Style {
        self.style(Style::new().bold())
    }

    /// The style of words that introduce something (`help:`).
    pub fn lead(&self) -> Style {
        self.style(AnsiColor::Cyan.on_default())
    }

    /// The style of what a client put somewhere.
    pub fn injected(&self) -> Style {
        self.style(AnsiColor::Red.on_default().bold())
    }

    /// The style of what matters least.
    pub fn dim(&self) -> Style {
        self.style(Style::new().dimmed())
    }

    /// The style of a severity.
    pub fn severity(&self, severity: Severity) -> Style {
        self.style(match severity {
            Severity::Error => AnsiColor::Red.on_default().bold(),
            Severity::Warning => AnsiColor::Yellow.on_default().bold(),
            Severity::Note => AnsiColor::Cyan.on_default().bold(),
        })
    }

    /// What stands for left-out text.
    pub fn ellipsis(&self) -> &'static str {
        if self.unicode { "…" } else { "..." }
    }

    /// Wraps prose to lines, the first after `lead` columns that are already taken, the others indented by as many.
    pub fn wrap(&self, prose: &str, lead: usize) -> String {
        let width = self.prose_width().saturating_sub(lead).max(NARROWEST / 2);
        let options = textwrap::Options::new(width).word_separator(textwrap::WordSeparator::AsciiSpace);
        let lines = textwrap::wrap(prose, options);
        lines.join(&format!("\n{:lead$}", ""))
    }
}
