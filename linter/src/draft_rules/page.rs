//! The page that a draft is written on: lines, comments, and what is left to fill in.

use std::ops::Range;

use super::scalar::remark;

/// Columns of a comment.
const WIDTH: usize = 100;

/// Columns of a line with a comment at its end; what is longer has its comment above.
const MAX_LINE: usize = 110;

/// Something that the definitions do not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Todo {
    /// The line of the draft, from 1.
    pub line: usize,
    /// What it is about: "table `Orders`".
    pub about: String,
    /// What is to be done.
    pub what: String,
}

/// A draft on its way.
#[derive(Debug, Default)]
pub(super) struct Page {
    text: String,
    lines: usize,
    todos: Vec<Todo>,
    /// The bytes of each grant.
    grants: Vec<Range<usize>>,
}

impl Page {
    /// Writes a line of YAML.
    pub(super) fn line(&mut self, indent: usize, text: &str) {
        self.text.extend(std::iter::repeat_n(' ', indent));
        self.text.push_str(text);
        self.text.push('\n');
        self.lines += 1;
    }

    /// Leaves a line empty.
    pub(super) fn gap(&mut self) {
        self.text.push('\n');
        self.lines += 1;
    }

    /// Writes a comment of its own, in as many lines as it takes.
    pub(super) fn comment(&mut self, indent: usize, text: &str) {
        for line in wrapped(text, WIDTH.saturating_sub(indent + 2)) {
            self.line(indent, &format!("# {line}"));
        }
    }

    /// Writes a line of YAML with something to fill in.
    pub(super) fn line_to_do(&mut self, indent: usize, text: &str, about: &str, what: &str) {
        let line = format!("{text} # TODO: {}", remark(what));
        if indent + line.chars().count() > MAX_LINE {
            self.comment_to_do(indent, about, what);
            self.line(indent, text);
        } else {
            self.note(about, what);
            self.line(indent, &line);
        }
    }

    /// Writes a comment of its own that says what is to fill in.
    pub(super) fn comment_to_do(&mut self, indent: usize, about: &str, what: &str) {
        self.note(about, what);
        self.comment(indent, &format!("TODO: {what}"));
    }

    /// Writes a comment that says what is not here.
    pub(super) fn left_out(&mut self, what: &str) {
        const LEFT_OUT: &str = "left out";
        self.note(LEFT_OUT, what);
        self.comment(0, &format!("TODO: {LEFT_OUT}: {what}"));
    }

    /// Remembers that the next line has something to fill in.
    fn note(&mut self, about: &str, what: &str) {
        self.todos.push(Todo { line: self.lines + 1, about: about.to_owned(), what: what.to_owned() });
    }

    /// Writes a grant, and remembers where.
    pub(super) fn grant(&mut self, write: impl FnOnce(&mut Self)) {
        let start = self.text.len();
        write(self);
        self.grants.push(start..self.text.len());
    }

    /// The grants, by their order, in whose text a byte is.
    pub(super) fn grant_at(&self, byte: usize) -> Option<usize> {
        self.grants.iter().position(|range| range.contains(&byte))
    }

    /// The text so far.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The text, and what is left to fill in.
    pub(super) fn finish(self) -> (String, Vec<Todo>) {
        (self.text, self.todos)
    }
}

/// The lines of a comment, broken between words. A word that is too long has a line of its own.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        let word = remark(word);
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(word),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_broken_between_words() {
        let mut page = Page::default();
        page.comment(2, &"word ".repeat(40));
        page.comment(0, "one\ntwo");
        let (text, _) = page.finish();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 4, "{text}");
        assert!(
            lines.iter().all(|line| line.trim_start().starts_with("# ") && line.len() <= WIDTH),
            "{text}"
        );
        assert_eq!(lines[3], "# one\\x0atwo");
    }

    #[test]
    fn what_is_left_is_told_by_its_line() {
        let mut page = Page::default();
        page.line(0, "version: 1");
        page.gap();
        page.line_to_do(2, "keys: any", "grant `a`", "say whose");
        page.grant(|page| page.comment_to_do(2, "grant `b`", "check"));
        assert_eq!((page.grant_at(0), page.grant_at(page.text().len() - 1)), (None, Some(0)));
        let (text, todos) = page.finish();
        assert_eq!(text, "version: 1\n\n  keys: any # TODO: say whose\n  # TODO: check\n");
        let told: Vec<(usize, &str)> = todos.iter().map(|todo| (todo.line, todo.what.as_str())).collect();
        assert_eq!(told, [(3, "say whose"), (4, "check")]);
    }
}
