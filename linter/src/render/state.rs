//! One way through the template, and how ways become one where they meet.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::formula::{Atom, Formula, Guard};
use super::json::{Parser, joined_pieces};
use super::value::{Object, ObjectId, Piece, Sym};

/// What happens after a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// The next node.
    Next,
    /// The end of the loop.
    Break,
    /// The end of the block that is being printed.
    Stop,
}

/// One way through the template so far.
#[derive(Clone, Debug)]
pub struct State {
    /// What holds on the way.
    pub guard: Guard,
    /// The variables.
    pub variables: Rc<BTreeMap<String, Sym>>,
    /// Containers that the template made.
    pub heap: Rc<Vec<Object>>,
    /// The output, as JSON.
    pub json: Parser,
    /// Strings that are being put together, innermost last; while there is one, nothing is printed.
    pub captured: Vec<Vec<Piece>>,
    /// Where the way goes on.
    pub flow: Flow,
}

/// Alternatives that one value keeps apart; past this it is no longer known which holds when.
const MAX_CASES: usize = 80;

/// Size of what two joined guards may say together beyond what they share.
const MAX_BEYOND: usize = 24;

impl State {
    /// The way that begins the template.
    pub fn start(variables: BTreeMap<String, Sym>) -> Self {
        Self {
            guard: Guard::default(),
            variables: Rc::new(variables),
            heap: Rc::default(),
            json: Parser::default(),
            captured: Vec::new(),
            flow: Flow::Next,
        }
    }

    /// This way where a formula holds too; none where it cannot.
    pub fn assuming(&self, formula: &Formula) -> Option<State> {
        Some(State { guard: self.guard.and(formula)?, ..self.clone() })
    }

    /// The value of a variable.
    pub fn variable(&self, name: &str) -> Option<Sym> {
        self.variables.get(name).map(|value| self.settled(value))
    }

    /// Gives a variable a value.
    pub fn assign(&mut self, name: &str, value: Sym) {
        Rc::make_mut(&mut self.variables).insert(name.to_owned(), value);
    }

    /// A value without the cases that this way rules out.
    pub fn settled(&self, value: &Sym) -> Sym {
        let Sym::Choice(cases) = value else { return value.clone() };
        let mut left: Vec<(Formula, Sym)> = Vec::new();
        for (formula, value) in cases.iter() {
            match self.guard.simplified(formula) {
                Formula::False => {}
                Formula::True => return self.settled(value),
                formula => left.push((formula, value.clone())),
            }
        }
        choice(left)
    }

    /// A container.
    pub fn object(&self, id: ObjectId) -> &Object {
        const NOTHING: &Object = &Object::List(Vec::new());
        self.heap.get(id.0).unwrap_or(NOTHING)
    }

    /// A new container.
    pub fn allocate(&mut self, object: Object) -> Sym {
        let heap = Rc::make_mut(&mut self.heap);
        heap.push(object);
        Sym::Object(ObjectId(heap.len() - 1))
    }

    /// Changes a container.
    pub fn change(&mut self, id: ObjectId, change: impl FnOnce(&mut Object)) {
        if let Some(object) = Rc::make_mut(&mut self.heap).get_mut(id.0) {
            change(object);
        }
    }

    /// Forgets the newest containers, as far as nothing refers to them any more.
    pub fn collect(&mut self) {
        let mut reached = vec![false; self.heap.len()];
        let mut todo: Vec<Sym> = self.variables.values().cloned().collect();
        while let Some(value) = todo.pop() {
            match value {
                Sym::Object(id) => {
                    if let Some(mark @ false) = reached.get_mut(id.0) {
                        *mark = true;
                        todo.extend(self.object(id).contents());
                    }
                }
                Sym::Choice(cases) => todo.extend(cases.iter().map(|(_, value)| value.clone())),
                Sym::Entry(entry) => todo.extend([entry.0.clone(), entry.1.clone()]),
                _ => {}
            }
        }
        let kept = reached.iter().rposition(|reached| *reached).map_or(0, |last| last + 1);
        if kept < self.heap.len() {
            Rc::make_mut(&mut self.heap).truncate(kept);
        }
    }

    /// Whether two ways stand at the same place with the same kind of text in hand.
    pub fn same_shape(&self, other: &State) -> bool {
        self.can_join(other)
    }

    /// Whether two ways know the same.
    pub fn says_the_same(&self, other: &State) -> bool {
        self.guard == other.guard && self.variables == other.variables && self.heap == other.heap
    }

    fn can_join(&self, other: &State) -> bool {
        self.flow == other.flow
            && self.captured.len() == other.captured.len()
            && self.json.same_place(&other.json)
    }

    /// One way for two that stand at the same place. What differs becomes alternatives; what only one of them knew
    /// is kept as far as both together know it.
    fn joined(self, other: State) -> State {
        let (common, mine, theirs) = self.guard.joined(&other.guard);
        let guard = if mine.size() + theirs.size() <= MAX_BEYOND {
            common.and(&Formula::any([mine.clone(), theirs.clone()])).unwrap_or(common)
        } else {
            common
        };
        let variables = if Rc::ptr_eq(&self.variables, &other.variables) {
            self.variables
        } else {
            Rc::new(joined_variables(&self.variables, &other.variables, &mine, &theirs))
        };
        let heap = if Rc::ptr_eq(&self.heap, &other.heap) {
            self.heap
        } else {
            Rc::new(joined_heaps(&self.heap, &other.heap, &mine, &theirs))
        };
        let captured = self
            .captured
            .into_iter()
            .zip(&other.captured)
            .map(|(left, right)| joined_pieces(left, right, &mine, &theirs))
            .collect();
        State {
            guard,
            variables,
            heap,
            json: self.json.joined(&other.json, &mine, &theirs),
            captured,
            flow: self.flow,
        }
    }
}

