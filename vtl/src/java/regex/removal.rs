//! Whether `replaceAll` takes every occurrence of a character out of a text.

use super::parse;
use super::tree::{Greed, Node};

/// Whether no text has the character left after `replaceAll(pattern, replacement)`, for a replacement without the
/// character and without group references (`$`). Says yes only where it is sure.
///
/// A search that comes to the character finds a match there, because the character alone is one, whatever stands
/// around it. That match is not empty, so it takes the character; and a match that began before can only have taken it
/// already.
pub fn removes(pattern: &str, c: char) -> bool {
    parse::parse(pattern)
        .is_ok_and(|tree| !tree.disputed && tree.root.lengths().min > 0 && Sure::of(&tree.root, c).alone)
}

/// What a part can match at any place, whatever stands around.
#[derive(Clone, Copy)]
struct Sure {
    /// Nothing.
    nothing: bool,
    /// The character, and no more.
    alone: bool,
}

impl Sure {
    const NEVER: Self = Self { nothing: false, alone: false };
    const NOTHING: Self = Self { nothing: true, alone: false };

    fn of(node: &Node, c: char) -> Self {
        match node {
            Node::Empty => Self::NOTHING,
            Node::One(set) => Self { nothing: false, alone: set.contains(c) },
            Node::Concat(nodes) => nodes.iter().map(|node| Self::of(node, c)).fold(Self::NOTHING, Self::then),
            Node::Alternation(nodes) => {
                nodes.iter().map(|node| Self::of(node, c)).fold(Self::NEVER, Self::or)
            }
            Node::Group { node, .. } => Self::of(node, c),
            Node::Repetition { max: Some(0), .. } => Self::NOTHING,
            Node::Repetition { greed: Greed::Possessive, .. } => Self::NEVER,
            Node::Repetition { node, min, .. } => {
                let round = Self::of(node, c);
                Self {
                    nothing: *min == 0 || round.nothing,
                    alone: round.alone && (*min <= 1 || round.nothing),
                }
            }
            Node::Place(_) | Node::Around { .. } | Node::Atomic(_) | Node::BackReference { .. } => {
                Self::NEVER
            }
        }
    }

    fn then(self, next: Self) -> Self {
        Self {
            nothing: self.nothing && next.nothing,
            alone: self.alone && next.nothing || self.nothing && next.alone,
        }
    }

    fn or(self, other: Self) -> Self {
        Self { nothing: self.nothing || other.nothing, alone: self.alone || other.alone }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sanitizers_are_known() {
        for pattern in [
            "\"",
            "[\"\\\\]",
            "[^a-zA-Z0-9]",
            "[^a-zA-Z0-9]+",
            "\"+",
            "\"|'",
            "(\")",
            "\\\"{1,3}",
            "\\s*\"\\s*",
            "(?:x|\")+?y*",
            "^x|\"",
            "\\W",
            "\\p{Punct}",
        ] {
            assert!(removes(pattern, '"'), "{pattern}");
        }
    }

    #[test]
    fn what_can_leave_one_is_not_sure() {
        for pattern in [
            "",
            "a",
            "\"\"",
            "\"*",
            "\"?",
            "|\"",
            "\"|",
            "^\"",
            "\"$",
            "^|\"",
            "\"{2,}",
            "x\"",
            "\"x?y",
            "(?=.)\"",
            "\"\\b",
            "(?>\")",
            "\"++",
            "(\")\\1",
            "[^\"]",
            "(?m)^\"",
            "(?i)[^\\p{Lu}]",
            "[",
        ] {
            assert!(!removes(pattern, '"'), "{pattern}");
        }
    }
}
