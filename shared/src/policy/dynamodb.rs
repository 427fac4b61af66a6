//! What a caller may do in DynamoDB: the session policy, for credentials that are the caller's own.
//!
//! IAM knows a request's partition keys (`dynamodb:LeadingKeys`), its top-level attributes and little else. A grant that
//! says more than that gives no statement, unless it says that the whole partition may be had. Only actions that carry
//! `LeadingKeys` are ever allowed; `Scan` does not. (Service authorization reference, Actions for Amazon DynamoDB.)

use std::collections::BTreeSet;

use crate::action::Action;
use crate::arn::MethodArn;
use crate::decision::Decision;
use crate::iam::{Condition, Document, Operator, Resource, Statement};
use crate::pattern::KeyRange;
use crate::rules::{Grant, Keys, Opens, SessionStatement};

use super::{MAX_SESSION, PolicyError};

const LEADING_KEYS: &str = "dynamodb:LeadingKeys";
const ATTRIBUTES: &str = "dynamodb:Attributes";

/// The policy for one caller; `None` where no grant gives a statement.
pub(super) fn document(decision: &Decision<'_>, arn: &MethodArn) -> Result<Option<Document>, PolicyError> {
    let mut drafts: Vec<Draft> = Vec::new();
    for grant in decision.grants() {
        for draft in drafts_of(grant, decision, arn)? {
            match drafts.iter_mut().find(|known| known.is_like(&draft)) {
                Some(known) => known.actions.extend(draft.actions),
                None => drafts.push(draft),
            }
        }
    }
    let statements = drafts.into_iter().filter_map(Draft::statement).collect();
    let Some(document) = Document::new(statements) else { return Ok(None) };
    let characters = document.to_json().chars().count();
    if characters > MAX_SESSION {
        Err(PolicyError::SessionTooLong { characters })
    } else {
        Ok(Some(document))
    }
}

/// A statement before those that differ only in actions are made one.
struct Draft {
    actions: BTreeSet<&'static str>,
    resource: Resource,
    conditions: Vec<Condition>,
}

impl Draft {
    fn is_like(&self, other: &Self) -> bool {
        self.resource == other.resource && self.conditions == other.conditions
    }

    fn statement(self) -> Option<Statement> {
        Statement::allow(self.actions.into_iter().collect(), vec![self.resource], self.conditions)
    }
}

/// How an action of a grant is authorized.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Means {
    /// As itself.
    Plain,
    /// As an item's action inside of a transaction of this name (`dynamodb:EnclosingOperation`).
    Inside(&'static str),
    /// As a PartiQL `SELECT` that must not read the whole table.
    Select,
}

/// The actions of IAM that a request is authorized as.
fn authorized_as(action: Action) -> (&'static [&'static str], Means) {
    match action {
        Action::GetItem => (&["dynamodb:GetItem"], Means::Plain),
        Action::PutItem => (&["dynamodb:PutItem"], Means::Plain),
        Action::UpdateItem => (&["dynamodb:UpdateItem"], Means::Plain),
        Action::DeleteItem => (&["dynamodb:DeleteItem"], Means::Plain),
        Action::Query => (&["dynamodb:Query"], Means::Plain),
        Action::BatchGetItem => (&["dynamodb:BatchGetItem"], Means::Plain),
        Action::BatchWriteItem => (&["dynamodb:BatchWriteItem"], Means::Plain),
        Action::TransactGetItems => (&["dynamodb:GetItem"], Means::Inside("TransactGetItems")),
        Action::TransactWriteItems => (
            &[
                "dynamodb:ConditionCheckItem",
                "dynamodb:DeleteItem",
                "dynamodb:PutItem",
                "dynamodb:UpdateItem",
            ],
            Means::Inside("TransactWriteItems"),
        ),
        Action::ExecuteStatement | Action::BatchExecuteStatement | Action::ExecuteTransaction => {
            (&["dynamodb:PartiQLDelete", "dynamodb:PartiQLInsert", "dynamodb:PartiQLUpdate"], Means::Plain)
        }
        // Reads whatever the key.
        Action::Scan => (&[], Means::Plain),
    }
}

/// Whether the action replaces or removes whole items, so that a list of attributes would not hold it.
fn takes_whole_items(action: &str) -> bool {
    matches!(
        action,
        "dynamodb:PutItem"
            | "dynamodb:DeleteItem"
            | "dynamodb:BatchWriteItem"
            | "dynamodb:PartiQLInsert"
            | "dynamodb:PartiQLDelete"
    )
}

