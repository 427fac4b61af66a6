//! Matches what no automaton can: look-around, back-references, possessive and atomic parts, and the ends of lines in
//! a text that has several. The number of steps is bounded, as such patterns can take exponentially many.

use super::RegexError;
use super::program::{Count, Group, Program, Step};
use super::tree::{Case, Place, Terminators};
use crate::java::charset::CharSet;

/// How many steps all searches of one call may take.
const MAX_STEPS: usize = 4_000_000;
/// How many ways back may be open at once.
const MAX_TRAIL: usize = 1_000_000;

/// No position.
const NONE: usize = usize::MAX;

/// What is left of the steps that one call may take.
#[derive(Debug)]
pub(super) struct Fuel(usize);

impl Default for Fuel {
    fn default() -> Self {
        Self(MAX_STEPS)
    }
}

/// A search in one text.
pub(super) struct Backtracker<'p> {
    program: &'p Program<'p>,
    text: &'p str,
    /// Where the match before ended.
    last: usize,
    fuel: &'p mut Fuel,
    registers: Vec<usize>,
    trail: Vec<Back>,
}

/// What is undone on the way back.
enum Back {
    /// Here the search goes on.
    Choice { step: usize, at: usize },
    /// A register gets its value back.
    Register { register: usize, value: usize },
}

impl<'p> Backtracker<'p> {
    pub(super) fn new(program: &'p Program<'p>, text: &'p str, last: usize, fuel: &'p mut Fuel) -> Self {
        let registers = vec![NONE; program.registers];
        Self { program, text, last, fuel, registers, trail: Vec::new() }
    }

    /// The end of the match that begins at a position; `until` where it has to end.
    pub(super) fn match_at(&mut self, at: usize, until: Option<usize>) -> Result<Option<usize>, RegexError> {
        self.trail.clear();
        self.registers.fill(NONE);
        self.run(0, at, until)
    }

    /// Where a group of the last match stands.
    pub(super) fn group(&self, index: u32) -> Option<(usize, usize)> {
        let group = Group::of(index);
        self.register(group.start).zip(self.register(group.end))
    }

    fn register(&self, register: usize) -> Option<usize> {
        self.registers.get(register).copied().filter(|&value| value != NONE)
    }

    fn set(&mut self, register: usize, value: usize) {
        if let Some(place) = self.registers.get_mut(register) {
            let old = std::mem::replace(place, value);
            self.trail.push(Back::Register { register, value: old });
        }
    }

    fn choice(&mut self, step: usize, at: usize) {
        self.trail.push(Back::Choice { step, at });
    }

    /// Goes back to the last choice that is not older than `base`.
    fn back(&mut self, base: usize) -> Option<(usize, usize)> {
        while self.trail.len() > base {
            match self.trail.pop()? {
                Back::Choice { step, at } => return Some((step, at)),
                Back::Register { register, value } => {
                    if let Some(place) = self.registers.get_mut(register) {
                        *place = value;
                    }
                }
            }
        }
        None
    }

    /// Forgets the choices since `base`, but not how to restore the registers.
    fn commit(&mut self, base: usize) {
        let mut kept = self.trail.split_off(base.min(self.trail.len()));
        kept.retain(|back| matches!(back, Back::Register { .. }));
        self.trail.append(&mut kept);
    }

    /// Runs from a step to the `Done` that belongs to it. Recurses for steps within steps only, of which the parser
    /// bounds the depth.
    fn run(&mut self, step: usize, at: usize, until: Option<usize>) -> Result<Option<usize>, RegexError> {
        let base = self.trail.len();
        let (mut step, mut at) = (step, at);
        loop {
            self.fuel.0 = self.fuel.0.checked_sub(1).ok_or(RegexError::TooLarge(
                "the regular expression takes more than four million steps on this text",
            ))?;
            if self.trail.len() > MAX_TRAIL {
                return Err(RegexError::TooLarge("the regular expression goes back too often on this text"));
            }
            let program = self.program;
            let next = match program.steps.get(step) {
                Some(Step::Done) if until.is_none_or(|until| at == until) => {
                    self.commit(base);
                    return Ok(Some(at));
                }
                None | Some(Step::Done | Step::Fail) => None,
                Some(Step::Around { back, negative, end }) => {
                    let found = self.around(step + 1, at, *back)?;
                    (found != *negative).then_some((*end, at))
                }
                Some(Step::Atomic { end }) => self.run(step + 1, at, None)?.map(|at| (*end, at)),
                Some(other) => self.step(other, step, at),
            };
            match next.or_else(|| self.back(base)) {
                Some(next) => (step, at) = next,
                None => return Ok(None),
            }
        }
    }

