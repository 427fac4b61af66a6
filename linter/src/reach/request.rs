//! The request with holes, asked place by place, on those ways through the template that are looked at.

use std::collections::BTreeSet;

use crate::render::skeleton::{Around, MemberName, Opened, Skeleton, Slot, Writing};
use crate::render::value::{self, Piece};
use crate::render::{Facts, Formula, Guard, TermId};

/// Texts that one string may stand for before they are no longer told apart.
const MAX_FORMS: usize = 32;

/// One of the texts that may stand at a place.
#[derive(Clone, Debug)]
pub struct Form {
    /// Its pieces, none of which is a choice.
    pub pieces: Vec<Piece>,
    /// Whether it is in quotes.
    pub quoted: bool,
    /// What holds where it stands.
    pub guard: Guard,
    /// Where it begins in the template.
    pub at: usize,
    /// Where in the request.
    pub path: Vec<Slot>,
}

impl Form {
    /// The text, where all of it is known.
    pub fn literal(&self) -> Option<String> {
        value::literal(&self.pieces)
    }

    /// Whether it is `null`, of which DynamoDB says that nothing is there.
    fn is_null(&self) -> bool {
        !self.quoted && self.literal().is_some_and(|text| text.trim() == "null")
    }

    /// Its unknowns.
    pub fn holes(&self) -> Vec<TermId> {
        value::holes(&self.pieces)
    }
}

/// A place where something stands that may be any JSON, or any member.
#[derive(Clone, Debug)]
pub struct Anything {
    /// What stands there.
    pub term: Option<TermId>,
    /// Where in the request.
    pub path: Vec<Slot>,
    /// Where it begins in the template.
    pub at: usize,
    /// What holds there.
    pub guard: Guard,
}

/// The request on some of the ways through its template.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The request with holes.
    pub skeleton: &'a Skeleton,
    /// What holds on these ways.
    pub case: &'a [Formula],
}

impl<'a> Request<'a> {
    /// A guard where the case holds; none where the two contradict each other.
    pub fn met(&self, guard: &Guard) -> Option<Guard> {
        self.case.iter().try_fold(guard.clone(), |guard, formula| guard.and(formula))
    }

    /// The texts that may stand at a path.
    ///
    /// # Errors
    ///
    /// Something there, or around it, that may be anything.
    pub fn forms(&self, path: &[Slot]) -> Result<Vec<Form>, Anything> {
        if let Some(anything) = self.anything_around(path) {
            return Err(anything);
        }
        let mut found = Vec::new();
        for leaf in self.skeleton.leaves.iter().filter(|leaf| leaf.path == path) {
            let Some(guard) = self.met(&leaf.guard) else { continue };
            let begun =
                Form { pieces: Vec::new(), quoted: leaf.quoted, guard, at: leaf.at, path: leaf.path.clone() };
            match extended(vec![begun.clone()], &leaf.pieces) {
                Some(forms) => found.extend(forms.into_iter().filter(|form| !form.is_null())),
                None => {
                    let term = begun.holes().first().copied();
                    return Err(Anything { term, path: path.to_vec(), at: leaf.at, guard: begun.guard });
                }
            }
        }
        Ok(found)
    }

    /// A value around a path that may be any JSON, or a member beside it whose name may be the same.
    fn anything_around(&self, path: &[Slot]) -> Option<Anything> {
        for leaf in self.skeleton.leaves.iter().filter(|leaf| !leaf.quoted && leaf.path.len() < path.len()) {
            if path.starts_with(&leaf.path)
                && let Some(term) = value::holes(&leaf.pieces).first()
                && let Some(guard) = self.met(&leaf.guard)
            {
                return Some(Anything { term: Some(*term), path: leaf.path.clone(), at: leaf.at, guard });
            }
        }
        self.skeleton.names.iter().find_map(|name| {
            let (Slot::OpenMember(_), parent) = name.path.split_last()? else { return None };
            let guard = self.met(&name.guard)?;
            let Some(Slot::Member(wanted)) = path.get(parent.len()).filter(|_| path.starts_with(parent))
            else {
                return None;
            };
            self.may_be(name, wanted, &guard).then(|| Anything {
                term: value::holes(&name.pieces).first().copied(),
                path: name.path.clone(),
                at: name.at,
                guard,
            })
        })
    }

    /// Whether a name with holes may be this one.
    fn may_be(&self, name: &MemberName, wanted: &str, guard: &Guard) -> bool {
        match name.pieces.as_slice() {
            [Piece::Hole(id)] => {
                let facts = Facts::of(&self.skeleton.terms, *id, guard);
                facts.finite.is_none_or(|finite| finite.iter().any(|text| text == wanted))
            }
            _ => true,
        }
    }

    /// A value that may be any JSON where an object or array is wanted.
    pub fn anything_at(&self, path: &[Slot]) -> Option<Anything> {
        self.anything_around(path).or_else(|| {
            self.skeleton.leaves.iter().find_map(|leaf| {
                let hole = (!leaf.quoted && leaf.path == path).then(|| value::holes(&leaf.pieces))?;
                let guard = self.met(&leaf.guard)?;
                Some(Anything { term: Some(*hole.first()?), path: path.to_vec(), at: leaf.at, guard })
            })
        })
    }

