//! What a guard on a text says of the values that the text is made from.
//!
//! Where `"USER#$id"` or `$id.toLowerCase()` holds no quote, `$id` holds none either: a quote in it would be carried
//! into the text. So each term of a guard is traced back to the value, with the characters that survive the way.

use keybound_vtl::java::charset::CharSet;
use keybound_vtl::java::regex;

use super::formula::{Atom, Formula, Guard};
use super::term::{Measure, Op, Term, TermId, Terms};
use super::value::Piece;

/// Operations between a value and a text of a guard.
const MAX_DEPTH: usize = 20;

/// A text of a guard, and what of a value it surely holds.
#[derive(Clone, Debug)]
pub(super) struct Carried {
    /// The text.
    pub(super) text: TermId,
    /// Characters that are in the text wherever they are in the value.
    pub(super) chars: CharSet,
    /// Whether the value is printed into the text, whatever its class.
    pub(super) printed: bool,
}

/// The texts of a guard that carry a value, itself aside.
fn texts(terms: &Terms, value: TermId, guard: &Guard) -> Vec<Carried> {
    let mut found: Vec<Carried> = Vec::new();
    let mut seen = vec![value];
    for formula in guard.conjuncts() {
        formula.each_atom(&mut |atom, _| {
            if let [text] = atom.terms().as_slice()
                && !seen.contains(text)
            {
                seen.push(*text);
                if let Some((chars, printed)) = carried(terms, *text, value, 0)
                    && !chars.is_empty()
                {
                    found.push(Carried { text: *text, chars, printed });
                }
            }
        });
    }
    found
}

/// The characters of a value that a text surely holds; none where the text is not made from it.
fn carried(terms: &Terms, text: TermId, value: TermId, depth: usize) -> Option<(CharSet, bool)> {
    if text == value {
        return Some((CharSet::all(), false));
    }
    if depth > MAX_DEPTH {
        return None;
    }
    match terms.get(text) {
        Term::Applied(op, of) => {
            let kept = kept(op)?;
            let (chars, printed) = carried(terms, *of, value, depth + 1)?;
            Some((chars.intersection(&kept), printed || *op == Op::ToText))
        }
        Term::Composite(pieces) => pieces.iter().find_map(|piece| match piece {
            Piece::Hole(of) => carried(terms, *of, value, depth + 1).map(|(chars, _)| (chars, true)),
            Piece::Literal(_) | Piece::Choice(_) => None,
        }),
        _ => None,
    }
}

/// Characters of which an operation leaves every one in the text.
fn kept(op: &Op) -> Option<CharSet> {
    Some(match op {
        Op::ToText => CharSet::all(),
        // A change of case changes letters only.
        Op::Upper | Op::Lower => {
            CharSet::ranges([('\0', '\u{7f}')]).difference(&CharSet::ranges([('A', 'Z'), ('a', 'z')]))
        }
        Op::Trim => CharSet::ranges([('!', char::MAX)]),
        // An escape stands before the character or is put around its kind: of these each is still there.
        Op::EscapeJavaScript => CharSet::ranges([(' ', '~')]),
        Op::Replace(from, _) => CharSet::of(from).complement(),
        Op::ReplaceAll(pattern, _) | Op::ReplaceFirst(pattern, _) => {
            regex::language(pattern)?.chars.complement()
        }
        _ => return None,
    })
}

/// The values that print the same as one, and the guard without what it says of equal values.
pub(super) fn equals(id: TermId, guard: &Guard) -> (Vec<TermId>, Guard) {
    let mut equals = Vec::new();
    for formula in guard.conjuncts() {
        if let Formula::Lit(atom, true) = formula
            && let Atom::Same(a, b) = atom.as_ref()
            && (*a == id || *b == id)
        {
            equals.push(if *a == id { *b } else { *a });
        }
    }
    let others = if equals.is_empty() { Guard::default() } else { guard.without_equals() };
    (equals, others)
}

/// A value, and the texts of a guard that it is carried into.
pub(super) struct About {
    /// The value.
    pub(super) id: TermId,
    /// The texts.
    pub(super) texts: Vec<Carried>,
    /// Its length, where the template asks for it.
    length: Option<TermId>,
}

impl About {
    /// A value under a guard.
    pub(super) fn new(terms: &Terms, id: TermId, guard: &Guard) -> Self {
        let length = terms.known(&Term::Measured(Measure::Length, id));
        Self { id, texts: texts(terms, id, guard), length }
    }

    /// Whether a statement is about the value's length.
    pub(super) fn is_length(&self, atom: &Atom) -> bool {
        matches!(atom, Atom::Compares(of, ..) if Some(*of) == self.length)
    }

    /// Whether a formula speaks of the value or of one of the texts.
    pub(super) fn is_in(&self, formula: &Formula) -> bool {
        let mut found = false;
        formula.each_atom(&mut |atom, _| {
            let terms = atom.terms();
            found |= terms.contains(&self.id)
                || self.is_length(atom)
                || self.texts.iter().any(|text| terms.contains(&text.text));
        });
        found
    }
}
