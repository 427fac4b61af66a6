//! Conditions, as formulas over the unknowns.

use std::rc::Rc;

use keybound_vtl::Span;
use keybound_vtl::ast::{BinaryOp, Expr, ExprKind, If};
use keybound_vtl::value::{Number, Text, Value};

use super::facts::{Facts, Types};
use super::formula::{Atom, Formula, Guard, Order};
use super::state::{State, joined};
use super::term::{Measure, Term, TermId};
use super::value::{Piece, Sym, literal};
use super::walk::Walk;

impl Walk<'_> {
    /// `#if … #elseif … #else … #end`.
    pub(super) fn conditional(&mut self, conditional: &If, state: State) -> Vec<State> {
        let mut out: Vec<State> = Vec::new();
        let begins_outside = state.captured.is_empty() && !state.json.in_string();
        let mut opened: Option<(usize, State)> = None;
        let mut pending = Some(state);
        for (condition, block) in &conditional.arms {
            let Some(mut state) = pending.take() else { break };
            let formula = self.condition(condition, &mut state);
            if let Some(then) = state.assuming(&formula) {
                let ways = self.block(block, vec![then]);
                if begins_outside
                    && let (Some(way), Some(last)) =
                        (ways.iter().find(|way| way.json.in_string()), block.last())
                {
                    opened = Some((last.span.end().to_usize(), way.clone()));
                }
                out.extend(ways);
            }
            pending = state.assuming(&formula.negated());
        }
        if let Some(state) = pending {
            match &conditional.otherwise {
                Some(block) => {
                    let ways = self.block(block, vec![state]);
                    // Two branches that begin the same string meet at the same place.
                    if let Some((at, first)) = opened
                        && ways.iter().any(|way| !way.json.same_place(&first.json))
                    {
                        self.skeleton.observed.split_string.insert(at, first.guard);
                    }
                    out.extend(ways);
                }
                None => out.push(state),
            }
        }
        joined(out)
    }

    /// Whether a whole condition holds; what it asks is noted.
    pub(super) fn condition(&mut self, expr: &Expr, state: &mut State) -> Formula {
        let from = self.skeleton.observed.waiting();
        let truth = self.truth(expr, state);
        self.skeleton.observed.decide(from, &truth);
        truth
    }

    /// Whether a condition holds. A reference holds unless it is the Boolean false; a literal only where it is
    /// `true`.
    pub(super) fn truth(&mut self, expr: &Expr, state: &mut State) -> Formula {
        if !self.step(expr.span) {
            return Formula::atom(Atom::Unknown(expr.span.start().to_usize(), Vec::new()));
        }
        match &expr.kind {
            ExprKind::Reference(reference) => {
                let value = self.reference(reference, state);
                let truth = self.holds(&value, state);
                self.skeleton.observed.ask(reference.span, None, vec![value], &truth, &state.guard);
                truth
            }
            ExprKind::Bool(value) => Formula::known(*value),
            ExprKind::Not(operand) => self.truth(operand, state).negated(),
            ExprKind::Placeholder(index) => {
                let id = self.placeholder(*index);
                Formula::atom(Atom::Prints(id, "true".into()))
            }
            ExprKind::Binary(op, left, right) => match op {
                BinaryOp::And | BinaryOp::Or => {
                    let first = self.truth(left, state);
                    // The right side is looked at only where the left one leaves it open.
                    let open = if *op == BinaryOp::And { first.clone() } else { first.negated() };
                    let outer = state.guard.clone();
                    let second = match outer.and(&open) {
                        Some(inner) => {
                            state.guard = inner;
                            let second = self.truth(right, state);
                            state.guard = outer;
                            second
                        }
                        None => Formula::known(*op == BinaryOp::Or),
                    };
                    let absolute = self.contradicts(*op, &first, &second, right, state);
                    // What one side alone decides is said of that side.
                    let is_open = !is_known(&first) && !is_known(&second);
                    let both = if *op == BinaryOp::And {
                        Formula::all([first, second])
                    } else {
                        Formula::any([first, second])
                    };
                    if absolute || is_open {
                        let asked = if absolute { Formula::known(*op == BinaryOp::Or) } else { both.clone() };
                        self.skeleton.observed.ask(expr.span, Some(*op), Vec::new(), &asked, &state.guard);
                    }
                    both
                }
                BinaryOp::Equal | BinaryOp::NotEqual => {
                    let left = self.value(left, state);
                    let right = self.value(right, state);
                    let equal = self.equal(&left, &right, expr.span, state);
                    let truth = if *op == BinaryOp::Equal { equal } else { equal.negated() };
                    self.skeleton.observed.ask(expr.span, Some(*op), vec![left, right], &truth, &state.guard);
                    truth
                }
                BinaryOp::Less | BinaryOp::LessOrEqual | BinaryOp::Greater | BinaryOp::GreaterOrEqual => {
                    let left = self.value(left, state);
                    let right = self.value(right, state);
                    let truth = self.ordered(*op, &left, &right, expr.span);
                    self.skeleton.observed.ask(expr.span, Some(*op), vec![left, right], &truth, &state.guard);
                    truth
                }
                _ => Formula::False,
            },
            _ => Formula::False,
        }
    }

    /// Whether the first side of `&&` alone makes the second one false, or that of `||` makes it true, so that the two
    /// together come out the same whatever the request is.
    fn contradicts(
        &mut self,
        op: BinaryOp,
        first: &Formula,
        second: &Formula,
        right: &Expr,
        state: &mut State,
    ) -> bool {
        let settled = Formula::known(op == BinaryOp::Or);
        let is_comparison = matches!(right.kind, ExprKind::Binary(BinaryOp::Equal | BinaryOp::NotEqual, ..));
        if is_known(first) || !is_comparison {
            return false;
        }
        // Where the first side decides it, the second has to be open without it. A comparison holds no other
        // conjunctions, so that asking it again costs no more than it did.
        let from = self.skeleton.observed.waiting();
        let alone = self.truth(right, state);
        self.skeleton.observed.forget(from);
        let open = if op == BinaryOp::And { first.clone() } else { first.negated() };
        let under = Guard::default().and(&open).map(|guard| guard.simplified(second));
        !is_known(&alone) && under.as_ref() == Some(&settled)
    }

    fn holds(&mut self, value: &Sym, state: &mut State) -> Formula {
        match value {
            Sym::Bool(formula) => formula.clone(),
            Sym::Null => Formula::True,
            Sym::Unknown(id) => {
                let facts = Facts::of(&self.skeleton.terms, *id, &state.guard);
                if !facts.types.includes(Types::BOOL) {
                    return Formula::True;
                }
                let is_false =
                    [Atom::Is(*id, Types::BOOL), Atom::Prints(*id, "false".into())].map(Formula::atom);
                Formula::all(is_false).negated()
            }
            Sym::Choice(cases) => {
                let cases = Rc::clone(cases);
                Formula::any(
                    cases
                        .iter()
                        .map(|(formula, value)| Formula::all([formula.clone(), self.holds(value, state)])),
                )
            }
            _ => Formula::True,
        }
    }

    /// Velocity's `==`.
    pub(super) fn equal(&mut self, left: &Sym, right: &Sym, span: Span, state: &mut State) -> Formula {
        let unknown = |terms: Vec<TermId>| Formula::atom(Atom::Unknown(span.start().to_usize(), terms));
        match (left, right) {
            (Sym::Choice(cases), other) | (other, Sym::Choice(cases)) => {
                let cases = Rc::clone(cases);
                let parts: Vec<Formula> = cases
                    .iter()
                    .map(|(formula, value)| {
                        let equal = self.equal(value, other, span, state);
                        Formula::all([formula.clone(), equal])
                    })
                    .collect();
                Formula::any(parts)
            }
            (Sym::Null, Sym::Null) => Formula::True,
            (Sym::Null, _) | (_, Sym::Null) => Formula::False,
            (Sym::Bool(left), Sym::Bool(right)) => Formula::any([
                Formula::all([left.clone(), right.clone()]),
                Formula::all([left.negated(), right.negated()]),
            ]),
            (Sym::Bool(formula), other) | (other, Sym::Bool(formula)) => {
                // Of different classes: what they print decides.
                let printed = |walk: &mut Self, text: &str, state: &mut State| {
                    let literal = Sym::literal(text);
                    walk.equal(other, &literal, span, state)
                };
                let (yes, no) = (printed(self, "true", state), printed(self, "false", state));
                Formula::any([Formula::all([formula.clone(), yes]), Formula::all([formula.negated(), no])])
            }
            (Sym::Number(left), Sym::Number(right)) => {
                let (left, right) = (Value::Number(left.0.clone()), Value::Number(right.0.clone()));
                Formula::known(keybound_vtl::value::velocity_equals(&left, &right))
            }
            (Sym::Measure(id), Sym::Number(number)) | (Sym::Number(number), Sym::Measure(id)) => {
                self.measure_compares(*id, Order::Equal, &number.0)
            }
            (Sym::Unknown(id), Sym::Number(number)) | (Sym::Number(number), Sym::Unknown(id)) => {
                let digits: Rc<str> = number.0.to_string().into();
                let numeric = Formula::all([
                    Formula::atom(Atom::Is(*id, Types::NUMBER)),
                    Formula::atom(Atom::Compares(*id, Order::Equal, Rc::clone(&digits))),
                ]);
                let printed = Formula::all([
                    Formula::Lit(Rc::new(Atom::Is(*id, Types::NUMBER)), false),
                    Formula::atom(Atom::Prints(*id, digits)),
                ]);
                Formula::any([numeric, printed])
            }
            (Sym::Unknown(left), Sym::Unknown(right)) if left == right && !self.is_loop_term(*left) => {
                Formula::True
            }
            (Sym::Unknown(a), Sym::Unknown(b)) => Formula::atom(Atom::Same(*a.min(b), *a.max(b))),
            (Sym::Object(_) | Sym::View(..), _) | (_, Sym::Object(_) | Sym::View(..)) => {
                unknown([left.terms(), right.terms()].concat())
            }
            _ => {
                let left = self.pieces(left, span, state);
                let right = self.pieces(right, span, state);
                self.pieces_equal(&left, &right, span, state)
            }
        }
    }

    fn pieces_equal(&mut self, left: &[Piece], right: &[Piece], span: Span, state: &mut State) -> Formula {
        match (left, right) {
            ([Piece::Choice(cases)], other) | (other, [Piece::Choice(cases)]) => {
                let parts: Vec<Formula> = cases
                    .iter()
                    .map(|(formula, pieces)| {
                        let equal = self.pieces_equal(pieces, other, span, state);
                        Formula::all([formula.clone(), equal])
                    })
                    .collect();
                return Formula::any(parts);
            }
            ([Piece::Hole(a)], [Piece::Hole(b)]) if a == b && !self.is_loop_term(*a) => return Formula::True,
            ([Piece::Hole(a)], [Piece::Hole(b)]) => return Formula::atom(Atom::Same(*a.min(b), *a.max(b))),
            _ => {}
        }
        match (literal(left), literal(right)) {
            (Some(left), Some(right)) => Formula::known(left == right),
            (None, Some(text)) => self.prints(left, &text, span, state),
            (Some(text), None) => self.prints(right, &text, span, state),
            (None, None) => {
                let terms = [super::value::holes(left), super::value::holes(right)].concat();
                Formula::atom(Atom::Unknown(span.start().to_usize(), terms))
            }
        }
    }

    fn prints(&mut self, pieces: &[Piece], text: &str, span: Span, state: &State) -> Formula {
        match pieces {
            [Piece::Hole(id)] => {
                let facts = Facts::of(&self.skeleton.terms, *id, &state.guard);
                let possible = text.chars().count() >= facts.min_len
                    && (!Types::TEXT.includes(facts.types) || text.chars().all(|c| facts.chars.contains(c)))
                    && facts.finite.as_ref().is_none_or(|texts| texts.iter().any(|other| other == text));
                if possible { Formula::atom(Atom::Prints(*id, text.into())) } else { Formula::False }
            }
            [Piece::Literal(start), rest @ ..] => match text.strip_prefix(&**start) {
                Some(left) => self.prints(rest, left, span, state),
                None => Formula::False,
            },
            [before @ .., Piece::Literal(end)] => match text.strip_suffix(&**end) {
                Some(left) => self.prints(before, left, span, state),
                None => Formula::False,
            },
            _ => Formula::atom(Atom::Unknown(span.start().to_usize(), super::value::holes(pieces))),
        }
    }

    fn ordered(&mut self, op: BinaryOp, left: &Sym, right: &Sym, span: Span) -> Formula {
        let order = match op {
            BinaryOp::Less => Order::Less,
            BinaryOp::LessOrEqual => Order::LessOrEqual,
            BinaryOp::Greater => Order::Greater,
            _ => Order::GreaterOrEqual,
        };
        match (left, right) {
            (Sym::Choice(cases), _) => {
                let cases = Rc::clone(cases);
                Formula::any(cases.iter().map(|(formula, value)| {
                    Formula::all([formula.clone(), self.ordered(op, value, right, span)])
                }))
            }
            (_, Sym::Choice(cases)) => {
                let cases = Rc::clone(cases);
                Formula::any(cases.iter().map(|(formula, value)| {
                    Formula::all([formula.clone(), self.ordered(op, left, value, span)])
                }))
            }
            (Sym::Number(left), Sym::Number(right)) => {
                Formula::known(left.0.compare(&right.0).is_some_and(|found| match order {
                    Order::Less => found.is_lt(),
                    Order::LessOrEqual => found.is_le(),
                    Order::Greater => found.is_gt(),
                    Order::GreaterOrEqual => found.is_ge(),
                    Order::Equal => found.is_eq(),
                }))
            }
            (Sym::Measure(id), Sym::Number(number)) => self.measure_compares(*id, order, &number.0),
            (Sym::Number(number), Sym::Measure(id)) => self.measure_compares(*id, mirrored(order), &number.0),
            (Sym::Unknown(id), Sym::Number(number)) => unknown_compares(*id, order, &number.0),
            (Sym::Number(number), Sym::Unknown(id)) => unknown_compares(*id, mirrored(order), &number.0),
            (Sym::Measure(_) | Sym::Unknown(_), Sym::Measure(_) | Sym::Unknown(_)) => {
                Formula::atom(Atom::Unknown(span.start().to_usize(), [left.terms(), right.terms()].concat()))
            }
            // Only numbers have an order: a String is never less or greater.
            _ => Formula::False,
        }
    }

    /// A measure against a number. What a length or an index says of its text is said of the text.
    fn measure_compares(&mut self, id: TermId, order: Order, number: &Number) -> Formula {
        let plain = Formula::atom(Atom::Compares(id, order, number.to_string().into()));
        let Term::Measured(measure, of) = self.skeleton.terms.get(id).clone() else { return plain };
        let Some(n) = number.to_i64() else { return plain };
        match (&measure, order, n) {
            (Measure::IndexOf(text), Order::Equal, -1) | (Measure::IndexOf(text), Order::Less, 0) => {
                Formula::Lit(Rc::new(Atom::Contains(of, text.as_str().into())), false)
            }
            (Measure::IndexOf(text), Order::GreaterOrEqual, 0)
            | (Measure::IndexOf(text), Order::Greater, -1) => {
                Formula::atom(Atom::Contains(of, text.as_str().into()))
            }
            (Measure::Length, Order::Equal, 0)
            | (Measure::Length, Order::Less, 1)
            | (Measure::Length, Order::LessOrEqual, 0) => Formula::atom(Atom::Prints(of, "".into())),
            (Measure::Length, Order::Greater, 0) | (Measure::Length, Order::GreaterOrEqual, 1) => {
                Formula::Lit(Rc::new(Atom::Prints(of, "".into())), false)
            }
            (Measure::Length | Measure::Size, Order::GreaterOrEqual, i64::MIN..=0)
            | (Measure::Length | Measure::Size, Order::Greater, i64::MIN..=-1) => Formula::True,
            (Measure::Length | Measure::Size, Order::Less | Order::Equal, i64::MIN..=-1) => Formula::False,
            (Measure::Size, Order::Equal, 0)
            | (Measure::Size, Order::Less, 1)
            | (Measure::Size, Order::LessOrEqual, 0) => Formula::atom(Atom::Empty(of)),
            (Measure::Size, Order::Greater, 0) | (Measure::Size, Order::GreaterOrEqual, 1) => {
                Formula::Lit(Rc::new(Atom::Empty(of)), false)
            }
            // Of two such numbers one is the greater one, or they are equal.
            (
                Measure::Length | Measure::Size | Measure::IndexOf(_),
                Order::Greater | Order::GreaterOrEqual,
                _,
            ) => {
                let opposite = if order == Order::Greater { Order::LessOrEqual } else { Order::Less };
                Formula::Lit(Rc::new(Atom::Compares(id, opposite, number.to_string().into())), false)
            }
            _ => plain,
        }
    }

    /// Whether a term stands for different values in different turns of a loop, so that it need not equal itself.
    pub(super) fn is_loop_term(&self, id: TermId) -> bool {
        let mut todo = vec![id];
        while let Some(id) = todo.pop() {
            if matches!(
                self.skeleton.terms.get(id),
                Term::Element(..)
                    | Term::Key(..)
                    | Term::ParameterName(..)
                    | Term::SomeParameter(..)
                    | Term::Opaque(..)
            ) {
                return true;
            }
            todo.extend(self.skeleton.terms.parts(id));
        }
        false
    }

    /// Whether a text is empty, as a Boolean.
    pub(super) fn text_is_empty(&mut self, pieces: &[Piece], state: &mut State) -> Sym {
        Sym::Bool(self.pieces_equal(pieces, &[], Span::default(), state))
    }
}

fn is_known(formula: &Formula) -> bool {
    matches!(formula, Formula::True | Formula::False)
}

fn unknown_compares(id: TermId, order: Order, number: &Number) -> Formula {
    Formula::all([
        Formula::atom(Atom::Is(id, Types::NUMBER)),
        Formula::atom(Atom::Compares(id, order, number.to_string().into())),
    ])
}

fn mirrored(order: Order) -> Order {
    match order {
        Order::Less => Order::Greater,
        Order::LessOrEqual => Order::GreaterOrEqual,
        Order::Greater => Order::Less,
        Order::GreaterOrEqual => Order::LessOrEqual,
        Order::Equal => Order::Equal,
    }
}

/// The value of a symbol that holds no unknown.
pub(super) fn concrete(value: &Sym) -> Option<Value> {
    Some(match value {
        Sym::Null => Value::Null,
        Sym::Text(pieces) => Value::Text(Text::new(literal(pieces)?)),
        Sym::Number(number) => Value::Number(number.0.clone()),
        Sym::Bool(Formula::True) => Value::Bool(true),
        Sym::Bool(Formula::False) => Value::Bool(false),
        _ => return None,
    })
}
