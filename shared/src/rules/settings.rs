//! How the authorizer behaves.

/// The section `authorizer` of the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizerSettings {
    /// What API definitions call the authorizer.
    pub refs: Vec<String>,
    /// The APIs and stages (`a1b2c3d4e5/prod`) that are answered; empty means all.
    pub apis: Vec<String>,
    /// Whether the DynamoDB policy is published as `$context.authorizer.session_policy`.
    pub session_policy: bool,
    /// How many verified tokens are kept; 0 is none.
    pub token_cache: usize,
    /// Whether a token may come without `Bearer`.
    pub bare_token: bool,
    /// How HTTP APIs are answered.
    pub http_api: HttpApiAnswer,
    /// The largest policy document, in bytes; for `$connect` it is 8,192 at most.
    pub max_policy_bytes: usize,
}

impl Default for AuthorizerSettings {
    fn default() -> Self {
        Self {
            refs: Vec::new(),
            apis: Vec::new(),
            session_policy: false,
            token_cache: 1000,
            bare_token: false,
            http_api: HttpApiAnswer::Iam,
            max_policy_bytes: 65_536,
        }
    }
}

/// How HTTP APIs with payload format 2.0 are answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HttpApiAnswer {
    /// With a policy, as REST APIs are.
    Iam,
    /// With `isAuthorized`.
    Simple,
}
