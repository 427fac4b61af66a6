//! What a session policy lets through is what the grants say, in terms that IAM knows.

use keybound_shared::{Caller, MethodArn, decide};
use proptest::prelude::*;
use serde_json::{Map, Value};

use crate::calls::{Call, calls};
use crate::decisions::{loaded, parsed};
use crate::iam;
use crate::plan::{Plan, claims, plans, values};

/// Whether a grant that the caller holds says so.
fn is_granted(call: &Call, plan: &Plan, claims: &Map<String, Value>) -> bool {
    let value = |variable| values(variable, claims).map(|values| values[0].clone()).unwrap_or_default();
    (0..plan.grants.len()).any(|number| {
        let grant = &plan.grants[number];
        let within = |key: &String| match grant.partition {
            None => true,
            Some(pattern) => {
                let filled = pattern.replace("{tenant}", &value("tenant")).replace("{user}", &value("user"));
                match filled.strip_suffix('*') {
                    Some(prefix) => key.starts_with(prefix),
                    None => *key == filled,
                }
            }
        };
        // IAM would look at what a whole item holds, and not at what it loses.
        let whole =
            grant.attributes.is_some() && ["PutItem", "DeleteItem", "PartiQLInsert"].contains(&call.action);
        !grant.anyone
            && !whole
            && plan.holds(number, claims)
            && call.asked_by(grant).iter().any(|limits| call.is_within(limits))
            && call.partitions.as_ref().is_some_and(|keys| keys.iter().all(within))
    })
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
            let granted = is_granted(&call, &plan, &claims);
            prop_assert_eq!(allowed, granted, "{:?}\n{:#}\n{}", call, policy, plan.yaml());
        }
        for statement in policy["Statement"].as_array().unwrap() {
            prop_assert!(statement["Effect"] == "Allow" && !statement.to_string().contains("dynamodb:Scan"));
            prop_assert!(!statement["Resource"].to_string().contains('*'));
        }
    }
}
