//! Who callers are, for people.

use keybound_shared::{Comparand, Grant, Opens};

use crate::api::Authorization;

/// Who may call, by the definition.
pub fn authorization(authorization: &Authorization) -> String {
    match authorization {
        Authorization::Open => "anyone".to_owned(),
        Authorization::ApiKeyOnly => "anyone with an API key".to_owned(),
        Authorization::Iam => "IAM".to_owned(),
        Authorization::UserPool(name) => format!("user pool {name}"),
        Authorization::Lambda(name) => format!("authorizer {name}"),
        Authorization::Other(name) => format!("security scheme {name}"),
        Authorization::Unknown => "callers not known".to_owned(),
    }
}

/// What a grant asks of its callers.
pub(super) fn when(grant: &Grant) -> String {
    let Opens::Callers(claimant) = &grant.opens else { return "anyone".to_owned() };
    let mut asked: Vec<String> = Vec::new();
    for (claim, values) in &claimant.when {
        let values: Vec<String> = values.iter().map(comparand).collect();
        asked.push(format!("{claim} is {}", values.join(" or ")));
    }
    if !claimant.issuers.is_empty() {
        asked.push(format!("the issuer is {}", claimant.issuers.join(" or ")));
    }
    if asked.is_empty() { "every verified caller".to_owned() } else { asked.join("; ") }
}

fn comparand(comparand: &Comparand) -> String {
    match comparand {
        Comparand::Text(text) => text.clone(),
        Comparand::Boolean(value) => value.to_string(),
        Comparand::Whole(number) => number.to_string(),
        Comparand::Other(bits) => f64::from_bits(*bits).to_string(),
    }
}