    /// The members or elements of an object or array that the template writes, in order, with whether each is known
    /// by name.
    pub fn slots(&self, object: &[Slot]) -> Vec<Slot> {
        let mut seen = BTreeSet::new();
        let mut found = Vec::new();
        let skeleton = self.skeleton;
        let leaves = skeleton.leaves.iter().map(|leaf| (&leaf.path, &leaf.guard));
        let names = skeleton.names.iter().map(|name| (&name.path, &name.guard));
        let uses = skeleton.uses.iter().map(|hole| (&hole.path, &hole.guard));
        for (path, guard) in names.chain(leaves).chain(uses) {
            let Some(slot) = path.get(object.len()).filter(|_| path.starts_with(object)) else { continue };
            if seen.insert(format!("{slot:?}")) {
                // A slot that no way of this case leads to is none.
                if self.met(guard).is_some() {
                    found.push(slot.clone());
                } else {
                    seen.remove(&format!("{slot:?}"));
                }
            }
        }
        found
    }

    /// Whether something stands at a path on some way.
    pub fn has(&self, path: &[Slot]) -> bool {
        let skeleton = self.skeleton;
        let leaves = skeleton.leaves.iter().map(|leaf| (&leaf.path, &leaf.guard));
        let names = skeleton.names.iter().map(|name| (&name.path, &name.guard));
        leaves.chain(names).any(|(at, guard)| at.starts_with(path) && self.met(guard).is_some())
            || self.anything_around(path).is_some()
    }

    /// What holds on ways on which a member stands at `with` and none at `path`; none where the one never comes without the
    /// other. A request without what its operation is made of is refused, so only what comes with that counts. What is
    /// `null` is as if it were not there.
    pub fn without(&self, path: &[Slot], with: &[Slot]) -> Option<Guard> {
        let at = |wanted: &[Slot]| -> Vec<&Writing> {
            self.skeleton.writings.iter().filter(|writing| writing.path == wanted).collect()
        };
        let asked = at(path);
        let nulls = self.nulls(path);
        // The innermost container that both are in.
        let level = path.iter().zip(with).take_while(|(a, b)| a == b).count();
        let level = level.min(path.len().saturating_sub(1)).min(with.len().saturating_sub(1));
        at(with).into_iter().find_map(|anchor| {
            let start = self.met(&anchor.guard)?;
            let beside = |guard: &Guard| {
                guard.conjuncts().iter().try_fold(start.clone(), |guard, formula| guard.and(formula))
            };
            if let Some(guard) = nulls.iter().find_map(beside) {
                return Some(guard);
            }
            let container = anchor.inside.get(level);
            let together = asked.iter().filter(|writing| {
                let own = writing.inside.get(level);
                own.zip(container)
                    .is_some_and(|(own, container)| own.may_be(container) && is_once(writing, own))
            });
            together.into_iter().try_fold(start.clone(), |guard, name| {
                guard.and(&Formula::all(name.guard.conjuncts().iter().cloned()).negated())
            })
        })
    }

    /// The members or elements of an object or array, each time that one is written on these ways.
    pub fn writings_in<'p>(&self, object: &'p [Slot]) -> impl Iterator<Item = &'a Writing> + use<'a, 'p> {
        let request = *self;
        let is_in =
            |writing: &&Writing| writing.path.len() == object.len() + 1 && writing.path.starts_with(object);
        self.skeleton
            .writings
            .iter()
            .filter(is_in)
            .filter(move |writing| request.met(&writing.guard).is_some())
    }

    /// What holds where `null` stands at a path.
    fn nulls(&self, path: &[Slot]) -> Vec<Guard> {
        let leaves = self.skeleton.leaves.iter().filter(|leaf| leaf.path == path && !leaf.quoted);
        let forms = leaves.flat_map(|leaf| {
            let begun = Form {
                pieces: Vec::new(),
                quoted: false,
                guard: leaf.guard.clone(),
                at: leaf.at,
                path: Vec::new(),
            };
            extended(vec![begun], &leaf.pieces).unwrap_or_default()
        });
        forms.filter(Form::is_null).map(|form| form.guard).collect()
    }

    /// What the names at a path hang on: formulas that tell ways apart.
    pub fn hangs_on(&self, path: &[Slot]) -> Vec<Formula> {
        let names = self.skeleton.names.iter().filter(|name| name.path == path);
        let nulls = self.nulls(path);
        let nulls = nulls.iter().flat_map(|guard| guard.conjuncts().to_vec());
        names.flat_map(|name| name.guard.conjuncts().iter().cloned()).chain(nulls).collect()
    }
}

/// Whether something is written in a container wherever its guard holds: a loop in between may have no turn in which it is.
fn is_once(writing: &Writing, container: &Opened) -> bool {
    writing.loops.iter().skip(container.loops).all(|around| matches!(around, Around::Turns(_)))
}

fn extended(mut forms: Vec<Form>, pieces: &[Piece]) -> Option<Vec<Form>> {
    for piece in pieces {
        match piece {
            Piece::Literal(_) | Piece::Hole(_) => {
                forms.iter_mut().for_each(|form| form.pieces.push(piece.clone()));
            }
            Piece::Choice(cases) => {
                let mut next = Vec::new();
                for form in &forms {
                    for (formula, pieces) in cases.iter() {
                        let Some(guard) = form.guard.and(formula) else { continue };
                        next.extend(extended(vec![Form { guard, ..form.clone() }], pieces)?);
                        if next.len() > MAX_FORMS {
                            return None;
                        }
                    }
                }
                forms = next;
            }
        }
    }
    Some(forms)
}
