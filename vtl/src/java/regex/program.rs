//! Trees as programs for the backtracker.

use super::RegexError;
use super::tree::{Case, Greed, Node, Place};
use crate::java::charset::CharSet;

/// What is done at one step. Addresses are indexes of steps, registers indexes of positions or counts.
#[derive(Debug)]
pub(super) enum Step<'t> {
    /// Takes one character of a set.
    One(&'t CharSet),
    /// Goes on only at such a place.
    Place(Place),
    /// Tries the first address, then the second.
    Split(usize, usize),
    /// Goes on elsewhere.
    Jump(usize),
    /// A group begins.
    Open(Group),
    /// A group ends. Only now does a back-reference see it.
    Close(Group),
    /// A counted repetition begins.
    Enter(Count),
    /// A round of a counted repetition ends.
    Again(Count),
    /// Takes a group's text again.
    BackReference(Group, Case),
    /// Looks whether the steps that follow, up to `end`, match.
    Around {
        /// Going back so many characters, at least and at most; forward where there are none.
        back: Option<(usize, usize)>,
        /// Whether they must not.
        negative: bool,
        /// Where to go on.
        end: usize,
    },
    /// Takes the steps that follow, up to `end`, as they match first.
    Atomic {
        /// Where to go on.
        end: usize,
    },
    /// The end of the program, or of the steps of `Around` and `Atomic`.
    Done,
    /// Never matches.
    Fail,
}

/// The registers of a group.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group {
    /// Where it was last seen to begin.
    pub(super) opened: usize,
    /// Where its last match begins.
    pub(super) start: usize,
    /// Where its last match ends.
    pub(super) end: usize,
}

impl Group {
    /// The group with this number, from 1.
    pub(super) fn of(index: u32) -> Self {
        let base = (index.saturating_sub(1) as usize).saturating_mul(3);
        Self { opened: base, start: base + 1, end: base + 2 }
    }
}

/// A counted repetition.
#[derive(Clone, Copy, Debug)]
pub(super) struct Count {
    /// The register with the number of rounds that have begun.
    pub(super) rounds: usize,
    /// The register with the position where the last round began.
    pub(super) began: usize,
    /// How many rounds at least.
    pub(super) min: usize,
    /// How many rounds at most.
    pub(super) max: usize,
    /// Whether fewer rounds are tried first.
    pub(super) lazy: bool,
    /// The first step of a round.
    pub(super) body: usize,
    /// The first step after the repetition.
    pub(super) exit: usize,
}

/// A tree's steps.
#[derive(Debug)]
pub(super) struct Program<'t> {
    pub(super) steps: Vec<Step<'t>>,
    /// How many registers the steps use.
    pub(super) registers: usize,
    groups: u32,
}

impl<'t> Program<'t> {
    /// The steps of a tree with so many groups.
    pub(super) fn of(root: &'t Node, groups: u32) -> Result<Self, RegexError> {
        let mut program = Self { steps: Vec::new(), registers: (groups as usize).saturating_mul(3), groups };
        program.node(root)?;
        program.steps.push(Step::Done);
        Ok(program)
    }

    /// Adds a step that is known only later, and gives its address.
    fn later(&mut self) -> usize {
        self.steps.push(Step::Fail);
        self.steps.len() - 1
    }

    fn set(&mut self, at: usize, step: Step<'t>) {
        if let Some(place) = self.steps.get_mut(at) {
            *place = step;
        }
    }

    fn register(&mut self) -> usize {
        self.registers += 1;
        self.registers - 1
    }

    fn node(&mut self, node: &'t Node) -> Result<(), RegexError> {
        match node {
            Node::Empty => {}
            Node::One(set) => self.steps.push(Step::One(set)),
            Node::Place(place) => self.steps.push(Step::Place(*place)),
            Node::Concat(nodes) => {
                for node in nodes {
                    self.node(node)?;
                }
            }
            Node::Alternation(nodes) => self.alternation(nodes)?,
            Node::Repetition { node, min, max, greed } => self.repetition(node, *min, *max, *greed)?,
            Node::Group { index, node } => {
                self.steps.push(Step::Open(Group::of(*index)));
                self.node(node)?;
                self.steps.push(Step::Close(Group::of(*index)));
            }
            Node::Around { ahead, negative, node } => {
                let back = if *ahead { None } else { Some(lengths_behind(node)?) };
                let at = self.later();
                self.node(node)?;
                self.steps.push(Step::Done);
                self.set(at, Step::Around { back, negative: *negative, end: self.steps.len() });
            }
            Node::Atomic(node) => self.atomic(|program| program.node(node))?,
            Node::BackReference { group, case } => {
                let exists = *group <= self.groups;
                self.steps.push(if exists {
                    Step::BackReference(Group::of(*group), *case)
                } else {
                    Step::Fail
                });
            }
        }
        Ok(())
    }

    fn alternation(&mut self, nodes: &'t [Node]) -> Result<(), RegexError> {
        let mut jumps = Vec::new();
        for (at, node) in nodes.iter().enumerate() {
            if at + 1 == nodes.len() {
                self.node(node)?;
                break;
            }
            let split = self.later();
            self.node(node)?;
            jumps.push(self.later());
            self.set(split, Step::Split(split + 1, self.steps.len()));
        }
        let end = self.steps.len();
        for jump in jumps {
            self.set(jump, Step::Jump(end));
        }
        Ok(())
    }

    fn atomic(&mut self, inside: impl FnOnce(&mut Self) -> Result<(), RegexError>) -> Result<(), RegexError> {
        let at = self.later();
        inside(self)?;
        self.steps.push(Step::Done);
        self.set(at, Step::Atomic { end: self.steps.len() });
        Ok(())
    }

    fn repetition(
        &mut self,
        node: &'t Node,
        min: u32,
        max: Option<u32>,
        greed: Greed,
    ) -> Result<(), RegexError> {
        if greed == Greed::Possessive {
            return self.atomic(|program| program.repetition(node, min, max, Greed::Greedy));
        }
        let lazy = greed == Greed::Lazy;
        let split = |body, exit| if lazy { Step::Split(exit, body) } else { Step::Split(body, exit) };
        let nonempty = node.lengths().min > 0;
        match (min, max) {
            (0, None) if nonempty => {
                let at = self.later();
                self.node(node)?;
                self.steps.push(Step::Jump(at));
                self.set(at, split(at + 1, self.steps.len()));
            }
            (1, None) if nonempty => {
                let body = self.steps.len();
                self.node(node)?;
                let exit = self.steps.len() + 1;
                self.steps.push(split(body, exit));
            }
            _ => {
                let (rounds, began) = (self.register(), self.register());
                let at = self.later();
                self.node(node)?;
                let again = self.later();
                let count = Count {
                    rounds,
                    began,
                    min: min as usize,
                    max: max.map_or(usize::MAX, |max| max as usize),
                    lazy,
                    body: at + 1,
                    exit: again + 1,
                };
                self.set(at, Step::Enter(count));
                self.set(again, Step::Again(count));
            }
        }
        Ok(())
    }
}

fn lengths_behind(node: &Node) -> Result<(usize, usize), RegexError> {
    let lengths = node.lengths();
    let max = lengths.max.ok_or(RegexError::Unsupported("looking behind without a greatest length"))?;
    Ok((lengths.min, max))
}
