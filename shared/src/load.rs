//! From the text of `keybound.yaml` to rules that decisions can be made by.

use crate::compiled::Rules;
use crate::coverage::{Conflict, conflicts};
use crate::document::{Fault, Span};
use crate::policy::{Excess, excesses};
use crate::problem::{Level, Problem};
use crate::route::Given;
use crate::rules::{AccessRules, read};

/// Rules, and what their author should know.
#[derive(Debug)]
pub struct Loaded {
    /// The rules.
    pub rules: Rules,
    /// What does not keep the file from being used, in the order of its lines.
    pub warnings: Vec<Problem>,
    /// Of these, the routes that no policy tells apart for some mix of grants: a Deny of the one shadows the other.
    pub shadowed: Vec<Problem>,
}

impl Rules {
    /// Reads access rules. `environment` answers for `${env:NAME}`; an unset one is an error of the file.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the file, in the order of its lines, warnings among it.
    pub fn load(text: &str, environment: &dyn Fn(&str) -> Option<String>) -> Result<Loaded, Vec<Problem>> {
        let (written, mut problems) = read(text, environment);
        let Some(written) = written else { return Err(problems) };
        let rules = Self::compile(written);
        let mut faults: Vec<(Level, Fault)> = Vec::new();
        for conflict in conflicts(rules.written(), rules.coverage()) {
            faults.push(told(&conflict, &rules));
        }
        if faults.iter().all(|(level, _)| *level == Level::Warning) {
            faults.extend(
                excesses(&rules).iter().map(|excess| (Level::Error, exceeded(excess, rules.written()))),
            );
        }
        let conflicting = Problem::all(text, faults);
        problems.extend(conflicting.iter().cloned());
        problems.sort_by_key(|problem| problem.span);
        if problems.iter().any(|problem| problem.level == Level::Error) {
            return Err(problems);
        }
        Ok(Loaded { rules, warnings: problems, shadowed: conflicting })
    }
}

/// A conflict as a fault of the file.
fn told(conflict: &Conflict, rules: &Rules) -> (Level, Fault) {
    let name = |route: Given| match rules.coverage().table().route(route) {
        Some((verb, path)) => format!("`{verb} {path}`"),
        None => "a route".to_owned(),
    };
    let span = |(grant, route)| span_of(rules, grant, route);
    match *conflict {
        Conflict::Escapes { covering, tied } if covering.1 == tied.1 => {
            let message = format!(
                "the policy for {} lets requests through on which a tied parameter has another value",
                name(covering.1)
            );
            let help = "a `{…+}` at the end lets the parameters before it slide along the path: tie all of them, or put the \
                        tied ones first";
            (Level::Error, Fault::new(span(covering), message).help(help))
        }
        Conflict::Escapes { covering, tied } => {
            let message = format!(
                "the policy for {} lets requests through that belong to {}, which some callers hold for their own \
                 parameters only",
                name(covering.1),
                name(tied.1)
            );
            let fault = Fault::new(span(covering), message)
                .help("tie this route's parameters as well, or give one of the routes another path")
                .related(span(tied), "tied here");
            (Level::Error, fault)
        }
        Conflict::Shadows { covering, denied, shadowed } => {
            let message = format!(
                "a caller who holds {} but not {} is denied {} as well",
                both(name(covering.1), name(shadowed.1)),
                name(denied),
                name(shadowed.1)
            );
            let help = format!(
                "IAM's `*` runs over slashes: no policy tells these routes apart; grant {} together with {}, or give one \
                 of them another path",
                name(denied),
                name(shadowed.1)
            );
            (
                Level::Warning,
                Fault::new(span(shadowed), message).help(help).related(span(covering), "covers both"),
            )
        }
        Conflict::Entangled => {
            let fault = Fault::new(
                Span::default(),
                "the routes with parameters overlap in more ways than are looked at",
            );
            (Level::Error, fault.help("begin the paths with literals that tell them apart"))
        }
    }
}

fn both(one: String, other: String) -> String {
    if one == other { one } else { format!("{one} and {other}") }
}

/// Where a grant names a route.
fn span_of(rules: &Rules, grant: usize, route: Given) -> Span {
    let Some(grant) = rules.written().grants.get(grant) else { return Span::default() };
    let table = rules.coverage().table();
    let named = grant.routes.iter().find(|granted| {
        let known = table.route(route).zip(granted.route.http());
        known
            .is_some_and(|((verb, path), (named, other))| *verb == named && path.differs_only_in_names(other))
    });
    named.map_or(grant.span, |granted| granted.span)
}

/// A limit that some caller could meet, as a fault of the file.
fn exceeded(excess: &Excess, rules: &AccessRules) -> Fault {
    match excess {
        Excess::Resource { grant, characters } => {
            let span = rules.grants.get(*grant).map(|grant| grant.span).unwrap_or_default();
            let message =
                format!("a resource of its policy could have {characters} characters; 512 are allowed");
            Fault::new(span, message)
                .help("shorten the path, or the longest value that the variable's pattern allows")
        }
        Excess::Policy { bytes, limit } => {
            let message = format!(
                "the policy of a caller who holds every grant could have {bytes} bytes; {limit} are allowed"
            );
            Fault::new(Span::default(), message)
                .help("grant fewer routes, shorten patterns and `max_values`, or raise `authorizer.max_policy_bytes`")
        }
        Excess::Connect { bytes } => {
            let message = format!("the answer to `$connect` could have {bytes} bytes; 8192 are allowed");
            Fault::new(Span::default(), message)
                .help("shorten the names of grants and the patterns of variables")
        }
        Excess::Session(error) => {
            Fault::new(Span::default(), format!("for a caller who holds every grant {error}"))
                .help("give fewer tables, or leave out `authorizer.session_policy`")
        }
    }
}
