//! What a template asks, assigns and leaves out on its ways, for lints about the language itself.

use std::collections::BTreeMap;

use keybound_vtl::Span;
use keybound_vtl::ast::{BinaryOp, Node, NodeKind};

use super::formula::{Formula, Guard};
use super::state::State;
use super::term::TermId;
use super::value::Sym;
use super::walk::Walk;

/// Ways on which one expression is kept.
const MAX_CASES: usize = 12;

/// One way on which a part of a condition was asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// The reference's value, or the two sides of a comparison; nothing for `&&` and `||`.
    pub operands: Vec<Sym>,
    /// When it holds.
    pub truth: Formula,
    /// What holds on the way.
    pub guard: Guard,
    /// When the whole condition holds that it is a part of.
    pub whole: Formula,
}

/// A reference, comparison or conjunction whose truth decides something.
#[derive(Clone, Debug, Default)]
pub struct Condition {
    /// The operator; none for a reference alone.
    pub op: Option<BinaryOp>,
    /// The ways on which it was asked.
    pub cases: Vec<Case>,
    /// There were more ways than are kept.
    pub more: bool,
}

/// A `#foreach` over a list that the template did not make.
#[derive(Clone, Debug)]
pub struct OpenLoop {
    /// What is iterated.
    pub of: TermId,
    /// What holds where the loop begins.
    pub guard: Guard,
}

/// What was met on the ways through a template.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    /// Parts of conditions, by their place.
    pub conditions: BTreeMap<Span, Condition>,
    /// Each `#set`: whether on every way its right side gives nothing, so that nothing is assigned.
    pub gives_nothing: BTreeMap<Span, bool>,
    /// Each reference: whether on some way there is a variable of its name.
    pub roots: BTreeMap<Span, bool>,
    /// Where directives, comments and words after `#` begin that stand inside of a JSON string, and what holds on the way
    /// on which they do.
    pub in_string: BTreeMap<usize, Guard>,
    /// Where an `#else` begins that a string stands open before, which the other branch does not open.
    pub split_string: BTreeMap<usize, Guard>,
    /// Where something is printed behind the object or array that the output is, and what holds there.
    pub behind_document: BTreeMap<usize, Guard>,
    /// Loops over unknown lists, by the loop's place.
    pub loops: BTreeMap<Span, OpenLoop>,
    /// Cases that wait for the condition that they are a part of.
    asked: Vec<(Span, Option<BinaryOp>, Case)>,
}

impl Observed {
    /// How many parts of conditions wait for the whole.
    pub(super) fn waiting(&self) -> usize {
        self.asked.len()
    }

    /// A part of a condition.
    pub(super) fn ask(
        &mut self,
        span: Span,
        op: Option<BinaryOp>,
        operands: Vec<Sym>,
        truth: &Formula,
        guard: &Guard,
    ) {
        if self.conditions.get(&span).is_some_and(|condition| condition.more) {
            return;
        }
        let case = Case { operands, truth: truth.clone(), guard: guard.clone(), whole: Formula::True };
        self.asked.push((span, op, case));
    }

    /// Forgets the parts since `from`: they were asked twice.
    pub(super) fn forget(&mut self, from: usize) {
        self.asked.truncate(from);
    }

    /// The condition of which the parts since `from` were parts.
    pub(super) fn decide(&mut self, from: usize, whole: &Formula) {
        for (span, op, case) in self.asked.drain(from.min(self.asked.len())..) {
            let condition = self.conditions.entry(span).or_default();
            condition.op = op;
            let case = Case { whole: whole.clone(), ..case };
            if condition.cases.len() >= MAX_CASES {
                condition.more = true;
            } else if !condition.cases.contains(&case) {
                condition.cases.push(case);
            }
        }
    }

    /// An assignment.
    pub(super) fn assign(&mut self, span: Span, gives_nothing: bool) {
        let known = self.gives_nothing.entry(span).or_insert(true);
        *known &= gives_nothing;
    }

    /// Something behind the document.
    pub(super) fn print_behind(&mut self, at: usize, guard: &Guard) {
        self.behind_document.entry(at).or_insert_with(|| guard.clone());
    }

    /// A reference.
    pub(super) fn read(&mut self, span: Span, has_root: bool) {
        let known = self.roots.entry(span).or_insert(false);
        *known |= has_root;
    }
}

impl Walk<'_> {
    /// Notes what means something else inside of a JSON string than its author may have meant.
    pub(super) fn note_in_string(&mut self, node: &Node, state: &State) {
        let counts = match &node.kind {
            NodeKind::Text(text) => text.starts_with('#'),
            NodeKind::Comment(_) | NodeKind::Throws(_) => true,
            // In a loop that began in the string they end its text, and the string goes on.
            NodeKind::Break | NodeKind::Stop => self.skeleton.repeats == 0,
            _ => false,
        };
        if counts && state.captured.is_empty() && state.json.in_string() {
            let at = node.span.start().to_usize();
            self.skeleton.observed.in_string.entry(at).or_insert_with(|| state.guard.clone());
        }
    }
}

/// Whether a value is null on every way that is left: nothing is assigned then.
pub(super) fn gives_nothing(value: &Sym) -> bool {
    match value {
        Sym::Null => true,
        Sym::Choice(cases) => cases.iter().all(|(_, value)| gives_nothing(value)),
        _ => false,
    }
}
