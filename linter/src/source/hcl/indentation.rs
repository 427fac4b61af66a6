//! What `<<-` takes away from the lines of a heredoc.
//!
//! Terraform takes from each line as many blanks as the line with the fewest has; lines of blanks alone neither count
//! nor change, and a line that begins with `${` or `%{` has none. (HCL's `flushHeredocTemplateParts`.)

use crate::source::HostSpan;

/// The characters that are taken from the beginning of each line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Indentation(usize);

impl Indentation {
    /// The indentation of a heredoc that ends at `end` and whose literals, in file order, are `literals`. Lines that
    /// begin inside an expression are no lines of the text.
    pub fn of(text: &str, start: usize, end: usize, literals: &[HostSpan]) -> Self {
        let breaks = literals.iter().flat_map(|literal| {
            let part = text.get(literal.start..literal.end).unwrap_or("");
            part.match_indices('\n').map(move |(at, _)| literal.start + at + 1)
        });
        let mut fewest: Option<usize> = None;
        let mut literals = literals.iter().peekable();
        for at in std::iter::once(start).chain(breaks).take_while(|at| *at < end) {
            while literals.next_if(|literal| literal.end <= at).is_some() {}
            let Some(literal) = literals.peek().filter(|literal| literal.start <= at) else {
                return Self(0);
            };
            let rest = text.get(at..literal.end).unwrap_or("");
            let line = rest.split_inclusive('\n').next().unwrap_or("");
            if !is_blank(line) {
                let blanks = line.chars().take_while(|c| c.is_whitespace()).count();
                fewest = Some(fewest.map_or(blanks, |fewest| fewest.min(blanks)));
            }
        }
        Self(fewest.unwrap_or(0))
    }

    /// The bytes to leave out at the beginning of a line.
    pub fn skipped(self, line: &str) -> usize {
        if is_blank(line) { 0 } else { line.chars().take(self.0).map(char::len_utf8).sum() }
    }
}

fn is_blank(line: &str) -> bool {
    line.ends_with('\n') && line.trim_start().is_empty()
}