    fn around(&mut self, step: usize, at: usize, back: Option<(usize, usize)>) -> Result<bool, RegexError> {
        let Some((min, max)) = back else { return Ok(self.run(step, at, None)?.is_some()) };
        let before = self.text.get(..at).unwrap_or_default();
        let starts = std::iter::once(at).chain(before.char_indices().rev().map(|(start, _)| start));
        for start in starts.skip(min).take((max - min).saturating_add(1)) {
            if self.run(step, start, Some(at))?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn step(&mut self, now: &Step<'_>, step: usize, at: usize) -> Option<(usize, usize)> {
        match *now {
            Step::One(set) => {
                let c = self.after(at)?;
                set.contains(c).then_some((step + 1, at + c.len_utf8()))
            }
            Step::Place(place) => self.is_at(place, at).then_some((step + 1, at)),
            Step::Split(first, second) => {
                self.choice(second, at);
                Some((first, at))
            }
            Step::Jump(to) => Some((to, at)),
            Step::Open(group) => {
                self.set(group.opened, at);
                Some((step + 1, at))
            }
            Step::Close(group) => {
                let opened = self.register(group.opened)?;
                self.set(group.start, opened);
                self.set(group.end, at);
                Some((step + 1, at))
            }
            Step::Enter(count) => Some(self.round(count, 0, at)),
            Step::Again(count) if self.register(count.began) == Some(at) => Some((count.exit, at)),
            Step::Again(count) => {
                let rounds = self.register(count.rounds)?;
                Some(self.round(count, rounds, at))
            }
            Step::BackReference(group, case) => {
                let end = self.referred(group, case, at)?;
                Some((step + 1, end))
            }
            Step::Around { .. } | Step::Atomic { .. } | Step::Done | Step::Fail => None,
        }
    }

    /// One more round of a counted repetition, or none, in the order that it says.
    fn round(&mut self, count: Count, rounds: usize, at: usize) -> (usize, usize) {
        if rounds >= count.max {
            return (count.exit, at);
        }
        let free = rounds >= count.min;
        if free && !count.lazy {
            self.choice(count.exit, at);
        }
        self.set(count.rounds, rounds + 1);
        self.set(count.began, at);
        if free && count.lazy {
            self.choice(count.body, at);
            return (count.exit, at);
        }
        (count.body, at)
    }

    /// Where the group's text ends if it stands here again.
    fn referred(&mut self, group: Group, case: Case, at: usize) -> Option<usize> {
        let text = self.text.get(self.register(group.start)?..self.register(group.end)?)?;
        // Comparing is work as well, or a long group could be compared at every position for nothing.
        self.fuel.0 = self.fuel.0.saturating_sub(text.len());
        let mut end = at;
        for wanted in text.chars() {
            let c = self.after(end)?;
            if !same(wanted, c, case) {
                return None;
            }
            end += c.len_utf8();
        }
        Some(end)
    }

    fn after(&self, at: usize) -> Option<char> {
        self.text.get(at..)?.chars().next()
    }

    fn before(&self, at: usize) -> Option<char> {
        self.text.get(..at)?.chars().next_back()
    }

    fn is_at(&self, place: Place, at: usize) -> bool {
        let (before, after) = (self.before(at), self.after(at));
        let within_pair = |ends| ends == Terminators::All && before == Some('\r') && after == Some('\n');
        let ends_line = |ends: Terminators, c: Option<char>| c.is_some_and(|c| ends.contain(c));
        match place {
            Place::Start => at == 0,
            Place::End => after.is_none(),
            Place::FinalLineEnd(ends) => {
                let rest = self.text.get(at..).unwrap_or_default();
                let single = ends_line(ends, after) && rest.chars().nth(1).is_none() && !within_pair(ends);
                rest.is_empty() || single || ends == Terminators::All && rest == "\r\n"
            }
            Place::LineEnd(ends) => after.is_none() || ends_line(ends, after) && !within_pair(ends),
            Place::LineStart(ends) => {
                after.is_some() && (before.is_none() || ends_line(ends, before) && !within_pair(ends))
            }
            Place::WordBoundary => is_word(before) != is_word(after),
            Place::NoWordBoundary => is_word(before) == is_word(after),
            Place::LastMatch => at == self.last,
        }
    }
}

fn is_word(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn same(left: char, right: char, case: Case) -> bool {
    left == right
        || match case {
            Case::Sensitive => false,
            Case::Ascii => left.eq_ignore_ascii_case(&right),
            Case::Unicode => CharSet::single(left).with_unicode_cases().contains(right),
        }
}
