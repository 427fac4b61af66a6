//! Why an operation is not within a grant.

use crate::render::skeleton::{Skeleton, Slot};
use crate::render::{Formula, Guard, TermId};

use super::request::{Anything, Form};

/// What kind of thing reaches too far. In the order in which an operation is held against a grant: what comes later
/// got further.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// No grant opens the route for these callers.
    Route,
    /// The grant does not give the action.
    Action,
    /// The grant is about another table.
    Table,
    /// The grant is about another index, or none.
    Index,
    /// The key is another one than the grant's, whoever calls.
    Key,
    /// The key is a value that these callers need not have.
    UnboundKey,
    /// The key is a claim that is not held to the rules.
    ClaimKey,
    /// The client chooses the key.
    ClientKey,
    /// Attributes beyond the grant's.
    Attributes,
    /// More items than the grant's limit.
    Limit,
    /// The request does not demand that the item be the caller's.
    Owner,
    /// What the template does there could not be followed.
    Undecided,
}

/// Where in the template, and in the request, something is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// Its path in the request; empty for the request as a whole.
    pub path: Vec<Slot>,
    /// Where it begins in the template.
    pub at: usize,
}

/// Why an operation is not within a grant.
#[derive(Clone, Debug)]
pub struct Miss {
    /// What kind of thing reaches too far.
    pub kind: Kind,
    /// Where; none for the request as a whole.
    pub spot: Option<Spot>,
    /// What is beyond the grant, as the first half of a sentence.
    pub message: String,
    /// The unknowns that decide it.
    pub terms: Vec<TermId>,
    /// What holds there.
    pub guard: Guard,
    /// What tells the ways apart on which it may be otherwise.
    pub splits: Vec<Formula>,
}

impl Miss {
    /// About the request as a whole.
    pub fn whole(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            spot: None,
            message: message.into(),
            terms: Vec::new(),
            guard: Guard::default(),
            splits: Vec::new(),
        }
    }

    /// About one of the texts at a place.
    pub fn of_form(kind: Kind, form: &Form, message: impl Into<String>) -> Self {
        Self {
            kind,
            spot: Some(Spot { path: form.path.clone(), at: form.at }),
            message: message.into(),
            terms: form.holes(),
            guard: form.guard.clone(),
            splits: form.guard.conjuncts().to_vec(),
        }
    }

    /// About something that may be any JSON.
    pub fn of_anything(kind: Kind, anything: Anything, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            terms: anything.term.into_iter().collect(),
            splits: anything.guard.conjuncts().to_vec(),
            guard: anything.guard,
            spot: Some(Spot { path: anything.path, at: anything.at }),
        }
    }

    /// The same with what else tells the ways apart.
    #[must_use]
    pub fn hanging_on(mut self, splits: impl IntoIterator<Item = Formula>) -> Self {
        self.splits.extend(splits);
        self
    }

    /// The same on these ways.
    #[must_use]
    pub fn under(mut self, guard: Guard) -> Self {
        self.guard = guard;
        self
    }
}

/// A path as people write it: `Item.id.S`.
pub fn path_text(path: &[Slot]) -> String {
    if path.is_empty() {
        return "the request".to_owned();
    }
    let names: Vec<&str> = path.iter().map(Skeleton::slot_text).collect();
    format!("`{}`", names.join("."))
}
