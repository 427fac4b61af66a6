//! Which requests a caller may make: the policy that API Gateway judges each of them by.
//!
//! The policy depends on the decision and on the API and stage, never on the route that is asked for, because API
//! Gateway keeps it for the caller's next requests. See [`crate::coverage`] for what must be denied again.

use std::collections::{BTreeMap, BTreeSet};

use crate::arn::{BelowStage, MethodArn};
use crate::coverage::{Coverage, Shape, held_parts};
use crate::decision::Decision;
use crate::iam::{Document, Resource, Statement};
use crate::route::{Given, Route, Step, Verb};

use super::PolicyError;

const INVOKE: &str = "execute-api:Invoke";

/// A route as one caller holds it: its resource, tied parameters filled in.
struct Held<'d> {
    shape: &'d Shape,
    steps: Vec<Step<'d>>,
}

/// The policy for one caller. For `$connect` that route alone, for all others all routes with a verb.
pub(super) fn document(decision: &Decision<'_>, arn: &MethodArn) -> Result<Document, PolicyError> {
    let apis = &decision.rules().written().authorizer.apis;
    let prefix = arn.stage_prefix();
    if !apis.is_empty() && !apis.contains(&arn.api_and_stage()) {
        return nothing(&prefix);
    }
    let coverage = decision.rules().coverage();
    if arn.is_connect() {
        let granted = coverage.connecting().iter().any(|number| decision.numbers().contains(number));
        let connect = if granted {
            vec![resource(format!("{prefix}{}", Route::CONNECT), Route::CONNECT)?]
        } else {
            vec![]
        };
        return match Statement::allow(vec![INVOKE], connect, Vec::new()) {
            Some(allow) => Ok(of_statements([Some(allow), None]).map_or_else(|| nothing(&prefix), Ok)?),
            None => nothing(&prefix),
        };
    }
    let held = held(decision, coverage);
    let lines = |lines: BTreeSet<Line<'_>>| {
        lines.into_iter().map(|line| line.resource(&prefix)).collect::<Result<Vec<_>, _>>()
    };
    let allowed =
        held.iter().map(|held| Line { verb: held.shape.verb, steps: held.steps.clone(), end: "" }).collect();
    let allow = Statement::allow(vec![INVOKE], lines(allowed)?, Vec::new());
    let deny = Statement::deny(INVOKE, lines(denied(coverage, &held))?);
    of_statements([allow, deny]).map_or_else(|| nothing(&prefix), Ok)
}

fn of_statements(statements: [Option<Statement>; 2]) -> Option<Document> {
    Document::new(statements.into_iter().flatten().collect())
}

/// The policy of a caller who may do nothing: one explicit Deny.
fn nothing(prefix: &str) -> Result<Document, PolicyError> {
    let stage = resource(format!("{prefix}*"), "the stage")?;
    let refusal = Statement::deny(INVOKE, vec![stage]);
    // A statement with a resource always is one.
    refusal.and_then(|deny| Document::new(vec![deny])).ok_or(PolicyError::TooLarge { bytes: 0, limit: 0 })
}

fn resource(arn: String, of: &str) -> Result<Resource, PolicyError> {
    Resource::new(arn)
        .map_err(|error| PolicyError::ResourceTooLong { of: format!("`{of}`"), characters: error.characters })
}

/// A resource of the policy, without what all of them begin with. Their order is that of the policy.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Line<'d> {
    verb: Verb,
    steps: Vec<Step<'d>>,
    end: &'static str,
}

impl<'d> Line<'d> {
    /// With a slash at the end; the root has one anyway.
    fn slashed(verb: Verb, steps: Vec<Step<'d>>) -> Self {
        let end = if steps.is_empty() { "" } else { "/" };
        Self { verb, steps, end }
    }

    fn resource(&self, prefix: &str) -> Result<Resource, PolicyError> {
        let texts = self.steps.iter().map(|step| match step {
            Step::Text(text) => *text,
            Step::Star => "*",
        });
        let below = BelowStage(prefix, self.verb, texts);
        Resource::new(format!("{below}{}", self.end)).map_err(|error| PolicyError::ResourceTooLong {
            of: format!("a route of {} with {} segments", self.verb, self.steps.len()),
            characters: error.characters,
        })
    }
}

