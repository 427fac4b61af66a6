//! The routes of a grant: `routes` and `params`.

use std::collections::HashMap;
use std::sync::Arc;

use crate::action::Action;
use crate::document::{Fault, Member, Span, Value};
use crate::pattern::is_variable_name;
use crate::route::{Path, Route, Segment};

use super::Reader;
use super::names::Names;
use crate::rules::grant::{GrantRoute, Keys};
use crate::rules::variable::{Variable, VariableSource};

const MAX_ROUTES: usize = 20_000;

/// What is known of the routes of all grants so far.
#[derive(Default)]
pub(super) struct Routes {
    count: usize,
    /// By what is left of a route without its parameters' names: the first such route, and where it stands.
    shapes: HashMap<String, (Route, Span)>,
}

impl Routes {
    /// A route before that differs only in its parameters' names, and where it stands.
    fn other_name(&self, route: &Route) -> Option<(Route, Span)> {
        let known = self.shapes.get(&nameless(route)?)?;
        (known.0 != *route).then(|| known.clone())
    }

    fn note(&mut self, routes: &[Route], at: Span) {
        for route in routes {
            if let Some(shape) = nameless(route) {
                self.shapes.entry(shape).or_insert_with(|| (route.clone(), at));
            }
        }
    }
}

/// A route with a verb, without the names of its parameters.
fn nameless(route: &Route) -> Option<String> {
    let (verb, path) = route.http()?;
    let mut shape = verb.to_string();
    for segment in path.segments() {
        shape.push('/');
        shape.push_str(match segment {
            Segment::Literal(text) => text,
            Segment::Parameter(_) => "{}",
            Segment::Greedy(_) => "{+}",
        });
    }
    Some(shape)
}

/// The routes of one grant.
pub(super) struct Read {
    /// One entry a written route: what it stands for, and its actions with their places.
    entries: Vec<Entry>,
    /// Whether nothing is left out for a fault.
    whole: bool,
}

struct Entry {
    routes: Vec<Route>,
    written: String,
    at: Span,
    actions: Vec<(Action, Span)>,
}

impl Entry {
    fn path(&self) -> Option<&Path> {
        self.routes.first().and_then(Route::http).map(|(_, path)| path)
    }

    /// The segment that is the parameter of this name.
    fn parameter(&self, name: &str) -> Option<&Segment> {
        self.path()?.segments().iter().find(|segment| match segment {
            Segment::Literal(_) => false,
            Segment::Parameter(parameter) | Segment::Greedy(parameter) => parameter == name,
        })
    }
}

/// Reads `routes`.
pub(super) fn read(reader: &mut Reader<'_>, member: &Member, all: &mut Routes) -> Option<Read> {
    let mapping = reader.mapping("`routes`", &member.value)?;
    let mut read = Read { entries: Vec::new(), whole: mapping.whole };
    let mut places: HashMap<Route, Span> = HashMap::new();
    for entry in &mapping.members {
        let at = entry.key_span;
        let actions = read_actions(reader, entry);
        let routes = match Route::parse_all(&entry.key) {
            _ if reader.refuses_hole(&entry.key, at) => None,
            Ok(routes) => Some(routes),
            Err(error) => {
                reader.error(Fault::new(at, error.to_string()));
                None
            }
        };
        let Some(routes) = routes else {
            read.whole = false;
            continue;
        };
        let first = routes.iter().find_map(|route| places.get(route).map(|place| (route, *place)));
        if let Some((route, first)) = first {
            let fault = Fault::new(at, format!("`{route}` comes twice in this grant"));
            reader.error(fault.related(first, "first here"));
        }
        places.extend(routes.iter().map(|route| (route.clone(), at)));
        let known = routes.iter().find_map(|route| all.other_name(route).map(|known| (route, known)));
        if let Some((route, (first, first_at))) = known {
            let message = format!("`{route}` and `{first}` differ only in the names of their parameters");
            let fault = Fault::new(at, message).related(first_at, "the other is here");
            reader.error(fault.help("an API has one name for the parameter: write that"));
        }
        all.note(&routes, at);
        let before = all.count;
        all.count += routes.len();
        if before <= MAX_ROUTES && all.count > MAX_ROUTES {
            reader.error(Fault::new(at, format!("there are more than {MAX_ROUTES} routes in all grants")));
        }
        read.whole &= actions.is_some();
        read.entries.push(Entry {
            routes,
            written: entry.key.to_string(),
            at,
            actions: actions.unwrap_or_default(),
        });
    }
    Some(read)
}

fn read_actions(reader: &mut Reader<'_>, entry: &Member) -> Option<Vec<(Action, Span)>> {
    let names = reader.members(entry, |reader, what, node| reader.text(what, node), |text| text)?;
    let mut actions = Vec::new();
    for (name, at) in names {
        match name.parse::<Action>() {
            Ok(action) => actions.push((action, at)),
            Err(error) => {
                let plain = name.strip_prefix("dynamodb:").unwrap_or(&name);
                let message = if name.len() <= 60 {
                    error.to_string()
                } else {
                    "this is no action on DynamoDB items".to_owned()
                };
                let fault = Fault::new(at, message);
                let known = Action::ALL.iter().map(|action| action.name());
                reader.error(reader.suggesting(fault, plain, known, None));
            }
        }
    }
    Some(actions)
}

