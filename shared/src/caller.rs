//! A verified identity: the values that the rules take from its claims.

use std::fmt;

use serde_json::Value;

use crate::claims::Claims;
use crate::compiled::Rules;
use crate::rules::{Issuer, Variable, VariableSource};

/// The most characters of a principal.
pub(crate) const MAX_PRINCIPAL: usize = 256;

/// A caller whose token was verified, under the rules that bound its variables.
#[derive(Clone)]
pub struct Caller<'c> {
    issuer: &'c str,
    claims: &'c Claims,
    /// In the order of the rules' variables.
    bindings: Vec<(&'c str, Binding)>,
}

/// What a variable is bound to.
#[derive(Clone, PartialEq, Eq)]
pub enum Binding {
    /// One text.
    One(String),
    /// The texts of a variable with `each`: sorted, none twice, at least one.
    Several(Vec<String>),
    /// Nothing, and why.
    Unbound(Unbound),
}

/// Why a variable is bound to nothing. Never tells a claim's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unbound {
    /// The token has no such claim.
    #[error("the claim is absent")]
    Absent,
    /// A claim that is no text, or for `each` no text and no list of texts.
    #[error("the claim is of another type: {0}")]
    Type(&'static str),
    /// The empty text or the empty list.
    #[error("the claim is empty")]
    Empty,
    /// A text, or one text of a list, that does not match the variable's pattern.
    #[error("a value does not match the pattern")]
    OffPattern,
    /// More values than `max_values`.
    #[error("the claim has {0} values, more than `max_values`")]
    TooMany(usize),
    /// The token is from an issuer that the variable does not name.
    #[error("the token is from another issuer")]
    OtherIssuer,
    /// An identity that exists on methods with AWS_IAM only.
    #[error("it is an identity of AWS_IAM methods, which no token holds")]
    NotFromTokens,
}

impl<'c> Caller<'c> {
    /// Binds the variables of the rules. `claims` are those of a token that `issuer` signed.
    #[must_use]
    pub fn bind(rules: &'c Rules, issuer: &'c Issuer, claims: &'c Claims) -> Self {
        let bind = |variable: &'c std::sync::Arc<Variable>| {
            (variable.name.as_str(), bind(variable, &issuer.name, claims).unwrap_or_else(Binding::Unbound))
        };
        Self { issuer: &issuer.name, claims, bindings: rules.written().variables.iter().map(bind).collect() }
    }

    /// The name of the issuer, as the rules have it.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.issuer
    }

    /// The claim of exactly this name.
    #[must_use]
    pub fn claim(&self, name: &str) -> Option<&Value> {
        self.claims.get(name)
    }

    /// Every variable of the rules, in their order.
    pub fn bindings(&self) -> impl Iterator<Item = (&'c str, &Binding)> {
        self.bindings.iter().map(|(name, binding)| (*name, binding))
    }

    /// What a variable is bound to.
    #[must_use]
    pub fn binding(&self, variable: &str) -> Option<&Binding> {
        self.bindings.iter().find(|(name, _)| *name == variable).map(|(_, binding)| binding)
    }

    /// The issuer and, where it is plain text, the token's `sub`: two issuers' callers are never the same principal.
    #[must_use]
    pub fn principal(&self) -> String {
        let plain = |character: char| character.is_ascii_alphanumeric() || "_.@|:+-".contains(character);
        match self.claims.text("sub") {
            Some(subject)
                if subject.len() + self.issuer.len() < MAX_PRINCIPAL && subject.chars().all(plain) =>
            {
                format!("{}|{subject}", self.issuer)
            }
            _ => self.issuer.to_owned(),
        }
    }
}

/// Tells which variables are bound, and to nothing of what.
impl fmt::Debug for Caller<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Caller")
            .field("issuer", &self.issuer)
            .field("bindings", &self.bindings)
            .finish()
    }
}

impl fmt::Debug for Binding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(_) => formatter.write_str("One"),
            Self::Several(values) => write!(formatter, "Several({})", values.len()),
            Self::Unbound(why) => write!(formatter, "Unbound({why:?})"),
        }
    }
}

fn bind(variable: &Variable, issuer: &str, claims: &Claims) -> Result<Binding, Unbound> {
    if !variable.issuers.is_empty() && !variable.issuers.iter().any(|named| named == issuer) {
        return Err(Unbound::OtherIssuer);
    }
    let VariableSource::Claim(claim) = &variable.source else { return Err(Unbound::NotFromTokens) };
    let value = claims.get(claim).ok_or(Unbound::Absent)?;
    let Some(max_values) = variable.each else {
        return Ok(Binding::One(bound_text(variable, value)?.to_owned()));
    };
    let mut values = match value {
        Value::Array(values) if values.is_empty() => return Err(Unbound::Empty),
        Value::Array(values) if values.len() > max_values => return Err(Unbound::TooMany(values.len())),
        Value::Array(values) => {
            values.iter().map(|value| bound_text(variable, value)).collect::<Result<Vec<_>, _>>()?
        }
        value => vec![bound_text(variable, value)?],
    };
    values.sort_unstable();
    values.dedup();
    Ok(Binding::Several(values.into_iter().map(str::to_owned).collect()))
}

fn bound_text<'v>(variable: &Variable, value: &'v Value) -> Result<&'v str, Unbound> {
    let text = match value {
        Value::String(text) => text,
        Value::Null => return Err(Unbound::Type("null")),
        Value::Bool(_) => return Err(Unbound::Type("a boolean")),
        Value::Number(_) => return Err(Unbound::Type("a number")),
        Value::Array(_) => return Err(Unbound::Type("a list")),
        Value::Object(_) => return Err(Unbound::Type("an object")),
    };
    match text.as_str() {
        "" => Err(Unbound::Empty),
        text if variable.pattern.matches(text) => Ok(text),
        _ => Err(Unbound::OffPattern),
    }
}
