//! Attacks on one integration: requests rendered by the evaluator and judged on the rendered text.

use std::fmt;
use std::sync::Arc;

use keybound_linter::api::{Integration, MappingTemplate};
use keybound_linter::permit::{Asked, Judgement, judged};
use keybound_linter::proof::draft::{Body, Draft};
use keybound_linter::reach::doors::is_amazons;
use keybound_linter::reach::route::routes;
use keybound_shared::{Action, Route, Rules, Table};
use keybound_vtl::eval::{Rendered, render};
use keybound_vtl::json::strict;
use keybound_vtl::parse::{Tree, parse};
use keybound_vtl::value::{Map, Value};
use serde_json::Value as Json;

use crate::chooser::Chooser;
use crate::frame::Frame;
use crate::hostile::Arsenal;
use crate::reads::Reads;
use crate::request::{Target, path_of};
use crate::subject;
use crate::visitor::{Visitor, visitor};

/// What became of attacks.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    /// Templates that were rendered.
    pub(crate) renders: usize,
    /// Of these, requests that DynamoDB would have carried out, all within what was granted.
    pub(crate) within: usize,
    /// What API Gateway did not let through.
    pub(crate) turned_away: usize,
}

impl Tally {
    pub(crate) fn add(&mut self, other: Self) {
        self.renders += other.renders;
        self.within += other.within;
        self.turned_away += other.turned_away;
    }
}

/// A request that reaches what its caller was not granted.
pub(crate) struct Escape {
    route: String,
    template: String,
    claims: String,
    request: String,
    rendered: String,
    pub(crate) why: String,
}

impl fmt::Display for Escape {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "beyond: {}\non {}\ncaller {}", self.why, self.route, self.claims)?;
        writeln!(
            formatter,
            "request {}\ntemplate:\n{}\nrendered:\n{}",
            self.request, self.template, self.rendered
        )
    }
}

/// What one request came to.
enum Outcome {
    TurnedAway,
    /// No request to DynamoDB, or one that it refuses.
    Nothing,
    Within,
    Beyond {
        rendered: String,
        why: String,
    },
}

/// Callers that one route is attacked by.
const VISITORS: usize = 10;

/// Renderings that making an attack smaller may take.
const MAX_SHRINKS: usize = 600;

/// A template under attack.
struct Front<'f> {
    rules: &'f Rules,
    route: &'f Route,
    action: Action,
    template: &'f MappingTemplate,
    tree: &'f Tree,
    target: Target<'f>,
}

/// Attacks an integration on each of its routes with so many requests a template.
pub(crate) fn attacked(
    rules: &Rules,
    integration: &Integration,
    seed: u64,
    count: usize,
) -> (Tally, Option<Escape>) {
    let mut tally = Tally::default();
    let Some(action) = subject::action(integration) else { return (tally, None) };
    let arsenal = Arsenal::of(rules);
    let mut chooser = Chooser::seeded(seed);
    let routes = routes(integration);
    for template in &integration.request_templates {
        let (tree, errors) = parse(&template.text);
        if !errors.is_empty() {
            continue;
        }
        let reads = Reads::of(template, &tree);
        let placeholders = placeholders(rules, template);
        for route in &routes {
            let target = Target {
                integration,
                content_type: &template.content_type,
                reads: &reads,
                arsenal: &arsenal,
                placeholders: &placeholders,
            };
            let front = Front { rules, route, action, template, tree: &tree, target };
            let visitors: Vec<Visitor<'_>> =
                (0..VISITORS).filter_map(|_| visitor(rules, integration, route, &mut chooser)).collect();
            if visitors.is_empty() {
                continue;
            }
            for number in 0..count.div_ceil(routes.len()) {
                let visitor = &visitors[number % visitors.len()];
                let draft = front.target.draft(visitor, &mut chooser);
                match front.outcome(visitor, &draft) {
                    Outcome::TurnedAway => tally.turned_away += 1,
                    Outcome::Nothing => tally.renders += 1,
                    Outcome::Within => {
                        tally.renders += 1;
                        tally.within += 1;
                    }
                    Outcome::Beyond { .. } => return (tally, Some(front.escape(visitor, draft))),
                }
            }
        }
    }
    (tally, None)
}