fn drafts_of(grant: &Grant, decision: &Decision<'_>, arn: &MethodArn) -> Result<Vec<Draft>, PolicyError> {
    if grant.opens == Opens::Anyone || !(is_exact(grant) || grant.session == SessionStatement::WholePartition)
    {
        return Ok(Vec::new());
    }
    let Some(conditions) = conditions(grant, decision) else { return Ok(Vec::new()) };
    let resource = resource(grant, arn)?;
    let mut by_means: Vec<(Means, BTreeSet<&'static str>)> = Vec::new();
    let mut add = |means: Means, actions: &[&'static str]| {
        let at = by_means.iter().position(|(known, _)| *known == means);
        let at = at.unwrap_or_else(|| {
            by_means.push((means, BTreeSet::new()));
            by_means.len() - 1
        });
        by_means.get_mut(at).into_iter().for_each(|(_, known)| known.extend(actions));
    };
    for action in grant.routes.iter().flat_map(|route| &route.actions) {
        let (actions, means) = authorized_as(*action);
        if action.is_partiql() {
            add(Means::Select, &["dynamodb:PartiQLSelect"]);
        }
        let fits = |action: &&'static str| {
            let on_index = grant.index.is_none() || *action == "dynamodb:Query";
            on_index && (grant.attributes.is_none() || !takes_whole_items(action))
        };
        add(means, &actions.iter().copied().filter(fits).collect::<Vec<_>>());
    }
    let draft = |(means, actions): (Means, BTreeSet<&'static str>)| {
        let own = match means {
            Means::Plain => None,
            Means::Inside(operation) => {
                Some(condition(Operator::StringEquals, "dynamodb:EnclosingOperation", [operation]))
            }
            Means::Select => Some(condition(Operator::Bool, "dynamodb:FullTableScan", ["false"])),
        };
        let conditions = conditions.iter().cloned().chain(own).collect();
        Draft { actions, resource: resource.clone(), conditions }
    };
    Ok(by_means.into_iter().map(draft).filter(|draft| !draft.actions.is_empty()).collect())
}

/// Whether IAM can hold all that the grant says.
fn is_exact(grant: &Grant) -> bool {
    let sort_is_free = match &grant.keys {
        Keys::Any => true,
        Keys::Within { sort, .. } => sort.as_ref().is_none_or(|sort| sort.is_everything()),
    };
    grant.must_own.is_empty() && grant.limit.is_none() && sort_is_free
}

fn resource(grant: &Grant, arn: &MethodArn) -> Result<Resource, PolicyError> {
    let table = &grant.table;
    let prefix = arn.table_prefix(table.region.as_deref(), table.account.as_deref());
    let index = grant.index.as_ref().map(|index| format!("/index/{}", index.name)).unwrap_or_default();
    Resource::new(format!("{prefix}{}{index}", table.physical)).map_err(|error| {
        PolicyError::ResourceTooLong {
            of: format!("the table `{}`", table.name),
            characters: error.characters,
        }
    })
}

/// What limits the keys and attributes; `None` where a variable is unbound.
fn conditions(grant: &Grant, decision: &Decision<'_>) -> Option<Vec<Condition>> {
    let mut conditions = Vec::new();
    if let Keys::Within { partition, .. } = &grant.keys
        && !partition.is_everything()
    {
        let (operator, value) = match partition.range(|variable| decision.value(variable))? {
            KeyRange::Exactly(key) => (Operator::ForAllValuesStringEquals, key),
            KeyRange::StartsWith(prefix) => (Operator::ForAllValuesStringLike, format!("{prefix}*")),
        };
        conditions.push(condition(operator, LEADING_KEYS, [value]));
        // `ForAllValues` is true of a request without the key, as a scan is.
        conditions.push(condition(Operator::Null, LEADING_KEYS, ["false"]));
    }
    if let Some(attributes) = &grant.attributes {
        let names: BTreeSet<&String> = attributes.iter().collect();
        conditions.push(condition(Operator::ForAllValuesStringEquals, ATTRIBUTES, names));
        conditions.push(condition(Operator::Null, ATTRIBUTES, ["false"]));
        conditions.push(condition(
            Operator::StringEqualsIfExists,
            "dynamodb:Select",
            ["SPECIFIC_ATTRIBUTES"],
        ));
        let returned = ["NONE", "UPDATED_NEW", "UPDATED_OLD"];
        conditions.push(condition(Operator::StringEqualsIfExists, "dynamodb:ReturnValues", returned));
    }
    Some(conditions)
}

fn condition<T: ToString>(
    operator: Operator,
    key: &'static str,
    values: impl IntoIterator<Item = T>,
) -> Condition {
    Condition { operator, key, values: values.into_iter().map(|value| value.to_string()).collect() }
}
