//! Method calls on values with unknowns.
//!
//! A method of an unknown value depends on its class: where the class lacks the method, the call gives the empty
//! string, which holds in a condition.

mod container;
mod input;
mod text;
mod unknown;

use std::rc::Rc;

use keybound_vtl::Span;
use keybound_vtl::eval;

use super::facts::{Facts, Types};
use super::formula::{Atom, Formula};
use super::state::{State, choice};
use super::term::{Measure, Op, Parameter, Term, TermId};
use super::truth::concrete;
use super::value::{Num, Object, Sym, View};
use super::walk::Walk;

impl Walk<'_> {
    /// Calls a method.
    pub(super) fn method(
        &mut self,
        on: &Sym,
        name: &str,
        arguments: &[Sym],
        span: Span,
        state: &mut State,
    ) -> Sym {
        if !self.step(span) {
            return Sym::Null;
        }
        if let Some(at) = arguments.iter().position(|argument| matches!(argument, Sym::Choice(_)))
            && !matches!(name, "put" | "add" | "set" | "addAll" | "putAll")
        {
            let chosen = arguments.get(at).cloned().unwrap_or(Sym::Null);
            return self.each(&chosen, state, |walk, argument, state| {
                let mut arguments = arguments.to_vec();
                if let Some(slot) = arguments.get_mut(at) {
                    *slot = argument.clone();
                }
                walk.method(on, name, &arguments, span, state)
            });
        }
        let first = arguments.first();
        match (on, name, arguments) {
            (Sym::Input, ..) => self.input_method(name, arguments, span, state),
            (Sym::Util, ..) => first.map_or(Sym::Null, |text| self.util_method(name, text, span, state)),
            (Sym::Text(pieces), ..) => self.text_method(pieces, name, arguments, span, state),
            (Sym::Unknown(id), ..) => self.unknown_method(*id, name, arguments, span, state),
            (Sym::Object(id), ..) => self.object_method(*id, name, arguments, span, state),
            (Sym::View(view, id), ..) => self.view_method(*view, *id, name, arguments, span, state),
            (Sym::Entry(entry), "getKey", []) => entry.0.clone(),
            (Sym::Entry(entry), "getValue", []) => entry.1.clone(),
            (Sym::Context(_) | Sym::StageVariables | Sym::Parameters(_), "get", [key]) => {
                self.member_of(on, key, span, state)
            }
            (Sym::Context(_), "put", [key, value]) => {
                self.put(on, key, value.clone(), span, state);
                Sym::Null
            }
            (Sym::Parameters(_), "containsKey", [_])
            | (Sym::Parameters(_) | Sym::Context(_), "isEmpty" | "size", _) => {
                self.opaque_truth(span, Vec::new())
            }
            (Sym::Parameters(None), "keySet" | "entrySet" | "values", []) => {
                state.allocate(Object::List(parameter_places(name)))
            }
            (Sym::Parameters(Some(place)), "keySet" | "entrySet" | "values", []) => {
                let id = self.term(Term::Parameters(Some(*place)));
                Sym::View(view_of(name), id)
            }
            (Sym::Measure(id), "toString", []) => Sym::hole(self.applied(Op::ToText, *id)),
            (Sym::Number(_) | Sym::Bool(_), ..) if concrete(on).is_some() => {
                self.concrete_method(on, name, arguments, span)
            }
            (Sym::Number(_), "parseInt" | "valueOf" | "parseLong" | "parseDouble", [text]) => {
                self.parsed_number(text, span)
            }
            (Sym::Measure(id), "intValue" | "longValue" | "doubleValue", []) => Sym::Measure(*id),
            (Sym::Bool(_), "toString", []) => {
                let pieces = self.pieces(on, span, state);
                Sym::Text(pieces.into())
            }
            (Sym::Context(_) | Sym::StageVariables | Sym::Parameters(_), ..) => {
                // Maps that are shared with all that is read of them later.
                self.skeleton.give_up(span, "a method of a map of API Gateway's is not followed");
                self.opaque(span, on, arguments)
            }
            (Sym::Measure(_), ..) if is_no_number_method(name) => Sym::Null,
            (Sym::Measure(_), ..) => self.opaque(span, on, arguments),
            (Sym::Loop(_), "hasNext" | "isFirst" | "isLast" | "getIndex" | "getCount", []) => {
                let property = match name {
                    "isFirst" => "first",
                    "isLast" => "last",
                    "getIndex" => "index",
                    "getCount" => "count",
                    other => other,
                };
                self.property(on, property, span, state)
            }
            _ => Sym::Null,
        }
    }

    /// What a method gives that changes one of several containers: each of them may have changed.
    pub(super) fn changed_one(
        &mut self,
        cases: &[(Formula, Sym)],
        name: &str,
        arguments: &[Sym],
        span: Span,
        state: &mut State,
    ) -> Sym {
        for (_, value) in cases {
            match value {
                Sym::Object(id) => state.change(*id, |object| object.blur(arguments.to_vec())),
                other => _ = self.method(other, name, arguments, span, state),
            }
        }
        self.opaque(span, &Sym::Choice(cases.into()), arguments)
    }

    fn applied(&mut self, op: Op, to: TermId) -> TermId {
        self.term(Term::Applied(op, to))
    }

    /// A value of which nothing is known but what it was made from.
    fn opaque(&mut self, span: Span, on: &Sym, arguments: &[Sym]) -> Sym {
        let terms = on.terms().into_iter().chain(arguments.iter().flat_map(Sym::terms)).collect();
        Sym::Unknown(self.term(Term::Opaque(span.start().to_usize(), terms)))
    }

    fn opaque_truth(&mut self, span: Span, terms: Vec<TermId>) -> Sym {
        Sym::Bool(Formula::atom(Atom::Unknown(span.start().to_usize(), terms)))
    }

    fn concrete_method(&mut self, on: &Sym, name: &str, arguments: &[Sym], span: Span) -> Sym {
        let values: Option<Vec<_>> = arguments.iter().map(concrete).collect();
        match (concrete(on), values) {
            (Some(value), Some(values)) => match eval::call_method(&value, name, &values) {
                Ok(result) => self.sym_of(result, span),
                // The rendering ends with an error.
                Err(_) => Sym::Null,
            },
            _ => match (name, arguments) {
                ("parseInt" | "valueOf" | "parseLong" | "parseDouble", [text]) => {
                    self.parsed_number(text, span)
                }
                _ => self.opaque(span, on, arguments),
            },
        }
    }

    /// A text read as a number: what is no number ends the rendering.
    fn parsed_number(&mut self, text: &Sym, span: Span) -> Sym {
        let Some(&of) = text.terms().first() else { return self.opaque(span, text, &[]) };
        Sym::Measure(self.term(Term::Measured(Measure::Other("parsed".to_owned()), of)))
    }

    fn sym_of(&mut self, value: Option<keybound_vtl::value::Value>, span: Span) -> Sym {
        use keybound_vtl::value::Value;
        match value {
            None | Some(Value::Null) => Sym::Null,
            Some(Value::Bool(b)) => Sym::Bool(Formula::known(b)),
            Some(Value::Number(number)) => Sym::Number(Num(number)),
            Some(Value::Text(text)) => Sym::literal(text.as_str()),
            Some(Value::List(_) | Value::Map(_) | Value::Object(_)) => {
                Sym::Unknown(self.term(Term::Opaque(span.start().to_usize(), Vec::new())))
            }
        }
    }

    /// One value where an unknown is of some classes, another where it is not.
    pub(super) fn by_type(&mut self, id: TermId, types: Types, yes: Sym, no: Sym, state: &State) -> Sym {
        let facts = Facts::of(&self.skeleton.terms, id, &state.guard);
        if types.includes(facts.types) {
            return yes;
        }
        if facts.types.intersection(types).is_empty() {
            return no;
        }
        let is = Formula::atom(Atom::Is(id, types));
        let is_not = is.negated();
        choice(vec![(is, yes), (is_not, no)])
    }
}

