//! Callers: who they are, what the rules give them, and whom a method lets in.

use std::sync::Arc;

use keybound_linter::api::{Authorization, Integration};
use keybound_shared::{
    Caller, Claims, Comparand, Decision, Document, Effect, Grant, MethodArn, Opens, Route, Rules,
    ValuePattern, Variable, VariableSource, decide,
};
use keybound_vtl::java::regex;
use serde_json::{Map, Value as Json, json};

use crate::chooser::Chooser;

/// Someone who calls.
pub(crate) struct Visitor<'r> {
    /// The claims of the token; none where nobody asked for one.
    pub(crate) claims: Option<Map<String, Json>>,
    pub(crate) decision: Decision<'r>,
    /// `$context` by dotted path, as it follows from who calls.
    pub(crate) context: Vec<(String, String)>,
    /// For each grant that opens the route: the path parameters that it ties, and to which values.
    pub(crate) entries: Vec<Vec<(String, Vec<String>)>>,
    /// What API Gateway holds requests against; none where it asks for no policy.
    policy: Option<Document>,
}

/// Values of other callers.
pub(crate) const OTHERS: [&str; 3] = ["globex", "mallory", "a-b"];

/// Who the definition says is asked for.
enum Gate {
    Ours,
    Pool,
    Nobody,
}

fn gate(rules: &Rules, integration: &Integration) -> Option<Gate> {
    let refs = &rules.written().authorizer.refs;
    match &integration.authorization {
        Authorization::Lambda(name) | Authorization::Other(name) if refs.contains(name) => Some(Gate::Ours),
        Authorization::UserPool(_) => Some(Gate::Pool),
        Authorization::Iam | Authorization::Unknown => None,
        _ => Some(Gate::Nobody),
    }
}

/// A caller whom a route lets in; none where this choice gives none.
pub(crate) fn visitor<'r>(
    rules: &'r Rules,
    integration: &Integration,
    route: &Route,
    chooser: &mut Chooser,
) -> Option<Visitor<'r>> {
    match gate(rules, integration)? {
        Gate::Ours => verified(rules, route, chooser),
        Gate::Pool => {
            let claims: Map<String, Json> = [("sub".to_owned(), json!(uuid(chooser)))].into_iter().collect();
            let decision = decision(rules, &claims, 0)?;
            let context = vec![("authorizer.claims.sub".to_owned(), claims["sub"].as_str()?.to_owned())];
            Some(Visitor { claims: Some(claims), decision, context, entries: vec![Vec::new()], policy: None })
        }
        Gate::Nobody => Some(Visitor {
            claims: None,
            decision: rules.unverified(),
            context: Vec::new(),
            entries: vec![Vec::new()],
            policy: None,
        }),
    }
}

/// A holder of one grant or two, and of what follows.
fn verified<'r>(rules: &'r Rules, route: &Route, chooser: &mut Chooser) -> Option<Visitor<'r>> {
    let all = &rules.written().grants;
    let opening: Vec<&Arc<Grant>> = all.iter().filter(|grant| grant.on(route).is_some()).collect();
    // Whoever holds another grant comes to the route only if its policy lets them through by mistake.
    let from = if opening.is_empty() || chooser.chance(8) { all.iter().collect() } else { opening };
    let mut grants = vec![*from.get(chooser.below(from.len()))?];
    if chooser.chance(25) {
        grants.push(&all[chooser.below(all.len())]);
    }
    let claims = claims(rules, &grants, chooser)?;
    let issuers = &rules.written().issuers;
    let issuer = issuers.iter().position(|issuer| {
        grants.iter().all(|grant| match &grant.opens {
            Opens::Callers(claimant) => {
                claimant.issuers.is_empty() || claimant.issuers.contains(&issuer.name)
            }
            Opens::Anyone => true,
        })
    })?;
    let decision = decision(rules, &claims, issuer)?;
    let mut context: Vec<(String, String)> =
        decision.context().into_iter().map(|(name, value)| (format!("authorizer.{name}"), value)).collect();
    context.push(("authorizer.principalId".to_owned(), decision.principal().to_owned()));
    context.push(("authorizer.integrationLatency".to_owned(), "17".to_owned()));
    let entries = decision.grants().filter(|grant| grant.on(route).is_some());
    let mut entries: Vec<_> = entries.map(|grant| ties(grant, route, &claims)).collect();
    if entries.is_empty() {
        entries.push(Vec::new());
    }
    let policy = decision.answer(&MethodArn::parse(&arn(rules, "GET", "/")).ok()?).ok()?.policy().clone();
    Some(Visitor { claims: Some(claims), decision, context, entries, policy: Some(policy) })
}

fn decision<'r>(rules: &'r Rules, claims: &Map<String, Json>, issuer: usize) -> Option<Decision<'r>> {
    let parsed = Claims::parse(Json::Object(claims.clone()).to_string().as_bytes()).ok()?;
    let caller = Caller::bind(rules, rules.written().issuers.get(issuer)?, &parsed);
    Some(decide(rules, &caller))
}

