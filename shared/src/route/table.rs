//! Which route API Gateway gives a path to, and which routes a pattern of paths therefore reaches.
//!
//! Paths are told apart by their segments. A segment that no route names is as good as any other, so one stands for all
//! of them: [`None`].
//!
//! Only routes that match the whole path take part. Of these, one with a literal where another has a parameter wins, from
//! the left. HTTP APIs, though, prefer any route without a greedy parameter to all that have one. (API Gateway
//! developer guide, creating routes for HTTP APIs.) The rules do not say which kind of API theirs is, so a path counts as
//! given to a route if either order picks it.

use std::collections::HashMap;

use super::{Path, Segment, Verb};

/// How many more ways of laying patterns over routes may be tried. By default enough for all routes of a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ways(usize);

impl Default for Ways {
    fn default() -> Self {
        // A second or two.
        Self(30_000_000)
    }
}

impl Ways {
    /// Enough for one pattern and one route, be they as long as they may. Decisions look at few.
    pub(crate) const OF_ONE: Self = Self(20_000);

    /// Whether none is left.
    pub(crate) const fn are_used_up(self) -> bool {
        self.0 == 0
    }
}

/// A segment of a pattern of paths, as a resource of a policy has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step<'s> {
    /// Just this.
    Text(&'s str),
    /// `*`: one segment or more, for a star runs over slashes.
    Star,
}

/// What stands for a segment of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part<'s> {
    /// Just this: a literal, or the value that a parameter is tied to.
    Text(&'s str),
    /// Any one segment.
    Any,
    /// Any segments, one or more; the last part.
    More,
}

impl<'s> Part<'s> {
    /// The text that it is just.
    pub(crate) fn text(self) -> Option<&'s str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Any | Self::More => None,
        }
    }
}

/// The number of a route in its table.
pub(crate) type Given = usize;

/// Routes, to find the one that a path is given to.
#[derive(Clone, Debug, Default)]
pub(crate) struct RouteTable {
    routes: Vec<(Verb, Path)>,
    roots: HashMap<Verb, Node>,
    longest: usize,
}

#[derive(Clone, Debug, Default)]
struct Node {
    literals: HashMap<String, Node>,
    parameter: Option<Box<Node>>,
    greedy: Option<Given>,
    route: Option<Given>,
}

impl RouteTable {
    /// Adds a route, or finds it where it is known.
    pub(crate) fn add(&mut self, verb: Verb, path: &Path) -> Given {
        let next = self.routes.len();
        let mut node = self.roots.entry(verb).or_default();
        for segment in path.segments() {
            node = match segment {
                Segment::Literal(text) => node.literals.entry(text.clone()).or_default(),
                Segment::Parameter(_) => node.parameter.get_or_insert_default(),
                Segment::Greedy(_) => {
                    let given = *node.greedy.get_or_insert(next);
                    return self.added(given, verb, path);
                }
            };
        }
        let given = *node.route.get_or_insert(next);
        self.added(given, verb, path)
    }

    fn added(&mut self, given: Given, verb: Verb, path: &Path) -> Given {
        if given == self.routes.len() {
            self.longest = self.longest.max(path.segments().len());
            self.routes.push((verb, path.clone()));
        }
        given
    }

    /// A route by its number.
    pub(crate) fn route(&self, given: Given) -> Option<&(Verb, Path)> {
        self.routes.get(given)
    }

