//! References and expressions, as values with unknowns in them.

use std::rc::Rc;

use keybound_vtl::Span;
use keybound_vtl::ast::{Access, AccessKind, BinaryOp, Expr, ExprKind, Reference};
use keybound_vtl::value::Number;

use crate::api::Channel;

use super::context;
use super::facts::{Facts, Types};
use super::formula::{Atom, Formula};
use super::state::{State, choice};
use super::term::{Measure, Op, Parameter, Part, Term};
use super::value::{Num, Object, Piece, Sym, View, literal};
use super::walk::{Walk, overlay, put_at};

/// Elements of a range that is written out.
const MAX_RANGE: i64 = 64;

impl Walk<'_> {
    /// The value of a reference; null is the empty string.
    pub(super) fn reference(&mut self, reference: &Reference, state: &mut State) -> Sym {
        self.skeleton.observed.read(reference.span, state.variables.contains_key(&reference.root));
        let value = self.reached(&reference.root, &reference.accesses, state);
        null_as_empty(value)
    }

    /// What a path of accesses reaches.
    pub(super) fn reached(&mut self, root: &str, accesses: &[Access], state: &mut State) -> Sym {
        let Some(mut value) = state.variable(root) else { return Sym::Null };
        for access in accesses {
            if value == Sym::Null || !self.step(access.span) {
                return Sym::Null;
            }
            value = match &access.kind {
                AccessKind::Property(name) => self
                    .each(&value, state, |walk, value, state| walk.property(value, name, access.span, state)),
                AccessKind::Index(index) => {
                    let integer = matches!(index.kind, ExprKind::Integer(_));
                    let index = self.value(index, state);
                    self.each(&value, state, |walk, value, state| {
                        if integer {
                            walk.element_at(value, &index, access.span, state)
                        } else {
                            walk.member_of(value, &index, access.span, state)
                        }
                    })
                }
                AccessKind::Method(name, arguments) => {
                    let arguments: Vec<Sym> =
                        arguments.iter().map(|argument| self.value(argument, state)).collect();
                    match &value {
                        // Only one of them is changed.
                        Sym::Choice(cases) if super::methods::changes(name) => {
                            self.changed_one(cases, name, &arguments, access.span, state)
                        }
                        _ => self.each(&value, state, |walk, value, state| {
                            walk.method(value, name, &arguments, access.span, state)
                        }),
                    }
                }
            };
        }
        value
    }

    /// Applies a function to each case of a value, each under what holds there.
    pub(super) fn each(
        &mut self,
        value: &Sym,
        state: &mut State,
        mut apply: impl FnMut(&mut Self, &Sym, &mut State) -> Sym,
    ) -> Sym {
        let Sym::Choice(cases) = value else { return apply(self, value, state) };
        let mut out = Vec::new();
        for (formula, value) in cases.iter() {
            let outer = state.guard.clone();
            let Some(inner) = outer.and(formula) else { continue };
            state.guard = inner;
            let result = apply(self, value, state);
            state.guard = outer;
            out.push((formula.clone(), result));
        }
        choice(out)
    }

    /// `.name` on a value.
    pub(super) fn property(&mut self, value: &Sym, name: &str, span: Span, state: &mut State) -> Sym {
        match (value, name) {
            (Sym::Input, "body") => self.body(),
            (Sym::Entry(entry), "key") => entry.0.clone(),
            (Sym::Entry(entry), "value") => entry.1.clone(),
            (Sym::Loop(turn), _) => match name {
                "hasNext" => Sym::Bool(Formula::known(!turn.last)),
                "first" => Sym::Bool(Formula::known(turn.first)),
                "last" => Sym::Bool(Formula::known(turn.last)),
                "index" | "count" => match turn.index {
                    Some(index) => Sym::int(if name == "count" { index + 1 } else { index }),
                    None => {
                        let turn_number = self.term(Term::Opaque(turn.site, Vec::new()));
                        let id = self.term(Term::Measured(Measure::Other(name.to_owned()), turn_number));
                        Sym::Measure(id)
                    }
                },
                _ => Sym::Unknown(self.term(Term::Opaque(span.start().to_usize(), Vec::new()))),
            },
            (Sym::Text(pieces), "empty") => self.text_is_empty(pieces, state),
            (Sym::Object(id), "empty") if matches!(state.object(*id), Object::List(_)) => {
                self.method(value, "isEmpty", &[], span, state)
            }
            (_, "class") => Sym::Unknown(self.term(Term::Opaque(span.start().to_usize(), Vec::new()))),
            _ => self.member_of(value, &Sym::literal(name), span, state),
        }
    }

    /// The value under a key.
    pub(super) fn member_of(&mut self, value: &Sym, key: &Sym, span: Span, state: &mut State) -> Sym {
        let known = key.known_text();
        match value {
            Sym::Context(path) => match known {
                Some(name) => self.context_member(path, &name, state),
                None => {
                    let terms = key.terms();
                    Sym::Unknown(self.term(Term::Opaque(span.start().to_usize(), terms)))
                }
            },
            Sym::StageVariables => {
                let name = known.unwrap_or_else(|| "?".to_owned());
                Sym::hole(self.term(Term::StageVariable(name)))
            }
            Sym::Parameters(None) => match known.as_deref() {
                Some("path") => Sym::Parameters(Some(Parameter::Path)),
                Some("querystring") => Sym::Parameters(Some(Parameter::Query)),
                Some("header") => Sym::Parameters(Some(Parameter::Header)),
                Some(_) => Sym::Null,
                None => Sym::Unknown(self.term(Term::Opaque(span.start().to_usize(), key.terms()))),
            },
            Sym::Parameters(Some(place)) => match known {
                Some(name) => self.parameter(*place, &name),
                None => Sym::hole(self.term(Term::SomeParameter(*place, span.start().to_usize()))),
            },
            Sym::Unknown(id) => {
                let term = match known {
                    Some(name) => Term::Member(*id, name),
                    None => Term::Element(*id, span.start().to_usize()),
                };
                let member = self.term(term);
                // A value that the template put there itself.
                state.variable(&put_at(member)).unwrap_or(Sym::Unknown(member))
            }
            Sym::Object(id) => self.object_member(*id, key, span, state),
            Sym::View(View::Parts, id) => {
                let part = Part::Piece(known.and_then(|index| index.parse().ok()), span.start().to_usize());
                Sym::hole(self.term(Term::Applied(Op::Part(part), *id)))
            }
            _ => Sym::Null,
        }
    }

    fn element_at(&mut self, value: &Sym, index: &Sym, span: Span, state: &mut State) -> Sym {
        let number = match index {
            Sym::Number(number) => number.0.to_i64(),
            _ => None,
        };
        match (value, number) {
            (Sym::Unknown(id), Some(at)) => {
                let element = self.term(Term::Index(*id, at));
                state.variable(&put_at(element)).unwrap_or(Sym::Unknown(element))
            }
            (Sym::Object(id), Some(at)) => match state.object(*id).clone() {
                Object::List(items) => {
                    let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
                    let at = if at < 0 { at + length } else { at };
                    usize::try_from(at).ok().and_then(|at| items.get(at).cloned()).unwrap_or(Sym::Null)
                }
                _ => self.member_of(value, &Sym::literal(&at.to_string()), span, state),
            },
            (_, Some(at)) => self.member_of(value, &Sym::literal(&at.to_string()), span, state),
            (_, None) => self.member_of(value, index, span, state),
        }
    }

    fn context_member(&mut self, path: &str, name: &str, state: &State) -> Sym {
        let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        if let Some(value) = state.variable(&overlay(&path)) {
            return value;
        }
        if context::is_map(&path) {
            return Sym::Context(path.into());
        }
        if !context::exists(&path) {
            return Sym::Null;
        }
        let numeric = path == "requestTimeEpoch";
        // In WebSocket APIs the two are the same, and no client sets them.
        let is_generated = path == "requestId" && self.setting.channel != Channel::Request;
        let path = if is_generated { "extendedRequestId".to_owned() } else { path };
        let id = self.term(Term::Context(path));
        if numeric { Sym::Measure(id) } else { Sym::hole(id) }
    }

    /// `$input.body`: that of nothing is an empty object.
    pub(super) fn body(&mut self) -> Sym {
        if self.has_body() { Sym::hole(self.term(Term::Body)) } else { Sym::literal("{}") }
    }

    /// `$input.params(name)`: path, query string, header, in this order.
    pub(super) fn parameter(&mut self, place: Parameter, name: &str) -> Sym {
        if !self.setting.channel.has_parameters() {
            return Sym::Null;
        }
        let in_path =
            self.setting.path_parameters.as_ref().map(|names| names.iter().any(|known| known == name));
        let place = match (place, in_path) {
            (Parameter::Any, Some(true)) => Parameter::Path,
            (Parameter::Path, Some(false)) => return Sym::Null,
            (place, _) => place,
        };
        Sym::hole(self.term(Term::Parameter(place, name.to_owned())))
    }

    fn object_member(&mut self, id: super::value::ObjectId, key: &Sym, span: Span, state: &mut State) -> Sym {
        match (state.object(id).clone(), key.known_text()) {
            (Object::Map(entries), Some(name)) => entries.get(&name).cloned().unwrap_or(Sym::Null),
            (Object::List(items), Some(index)) => {
                index.parse::<usize>().ok().and_then(|at| items.get(at).cloned()).unwrap_or(Sym::Null)
            }
            (Object::Map(entries), None) => {
                // The table of a lookup: each value where the key is its name, nothing where it is none of them.
                let mut cases = Vec::new();
                let mut none = Vec::new();
                for (name, value) in entries {
                    let is = self.equal(key, &Sym::literal(&name), span, state);
                    none.push(is.negated());
                    cases.push((is, value));
                }
                cases.push((Formula::all(none), Sym::Null));
                choice(cases)
            }
            (Object::List(items) | Object::Blurred(items), _) => {
                let terms: Vec<_> = items.iter().flat_map(Sym::terms).chain(key.terms()).collect();
                if terms.is_empty() && items.iter().all(|item| item.known_text().is_some()) {
                    let site = span.start().to_usize();
                    let case =
                        |(n, item): (usize, Sym)| (Formula::atom(Atom::Unknown(site + n, Vec::new())), item);
                    return choice(items.into_iter().enumerate().map(case).collect());
                }
                Sym::Unknown(self.term(Term::Opaque(span.start().to_usize(), terms)))
            }
        }
    }

    /// The value of an expression.
    pub(super) fn value(&mut self, expr: &Expr, state: &mut State) -> Sym {
        if !self.step(expr.span) {
            return Sym::Null;
        }
        match &expr.kind {
            ExprKind::Reference(reference) => self.reference(reference, state),
            ExprKind::Text(text) => Sym::literal(text),
            ExprKind::Interpolated(block) => {
                let pieces = self.captured(block, expr.span, state);
                Sym::Text(merged(pieces).into())
            }
            ExprKind::Integer(digits) => number(Number::parse_integer(digits)),
            ExprKind::Float(digits) => number(Number::parse_double(digits)),
            ExprKind::Bool(value) => Sym::Bool(Formula::known(*value)),
            ExprKind::Placeholder(index) => Sym::hole(self.placeholder(*index)),
            ExprKind::Runt(_) => Sym::Null,
            ExprKind::List(items) => {
                let items = items.iter().map(|item| self.value(item, state)).collect();
                state.allocate(Object::List(items))
            }
            ExprKind::Map(entries) => self.map_literal(entries, state),
            ExprKind::Range(from, to) => self.range(from, to, expr.span, state),
            ExprKind::Not(_) => Sym::Bool(self.condition(expr, state)),
            ExprKind::Binary(op, left, right) => match op {
                BinaryOp::Add
                | BinaryOp::Subtract
                | BinaryOp::Multiply
                | BinaryOp::Divide
                | BinaryOp::Modulo => {
                    let left = self.value(left, state);
                    let right = self.value(right, state);
                    self.each(&left, state, |walk, left, state| {
                        walk.each(&right, state, |walk, right, state| {
                            walk.arithmetic(*op, left, right, expr.span, state)
                        })
                    })
                }
                _ => Sym::Bool(self.condition(expr, state)),
            },
        }
    }

    fn map_literal(&mut self, entries: &[(Expr, Expr)], state: &mut State) -> Sym {
        let map = state.allocate(Object::Map(std::collections::BTreeMap::new()));
        for (key, value) in entries {
            let span = key.span;
            let key = self.value(key, state);
            let value = self.value(value, state);
            self.put(&map, &key, value, span, state);
        }
        map
    }

    fn range(&mut self, from: &Expr, to: &Expr, span: Span, state: &mut State) -> Sym {
        let ends = [self.value(from, state), self.value(to, state)].map(|end| match end {
            Sym::Number(number) => number.0.to_i64(),
            _ => None,
        });
        match ends {
            [Some(from), Some(to)] if (to - from).abs() < MAX_RANGE => {
                let ends =
                    if from <= to { (from..=to).collect() } else { (to..=from).rev().collect::<Vec<_>>() };
                let items = ends.into_iter().map(|n| Sym::int(usize::try_from(n).unwrap_or(0))).collect();
                state.allocate(Object::List(items))
            }
            _ => {
                // A list of numbers of unknown length.
                let id = self.term(Term::Opaque(span.start().to_usize(), Vec::new()));
                let number = self.term(Term::Measured(Measure::Other("range".to_owned()), id));
                Sym::View(View::Values, number)
            }
        }
    }

    fn arithmetic(&mut self, op: BinaryOp, left: &Sym, right: &Sym, span: Span, state: &mut State) -> Sym {
        if let (Sym::Number(left), Sym::Number(right)) = (left, right) {
            let (left, right) = (&left.0, &right.0);
            return number(
                match op {
                    BinaryOp::Add => left.add(right),
                    BinaryOp::Subtract => left.subtract(right),
                    BinaryOp::Multiply => left.multiply(right),
                    BinaryOp::Divide => left.divide(right),
                    _ => left.modulo(right),
                }
                .ok(),
            );
        }
        if *left == Sym::Null || *right == Sym::Null {
            return Sym::Null;
        }
        let (text, numeric) = (self.is_text(left, state), self.is_number(left, state));
        let (right_text, right_numeric) = (self.is_text(right, state), self.is_number(right, state));
        let numeric = Formula::all([numeric, right_numeric]);
        let mut cases = Vec::new();
        if op == BinaryOp::Add {
            let concatenates = Formula::any([text, right_text]);
            let mut pieces = self.pieces(left, span, state);
            pieces.extend(self.pieces(right, span, state));
            let pieces = pieces.iter().map(|piece| self.piece_text(piece)).collect();
            cases.push((concatenates, Sym::Text(merged(pieces).into())));
        }
        let terms: Vec<_> = left.terms().into_iter().chain(right.terms()).collect();
        let operands = self.term(Term::Opaque(span.start().to_usize(), terms));
        let result = self.term(Term::Measured(Measure::Other(format!("{op:?}")), operands));
        let fails =
            Formula::any(cases.iter().map(|(formula, _)| formula.clone()).chain([numeric.clone()])).negated();
        cases.push((numeric, Sym::Measure(result)));
        cases.push((fails, Sym::Null));
        choice(cases.into_iter().map(|(formula, value)| (state.guard.simplified(&formula), value)).collect())
    }

    fn is_text(&mut self, value: &Sym, state: &State) -> Formula {
        match value {
            Sym::Text(_) => Formula::True,
            Sym::Unknown(id) => {
                let facts = Facts::of(&self.skeleton.terms, *id, &state.guard);
                if facts.types == Types::TEXT {
                    Formula::True
                } else {
                    Formula::atom(Atom::Is(*id, Types::TEXT))
                }
            }
            _ => Formula::False,
        }
    }

    fn is_number(&mut self, value: &Sym, state: &State) -> Formula {
        match value {
            Sym::Number(_) | Sym::Measure(_) => Formula::True,
            Sym::Unknown(id) => {
                let facts = Facts::of(&self.skeleton.terms, *id, &state.guard);
                if facts.types == Types::NUMBER {
                    Formula::True
                } else {
                    Formula::atom(Atom::Is(*id, Types::NUMBER))
                }
            }
            _ => Formula::False,
        }
    }
}

fn number(value: Option<Number>) -> Sym {
    value.map_or(Sym::Null, |value| Sym::Number(Num(value)))
}

/// Null read through a reference is the empty string.
pub(super) fn null_as_empty(value: Sym) -> Sym {
    match value {
        Sym::Null => Sym::literal(""),
        Sym::Choice(cases) if cases.iter().any(|(_, value)| *value == Sym::Null) => {
            choice(cases.iter().map(|(f, value)| (f.clone(), null_as_empty(value.clone()))).collect())
        }
        value => value,
    }
}

/// A text with neighbouring literals made one.
pub(super) fn merged(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match (out.last_mut(), piece) {
            (Some(Piece::Literal(last)), Piece::Literal(text)) => *last = Rc::from(format!("{last}{text}")),
            (_, piece) => out.push(piece),
        }
    }
    if literal(&out).is_some_and(|text| text.is_empty()) { Vec::new() } else { out }
}
