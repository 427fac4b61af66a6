//! What text a term can hold, given what the path says.

use std::rc::Rc;

use keybound_vtl::java::charset::CharSet;
use keybound_vtl::java::regex;

use super::carried::{self, About, Carried};
use super::formula::{Atom, Formula, Guard, Order};
use super::replacement::{ReplaceWhat, escape_after, plain_replacement};
use super::term::{Op, Parameter, Part, Term, TermId, Terms};
use super::value::Piece;
use crate::api::trust::Decider;

/// A set of Java classes, as far as templates tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Types(u8);

impl Types {
    /// No class.
    pub const NOTHING: Types = Types(0);
    /// String; also what null and a missing value read as.
    pub const TEXT: Types = Types(1);
    /// Any number class.
    pub const NUMBER: Types = Types(2);
    /// Boolean.
    pub const BOOL: Types = Types(4);
    /// A list.
    pub const LIST: Types = Types(8);
    /// A map.
    pub const MAP: Types = Types(16);
    /// Every class.
    pub const ALL: Types = Types(31);

    /// Classes in both.
    #[must_use]
    pub fn intersection(self, other: Types) -> Types {
        Types(self.0 & other.0)
    }

    /// Classes in either.
    #[must_use]
    pub fn union(self, other: Types) -> Types {
        Types(self.0 | other.0)
    }

    /// Classes in this and not in the other.
    #[must_use]
    pub fn minus(self, other: Types) -> Types {
        Types(self.0 & !other.0)
    }

    /// All other classes.
    #[must_use]
    pub fn complement(self) -> Types {
        Types::ALL.minus(self)
    }

    /// Whether no class is in it.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether all of the other's classes are in it.
    pub fn includes(self, other: Types) -> bool {
        other.minus(self).is_empty()
    }
}

/// How a text stands to JSON's string escapes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escape {
    /// Nothing is known.
    Raw,
    /// Escaped by `escapeJavaScript`: no quote stands bare, but `\'` is no legal JSON.
    JavaScript,
    /// Legal inside a JSON string.
    Json,
    /// A complete JSON value.
    Value,
}

/// What is known of a term's text.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Java classes that the value can have.
    pub types: Types,
    /// Characters that it can hold where it is a String.
    pub chars: CharSet,
    /// Characters that it prints where it is a list or map.
    pub container_chars: CharSet,
    /// Its escapes.
    pub escape: Escape,
    /// Characters before it was escaped.
    pub inner: CharSet,
    /// Its least length.
    pub min_len: usize,
    /// Its greatest length where it is a String.
    pub max_len: Option<usize>,
    /// All texts that it can be, where they are few and known.
    pub finite: Option<Rc<[String]>>,
    /// `escapeJavaScript` ran at least twice.
    pub escaped_twice: bool,
    /// Every backslash was doubled by the last operation.
    doubled: bool,
}

/// Ways to satisfy the alternatives of a guard that are looked at one by one.
const MAX_CASES: usize = 12;

impl Facts {
    fn raw(types: Types) -> Self {
        Self {
            types,
            chars: CharSet::all(),
            container_chars: CharSet::all(),
            escape: Escape::Raw,
            inner: CharSet::all(),
            min_len: 0,
            max_len: None,
            finite: None,
            escaped_twice: false,
            doubled: false,
        }
    }

    fn of_chars(chars: CharSet) -> Self {
        Self { inner: chars.clone(), chars, ..Facts::raw(Types::TEXT) }
    }

    /// What a term can be where a guard holds.
    pub fn of(terms: &Terms, id: TermId, guard: &Guard) -> Facts {
        let base = Facts::of_term(terms, id, guard, 0);
        base.under(terms, id, guard)
    }

    fn of_part(terms: &Terms, id: TermId, guard: &Guard, depth: usize) -> Facts {
        if depth > 60 {
            return Facts::raw(Types::ALL);
        }
        Facts::of_term(terms, id, guard, depth).under(terms, id, guard)
    }