impl Read {
    /// Checks that the actions can read the index, if there is one, and that `Scan` is given for any key only.
    pub(super) fn check_actions(
        &self,
        reader: &mut Reader<'_>,
        index: Option<&Member>,
        keys: Option<&Member>,
        read_keys: Option<&Keys>,
    ) {
        for (action, at) in self.entries.iter().flat_map(|entry| &entry.actions) {
            if let Some(index) = index.filter(|_| !action.reads_indexes()) {
                let fault = Fault::new(*at, format!("`{action}` cannot read an index"));
                let readers = Action::ALL.iter().filter(|action| action.reads_indexes());
                let names: Vec<&str> = readers.map(|action| action.name()).collect();
                let help = format!("{} can", super::fields::listed(&names, "and"));
                reader.error(fault.help(help).related(index.key_span, "the grant is about this index"));
            }
            if let (Action::Scan, Some(keys), Some(Keys::Within { .. })) = (action, keys, read_keys) {
                let fault = Fault::new(*at, "`Scan` reads every key, so it goes with `keys: any` only");
                reader.error(fault.related(keys.key_span, "the keys are limited here"));
            }
        }
    }

    pub(super) fn into_routes(self) -> Vec<GrantRoute> {
        let of_entry = |entry: Entry| {
            let mut actions: Vec<Action> = entry.actions.into_iter().map(|(action, _)| action).collect();
            actions.sort_unstable();
            let span = entry.at;
            entry.routes.into_iter().map(move |route| GrantRoute { route, actions: actions.clone(), span })
        };
        self.entries.into_iter().flat_map(of_entry).collect()
    }
}

/// Reads `params`: which path parameters must be the value of which variable.
pub(super) fn read_params(
    reader: &mut Reader<'_>,
    member: &Member,
    routes: Option<&Read>,
    variables: &Names<Variable>,
) -> Option<Vec<(String, Arc<Variable>)>> {
    let mapping = reader.mapping("`params`", &member.value)?;
    let mut params = Vec::new();
    for entry in &mapping.members {
        if let Some(routes) = routes.filter(|_| !reader.refuses_hole(&entry.key, entry.key_span)) {
            check_parameter(reader, entry, routes);
        }
        let Some(variable) = read_tie(reader, entry, variables) else { continue };
        params.push((entry.key.to_string(), variable));
    }
    Some(params)
}

/// Reports a parameter that some route of the grant lacks, once: there the grant would hold untied.
fn check_parameter(reader: &mut Reader<'_>, entry: &Member, routes: &Read) {
    let name = entry.key.strip_suffix('+').unwrap_or(&entry.key);
    let found: Vec<(&Entry, Option<&Segment>)> =
        routes.entries.iter().map(|route| (route, route.parameter(name))).collect();
    let shown = reader.shown(&entry.key);
    let is_greedy = |(_, segment): &&(&Entry, Option<&Segment>)| matches!(segment, Some(Segment::Greedy(_)));
    if let Some((route, _)) = found.iter().find(is_greedy) {
        let message = format!("`{{{name}+}}` stands for several segments and cannot be tied");
        reader.error(Fault::new(entry.key_span, message).related(route.at, "the route is here"));
        return;
    }
    if found.iter().all(|(_, segment)| segment.is_none()) {
        if routes.whole && !found.is_empty() {
            let fault =
                Fault::new(entry.key_span, format!("no route of the grant has the parameter `{{{shown}}}`"));
            let parameters = routes.entries.iter().filter_map(Entry::path).flat_map(Path::parameters);
            reader.error(reader.suggesting(fault, name, parameters, None));
        }
        return;
    }
    if let Some((route, _)) = found.iter().find(|(_, segment)| segment.is_none()) {
        let written = reader.shown(&route.written);
        let message =
            format!("`{written}` has no parameter `{{{shown}}}`: the grant would hold untied there");
        let fault = Fault::new(entry.key_span, message).related(route.at, "the route is here");
        reader.error(fault.help("give that route a grant of its own"));
    }
}

/// `"{variable}"` and nothing else.
fn read_tie(reader: &mut Reader<'_>, entry: &Member, variables: &Names<Variable>) -> Option<Arc<Variable>> {
    let what = format!("the value of `{}`", reader.shown(&entry.key));
    let at = entry.value.span;
    // `{user}` without quotes is a mapping, and the reader of texts says what to write.
    let text = match &entry.value.value {
        Value::Text(text) if !text.is_empty() => Arc::clone(text),
        _ => reader.text(&what, &entry.value)?,
    };
    if reader.refuses_hole(&text, at) {
        return None;
    }
    let name =
        text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).filter(|name| is_variable_name(name));
    let Some(name) = name else {
        let fault =
            Fault::new(at, format!("{what} must be one variable in braces, found `{}`", reader.shown(&text)));
        let meant = Some(&*text).filter(|text| variables.get(text).is_some());
        let example = meant.unwrap_or("user");
        reader.error(fault.help(format!("write `\"{{{example}}}\"`")));
        return None;
    };
    let variable = variables.find(reader, "variable", name, at)?;
    if let VariableSource::Identity(_) = variable.source {
        let fault =
            Fault::new(at, format!("`{name}` is an identity, and no authorizer can put it into a policy"));
        reader.error(fault.related(variable.span, "the variable is here"));
        return None;
    }
    Some(Arc::clone(variable))
}
