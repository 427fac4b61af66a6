//! What an integration's requests reach: on which route, of which table, with which keys.

use keybound_shared::{Action, Route};

use crate::api::{Authorization, Integration, RestKind};
use crate::dynamodb::DataAction;
use crate::reach::operation::Operation;
use crate::reach::{action_of_rules, route};
use crate::render::{Direction, rendered};

use super::keys::{KeyRemark, Keys, KeysDraft};
use super::observed::{indexes, table_texts};
use super::owners::Owners;
use super::tables::Tables;
use super::template::{Asked, Unknown, View};
use super::trial::Trial;
use super::variables::Variables;

/// Whom a method lets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Door {
    /// Whoever an authorizer, a user pool or IAM admits.
    Verified,
    /// Anyone.
    Anyone,
    /// Anyone with an API key.
    AnyoneWithKey,
    /// The definition does not show it.
    Unknown,
}

/// Something that a route does with a table.
#[derive(Clone, Debug)]
pub(super) struct Reach {
    /// The routes: seven for `ANY`.
    pub(super) routes: Vec<Route>,
    /// Whom its method lets in.
    pub(super) door: Door,
    /// The action.
    pub(super) action: Action,
    /// The table, by its number.
    pub(super) table: usize,
    /// The index that is read in its place.
    pub(super) index: Option<String>,
    /// The keys.
    pub(super) keys: KeysDraft,
    /// What is to be said of the keys.
    pub(super) remark: KeyRemark,
    /// Attributes that an item must already hold with these values.
    pub(super) must_own: Vec<(String, String)>,
    /// The attributes that are named, where all others are out of reach.
    pub(super) attributes: Option<Vec<String>>,
    /// The most items that are asked for.
    pub(super) limit: Option<u32>,
}

/// What a draft knows before it looks at keys.
pub(super) struct Known<'a> {
    /// The tables.
    pub(super) tables: &'a Tables,
    /// The variables.
    pub(super) variables: &'a Variables,
}

/// What an integration reaches, and what of it no rules can say.
#[derive(Debug, Default)]
pub(super) struct Reached {
    /// What it reaches.
    pub(super) reaches: Vec<Reach>,
    /// What is left out, each a phrase.
    pub(super) left_out: Vec<String>,
}

impl Known<'_> {
    /// What an integration reaches.
    pub(super) fn reached(&self, integration: &Integration) -> Reached {
        let mut reached = Reached::default();
        let name = name(integration);
        let mut leave = |why: String| reached.left_out.push(format!("{name}: {why}"));
        match integration.kind {
            RestKind::Http => leave("an HTTP API runs no templates".to_owned()),
            RestKind::Unknown if integration.request_templates.is_empty() => {}
            RestKind::Unknown => leave("a template on its own has no route".to_owned()),
            RestKind::Rest | RestKind::WebSocket => {
                let routes = route::routes(integration);
                if routes.is_empty() {
                    leave("access rules cannot name the route".to_owned());
                } else if integration.request_templates.is_empty() {
                    leave("without a request template the client writes the request".to_owned());
                }
                for template in integration.request_templates.iter().filter(|_| !routes.is_empty()) {
                    let Some(skeleton) = rendered(integration, template, Direction::Request) else {
                        leave("the request template does not parse".to_owned());
                        continue;
                    };
                    let view = View::of(integration, self.variables.as_rules());
                    let found =
                        view.ask(integration, &skeleton, |asked| self.asked(asked, integration, &routes));
                    match found {
                        Ok((found, why)) => {
                            why.into_iter().for_each(&mut leave);
                            reached.reaches.extend(found);
                        }
                        Err(why) => leave(why),
                    }
                }
            }
        }
        reached
    }

    fn asked(
        &self,
        asked: &Asked<'_>,
        integration: &Integration,
        routes: &[Route],
    ) -> Result<(Vec<Reach>, Vec<String>), String> {
        let (action, operations) = asked.operations().map_err(|unknown| match unknown {
            Unknown::Action => "the action is not fixed".to_owned(),
            Unknown::Decided(term) => {
                let what = term.map_or("a value".to_owned(), |id| asked.held.sight.terms.describe(id));
                format!("{what} decides what the request asks for")
            }
        })?;
        if operations.is_empty() {
            return Err("nothing that it asks for could be followed".to_owned());
        }
        let (mut found, mut left_out) = (Vec::new(), Vec::new());
        for operation in &operations {
            match self.operation(asked, integration, action, operation) {
                Ok(reaches) => {
                    found.extend(reaches.into_iter().map(|reach| Reach { routes: routes.to_vec(), ..reach }))
                }
                Err(why) => left_out.push(why),
            }
        }
        left_out.dedup();
        Ok((found, left_out))
    }

    fn operation(
        &self,
        asked: &Asked<'_>,
        integration: &Integration,
        action: DataAction,
        operation: &Operation,
    ) -> Result<Vec<Reach>, String> {
        let held = &asked.held;
        let action = action_of_rules(action);
        let texts = table_texts(held, operation).ok_or_else(|| "the table is not fixed".to_owned())?;
        let indexes = indexes(held, operation).map_err(|()| "the index is not fixed".to_owned())?;
        let mut found = Vec::new();
        for text in &texts {
            let table = self.tables.named(text, &integration.deployed);
            let table = table.and_then(|number| Some((number, self.tables.list().get(number)?)));
            let (number, table) = table.ok_or_else(|| "there are more tables than a draft has".to_owned())?;
            let trial =
                |index| Trial::new(held, operation, action, table, index, integration.deployed.as_ref());
            let mut indexes = indexes.as_slice();
            if let [Some(only), None] = indexes
                && trial(Some(only)).is_about()
            {
                indexes = indexes.get(..1).unwrap_or_default();
            }
            for index in indexes {
                let Some(key) = table.key_of(index.as_deref()) else {
                    return Err("access rules cannot name the index".to_owned());
                };
                if index.is_some() && !action.reads_indexes() {
                    return Err(format!("{action} reads no index"));
                }
                let trial = trial(index.as_deref());
                let keys = Keys { held, operation, variables: self.variables, key };
                let owners = Owners { held, operation, variables: self.variables, key: &table.key.key };
                let must_own = owners.drafted(&trial, &keys.drafted(&[]).0);
                let (keys, remark) = keys.drafted(&must_own);
                found.push(Reach {
                    routes: Vec::new(),
                    door: door(integration),
                    action,
                    table: number,
                    index: index.clone(),
                    keys,
                    remark,
                    must_own,
                    attributes: trial.attributes(),
                    limit: trial.limit(),
                });
            }
        }
        Ok(found)
    }
}

/// An integration as people call it.
fn name(integration: &Integration) -> String {
    match (&integration.route.method, &integration.route.path) {
        (Some(method), Some(path)) => format!("{method} {path}"),
        (None, Some(path)) => path.clone(),
        (Some(method), None) => format!("{method} of an unknown path"),
        (None, None) => {
            let file = integration.file.path().file_name();
            file.map_or_else(|| "an integration".to_owned(), |name| name.to_string_lossy().into_owned())
        }
    }
}

fn door(integration: &Integration) -> Door {
    match integration.authorization {
        Authorization::Open => Door::Anyone,
        Authorization::ApiKeyOnly => Door::AnyoneWithKey,
        Authorization::Unknown => Door::Unknown,
        Authorization::Lambda(_)
        | Authorization::Other(_)
        | Authorization::UserPool(_)
        | Authorization::Iam => Door::Verified,
    }
}
