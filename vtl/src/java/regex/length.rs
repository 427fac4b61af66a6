//! How long a match can be, and how much work it is to find one.

use super::tree::Node;

/// The lengths of a match, in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lengths {
    /// At least so many.
    pub min: usize,
    /// At most so many; none where there is no bound.
    pub max: Option<usize>,
}

impl Lengths {
    const NOTHING: Self = Self { min: 0, max: Some(0) };

    fn then(self, next: Self) -> Self {
        let max = self.max.zip(next.max).map(|(left, right)| left.saturating_add(right));
        Self { min: self.min.saturating_add(next.min), max }
    }

    fn or(self, other: Self) -> Self {
        let max = self.max.zip(other.max).map(|(left, right)| left.max(right));
        Self { min: self.min.min(other.min), max }
    }

    fn times(self, min: u32, max: Option<u32>) -> Self {
        let most = match (self.max, max) {
            (Some(0), _) | (_, Some(0)) => Some(0),
            (Some(length), Some(count)) => Some(length.saturating_mul(count as usize)),
            _ => None,
        };
        Self { min: self.min.saturating_mul(min as usize), max: most }
    }
}

impl Node {
    /// The lengths between which every match lies. They need not be reached.
    pub fn lengths(&self) -> Lengths {
        match self {
            Node::Empty | Node::Place(_) | Node::Around { .. } => Lengths::NOTHING,
            Node::One(_) => Lengths { min: 1, max: Some(1) },
            Node::Concat(nodes) => nodes.iter().map(Node::lengths).fold(Lengths::NOTHING, Lengths::then),
            Node::Alternation(nodes) => {
                nodes.iter().map(Node::lengths).reduce(Lengths::or).unwrap_or(Lengths::NOTHING)
            }
            Node::Repetition { node, min, max, .. } => node.lengths().times(*min, *max),
            Node::Group { node, .. } | Node::Atomic(node) => node.lengths(),
            Node::BackReference { .. } => Lengths { min: 0, max: None },
        }
    }

    /// How many characters an automaton for this part distinguishes places by: its sets, as often as they are counted.
    pub(super) fn positions(&self) -> usize {
        match self {
            Node::One(_) => 1,
            Node::Repetition { node, min, max, .. } => {
                node.positions().saturating_mul(max.unwrap_or(*min).max(1) as usize)
            }
            _ => self.children().iter().map(Node::positions).fold(0, usize::saturating_add),
        }
    }

    /// How many characters after the end of a match a search can have looked at; none where there is no bound, as in
    /// `.*x|a`. `tail`: whether nothing has to follow this part.
    pub(super) fn overscan(&self, tail: bool) -> Option<usize> {
        match self {
            // Each round ends a match, so the search stops where the match does.
            Node::Repetition { node, max: None, .. } if tail && matches!(**node, Node::One(_)) => Some(1),
            Node::Repetition { max: None, .. } if self.lengths().max.is_none() => None,
            Node::Concat(nodes) => {
                let mut tail = tail;
                let mut all: usize = 0;
                for node in nodes.iter().rev() {
                    all = all.saturating_add(node.overscan(tail)?);
                    tail &= node.lengths().min == 0 && !node.any(&|node| matches!(node, Node::Place(_)));
                }
                Some(all)
            }
            Node::Alternation(nodes) => {
                let all: Option<Vec<usize>> = nodes.iter().map(|node| node.overscan(tail)).collect();
                Some(all?.into_iter().max().unwrap_or(0))
            }
            Node::Group { node, .. } => node.overscan(tail),
            Node::Repetition { node, max, .. } => {
                Some(node.overscan(false)?.saturating_mul(max.map_or(1, |max| max as usize)))
            }
            _ => self.lengths().max,
        }
    }
}
