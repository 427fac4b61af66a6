//! Callers' tokens: signed JSON Web Tokens in the compact form (RFC 7515, RFC 7519), verified as RFC 8725 asks.
//!
//! A token is taken apart strictly ([`Verifier::verify`]), its `iss` picks one configured issuer, and from there on only
//! that issuer's settings and keys count. What a token says about keys (`jku`, `x5u`, `jwk`, ...) is refused unread.

mod cache;
mod claims;
mod compact;
mod header;
mod refusal;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use keybound_shared::{Claims, Issuer};

use crate::keys::{KeyLookupError, KeyStore, KeysUnavailable, Moment, PublicKey};

use self::cache::{Fingerprint, TokenCache};
use self::claims::Validity;
use self::compact::CompactToken;
use self::header::Header;

pub use self::refusal::{Refusal, Refused};

/// The largest token, in bytes. API Gateway passes no more than 10,240 bytes of headers.
pub const MAX_BYTES: usize = 10_240;

/// Verifies tokens of the configured issuers. Made anew for new rules, with an empty cache.
pub struct Verifier {
    issuers: Vec<Arc<Issuer>>,
    keys: KeyStore,
    cache: TokenCache<Verified>,
}

/// A token that was accepted: whose it is, and what it says.
pub struct Verified {
    issuer: Arc<Issuer>,
    claims: Claims,
    validity: Validity,
    key: Arc<PublicKey>,
}

impl Verifier {
    /// A verifier for tokens of these issuers with these keys, that remembers up to `cache_size` accepted tokens
    /// (0: none).
    ///
    /// No two issuers may have the same `issuer`; of two, the first one would get all tokens.
    #[must_use]
    pub fn new(issuers: Vec<Arc<Issuer>>, keys: KeyStore, cache_size: usize) -> Self {
        Self { issuers, keys, cache: TokenCache::new(cache_size) }
    }

    /// The issuers' keys.
    #[must_use]
    pub const fn keys(&self) -> &KeyStore {
        &self.keys
    }

    /// Verifies a token: the bare text, without `Bearer`.
    ///
    /// A token that was accepted before is not parsed and not verified again, but its key must still be in the issuer's
    /// key set, unchanged, and that set not too old; and its times are compared with `now` again.
    ///
    /// # Errors
    ///
    /// [`Refused::Token`] where the token is not to be accepted, [`Refused::Keys`] where nobody can tell, for the
    /// issuer's keys cannot be had.
    pub async fn verify(&self, token: &str, now: Moment) -> Result<Arc<Verified>, Refused> {
        self.verify_within(token, now, Duration::MAX).await
    }

    /// As [`Verifier::verify`], with at most `time` for fetching keys. A fetch that takes longer counts as failed, which
    /// one that is cut off from outside does not.
    ///
    /// # Errors
    ///
    /// As [`Verifier::verify`].
    pub async fn verify_within(
        &self,
        token: &str,
        now: Moment,
        time: Duration,
    ) -> Result<Arc<Verified>, Refused> {
        if token.is_empty() {
            return Err(Refusal::MissingToken.into());
        }
        if token.len() > MAX_BYTES {
            return Err(Refusal::TooLarge.into());
        }
        let fingerprint = self.cache.is_used().then(|| Fingerprint::of(token));
        if let Some(fingerprint) = &fingerprint
            && let Some(known) = self.cache.get(fingerprint)
        {
            let key = self.key(&known.issuer, known.key.kid(), now, time).await?;
            if key == known.key && known.validity.check(now).is_ok() {
                return Ok(known);
            }
            self.cache.remove(fingerprint);
        }
        let verified = Arc::new(self.verify_anew(token, now, time).await?);
        if let Some(fingerprint) = fingerprint {
            self.cache.insert(fingerprint, Arc::clone(&verified));
        }
        Ok(verified)
    }

    async fn verify_anew(&self, token: &str, now: Moment, time: Duration) -> Result<Verified, Refused> {
        let parts = CompactToken::split(token)?;
        let header = Header::parse(&parts.header)?;
        let claims = Claims::parse(&parts.payload).map_err(|_| Refusal::Malformed)?;
        let issuer = claims.text("iss").ok_or(Refusal::Issuer)?;
        let issuer = self.issuers.iter().find(|known| known.issuer == issuer).ok_or(Refusal::Issuer)?;
        if !issuer.algorithms.contains(&header.algorithm) {
            return Err(Refusal::Algorithm.into());
        }
        let key = self.key(issuer, &header.kid, now, time).await?;
        if !key.serves(header.algorithm) {
            return Err(Refusal::Algorithm.into());
        }
        if !key.verifies(header.algorithm, parts.signed.as_bytes(), &parts.signature) {
            return Err(Refusal::Signature.into());
        }
        let validity = Validity::of(&claims, issuer)?;
        validity.check(now)?;
        claims::check_audience(&claims, issuer)?;
        Ok(Verified { issuer: Arc::clone(issuer), claims, validity, key })
    }

    async fn key(
        &self,
        issuer: &Issuer,
        kid: &str,
        now: Moment,
        time: Duration,
    ) -> Result<Arc<PublicKey>, Refused> {
        self.keys.key(&issuer.name, kid, now, time).await.map_err(|error| match error {
            KeyLookupError::Unknown => Refusal::KidUnknown.into(),
            KeyLookupError::Unavailable(cause) => {
                KeysUnavailable { issuer: issuer.name.clone(), cause }.into()
            }
        })
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Verifier({} issuers)", self.issuers.len())
    }
}

impl Verified {
    /// Who issued the token.
    #[must_use]
    pub fn issuer(&self) -> &Arc<Issuer> {
        &self.issuer
    }

    /// What the token says.
    #[must_use]
    pub const fn claims(&self) -> &Claims {
        &self.claims
    }

    /// The token's `exp`; the issuer's leeway is not added.
    #[must_use]
    pub fn expires(&self) -> SystemTime {
        self.validity.expires()
    }

    /// The key of the signature.
    #[must_use]
    pub const fn key(&self) -> &Arc<PublicKey> {
        &self.key
    }
}

impl fmt::Debug for Verified {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Verified(issuer `{}`, {:?})", self.issuer.name, self.claims)
    }
}
