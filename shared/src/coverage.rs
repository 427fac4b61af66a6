//! What the resources of the granted routes let through, worked out once for all callers.
//!
//! A parameter that is tied to no variable becomes `*` in a resource, and IAM's `*` runs over slashes. So a resource may
//! let through requests that API Gateway gives to other routes; these a policy must deny again. Which routes that
//! could be depends on the rules alone; what is left for a decision is to look which of them the caller lacks.

mod conflict;

pub(crate) use conflict::{Conflict, conflicts};

use std::collections::HashMap;

use crate::route::{Given, Part, Path, Route, RouteTable, Segment, Step, Verb, Ways};
use crate::rules::{AccessRules, Grant};

/// The routes of the rules and their shapes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Coverage {
    table: RouteTable,
    shapes: Vec<Shape>,
    /// The shapes of each grant.
    of_grant: Vec<Vec<usize>>,
    /// The grants of each shape.
    grants: Vec<Vec<usize>>,
    /// The numbers of the grants that open `$connect`.
    connecting: Vec<usize>,
    /// What comparing them has left for finding conflicts.
    ways: Ways,
}

/// A route with its ties: all grants that tie its parameters to the same variables give the same resource.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    pub(crate) route: Given,
    pub(crate) verb: Verb,
    pub(crate) slots: Vec<Slot>,
    /// Whether its last parameter is greedy.
    pub(crate) greedy: bool,
    /// Other routes of the rules that its resource may cover.
    pub(crate) covered: Vec<Given>,
    /// For each `*`, the patterns of deeper paths, the shallowest first; empty where every depth is the route's own.
    pub(crate) deeper: Vec<Vec<Deeper>>,
    /// For a `*` at the end: the routes that the path before it may reach.
    pub(crate) parent: Option<Vec<Given>>,
}

/// A segment of a resource.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Slot {
    /// A literal.
    Text(String),
    /// The value of the variable of this name.
    Tied(String),
    /// `*`.
    Star,
}

/// The resource with one `*` drawn out over more segments.
#[derive(Clone, Debug)]
pub(crate) struct Deeper {
    /// Which slot.
    pub(crate) slot: usize,
    /// By how many segments more.
    pub(crate) more: usize,
    /// The routes that it may touch.
    pub(crate) touched: Vec<Given>,
}

impl Shape {
    /// Its resource as a pattern. `value` tells the value of a variable.
    pub(crate) fn steps<'s>(&'s self, mut value: impl FnMut(&'s str) -> Step<'s>) -> Vec<Step<'s>> {
        let step = |slot: &'s Slot| match slot {
            Slot::Text(text) => Step::Text(text),
            Slot::Tied(variable) => value(variable),
            Slot::Star => Step::Star,
        };
        self.slots.iter().map(step).collect()
    }

    /// The names of the variables that its parameters are tied to, as they come.
    pub(crate) fn ties(&self) -> impl Iterator<Item = &str> {
        self.slots.iter().filter_map(|slot| match slot {
            Slot::Tied(variable) => Some(variable.as_str()),
            _ => None,
        })
    }

    /// Whether it has a parameter that is tied.
    pub(crate) fn is_tied(&self) -> bool {
        self.ties().next().is_some()
    }
}

impl Deeper {
    /// A resource's pattern, drawn out.
    pub(crate) fn drawn_out<'s>(&self, steps: &[Step<'s>]) -> Vec<Step<'s>> {
        let mut steps = steps.to_vec();
        let place = self.slot.min(steps.len());
        steps.splice(place..place, std::iter::repeat_n(Step::Star, self.more));
        steps
    }
}

impl Coverage {
    pub(crate) fn of(rules: &AccessRules) -> Self {
        let mut coverage = Self::default();
        let mut known: HashMap<(Given, Vec<Slot>), usize> = HashMap::new();
        for (number, grant) in rules.grants.iter().enumerate() {
            let mut shapes = Vec::new();
            for granted in &grant.routes {
                match &granted.route {
                    Route::Http(verb, path) => {
                        let route = coverage.table.add(*verb, path);
                        let slots = slots(grant, path);
                        let next = coverage.shapes.len();
                        let shape = *known.entry((route, slots.clone())).or_insert(next);
                        if shape == next {
                            coverage.push(route, *verb, path, slots);
                        }
                        shapes.push(shape);
                    }
                    Route::WebSocket(key) if key == Route::CONNECT => coverage.connecting.push(number),
                    Route::WebSocket(_) => {}
                }
            }
            shapes.sort_unstable();
            shapes.dedup();
            for shape in &shapes {
                coverage.grants.get_mut(*shape).into_iter().for_each(|grants| grants.push(number));
            }
            coverage.of_grant.push(shapes);
        }
        coverage.compare();
        coverage
    }

    fn push(&mut self, route: Given, verb: Verb, path: &Path, slots: Vec<Slot>) {
        let greedy = matches!(path.segments().last(), Some(Segment::Greedy(_)));
        self.shapes.push(Shape {
            route,
            verb,
            slots,
            greedy,
            covered: Vec::new(),
            deeper: Vec::new(),
            parent: None,
        });
        self.grants.push(Vec::new());
    }

