//! Method calls on values with unknowns.
//!
//! A method of an unknown value depends on its class: where the class lacks the method, the call gives the empty
//! string, which holds in a condition.

use keybound_vtl::Span;
use keybound_vtl::eval;

use super::facts::{Facts, Types};
use super::formula::{Atom, Formula};
use super::reference::{merged, null_as_empty};
use super::skeleton::OpenPath;
use super::state::{State, choice};
use super::term::{Measure, Op, Parameter, Part, Term, TermId};
use super::truth::concrete;
use super::value::{Num, Object, ObjectId, Piece, Sym, View, literal};
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

    // `$input` and `$util`.

    fn input_method(&mut self, name: &str, arguments: &[Sym], span: Span, state: &mut State) -> Sym {
        match (name, arguments) {
            ("params", []) => Sym::Parameters(None),
            ("params", [key]) => match key.known_text() {
                Some(name) => null_as_empty(self.parameter(Parameter::Any, &name)),
                None => Sym::hole(self.term(Term::SomeParameter(Parameter::Any, span.start().to_usize()))),
            },
            ("path", [path @ Sym::Text(_)]) => self.selected(path, span, state),
            ("json", [path @ Sym::Text(_)]) => {
                let selected = self.selected(path, span, state);
                match selected {
                    Sym::Unknown(id) => Sym::hole(self.term(Term::JsonText(id))),
                    _ => Sym::literal("\"\""),
                }
            }
            ("getBody", []) => Sym::hole(self.term(Term::Body)),
            _ => Sym::Null,
        }
    }

    fn selected(&mut self, path: &Sym, span: Span, state: &mut State) -> Sym {
        let payload = self.term(Term::Payload);
        let Some(known) = path.known_text() else {
            let terms = path.terms();
            self.skeleton.open_paths.push(OpenPath {
                terms: terms.clone(),
                guard: state.guard.clone(),
                span,
            });
            let text = self.pieces(path, span, state);
            let chosen = self.term(Term::Composite(text));
            return Sym::Unknown(self.term(Term::Opaque(span.start().to_usize(), vec![payload, chosen])));
        };
        self.walk_path(payload, &known, state)
    }

    /// The value at a path of names and indexes is the value that the same steps of a reference reach.
    fn walk_path(&mut self, root: TermId, path: &str, _state: &mut State) -> Sym {
        use keybound_vtl::jsonpath::{self, Step};
        let Ok(compiled) = jsonpath::compile(path) else { return Sym::Null };
        let mut at = root;
        for step in &compiled.steps {
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
        }
        Sym::Unknown(at)
    }

    fn util_method(&mut self, name: &str, text: &Sym, span: Span, state: &mut State) -> Sym {
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

    fn piecewise(&mut self, pieces: &[Piece], op: &Op, name: &str) -> Vec<Piece> {
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

    fn composite(&mut self, pieces: &[Piece]) -> TermId {
        match pieces {
            [Piece::Hole(id)] => *id,
            _ => self.term(Term::Composite(pieces.to_vec())),
        }
    }

    fn parse_json(&mut self, text: &Sym, span: Span, state: &mut State) -> Sym {
        let _ = state;
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

    // Text.

    fn text_method(
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

    fn text_atom(
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

    fn replacement(
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
        let holes = super::value::holes(pieces);
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

    fn repaired(&mut self, pieces: &[Piece], op: &Op) -> Vec<Piece> {
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
    fn java_equal(&mut self, left: &Sym, right: &Sym, span: Span, state: &mut State) -> Formula {
        let equal = self.equal(left, right, span, state);
        let classes = [left, right].into_iter().filter_map(|side| match side {
            Sym::Unknown(id) => Some(Formula::atom(Atom::Is(*id, Types::TEXT))),
            _ => None,
        });
        let texts = [left, right].iter().any(|side| matches!(side, Sym::Text(_)));
        if texts { Formula::all(classes.chain([equal])) } else { equal }
    }

    // Unknown classes.

    fn unknown_method(
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
                self.by_type(id, Types::MAP, Sym::View(view_of(name), id), Sym::Null, state)
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
            ("add" | "addAll" | "putAll" | "remove" | "set" | "clear", _) => {
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
    fn has_member(&mut self, id: TermId, key: &Sym, span: Span) -> Sym {
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

    // Containers.

    fn object_method(
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
                super::walk::without_null(found, &default)
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
            (_, "add" | "addAll" | "putAll" | "remove" | "clear" | "set", _) => {
                let added: Vec<Sym> = arguments.to_vec();
                state.change(id, |object| {
                    let mut all = match std::mem::replace(object, Object::Blurred(Vec::new())) {
                        Object::List(items) | Object::Blurred(items) => items,
                        Object::Map(entries) => {
                            entries.into_iter().flat_map(|(k, v)| [Sym::literal(&k), v]).collect()
                        }
                    };
                    all.extend(added);
                    *object = Object::Blurred(all);
                });
                Sym::Bool(Formula::True)
            }
            _ => Sym::Null,
        }
    }

    fn contained_terms(&self, id: ObjectId, arguments: &[Sym], state: &State) -> Vec<TermId> {
        let contents = match state.object(id) {
            Object::List(items) | Object::Blurred(items) => {
                items.iter().flat_map(Sym::terms).collect::<Vec<_>>()
            }
            Object::Map(entries) => entries.values().flat_map(Sym::terms).collect(),
        };
        contents.into_iter().chain(arguments.iter().flat_map(Sym::terms)).collect()
    }

    fn view_method(
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

/// Whether a method is one of texts or containers, which a number surely lacks.
fn is_no_number_method(name: &str) -> bool {
    const OTHERS: &[&str] = &[
        "add", "charAt", "concat", "contains", "containsKey", "endsWith", "entrySet", "equalsIgnoreCase", "get",
        "indexOf", "isEmpty", "keySet", "lastIndexOf", "length", "matches", "put", "replace", "replaceAll",
        "replaceFirst", "size", "split", "startsWith", "substring", "toLowerCase", "toUpperCase", "trim", "values",
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
