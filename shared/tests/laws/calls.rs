//! Random calls of DynamoDB's API, as IAM is asked about them.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use crate::iam;
use crate::plan::PlannedGrant;

const TABLES: &str = "arn:aws:dynamodb:eu-west-1:123456789012:table/";

/// One call.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// The action that IAM is asked about.
    pub(crate) action: &'static str,
    /// The transaction that it is a part of: the item of a `TransactGetItems` asks for `dynamodb:GetItem`.
    pub(crate) inside: Option<&'static str>,
    pub(crate) table: &'static str,
    pub(crate) index: bool,
    /// `None` where there are none, as for a scan.
    pub(crate) partitions: Option<Vec<String>>,
    pub(crate) attributes: Vec<&'static str>,
    all_attributes: bool,
    returns: Option<&'static str>,
}

pub(crate) fn calls() -> impl Strategy<Value = Call> {
    let key = prop::sample::select(vec![
        "T#a",
        "T#a#",
        "T#a#x",
        "T#acme",
        "T#acme#x",
        "T#acme-corp",
        "T#acme-corp#x",
        "U#a",
        "U#u1",
        "u1",
        "T#a#u1",
        "FIXED",
        "FIXED#1",
        "FIXEDX",
        "*",
        "",
    ]);
    let action = prop::sample::select(vec![
        ("BatchGetItem", None),
        ("ConditionCheckItem", Some("TransactWriteItems")),
        ("DeleteItem", None),
        ("DeleteItem", Some("TransactWriteItems")),
        ("GetItem", None),
        ("GetItem", Some("TransactGetItems")),
        ("PartiQLInsert", None),
        ("PartiQLSelect", None),
        ("PartiQLSelect", Some("ExecuteTransaction")),
        ("PartiQLUpdate", None),
        ("PartiQLUpdate", Some("ExecuteTransaction")),
        ("PutItem", None),
        ("PutItem", Some("TransactWriteItems")),
        ("Query", None),
        ("Query", None),
        ("Scan", None),
        ("UpdateItem", None),
        ("UpdateItem", Some("TransactWriteItems")),
    ]);
    let partitions = prop::option::weighted(0.9, prop::collection::vec(key.prop_map(str::to_owned), 1..3));
    let attributes = prop::sample::subsequence(vec!["B", "PK", "SK", "id", "x", "secret"], 1..4);
    let returns = prop::option::of(prop::sample::select(vec!["NONE", "ALL_OLD", "UPDATED_NEW"]));
    (
        action,
        prop::sample::select(vec!["One", "Two"]),
        prop::bool::weighted(0.2),
        partitions,
        attributes,
        any::<bool>(),
        returns,
    )
        .prop_map(|((action, inside), table, index, partitions, attributes, all_attributes, returns)| {
            // Every action but a scan names keys, or a condition in their place.
            let partitions = match action {
                "Scan" => None,
                "PartiQLSelect" => partitions,
                _ => partitions.or(Some(vec!["T#a".to_owned()])),
            };
            Call { action, inside, table, index, partitions, attributes, all_attributes, returns }
        })
}

/// What a grant's action asks of a call besides its keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// The only attributes.
    pub(crate) attributes: Option<BTreeSet<&'static str>>,
    /// The only transaction.
    pub(crate) inside: Option<&'static str>,
}

impl Call {
    pub(crate) fn request(&self) -> iam::Request {
        let index = if self.index { "/index/ByB" } else { "" };
        let mut keys = BTreeMap::new();
        keys.extend(self.partitions.clone().map(|keys| ("dynamodb:LeadingKeys".to_owned(), keys)));
        let attributes = self.attributes.iter().map(|name| (*name).to_owned()).collect();
        keys.insert("dynamodb:Attributes".to_owned(), attributes);
        let mut told =
            |key: &str, value: &str| keys.insert(format!("dynamodb:{key}"), vec![value.to_owned()]);
        if self.reads() {
            told("Select", if self.all_attributes { "ALL_ATTRIBUTES" } else { "SPECIFIC_ATTRIBUTES" });
        } else if let Some(returns) = self.returns {
            told("ReturnValues", returns);
        }
        if let Some(inside) = self.inside {
            told("EnclosingOperation", inside);
        }
        if self.action == "PartiQLSelect" {
            told("FullTableScan", if self.partitions.is_none() { "true" } else { "false" });
        }
        iam::Request {
            action: format!("dynamodb:{}", self.action),
            resource: format!("{TABLES}{}{index}", self.table),
            keys,
        }
    }

    fn reads(&self) -> bool {
        ["GetItem", "Query", "BatchGetItem", "Scan", "PartiQLSelect"].contains(&self.action)
    }

    /// What each action of the grant asks of this call; nothing where the call is none of theirs.
    pub(crate) fn asked_by(&self, grant: &PlannedGrant) -> Vec<Limits> {
        if grant.table != self.table || grant.index != self.index {
            return Vec::new();
        }
        let on_index = ["Query", "Scan", "PartiQLSelect"].contains(&self.action);
        let replaces = ["PutItem", "DeleteItem", "PartiQLInsert"].contains(&self.action);
        let inside = |granted: &&'static str| match *granted {
            "TransactGetItems" => (self.action == "GetItem").then_some(Some(*granted)),
            "TransactWriteItems" => ["ConditionCheckItem", "DeleteItem", "PutItem", "UpdateItem"]
                .contains(&self.action)
                .then_some(Some(*granted)),
            "ExecuteStatement" => self.action.starts_with("PartiQL").then_some(None),
            "ExecuteTransaction" => self.action.starts_with("PartiQL").then_some(Some(*granted)),
            granted => (granted == self.action).then_some(None),
        };
        let attributes = grant.attributes.as_ref().filter(|_| !replaces);
        let limits =
            |inside| Limits { attributes: attributes.map(|names| names.iter().copied().collect()), inside };
        let asked = grant.actions.iter().filter_map(inside).map(limits);
        asked.filter(|_| !self.index || on_index).collect()
    }

    /// Whether the call is as is asked.
    pub(crate) fn is_within(&self, limits: &Limits) -> bool {
        let listed = limits.attributes.as_ref().is_none_or(|allowed| {
            let shown = if self.reads() { !self.all_attributes } else { self.returns != Some("ALL_OLD") };
            shown && self.attributes.iter().all(|name| allowed.contains(name))
        });
        listed && (limits.inside.is_none() || limits.inside == self.inside)
    }
}