/// As few ways as possible.
pub fn joined(states: Vec<State>) -> Vec<State> {
    let mut out: Vec<State> = Vec::new();
    for state in states {
        match out.iter().position(|other| other.can_join(&state)) {
            Some(at) => {
                let other = out.remove(at);
                out.insert(at, other.joined(state));
            }
            None => out.push(state),
        }
    }
    out
}

fn joined_variables(
    left: &BTreeMap<String, Sym>,
    right: &BTreeMap<String, Sym>,
    mine: &Formula,
    theirs: &Formula,
) -> BTreeMap<String, Sym> {
    let nothing = Sym::literal("");
    let names = left.keys().chain(right.keys().filter(|name| !left.contains_key(*name)));
    names
        .map(|name| {
            let (l, r) = (left.get(name).unwrap_or(&nothing), right.get(name).unwrap_or(&nothing));
            (name.clone(), either(l, r, mine, theirs))
        })
        .collect()
}

/// One of two values.
pub fn either(left: &Sym, right: &Sym, mine: &Formula, theirs: &Formula) -> Sym {
    if left == right {
        return left.clone();
    }
    if let Some(text) = grown(left, right, mine, theirs) {
        return Sym::Text(text.into());
    }
    choice(vec![(mine.clone(), left.clone()), (theirs.clone(), right.clone())])
}

/// A text that is put together bit by bit, each behind a condition of its own: what both have is there once, or it would
/// be there twice more often with each condition. Only where what both have was such a choice itself; of two plain
/// texts more is known apart.
fn grown(left: &Sym, right: &Sym, mine: &Formula, theirs: &Formula) -> Option<Vec<Piece>> {
    let (left, right) = (as_pieces(left)?, as_pieces(right)?);
    let shared = left.iter().zip(&right).take_while(|(a, b)| a == b);
    shared
        .into_iter()
        .any(|(piece, _)| matches!(piece, Piece::Choice(_)))
        .then(|| joined_pieces(left, &right, mine, theirs))
}

/// A text, or one of several texts, as pieces.
fn as_pieces(value: &Sym) -> Option<Vec<Piece>> {
    match value {
        Sym::Text(pieces) => Some(pieces.to_vec()),
        Sym::Choice(cases) => {
            let texts: Option<Vec<_>> = cases
                .iter()
                .map(|(formula, value)| match value {
                    Sym::Text(pieces) => Some((formula.clone(), Rc::clone(pieces))),
                    _ => None,
                })
                .collect();
            Some(vec![Piece::Choice(texts?.into())])
        }
        _ => None,
    }
}

/// One of several values, flattened and without repetition.
pub fn choice(cases: Vec<(Formula, Sym)>) -> Sym {
    let mut flat: Vec<(Formula, Sym)> = Vec::new();
    let mut add = |formula: Formula, value: Sym| {
        if formula == Formula::False {
            return;
        }
        match flat.iter_mut().find(|(_, other)| *other == value) {
            Some((known, _)) => *known = Formula::any([known.clone(), formula]),
            None => flat.push((formula, value)),
        }
    };
    for (formula, value) in cases {
        match value {
            Sym::Choice(inner) => {
                for (case, value) in inner.iter() {
                    add(Formula::all([formula.clone(), case.clone()]), value.clone());
                }
            }
            value => add(formula, value),
        }
    }
    if flat.len() > MAX_CASES {
        // Which case holds when is given up, not that one of them holds.
        let all = format!("{flat:?}");
        for (index, (formula, _)) in flat.iter_mut().enumerate() {
            *formula = Formula::atom(Atom::unknown_of(&(&all, index)));
        }
    }
    match (flat.len(), flat.pop()) {
        (0, _) | (_, None) => Sym::literal(""),
        (1, Some((_, value))) => value,
        (_, Some(last)) => {
            flat.push(last);
            Sym::Choice(flat.into())
        }
    }
}

fn joined_heaps(left: &[Object], right: &[Object], mine: &Formula, theirs: &Formula) -> Vec<Object> {
    let mut out = Vec::new();
    for index in 0..left.len().max(right.len()) {
        out.push(match (left.get(index), right.get(index)) {
            (Some(l), Some(r)) => joined_objects(l, r, mine, theirs),
            (Some(one), None) | (None, Some(one)) => one.clone(),
            (None, None) => Object::List(Vec::new()),
        });
    }
    out
}

fn joined_objects(left: &Object, right: &Object, mine: &Formula, theirs: &Formula) -> Object {
    match (left, right) {
        (l, r) if l == r => l.clone(),
        (Object::List(l), Object::List(r)) if l.len() == r.len() => {
            Object::List(l.iter().zip(r).map(|(l, r)| either(l, r, mine, theirs)).collect())
        }
        (Object::Map(l), Object::Map(r)) if l.keys().eq(r.keys()) => {
            Object::Map(joined_variables(l, r, mine, theirs))
        }
        (l, r) => {
            let mut all = l.contents();
            all.extend(r.contents().into_iter().filter(|value| !all.contains(value)).collect::<Vec<_>>());
            Object::Blurred(all)
        }
    }
}
