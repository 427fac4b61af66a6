//! The registered claims of a token (RFC 7519, 4.1), and Cognito's.

use std::time::{Duration, SystemTime};

use keybound_shared::{Claims, Issuer, TokenUse};
use serde_json::Value;

use crate::keys::Moment;

use super::refusal::Refusal;

/// The most that `leeway` may be, whatever the rules say.
const MAX_LEEWAY: Duration = Duration::from_secs(60);
/// The last second of the year 9999. No honest clock shows more, and sums with it cannot overflow.
const LATEST: Duration = Duration::from_secs(253_402_300_799);

/// When a token is valid. All times count from the Unix epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Validity {
    /// The first moment, with the leeway: `nbf` or `iat`, whichever is later.
    from: Duration,
    /// `exp`.
    expires: Duration,
    leeway: Duration,
    /// Where there is no `iat`: the longest that `exp` may be ahead.
    ahead: Option<Duration>,
}

impl Validity {
    /// Reads `exp`, `nbf` and `iat` and holds them against each other.
    pub(super) fn of(claims: &Claims, issuer: &Issuer) -> Result<Self, Refusal> {
        // A whole number: a fraction says nothing that an issuer of tokens means, and is a way to confuse the next reader.
        let whole = claims.get("exp").and_then(Value::as_u64).map(Duration::from_secs);
        let expires = whole.filter(|time| *time <= LATEST).ok_or(Refusal::Claims)?;
        let not_before = time(claims, "nbf")?;
        let issued = time(claims, "iat")?;
        if let Some(issued) = issued {
            if expires < issued {
                return Err(Refusal::Claims);
            }
            if expires - issued > issuer.max_lifetime {
                return Err(Refusal::Lifetime);
            }
        }
        let leeway = issuer.leeway.min(MAX_LEEWAY);
        let from = not_before.max(issued).unwrap_or_default().saturating_sub(leeway);
        let ahead = issued.is_none().then(|| issuer.max_lifetime.saturating_add(leeway));
        Ok(Self { from, expires, leeway, ahead })
    }

    /// Whether the token is valid now.
    pub(super) fn check(&self, now: Moment) -> Result<(), Refusal> {
        let now = now.since_epoch();
        // RFC 7519, 4.1.4: now must be before `exp`.
        if now >= self.expires + self.leeway {
            return Err(Refusal::Expired);
        }
        if now < self.from {
            return Err(Refusal::NotYetValid);
        }
        if self.ahead.is_some_and(|ahead| self.expires.saturating_sub(now) > ahead) {
            return Err(Refusal::Lifetime);
        }
        Ok(())
    }

    /// `exp`, without the leeway.
    pub(super) fn expires(&self) -> SystemTime {
        // Until the year 9999, which every clock can show.
        SystemTime::UNIX_EPOCH.checked_add(self.expires).unwrap_or(SystemTime::UNIX_EPOCH)
    }
}

/// Whether the token is meant for the issuer's `audience`, and is of its kind.
pub(super) fn check_audience(claims: &Claims, issuer: &Issuer) -> Result<(), Refusal> {
    let audience = audience(claims)?;
    let is_ours = |named: &str| issuer.audience.iter().any(|ours| ours == named);
    if let Some(token_use) = issuer.token_use
        && claims.text("token_use") != Some(token_use.name())
    {
        return Err(Refusal::TokenUse);
    }
    let accepted = match issuer.token_use {
        // Cognito's access token names its client in `client_id`; an `aud` of it is a resource server's.
        Some(TokenUse::Access) => claims.text("client_id").is_some_and(is_ours),
        Some(TokenUse::Id) | None => audience.into_iter().any(is_ours),
    };
    if accepted { Ok(()) } else { Err(Refusal::Audience) }
}

/// `aud`: nothing, a text or a list of texts.
fn audience(claims: &Claims) -> Result<Vec<&str>, Refusal> {
    match claims.get("aud") {
        None => Ok(Vec::new()),
        Some(Value::String(one)) => Ok(vec![one]),
        Some(Value::Array(several)) => {
            several.iter().map(Value::as_str).collect::<Option<_>>().ok_or(Refusal::Claims)
        }
        Some(_) => Err(Refusal::Claims),
    }
}

/// `nbf` or `iat`, each a NumericDate: seconds since the epoch. RFC 7519, 2, allows fractions, and issuers do send them;
/// negative ones and those after the year 9999 are refused.
fn time(claims: &Claims, name: &str) -> Result<Option<Duration>, Refusal> {
    let Some(value) = claims.get(name) else { return Ok(None) };
    let time = match value.as_u64() {
        Some(whole) => Some(Duration::from_secs(whole)),
        None => value.as_f64().and_then(|fraction| Duration::try_from_secs_f64(fraction).ok()),
    };
    time.filter(|time| *time <= LATEST).map(Some).ok_or(Refusal::Claims)
}