/// Claims of someone who holds these grants, with other claims beside them.
fn claims(rules: &Rules, grants: &[&Arc<Grant>], chooser: &mut Chooser) -> Option<Map<String, Json>> {
    let mut claims = Map::new();
    for grant in grants {
        let Opens::Callers(claimant) = &grant.opens else { continue };
        for (claim, values) in &claimant.when {
            let value = value_of(&values[chooser.below(values.len())]);
            let both = match claims.remove(claim) {
                Some(Json::Array(mut held)) => {
                    held.push(value);
                    Json::Array(held)
                }
                Some(held) if held != value => json!([held, value]),
                _ => value,
            };
            claims.insert(claim.clone(), both);
        }
    }
    for variable in &rules.written().variables {
        let VariableSource::Claim(claim) = &variable.source else { continue };
        let is_needed = grants.iter().any(|grant| grant.needed().contains(variable.name.as_str()));
        if claims.contains_key(claim) {
            continue;
        }
        let value = if is_needed || chooser.chance(50) {
            bound(variable, chooser)
        } else {
            // What does not fit the pattern binds nothing.
            chooser.chance(50).then(|| json!("not a value #\"{}"))
        };
        claims.extend(value.map(|value| (claim.clone(), value)));
    }
    Some(claims)
}

fn bound(variable: &Variable, chooser: &mut Chooser) -> Option<Json> {
    let one = value_within(&variable.pattern, chooser)?;
    Some(if variable.each.is_some() { json!([one]) } else { json!(one) })
}

fn value_of(comparand: &Comparand) -> Json {
    match comparand {
        Comparand::Text(text) => json!(text),
        Comparand::Boolean(value) => json!(value),
        Comparand::Whole(number) => json!(number),
        Comparand::Other(bits) => json!(f64::from_bits(*bits)),
    }
}

/// A value of a pattern: likely ones, the shortest, the longest, and any of its characters in between.
pub(crate) fn value_within(pattern: &ValuePattern, chooser: &mut Chooser) -> Option<String> {
    let admitted: Vec<char> = (' '..='~').filter(|c| pattern.admits(*c)).collect();
    for _ in 0..6 {
        let value = match chooser.below(5) {
            0 => chooser.pick(&["acme", "alice", "acme-1", "a", "A", "0"]).to_owned(),
            1 => admitted.get(chooser.below(admitted.len()))?.to_string(),
            kind => {
                let length = if kind == 2 { pattern.longest() } else { 1 + chooser.below(pattern.longest()) };
                (0..length).map(|_| admitted[chooser.below(admitted.len())]).collect()
            }
        };
        if pattern.matches(&value) {
            return Some(value);
        }
    }
    let likely = ["acme", "17", "6f1c4d2a-9b7e-4c1d-8a53-0e2f7b9c6d41"].map(str::to_owned);
    let sampled = regex::sample(pattern.source());
    likely.into_iter().chain(sampled).find(|value| pattern.matches(value))
}

fn uuid(chooser: &mut Chooser) -> String {
    let digits: Vec<char> = "0123456789abcdef".chars().collect();
    let form = "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx".chars();
    form.map(|c| if c == 'x' { digits[chooser.below(16)] } else { c }).collect()
}

/// The values that a grant ties a route's path parameters to, by the names that the route gives them.
fn ties(grant: &Grant, route: &Route, claims: &Map<String, Json>) -> Vec<(String, Vec<String>)> {
    let Some((granted, (_, path))) = grant.on(route).zip(route.http()) else { return Vec::new() };
    let Some((_, other)) = granted.route.http() else { return Vec::new() };
    let tied = path.parameters().zip(other.parameters()).filter_map(|(own, name)| {
        let VariableSource::Claim(claim) = &grant.tied(name)?.source else { return None };
        let values = match claims.get(claim)? {
            Json::Array(values) => {
                values.iter().filter_map(|value| Some(value.as_str()?.to_owned())).collect()
            }
            value => vec![value.as_str()?.to_owned()],
        };
        Some((own.to_owned(), values))
    });
    tied.collect()
}

impl Visitor<'_> {
    /// Whether API Gateway lets the caller ask for this.
    pub(crate) fn is_let_in(&self, rules: &Rules, verb: &str, path: &str) -> bool {
        let Some(policy) = &self.policy else { return true };
        let arn = arn(rules, verb, path);
        let is_meant = |effect: Effect| {
            let statements = policy.statements().iter().filter(|statement| statement.effect() == effect);
            statements.flat_map(|statement| statement.resources()).any(|resource| fits(resource, &arn))
        };
        is_meant(Effect::Allow) && !is_meant(Effect::Deny)
    }
}

fn arn(rules: &Rules, verb: &str, path: &str) -> String {
    let api = rules.written().authorizer.apis.first().map_or("a1b2c3d4e5/prod", String::as_str);
    format!("arn:aws:execute-api:eu-west-1:123456789012:{api}/{verb}{path}")
}

/// IAM's wildcards.
fn fits(pattern: &str, text: &str) -> bool {
    match pattern.split_once(['*', '?']) {
        None => pattern == text,
        Some((before, after)) => {
            let Some(rest) = text.strip_prefix(before) else { return false };
            match pattern.as_bytes()[before.len()] {
                b'?' => rest.chars().next().is_some_and(|c| fits(after, &rest[c.len_utf8()..])),
                _ => (0..=rest.len()).any(|at| rest.is_char_boundary(at) && fits(after, &rest[at..])),
            }
        }
    }
}