    fn of_term(terms: &Terms, id: TermId, guard: &Guard, depth: usize) -> Facts {
        match terms.get(id) {
            Term::Parameter(Parameter::Path, _) => Facts { min_len: 1, ..Facts::raw(Types::TEXT) },
            Term::Parameter(..)
            | Term::SomeParameter(..)
            | Term::ParameterName(..)
            | Term::Body
            | Term::Key(..) => Facts::raw(Types::TEXT),
            Term::Parameters(_) => Facts::raw(Types::MAP),
            // What anybody may choose has no form of its own.
            Term::Context(_) if terms.decider(id) == Some(Decider::Client) => Facts::raw(Types::TEXT),
            Term::Context(path) => context_facts(path),
            Term::StageVariable(_) | Term::Deployment(_) => Facts::raw(Types::TEXT),
            Term::JsonText(_) => Facts { escape: Escape::Value, min_len: 1, ..Facts::raw(Types::TEXT) },
            Term::Measured(..) => Facts { types: Types::NUMBER, ..Facts::of_chars(number_chars()) },
            Term::Applied(op, of) => Facts::of_part(terms, *of, guard, depth + 1).after(op),
            Term::Composite(pieces) => composite(terms, pieces, guard, depth),
            _ => Facts::raw(Types::ALL),
        }
    }

    /// These facts where a guard speaks of the term, or of a text that it is carried into.
    fn under(self, terms: &Terms, id: TermId, guard: &Guard) -> Facts {
        let about = About::new(terms, id, guard);
        let mut cases = vec![self.clone()];
        for formula in guard.conjuncts() {
            if !about.is_in(formula) {
                continue;
            }
            cases = cases.into_iter().flat_map(|case| case.narrowed(&about, formula)).collect();
            if cases.len() > MAX_CASES {
                cases = vec![joined(cases, &self)];
            }
        }
        let mut facts = joined(cases, &self);
        let (equals, guard) = carried::equals(id, guard);
        for other in equals {
            let chars = Facts::of(terms, other, &guard).printed_chars();
            facts.chars = facts.chars.intersection(&chars);
            facts.container_chars = facts.container_chars.intersection(&chars);
        }
        facts
    }

    fn narrowed(self, about: &About, formula: &Formula) -> Vec<Facts> {
        match formula {
            Formula::True => vec![self],
            Formula::False => Vec::new(),
            Formula::Lit(atom, positive) if about.is_length(atom) => vec![self.of_length(atom, *positive)],
            Formula::Lit(atom, positive) => match about.texts.iter().find(|text| atom.terms() == [text.text])
            {
                Some(text) => vec![self.carried_into(text, atom, *positive)],
                None => self.with_atom(about.id, atom, *positive).into_iter().collect(),
            },
            Formula::And(parts) => {
                let mut cases = vec![self];
                for part in parts.iter().filter(|part| about.is_in(part)) {
                    cases = cases.into_iter().flat_map(|case| case.narrowed(about, part)).collect();
                }
                cases
            }
            Formula::Or(parts) => {
                if parts.iter().any(|part| !about.is_in(part)) {
                    return vec![self];
                }
                parts.iter().flat_map(|part| self.clone().narrowed(about, part)).collect()
            }
        }
    }

    /// What a comparison of the length says.
    fn of_length(mut self, atom: &Atom, positive: bool) -> Facts {
        let Atom::Compares(_, order, number) = atom else { return self };
        let Ok(number) = number.parse::<usize>() else { return self };
        let max = match (order, positive) {
            (Order::Less, true) | (Order::GreaterOrEqual, false) => number.checked_sub(1),
            (Order::LessOrEqual | Order::Equal, true) | (Order::Greater, false) => Some(number),
            _ => None,
        };
        self.max_len = least(self.max_len, max);
        self
    }

    /// Without the characters that a text of the guard would hold if the value held them.
    fn carried_into(mut self, into: &Carried, atom: &Atom, positive: bool) -> Facts {
        let Some(text) = Facts::raw(Types::TEXT).with_atom(into.text, atom, positive) else { return self };
        let missing = into.chars.difference(&text.chars);
        self.chars = self.chars.difference(&missing);
        if into.printed {
            self.container_chars = self.container_chars.difference(&missing);
        }
        self
    }

