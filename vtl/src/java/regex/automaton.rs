//! Trees that an automaton can match.

use regex_automata::meta::{Config, Regex};
use regex_automata::util::syntax;
use regex_syntax::hir::{self, Class, Hir};

use super::RegexError;
use super::tree::{Greed, Node, Place, Terminators};

/// How many bytes an automaton may take.
const MAX_BYTES: usize = 10 << 20;

/// What an automaton has to know of the text, because it cannot look for it: where lines end. In a text without line
/// terminators, and that is nearly every text, the ends of lines are the ends of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lines {
    empty: bool,
    /// Whether some line ends, at any terminator and at `\n`.
    some: [bool; 2],
    /// Whether the last character ends a line, likewise.
    last: [bool; 2],
}

impl Lines {
    /// The lines of a text.
    pub(super) fn of(text: &str) -> Self {
        let kinds = [Terminators::All, Terminators::Unix];
        Self {
            empty: text.is_empty(),
            some: kinds.map(|ends| text.contains(|c| ends.contain(c))),
            last: kinds.map(|ends| text.ends_with(|c| ends.contain(c))),
        }
    }

    fn are_many(self, ends: Terminators) -> bool {
        let [all, unix] = self.some;
        if ends == Terminators::All { all } else { unix }
    }

    fn end_with(self, ends: Terminators) -> bool {
        let [all, unix] = self.last;
        if ends == Terminators::All { all } else { unix }
    }
}

/// An automaton for a tree in texts with such lines, for matches anywhere or of the whole; none where it takes
/// backtracking.
pub(super) fn automaton(root: &Node, lines: Lines, whole: bool) -> Result<Option<Regex>, RegexError> {
    if !whole && !repeats_alike(root) {
        return Ok(None);
    }
    let Some(hir) = hir(root, lines, whole) else { return Ok(None) };
    let config = Config::new().nfa_size_limit(Some(MAX_BYTES));
    let built = Regex::builder().configure(config).syntax(syntax::Config::new()).build_from_hir(&hir);
    built
        .map(Some)
        .map_err(|_| RegexError::TooLarge("the regular expression's automaton takes more than 10 MiB"))
}

/// Whether an automaton finds the same matches and groups as Java. Java leaves a repetition after a round that matched
/// nothing, even where another branch would have taken something; an automaton tries that branch. So every round has to
/// prefer something over nothing, and to have no group that a last round of nothing could clear.
fn repeats_alike(root: &Node) -> bool {
    !root.any(&|node| match node {
        Node::Repetition { max: Some(0 | 1), .. } => false,
        Node::Repetition { node, .. } if node.lengths().min > 0 => false,
        Node::Repetition { node, .. } => {
            !prefers_something(node) || node.any(&|node| matches!(node, Node::Group { .. } | Node::Place(_)))
        }
        _ => false,
    })
}

/// Whether the empty match comes after all others.
fn prefers_something(node: &Node) -> bool {
    node.lengths().min > 0
        || match node {
            Node::Concat(nodes) => nodes.iter().all(prefers_something),
            Node::Alternation(nodes) => {
                let earlier = nodes.iter().rev().skip(1);
                earlier.clone().all(|node| node.lengths().min > 0)
                    && nodes.last().is_none_or(prefers_something)
            }
            Node::Repetition { max: Some(0), .. } => true,
            Node::Repetition { node, greed, .. } => *greed == Greed::Greedy && prefers_something(node),
            Node::Group { node, .. } => prefers_something(node),
            _ => node.lengths().max == Some(0),
        }
}

/// A tree as one of the regex crates.
pub(super) fn hir(root: &Node, lines: Lines, whole: bool) -> Option<Hir> {
    let hir = translated(root, lines, whole)?;
    if !whole {
        return Some(hir);
    }
    Some(Hir::concat(vec![Hir::look(hir::Look::Start), hir, Hir::look(hir::Look::End)]))
}

/// `last`: whether the text has to end where this part does.
fn translated(node: &Node, lines: Lines, last: bool) -> Option<Hir> {
    Some(match node {
        Node::Empty => Hir::empty(),
        Node::One(set) => Hir::class(Class::Unicode(set.clone().into_class())),
        Node::Place(place) => look(*place, lines, last)?,
        Node::Concat(nodes) => {
            let count = nodes.len();
            let parts = nodes.iter().enumerate();
            let parts: Option<Vec<Hir>> =
                parts.map(|(at, node)| translated(node, lines, last && at + 1 == count)).collect();
            Hir::concat(parts?)
        }
        Node::Alternation(nodes) => {
            let branches: Option<Vec<Hir>> = nodes.iter().map(|node| translated(node, lines, last)).collect();
            Hir::alternation(branches?)
        }
        Node::Repetition { greed: Greed::Possessive, .. } => return None,
        Node::Repetition { node, min, max, greed } => Hir::repetition(hir::Repetition {
            min: *min,
            max: *max,
            greedy: *greed == Greed::Greedy,
            sub: Box::new(translated(node, lines, false)?),
        }),
        Node::Group { index, node } => Hir::capture(hir::Capture {
            index: *index,
            name: None,
            sub: Box::new(translated(node, lines, last)?),
        }),
        Node::Around { .. } | Node::Atomic(_) | Node::BackReference { .. } => return None,
    })
}

fn look(place: Place, lines: Lines, last: bool) -> Option<Hir> {
    let look = match place {
        Place::Start => hir::Look::Start,
        Place::End => hir::Look::End,
        Place::FinalLineEnd(terminators) if last || !lines.end_with(terminators) => hir::Look::End,
        Place::LineEnd(terminators) if last || !lines.are_many(terminators) => hir::Look::End,
        Place::LineStart(_) if lines.empty => return Some(Hir::fail()),
        Place::LineStart(terminators) if !lines.are_many(terminators) => hir::Look::Start,
        Place::WordBoundary => hir::Look::WordAscii,
        Place::NoWordBoundary => hir::Look::WordAsciiNegate,
        Place::FinalLineEnd(_) | Place::LineStart(_) | Place::LineEnd(_) | Place::LastMatch => return None,
    };
    Some(Hir::look(look))
}
