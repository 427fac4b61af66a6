//! What an operation does, for the access map.

use std::collections::BTreeSet;

use keybound_shared::{AccessRules, AuthorizerSettings, Key, Route, Table};

use crate::api::{Authorization, Integration, MappingTemplate};
use crate::dynamodb::DataAction;
use crate::dynamodb::expression::{self, Part as ExpressionPart};
use crate::dynamodb::holey_text::HoleyText;
use crate::dynamodb::shape::ExpressionKind;
use crate::finding::{Access, KeyPart, Verdict};
use crate::render::skeleton::{Skeleton, Slot, below};

use super::callers::{Callers, Identity};
use super::held::Held;
use super::judge::Within;
use super::key_text::Sight;
use super::keys;
use super::operation::{Operation, TableAt, Verb, operations};
use super::request::Request;
use super::table::Tables;
use super::{CallersReach, Ground, statement};

/// The members that hold expressions about attributes.
const EXPRESSIONS: [(&str, ExpressionKind); 5] = [
    ("KeyConditionExpression", ExpressionKind::KeyCondition),
    ("FilterExpression", ExpressionKind::Filter),
    ("ConditionExpression", ExpressionKind::Condition),
    ("UpdateExpression", ExpressionKind::Update),
    ("ProjectionExpression", ExpressionKind::Projection),
];

/// Who may call, by the definition, for people.
pub fn authorization(authorization: &Authorization) -> String {
    match authorization {
        Authorization::Open => "anyone".to_owned(),
        Authorization::ApiKeyOnly => "anyone with an API key".to_owned(),
        Authorization::Iam => "IAM".to_owned(),
        Authorization::UserPool(name) => format!("user pool {name}"),
        Authorization::Lambda(name) => format!("authorizer {name}"),
        Authorization::Other(name) => format!("`{name}`"),
        Authorization::Unknown => "not known".to_owned(),
    }
}

/// The operations of a request template, for each of its callers; without access rules once for all of them.
pub fn accesses(
    integration: &Integration,
    template: &MappingTemplate,
    skeleton: &Skeleton,
    actions: &[DataAction],
    ground: Option<&Ground>,
    reach: &[CallersReach],
) -> Vec<Access> {
    let [action] = actions else { return Vec::new() };
    match ground {
        Some(ground) => {
            let of = |reach: &CallersReach| Described::under_rules(integration, template, skeleton, *action, ground, reach);
            reach.iter().flat_map(of).collect()
        }
        None => Described::alone(integration, template, skeleton, *action),
    }
}

/// Operations on their way into the map.
struct Described<'a> {
    held: Held<'a>,
    action: DataAction,
    content_type: &'a str,
    callers: String,
}

