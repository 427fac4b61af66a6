//! What a path through the template says of the unknowns.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

use super::facts::Types;
use super::term::TermId;

/// An order of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// `<`.
    Less,
    /// `<=`.
    LessOrEqual,
    /// `>`.
    Greater,
    /// `>=`.
    GreaterOrEqual,
    /// `==` between numbers.
    Equal,
}

/// A statement about unknowns that is true or false in each rendering.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Atom {
    /// The Java class of a value is one of these.
    Is(TermId, Types),
    /// A value prints this text.
    Prints(TermId, Rc<str>),
    /// A value prints one of these texts.
    PrintsOneOf(TermId, Rc<[String]>),
    /// A text prints this text when case is ignored.
    PrintsIgnoringCase(TermId, Rc<str>),
    /// A text matches a Java regular expression as a whole.
    Matches(TermId, Rc<str>),
    /// A text contains this text.
    Contains(TermId, Rc<str>),
    /// A text begins with this text.
    StartsWith(TermId, Rc<str>),
    /// A text ends with this text.
    EndsWith(TermId, Rc<str>),
    /// A number stands in an order to a literal, as written.
    Compares(TermId, Order, Rc<str>),
    /// Two values print the same.
    Same(TermId, TermId),
    /// A list or map is empty.
    Empty(TermId),
    /// A condition that is not modelled, by its place in the template.
    Unknown(usize, Vec<TermId>),
}

impl Atom {
    /// A statement that is not modelled and has no place of its own, by what it is told apart by.
    pub(super) fn unknown_of(what: &impl Hash) -> Self {
        let mut hasher = DefaultHasher::new();
        what.hash(&mut hasher);
        // The places of templates are smaller.
        Atom::Unknown(usize::MAX / 2 + usize::try_from(hasher.finish() >> 2).unwrap_or(0), Vec::new())
    }

    /// The values that the statement is about.
    pub fn terms(&self) -> Vec<TermId> {
        match self {
            Atom::Is(t, _)
            | Atom::Prints(t, _)
            | Atom::PrintsOneOf(t, _)
            | Atom::PrintsIgnoringCase(t, _)
            | Atom::Matches(t, _)
            | Atom::Contains(t, _)
            | Atom::StartsWith(t, _)
            | Atom::EndsWith(t, _)
            | Atom::Compares(t, ..)
            | Atom::Empty(t) => vec![*t],
            Atom::Same(a, b) => vec![*a, *b],
            Atom::Unknown(_, terms) => terms.clone(),
        }
    }
}

/// A combination of atoms. Constructors simplify, so that equal meanings are often equal values.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Formula {
    /// Always.
    True,
    /// Never.
    False,
    /// An atom, or its negation.
    Lit(Rc<Atom>, bool),
    /// All of these.
    And(Rc<[Formula]>),
    /// Any of these.
    Or(Rc<[Formula]>),
}

/// Parts that a formula may have; a larger one is kept as one that is not modelled.
const MAX_PARTS: usize = 64;

impl Formula {
    /// The formula of one atom.
    pub fn atom(atom: Atom) -> Self {
        Formula::Lit(Rc::new(atom), true)
    }

    /// A known truth value.
    pub fn known(value: bool) -> Self {
        if value { Formula::True } else { Formula::False }
    }

    /// All of these.
    pub fn all(parts: impl IntoIterator<Item = Formula>) -> Self {
        let mut kept: Vec<Formula> = Vec::new();
        for part in parts {
            match part {
                Formula::True => {}
                Formula::False => return Formula::False,
                Formula::And(inner) => {
                    kept.extend(inner.iter().filter(|f| !kept.contains(f)).cloned().collect::<Vec<_>>())
                }
                other if kept.contains(&other) => {}
                other if kept.contains(&other.negated()) => return Formula::False,
                other => kept.push(other),
            }
        }
        match kept.len() {
            0 => Formula::True,
            1 => kept.pop().unwrap_or(Formula::True),
            _ => Formula::And(kept.into()),
        }
    }

    /// Any of these.
    pub fn any(parts: impl IntoIterator<Item = Formula>) -> Self {
        Formula::all(parts.into_iter().map(|part| part.negated())).negated()
    }

    /// The opposite.
    #[must_use]
    pub fn negated(&self) -> Self {
        match self {
            Formula::True => Formula::False,
            Formula::False => Formula::True,
            Formula::Lit(atom, positive) => Formula::Lit(Rc::clone(atom), !positive),
            Formula::And(parts) => Formula::Or(parts.iter().map(Formula::negated).collect()),
            Formula::Or(parts) => Formula::And(parts.iter().map(Formula::negated).collect()),
        }
    }

