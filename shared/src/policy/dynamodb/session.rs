//! What a caller may do in DynamoDB: the session policy, for credentials that are the caller's own.
//!
//! A grant that says more than IAM can hold gives no statement, unless it says that the whole partition may be had. Only
//! actions that carry `LeadingKeys` are ever allowed; `Scan` does not.

use std::collections::{BTreeMap, BTreeSet};

use crate::arn::MethodArn;
use crate::decision::Decision;
use crate::iam::{Condition, Document, Resource, Statement};
use crate::rules::{Grant, Keys, Opens, SessionStatement};

use super::{Means, SCAN, authorized, leading_keys, only_attributes, resource, takes_whole_items, written};
use crate::policy::{MAX_SESSION, PolicyError};

/// The policy for one caller; `None` where no grant gives a statement.
pub(in crate::policy) fn document(
    decision: &Decision<'_>,
    arn: &MethodArn,
) -> Result<Option<Document>, PolicyError> {
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

fn drafts_of(grant: &Grant, decision: &Decision<'_>, arn: &MethodArn) -> Result<Vec<Draft>, PolicyError> {
    if grant.opens == Opens::Anyone || !(is_exact(grant) || grant.session == SessionStatement::WholePartition)
    {
        return Ok(Vec::new());
    }
    let Some(conditions) = conditions(grant, decision) else { return Ok(Vec::new()) };
    let resource = resource(grant, Some(arn))?;
    let mut by_means: BTreeMap<Means, BTreeSet<&'static str>> = BTreeMap::new();
    let actions = grant.routes.iter().flat_map(|route| &route.actions);
    for (action, means) in actions.flat_map(|action| authorized(grant, *action)) {
        if action != SCAN && (grant.attributes.is_none() || !takes_whole_items(action)) {
            by_means.entry(means).or_default().insert(action);
        }
    }
    let draft = |(means, actions): (Means, _)| Draft {
        actions,
        resource: resource.clone(),
        conditions: conditions.iter().cloned().chain(means.conditions()).collect(),
    };
    Ok(by_means.into_iter().map(draft).collect())
}

/// Whether IAM can hold all that the grant says.
fn is_exact(grant: &Grant) -> bool {
    let sort_is_free = match &grant.keys {
        Keys::Any => true,
        Keys::Within { sort, .. } => sort.as_ref().is_none_or(|sort| sort.is_everything()),
    };
    grant.must_own.is_empty() && grant.limit.is_none() && sort_is_free
}

/// What limits the keys and attributes; `None` where a variable is unbound.
fn conditions(grant: &Grant, decision: &Decision<'_>) -> Option<Vec<Condition>> {
    let mut conditions = Vec::new();
    if let Keys::Within { partition, .. } = &grant.keys
        && !partition.is_everything()
    {
        let (operator, key) = written(partition.range(|variable| decision.value(variable))?);
        conditions.extend(leading_keys(operator, [key]));
    }
    if let Some(attributes) = &grant.attributes {
        conditions.extend(only_attributes(&attributes.iter().map(String::as_str).collect()));
    }
    Some(conditions)
}
