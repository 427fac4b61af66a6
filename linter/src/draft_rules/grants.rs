//! Grants from what routes reach: one for what routes have in common, named after the first of them.

use std::collections::{BTreeMap, BTreeSet};

use keybound_shared::{Action, Path, Route, Segment, Verb};

use super::keys::{KeyRemark, KeysDraft};
use super::reached::{Door, Reach};
use super::tables::Tables;

/// The most grants that rules may have.
const MAX_GRANTS: usize = 10_000;

/// The most characters of a name that is made of a route.
const MAX_NAME: usize = 80;

/// A grant of the draft.
#[derive(Clone, Debug)]
pub(super) struct GrantDraft {
    /// Its name.
    pub(super) name: String,
    /// Whom the methods let in.
    pub(super) door: Door,
    /// The table, by its number.
    pub(super) table: usize,
    /// The index.
    pub(super) index: Option<String>,
    /// The routes as they are written, with their actions.
    pub(super) routes: Vec<(String, Vec<Action>)>,
    /// The keys.
    pub(super) keys: KeysDraft,
    /// What is to be said of them.
    pub(super) remark: KeyRemark,
    /// Attributes that an item must already hold.
    pub(super) must_own: Vec<(String, String)>,
    /// The only attributes.
    pub(super) attributes: Option<Vec<String>>,
    /// The most items.
    pub(super) limit: Option<u32>,
    /// The routes one by one.
    expanded: BTreeSet<Route>,
}

/// The grants for all of this, and the routes that are beyond what rules may have.
pub(super) fn grants(reaches: Vec<Reach>, tables: &Tables) -> (Vec<GrantDraft>, Vec<String>) {
    let mut paths = Paths::default();
    let mut grants: Vec<GrantDraft> = Vec::new();
    let mut beyond: Vec<String> = Vec::new();
    let mut alike: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for reach in reaches {
        let reach =
            Reach { routes: reach.routes.iter().map(|route| paths.renamed(route)).collect(), ..reach };
        let written = written(&reach.routes);
        let known = alike.entry(likeness(&reach)).or_default();
        let taker = known
            .iter()
            .copied()
            .find(|at| grants.get(*at).is_some_and(|grant| grant.takes(&reach, &written)));
        match taker {
            Some(at) => {
                if let Some(grant) = grants.get_mut(at) {
                    grant.add(&reach, written);
                }
            }
            None if grants.len() == MAX_GRANTS => {
                beyond.push(format!("{written}: there are more grants than rules may have"));
            }
            None => {
                known.push(grants.len());
                grants.push(GrantDraft::of(reach, written));
            }
        }
    }
    beyond.dedup();
    name(&mut grants, tables);
    (grants, beyond)
}

/// What routes of one grant have in common. What reads and what writes is kept apart, for these are what a reader of rules
/// looks for.
fn likeness(reach: &Reach) -> String {
    let Reach { door, table, index, keys, remark, must_own, attributes, limit, .. } = reach;
    let writes = writes(reach.action);
    format!("{:?}", (door, table, index, keys, remark, must_own, attributes, limit, writes))
}

impl GrantDraft {
    fn of(reach: Reach, written: String) -> Self {
        Self {
            name: String::new(),
            door: reach.door,
            table: reach.table,
            index: reach.index,
            routes: vec![(written, vec![reach.action])],
            keys: reach.keys,
            remark: reach.remark,
            must_own: reach.must_own,
            attributes: reach.attributes,
            limit: reach.limit,
            expanded: reach.routes.into_iter().collect(),
        }
    }

    /// Whether a route may be one of the grant's: it must not stand there in another way, by `ANY`.
    fn takes(&self, reach: &Reach, written: &str) -> bool {
        let is_known = reach.routes.iter().any(|route| self.expanded.contains(route));
        !is_known || self.routes.iter().any(|(route, _)| route == written)
    }

    fn add(&mut self, reach: &Reach, written: String) {
        let is_known = reach.routes.iter().any(|route| self.expanded.contains(route));
        self.expanded.extend(reach.routes.iter().cloned());
        match self.routes.iter_mut().find(|(route, _)| is_known && *route == written) {
            Some((_, actions)) if actions.contains(&reach.action) => {}
            Some((_, actions)) => actions.push(reach.action),
            None => self.routes.push((written, vec![reach.action])),
        }
    }
}

fn writes(action: Action) -> bool {
    !matches!(
        action,
        Action::GetItem | Action::Query | Action::Scan | Action::BatchGetItem | Action::TransactGetItems
    )
}

/// Paths that differ in the names of parameters only: an API has one name there, and so have rules.
#[derive(Default)]
struct Paths {
    first: BTreeMap<Vec<Option<String>>, Path>,
}

impl Paths {
    /// A route with the names of the first path that is alike.
    fn renamed(&mut self, route: &Route) -> Route {
        let Route::Http(verb, path) = route else { return route.clone() };
        let shape = path.segments().iter().map(|segment| match segment {
            Segment::Literal(text) => Some(text.clone()),
            Segment::Parameter(_) => None,
            // No literal holds a brace.
            Segment::Greedy(_) => Some("{+}".to_owned()),
        });
        let first = self.first.entry(shape.collect()).or_insert_with(|| path.clone());
        Route::Http(*verb, first.clone())
    }
}

/// A route as rules write it: `ANY` for all verbs.
fn written(routes: &[Route]) -> String {
    match routes {
        [Route::Http(_, path), ..] if routes.len() == Verb::ALL.len() => format!("ANY {path}"),
        [first, ..] => first.to_string(),
        [] => String::new(),
    }
}

/// Names all grants, no two alike.
fn name(grants: &mut [GrantDraft], tables: &Tables) {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for grant in grants {
        let base = grant.routes.first().map(|(route, _)| named_after(route)).unwrap_or_default();
        let table = tables.list().get(grant.table).map(|table| table.local.as_str()).unwrap_or_default();
        let beside = format!("{base}-{}", grant.index.as_deref().unwrap_or(table));
        let numbered = (2_usize..).map(|number| format!("{base}-{number}"));
        let mut wishes = [base.clone(), beside].into_iter().filter(|wish| wish.len() <= 128).chain(numbered);
        grant.name = wishes.find(|wish| taken.insert(wish.clone())).unwrap_or(base);
    }
}

/// `GET /orders/{orderId}` is `get-orders-orderId`.
fn named_after(route: &str) -> String {
    let (verb, path) = route.split_once(' ').map_or(("", route), |(verb, path)| (verb, path));
    let words = path.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty());
    let verb = verb.to_ascii_lowercase();
    let mut words: Vec<&str> =
        std::iter::once(verb.as_str()).filter(|verb| !verb.is_empty()).chain(words).collect();
    if path == "/" {
        words.push("root");
    }
    let name: String = words.join("-").chars().take(MAX_NAME).collect();
    let name = name.trim_matches(['-', '_']);
    if name.is_empty() { "route".to_owned() } else { name.to_owned() }
}

#[cfg(test)]
mod tests;
