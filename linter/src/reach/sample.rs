//! A caller made up for a proof: one who holds a grant, and no more than has to come with it.

use std::collections::BTreeSet;

use keybound_shared::{
    Caller, Claims, Comparand, Decision, Grant, Opens, Route, Rules, ValuePattern, VariableSource, decide,
};
use keybound_vtl::java::regex;
use serde_json::{Map, Value, json};

use super::callers::{Callers, Identity, SUBJECT};

/// A caller, and what follows for templates.
#[derive(Clone, Debug)]
pub struct Sample<'r> {
    /// The claims of the token; none for callers who need none.
    pub claims: Option<Map<String, Value>>,
    /// `$context` by dotted path, as far as it follows from who calls.
    pub context: Vec<(String, String)>,
    /// Path parameters that can have this value only.
    pub tied: Vec<(String, String)>,
    /// What the rules give the caller.
    pub decision: Decision<'r>,
    /// Whether what `$context.authorizer` holds besides is not the rules' to say.
    pub foreign: bool,
}

/// The user pool's name for the caller of samples.
const POOL_SUBJECT: &str = "6f1c4d2a-9b7e-4c1d-8a53-0e2f7b9c6d41";

impl<'r> Sample<'r> {
    /// Samples of certain callers on a route: one who has all that the rules take from tokens, and one who has no more
    /// than the grant asks for. None where none could be made up.
    pub fn all(rules: &'r Rules, callers: &Callers, route: &Route) -> Vec<Self> {
        let everything: BTreeSet<&str> = rules.written().variables.iter().map(|v| v.name.as_str()).collect();
        let full = callers.by.as_ref().filter(|_| callers.identity == Identity::Authorizer);
        let full = full.and_then(|by| Self::holder(rules, callers, by, route, &everything));
        full.into_iter().chain(Self::of(rules, callers, route)).collect()
    }

    /// A sample of certain callers on a route, who has no more than the grant asks for.
    pub fn of(rules: &'r Rules, callers: &Callers, route: &Route) -> Option<Self> {
        match (callers.identity, &callers.by) {
            (Identity::Authorizer, Some(by)) => Self::holder(rules, callers, by, route, &by.needed()),
            (Identity::Pool, _) => {
                let claims: Map<String, Value> =
                    [(SUBJECT.to_owned(), json!(POOL_SUBJECT))].into_iter().collect();
                let decision = decided(rules, &claims, None)?;
                let context = vec![(format!("authorizer.claims.{SUBJECT}"), POOL_SUBJECT.to_owned())];
                Some(Self { claims: Some(claims), context, tied: Vec::new(), decision, foreign: true })
            }
            // What IAM says of a caller no token does.
            (Identity::Iam, _) if !callers.held.is_empty() => None,
            (identity, _) => {
                let foreign = identity == Identity::Foreign;
                let decision = rules.unverified();
                Some(Self { claims: None, context: Vec::new(), tied: Vec::new(), decision, foreign })
            }
        }
    }

    fn holder(
        rules: &'r Rules,
        callers: &Callers,
        by: &Grant,
        route: &Route,
        bound: &BTreeSet<&str>,
    ) -> Option<Self> {
        let mut claims = Map::new();
        let mut taken: Vec<String> = Vec::new();
        if let Opens::Callers(claimant) = &by.opens {
            for (claim, values) in &claimant.when {
                claims.insert(claim.clone(), value_of(values.first()?)?);
            }
        }
        for variable in rules.written().variables.iter().filter(|v| bound.contains(v.name.as_str())) {
            let VariableSource::Claim(claim) = &variable.source else { continue };
            if !claims.contains_key(claim) {
                let value = value_within(&variable.pattern, &taken)?;
                taken.push(value.clone());
                let value = if variable.each.is_some() { json!([value]) } else { json!(value) };
                claims.insert(claim.clone(), value);
            }
        }
        let decision = decided(rules, &claims, Some(by))?;
        let published = decision.context().into_iter();
        let context = published.map(|(name, value)| (format!("authorizer.{name}"), value)).collect();
        let tie = |name: &str| {
            let variable = callers.tied(name, route)?;
            let VariableSource::Claim(claim) = &variable.source else { return None };
            let value = match claims.get(claim)? {
                Value::Array(values) => values.first()?.as_str()?.to_owned(),
                value => value.as_str()?.to_owned(),
            };
            Some((name.to_owned(), value))
        };
        let parameters =
            route.http().map(|(_, path)| path.parameters().collect::<Vec<_>>()).unwrap_or_default();
        let tied = parameters.into_iter().filter_map(tie).collect();
        Some(Self { claims: Some(claims), context, tied, decision, foreign: false })
    }
}

/// The decision for these claims, which must hold a grant; the issuer is one from whom such a caller may come.
fn decided<'r>(
    rules: &'r Rules,
    claims: &Map<String, Value>,
    holding: Option<&Grant>,
) -> Option<Decision<'r>> {
    let claims = Claims::parse(Value::Object(claims.clone()).to_string().as_bytes()).ok()?;
    rules.written().issuers.iter().find_map(|issuer| {
        let caller = Caller::bind(rules, issuer, &claims);
        let decision = decide(rules, &caller);
        let holds = holding.is_none_or(|wanted| decision.grants().any(|grant| grant.name == wanted.name));
        holds.then_some(decision)
    })
}

fn value_of(comparand: &Comparand) -> Option<Value> {
    Some(match comparand {
        Comparand::Text(text) => json!(text),
        Comparand::Boolean(value) => json!(value),
        Comparand::Whole(number) => json!(number),
        Comparand::Other(bits) => json!(f64::from_bits(*bits)),
    })
}

/// A value that a pattern admits; another one than those taken, where there is one.
fn value_within(pattern: &ValuePattern, taken: &[String]) -> Option<String> {
    const LIKELY: [&str; 10] = [
        "acme",
        "alice",
        "acme-1",
        "a1",
        "17",
        "A17",
        POOL_SUBJECT,
        "user@example.com",
        "eu-west-1:6f1c4d2a-9b7e-4c1d-8a53-0e2f7b9c6d41",
        "aaaaaaaaaaaaaaaa",
    ];
    let likely = LIKELY.into_iter().map(str::to_owned).chain(regex::sample(pattern.source()));
    let fitting: Vec<String> = likely.filter(|value| pattern.matches(value)).collect();
    let free = fitting.iter().find(|value| !taken.contains(value));
    free.or(fitting.first()).cloned()
}