    fn with_atom(mut self, id: TermId, atom: &Atom, positive: bool) -> Option<Facts> {
        if !matches!(atom, Atom::Same(..) | Atom::Unknown(..)) && atom.terms() != [id] {
            return Some(self);
        }
        match (atom, positive) {
            (Atom::Is(_, types), _) => {
                self.types =
                    if positive { self.types.intersection(*types) } else { self.types.minus(*types) };
                if self.types.is_empty() {
                    return None;
                }
            }
            (Atom::Prints(_, text), true) => return self.one_of(&[text.to_string()]),
            (Atom::Prints(_, text), false) => {
                if text.is_empty() {
                    self.min_len = self.min_len.max(1);
                }
                if let Some(finite) = &self.finite {
                    let left: Vec<String> =
                        finite.iter().filter(|other| ***other != **text).cloned().collect();
                    return self.one_of(&left);
                }
            }
            (Atom::PrintsOneOf(_, texts), true) => return self.one_of(texts),
            (Atom::PrintsIgnoringCase(_, text), true) => {
                let both: String =
                    text.chars().flat_map(|c| c.to_lowercase().chain(c.to_uppercase()).chain([c])).collect();
                self.types = self.types.intersection(Types::TEXT);
                self.chars = self.chars.intersection(&CharSet::of(&both));
                self.min_len = self.min_len.max(text.chars().count());
            }
            (Atom::Matches(_, pattern), true) => {
                if let Some(language) = regex::language(pattern) {
                    self.chars = self.chars.intersection(&language.chars);
                    self.min_len = self.min_len.max(language.min_len);
                    self.max_len = least(self.max_len, language.max_len);
                    if let Some(finite) = &language.finite {
                        return self.one_of(finite);
                    }
                }
            }
            (Atom::Contains(_, text), false) => {
                let mut chars = text.chars();
                if let (Some(c), None) = (chars.next(), chars.next()) {
                    self.chars = self.chars.difference(&CharSet::of(&c.to_string()));
                }
            }
            (Atom::Empty(_), true) => {
                self.container_chars = self.container_chars.intersection(&CharSet::of("[]{}"))
            }
            (Atom::Contains(_, text) | Atom::StartsWith(_, text) | Atom::EndsWith(_, text), true) => {
                self.min_len = self.min_len.max(text.chars().count());
            }
            _ => {}
        }
        Some(self)
    }

    fn one_of(mut self, texts: &[String]) -> Option<Facts> {
        let texts: Vec<String> = match &self.finite {
            Some(finite) => texts.iter().filter(|text| finite.contains(text)).cloned().collect(),
            None => texts.to_vec(),
        };
        if texts.is_empty() {
            return None;
        }
        // Other classes may print the same; what they print is then this text too.
        self.chars = CharSet::of(&texts.concat());
        self.container_chars = self.chars.clone();
        self.inner = self.chars.clone();
        self.min_len = texts.iter().map(|text| text.chars().count()).min().unwrap_or(0);
        self.finite = Some(texts.into());
        Some(self)
    }

    /// Characters that the value prints, whatever its class.
    pub fn printed_chars(&self) -> CharSet {
        if self.finite.is_some() {
            return self.chars.clone();
        }
        let mut chars = CharSet::empty();
        if self.types.includes(Types::TEXT) {
            chars = chars.union(&self.chars);
        }
        if !self.types.intersection(Types::LIST.union(Types::MAP)).is_empty() {
            chars = chars.union(&self.container_chars);
        }
        if self.types.includes(Types::NUMBER) {
            chars = chars.union(&number_chars());
        }
        if self.types.includes(Types::BOOL) {
            chars = chars.union(&CharSet::of("truefalse"));
        }
        chars
    }

    /// The escapes of what the value prints: an escape holds only where the value is surely a String.
    pub fn printed_escape(&self) -> Escape {
        if Types::TEXT.includes(self.types) { self.escape } else { Escape::Raw }
    }

