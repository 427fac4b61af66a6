//! What a policy lets through is what is granted: under IAM's evaluation and API Gateway's routing.

use keybound_shared::{Caller, Loaded, MethodArn, Rules, decide};
use proptest::prelude::*;
use serde_json::{Map, Value};

use crate::decisions::{loaded, parsed};
use crate::plan::{Plan, claims, plans, values};
use crate::{gateway, iam};

const STAGE: &str = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/";
const ALPHABET: [&str; 4] = ["a", "b", "u1", "zz"];

/// Every path of up to five segments.
fn paths() -> Vec<Vec<&'static str>> {
    let mut all = vec![vec![]];
    let mut last = all.clone();
    for _ in 0..5 {
        last =
            last.iter().flat_map(|path| ALPHABET.map(|next| [path.as_slice(), &[next]].concat())).collect();
        all.extend(last.clone());
    }
    all
}

/// The routes of a verb.
fn routes<'p>(plan: &'p Plan, verb: &'p str) -> impl Iterator<Item = &'p str> {
    plan.grants
        .iter()
        .filter(move |grant| grant.verb == verb)
        .flat_map(|grant| &grant.paths)
        .map(String::as_str)
}

/// Whether one of the caller's grants opens this route on this path.
fn granted(plan: &Plan, claims: &Map<String, Value>, verb: &str, route: &str, path: &[&str]) -> bool {
    (0..plan.grants.len()).any(|number| {
        let grant = &plan.grants[number];
        let opened = grant.verb == verb && grant.paths.iter().any(|path| path == route);
        let tied = grant.tie.is_none_or(|variable| {
            let values = values(variable, claims).unwrap_or_default();
            let parameters = gateway::parameters(route, path);
            parameters
                .iter()
                .all(|(name, value)| *name != grant.tied || values.iter().any(|one| one == value))
        });
        opened && tied && plan.holds(number, claims)
    })
}

fn policy(loaded: &Loaded, claims: &Map<String, Value>) -> Value {
    let claims = parsed(claims);
    let caller = Caller::bind(&loaded.rules, &loaded.rules.written().issuers[0], &claims);
    let arn = MethodArn::parse(&format!("{STAGE}GET/")).unwrap();
    let answer = decide(&loaded.rules, &caller).answer(&arn).unwrap();
    serde_json::from_str::<Value>(&answer.to_json()).unwrap()["policyDocument"].clone()
}

/// The policy without what all resources begin with (the last law checks that), for speed.
fn below_stage(policy: &Value) -> Value {
    serde_json::from_str(&policy.to_string().replace(STAGE, "")).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, max_global_rejects: 5000, ..ProptestConfig::default() })]

    #[test]
    fn nothing_but_the_granted_routes_is_allowed(plan in plans(), claims in claims()) {
        let Some(loaded) = loaded(&plan) else { return Err(TestCaseError::reject("conflicts")) };
        let policy = below_stage(&policy(&loaded, &claims));
        let shadowed: Vec<&str> =
            loaded.warnings.iter().filter_map(|warning| warning.message.split(" is denied ").nth(1)).collect();
        for verb in ["GET", "PUT"] {
            let known: Vec<&str> = routes(&plan, verb).collect();
            let endless = known.iter().any(|route| {
                let holds = |number: usize| plan.grants[number].paths.iter().any(|path| path == route);
                route.ends_with("+}") && (0..plan.grants.len()).any(|number| holds(number) && plan.holds(number, &claims))
            });
            let deepest = known.iter().map(|route| route.split('/').filter(|one| !one.is_empty()).count()).max().unwrap_or(0);
            for path in paths() {
                let request = iam::Request {
                    action: "execute-api:Invoke".to_owned(),
                    resource: format!("{verb}/{}", path.join("/")),
                    ..iam::Request::default()
                };
                let allowed = iam::allows(&policy, &request);
                let routes = gateway::given(&known, &path);
                let all_granted = routes.iter().all(|route| granted(&plan, &claims, verb, route, &path));
                for route in &routes {
                    let granted = granted(&plan, &claims, verb, route, &path);
                    prop_assert!(granted || !allowed, "{verb} {path:?} opens {route}\n{policy:#}\n{}", plan.yaml());
                    // A route that wins in one order only is denied with the other.
                    if granted && !allowed {
                        let named = format!("`{verb} {route}` as well");
                        let told = shadowed.contains(&named.as_str());
                        prop_assert!(told, "{verb} {path:?} of {route} is closed\n{policy:#}\n{}\n{:?}", plan.yaml(), loaded.warnings);
                    }
                }
                // No route of the rules: a route that the rules do not know may stand there. Below all of them is none,
                // unless the caller holds one that has no end.
                if routes.is_empty() && !endless && path.len() > deepest {
                    prop_assert!(!allowed, "{verb} {path:?} is too deep\n{policy:#}\n{}", plan.yaml());
                }
                // A slash at the end leads to the same route, or to none.
                let slashed = iam::Request { resource: format!("{}/", request.resource), ..request };
                if !path.is_empty() && iam::allows(&policy, &slashed) {
                    prop_assert!(all_granted, "{verb} {path:?}/ opens {routes:?}\n{policy:#}\n{}", plan.yaml());
                }
            }
        }
    }

    /// A file that allows one byte less than what some caller gets is refused when it is loaded.
    #[test]
    fn no_policy_is_larger_than_loading_foresees(plan in plans(), claims in claims()) {
        let Some(loaded) = loaded(&plan) else { return Err(TestCaseError::reject("conflicts")) };
        let parsed = parsed(&claims);
        let caller = Caller::bind(&loaded.rules, &loaded.rules.written().issuers[0], &parsed);
        let stage = "s".repeat(20);
        let arn = format!("arn:aws-us-gov:execute-api:ap-northeast-1:000000000000:a1b2c3d4e5/{stage}/GET/");
        let answer = decide(&loaded.rules, &caller).answer(&MethodArn::parse(&arn).unwrap()).unwrap();
        let bytes = answer.policy().to_json().len();
        let tight = plan.yaml().replace("max_policy_bytes: 1000000", &format!("max_policy_bytes: {}", bytes - 1));
        prop_assert!(Rules::load(&tight, &|_| None).is_err(), "{bytes} bytes\n{tight}");
    }

    #[test]
    fn policies_are_of_the_safe_form(plan in plans(), claims in claims()) {
        let Some(loaded) = loaded(&plan) else { return Err(TestCaseError::reject("conflicts")) };
        let policy = policy(&loaded, &claims);
        let statements = policy["Statement"].as_array().unwrap();
        prop_assert!(!statements.is_empty());
        for statement in statements {
            prop_assert_eq!(&statement["Action"], &serde_json::json!(["execute-api:Invoke"]));
            let resources = statement["Resource"].as_array().unwrap();
            prop_assert!(!resources.is_empty());
            for resource in resources {
                let rest = resource.as_str().unwrap().strip_prefix(STAGE).unwrap();
                let whole_stage = rest == "*" && statement["Effect"] == "Deny" && statements.len() == 1;
                let verb = rest.split('/').next().unwrap();
                prop_assert!(whole_stage || ["GET", "PUT"].contains(&verb), "{resource}");
                prop_assert!(!resource.as_str().unwrap().contains(['?', '$']), "{resource}");
            }
        }
        let keys: Vec<&String> = policy.as_object().unwrap().keys().collect();
        prop_assert_eq!(keys, ["Version", "Statement"]);
    }
}
