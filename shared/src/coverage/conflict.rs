//! Grants that no policy can hold apart.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::pattern::ValuePattern;
use crate::route::{Given, Part, Step, Ways};
use crate::rules::{AccessRules, Grant};

use super::{Coverage, Shape, Slot};

/// The most pairs of grants that are compared for one pair of routes; past it, they are taken to meet in one caller.
const MAX_PAIRS: usize = 1000;
/// The most conflicts of a kind that are told.
const MAX_TOLD: usize = 50;
/// The most literals that are tried for the tied parameters of a route together.
const MAX_VARIANTS: usize = 32;

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

/// Every conflict of the rules, in the order of their grants; of many, the first.
pub(crate) fn conflicts(rules: &AccessRules, coverage: &Coverage) -> Vec<Conflict> {
    let mut pairs = Pairs { rules, coverage, shapes: shapes_by_route(coverage), ways: coverage.ways };
    let mut found = pairs.escapes();
    found.extend(pairs.shadows());
    if pairs.ways.are_used_up() { vec![Conflict::Entangled] } else { found }
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
    ways: Ways,
}

impl<'r> Pairs<'r> {
    fn shapes(&self, route: Given) -> &[(&'r Shape, &'r [usize])] {
        self.shapes.get(&route).map(Vec::as_slice).unwrap_or_default()
    }

    /// The grants that open a route, tied or not.
    fn opening(&self, route: Given) -> Vec<usize> {
        self.shapes(route).iter().flat_map(|(_, grants)| grants.iter().copied()).collect()
    }

    fn escapes(&mut self) -> Vec<Conflict> {
        let mut found = Vec::new();
        for (shape, grants) in self.coverage.shapes() {
            // A greedy end lets the parameters before it slide along the path, so a route may escape its own ties.
            let own = (shape.greedy && shape.is_tied()).then_some(shape.route);
            for covered in shape.covered.iter().copied().chain(own) {
                if found.len() >= MAX_TOLD || self.ways.are_used_up() {
                    return found;
                }
                found.extend(self.escape(shape, grants, covered));
            }
        }
        found
    }

    fn escape(&mut self, covering: &Shape, grants: &[usize], covered: Given) -> Option<Conflict> {
        let table = self.coverage.table();
        let shapes: Vec<(&Shape, &[usize])> = self.shapes(covered).to_vec();
        for (tied, tying) in shapes.iter().filter(|(shape, _)| shape.is_tied()) {
            let mut ways = self.ways;
            let reaches = self.values(covering, covered).into_iter().any(|values| {
                let value = |variable: &str| {
                    values.get(variable).map_or_else(|| symbol(variable), |text| (*text).to_owned())
                };
                // A path on which a tied parameter is anything but the value that it is tied to.
                let escapes = |path: &[Option<&str>]| {
                    tied.slots.iter().zip(path).any(|(slot, segment)| match slot {
                        Slot::Tied(variable) => segment.is_none_or(|segment| segment != value(variable)),
                        _ => false,
                    })
                };
                let tied: Vec<String> = covering.ties().map(value).collect();
                let mut tied = tied.iter();
                let steps = covering.steps(|_| tied.next().map_or(Step::Star, |value| Step::Text(value)));
                table.reaches(&steps, covered, &table.parts(covered), &escapes, &mut ways) == Some(true)
            });
            self.ways = ways;
            if !reaches {
                continue;
            }
            let untied = shapes.iter().filter(|(shape, _)| !shape.is_tied());
            let freeing: Vec<usize> = untied.flat_map(|(_, grants)| grants.iter().copied()).collect();
            if let Some((one, other)) = self.met(grants, tying, &freeing) {
                return Some(Conflict::Escapes { covering: (one, covering.route), tied: (other, covered) });
            }
        }
        None
    }

    /// What the variables of a shape's ties may be: unknown, or a literal of another route.
    fn values<'s>(&'s self, shape: &'s Shape, other: Given) -> Vec<BTreeMap<&'s str, &'s str>> {
        let literals: Vec<&str> =
            self.coverage.table().parts(other).into_iter().filter_map(Part::text).collect();
        let mut values = vec![BTreeMap::new()];
        for variable in shape.ties().collect::<BTreeSet<_>>() {
            let fits =
                |literal: &&str| self.pattern(variable).is_some_and(|pattern| pattern.matches(literal));
            for literal in literals.iter().copied().filter(fits) {
                let with = values.iter().filter(|values| !values.contains_key(variable)).map(|values| {
                    let mut values = values.clone();
                    values.insert(variable, literal);
                    values
                });
                let with: Vec<_> = with.collect();
                values.extend(with);
            }
            values.truncate(MAX_VARIANTS);
        }
        values
    }

    fn shadows(&mut self) -> Vec<Conflict> {
        // By each route that is denied where it is lacked: the grants whose resources cover it, with their routes.
        let mut covering: BTreeMap<Given, BTreeMap<usize, Given>> = BTreeMap::new();
        for (shape, grants) in self.coverage.shapes() {
            for denied in &shape.covered {
                covering.entry(*denied).or_default().extend(grants.iter().map(|grant| (*grant, shape.route)));
            }
        }
        let mut found = Vec::new();
        for (denied, covering) in covering {
            let (giving, grants) = (self.opening(denied), covering.keys().copied().collect::<Vec<_>>());
            for (shadowed, opening) in self.shadowed_by(denied) {
                if found.len() >= MAX_TOLD || self.ways.are_used_up() {
                    return found;
                }
                if let Some((one, other)) = self.met(&grants, &opening, &giving) {
                    let route = covering.get(&one).copied().unwrap_or(denied);
                    found.push(Conflict::Shadows {
                        covering: (one, route),
                        denied,
                        shadowed: (other, shadowed),
                    });
                }
            }
        }
        found
    }

    /// The routes that a Deny for a whole route touches, with the grants that open them there.
    fn shadowed_by(&mut self, denied: Given) -> Vec<(Given, Vec<usize>)> {
        let table = self.coverage.table();
        let Some((verb, _)) = table.route(denied) else { return Vec::new() };
        let steps = table.steps(denied);
        let beginning = steps.iter().map_while(|step| match step {
            Step::Text(text) => Some(*text),
            Step::Star => None,
        });
        let mut found = Vec::new();
        for near in
            table.below(*verb, &beginning.collect::<Vec<_>>()).into_iter().filter(|near| *near != denied)
        {
            let mut opening = Vec::new();
            for (shape, grants) in self.shapes(near).to_vec() {
                let mut ways = self.ways;
                let may_be = |path: &[Option<&str>]| self.may_be(shape, path);
                if table.reaches(&steps, near, &table.parts(near), &may_be, &mut ways) == Some(true) {
                    opening.extend(grants);
                }
                self.ways = ways;
            }
            if !opening.is_empty() {
                found.push((near, opening));
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
                    || self.rules.grants.get(*number).is_some_and(|grant| grant.follows_from(&held))
            };
            if count >= MAX_PAIRS || !without.iter().take(MAX_PAIRS).any(follows) {
                return Some((one, other));
            }
        }
        None
    }
}

/// What stands for a variable's value: a text that no literal is.
fn symbol(variable: &str) -> String {
    format!("{{{variable}}}")
}
