//! Finds a pattern with the engine that is right for it.

use regex_automata::meta::Regex;
use regex_automata::{Input, Span};

use super::RegexError;
use super::automaton::{Lines, automaton};
use super::backtracker::{Backtracker, Fuel};
use super::program::Program;
use super::tree::Tree;

/// Finds a pattern in a text.
pub(super) struct Matcher<'t> {
    engine: Engine<'t>,
    groups: u32,
    /// Whether the pattern has to fit the whole text.
    whole: bool,
}

enum Engine<'t> {
    Automaton(Box<Regex>, Budget),
    Backtracking(Program<'t>, Fuel),
}

/// Where a match and its groups stand.
#[derive(Clone, Debug, PartialEq, Eq)]
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

impl<'t> Matcher<'t> {
    /// For a match of a whole text with such lines.
    pub(super) fn whole(tree: &'t Tree, lines: Lines) -> Result<Self, RegexError> {
        Self::new(tree, lines, true)
    }

    /// For matches anywhere in a text with such lines.
    pub(super) fn anywhere(tree: &'t Tree, lines: Lines) -> Result<Self, RegexError> {
        Self::new(tree, lines, false)
    }

    fn new(tree: &'t Tree, lines: Lines, whole: bool) -> Result<Self, RegexError> {
        let engine = match automaton(&tree.root, lines, whole)? {
            Some(regex) => Engine::Automaton(Box::new(regex), Budget::of(tree)),
            None => Engine::Backtracking(Program::of(&tree.root, tree.groups)?, Fuel::default()),
        };
        Ok(Self { engine, groups: tree.groups, whole })
    }

    /// Whether the pattern is found.
    pub(super) fn is_match(&mut self, text: &str) -> Result<bool, RegexError> {
        match &mut self.engine {
            Engine::Automaton(regex, budget) => {
                budget.allows(text.len())?;
                Ok(regex.is_match(text))
            }
            Engine::Backtracking(..) => Ok(self.find(text, 0, 0)?.is_some()),
        }
    }

    /// The first match that begins at or after a byte; `last` is where the match before ended.
    fn find(&mut self, text: &str, from: usize, last: usize) -> Result<Option<Match>, RegexError> {
        match &mut self.engine {
            Engine::Automaton(regex, budget) => {
                let ahead = text.len() - from.min(text.len());
                budget.allows(ahead)?;
                let mut captures = regex.create_captures();
                regex.captures(Input::new(text).range(from..), &mut captures);
                budget.charge(ahead, captures.get_group(0).map_or(ahead, |span| span.end - from))?;
                // An automaton leaves out the groups that cannot take part; a group that is not there did not.
                let groups = (1..=self.groups as usize).map(|group| captures.get_group(group));
                Ok(captures.get_group(0).map(|span| Match { span, groups: groups.collect() }))
            }
            Engine::Backtracking(program, fuel) => {
                let until = self.whole.then_some(text.len());
                let starts = (from..=text.len()).filter(|&at| text.is_char_boundary(at));
                let mut search = Backtracker::new(program, text, last, fuel);
                for start in starts.take(if self.whole { 1 } else { usize::MAX }) {
                    let Some(end) = search.match_at(start, until)? else { continue };
                    let groups = (1..=self.groups)
                        .map(|group| search.group(group).map(|(start, end)| Span { start, end }));
                    return Ok(Some(Match { span: Span { start, end }, groups: groups.collect() }));
                }
                Ok(None)
            }
        }
    }

    /// All matches in order, as `Matcher.find` gives them: an empty one may follow directly on the one before, and a
    /// search after an empty one begins one character on.
    pub(super) fn matches<'m>(&'m mut self, text: &'m str) -> Matches<'m, 't> {
        Matches { matcher: self, text, from: Some(0), last: 0 }
    }
}

/// How much the searches of one matcher may still cost. One search is linear in the text, yet many of them need not
/// be: each of the matches of `.*x|a` looks at all of a text without an x.
struct Budget {
    left: usize,
    /// What one character costs.
    cost: usize,
    /// How many bytes a search looks at after the end of a match.
    overscan: usize,
}

impl Budget {
    /// A second or two in the worst case.
    const ALL: usize = 1 << 26;
    const SPENT: RegexError =
        RegexError::TooLarge("the regular expression is too much work on a text of this length");

    fn of(tree: &Tree) -> Self {
        let overscan = tree.root.overscan(true).map_or(usize::MAX, |chars| chars.saturating_mul(4));
        Self { left: Self::ALL, cost: tree.root.positions().saturating_add(1), overscan }
    }

    /// Refuses a search that could cost more than everything.
    fn allows(&self, ahead: usize) -> Result<(), RegexError> {
        let affordable = ahead.saturating_mul(self.cost) <= Self::ALL;
        affordable.then_some(()).ok_or(Self::SPENT)
    }

    /// Pays for a search over so many bytes, or as far as it went after the end of its match.
    fn charge(&mut self, ahead: usize, matched: usize) -> Result<(), RegexError> {
        let bytes = matched.saturating_add(self.overscan).min(ahead);
        self.left = self.left.checked_sub(bytes.saturating_mul(self.cost)).ok_or(Self::SPENT)?;
        Ok(())
    }
}

/// The matches of a pattern in a text.
pub(super) struct Matches<'m, 't> {
    matcher: &'m mut Matcher<'t>,
    text: &'m str,
    /// Where the next search begins.
    from: Option<usize>,
    last: usize,
}

impl Iterator for Matches<'_, '_> {
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

#[cfg(test)]
mod tests {
    use super::super::parse::parse;
    use super::super::properties::pattern;
    use super::*;
    use proptest::prelude::*;

    fn found(engine: Engine<'_>, tree: &Tree, text: &str) -> Result<Vec<Match>, RegexError> {
        let mut matcher = Matcher { engine, groups: tree.groups, whole: false };
        matcher.matches(text).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

        /// Two engines that share only the tree find the same matches.
        #[test]
        fn engines_agree(pattern in pattern(), text in "[ab0A\n]{0,8}") {
            let tree = parse(&pattern).unwrap();
            let lines = Lines::of(&text);
            let Some(regex) = automaton(&tree.root, lines, false).unwrap() else { return Ok(()) };
            let automaton = found(Engine::Automaton(Box::new(regex), Budget::of(&tree)), &tree, &text).unwrap();
            let program = Program::of(&tree.root, tree.groups).unwrap();
            let backtracking = found(Engine::Backtracking(program, Fuel::default()), &tree, &text).unwrap();
            prop_assert_eq!(automaton, backtracking, "{:?} in {:?}", pattern, text);
        }
    }
}
