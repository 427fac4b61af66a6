//! Grants that no policy can hold apart.

use std::collections::{BTreeSet, HashMap};

use crate::compiled::needed;
use crate::pattern::ValuePattern;
use crate::route::{Given, Step};
use crate::rules::{AccessRules, Grant, Opens};

use super::{Coverage, Shape, Slot};

/// The most pairs of grants that are compared for one pair of routes; past it, they are taken to meet in one caller.
const MAX_PAIRS: usize = 1000;

/// What is wrong with two grants together. Grants by their numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Conflict {
    /// The resource of one route covers another that some caller holds for certain parameters only: allowing the first
    /// opens the second for all of them, denying the second closes it.
    Escapes {
        /// The grant and the route with the free parameter.
        covering: (usize, Given),
        /// The grant and the route with the tied one.
        tied: (usize, Given),
    },
    /// A caller who lacks `denied`, which the resource of `covering` covers, is denied `shadowed` with it.
    Shadows {
        /// The grant and the route whose resource covers too much.
        covering: (usize, Given),
        /// The route that must be denied.
        denied: Given,
        /// The grant and the route that is denied with it.
        shadowed: (usize, Given),
    },
    /// The routes overlap in more ways than are looked at.
    Entangled,
}

/// Every conflict of the rules, in the order of their grants.
pub(crate) fn conflicts(rules: &AccessRules, coverage: &Coverage) -> Vec<Conflict> {
    if coverage.entangled {
        return vec![Conflict::Entangled];
    }
    let pairs = Pairs { rules, coverage, shapes: shapes_by_route(coverage) };
    let mut found = Vec::new();
    let mut told = BTreeSet::new();
    for (shape, grants) in coverage.shapes() {
        for covered in &shape.covered {
            found.extend(pairs.escape(shape, grants, *covered));
            for shadow in pairs.shadows(shape, grants, *covered) {
                if let Conflict::Shadows { denied, shadowed: (_, shadowed), .. } = shadow
                    && told.insert((denied, shadowed))
                {
                    found.push(shadow);
                }
            }
        }
    }
    found
}

fn shapes_by_route(coverage: &Coverage) -> HashMap<Given, Vec<(&Shape, &[usize])>> {
    let mut by_route: HashMap<Given, Vec<(&Shape, &[usize])>> = HashMap::new();
    for (shape, grants) in coverage.shapes() {
        by_route.entry(shape.route).or_default().push((shape, grants));
    }
    by_route
}

struct Pairs<'r> {
    rules: &'r AccessRules,
    coverage: &'r Coverage,
    shapes: HashMap<Given, Vec<(&'r Shape, &'r [usize])>>,
}

impl<'r> Pairs<'r> {
    fn shapes(&self, route: Given) -> impl Iterator<Item = &(&'r Shape, &'r [usize])> {
        self.shapes.get(&route).into_iter().flatten()
    }

    fn escape(&self, covering: &Shape, grants: &[usize], covered: Given) -> Option<Conflict> {
        let table = self.coverage.table();
        let symbols: Vec<Symbol<'_>> = symbolic(covering).collect();
        let steps: Vec<Step<'_>> = symbols.iter().map(Symbol::step).collect();
        for (tied, tying) in self.shapes(covered).filter(|(shape, _)| shape.is_tied()) {
            // A path on which a tied parameter is anything but the value that it is tied to.
            let escapes = |path: &[Option<&str>]| {
                tied.slots.iter().zip(path).any(|(slot, segment)| match slot {
                    Slot::Tied(variable) => segment.is_none_or(|segment| segment != symbol(variable)),
                    _ => false,
                })
            };
            if !table.reaches_one(&steps, covered, &table.parts(covered), &escapes) {
                continue;
            }
            let untied = self.shapes(covered).filter(|(shape, _)| !shape.is_tied());
            let freeing: Vec<usize> = untied.flat_map(|(_, grants)| grants.iter().copied()).collect();
            if let Some((one, other)) = self.met(grants, tying, &freeing) {
                return Some(Conflict::Escapes { covering: (one, covering.route), tied: (other, covered) });
            }
        }
        None
    }

