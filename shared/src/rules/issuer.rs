//! Whose tokens are accepted.

use std::time::Duration;

use crate::document::Span;

/// One issuer of tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    /// The name that the rules give it.
    pub name: String,
    /// The `iss` of its tokens, compared byte for byte.
    pub issuer: String,
    /// Of which a token's `aud` must hold one; with [`TokenUse::Access`], of which its `client_id` must be one.
    pub audience: Vec<String>,
    /// Which of Cognito's two kinds of token is meant; absent for other issuers.
    pub token_use: Option<TokenUse>,
    /// The signature algorithms that the issuer uses. Never empty.
    pub algorithms: Vec<Algorithm>,
    /// Where its keys come from.
    pub keys: KeySource,
    /// How long a fetched key set may be used.
    pub max_age: Duration,
    /// How far the clocks may differ; at most 60 s.
    pub leeway: Duration,
    /// The longest time from `iat` (or from now) to `exp`.
    pub max_lifetime: Duration,
    /// Whether keys may come by http from a loopback address; for tests.
    pub insecure_loopback: bool,
    /// Where the entry stands.
    pub span: Span,
}

/// Cognito's `token_use` claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenUse {
    /// An access token: its client is in `client_id`.
    Access,
    /// An id token: its client is in `aud`.
    Id,
}

impl TokenUse {
    /// As the claim and the rules write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Id => "id",
        }
    }
}

/// A signature algorithm of RFC 7518 or RFC 8037. Symmetric ones and `none` do not exist here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    Rs512,
    /// RSASSA-PSS with SHA-256.
    Ps256,
    /// RSASSA-PSS with SHA-384.
    Ps384,
    /// RSASSA-PSS with SHA-512.
    Ps512,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// Ed25519.
    EdDsa,
}

impl Algorithm {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::Es256,
        Self::Es384,
        Self::EdDsa,
    ];

    /// As `alg` and the rules write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::EdDsa => "EdDSA",
        }
    }
}

/// Where an issuer's keys come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// The `jwks_uri` of the issuer's discovery document.
    Discovery,
    /// A JSON Web Key Set at this address.
    Uri(String),
    /// A JSON Web Key Set in this file, beside the rules; no network.
    File(String),
}