    /// These facts after an operation. An operation that is not listed here as keeping an escape undoes it.
    fn after(self, op: &Op) -> Facts {
        let printed = Facts {
            types: Types::TEXT,
            escape: self.printed_escape(),
            chars: self.printed_chars(),
            max_len: self.max_len.filter(|_| self.is_text()),
            ..self.clone()
        };
        match op {
            Op::EscapeJavaScript => self.escaped(),
            Op::ToText => printed,
            Op::UrlEncode => Facts::of_chars(CharSet::of(URL_CHARS)),
            Op::Base64Encode => Facts::of_chars(CharSet::of(BASE64_CHARS)),
            Op::UrlDecode if self.is_text() && !self.chars.contains('%') => {
                let chars =
                    if self.chars.contains('+') { self.chars.union(&CharSet::of(" ")) } else { self.chars };
                Facts::of_chars(chars)
            }
            // Blanks are no part of an escape, so cutting them at the ends breaks none.
            Op::Trim => Facts { min_len: 0, finite: None, ..self.only_text() },
            Op::Upper | Op::Lower => self.cased(*op == Op::Upper),
            // No part holds what the text is cut at.
            Op::Part(Part::Split(Some(pattern))) => {
                let chars = self.only_text().chars;
                Facts::of_chars(chars.difference(&ReplaceWhat::Pattern(pattern).removed(&chars)))
            }
            Op::Part(part) => {
                let max_len = match part {
                    Part::Between(Some(from), Some(to)) => {
                        to.checked_sub(*from).and_then(|length| usize::try_from(length).ok())
                    }
                    _ => None,
                };
                Facts { chars: self.only_text().chars, max_len, ..Facts::raw(Types::TEXT) }.reinner()
            }
            Op::Replace(from, to) => self.replaced(&ReplaceWhat::Literal(from), to),
            Op::ReplaceAll(pattern, to) => self.replaced(&ReplaceWhat::Pattern(pattern), to),
            Op::ReplaceFirst(_, to) => {
                let chars = self.chars.union(&CharSet::of(to));
                Facts::of_chars(chars)
            }
            Op::UrlDecode | Op::Base64Decode | Op::Other(_) => Facts::raw(Types::TEXT),
        }
    }

    fn is_text(&self) -> bool {
        Types::TEXT.includes(self.types)
    }

    /// A String method on another class gives the empty string, so only Strings matter after it.
    fn only_text(self) -> Facts {
        Facts { types: Types::TEXT, ..self }
    }

    fn reinner(self) -> Facts {
        Facts { inner: self.chars.clone(), ..self }
    }

    fn escaped(self) -> Facts {
        let inner = self.chars.clone();
        let twice = matches!(self.escape, Escape::JavaScript | Escape::Json);
        let ascii = CharSet::ranges([(' ', '\u{7f}')]);
        let chars = inner.intersection(&ascii).difference(&CharSet::of("")).union(&CharSet::of(ESCAPE_CHARS));
        let untouched =
            inner.difference(&ascii).is_empty() && CharSet::of("\"'\\/").intersection(&inner).is_empty();
        Facts {
            types: Types::TEXT,
            chars: if untouched { inner.clone() } else { chars },
            escape: Escape::JavaScript,
            inner,
            max_len: None,
            finite: None,
            escaped_twice: twice || self.escaped_twice,
            doubled: false,
            ..self
        }
    }

    fn cased(self, upper: bool) -> Facts {
        let text = self.only_text();
        // `\u00e9` in upper case is `\U00E9`: no escape survives a change of case, unless there was none to make.
        let harmless = match text.escape {
            Escape::Raw => true,
            _ => !text.chars.contains('\\'),
        };
        let ascii = |range: (char, char)| CharSet::ranges([range]);
        let mut chars = text.chars.union(&ascii(if upper { ('A', 'Z') } else { ('a', 'z') }));
        let beyond = CharSet::ranges([('\u{80}', char::MAX)]);
        if !chars.intersection(&beyond).is_empty() {
            chars = chars.union(&beyond).union(&ascii(('a', 'z'))).union(&ascii(('A', 'Z')));
        }
        let escape = if harmless { text.escape } else { Escape::Raw };
        Facts { chars, escape, max_len: None, finite: None, ..text }.reinner()
    }

    fn replaced(self, what: &ReplaceWhat<'_>, to: &str) -> Facts {
        let text = self.only_text();
        let replacement = match what {
            ReplaceWhat::Literal(_) => Some(to.to_owned()),
            ReplaceWhat::Pattern(_) => plain_replacement(to),
        };
        let added = replacement.as_deref().map_or(CharSet::all(), CharSet::of);
        let kept = text.chars.difference(&what.removed(&text.chars));
        let chars = kept.union(&added);
        let exactly = what.exactly();
        let replaces =
            |from: &str, to: &str| exactly.as_deref() == Some(from) && replacement.as_deref() == Some(to);
        let escape = match text.escape {
            // By hand: each backslash twice, then one before each quote. The other order would double that one too.
            Escape::Raw if replaces("\"", "\\\"") && (text.doubled || !text.chars.contains('\\')) => {
                Escape::Json
            }
            Escape::Raw | Escape::Value => Escape::Raw,
            escaped => escape_after(escaped, &text, what, replacement.as_deref()),
        };
        let inner = if escape == Escape::Raw { chars.clone() } else { text.inner.clone() };
        let doubled = text.escape == Escape::Raw && replaces("\\", "\\\\");
        Facts { chars, escape, inner, min_len: 0, max_len: None, finite: None, doubled, ..text }
    }
}