impl Described<'_> {
    fn under_rules(
        integration: &Integration,
        template: &MappingTemplate,
        skeleton: &Skeleton,
        action: DataAction,
        ground: &Ground,
        reach: &CallersReach,
    ) -> Vec<Access> {
        let rules = ground.rules.rules.written();
        let sight = Sight { rules, callers: &reach.callers, route: &reach.route, terms: &skeleton.terms };
        let request = Request { skeleton, case: &reach.known };
        let described = Described {
            held: Held { request, sight, tables: ground.tables(integration) },
            action,
            content_type: &template.content_type,
            callers: reach.callers.name(),
        };
        let Ok(operations) = &reach.operations else {
            return vec![described.unfollowed("the client decides what the request asks for")];
        };
        let breach = reach.breaches.first().map(|breach| breach.what.clone());
        let told = operations.iter().map(|reached| {
            let mut access = described.access(&reached.operation);
            match (&reached.outcome, &breach) {
                (Ok(within), None) => {
                    access.verdict = Verdict::Proved;
                    access.because = described.reasons(&reached.operation, within);
                }
                (Ok(_), Some(breach)) => {
                    access.verdict = Verdict::Undecided;
                    access.because = vec![breach.clone()];
                }
                (Err(beyond), _) => {
                    access.verdict = Verdict::Undecided;
                    access.because = vec![beyond.miss.message.clone()];
                }
            }
            access
        });
        told.collect()
    }

    fn alone(
        integration: &Integration,
        template: &MappingTemplate,
        skeleton: &Skeleton,
        action: DataAction,
    ) -> Vec<Access> {
        let rules = AccessRules {
            issuers: Vec::new(),
            tables: Vec::new(),
            variables: Vec::new(),
            grants: Vec::new(),
            authorizer: AuthorizerSettings::default(),
        };
        let callers = Callers { by: None, held: Vec::new(), identity: Identity::Nobody };
        let route = Route::WebSocket(String::new());
        let sight = Sight { rules: &rules, callers: &callers, route: &route, terms: &skeleton.terms };
        let request = Request { skeleton, case: &[] };
        let described = Described {
            held: Held { request, sight, tables: Tables::new(&[], &integration.deployed) },
            action,
            content_type: &template.content_type,
            callers: authorization(&integration.authorization),
        };
        match operations(action, &request) {
            Ok(operations) => operations.iter().map(|operation| described.access(operation)).collect(),
            Err(_) => vec![described.unfollowed("the client decides what the request asks for")],
        }
    }

    fn unfollowed(&self, why: &str) -> Access {
        Access {
            callers: self.callers.clone(),
            content_type: self.content_type.to_owned(),
            operation: self.action.name().to_owned(),
            table: None,
            index: None,
            key: Vec::new(),
            attributes: None,
            limit: None,
            verdict: Verdict::Undecided,
            because: vec![why.to_owned()],
        }
    }

    fn access(&self, operation: &Operation) -> Access {
        let table = self.table(operation);
        let index = self.text(&below(&operation.at, &["IndexName"]));
        let key = match &table {
            Ok(table) => {
                let of_index = index.as_ref().and_then(|name| table.indexes.iter().find(|index| index.name == *name));
                Some(of_index.map_or(&table.key, |index| &index.key))
            }
            Err(_) => None,
        };
        Access {
            callers: self.callers.clone(),
            content_type: self.content_type.to_owned(),
            operation: self.operation_name(operation),
            key: self.key(operation, key),
            table: match table {
                Ok(table) => Some(table.name.clone()),
                Err(text) => text,
            },
            index,
            attributes: self.attributes(operation),
            limit: self.text(&below(&operation.at, &["Limit"])),
            verdict: Verdict::Unjudged,
            because: Vec::new(),
        }
    }

    /// The action, with the part of it that this is.
    fn operation_name(&self, operation: &Operation) -> String {
        let part = match operation.verb {
            Verb::Get => "Get",
            Verb::Put => "Put",
            Verb::Update => "Update",
            Verb::Delete => "Delete",
            Verb::Check => "ConditionCheck",
            Verb::Query | Verb::Scan | Verb::Statement => "",
        };
        match self.action {
            DataAction::BatchWriteItem | DataAction::TransactGetItems | DataAction::TransactWriteItems => {
                format!("{} ({part})", self.action.name())
            }
            action => action.name().to_owned(),
        }
    }

    fn table(&self, operation: &Operation) -> Result<&Table, Option<String>> {
        let terms = self.held.sight.terms;
        let pieces: Option<Vec<_>> = match &operation.table {
            TableAt::Text(_) if operation.verb == Verb::Statement => {
                let statements = statement::statements(&self.held, operation).unwrap_or_default();
                statements.first().and_then(|statement| Some(statement.pieces(&statement.tree.source()?.table.text)))
            }
            TableAt::Text(path) => {
                self.held.request.forms(path).ok().and_then(|forms| Some(forms.first()?.pieces.clone()))
            }
            TableAt::Name(path) => {
                let names = &self.held.request.skeleton.names;
                names.iter().find(|name| name.path == *path).map(|name| name.pieces.clone())
            }
        };
        let Some(pieces) = pieces else { return Err(None) };
        match self.held.tables.named(&pieces, terms) {
            Some(table) => Ok(table),
            None => Err(Some(self.held.written(&pieces))),
        }
    }

    /// What the texts at a place may be; none where nothing stands there.
    fn text(&self, path: &[Slot]) -> Option<String> {
        match self.held.request.forms(path) {
            Ok(forms) if forms.is_empty() => None,
            Ok(forms) => {
                let texts: BTreeSet<String> = forms.iter().map(|form| self.held.form_text(form)).collect();
                Some(texts.into_iter().collect::<Vec<_>>().join(" or "))
            }
            Err(anything) => Some(anything.term.map_or("?".to_owned(), |id| self.held.named_term(id))),
        }
    }

    fn key(&self, operation: &Operation, key: Option<&Key>) -> Vec<KeyPart> {
        let object = match (&operation.key, operation.verb) {
            (Some(object), _) => object,
            (None, Verb::Query) => return self.conditions(operation),
            (None, _) => return Vec::new(),
        };
        let names: Vec<String> = match key {
            Some(key) => std::iter::once(&key.partition).chain(&key.sort).cloned().collect(),
            // Which attributes of an item are its key, only the rules say.
            None if operation.verb == Verb::Put => return Vec::new(),
            None => {
                let slots = self.held.request.slots(object).into_iter();
                slots.filter_map(|slot| match slot {
                    Slot::Member(name) => Some(name.to_string()),
                    _ => None,
                }).collect()
            }
        };
        let part = |attribute: String| {
            let text = self.value(&below(object, &[&attribute]))?;
            Some(KeyPart { attribute, compared: "=", text })
        };
        names.into_iter().filter_map(part).collect()
    }

    fn value(&self, path: &[Slot]) -> Option<String> {
        ["S", "N", "B"].iter().find_map(|kind| self.text(&below(path, &[kind])))
    }

    fn conditions(&self, operation: &Operation) -> Vec<KeyPart> {
        let demands = keys::demands(&self.held, operation);
        let part = |(attribute, compared, values): (String, &'static str, Vec<Vec<Slot>>)| {
            let texts: Vec<String> = values.iter().filter_map(|value| self.value(value)).collect();
            KeyPart { attribute, compared, text: texts.join(" to ") }
        };
        demands.into_iter().map(part).collect()
    }

    /// The attributes that the operation names; none where it names all, or a client does.
    fn attributes(&self, operation: &Operation) -> Option<Vec<String>> {
        let mut names = BTreeSet::new();
        if operation.verb == Verb::Statement {
            for statement in statement::statements(&self.held, operation).ok()? {
                if statement.returns_all() {
                    return None;
                }
                names.extend(statement.attributes()?);
            }
            return Some(names.into_iter().collect());
        }
        for (member, kind) in EXPRESSIONS {
            for (text, _) in self.held.fixed_texts(&below(&operation.at, &[member]), super::miss::Kind::Attributes).ok()? {
                let tree = expression::parse(kind, &HoleyText::plain(text)).tree?;
                for part in tree.parts() {
                    if let ExpressionPart::Path(path, _) = part {
                        names.extend(self.held.attributes_of(&operation.at, path).ok()?);
                    }
                }
            }
        }
        if let Some(object) = &operation.key {
            for slot in self.held.request.slots(object) {
                let Slot::Member(name) = slot else { return None };
                names.insert(name.to_string());
            }
        }
        let projects = self.held.request.without(&below(&operation.at, &["ProjectionExpression"]), &operation.anchor()).is_none();
        (!operation.verb.reads() || projects).then(|| names.into_iter().collect())
    }

    /// What proves that an operation stays within its grants.
    fn reasons(&self, operation: &Operation, within: &[Within]) -> Vec<String> {
        let grants: BTreeSet<&str> = within.iter().map(|within| within.grant.name.as_str()).collect();
        let mut because: Vec<String> = grants.iter().map(|name| format!("grant {name}")).collect();
        let owns = within.iter().flat_map(|within| &within.grant.must_own);
        let owned: BTreeSet<String> = owns.map(|(name, pattern)| format!("condition {name} = {pattern}")).collect();
        because.extend(owned);
        let mut holes: Vec<String> = Vec::new();
        let places = operation.key.iter().cloned().chain([below(&operation.at, &["ExpressionAttributeValues"])]);
        for place in places {
            for hole in self.held.request.skeleton.uses.iter().filter(|hole| hole.path.starts_with(&place)) {
                if let Some(variable) = self.held.sight.variable(hole) {
                    let what = self.held.sight.terms.describe(hole.term);
                    let phrase = format!("{what} is {{{variable}}}");
                    if !holes.contains(&phrase) {
                        holes.push(phrase);
                    }
                }
            }
        }
        because.extend(holes);
        because
    }
}