    /// How many atoms the formula holds.
    pub fn size(&self) -> usize {
        match self {
            Formula::True | Formula::False => 0,
            Formula::Lit(..) => 1,
            Formula::And(parts) | Formula::Or(parts) => parts.iter().map(Formula::size).sum(),
        }
    }

    /// A formula of one atom that holds where this one does, of which nothing more is known. That of the opposite is the
    /// opposite of it.
    fn unmodelled(&self) -> Formula {
        let hash = |formula: &Formula| {
            let mut hasher = DefaultHasher::new();
            formula.hash(&mut hasher);
            hasher.finish()
        };
        let (own, opposite) = (hash(self), hash(&self.negated()));
        let Atom::Unknown(key, _) = Atom::unknown_of(&own.min(opposite)) else { return Formula::True };
        let mut terms = Vec::new();
        self.each_atom(&mut |atom, _| terms.extend(atom.terms()));
        terms.sort_unstable();
        terms.dedup();
        Formula::Lit(Rc::new(Atom::Unknown(key, terms)), own <= opposite)
    }

    /// Calls `visit` for each atom with its sign.
    pub fn each_atom(&self, visit: &mut impl FnMut(&Atom, bool)) {
        match self {
            Formula::True | Formula::False => {}
            Formula::Lit(atom, positive) => visit(atom, *positive),
            Formula::And(parts) | Formula::Or(parts) => parts.iter().for_each(|part| part.each_atom(visit)),
        }
    }
}

/// What holds on a way through the template: all of these formulas.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Guard {
    conjuncts: Rc<Vec<Formula>>,
}

impl Guard {
    /// The formulas that hold.
    pub fn conjuncts(&self) -> &[Formula] {
        &self.conjuncts
    }

    /// What a formula still says where this guard holds.
    pub fn simplified(&self, formula: &Formula) -> Formula {
        match formula {
            Formula::True | Formula::False => formula.clone(),
            Formula::Lit(atom, positive) => match self.truth(atom) {
                Some(truth) => Formula::known(truth == *positive),
                None => formula.clone(),
            },
            Formula::And(parts) => Formula::all(parts.iter().map(|part| self.simplified(part))),
            Formula::Or(parts) => {
                if self.conjuncts.contains(formula) {
                    return Formula::True;
                }
                Formula::any(parts.iter().map(|part| self.simplified(part)))
            }
        }
    }

    /// This guard and a formula; none where the two contradict each other.
    pub fn and(&self, formula: &Formula) -> Option<Guard> {
        let formula = self.simplified(formula);
        match &formula {
            Formula::True => return Some(self.clone()),
            Formula::False => return None,
            _ if formula.size() > MAX_PARTS => return self.and(&formula.unmodelled()),
            Formula::And(parts) => return parts.iter().try_fold(self.clone(), |guard, part| guard.and(part)),
            Formula::Lit(..) | Formula::Or(_) => {}
        }
        let mut conjuncts = self.conjuncts.as_ref().clone();
        conjuncts.push(formula);
        Guard { conjuncts: Rc::new(conjuncts) }.settled()
    }

    /// Unit propagation, once: a new fact may decide an alternative that was open before.
    fn settled(self) -> Option<Guard> {
        let Some(Formula::Lit(new, _)) = self.conjuncts.last() else { return Some(self) };
        let about = new.terms();
        let touched = |formula: &Formula| {
            let mut touched = false;
            formula.each_atom(&mut |atom, _| touched |= atom.terms().iter().any(|term| about.contains(term)));
            touched
        };
        if !self.conjuncts.iter().any(|f| !matches!(f, Formula::Lit(..)) && touched(f)) {
            return Some(self);
        }
        let units = Guard {
            conjuncts: Rc::new(
                self.conjuncts.iter().filter(|f| matches!(f, Formula::Lit(..))).cloned().collect(),
            ),
        };
        let mut kept = Vec::with_capacity(self.conjuncts.len());
        for conjunct in self.conjuncts.iter() {
            match conjunct {
                Formula::Lit(..) => kept.push(conjunct.clone()),
                other if !touched(other) => kept.push(other.clone()),
                other => match units.simplified(other) {
                    Formula::True => {}
                    Formula::False => return None,
                    Formula::And(parts) => kept.extend(parts.iter().cloned()),
                    simpler => kept.push(simpler),
                },
            }
        }
        Some(Guard { conjuncts: Rc::new(kept) })
    }

