//! Strings that fit a pattern and hold a given part, found in the product of the pattern's automaton with the part's.

use std::collections::VecDeque;

use regex_automata::nfa::thompson::{NFA, State, WhichCaptures};
use regex_automata::util::look::Look;
use regex_automata::util::primitives::StateID;
use regex_syntax::hir::Hir;

/// How many bytes the automaton may take.
const MAX_BYTES: usize = 1 << 20;
/// How many states of the product are looked at.
const MAX_STATES: usize = 1 << 21;

/// A shortest string that fits a pattern and holds `part`, of plain characters where there is a choice. The pattern
/// should be for the whole text. Word boundaries are taken for granted, so the string has to be checked.
pub(super) fn witness(hir: &Hir, part: &str) -> Option<String> {
    let config = NFA::config().which_captures(WhichCaptures::None).nfa_size_limit(Some(MAX_BYTES));
    let nfa = NFA::compiler().configure(config).build_from_hir(hir).ok()?;
    let states = nfa.states().len().checked_mul(part.len() + 1)?.checked_mul(Edge::COUNT)?;
    if states > MAX_STATES {
        return None;
    }
    Search {
        nfa: &nfa,
        part: part.as_bytes(),
        seen: vec![false; states],
        steps: Vec::new(),
        open: VecDeque::new(),
    }
    .run()
}

/// Where in the text a search stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Edge {
    /// At the start.
    Start,
    /// Anywhere.
    Inside,
    /// At the end: nothing more may come.
    End,
}

impl Edge {
    const COUNT: usize = 3;
}

/// One state of the product, and how it was come to.
#[derive(Clone, Copy)]
struct Step {
    state: StateID,
    /// How many bytes of the part were seen; all of them stay seen.
    seen: usize,
    edge: Edge,
    before: usize,
    byte: Option<u8>,
}

struct Search<'n> {
    nfa: &'n NFA,
    part: &'n [u8],
    seen: Vec<bool>,
    steps: Vec<Step>,
    /// Indexes of steps to go on from, those of shorter strings first.
    open: VecDeque<usize>,
}

impl Search<'_> {
    fn run(mut self) -> Option<String> {
        let start =
            Step { state: self.nfa.start_anchored(), seen: 0, edge: Edge::Start, before: 0, byte: None };
        self.reach(start);
        while let Some(index) = self.open.pop_front() {
            let step = *self.steps.get(index)?;
            if self.visited(step) {
                continue;
            }
            if matches!(self.nfa.state(step.state), State::Match { .. }) && step.seen == self.part.len() {
                return self.text(index);
            }
            self.follow(step, index);
        }
        None
    }

    /// Whether a state of the product was visited before; from now on it was.
    fn visited(&mut self, step: Step) -> bool {
        let place =
            (step.state.as_usize() * (self.part.len() + 1) + step.seen) * Edge::COUNT + step.edge as usize;
        self.seen.get_mut(place).is_none_or(|seen| std::mem::replace(seen, true))
    }

    fn follow(&mut self, from: Step, index: usize) {
        let nfa = self.nfa;
        let free = Step { before: index, byte: None, ..from };
        match nfa.state(from.state) {
            State::ByteRange { trans } => {
                self.bytes(from, index, &mut [(trans.start, trans.end, trans.next)])
            }
            State::Sparse(sparse) => {
                let mut ways: Vec<_> =
                    sparse.transitions.iter().map(|trans| (trans.start, trans.end, trans.next)).collect();
                self.bytes(from, index, &mut ways);
            }
            State::Dense(dense) => {
                let ways = (0..=u8::MAX).zip(&dense.transitions).filter(|(_, next)| **next != StateID::ZERO);
                let mut ways: Vec<_> = ways.map(|(byte, next)| (byte, byte, *next)).collect();
                self.bytes(from, index, &mut ways);
            }
            State::Look { look, next } => match look {
                Look::Start if from.edge != Edge::Start => {}
                Look::End => self.reach(Step { state: *next, edge: Edge::End, ..free }),
                _ => self.reach(Step { state: *next, ..free }),
            },
            State::Union { alternates } => {
                for next in alternates.iter().rev() {
                    self.reach(Step { state: *next, ..free });
                }
            }
            State::BinaryUnion { alt1, alt2 } => {
                self.reach(Step { state: *alt2, ..free });
                self.reach(Step { state: *alt1, ..free });
            }
            State::Capture { next, .. } => self.reach(Step { state: *next, ..free }),
            State::Fail | State::Match { .. } => {}
        }
    }

    /// Takes a byte: the next one of the part, or a plain one.
    fn bytes(&mut self, from: Step, index: usize, ways: &mut [(u8, u8, StateID)]) {
        if from.edge == Edge::End {
            return;
        }
        ways.sort_by_key(|&(start, end, _)| plainness(plainest(start, end)));
        let wanted = self.part.get(from.seen).copied();
        for &(start, end, state) in ways.iter() {
            let next = Step { state, seen: 0, edge: Edge::Inside, before: index, byte: None };
            if let Some(byte) = wanted.filter(|byte| (start..=end).contains(byte)) {
                self.take(Step { seen: from.seen + 1, byte: Some(byte), ..next });
            }
            if from.seen == 0 || wanted.is_none() {
                self.take(Step { seen: from.seen, byte: Some(plainest(start, end)), ..next });
            }
        }
    }

    fn take(&mut self, step: Step) {
        self.steps.push(step);
        self.open.push_back(self.steps.len() - 1);
    }

    fn reach(&mut self, step: Step) {
        self.steps.push(step);
        self.open.push_front(self.steps.len() - 1);
    }

    /// The bytes on the way to a step.
    fn text(&self, index: usize) -> Option<String> {
        let mut bytes = Vec::new();
        let mut at = index;
        while at != 0 {
            let step = self.steps.get(at)?;
            bytes.extend(step.byte);
            at = step.before;
        }
        bytes.reverse();
        String::from_utf8(bytes).ok()
    }
}

/// The byte of a range that reads best.
fn plainest(start: u8, end: u8) -> u8 {
    let within = |&(first, last): &(u8, u8)| first <= end && start <= last;
    PLAIN.iter().find(|range| within(range)).map_or(start, |&(first, _)| first.max(start))
}

fn plainness(byte: u8) -> usize {
    PLAIN.iter().position(|&(first, last)| (first..=last).contains(&byte)).unwrap_or(PLAIN.len())
}

/// Letters, digits, then other printable ASCII.
const PLAIN: [(u8, u8); 6] =
    [(b'a', b'z'), (b'0', b'9'), (b'A', b'Z'), (b'-', b'-'), (b'_', b'_'), (b' ', b'~')];