/// Every route that the caller holds, once for each value of the variables that tie it.
fn held<'d>(decision: &'d Decision<'_>, coverage: &'d Coverage) -> Vec<Held<'d>> {
    let numbers: BTreeSet<usize> =
        decision.numbers().iter().flat_map(|grant| coverage.shapes_of(*grant)).copied().collect();
    let mut held = Vec::new();
    for shape in numbers.into_iter().filter_map(|number| coverage.shape(number)) {
        // One list of values for each variable; two parameters tied to the same one have the same value.
        let mut choices: Vec<BTreeMap<&str, &str>> = vec![BTreeMap::new()];
        for variable in shape.ties().collect::<BTreeSet<_>>() {
            let values = decision.values(variable);
            choices = choices
                .iter()
                .flat_map(|chosen| {
                    values.iter().map(|value| {
                        let mut chosen = chosen.clone();
                        chosen.insert(variable, value);
                        chosen
                    })
                })
                .collect();
        }
        held.extend(choices.into_iter().map(|chosen| Held {
            shape,
            steps: shape.steps(|variable| Step::Text(chosen.get(variable).copied().unwrap_or_default())),
        }));
    }
    held
}

/// What the allowed resources let through although it is not granted.
fn denied<'d>(coverage: &'d Coverage, held: &[Held<'d>]) -> BTreeSet<Line<'d>> {
    let table = coverage.table();
    let mut by_route: BTreeMap<Given, Vec<&Held<'d>>> = BTreeMap::new();
    for held in held {
        by_route.entry(held.shape.route).or_default().push(held);
    }
    // Whether a pattern touches one of these routes as the caller holds it.
    let touches = |pattern: &[Step<'_>], routes: &[Given]| {
        routes
            .iter()
            .filter_map(|route| by_route.get(route))
            .flatten()
            .any(|held| table.reaches(pattern, held.shape.route, &held_parts(held.shape, &held.steps)))
    };
    let mut denied = BTreeSet::new();
    for Held { shape, steps } in held {
        let verb = shape.verb;
        // A slash at the end, where a `*` lets one through, may lead to the route without it: which, nobody has recorded.
        let slashed = shape.parent.as_deref().unwrap_or_default();
        let ends_open = shape.parent.is_some();
        let before = steps.split_last().map(|(_, before)| before).unwrap_or_default();
        // Paths that the caller holds because a parameter has the value that it is tied to are no reason to deny.
        let covers = |pattern: &[Step<'_>], route: Given| {
            let held = by_route.get(&route).map(Vec::as_slice).unwrap_or_default();
            let is_foreign = |path: &[Option<&str>]| !held.iter().any(|held| is_on(path, held));
            table.reaches_one(pattern, route, &table.parts(route), &is_foreign)
        };
        for route in &shape.covered {
            if covers(steps, *route) {
                denied.insert(Line { verb, steps: table.steps(*route), end: "" });
                if ends_open {
                    denied.insert(Line::slashed(verb, table.steps(*route)));
                }
            }
        }
        if ends_open {
            if !touches(before, slashed) {
                denied.insert(Line::slashed(verb, before.to_vec()));
            }
            let slashed = slashed.iter().filter(|route| covers(before, **route));
            denied.extend(slashed.map(|route| Line::slashed(verb, table.steps(*route))));
        }
        for depths in &shape.deeper {
            let drawn_out = depths.iter().map(|deeper| (deeper.drawn_out(steps), &deeper.touched));
            let free = drawn_out.into_iter().find(|(pattern, touched)| !touches(pattern, touched));
            denied.extend(free.map(|(steps, _)| Line { verb, steps, end: "" }));
        }
    }
    // What a `*` at the end denies anyway needs no line of its own.
    let unslashed: BTreeSet<(Verb, Vec<Step<'d>>)> = denied
        .iter()
        .filter(|line| line.end.is_empty())
        .map(|line| (line.verb, line.steps.clone()))
        .collect();
    denied.retain(|line| {
        let mut steps = line.steps.clone();
        let ends_open = steps.last() == Some(&Step::Star);
        let same = ends_open && unslashed.contains(&(line.verb, steps.clone()));
        steps.push(Step::Star);
        line.end.is_empty() || !(same || unslashed.contains(&(line.verb, steps)))
    });
    denied
}

/// Whether a path is one that the caller holds this route on.
fn is_on(path: &[Option<&str>], held: &Held<'_>) -> bool {
    held.steps.iter().zip(path).all(|(step, segment)| match step {
        Step::Text(text) => *segment == Some(*text),
        Step::Star => true,
    })
}
