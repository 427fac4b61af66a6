//! `#foreach`, for all lists at once.
//!
//! A list that the template made is unrolled. An unknown one is run as: no turn; one turn; a first turn, any number
//! of turns in between up to a fixed point, and a last one. What the turns in between assign is forgotten down to
//! what every turn agrees on.

use std::rc::Rc;

use keybound_vtl::Span;
use keybound_vtl::ast::Foreach;

use super::facts::{Facts, Types};
use super::formula::{Atom, Formula};
use super::methods::parameter_places;
use super::observed::OpenLoop;
use super::skeleton::{Around, Skeleton};
use super::state::{Flow, State, joined};
use super::term::{Parameter, Term, TermId};
use super::value::{Object, Sym, Turn, View};
use super::walk::Walk;

/// Turns that are written out.
const MAX_UNROLLED: usize = 40;

/// Rounds in which an unknown loop has to come to rest.
const MAX_ROUNDS: usize = 6;

impl Walk<'_> {
    pub(super) fn foreach(&mut self, foreach: &Foreach, span: Span, mut state: State) -> Vec<State> {
        let iterable = self.value(&foreach.iterable, &mut state);
        self.foreach_over(foreach, &iterable, span, state)
    }

    fn foreach_over(&mut self, foreach: &Foreach, iterable: &Sym, span: Span, state: State) -> Vec<State> {
        match iterable {
            Sym::Choice(cases) => {
                let mut out = Vec::new();
                for (formula, iterable) in cases.iter() {
                    if let Some(way) = state.assuming(formula) {
                        out.extend(self.foreach_over(foreach, iterable, span, way));
                    }
                }
                joined(out)
            }
            Sym::Object(id) => match state.object(*id).clone() {
                Object::List(items) if items.len() <= MAX_UNROLLED => {
                    self.unrolled(foreach, items, span, state)
                }
                Object::Map(entries) if entries.len() <= MAX_UNROLLED => {
                    self.unrolled(foreach, entries.into_values().collect(), span, state)
                }
                Object::List(items) | Object::Blurred(items) => {
                    let terms = items.iter().flat_map(Sym::terms).collect();
                    let id = self.skeleton.terms.id(Term::Opaque(span.start().to_usize(), terms));
                    self.unknown_loop(foreach, &Sym::Unknown(id), None, span, state)
                }
                Object::Map(_) => {
                    self.skeleton.give_up(span, "a map of so many entries is not followed");
                    vec![state]
                }
            },
            Sym::Unknown(id) => {
                let types = Facts::of(&self.skeleton.terms, *id, &state.guard).types;
                let containers = Types::LIST.union(Types::MAP);
                let mut out = Vec::new();
                if !types.intersection(containers).is_empty() {
                    let is = Formula::atom(Atom::Is(*id, containers));
                    if let Some(way) = state.assuming(&is) {
                        let open = OpenLoop { of: *id, guard: way.guard.clone() };
                        self.skeleton.observed.loops.entry(span).or_insert(open);
                        let element = self.skeleton.terms.id(Term::Element(*id, span.start().to_usize()));
                        out.extend(self.unknown_loop(foreach, &Sym::Unknown(element), Some(*id), span, way));
                    }
                }
                let is_not = Formula::Lit(Rc::new(Atom::Is(*id, containers)), false);
                out.extend(state.assuming(&is_not));
                joined(out)
            }
            Sym::View(view, id) => {
                // Path parameters are as many as the route has.
                if *self.skeleton.terms.get(*id) != Term::Parameters(Some(Parameter::Path)) {
                    let open = OpenLoop { of: *id, guard: state.guard.clone() };
                    self.skeleton.observed.loops.entry(span).or_insert(open);
                }
                let item = self.view_item(*view, *id, span);
                self.unknown_loop(foreach, &item, Some(*id), span, state)
            }
            Sym::Parameters(Some(place)) => {
                let item =
                    Sym::hole(self.skeleton.terms.id(Term::SomeParameter(*place, span.start().to_usize())));
                self.unknown_loop(foreach, &item, None, span, state)
            }
            Sym::Parameters(None) => self.unrolled(foreach, parameter_places("values"), span, state),
            Sym::Context(_) | Sym::StageVariables => {
                self.skeleton.give_up(span, "a loop over a map of API Gateway's is not followed");
                vec![state]
            }
            _ => vec![state],
        }
    }

    fn view_item(&mut self, view: View, id: TermId, span: Span) -> Sym {
        let site = span.start().to_usize();
        let terms = &mut self.skeleton.terms;
        let (key, value) = match terms.get(id).clone() {
            Term::Parameters(place) => {
                let place = place.unwrap_or(Parameter::Any);
                // Path parameters have the names that the route gives them.
                let key = if place == Parameter::Path {
                    terms.id(Term::Opaque(site, Vec::new()))
                } else {
                    terms.id(Term::ParameterName(place, site))
                };
                (key, Sym::hole(terms.id(Term::SomeParameter(place, site))))
            }
            Term::Measured(..) => (id, Sym::Measure(id)),
            _ => (terms.id(Term::Key(id, site)), Sym::Unknown(terms.id(Term::Element(id, site)))),
        };
        match view {
            View::Keys => Sym::hole(key),
            View::Values => value,
            View::Entries => Sym::Entry(Rc::new((Sym::hole(key), value))),
            View::Parts => {
                let part = super::term::Op::Part(super::term::Part::Piece(None, site));
                Sym::hole(terms.id(Term::Applied(part, id)))
            }
        }
    }

    fn unrolled(&mut self, foreach: &Foreach, items: Vec<Sym>, span: Span, state: State) -> Vec<State> {
        let saved = saved(&state, foreach);
        let total = items.len();
        let mut states = vec![state];
        let mut left = Vec::new();
        self.skeleton.around.push(Around::Turns(total));
        for (index, item) in items.into_iter().enumerate() {
            let turn = Turn {
                index: Some(index),
                first: index == 0,
                last: index + 1 == total,
                site: span.start().to_usize(),
            };
            states = self.turn(foreach, &item, turn, states);
            let (broken, going): (Vec<_>, Vec<_>) =
                states.into_iter().partition(|state| state.flow != Flow::Next);
            left.extend(broken);
            states = going;
        }
        self.skeleton.around.pop();
        left.extend(states);
        leave(left, &saved)
    }

    fn turn(&mut self, foreach: &Foreach, item: &Sym, turn: Turn, mut states: Vec<State>) -> Vec<State> {
        for state in &mut states {
            let count = match turn.index {
                Some(index) => Sym::int(index + 1),
                None => {
                    let id = self.skeleton.terms.id(Term::Opaque(turn.site, Vec::new()));
                    let measure = super::term::Measure::Other("count".to_owned());
                    Sym::Measure(self.skeleton.terms.id(Term::Measured(measure, id)))
                }
            };
            state.assign(&foreach.variable, item.clone());
            state.assign("velocityCount", count);
            state.assign("velocityHasNext", Sym::Bool(Formula::known(!turn.last)));
            state.assign("foreach", Sym::Loop(turn));
        }
        self.skeleton.repeats += 1;
        let states = self.block(&foreach.body, states);
        self.skeleton.repeats -= 1;
        states
    }

    fn unknown_loop(
        &mut self,
        foreach: &Foreach,
        item: &Sym,
        of: Option<TermId>,
        span: Span,
        state: State,
    ) -> Vec<State> {
        let site = span.start().to_usize();
        let saved = saved(&state, foreach);
        let mut left = Vec::new();
        let empty = of.map(|of| Formula::atom(Atom::Empty(of)));
        // No turn.
        match &empty {
            Some(empty) => left.extend(state.assuming(empty)),
            None => left.push(state.clone()),
        }
        let enter = match &empty {
            Some(empty) => state.assuming(&empty.negated()),
            None => Some(state),
        };
        let Some(enter) = enter else { return leave(left, &saved) };
        self.skeleton.around.push(Around::Open(of, enter.guard.clone()));
        let about_item = |skeleton: &Skeleton, id: TermId| {
            item.terms().into_iter().any(|item| skeleton.terms.contains(id, item))
        };
        // What is known of one element says nothing of the next, but for what the request model says of all.
        let forget = |walk: &Walk<'_>, mut state: State| {
            state.guard = state.guard.without(|id| about_item(&walk.skeleton, id)).and_all(&walk.demanded);
            state.collect();
            state
        };
        let one = Turn { index: Some(0), first: true, last: true, site };
        let once = self.turn(foreach, item, one, vec![enter.clone()]);
        left.extend(once.into_iter().map(|state| forget(self, state)));
        let first = Turn { index: Some(0), first: true, last: false, site };
        let between = Turn { index: None, first: false, last: false, site };
        let last = Turn { index: None, first: false, last: true, site };
        let after_first = self.turn(foreach, item, first, vec![enter]);
        let mut pool: Vec<State> = Vec::new();
        let mut fresh: Vec<State> = Vec::new();
        for state in after_first {
            let state = forget(self, state);
            if state.flow == Flow::Next { fresh.push(state) } else { left.push(state) }
        }
        let mut rounds = 0;
        while !fresh.is_empty() {
            rounds += 1;
            if rounds > MAX_ROUNDS {
                self.skeleton.give_up(span, "the loop does not come back to the same place of the output");
                break;
            }
            let mut changed = Vec::new();
            for state in fresh {
                match pool.iter().position(|known| known.same_shape(&state)) {
                    Some(at) => {
                        let known = pool.swap_remove(at);
                        let widened = self.widened(&known, state, span);
                        if !widened.says_the_same(&known) {
                            changed.push(widened.clone());
                        }
                        pool.push(widened);
                    }
                    None => {
                        pool.push(state.clone());
                        changed.push(state);
                    }
                }
            }
            fresh = Vec::new();
            for state in self.turn(foreach, item, between, changed) {
                let state = forget(self, state);
                if state.flow == Flow::Next { fresh.push(state) } else { left.push(state) }
            }
        }
        let ends = self.turn(foreach, item, last, pool);
        left.extend(ends.into_iter().map(|state| forget(self, state)));
        self.skeleton.around.pop();
        leave(left, &saved)
    }

    /// A state for two turns: variables that differ are any value made from what both hold.
    fn widened(&mut self, known: &State, state: State, span: Span) -> State {
        let mut variables = known.variables.as_ref().clone();
        for (name, value) in state.variables.iter() {
            let old = variables.get(name);
            if old == Some(value) {
                continue;
            }
            let both: Vec<Sym> = old.into_iter().chain([value]).flat_map(alternatives).collect();
            let mut distinct: Vec<Sym> = Vec::new();
            for value in both {
                if !distinct.contains(&value) {
                    distinct.push(value);
                }
            }
            let value = if distinct.len() <= 4
                && distinct.iter().all(|value| value.known_text().is_some() || matches!(value, Sym::Bool(_)))
            {
                // Which of them it is says nothing of another variable.
                let cases = distinct
                    .into_iter()
                    .enumerate()
                    .map(|(n, value)| (Formula::atom(Atom::unknown_of(&(span, name, n))), value));
                super::state::choice(cases.collect())
            } else {
                // Down to the sources, of which there are finitely many: so the turns come to rest.
                let terms = &self.skeleton.terms;
                let mut terms: Vec<TermId> =
                    distinct.iter().flat_map(Sym::terms).flat_map(|id| terms.sources(id)).collect();
                terms.sort_unstable();
                terms.dedup();
                terms.retain(|id| !matches!(self.skeleton.terms.get(*id), Term::Opaque(at, _) if *at == span.start().to_usize()));
                Sym::Unknown(self.skeleton.terms.id(Term::Opaque(span.start().to_usize(), terms)))
            };
            variables.insert(name.clone(), value);
        }
        let mut heap = known.heap.as_ref().clone();
        for (index, object) in state.heap.iter().enumerate() {
            match heap.get_mut(index) {
                Some(old) if old != object => {
                    let mut all: Vec<Sym> = old.contents();
                    for value in object.contents() {
                        if !all.contains(&value) {
                            all.push(value);
                        }
                    }
                    *old = Object::Blurred(all);
                }
                Some(_) => {}
                None => heap.push(object.clone()),
            }
        }
        let (guard, _, _) = known.guard.joined(&state.guard);
        State { guard, variables: Rc::new(variables), heap: Rc::new(heap), ..state }
    }
}

fn alternatives(value: &Sym) -> Vec<Sym> {
    match value {
        Sym::Choice(cases) => cases.iter().map(|(_, value)| value.clone()).collect(),
        value => vec![value.clone()],
    }
}

/// What the loop's own variables were before it.
fn saved(state: &State, foreach: &Foreach) -> Vec<(String, Option<Sym>)> {
    [foreach.variable.as_str(), "velocityCount", "velocityHasNext", "foreach"]
        .map(|name| (name.to_owned(), state.variables.get(name).cloned()))
        .into()
}

fn leave(mut states: Vec<State>, saved: &[(String, Option<Sym>)]) -> Vec<State> {
    for state in &mut states {
        if state.flow == Flow::Break {
            state.flow = Flow::Next;
        }
        let variables = Rc::make_mut(&mut state.variables);
        for (name, value) in saved {
            match value {
                Some(value) => variables.insert(name.clone(), value.clone()),
                None => variables.remove(name),
            };
        }
    }
    joined(states)
}