/// What the deployment puts in place of a template's placeholders.
fn placeholders(rules: &Rules, template: &MappingTemplate) -> Vec<(String, String)> {
    let tables = &rules.written().tables;
    let value = |name: &str| {
        let bare = name.rsplit_once('.').map_or(name, |(bare, _)| bare);
        let is_it = |table: &&Arc<Table>| {
            let names = [name, bare];
            names.contains(&table.name.as_str())
                || table.refs.iter().any(|known| names.contains(&known.as_str()))
        };
        tables
            .iter()
            .find(is_it)
            .map_or_else(|| format!("deployed-{}", bare.to_lowercase()), |table| table.physical.clone())
    };
    let names = template.text.placeholders().iter().map(|placeholder| placeholder.name.clone());
    names.map(|name| (name.clone(), value(&name))).collect()
}

impl Front<'_> {
    fn outcome(&self, visitor: &Visitor<'_>, draft: &Draft) -> Outcome {
        let is_let_in =
            path_of(self.route, draft).is_none_or(|(verb, path)| visitor.is_let_in(self.rules, verb, &path));
        if !is_let_in || !self.target.is_admitted(draft) {
            return Outcome::TurnedAway;
        }
        let request = draft.request(self.target.content_type);
        let Ok(rendered) = render(&self.template.text, self.tree, &request) else { return Outcome::Nothing };
        let text = rendered.text.as_str();
        let beyond = |why: String| Outcome::Beyond { rendered: text.to_owned(), why };
        let Ok(json) = strict::parse(text) else { return Outcome::Nothing };
        if self.target.arsenal.learns() {
            self.target.arsenal.learn(Frame::all(&rendered.text, &json));
        }
        if let Some(header) = overridden(&rendered) {
            return beyond(format!("the header `{header}` is the template's to say, and it says it"));
        }
        let tables = |name: &str| {
            let bare = name.rsplit_once(":table/").map_or(name, |(_, bare)| bare);
            let known = self.rules.written().tables.iter();
            known
                .clone()
                .find(|table| table.physical == bare)
                .or_else(|| known.clone().find(|table| table.refs.iter().any(|other| other == name)))
                .map(Arc::clone)
        };
        let asked = Asked { route: self.route, action: self.action, request: &json, tables: &tables };
        match judged(&visitor.decision, &asked) {
            Judgement::Within => Outcome::Within,
            Judgement::Refused(_) => Outcome::Nothing,
            Judgement::Beyond(what) => beyond(what.to_string()),
        }
    }

    /// The smallest request that is found to do as one does.
    fn escape(&self, visitor: &Visitor<'_>, mut draft: Draft) -> Escape {
        let mut left = MAX_SHRINKS;
        'smaller: loop {
            for simpler in simpler(&draft, &visitor.context) {
                if left == 0 {
                    break 'smaller;
                }
                left -= 1;
                if matches!(self.outcome(visitor, &simpler), Outcome::Beyond { .. }) {
                    draft = simpler;
                    continue 'smaller;
                }
            }
            break;
        }
        let (rendered, why) = match self.outcome(visitor, &draft) {
            Outcome::Beyond { rendered, why } => (rendered, why),
            _ => (String::new(), String::new()),
        };
        let claims =
            visitor.claims.clone().map_or("nobody".to_owned(), |claims| Json::Object(claims).to_string());
        let held = visitor.decision.grant_names();
        let own = |(name, _): &(&String, &String)| !visitor.context.iter().any(|(known, _)| known == *name);
        let said: Vec<_> = draft.context.iter().filter(own).collect();
        Escape {
            route: format!("{} ({})", self.route, self.action),
            template: self.template.text.text().to_owned(),
            claims: format!("{claims}, who holds {held}"),
            request: format!(
                "path {:?} query {:?} headers {:?} body {:?} context {said:?}",
                draft.path,
                draft.query,
                draft.header,
                draft.body_text(),
            ),
            rendered,
            why,
        }
    }
}