    /// How many routes there are.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.routes.len()
    }

    /// The most segments that any route has.
    pub(crate) fn longest(&self) -> usize {
        self.longest
    }

    /// The parts of a route, every parameter free.
    pub(crate) fn parts(&self, given: Given) -> Vec<Part<'_>> {
        let segments = self.route(given).map(|(_, path)| path.segments()).unwrap_or_default();
        let parts = segments.iter().map(|segment| match segment {
            Segment::Literal(text) => Part::Text(text),
            Segment::Parameter(_) => Part::Any,
            Segment::Greedy(_) => Part::More,
        });
        parts.collect()
    }

    /// The pattern by which a policy denies a whole route: every parameter a star.
    ///
    /// A greedy parameter gets one more for each length of path that other routes take wholly, so that these are not
    /// denied with it.
    pub(crate) fn steps(&self, given: Given) -> Vec<Step<'_>> {
        let mut steps = Vec::new();
        let mut path = Vec::new();
        for part in self.parts(given) {
            let text = part.text();
            path.push(text);
            steps.push(text.map_or(Step::Star, Step::Text));
            while part == Part::More && path.len() <= self.longest && !self.is_given(&path, given) {
                path.push(None);
                steps.push(Step::Star);
            }
        }
        steps
    }

    /// Whether a path may be given to a route. A segment of `None` is one that no route names.
    pub(crate) fn is_given(&self, path: &[Option<&str>], given: Given) -> bool {
        let root = self.route(given).and_then(|(verb, _)| self.roots.get(verb));
        root.is_some_and(|root| {
            let from_left = root.given(path);
            from_left == Some(given) || root.given_without_greedy(path).or(from_left) == Some(given)
        })
    }

    /// Whether the pattern matches a path that is given to the route when its parts are as told, and that is as
    /// `wanted`; `None` where the ways are used up before that is known.
    pub(crate) fn reaches(
        &self,
        pattern: &[Step<'_>],
        given: Given,
        parts: &[Part<'_>],
        wanted: &dyn Fn(&[Option<&str>]) -> bool,
        ways: &mut Ways,
    ) -> Option<bool> {
        if parts.is_empty() && pattern == [Step::Star] {
            // The only star that can stand for nothing: API Gateway makes no path with an empty segment.
            return Some(wanted(&[]));
        }
        let most = if parts.last() == Some(&Part::More) {
            // Long enough for the pattern to follow all other parts, and for no other route to win by its length.
            self.longest.max(pattern.len() + parts.len()) + 1
        } else {
            parts.len()
        };
        let mut search = Search { table: self, given, parts, wanted, ways };
        let found = (pattern.len().max(parts.len())..=most)
            .any(|length| search.lay(pattern, length, &mut Vec::new()));
        if !found && ways.are_used_up() { None } else { Some(found) }
    }

    /// The routes whose paths may begin with these segments: more, but never less, than a pattern that begins so
    /// reaches.
    pub(crate) fn below(&self, verb: Verb, beginning: &[&str]) -> Vec<Given> {
        let mut found = Vec::new();
        if let Some(root) = self.roots.get(&verb) {
            root.below(beginning, &mut found);
        }
        found.sort_unstable();
        found
    }
}

impl Node {
    fn given(&self, path: &[Option<&str>]) -> Option<Given> {
        let Some((first, rest)) = path.split_first() else { return self.route };
        first
            .and_then(|text| self.literals.get(text)?.given(rest))
            .or_else(|| self.parameter.as_ref()?.given(rest))
            .or(self.greedy)
    }

    fn given_without_greedy(&self, path: &[Option<&str>]) -> Option<Given> {
        let Some((first, rest)) = path.split_first() else { return self.route };
        first
            .and_then(|text| self.literals.get(text)?.given_without_greedy(rest))
            .or_else(|| self.parameter.as_ref()?.given_without_greedy(rest))
    }

    fn below(&self, beginning: &[&str], found: &mut Vec<Given>) {
        found.extend(self.greedy);
        let parameter = self.parameter.as_deref();
        if let Some((first, rest)) = beginning.split_first() {
            self.literals.get(*first).into_iter().chain(parameter).for_each(|node| node.below(rest, found));
        } else {
            found.extend(self.route);
            self.literals.values().chain(parameter).for_each(|node| node.below(&[], found));
        }
    }
}

/// The search for a path that a pattern matches and that is given to a route.
struct Search<'t> {
    table: &'t RouteTable,
    given: Given,
    parts: &'t [Part<'t>],
    wanted: &'t dyn Fn(&[Option<&str>]) -> bool,
    ways: &'t mut Ways,
}

impl<'t> Search<'t> {
    /// Lays what is left of the pattern over a path of so many segments, of which the first are chosen.
    ///
    /// Where both sides are free, the segment that no route names is chosen: any other could only give the path to more
    /// routes that win.
    fn lay(&mut self, pattern: &[Step<'t>], length: usize, chosen: &mut Vec<Option<&'t str>>) -> bool {
        if self.ways.are_used_up() {
            return false;
        }
        self.ways.0 -= 1;
        let Some((step, rest)) = pattern.split_first() else {
            return chosen.len() == length
                && self.table.is_given(chosen, self.given)
                && (self.wanted)(chosen);
        };
        let before = chosen.len();
        // As many segments as the step may take, leaving one for each step after it.
        let most = match step {
            Step::Text(_) => 1,
            Step::Star => length.saturating_sub(before + rest.len()),
        };
        let mut found = false;
        for _ in 0..most {
            let Some(segment) = self.segment(*step, chosen.len()) else { break };
            chosen.push(segment);
            // A star before the end may stop anywhere; the last step must take all.
            if self.lay(rest, length, chosen) {
                found = true;
                break;
            }
        }
        chosen.truncate(before);
        found
    }

    /// The segment at a position that fits both the step and the route; `None` where none does.
    fn segment(&self, step: Step<'t>, position: usize) -> Option<Option<&'t str>> {
        let last = self.parts.last().filter(|part| **part == Part::More);
        match (step, self.parts.get(position).or(last)?) {
            (Step::Text(text), Part::Text(part)) => (text == *part).then_some(Some(text)),
            (Step::Text(text), Part::Any | Part::More) => Some(Some(text)),
            (Step::Star, Part::Text(part)) => Some(Some(part)),
            (Step::Star, Part::Any | Part::More) => Some(None),
        }
    }
}

#[cfg(test)]
mod tests;
