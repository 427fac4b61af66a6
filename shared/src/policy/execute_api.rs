//! Which requests a caller may make: the policy that API Gateway judges each of them by.
//!
//! The policy depends on the decision and on the API and stage, never on the route that is asked for, because API
//! Gateway keeps it for the caller's next requests. See [`crate::coverage`] for what must be denied again.

use std::collections::{BTreeMap, BTreeSet};

use crate::arn::MethodArn;
use crate::coverage::{Coverage, Deeper, Shape, held_parts};
use crate::decision::Decision;
use crate::iam::{Document, Resource, Statement};
use crate::route::{Given, Route, Step, Verb};

use super::PolicyError;

const INVOKE: &str = "execute-api:Invoke";

/// The policy for one caller. For `$connect` that route alone, for all others all routes with a verb.
pub(super) fn document(decision: &Decision<'_>, arn: &MethodArn) -> Result<Document, PolicyError> {
    let apis = &decision.rules().written().authorizer.apis;
    let prefix = arn.stage_prefix();
    if !apis.is_empty() && !apis.contains(&arn.api_and_stage()) {
        return nothing(&prefix);
    }
    let coverage = decision.rules().coverage();
    let (allowed, denied) = if arn.is_connect() {
        let granted = coverage.connecting().iter().any(|number| decision.numbers().contains(number));
        (granted.then(|| format!("{prefix}{}", Route::CONNECT)).into_iter().collect(), Vec::new())
    } else {
        let holding = Holding { coverage, held: held(decision, coverage), prefix: &prefix };
        (holding.allowed(), holding.denied())
    };
    let allow = Statement::allow(vec![INVOKE], resources(allowed)?, Vec::new());
    let deny = Statement::deny(INVOKE, resources(denied)?);
    Document::new(allow.into_iter().chain(deny).collect()).map_or_else(|| nothing(&prefix), Ok)
}

/// The policy of a caller who may do nothing: one explicit Deny.
fn nothing(prefix: &str) -> Result<Document, PolicyError> {
    let deny = Statement::deny(INVOKE, resources(vec![format!("{prefix}*")])?);
    // A statement with a resource always is one.
    deny.and_then(|deny| Document::new(vec![deny])).ok_or(PolicyError::TooLarge { bytes: 0, limit: 0 })
}

/// ARNs in the order of their texts, none twice.
fn resources(mut arns: Vec<String>) -> Result<Vec<Resource>, PolicyError> {
    arns.sort_unstable();
    arns.dedup();
    let resource = |arn| {
        Resource::new(arn).map_err(|error| PolicyError::ResourceTooLong {
            of: "a route".to_owned(),
            characters: error.characters,
        })
    };
    arns.into_iter().map(resource).collect()
}

/// A route as one caller holds it: its resource, tied parameters filled in.
struct Held<'d> {
    shape: &'d Shape,
    steps: Vec<Step<'d>>,
}

impl Held<'_> {
    /// Whether a path is one that the caller holds this route on.
    fn is_on(&self, path: &[Option<&str>]) -> bool {
        self.steps.iter().zip(path).all(|(step, segment)| match step {
            Step::Text(text) => *segment == Some(*text),
            Step::Star => true,
        })
    }
}

/// Every route that the caller holds, once for each value of the variables that tie it; those of one route in a row.
fn held<'d>(decision: &'d Decision<'_>, coverage: &'d Coverage) -> Vec<Held<'d>> {
    let mut numbers: Vec<usize> =
        decision.numbers().iter().flat_map(|grant| coverage.shapes_of(*grant)).copied().collect();
    numbers.sort_unstable();
    numbers.dedup();
    let mut held = Vec::with_capacity(numbers.len());
    for shape in numbers.into_iter().filter_map(|number| coverage.shape(number)) {
        if !shape.is_tied() {
            held.push(Held { shape, steps: shape.steps(|_| Step::Star) });
            continue;
        }
        // Two parameters tied to the same variable have the same value.
        let mut choices: Vec<BTreeMap<&str, &str>> = vec![BTreeMap::new()];
        for variable in shape.ties().collect::<BTreeSet<_>>() {
            let values = decision.values(variable);
            let with = |chosen: &BTreeMap<&'d str, &'d str>, value: &'d String| {
                let mut chosen = chosen.clone();
                chosen.insert(variable, value);
                chosen
            };
            choices =
                choices.iter().flat_map(|chosen| values.iter().map(|value| with(chosen, value))).collect();
        }
        held.extend(choices.into_iter().map(|chosen| Held {
            shape,
            // Every variable has a value in every choice.
            steps: shape.steps(|variable| Step::Text(chosen.get(variable).copied().unwrap_or_default())),
        }));
    }
    held.sort_by_key(|held| held.shape.route);
    held
}

