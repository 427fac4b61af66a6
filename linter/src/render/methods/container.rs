//! Methods of lists and maps that the template made, and of the views of unknown ones.

use keybound_vtl::Span;

use crate::render::formula::{Atom, Formula};
use crate::render::methods::changes;
use crate::render::reference::merged;
use crate::render::state::State;
use crate::render::term::{Measure, Term, TermId};
use crate::render::value::{Object, ObjectId, Sym, View};
use crate::render::walk::Walk;

impl Walk<'_> {
    pub(super) fn object_method(
        &mut self,
        id: ObjectId,
        name: &str,
        arguments: &[Sym],
        span: Span,
        state: &mut State,
    ) -> Sym {
        let on = Sym::Object(id);
        let object = state.object(id).clone();
        match (&object, name, arguments) {
            (_, "toString", []) => {
                let pieces = self.pieces(&on, span, state);
                Sym::Text(merged(pieces).into())
            }
            (Object::List(items), "size", []) => Sym::int(items.len()),
            (Object::List(items), "isEmpty", []) => Sym::Bool(Formula::known(items.is_empty())),
            (Object::List(items), "contains", [value]) => {
                let value = value.clone();
                let each: Vec<Formula> =
                    items.clone().iter().map(|item| self.java_equal(item, &value, span, state)).collect();
                Sym::Bool(one_of(each))
            }
            (Object::List(items), "get", [Sym::Number(index)]) => usize::try_from(index.0.long_value())
                .ok()
                .and_then(|at| items.get(at).cloned())
                .unwrap_or(Sym::Null),
            (Object::List(_), "add", [value]) => {
                let value = value.clone();
                state.change(id, |object| {
                    if let Object::List(items) = object {
                        items.push(value);
                    }
                });
                Sym::Bool(Formula::True)
            }
            (Object::List(_), "set", [index, value]) => {
                let (index, value) = (index.clone(), value.clone());
                let key = match &index {
                    Sym::Number(number) => Sym::literal(&number.0.to_string()),
                    other => other.clone(),
                };
                let old = self.member_of(&on, &key, span, state);
                self.put(&on, &key, value, span, state);
                old
            }
            (Object::Map(entries), "size", []) => Sym::int(entries.len()),
            (Object::Map(entries), "isEmpty", []) => Sym::Bool(Formula::known(entries.is_empty())),
            (_, "get", [key]) => {
                let key = key.clone();
                self.member_of(&on, &key, span, state)
            }
            (Object::Map(_), "getOrDefault", [key, default]) => {
                let (key, default) = (key.clone(), default.clone());
                let found = self.member_of(&on, &key, span, state);
                crate::render::walk::without_null(found, &default)
            }
            (Object::Map(entries), "containsKey", [key]) => {
                let key = key.clone();
                let names: Vec<String> = entries.keys().cloned().collect();
                let each = names
                    .iter()
                    .map(|name| self.java_equal(&Sym::literal(name), &key, span, state))
                    .collect();
                Sym::Bool(one_of(each))
            }
            (Object::Map(_) | Object::Blurred(_), "put", [key, value]) => {
                let (key, value) = (key.clone(), value.clone());
                let old = self.member_of(&on, &key, span, state);
                self.put(&on, &key, value, span, state);
                old
            }
            (Object::Map(entries), "keySet", []) => {
                let names = entries.keys().map(|name| Sym::literal(name)).collect();
                state.allocate(Object::List(names))
            }
            (Object::Map(entries), "values", []) => {
                let values = entries.values().cloned().collect();
                state.allocate(Object::List(values))
            }
            (Object::Map(entries), "entrySet", []) => {
                let entries = entries
                    .iter()
                    .map(|(name, value)| Sym::Entry(std::rc::Rc::new((Sym::literal(name), value.clone()))))
                    .collect();
                state.allocate(Object::List(entries))
            }
            (_, "size", []) => self.opaque(span, &on, arguments),
            (_, "isEmpty" | "contains" | "containsKey" | "containsValue" | "equals", _) => {
                let terms = self.contained_terms(id, arguments, state);
                self.opaque_truth(span, terms)
            }
            (_, name, _) if changes(name) => {
                state.change(id, |object| object.blur(arguments.to_vec()));
                Sym::Bool(Formula::True)
            }
            _ => Sym::Null,
        }
    }

    pub(super) fn contained_terms(&self, id: ObjectId, arguments: &[Sym], state: &State) -> Vec<TermId> {
        let contents = match state.object(id) {
            Object::List(items) | Object::Blurred(items) => {
                items.iter().flat_map(Sym::terms).collect::<Vec<_>>()
            }
            Object::Map(entries) => entries.values().flat_map(Sym::terms).collect(),
        };
        contents.into_iter().chain(arguments.iter().flat_map(Sym::terms)).collect()
    }

    pub(super) fn view_method(
        &mut self,
        view: View,
        id: TermId,
        name: &str,
        arguments: &[Sym],
        span: Span,
        state: &mut State,
    ) -> Sym {
        match (view, name, arguments) {
            (_, "size", []) => Sym::Measure(self.term(Term::Measured(Measure::Size, id))),
            (_, "isEmpty", []) => Sym::Bool(Formula::atom(Atom::Empty(id))),
            (View::Keys, "contains", [key]) => {
                let key = key.clone();
                self.has_member(id, &key, span)
            }
            (_, "contains" | "containsAll", _) => self.opaque_truth(span, vec![id]),
            (View::Parts, "get", [index]) => {
                let index = index.clone();
                let key = match &index {
                    Sym::Number(number) => Sym::literal(&number.0.to_string()),
                    other => other.clone(),
                };
                self.member_of(&Sym::View(view, id), &key, span, state)
            }
            (_, "toString" | "toArray", _) => self.opaque(span, &Sym::View(view, id), arguments),
            _ => Sym::Null,
        }
    }
}

/// Any of these; where all say that one term prints some text, in one atom.
fn one_of(each: Vec<Formula>) -> Formula {
    let mut term = None;
    let mut texts = Vec::new();
    for formula in &each {
        match formula {
            Formula::Lit(atom, true) => match atom.as_ref() {
                Atom::Prints(id, text) if term.is_none_or(|known| known == *id) => {
                    term = Some(*id);
                    texts.push(text.to_string());
                }
                _ => return Formula::any(each),
            },
            _ => return Formula::any(each),
        }
    }
    match term {
        Some(id) if texts.len() > 1 => Formula::atom(Atom::PrintsOneOf(id, texts.into())),
        _ => Formula::any(each),
    }
}
