//! Where the command reads and writes, and what can be drawn there.

use std::io::{BufRead, IsTerminal, Write};

use super::ColorChoice;
use super::progress::Bar;
use crate::report::{Base, Screen};

/// Columns where the width of a terminal is not known: continuous integration logs are about that wide.
const DEFAULT_WIDTH: usize = 120;

/// The command's streams.
pub struct Streams<'a> {
    /// Standard output: findings and what was asked for.
    pub out: &'a mut dyn Write,
    /// Standard error: everything else.
    pub err: &'a mut dyn Write,
    /// Standard input.
    pub input: &'a mut dyn BufRead,
    /// What standard output is drawn on.
    pub out_screen: Screen,
    /// What standard error is drawn on.
    pub err_screen: Screen,
    /// Whether a person reads standard output as it is written.
    pub out_is_terminal: bool,
    /// Whether a person reads standard error as it is written, on a terminal that can take back what it shows.
    pub err_is_terminal: bool,
    /// The directory that paths are shown relative to.
    pub base: Base,
}

impl<'a> Streams<'a> {
    /// The process's streams; colours as for `--color auto`.
    pub fn of_process(out: &'a mut dyn Write, err: &'a mut dyn Write, input: &'a mut dyn BufRead) -> Self {
        let moves_cursor = std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        let colours_wanted =
            std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()) && moves_cursor;
        let width = terminal_size::terminal_size().map_or(DEFAULT_WIDTH, |(width, _)| usize::from(width.0));
        let screen = |is_terminal: bool, stream| {
            let width = if is_terminal { width } else { DEFAULT_WIDTH };
            Screen::new(width, is_terminal && colours_wanted, supports_unicode::on(stream))
        };
        let out_is_terminal = std::io::stdout().is_terminal();
        Self {
            out,
            err,
            input,
            out_screen: screen(out_is_terminal, supports_unicode::Stream::Stdout),
            err_screen: screen(std::io::stderr().is_terminal(), supports_unicode::Stream::Stderr),
            out_is_terminal,
            err_is_terminal: std::io::stderr().is_terminal() && moves_cursor,
            base: Base::new(std::env::current_dir().unwrap_or_default()),
        }
    }

    /// The bar of a run that begins now; nobody sees it under `--quiet`.
    pub(super) fn bar(&self, quiet: bool) -> Bar {
        if self.err_is_terminal && !quiet { Bar::on_terminal() } else { Bar::hidden() }
    }

    /// Does as `--color` says.
    pub fn choose_colours(&mut self, choice: ColorChoice) {
        let colours = match choice {
            ColorChoice::Auto => return,
            ColorChoice::Always => true,
            ColorChoice::Never => false,
        };
        self.out_screen.colours = colours;
        self.err_screen.colours = colours;
    }
}
