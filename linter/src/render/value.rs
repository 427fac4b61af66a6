//! Values with unknowns in them.

use std::collections::BTreeMap;
use std::rc::Rc;

use keybound_vtl::ast::Block;
use keybound_vtl::value::Number;

use super::formula::Formula;
use super::term::{Parameter, TermId};

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Piece {
    /// Known text.
    Literal(Rc<str>),
    /// What a term prints.
    Hole(TermId),
    /// One of several texts, each where its formula holds; together they cover every case.
    Choice(Rc<[(Formula, Rc<[Piece]>)]>),
}

/// The holes of a text, choices included.
pub fn holes(pieces: &[Piece]) -> Vec<TermId> {
    let mut found = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Literal(_) => {}
            Piece::Hole(id) => found.push(*id),
            Piece::Choice(cases) => cases.iter().for_each(|(_, pieces)| found.extend(holes(pieces))),
        }
    }
    found
}

/// The text, where all of it is known.
pub fn literal(pieces: &[Piece]) -> Option<String> {
    pieces
        .iter()
        .map(|piece| match piece {
            Piece::Literal(text) => Some(&**text),
            Piece::Hole(_) | Piece::Choice(_) => None,
        })
        .collect()
}

/// A container made by the template, by its index in the state's heap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ObjectId(pub usize);

/// A value with unknowns in it.
#[derive(Clone, Debug, PartialEq)]
pub enum Sym {
    /// Null that is no reference's: failed arithmetic.
    Null,
    /// A String.
    Text(Rc<[Piece]>),
    /// A Boolean, true where the formula holds.
    Bool(Formula),
    /// A known number.
    Number(Num),
    /// An unknown number.
    Measure(TermId),
    /// A value of any class: what `$input.path` gives.
    Unknown(TermId),
    /// A list or map that the template made.
    Object(ObjectId),
    /// The keys, values or entries of an unknown map.
    View(View, TermId),
    /// An entry of an unknown map: its key and its value.
    Entry(Rc<(Sym, Sym)>),
    /// `$input`.
    Input,
    /// `$util`.
    Util,
    /// `$context` or a map in it, by its dotted path.
    Context(Rc<str>),
    /// `$stageVariables`.
    StageVariables,
    /// `$input.params()` or a map in it.
    Parameters(Option<Parameter>),
    /// A `#define` block.
    Block(Rc<Block>),
    /// `$foreach`.
    Loop(Turn),
    /// One of several values, each where its formula holds; together they cover every case.
    Choice(Rc<[(Formula, Sym)]>),
}

/// A number with equality by value and class.
#[derive(Clone, Debug)]
pub struct Num(pub Number);

impl PartialEq for Num {
    fn eq(&self, other: &Self) -> bool {
        std::mem::discriminant(&self.0) == std::mem::discriminant(&other.0)
            && self.0.to_string() == other.0.to_string()
    }
}

/// A view of an unknown map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum View {
    /// `keySet()`.
    Keys,
    /// `values()`.
    Values,
    /// `entrySet()`.
    Entries,
    /// `split(..)`: parts of a text.
    Parts,
}

/// A turn of a loop, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Turn {
    /// The index, where the loop is unrolled or this is the first turn.
    pub index: Option<usize>,
    /// Whether this is the first turn.
    pub first: bool,
    /// Whether this is the last turn.
    pub last: bool,
    /// Where the loop stands in the template.
    pub site: usize,
}

/// A container that the template made.
#[derive(Clone, Debug, PartialEq)]
pub enum Object {
    /// A list, with its elements.
    List(Vec<Sym>),
    /// A map with text keys, in insertion order of first use.
    Map(BTreeMap<String, Sym>),
    /// A container that changed in ways that are not followed: it may hold any of these.
    Blurred(Vec<Sym>),
}

impl Object {
    /// What it holds: names too.
    pub fn contents(&self) -> Vec<Sym> {
        match self {
            Object::List(items) | Object::Blurred(items) => items.clone(),
            Object::Map(entries) => {
                entries.iter().flat_map(|(key, value)| [Sym::literal(key), value.clone()]).collect()
            }
        }
    }

    /// From here on it is known only that it may hold what it held, and these.
    pub fn blur(&mut self, with: impl IntoIterator<Item = Sym>) {
        let mut all = self.contents();
        all.extend(with);
        *self = Object::Blurred(all);
    }
}

impl Sym {
    /// A known text.
    pub fn literal(text: &str) -> Sym {
        if text.is_empty() {
            Sym::Text(Rc::from([]))
        } else {
            Sym::Text(Rc::from([Piece::Literal(Rc::from(text))]))
        }
    }

    /// The text of one hole.
    pub fn hole(id: TermId) -> Sym {
        Sym::Text(Rc::from([Piece::Hole(id)]))
    }

    /// The known text, where it is one.
    pub fn known_text(&self) -> Option<String> {
        match self {
            Sym::Text(pieces) => literal(pieces),
            _ => None,
        }
    }

    /// An integer.
    pub fn int(value: usize) -> Sym {
        Sym::Number(Num(Number::Int(i32::try_from(value).unwrap_or(i32::MAX))))
    }

    /// The terms in a value, as far as it shows them.
    pub fn terms(&self) -> Vec<TermId> {
        match self {
            Sym::Text(pieces) => holes(pieces),
            Sym::Measure(id) | Sym::Unknown(id) | Sym::View(_, id) => vec![*id],
            Sym::Entry(entry) => [entry.0.terms(), entry.1.terms()].concat(),
            Sym::Bool(formula) => {
                let mut found = Vec::new();
                formula.each_atom(&mut |atom, _| found.extend(atom.terms()));
                found
            }
            Sym::Choice(cases) => cases.iter().flat_map(|(_, value)| value.terms()).collect(),
            _ => Vec::new(),
        }
    }
}