/// What `keySet`, `entrySet` or `values` of `$input.params()` has, in the evaluator's order.
pub(super) fn parameter_places(view: &str) -> Vec<Sym> {
    let places =
        [("path", Parameter::Path), ("querystring", Parameter::Query), ("header", Parameter::Header)];
    let item = |(name, place)| {
        let (key, value) = (Sym::literal(name), Sym::Parameters(Some(place)));
        match view {
            "keySet" => key,
            "entrySet" => Sym::Entry(Rc::new((key, value))),
            _ => value,
        }
    };
    places.into_iter().map(item).collect()
}

/// Whether a method changes the container that it is called on.
pub(super) fn changes(name: &str) -> bool {
    matches!(name, "add" | "addAll" | "clear" | "put" | "putAll" | "putIfAbsent" | "remove" | "set")
}

/// Whether a method is one of texts or containers, which a number surely lacks.
fn is_no_number_method(name: &str) -> bool {
    const OTHERS: &[&str] = &[
        "add",
        "charAt",
        "concat",
        "contains",
        "containsKey",
        "endsWith",
        "entrySet",
        "equalsIgnoreCase",
        "get",
        "indexOf",
        "isEmpty",
        "keySet",
        "lastIndexOf",
        "length",
        "matches",
        "put",
        "replace",
        "replaceAll",
        "replaceFirst",
        "size",
        "split",
        "startsWith",
        "substring",
        "toLowerCase",
        "toUpperCase",
        "trim",
        "values",
    ];
    OTHERS.contains(&name)
}

fn view_of(name: &str) -> View {
    match name {
        "keySet" => View::Keys,
        "values" => View::Values,
        _ => View::Entries,
    }
}