    fn shadows(&self, covering: &Shape, grants: &[usize], denied: Given) -> Vec<Conflict> {
        let table = self.coverage.table();
        let steps = table.steps(denied);
        let beginning = steps.iter().map_while(|step| match step {
            Step::Text(text) => Some(*text),
            Step::Star => None,
        });
        let giving: Vec<usize> = self.shapes(denied).flat_map(|(_, grants)| grants.iter().copied()).collect();
        let mut found = Vec::new();
        for near in table.below(covering.verb, &beginning.collect::<Vec<_>>()) {
            if near == denied {
                continue;
            }
            for (shape, opening) in self.shapes(near) {
                let may_be = |path: &[Option<&str>]| self.may_be(shape, path);
                if table.reaches_one(&steps, near, &table.parts(near), &may_be)
                    && let Some((one, other)) = self.met(grants, opening, &giving)
                {
                    let (covering, shadowed) = ((one, covering.route), (other, near));
                    found.push(Conflict::Shadows { covering, denied, shadowed });
                    break;
                }
            }
        }
        found
    }

    /// Whether the tied parameters of a shape could have these values.
    fn may_be(&self, shape: &Shape, path: &[Option<&str>]) -> bool {
        shape.slots.iter().zip(path).all(|(slot, segment)| match (slot, segment) {
            (Slot::Tied(variable), Some(segment)) => {
                self.pattern(variable).is_none_or(|pattern| pattern.matches(segment))
            }
            _ => true,
        })
    }

    fn pattern(&self, variable: &str) -> Option<&ValuePattern> {
        self.rules.variables.iter().find(|known| known.name == variable).map(|known| &known.pattern)
    }

    /// A grant of each list that one caller may hold together without holding any of `without`.
    fn met(&self, ones: &[usize], others: &[usize], without: &[usize]) -> Option<(usize, usize)> {
        let pairs = ones.iter().flat_map(|one| others.iter().map(move |other| (*one, *other)));
        for (count, (one, other)) in pairs.enumerate() {
            let held = [one, other].map(|number| self.rules.grants.get(number).map(AsRef::as_ref));
            let held: Vec<&Grant> = held.into_iter().flatten().collect();
            let follows = |number: &usize| {
                *number == one
                    || *number == other
                    || self.rules.grants.get(*number).is_some_and(|grant| follows(grant, &held))
            };
            if count >= MAX_PAIRS || !without.iter().take(MAX_PAIRS).any(follows) {
                return Some((one, other));
            }
        }
        None
    }
}

/// Whether every caller who holds these grants holds that one too.
fn follows(grant: &Grant, held: &[&Grant]) -> bool {
    let Opens::Callers(asked) = &grant.opens else { return true };
    let known: Vec<_> = held
        .iter()
        .filter_map(|held| match &held.opens {
            Opens::Callers(claimant) => Some(claimant),
            Opens::Anyone => None,
        })
        .collect();
    let met = asked.when.iter().all(|(claim, wanted)| {
        let mut conditions = known.iter().flat_map(|claimant| &claimant.when);
        conditions.any(|(name, values)| name == claim && values.iter().all(|value| wanted.contains(value)))
    });
    let from = asked.issuers.is_empty()
        || known.iter().any(|claimant| {
            !claimant.issuers.is_empty()
                && claimant.issuers.iter().all(|issuer| asked.issuers.contains(issuer))
        });
    let bound: BTreeSet<&str> = held.iter().flat_map(|held| needed(held)).collect();
    met && from && needed(grant).is_subset(&bound)
}

/// A segment of a resource before its caller is known.
enum Symbol<'s> {
    Text(&'s str),
    Tied(String),
    Star,
}

impl Symbol<'_> {
    fn step(&self) -> Step<'_> {
        match self {
            Self::Text(text) => Step::Text(text),
            Self::Tied(symbol) => Step::Text(symbol),
            Self::Star => Step::Star,
        }
    }
}

/// What stands for a variable's value: a text that no literal is.
fn symbol(variable: &str) -> String {
    format!("{{{variable}}}")
}

fn symbolic(shape: &Shape) -> impl Iterator<Item = Symbol<'_>> {
    shape.slots.iter().map(|slot| match slot {
        Slot::Text(text) => Symbol::Text(text),
        Slot::Tied(variable) => Symbol::Tied(symbol(variable)),
        Slot::Star => Symbol::Star,
    })
}