    /// The guard that holds where either does, and what each side knew beyond it.
    pub fn joined(&self, other: &Guard) -> (Guard, Formula, Formula) {
        // Ways that part and meet again share how they began.
        let shared = self.conjuncts.iter().zip(other.conjuncts.iter()).take_while(|(a, b)| a == b).count();
        let rest = |guard: &Guard| -> Vec<Formula> { guard.conjuncts.iter().skip(shared).cloned().collect() };
        let (mine, theirs) = (rest(self), rest(other));
        let both: Vec<Formula> = mine.iter().filter(|f| theirs.contains(f)).cloned().collect();
        let common: Vec<Formula> = self.conjuncts.iter().take(shared).chain(&both).cloned().collect();
        let beyond = |rest: Vec<Formula>| Formula::all(rest.into_iter().filter(|f| !both.contains(f)));
        let (left, right) = (beyond(mine), beyond(theirs));
        (Guard { conjuncts: Rc::new(common) }, left, right)
    }

    /// This guard and another one, but for what contradicts it.
    #[must_use]
    pub fn and_all(self, other: &Guard) -> Guard {
        other.conjuncts.iter().fold(self, |guard, formula| guard.and(formula).unwrap_or(guard))
    }

    /// This guard without what it says of some terms.
    #[must_use]
    pub fn without(&self, about: impl Fn(TermId) -> bool) -> Guard {
        let keeps = |formula: &Formula| {
            let mut keeps = true;
            formula.each_atom(&mut |atom, _| keeps &= !atom.terms().into_iter().any(&about));
            keeps
        };
        Guard { conjuncts: Rc::new(self.conjuncts.iter().filter(|f| keeps(f)).cloned().collect()) }
    }

    /// This guard without the statements that two values print the same.
    #[must_use]
    pub fn without_equals(&self) -> Guard {
        let is_equal = |formula: &Formula| matches!(formula, Formula::Lit(atom, true) if matches!(**atom, Atom::Same(..)));
        Guard {
            conjuncts: Rc::new(self.conjuncts.iter().filter(|formula| !is_equal(formula)).cloned().collect()),
        }
    }

    /// Whether an atom is known to hold or not to hold.
    fn truth(&self, atom: &Atom) -> Option<bool> {
        self.conjuncts.iter().find_map(|known| {
            let Formula::Lit(known, positive) = known else { return None };
            if known.as_ref() == atom {
                return Some(*positive);
            }
            follows(known, *positive, atom)
        })
    }
}

/// What one atom says about another on the same value.
fn follows(known: &Atom, positive: bool, asked: &Atom) -> Option<bool> {
    match (known, asked) {
        (Atom::Is(t, types), Atom::Is(u, asked)) if t == u => {
            let types = if positive { *types } else { types.complement() };
            if types.intersection(*asked).is_empty() {
                Some(false)
            } else if types.minus(*asked).is_empty() {
                Some(true)
            } else {
                None
            }
        }
        (Atom::Prints(t, text), asked) if positive && asked.terms() == [*t] => match asked {
            Atom::Prints(_, other) => Some(text == other),
            Atom::PrintsOneOf(_, others) => Some(others.iter().any(|other| **other == **text)),
            Atom::Contains(_, part) => Some(text.contains(&**part)),
            Atom::StartsWith(_, part) => Some(text.starts_with(&**part)),
            Atom::EndsWith(_, part) => Some(text.ends_with(&**part)),
            Atom::PrintsIgnoringCase(_, other) => Some(text.eq_ignore_ascii_case(other)),
            Atom::Matches(_, pattern) => {
                keybound_vtl::java::regex::matches(pattern, &keybound_vtl::value::Text::new(text)).ok()
            }
            _ => None,
        },
        (Atom::PrintsOneOf(t, texts), Atom::Prints(u, text)) if positive && t == u => {
            if texts.iter().all(|other| **other != **text) {
                Some(false)
            } else if texts.len() == 1 {
                Some(true)
            } else {
                None
            }
        }
        (Atom::Matches(t, pattern), Atom::Prints(u, text)) if positive && t == u => {
            let matches =
                keybound_vtl::java::regex::matches(pattern, &keybound_vtl::value::Text::new(text)).ok()?;
            (!matches).then_some(false)
        }
        _ => None,
    }
}