const URL_CHARS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-*_+%";
const BASE64_CHARS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";

/// What `escapeJavaScript` can add to a text.
const ESCAPE_CHARS: &str = "\\\"'/bfnrtu0123456789ABCDEF";

fn number_chars() -> CharSet {
    // NaN and Infinity are numbers too.
    CharSet::of("0123456789+-.ENaInfity")
}

/// Values whose form AWS fixes: digits, hexadecimal ids, dates.
fn context_facts(path: &str) -> Facts {
    let chars = match path {
        "requestTimeEpoch" | "connectedAt" => CharSet::of("0123456789"),
        "requestTime" => CharSet::of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz/:+ "),
        "extendedRequestId" | "connectionId" | "messageId" | "awsEndpointRequestId" => {
            CharSet::of(BASE64_CHARS).union(&CharSet::of("-_"))
        }
        "authorizer.claims.sub" => CharSet::of("0123456789abcdef-"),
        _ => return Facts::raw(Types::TEXT),
    };
    Facts { min_len: 1, ..Facts::of_chars(chars) }
}

fn composite(terms: &Terms, pieces: &[Piece], guard: &Guard, depth: usize) -> Facts {
    let mut chars = CharSet::empty();
    let mut min_len = 0;
    for piece in pieces {
        match piece {
            Piece::Literal(text) => {
                chars = chars.union(&CharSet::of(text));
                min_len += text.chars().count();
            }
            Piece::Hole(id) => {
                let facts = Facts::of_part(terms, *id, guard, depth + 1);
                chars = chars.union(&facts.printed_chars());
            }
            Piece::Choice(cases) => {
                for (_, pieces) in cases.iter() {
                    chars = chars.union(&composite(terms, pieces, guard, depth + 1).chars);
                }
            }
        }
    }
    Facts { min_len, ..Facts::of_chars(chars) }
}

fn least(a: Option<usize>, b: Option<usize>) -> Option<usize> {
    a.into_iter().chain(b).min()
}

/// What holds in every case; where no case is left the place is unreachable, and the facts stay as they were.
fn joined(cases: Vec<Facts>, base: &Facts) -> Facts {
    let mut cases = cases.into_iter();
    let Some(first) = cases.next() else { return base.clone() };
    cases.fold(first, |a, b| {
        let escape = match (a.escape, b.escape) {
            (x, y) if x == y => x,
            (Escape::JavaScript, Escape::Json) | (Escape::Json, Escape::JavaScript) => Escape::JavaScript,
            _ => Escape::Raw,
        };
        let finite = match (&a.finite, &b.finite) {
            (Some(x), Some(y)) => {
                let mut all = x.to_vec();
                all.extend(y.iter().filter(|text| !x.contains(text)).cloned());
                Some(all.into())
            }
            _ => None,
        };
        let only = |facts: &Facts, types: Types, chars: &CharSet| {
            if facts.types.intersection(types).is_empty() { CharSet::empty() } else { chars.clone() }
        };
        let either = |types: Types, chars: fn(&Facts) -> &CharSet| {
            only(&a, types, chars(&a)).union(&only(&b, types, chars(&b)))
        };
        Facts {
            types: a.types.union(b.types),
            chars: either(Types::TEXT, |facts| &facts.chars),
            container_chars: either(Types::LIST.union(Types::MAP), |facts| &facts.container_chars),
            escape,
            inner: a.inner.union(&b.inner),
            min_len: a.min_len.min(b.min_len),
            max_len: a.max_len.zip(b.max_len).map(|(a, b)| a.max(b)),
            finite,
            escaped_twice: a.escaped_twice || b.escaped_twice,
            doubled: a.doubled && b.doubled,
        }
    })
}
