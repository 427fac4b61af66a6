//! Methods of `$input` and functions of `$util`.

use keybound_vtl::Span;
use keybound_vtl::eval;

use crate::render::facts::Types;
use crate::render::reference::{merged, null_as_empty};
use crate::render::skeleton::OpenPath;
use crate::render::state::State;
use crate::render::term::{Op, Parameter, Term, TermId};
use crate::render::truth::concrete;
use crate::render::value::{Piece, Sym};
use crate::render::walk::{Walk, put_at};

impl Walk<'_> {
    pub(super) fn input_method(
        &mut self,
        name: &str,
        arguments: &[Sym],
        span: Span,
        state: &mut State,
    ) -> Sym {
        match (name, arguments) {
            ("params", _) if !self.setting.channel.has_parameters() => Sym::Null,
            ("params", []) => Sym::Parameters(None),
            ("params", [key]) => match key.known_text() {
                Some(name) => null_as_empty(self.parameter(Parameter::Any, &name)),
                None => Sym::hole(self.term(Term::SomeParameter(Parameter::Any, span.start().to_usize()))),
            },
            ("path", [_]) if !self.has_body() => Sym::Null,
            ("json", [_]) if !self.has_body() => Sym::literal("\"\""),
            ("path", [path @ Sym::Text(_)]) => self.selected(path, span, state),
            ("json", [path @ Sym::Text(_)]) => {
                let selected = self.selected(path, span, state);
                match selected {
                    Sym::Unknown(id) => Sym::hole(self.term(Term::JsonText(id))),
                    _ => Sym::literal("\"\""),
                }
            }
            ("getBody", []) => self.body(),
            _ => Sym::Null,
        }
    }

    pub(super) fn selected(&mut self, path: &Sym, span: Span, state: &mut State) -> Sym {
        let payload = self.term(Term::Payload);
        let Some(known) = path.known_text() else {
            let terms = path.terms();
            self.skeleton.open_paths.push(OpenPath {
                terms: terms.clone(),
                begins: match path {
                    Sym::Text(pieces) => match pieces.first() {
                        Some(Piece::Literal(text)) => text.to_string(),
                        _ => String::new(),
                    },
                    _ => String::new(),
                },
                guard: state.guard.clone(),
                span,
            });
            let text = self.pieces(path, span, state);
            let chosen = self.term(Term::Composite(text));
            return Sym::Unknown(self.term(Term::Opaque(span.start().to_usize(), vec![payload, chosen])));
        };
        self.walk_path(payload, &known, span, state)
    }

    /// The value at a path of names and indexes is the value that the same steps of a reference reach.
    fn walk_path(&mut self, root: TermId, path: &str, span: Span, state: &State) -> Sym {
        use keybound_vtl::jsonpath::{self, Step};
        let Ok(compiled) = jsonpath::compile(path) else { return Sym::Null };
        let mut at = root;
        for (nth, step) in compiled.steps.iter().enumerate() {
            at = match step {
                Step::Properties(names) => match names.as_slice() {
                    [name] => self.term(Term::Member(at, name.clone())),
                    _ => return Sym::Unknown(self.term(Term::Selected(root, path.to_owned()))),
                },
                Step::Indexes(indexes) => match indexes.as_slice() {
                    [index] => self.term(Term::Index(at, i64::from(*index))),
                    _ => return Sym::Unknown(self.term(Term::Selected(root, path.to_owned()))),
                },
                _ => return Sym::Unknown(self.term(Term::Selected(root, path.to_owned()))),
            };
            // A value that the template put there itself.
            if let Some(value) = state.variable(&put_at(at)) {
                if nth + 1 < compiled.steps.len() {
                    self.skeleton.give_up(span, "the path leads through a value that the template put there");
                }
                return value;
            }
        }
        Sym::Unknown(at)
    }

    pub(super) fn util_method(&mut self, name: &str, text: &Sym, span: Span, state: &mut State) -> Sym {
        let op = match name {
            "escapeJavaScript" => Op::EscapeJavaScript,
            "urlEncode" => Op::UrlEncode,
            "urlDecode" => Op::UrlDecode,
            "base64Encode" => Op::Base64Encode,
            "base64Decode" => Op::Base64Decode,
            "parseJson" => return self.parse_json(text, span, state),
            _ => return Sym::Null,
        };
        if let Some(value) = concrete(text) {
            return match eval::call_util(name, &[value]) {
                Ok(result) => self.sym_of(result, span),
                Err(_) => Sym::Null,
            };
        }
        match text {
            // These functions take Strings; what they do with other classes is on record nowhere.
            Sym::Unknown(id) => {
                let applied = self.applied(op, *id);
                self.by_type(*id, Types::TEXT, Sym::hole(applied), Sym::literal(""), state)
            }
            Sym::Text(pieces) => match (&op, pieces.as_ref()) {
                (_, [Piece::Hole(id)]) => Sym::hole(self.applied(op, *id)),
                // Escaping and encoding go character by character, so a text's parts can be done one by one.
                (Op::EscapeJavaScript | Op::UrlEncode, _) => {
                    let pieces = self.piecewise(pieces, &op, name);
                    Sym::Text(pieces.into())
                }
                _ => {
                    let whole = self.composite(pieces);
                    Sym::hole(self.applied(op, whole))
                }
            },
            _ => Sym::Null,
        }
    }

    pub(super) fn piecewise(&mut self, pieces: &[Piece], op: &Op, name: &str) -> Vec<Piece> {
        let done = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Literal(text) => {
                    let value = keybound_vtl::value::Value::text(&**text);
                    let result = eval::call_util(name, &[value]).ok().flatten();
                    let text =
                        result.map(|value| keybound_vtl::value::java_string(&value).as_str().to_owned());
                    Piece::Literal(text.unwrap_or_default().into())
                }
                Piece::Hole(id) => Piece::Hole(self.applied(op.clone(), *id)),
                Piece::Choice(cases) => Piece::Choice(
                    cases
                        .iter()
                        .map(|(f, pieces)| (f.clone(), self.piecewise(pieces, op, name).into()))
                        .collect(),
                ),
            })
            .collect();
        merged(done)
    }

    pub(super) fn composite(&mut self, pieces: &[Piece]) -> TermId {
        match pieces {
            [Piece::Hole(id)] => *id,
            _ => self.term(Term::Composite(pieces.to_vec())),
        }
    }

    pub(super) fn parse_json(&mut self, text: &Sym, span: Span, state: &mut State) -> Sym {
        match text {
            Sym::Text(pieces) => match pieces.as_ref() {
                [Piece::Hole(id)] => match self.skeleton.terms.get(*id) {
                    // Reading what was just written gives the value back.
                    Term::JsonText(of) => Sym::Unknown(*of),
                    Term::Body => Sym::Unknown(self.term(Term::Payload)),
                    _ => Sym::Unknown(self.term(Term::Parsed(*id))),
                },
                _ => {
                    let whole = self.composite(pieces);
                    Sym::Unknown(self.term(Term::Parsed(whole)))
                }
            },
            Sym::Unknown(id) => {
                let parsed = self.term(Term::Parsed(*id));
                self.by_type(*id, Types::TEXT, Sym::Unknown(parsed), Sym::literal(""), state)
            }
            _ => self.opaque(span, text, &[]),
        }
    }
}
