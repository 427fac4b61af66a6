//! What a template assigns: variables, members of containers, and what it writes into `$context`.

use keybound_vtl::Span;
use keybound_vtl::ast::{AccessKind, ExprKind, Set};

use super::facts::Types;
use super::observed::gives_nothing;
use super::skeleton::Override;
use super::state::{State, either};
use super::term::Term;
use super::value::{Object, Sym};
use super::walk::{Walk, overlay, put_at, without_null};

impl Walk<'_> {
    /// `#set`.
    pub(super) fn set(&mut self, set: &Set, span: Span, state: &mut State) {
        let value = self.value(&set.value, state);
        self.skeleton.observed.assign(span, gives_nothing(&value));
        if set.target.form.formal || set.target.form.quiet {
            return;
        }
        let name = &set.target.root;
        let Some((last, before)) = set.target.accesses.split_last() else {
            // Arithmetic that fails leaves the old value.
            let old = state.variable(name).unwrap_or(Sym::literal(""));
            let value = without_null(value, &old);
            state.assign(name, value);
            return;
        };
        let holder = self.reached(name, before, state);
        let key = match &last.kind {
            AccessKind::Property(name) => Some(Sym::literal(name)),
            AccessKind::Index(index) => Some(match &index.kind {
                ExprKind::Integer(digits) => Sym::literal(digits),
                _ => self.value(index, state),
            }),
            AccessKind::Method(..) => None,
        };
        if let Some(key) = key {
            // The directive takes the blanks around it too.
            let written = Span::of(set.target.span.start().to_usize(), set.value.span.end().to_usize());
            self.put(&holder, &key, value, written, state);
        }
    }

    /// Puts a value under a key of a container.
    pub(super) fn put(&mut self, holder: &Sym, key: &Sym, value: Sym, span: Span, state: &mut State) {
        let known = key.known_text();
        match holder {
            Sym::Object(id) => {
                let inside = [key.clone(), value.clone()];
                state.change(*id, |object| match (object, known) {
                    (Object::Map(entries), Some(name)) => {
                        entries.insert(name, value);
                    }
                    (Object::List(items), Some(index)) => {
                        if let Some(item) = index.parse::<usize>().ok().and_then(|index| items.get_mut(index))
                        {
                            *item = value;
                        }
                    }
                    (other, _) => other.blur(inside),
                });
            }
            Sym::Context(path) => {
                let name = known.clone().unwrap_or_else(|| "?".to_owned());
                let path = if path.is_empty() { name } else { format!("{path}.{name}") };
                let mut terms = value.terms();
                terms.extend(key.terms());
                let pieces = self.pieces(&value, span, &mut state.clone());
                self.skeleton.overrides.push(Override {
                    path: path.clone(),
                    terms,
                    pieces,
                    guard: state.guard.clone(),
                    span,
                });
                state.assign(&overlay(&path), value);
            }
            Sym::Unknown(id) => match known {
                Some(name) => {
                    let member = self.term(Term::Member(*id, name));
                    // Only a map takes the value.
                    let old = state.variable(&put_at(member)).unwrap_or(Sym::Unknown(member));
                    let value = self.by_type(*id, Types::MAP, value, old, state);
                    // What was known of the member is of the old one.
                    let terms = &self.skeleton.terms;
                    state.guard = state.guard.without(|term| terms.contains(term, member));
                    state.assign(&put_at(member), value);
                }
                None => {
                    self.skeleton.give_up(span, "a member of an unknown name is assigned in an unknown map")
                }
            },
            Sym::Choice(cases) => {
                for (formula, holder) in cases.iter() {
                    if let Sym::Object(id) = holder {
                        let old = self.member_of(&Sym::Object(*id), key, span, state);
                        let new = either(&value, &old, formula, &formula.negated());
                        self.put(holder, key, new, span, state);
                    } else {
                        self.skeleton.give_up(span, "it is not known which container is assigned to");
                    }
                }
            }
            _ => {}
        }
    }
}
