//! What `decide` gives is what the reference evaluator gives, in whatever order the claims come.

use keybound_shared::{Caller, Claims, Loaded, Rules, decide, refusals};
use proptest::prelude::*;
use serde_json::{Map, Value};

use crate::plan::{Plan, claims, plans, values};

/// The rules of a plan; `None` where no policy can hold its grants apart.
pub(crate) fn loaded(plan: &Plan) -> Option<Loaded> {
    match Rules::load(&plan.yaml(), &|_| None) {
        Ok(loaded) => Some(loaded),
        Err(problems) => {
            let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
            let known = |said: &String| {
                said.contains("own parameters only")
                    || said.contains("is denied")
                    || said.contains("has another value")
            };
            assert!(said.iter().all(known), "{said:#?}\n{}", plan.yaml());
            None
        }
    }
}

pub(crate) fn parsed(claims: &Map<String, Value>) -> Claims {
    Claims::parse(Value::Object(claims.clone()).to_string().as_bytes()).unwrap()
}

fn shuffled(claims: &Map<String, Value>) -> Map<String, Value> {
    let backwards = |value: &Value| match value {
        Value::Array(values) => values.iter().rev().cloned().collect(),
        value => value.clone(),
    };
    claims.iter().rev().map(|(name, value)| (name.clone(), backwards(value))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, max_global_rejects: 6000, ..ProptestConfig::default() })]

    #[test]
    fn decide_is_the_reference_evaluator(plan in plans(), claims in claims()) {
        let Some(Loaded { rules, .. }) = loaded(&plan) else { return Err(TestCaseError::reject("conflicts")) };
        let claims_parsed = parsed(&claims);
        let caller = Caller::bind(&rules, &rules.written().issuers[0], &claims_parsed);
        let held: Vec<&str> = decide(&rules, &caller).grants().map(|grant| grant.name.as_str()).collect::<Vec<_>>();
        let expected: Vec<String> =
            (0..plan.grants.len()).filter(|number| plan.holds(*number, &claims)).map(|number| format!("g{number}")).collect();
        prop_assert_eq!(&held, &expected);

        let refused: Vec<String> = refusals(&rules, &caller).into_iter().map(|(grant, _)| grant.name.clone()).collect();
        prop_assert_eq!(held.len() + refused.len(), plan.grants.len());
        prop_assert!(refused.iter().all(|name| !expected.contains(name)));

        let context = decide(&rules, &caller).context();
        for variable in ["tenant", "user"] {
            let published = context.iter().find(|(name, _)| *name == variable).map(|(_, value)| value.clone());
            prop_assert_eq!(published, values(variable, &claims).map(|values| values[0].clone()));
        }
        prop_assert!(context.iter().all(|(name, _)| *name != "team"));
        prop_assert_eq!(&context.last().unwrap().1, &expected.join(","));
    }

    #[test]
    fn the_order_of_claims_and_groups_changes_no_byte(plan in plans(), claims in claims()) {
        let Some(Loaded { rules, .. }) = loaded(&plan) else { return Err(TestCaseError::reject("conflicts")) };
        let arn = keybound_shared::MethodArn::parse("arn:aws:execute-api:r:1:api/s/GET/a").unwrap();
        let other = keybound_shared::MethodArn::parse("arn:aws:execute-api:r:1:api/s/PUT/a/b:c").unwrap();
        let answer = |claims: &Map<String, Value>, arn| {
            let claims = parsed(claims);
            let caller = Caller::bind(&rules, &rules.written().issuers[0], &claims);
            decide(&rules, &caller).answer(arn).map(|answer| answer.to_json())
        };
        let first = answer(&claims, &arn);
        prop_assert_eq!(&first, &answer(&shuffled(&claims), &arn));
        prop_assert_eq!(&first, &answer(&claims, &other));
    }
}
