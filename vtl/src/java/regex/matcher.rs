//! A pattern, made ready for one text.

use regex_automata::meta::Regex;
use regex_automata::{Input, Span};

use super::RegexError;
use super::automaton::{Lines, automaton};
use super::tree::Tree;

/// Finds a pattern in the text that it was made for.
pub(super) struct Matcher {
    regex: Regex,
}

/// Where a match and its groups stand.
#[derive(Clone, Debug)]
pub(super) struct Match {
    /// Where the whole match stands.
    pub(super) span: Span,
    /// Where each group stands, from group 1 on; none where it took no part in the match.
    groups: Vec<Option<Span>>,
}

impl Match {
    /// Where a group stands; group 0 is the whole match.
    pub(super) fn group(&self, index: usize) -> Option<Span> {
        match index.checked_sub(1) {
            None => Some(self.span),
            Some(at) => self.groups.get(at).copied().flatten(),
        }
    }
}

impl Matcher {
    /// For matches of the whole text.
    pub(super) fn whole(tree: &Tree, text: &str) -> Result<Self, RegexError> {
        Self::of(tree, Lines::of(text, true))
    }

    /// For matches anywhere in the text.
    pub(super) fn anywhere(tree: &Tree, text: &str) -> Result<Self, RegexError> {
        Self::of(tree, Lines::of(text, false))
    }

    fn of(tree: &Tree, lines: Lines<'_>) -> Result<Self, RegexError> {
        match automaton(&tree.root, lines)? {
            Some(regex) => Ok(Self { regex }),
            None => Err(RegexError::Unsupported("look-around, back-references, possessive and atomic parts")),
        }
    }

    /// The first match that begins at or after a byte; `_last` is where the match before ended.
    pub(super) fn find(&self, text: &str, from: usize, _last: usize) -> Result<Option<Match>, RegexError> {
        let mut captures = self.regex.create_captures();
        self.regex.captures(Input::new(text).range(from..), &mut captures);
        let groups = (1..captures.group_len()).map(|group| captures.get_group(group));
        Ok(captures.get_group(0).map(|span| Match { span, groups: groups.collect() }))
    }

    /// All matches in order, as `Matcher.find` gives them: an empty one may follow directly on the one before, and a
    /// search after an empty one begins one character on.
    pub(super) fn matches<'m>(&'m self, text: &'m str) -> Matches<'m> {
        Matches { matcher: self, text, from: Some(0), last: 0 }
    }
}

/// The matches of a pattern in a text.
pub(super) struct Matches<'m> {
    matcher: &'m Matcher,
    text: &'m str,
    /// Where the next search begins.
    from: Option<usize>,
    last: usize,
}

impl Iterator for Matches<'_> {
    type Item = Result<Match, RegexError>;

    fn next(&mut self) -> Option<Self::Item> {
        let found = match self.matcher.find(self.text, self.from.take()?, self.last) {
            Ok(found) => found?,
            Err(error) => return Some(Err(error)),
        };
        let Span { start, end } = found.span;
        self.last = end;
        self.from = if start == end {
            // Java steps one UTF-16 unit; half a character is nothing that a text here can end with.
            self.text.get(end..).and_then(|rest| rest.chars().next()).map(|c| end + c.len_utf8())
        } else {
            Some(end)
        };
        Some(Ok(found))
    }
}