/// All that one caller holds.
struct Holding<'d> {
    coverage: &'d Coverage,
    /// Sorted by route.
    held: Vec<Held<'d>>,
    prefix: &'d str,
}

impl<'d> Holding<'d> {
    /// The ARN of a pattern of paths.
    fn arn(&self, verb: Verb, steps: &[Step<'_>]) -> String {
        let mut arn = String::with_capacity(self.prefix.len() + 64);
        arn.push_str(self.prefix);
        arn.push_str(verb.name());
        for step in steps {
            arn.push('/');
            arn.push_str(match step {
                Step::Text(text) => text,
                Step::Star => "*",
            });
        }
        if steps.is_empty() {
            arn.push('/');
        }
        arn
    }

    /// The ARN of the same paths with a slash at the end; the root has one anyway.
    fn slashed(&self, verb: Verb, steps: &[Step<'_>]) -> String {
        let mut arn = self.arn(verb, steps);
        if !steps.is_empty() {
            arn.push('/');
        }
        arn
    }

    fn allowed(&self) -> Vec<String> {
        self.held.iter().map(|held| self.arn(held.shape.verb, &held.steps)).collect()
    }

    /// How the caller holds a route.
    fn of_route(&self, route: Given) -> &[Held<'d>] {
        let start = self.held.partition_point(|held| held.shape.route < route);
        let end = self.held.partition_point(|held| held.shape.route <= route);
        self.held.get(start..end).unwrap_or_default()
    }

    /// Whether a pattern touches one of these routes as the caller holds it.
    fn touches(&self, pattern: &[Step<'_>], routes: &[Given]) -> bool {
        routes.iter().flat_map(|route| self.of_route(*route)).any(|held| {
            let parts = held_parts(held.shape, &held.steps);
            self.coverage.table().reaches(pattern, held.shape.route, &parts)
        })
    }

    /// Whether a pattern lets requests through to a route that the caller does not hold on their path.
    fn covers(&self, pattern: &[Step<'_>], route: Given) -> bool {
        let held = self.of_route(route);
        let is_foreign = |path: &[Option<&str>]| !held.iter().any(|held| held.is_on(path));
        let table = self.coverage.table();
        table.reaches_one(pattern, route, &table.parts(route), &is_foreign)
    }

    /// What the allowed resources let through although it is not granted.
    fn denied(&self) -> Vec<String> {
        let table = self.coverage.table();
        let mut denied = Vec::new();
        for held in &self.held {
            let (shape, steps) = (held.shape, &held.steps);
            let whole = |route: Given| table.steps(route);
            for route in shape.covered.iter().filter(|route| self.covers(steps, **route)) {
                denied.push(self.arn(shape.verb, &whole(*route)));
                if shape.parent.is_some() {
                    denied.push(self.slashed(shape.verb, &whole(*route)));
                }
            }
            denied.extend(shape.deeper.iter().filter_map(|depths| self.deeper(held, depths)));
            // A slash at the end, where a `*` lets one through, may lead to the route without it: which does, nobody
            // has recorded.
            if let (Some(parents), Some((_, before))) = (&shape.parent, steps.split_last()) {
                if !self.touches(before, parents) {
                    denied.push(self.slashed(shape.verb, before));
                }
                let lacked = parents.iter().filter(|route| self.covers(before, **route));
                denied.extend(lacked.map(|route| self.slashed(shape.verb, &whole(*route))));
            }
        }
        without_implied(denied)
    }

    /// The ARN of the deeper paths at the first depth at which they touch no route that the caller holds.
    fn deeper(&self, held: &Held<'_>, depths: &[Deeper]) -> Option<String> {
        let touches = |deeper: &Deeper| {
            !deeper.touched.is_empty() && self.touches(&deeper.drawn_out(&held.steps), &deeper.touched)
        };
        let first = depths.iter().find(|deeper| !touches(deeper))?;
        Some(self.arn(held.shape.verb, &first.drawn_out(&held.steps)))
    }
}

/// Without the ARNs with a slash at the end that another, with a `*` at its end, stands for as well.
fn without_implied(mut arns: Vec<String>) -> Vec<String> {
    arns.sort_unstable();
    arns.dedup();
    let has = |arn: &str| arns.binary_search_by(|known| known.as_str().cmp(arn)).is_ok();
    let is_implied = |arn: &String| {
        arn.strip_suffix('/')
            .is_some_and(|open| (open.ends_with("/*") && has(open)) || has(&format!("{arn}*")))
    };
    let implied: Vec<bool> = arns.iter().map(is_implied).collect();
    let mut implied = implied.into_iter();
    arns.retain(|_| implied.next() != Some(true));
    arns
}
