//! Methods of a String.

use keybound_vtl::Span;

use crate::render::facts::Types;
use crate::render::formula::{Atom, Formula};
use crate::render::reference::merged;
use crate::render::state::State;
use crate::render::term::{Measure, Op, Part, Term, TermId};
use crate::render::truth::concrete;
use crate::render::value::{Piece, Sym, View, literal};
use crate::render::walk::Walk;

impl Walk<'_> {
    pub(super) fn text_method(
        &mut self,
        pieces: &[Piece],
        name: &str,
        arguments: &[Sym],
        span: Span,
        state: &mut State,
    ) -> Sym {
        let on = Sym::Text(pieces.into());
        if literal(pieces).is_some() && arguments.iter().all(|argument| concrete(argument).is_some()) {
            return self.concrete_method(&on, name, arguments, span);
        }
        if let [Piece::Choice(cases)] = pieces {
            let cases = cases.iter().map(|(f, pieces)| (f.clone(), Sym::Text(pieces.clone()))).collect();
            let cases = Sym::Choice(cases);
            return self
                .each(&cases, state, |walk, value, state| walk.method(value, name, arguments, span, state));
        }
        let known = |index: usize| arguments.get(index).and_then(Sym::known_text);
        if literal(pieces).is_some() && name == "equals" && arguments.len() == 1 {
            let other = arguments.first().cloned().unwrap_or(Sym::Null);
            return Sym::Bool(self.java_equal(&on, &other, span, state));
        }
        let texts = |text: String| std::rc::Rc::<str>::from(text);
        let id = self.composite(pieces);
        match (name, arguments) {
            ("toString" | "intern" | "toJSONString", []) => on,
            ("length", []) => Sym::Measure(self.term(Term::Measured(Measure::Length, id))),
            ("isEmpty", []) => self.text_is_empty(pieces, state),
            ("equals" | "contentEquals", [other]) => {
                let other = other.clone();
                Sym::Bool(self.java_equal(&on, &other, span, state))
            }
            ("equalsIgnoreCase", [_]) => {
                self.text_atom(known(0), span, id, |text| Atom::PrintsIgnoringCase(id, texts(text)))
            }
            ("matches", [_]) => self.text_atom(known(0), span, id, |text| Atom::Matches(id, texts(text))),
            ("contains", [_]) => self.text_atom(known(0), span, id, |text| Atom::Contains(id, texts(text))),
            ("startsWith", [_]) => {
                self.text_atom(known(0), span, id, |text| Atom::StartsWith(id, texts(text)))
            }
            ("endsWith", [_]) => self.text_atom(known(0), span, id, |text| Atom::EndsWith(id, texts(text))),
            ("indexOf" | "lastIndexOf", [_]) => match known(0) {
                Some(text) => Sym::Measure(self.term(Term::Measured(Measure::IndexOf(text), id))),
                None => Sym::Measure(self.term(Term::Measured(Measure::Other(name.to_owned()), id))),
            },
            (
                "indexOf" | "lastIndexOf" | "hashCode" | "compareTo" | "compareToIgnoreCase" | "codePointAt",
                _,
            ) => Sym::Measure(self.term(Term::Measured(Measure::Other(name.to_owned()), id))),
            ("toUpperCase", []) => Sym::hole(self.applied(Op::Upper, id)),
            ("toLowerCase", []) => Sym::hole(self.applied(Op::Lower, id)),
            ("trim", []) => Sym::hole(self.applied(Op::Trim, id)),
            ("substring" | "subSequence" | "charAt", _) => {
                let bound = |index: usize| match arguments.get(index) {
                    Some(Sym::Number(number)) => number.0.to_i64(),
                    _ => None,
                };
                let to = if name == "charAt" { bound(0).map(|at| at + 1) } else { bound(1) };
                Sym::hole(self.applied(Op::Part(Part::Between(bound(0), to)), id))
            }
            ("split", _) => {
                // With a limit the last part holds what the text is cut at.
                let pattern = known(0).filter(|_| arguments.len() == 1);
                Sym::View(View::Parts, self.applied(Op::Part(Part::Split(pattern)), id))
            }
            ("concat", [other]) => {
                let mut all = pieces.to_vec();
                all.extend(self.pieces(other, span, state));
                let all = all.iter().map(|piece| self.piece_text(piece)).collect();
                Sym::Text(merged(all).into())
            }
            ("replace", [_, to]) => self.replacement(pieces, known(0).zip(known(1)), to, span, Op::Replace),
            ("replaceAll", [_, to]) => {
                self.replacement(pieces, known(0).zip(known(1)), to, span, Op::ReplaceAll)
            }
            ("replaceFirst", [_, to]) => {
                self.replacement(pieces, known(0).zip(known(1)), to, span, Op::ReplaceFirst)
            }
            ("valueOf", [value]) => {
                let pieces = self.pieces(value, span, state);
                Sym::Text(merged(pieces).into())
            }
            ("format" | "join", _) => self.opaque(span, &on, arguments),
            _ => Sym::Null,
        }
    }

    pub(super) fn text_atom(
        &mut self,
        known: Option<String>,
        span: Span,
        id: TermId,
        atom: impl Fn(String) -> Atom,
    ) -> Sym {
        match known {
            Some(text) => Sym::Bool(Formula::atom(atom(text))),
            None => self.opaque_truth(span, vec![id]),
        }
    }

    pub(super) fn replacement(
        &mut self,
        pieces: &[Piece],
        known: Option<(String, String)>,
        to: &Sym,
        span: Span,
        op: impl Fn(String, String) -> Op,
    ) -> Sym {
        let Some((from, to_text)) = known else {
            let arguments = [to.clone()];
            let on = Sym::Text(pieces.into());
            let terms = on.terms().into_iter().chain(arguments.iter().flat_map(Sym::terms)).collect();
            let opaque = self.term(Term::Opaque(span.start().to_usize(), terms));
            return Sym::hole(self.applied(Op::Other("replace".to_owned()), opaque));
        };
        let op = op(from, to_text);
        let holes = crate::render::value::holes(pieces);
        // After `escapeJavaScript` of a text in parts, the repair of its quotes goes through the parts as well: no
        // part ends in the middle of an escape.
        let escaped = holes
            .iter()
            .all(|id| matches!(self.skeleton.terms.get(*id), Term::Applied(Op::EscapeJavaScript, _)));
        let repairs = matches!(&op, Op::ReplaceAll(from, to) if from == "\\\\'" && to == "'")
            || matches!(&op, Op::Replace(from, to) if from == "\\'" && to == "'");
        if escaped && repairs && pieces.len() > 1 {
            let pieces = self.repaired(pieces, &op);
            return Sym::Text(merged(pieces).into());
        }
        let id = self.composite(pieces);
        Sym::hole(self.applied(op, id))
    }

    pub(super) fn repaired(&mut self, pieces: &[Piece], op: &Op) -> Vec<Piece> {
        pieces
            .iter()
            .map(|piece| match piece {
                Piece::Literal(text) => Piece::Literal(text.replace("\\'", "'").into()),
                Piece::Hole(id) => Piece::Hole(self.applied(op.clone(), *id)),
                Piece::Choice(cases) => Piece::Choice(
                    cases.iter().map(|(f, pieces)| (f.clone(), self.repaired(pieces, op).into())).collect(),
                ),
            })
            .collect()
    }

    /// Java's `equals`: values of different classes are never equal.
    pub(super) fn java_equal(&mut self, left: &Sym, right: &Sym, span: Span, state: &mut State) -> Formula {
        let equal = self.equal(left, right, span, state);
        let classes = [left, right].into_iter().filter_map(|side| match side {
            Sym::Unknown(id) => Some(Formula::atom(Atom::Is(*id, Types::TEXT))),
            _ => None,
        });
        let texts = [left, right].iter().any(|side| matches!(side, Sym::Text(_)));
        if texts { Formula::all(classes.chain([equal])) } else { equal }
    }
}
