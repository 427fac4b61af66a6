//! What a session policy lets through is what the grants say, in terms that IAM knows.

use std::collections::BTreeMap;

use keybound_shared::{Caller, MethodArn, decide};
use proptest::prelude::*;
use serde_json::{Map, Value};

use crate::decisions::{loaded, parsed};
use crate::iam;
use crate::plan::{Plan, claims, plans, values};

const TABLES: &str = "arn:aws:dynamodb:eu-west-1:123456789012:table/";

/// One call of DynamoDB's API.
#[derive(Clone, Debug)]
struct Call {
    /// The action in the request: `TransactGetItems` asks for `dynamodb:GetItem`.
    action: &'static str,
    table: &'static str,
    index: Option<&'static str>,
    /// `None` where there are none, as for a scan.
    partitions: Option<Vec<String>>,
    attributes: Vec<&'static str>,
    all_attributes: bool,
    returns: Option<&'static str>,
}

fn calls() -> impl Strategy<Value = Call> {
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
        "T#a#u1",
        "FIXED",
        "FIXED#1",
        "FIXEDX",
        "*",
        "",
    ]);
    let action = prop::sample::select(vec![
        "BatchGetItem",
        "DeleteItem",
        "GetItem",
        "PutItem",
        "Query",
        "Scan",
        "TransactGetItems",
        "UpdateItem",
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
        .prop_map(|(action, table, index, partitions, attributes, all_attributes, returns)| Call {
            index: index.then_some("ByB"),
            // Every action but a scan names keys.
            partitions: if action == "Scan" { None } else { partitions.or(Some(vec!["T#a".to_owned()])) },
            action,
            table,
            attributes,
            all_attributes,
            returns,
        })
}

impl Call {
    fn request(&self) -> iam::Request {
        let index = self.index.map(|index| format!("/index/{index}")).unwrap_or_default();
        let mut keys = BTreeMap::new();
        keys.extend(self.partitions.clone().map(|keys| ("dynamodb:LeadingKeys".to_owned(), keys)));
        let attributes = self.attributes.iter().map(|name| (*name).to_owned()).collect();
        keys.insert("dynamodb:Attributes".to_owned(), attributes);
        let select = if self.all_attributes { "ALL_ATTRIBUTES" } else { "SPECIFIC_ATTRIBUTES" };
        if ["GetItem", "Query", "BatchGetItem", "Scan", "TransactGetItems"].contains(&self.action) {
            keys.insert("dynamodb:Select".to_owned(), vec![select.to_owned()]);
        } else {
            keys.extend(
                self.returns.map(|returns| ("dynamodb:ReturnValues".to_owned(), vec![returns.to_owned()])),
            );
        }
        let action = match self.action {
            "TransactGetItems" => {
                keys.insert("dynamodb:EnclosingOperation".to_owned(), vec!["TransactGetItems".to_owned()]);
                "GetItem"
            }
            action => action,
        };
        iam::Request {
            action: format!("dynamodb:{action}"),
            resource: format!("{TABLES}{}{index}", self.table),
            keys,
        }
    }

    /// Whether a grant that the caller holds says so.
    fn is_granted(&self, plan: &Plan, claims: &Map<String, Value>) -> bool {
        let value = |variable| values(variable, claims).map(|values| values[0].clone()).unwrap_or_default();
        (0..plan.grants.len()).any(|number| {
            let grant = &plan.grants[number];
            let within = |key: &String| match grant.partition {
                None => true,
                Some(pattern) => {
                    let filled =
                        pattern.replace("{tenant}", &value("tenant")).replace("{user}", &value("user"));
                    match filled.strip_suffix('*') {
                        Some(prefix) => key.starts_with(prefix),
                        None => *key == filled,
                    }
                }
            };
            let reads = ["GetItem", "Query", "BatchGetItem", "TransactGetItems"].contains(&self.action);
            let attributes = grant.attributes.as_ref().is_none_or(|allowed| {
                let whole = ["PutItem", "DeleteItem"].contains(&self.action);
                let listed = self.attributes.iter().all(|name| allowed.contains(name));
                let shown = if reads { !self.all_attributes } else { self.returns != Some("ALL_OLD") };
                !whole && listed && shown
            });
            // A grant of the transaction is none of the action alone; the other way round IAM sees no difference.
            let action = grant.actions.contains(&self.action)
                || (self.action == "TransactGetItems" && grant.actions.contains(&"GetItem"));
            !grant.anyone
                && plan.holds(number, claims)
                && grant.table == self.table
                && grant.index == self.index.is_some()
                && action
                && self.partitions.as_ref().is_some_and(|keys| keys.iter().all(within))
                && attributes
        })
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, max_global_rejects: 8000, ..ProptestConfig::default() })]

    #[test]
    fn a_session_policy_says_what_the_grants_say(
        plan in plans(), claims in claims(), calls in prop::collection::vec(calls(), 60)
    ) {
        let Some(loaded) = loaded(&plan) else { return Err(TestCaseError::reject("conflicts")) };
        let parsed = parsed(&claims);
        let caller = Caller::bind(&loaded.rules, &loaded.rules.written().issuers[0], &parsed);
        let arn = MethodArn::parse("arn:aws:execute-api:eu-west-1:123456789012:api/s/GET/a").unwrap();
        let Ok(document) = decide(&loaded.rules, &caller).session_policy(&arn) else {
            return Err(TestCaseError::reject("too long"));
        };
        let policy = document.map_or(serde_json::json!({"Statement": []}), |document| {
            serde_json::from_str(&document.to_json()).unwrap()
        });
        for call in calls {
            let allowed = iam::allows(&policy, &call.request());
            let granted = call.is_granted(&plan, &claims);
            prop_assert_eq!(allowed, granted, "{:?}\n{:#}\n{}", call, policy, plan.yaml());
        }
        for statement in policy["Statement"].as_array().unwrap() {
            prop_assert!(statement["Effect"] == "Allow" && !statement.to_string().contains("Scan"));
            prop_assert!(!statement["Resource"].to_string().contains('*'));
        }
    }
}