/// A header of Amazon's that the template wrote for the request.
fn overridden(rendered: &Rendered) -> Option<String> {
    let child = |map: &Map, name: &str| match map.get_text(name) {
        Some(Value::Map(child)) => Some(child),
        _ => None,
    };
    let headers = child(&child(&rendered.context, "requestOverride")?, "header")?;
    let names = headers.entries.borrow();
    names
        .values()
        .map(|(name, _)| keybound_vtl::value::java_string(name).as_str().to_owned())
        .find(|name| is_amazons(name))
}

/// Requests that are a little less than another.
fn simpler(draft: &Draft, fixed: &[(String, String)]) -> Vec<Draft> {
    let mut found = Vec::new();
    let mut with = |change: &dyn Fn(&mut Draft)| {
        let mut changed = draft.clone();
        change(&mut changed);
        if changed != *draft {
            found.push(changed);
        }
    };
    with(&|draft| draft.body = Body::Unset);
    for name in draft.query.keys() {
        with(&|draft| _ = draft.query.remove(name));
    }
    for name in draft.header.keys() {
        with(&|draft| _ = draft.header.remove(name));
    }
    for name in draft.context.keys().filter(|name| fixed.iter().all(|(known, _)| known != *name)) {
        with(&|draft| _ = draft.context.remove(name));
    }
    for (name, text) in &draft.path {
        for shorter in shorter(text).into_iter().filter(|text| !text.is_empty()) {
            with(&|draft| _ = draft.path.insert(name.clone(), shorter.clone()));
        }
    }
    for (name, text) in &draft.query {
        for shorter in shorter(text) {
            with(&|draft| _ = draft.query.insert(name.clone(), shorter.clone()));
        }
    }
    for (name, text) in &draft.header {
        for shorter in shorter(text) {
            with(&|draft| _ = draft.header.insert(name.clone(), shorter.clone()));
        }
    }
    match &draft.body {
        Body::Json(value) => {
            for smaller in smaller(value) {
                with(&|draft| draft.body = Body::Json(smaller.clone()));
            }
        }
        Body::Raw(text) => {
            for shorter in shorter(text) {
                with(&|draft| draft.body = Body::Raw(shorter.clone()));
            }
        }
        Body::Unset => {}
    }
    found
}

fn shorter(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut length = chars.len();
    while length > 0 {
        let mut start = 0;
        while start < chars.len() && found.len() < 60 {
            let rest = chars.iter().take(start).chain(chars.iter().skip(start + length));
            found.push(rest.collect());
            start += length;
        }
        length /= 2;
    }
    found
}

fn smaller(value: &Json) -> Vec<Json> {
    let mut found = Vec::new();
    match value {
        Json::Object(members) => {
            for name in members.keys() {
                let mut less = members.clone();
                less.remove(name);
                found.push(Json::Object(less));
            }
            for (name, member) in members {
                for smaller in smaller(member) {
                    let mut less = members.clone();
                    less.insert(name.clone(), smaller);
                    found.push(Json::Object(less));
                }
            }
        }
        Json::Array(elements) => {
            let half = elements.len() / 2;
            if half > 1 {
                found.push(Json::Array(elements[..half].to_vec()));
            }
            for at in 0..elements.len().min(40) {
                let mut less = elements.clone();
                less.remove(at);
                found.push(Json::Array(less));
            }
            for (at, element) in elements.iter().enumerate().take(6) {
                for smaller in smaller(element) {
                    let mut less = elements.clone();
                    less[at] = smaller;
                    found.push(Json::Array(less));
                }
            }
        }
        Json::String(text) => found.extend(shorter(text).into_iter().take(12).map(Json::String)),
        _ => {}
    }
    found
}
