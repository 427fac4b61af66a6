//! What is taken from claims.

use crate::document::Span;
use crate::pattern::ValuePattern;

/// A named value of a caller.
#[derive(Clone, Debug)]
pub struct Variable {
    /// The name that templates read as `$context.authorizer.<name>`.
    pub name: String,
    /// What it is taken from.
    pub source: VariableSource,
    /// What its value must match as a whole.
    pub pattern: ValuePattern,
    /// With a number: a list of so many values at most, one path parameter each. Never published.
    pub each: Option<usize>,
    /// The names of the issuers whose tokens may bind it; empty means the only issuer there is.
    pub issuers: Vec<String>,
    /// Where the entry stands.
    pub span: Span,
}

/// What a variable is taken from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VariableSource {
    /// A claim of this name (a name, not a path).
    Claim(String),
    /// An identity that API Gateway itself has verified.
    Identity(Identity),
}

/// An identity that API Gateway verifies on methods with AWS_IAM; never bound by the authorizer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity {
    /// `$context.identity.cognitoIdentityId`.
    CognitoIdentityId,
}
