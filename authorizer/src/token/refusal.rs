//! Why a token is not accepted.

use crate::keys::KeysUnavailable;

/// Why a token is refused. Neither the name nor the text says anything of what the token holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Refusal {
    /// There is no token.
    #[error("no token")]
    MissingToken,
    /// More than 10 KB.
    #[error("the token has more than {} bytes", super::MAX_BYTES)]
    TooLarge,
    /// Not three parts of base64url in its only form, or header or payload are no JSON object, are nested deeper than
    /// 32, or have a member twice.
    #[error("not a signed JSON Web Token in the compact form")]
    Malformed,
    /// The header has a member that is not taken, or `kid` or `typ` is not as it must be.
    #[error("the token's header holds what is not accepted, or has no `kid`")]
    Header,
    /// The header's `alg` is none of the issuer's, or not the key's.
    #[error("the token's algorithm is not one of the issuer's and of the key")]
    Algorithm,
    /// The issuer's key set has no key of the header's `kid`.
    #[error("the issuer has no key of this `kid`")]
    KidUnknown,
    /// The signature is not the key's.
    #[error("the signature is not one of the key")]
    Signature,
    /// `exp` is over.
    #[error("the token has expired")]
    Expired,
    /// `nbf` or `iat` is in the future.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// The token is valid for longer than `max_lifetime`.
    #[error("the token's lifetime is longer than the rules accept")]
    Lifetime,
    /// `iss` is no configured issuer.
    #[error("the token is of no configured issuer")]
    Issuer,
    /// Neither `aud` (or `client_id`) is one of the issuer's `audience`.
    #[error("the token is meant for another audience")]
    Audience,
    /// `token_use` is not the configured one.
    #[error("the token is of another use, or says none")]
    TokenUse,
    /// A registered claim is missing, of another type than it must be, or contradicts another one.
    #[error("a registered claim is missing or not as it must be")]
    Claims,
}

impl Refusal {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::MissingToken,
        Self::TooLarge,
        Self::Malformed,
        Self::Header,
        Self::Algorithm,
        Self::KidUnknown,
        Self::Signature,
        Self::Expired,
        Self::NotYetValid,
        Self::Lifetime,
        Self::Issuer,
        Self::Audience,
        Self::TokenUse,
        Self::Claims,
    ];

    /// The reason's name in logs and metrics. Stable: people build alarms on it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::MissingToken => "missing_token",
            Self::TooLarge => "too_large",
            Self::Malformed => "malformed",
            Self::Header => "header",
            Self::Algorithm => "algorithm",
            Self::KidUnknown => "kid_unknown",
            Self::Signature => "signature",
            Self::Expired => "expired",
            Self::NotYetValid => "not_yet_valid",
            Self::Lifetime => "lifetime",
            Self::Issuer => "issuer",
            Self::Audience => "audience",
            Self::TokenUse => "token_use",
            Self::Claims => "claims",
        }
    }
}

/// Why there is no verified token: the token's fault (401), or ours (500).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The token is not accepted.
    #[error(transparent)]
    Token(#[from] Refusal),
    /// Nobody can tell: the issuer's keys cannot be had. The answer must not be cached.
    #[error(transparent)]
    Keys(#[from] KeysUnavailable),
}

impl Refused {
    /// The reason's name in logs and metrics; see [`Refusal::code`].
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Token(refusal) => refusal.code(),
            Self::Keys(_) => "keys_unavailable",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_reason_has_a_code_of_its_own() {
        let codes: HashSet<&str> = Refusal::ALL.into_iter().map(Refusal::code).collect();
        assert_eq!(codes.len(), Refusal::ALL.len());
        let plain = |code: &str| code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        assert!(codes.into_iter().all(plain));
    }
}