    /// Finds what each shape covers, all routes being known.
    fn compare(&mut self) {
        let mut ways = self.ways;
        let mut shapes = std::mem::take(&mut self.shapes);
        for shape in &mut shapes {
            // A tied parameter has the caller's value; here it stands for any.
            let slots = shape.slots.clone();
            let steps: Vec<Step<'_>> = slots.iter().map(Slot::as_step).collect();
            shape.covered = self.touched(shape.verb, &steps, &mut ways);
            shape.covered.retain(|route| *route != shape.route);
            if shape.slots.last() == Some(&Slot::Star) {
                let before = steps.split_last().map(|(_, before)| before).unwrap_or_default();
                shape.parent = Some(self.touched(shape.verb, before, &mut ways));
            }
            if !shape.greedy {
                let stars = slots.iter().enumerate().filter(|(_, slot)| **slot == Slot::Star);
                let deeper =
                    stars.map(|(slot, _)| self.deeper(shape.verb, &steps, slot, &mut ways)).collect();
                shape.deeper = deeper;
            }
        }
        self.shapes = shapes;
        self.ways = ways;
    }

    fn deeper(&self, verb: Verb, steps: &[Step<'_>], slot: usize, ways: &mut Ways) -> Vec<Deeper> {
        let mut found = Vec::new();
        // One segment more than any route has, no route but a greedy one is touched.
        for more in 1..=(self.table.longest() + 1).saturating_sub(steps.len()).max(1) {
            let mut deeper = Deeper { slot, more, touched: Vec::new() };
            deeper.touched = self.touched(verb, &deeper.drawn_out(steps), ways);
            let untouched = deeper.touched.is_empty();
            found.push(deeper);
            if untouched {
                break;
            }
        }
        found
    }

    /// The routes of the rules that a pattern reaches.
    fn touched(&self, verb: Verb, steps: &[Step<'_>], ways: &mut Ways) -> Vec<Given> {
        let beginning = steps.iter().map_while(|step| match step {
            Step::Text(text) => Some(*text),
            Step::Star => None,
        });
        let mut near = self.table.below(verb, &beginning.collect::<Vec<_>>());
        // Where the ways are used up, the rules are refused, whatever is found here.
        near.retain(|given| {
            self.table.reaches(steps, *given, &self.table.parts(*given), &|_| true, ways) == Some(true)
        });
        near
    }

    pub(crate) fn table(&self) -> &RouteTable {
        &self.table
    }

    /// The shapes of a grant, by its number.
    pub(crate) fn shapes_of(&self, grant: usize) -> &[usize] {
        self.of_grant.get(grant).map(Vec::as_slice).unwrap_or_default()
    }

    pub(crate) fn shape(&self, number: usize) -> Option<&Shape> {
        self.shapes.get(number)
    }

    /// Every shape, with the numbers of its grants.
    pub(crate) fn shapes(&self) -> impl Iterator<Item = (&Shape, &[usize])> {
        self.shapes.iter().zip(self.grants.iter().map(Vec::as_slice))
    }

    /// The numbers of the grants that open `$connect`.
    pub(crate) fn connecting(&self) -> &[usize] {
        &self.connecting
    }

    /// The numbers of the grants that open a route whatever its parameters are, however these are called.
    pub(crate) fn untied(&self, verb: Verb, path: &Path) -> impl Iterator<Item = usize> {
        let fits = move |shape: &Shape| {
            let route = self.table.route(shape.route);
            shape.verb == verb
                && !shape.is_tied()
                && route.is_some_and(|(_, known)| known.differs_only_in_names(path))
        };
        self.shapes().filter(move |(shape, _)| fits(shape)).flat_map(|(_, grants)| grants.iter().copied())
    }
}

impl Slot {
    fn as_step(&self) -> Step<'_> {
        match self {
            Self::Text(text) => Step::Text(text),
            Self::Tied(_) | Self::Star => Step::Star,
        }
    }
}

fn slots(grant: &Grant, path: &Path) -> Vec<Slot> {
    let slot = |segment: &Segment| match segment {
        Segment::Literal(text) => Slot::Text(text.clone()),
        Segment::Parameter(name) => {
            grant.tied(name).map_or(Slot::Star, |variable| Slot::Tied(variable.name.clone()))
        }
        Segment::Greedy(_) => Slot::Star,
    };
    path.segments().iter().map(slot).collect()
}

/// The parts of a route as a caller holds it, from the pattern of its resource.
pub(crate) fn held_parts<'s>(shape: &'s Shape, steps: &[Step<'s>]) -> Vec<Part<'s>> {
    let part = |step: &Step<'s>| match step {
        Step::Text(text) => Part::Text(text),
        Step::Star => Part::Any,
    };
    let mut parts: Vec<Part<'s>> = steps.iter().map(part).collect();
    if shape.greedy
        && let Some(last) = parts.last_mut()
    {
        *last = Part::More;
    }
    parts
}
