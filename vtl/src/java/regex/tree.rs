//! The syntax tree of a Java regular expression, with flags already worked in.

use crate::java::charset::CharSet;

/// A pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree {
    /// What is matched.
    pub root: Node,
    /// How many capturing groups there are.
    pub groups: u32,
    /// The names of groups, with their numbers.
    pub names: Vec<(String, u32)>,
    /// Java's versions do not agree on what the pattern means: negated classes with nested ones, cased properties
    /// under `(?i)`, letters under `(?iu)`, `\R`. The tree has the newer meaning, and nothing should be proved with it.
    pub disputed: bool,
}

/// A part of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// The empty string.
    Empty,
    /// One character out of a set. Never matches where the set is empty.
    One(CharSet),
    /// A place in the text.
    Place(Place),
    /// One after the other.
    Concat(Vec<Node>),
    /// The first that fits.
    Alternation(Vec<Node>),
    /// Again and again.
    Repetition {
        /// What is repeated.
        node: Box<Node>,
        /// How often at least.
        min: u32,
        /// How often at most.
        max: Option<u32>,
        /// In which order the counts are tried.
        greed: Greed,
    },
    /// A capturing group.
    Group {
        /// Its number, from 1.
        index: u32,
        /// What it captures.
        node: Box<Node>,
    },
    /// `(?=…)`, `(?!…)`, `(?<=…)`, `(?<!…)`.
    Around {
        /// Whether what follows is looked at, not what went before.
        ahead: bool,
        /// Whether it must not be there.
        negative: bool,
        /// What is looked for.
        node: Box<Node>,
    },
    /// `(?>…)`: what matched first is not tried otherwise.
    Atomic(Box<Node>),
    /// The text of a group again.
    BackReference {
        /// Which group; one that does not exist never matches.
        group: u32,
        /// Whether letter case counts.
        case: Case,
    },
}

/// The order of a repetition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Greed {
    /// `*`: as many as can be.
    Greedy,
    /// `*?`: as few as can be.
    Lazy,
    /// `*+`: as many as there are, for good.
    Possessive,
}

/// How letters compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// As they are.
    Sensitive,
    /// `(?i)`: ASCII letters without regard to case.
    Ascii,
    /// `(?iu)`: all letters without regard to case.
    Unicode,
}

/// A place in the text, between two characters or at an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// `\A`, and `^` without `(?m)`.
    Start,
    /// `\z`.
    End,
    /// `\Z`, and `$` without `(?m)`: the end, or before a line terminator that ends the text.
    FinalLineEnd(Terminators),
    /// `^` with `(?m)`: after a line terminator or at the start, but not at the end of the text.
    LineStart(Terminators),
    /// `$` with `(?m)`: before a line terminator or at the end.
    LineEnd(Terminators),
    /// `\b`. Words are of ASCII letters, digits and underscores, as in Java from 19 on.
    WordBoundary,
    /// `\B`.
    NoWordBoundary,
    /// `\G`: where the last match ended.
    LastMatch,
}

/// What ends a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Terminators {
    /// `\n`, `\r`, `\r\n`, U+0085, U+2028, U+2029.
    All,
    /// `(?d)`: `\n`.
    Unix,
}

impl Terminators {
    /// Whether a character ends a line.
    pub fn contain(self, c: char) -> bool {
        c == '\n' || self == Terminators::All && matches!(c, '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
    }

    /// The characters that end a line.
    pub fn chars(self) -> CharSet {
        CharSet::of(match self {
            Terminators::All => "\n\r\u{85}\u{2028}\u{2029}",
            Terminators::Unix => "\n",
        })
    }
}

impl Node {
    /// The parts directly below.
    pub fn children(&self) -> &[Node] {
        match self {
            Node::Empty | Node::One(_) | Node::Place(_) | Node::BackReference { .. } => &[],
            Node::Concat(nodes) | Node::Alternation(nodes) => nodes,
            Node::Repetition { node, .. }
            | Node::Group { node, .. }
            | Node::Around { node, .. }
            | Node::Atomic(node) => std::slice::from_ref(node),
        }
    }

    /// Whether this part or one below fulfils a condition.
    pub fn any(&self, condition: &impl Fn(&Node) -> bool) -> bool {
        condition(self) || self.children().iter().any(|child| child.any(condition))
    }

    /// Whether an automaton can match it: no look-around, no back-reference, nothing possessive or atomic.
    pub fn is_regular(&self) -> bool {
        !self.any(&|node| {
            matches!(
                node,
                Node::Around { .. }
                    | Node::Atomic(_)
                    | Node::BackReference { .. }
                    | Node::Repetition { greed: Greed::Possessive, .. }
            )
        })
    }
}
