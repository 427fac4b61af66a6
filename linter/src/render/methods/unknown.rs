//! Methods of a value of unknown class.

use keybound_vtl::Span;

use crate::render::facts::Types;
use crate::render::formula::{Atom, Formula};
use crate::render::methods::changes;
use crate::render::state::{State, choice};
use crate::render::term::{Measure, Op, Term, TermId};
use crate::render::value::{Piece, Sym};
use crate::render::walk::Walk;

impl Walk<'_> {
    pub(super) fn unknown_method(
        &mut self,
        id: TermId,
        name: &str,
        arguments: &[Sym],
        span: Span,
        state: &mut State,
    ) -> Sym {
        let on = Sym::Unknown(id);
        match (name, arguments) {
            ("toString", []) => Sym::hole(self.applied(Op::ToText, id)),
            ("equals", [other]) => {
                let other = other.clone();
                Sym::Bool(self.java_equal(&on, &other, span, state))
            }
            ("size", []) => {
                let size = Sym::Measure(self.term(Term::Measured(Measure::Size, id)));
                self.by_type(id, Types::LIST.union(Types::MAP), size, Sym::Null, state)
            }
            ("isEmpty", []) => {
                let text = Sym::Bool(Formula::atom(Atom::Prints(id, "".into())));
                let container = Sym::Bool(Formula::atom(Atom::Empty(id)));
                let others = self.by_type(id, Types::LIST.union(Types::MAP), container, Sym::Null, state);
                self.by_type(id, Types::TEXT, text, others, state)
            }
            ("get", [key]) => {
                let key = key.clone();
                match &key {
                    Sym::Number(number) => {
                        let index = number.0.long_value();
                        let element = self.term(Term::Index(id, index));
                        self.by_type(id, Types::LIST, Sym::Unknown(element), Sym::Null, state)
                    }
                    _ => self.member_of(&on, &key, span, state),
                }
            }
            ("getOrDefault", [key, default]) => {
                let (key, default) = (key.clone(), default.clone());
                let member = self.member_of(&on, &key, span, state);
                let has = Formula::atom(Atom::Unknown(span.start().to_usize(), vec![id]));
                choice(vec![(has.clone(), member), (has.negated(), default)])
            }
            ("keySet" | "values" | "entrySet", []) => {
                self.by_type(id, Types::MAP, Sym::View(super::view_of(name), id), Sym::Null, state)
            }
            ("containsKey", [key]) => {
                let truth = self.has_member(id, key, span);
                self.by_type(id, Types::MAP, truth, Sym::Null, state)
            }
            ("contains" | "containsValue", [_]) => {
                let as_text = self.text_method(&[Piece::Hole(id)], name, arguments, span, state);
                let as_list = self.opaque_truth(span, vec![id]);
                let others = self.by_type(id, Types::LIST.union(Types::MAP), as_list, Sym::Null, state);
                self.by_type(id, Types::TEXT, as_text, others, state)
            }
            ("put", [key, value]) => {
                let (key, value) = (key.clone(), value.clone());
                self.put(&on, &key, value, span, state);
                self.opaque(span, &on, arguments)
            }
            (name, _) if changes(name) => {
                // Of what is read of it after a removal nothing is known any more.
                let terms = &self.skeleton.terms;
                state.guard = state.guard.without(|term| terms.contains(term, id));
                if name != "remove" {
                    self.skeleton
                        .give_up(span, "a value of the request is changed in a way that is not followed");
                }
                self.opaque(span, &on, arguments)
            }
            ("subList" | "toArray", _) => self.opaque(span, &on, arguments),
            ("intValue" | "longValue" | "doubleValue" | "shortValue" | "byteValue", []) => {
                let number = Sym::Measure(self.term(Term::Measured(Measure::Other(name.to_owned()), id)));
                self.by_type(id, Types::NUMBER, number, Sym::Null, state)
            }
            (
                "parseInt" | "parseLong" | "parseDouble" | "valueOf" | "booleanValue" | "compareTo"
                | "hashCode",
                _,
            ) => self.opaque(span, &on, arguments),
            _ => {
                let as_text = self.text_method(&[Piece::Hole(id)], name, arguments, span, state);
                self.by_type(id, Types::TEXT, as_text, Sym::Null, state)
            }
        }
    }

    /// A member that is there prints something or is present as null or empty: not known from its text.
    pub(super) fn has_member(&mut self, id: TermId, key: &Sym, span: Span) -> Sym {
        let mut terms = vec![id];
        terms.extend(key.terms());
        match key.known_text() {
            Some(name) => {
                let member = self.term(Term::Member(id, name));
                self.opaque_truth(span, vec![member])
            }
            None => self.opaque_truth(span, terms),
        }
    }
}
