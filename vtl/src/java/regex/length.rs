//! How long a match can be.

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
}
