//! How many items a batch may ask for.

use keybound_shared::Grant;

use crate::render::formula::Order;
use crate::render::skeleton::{Around, Slot, below};
use crate::render::term::Measure;
use crate::render::{Atom, Formula, Guard, Term, TermId, Terms, Types};

use super::held::Held;
use super::miss::{Kind, Miss};
use super::operation::{Operation, TableAt};

/// Whether a batch asks for few enough keys of a table. A loop asks for as many as its list has elements, which a guard
/// must bound.
///
/// # Errors
///
/// How many it may ask for.
pub fn counted(held: &Held<'_>, operation: &Operation, grant: &Grant, limit: u32) -> Result<(), Miss> {
    let total = most(held, operation);
    if total.is_some_and(|total| total <= u64::from(limit)) {
        return Ok(());
    }
    let count = total.map_or("any number of".to_owned(), |total| total.to_string());
    let message = format!("the batch may ask for {count} items, where grant `{}` gives {limit}", grant.name);
    let terms = held.request.skeleton.observed.loops.values().map(|open| open.of).collect();
    Err(Miss { terms, ..Miss::whole(Kind::Limit, message) })
}

/// The most keys that a batch asks for; none where nothing bounds them.
pub fn most(held: &Held<'_>, operation: &Operation) -> Option<u64> {
    let keys = match &operation.table {
        TableAt::Name(_) => below(&operation.at, &["Keys"]),
        TableAt::Text(_) => below(&[], &["TransactItems"]),
    };
    let counts = held.request.slots(&keys).into_iter().map(|slot| {
        let element: Vec<Slot> = keys.iter().cloned().chain([slot]).collect();
        times(held, &element)
    });
    counts.reduce(|a, b| Some(a?.saturating_add(b?))).unwrap_or(Some(0))
}

/// How often an element may be written; none where nothing bounds it.
fn times(held: &Held<'_>, element: &[Slot]) -> Option<u64> {
    let (_, list) = element.split_last()?;
    let mut most_of_one = 0;
    // Those on which no loop is, and that may be there together.
    let mut alone: Vec<&Guard> = Vec::new();
    for writing in held.request.writings_in(list).filter(|writing| writing.path == element) {
        // A block may be printed any number of times.
        if writing.in_block {
            return None;
        }
        let turns = writing.loops.iter().map(|around| match around {
            Around::Turns(count) => u64::try_from(*count).ok(),
            Around::Open(of, guard) => longest(guard, (*of)?, held.sight.terms),
        });
        let total = turns.fold(Some(1u64), |product, turns| Some(product?.saturating_mul(turns?)))?;
        let excludes = |other: &&Guard| {
            other
                .conjuncts()
                .iter()
                .try_fold(writing.guard.clone(), |guard, formula| guard.and(formula))
                .is_none()
        };
        if writing.loops.is_empty() && !alone.iter().any(excludes) {
            alone.push(&writing.guard);
        }
        most_of_one = most_of_one.max(total);
    }
    Some(most_of_one.max(u64::try_from(alone.len()).ok()?))
}

/// The most elements that a list has where a guard holds.
fn longest(guard: &Guard, of: TermId, terms: &Terms) -> Option<u64> {
    guard.conjuncts().iter().filter_map(|formula| bound(formula, of, terms)).min()
}

fn bound(formula: &Formula, of: TermId, terms: &Terms) -> Option<u64> {
    match formula {
        Formula::True => None,
        Formula::False => Some(0),
        Formula::And(parts) => parts.iter().filter_map(|part| bound(part, of, terms)).min(),
        Formula::Or(parts) => {
            let bounds: Option<Vec<u64>> = parts.iter().map(|part| bound(part, of, terms)).collect();
            bounds?.into_iter().max()
        }
        Formula::Lit(atom, positive) => match atom.as_ref() {
            // What is neither a list nor a map is not iterated.
            Atom::Is(id, types) if *id == of => {
                let types = if *positive { *types } else { types.complement() };
                types.intersection(Types::LIST.union(Types::MAP)).is_empty().then_some(0)
            }
            Atom::Compares(id, order, number) if is_size(*id, of, terms) => {
                let number: u64 = number.parse().ok()?;
                match (order, positive) {
                    (Order::LessOrEqual | Order::Equal, true) | (Order::Greater, false) => Some(number),
                    (Order::Less, true) | (Order::GreaterOrEqual, false) => Some(number.saturating_sub(1)),
                    _ => None,
                }
            }
            Atom::Empty(id) if *id == of && *positive => Some(0),
            _ => None,
        },
    }
}

fn is_size(id: TermId, of: TermId, terms: &Terms) -> bool {
    matches!(terms.get(id), Term::Measured(Measure::Size, list) if *list == of)
}
