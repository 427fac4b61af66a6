//! Where an issuer's key set is.

use keybound_shared::{Claims, ClaimsError};

use super::destination::{Destination, DestinationError, Limits};

/// How the address of a key set is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Locator {
    /// It is this one.
    KeySet(Destination),
    /// The issuer's discovery document says it.
    Document {
        /// The issuer, byte for byte as the document must name it.
        issuer: String,
        /// Where the document is.
        address: Destination,
    },
}

/// Why a discovery document leads to no key set. Says nothing of what it holds.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DiscoveryError {
    /// No JSON object, or one with a member twice.
    #[error("a discovery document must be a JSON object: {0}")]
    Json(#[from] ClaimsError),
    /// It is another issuer's document: a mix-up, or an attack.
    #[error("the discovery document's `issuer` must be the one that was asked, byte for byte")]
    Issuer,
    /// No `jwks_uri`.
    #[error("the discovery document must have a text `jwks_uri`")]
    NoAddress,
    /// The key set is on another host.
    #[error(
        "the discovery document's `jwks_uri` names another host than the issuer's; give `jwks_uri` in the rules"
    )]
    Host,
    /// The key set's address may not be fetched.
    #[error("the discovery document's `jwks_uri`: {0}")]
    Address(#[from] DestinationError),
}

impl Locator {
    /// For an issuer whose rules give neither `jwks_uri` nor `jwks`.
    pub(super) fn of_issuer(issuer: &str, limits: Limits) -> Result<Self, DestinationError> {
        // OpenID Connect Discovery 1.0, section 4: a final slash is left out before the path is added.
        let base = issuer.strip_suffix('/').unwrap_or(issuer);
        if base.contains('?') {
            return Err(DestinationError::Syntax);
        }
        if is_cognito_user_pool(issuer) {
            let address = Destination::parse(&format!("{base}/.well-known/jwks.json"), limits)?;
            return Ok(Self::KeySet(address));
        }
        let address = Destination::parse(&format!("{base}/.well-known/openid-configuration"), limits)?;
        Ok(Self::Document { issuer: issuer.to_owned(), address })
    }
}

/// The address of the key set in an issuer's discovery document.
pub(super) fn key_set_address(
    document: &[u8],
    issuer: &str,
    address: &Destination,
    limits: Limits,
) -> Result<Destination, DiscoveryError> {
    // The reader of claims is one of any JSON object that has no member twice.
    let document = Claims::parse(document)?;
    if document.text("issuer") != Some(issuer) {
        return Err(DiscoveryError::Issuer);
    }
    let key_set = document.text("jwks_uri").ok_or(DiscoveryError::NoAddress)?;
    let key_set = Destination::parse(key_set, limits)?;
    if key_set.is_on_host_of(address) { Ok(key_set) } else { Err(DiscoveryError::Host) }
}

/// Whether the issuer is a user pool of Amazon Cognito, in either of its two formats: `cognito-idp.REGION` (ORIGINAL)
/// and `issuer-cognito-idp.REGION` (UPDATED, since 2026). Their key set is at a fixed path, so that a request is saved.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_IssuerConfigurationType.html>
/// Pools of other partitions, with other domains, are discovered as any issuer.
fn is_cognito_user_pool(issuer: &str) -> bool {
    let Some((host, pool)) = issuer.strip_prefix("https://").and_then(|rest| rest.split_once('/')) else {
        return false;
    };
    let service = host.strip_suffix(".amazonaws.com").unwrap_or_default();
    let region = service.strip_prefix("issuer-").unwrap_or(service).strip_prefix("cognito-idp.");
    let Some((pool_region, id)) = pool.split_once('_') else { return false };
    let plain = |text: &str, more: &[u8]| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || more.contains(&byte))
    };
    // The region in a pool's id is its primary one; a replicated pool answers at others, too.
    region.is_some_and(|region| plain(region, b"-")) && plain(pool_region, b"-") && plain(id, b"")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    const LIMITS: Limits = Limits { insecure_loopback: false, runtime_port: None };

    fn address(issuer: &str) -> String {
        match Locator::of_issuer(issuer, LIMITS).unwrap() {
            Locator::KeySet(address) => address.uri().to_string(),
            Locator::Document { address, .. } => format!("discovery {}", address.uri()),
        }
    }

    #[test]
    fn cognito_needs_no_discovery_in_either_format() {
        for issuer in [
            "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example",
            "https://issuer-cognito-idp.us-gov-west-1.amazonaws.com/us-gov-west-1_aB3",
        ] {
            assert_eq!(address(issuer), format!("{issuer}/.well-known/jwks.json"));
        }
        for issuer in [
            "https://cognito-idp.eu-west-1.amazonaws.com.evil.test/eu-west-1_Example",
            "https://evil-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example",
            "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example/more",
            "https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_Example",
            "https://cognito-idp.eu-west-1.amazonaws.com/",
        ] {
            assert!(address(issuer).starts_with("discovery "), "{issuer}");
        }
    }

    #[test]
    fn a_final_slash_of_the_issuer_is_not_doubled() {
        let expected = "discovery https://a.example.com/.well-known/openid-configuration";
        assert_eq!(address("https://a.example.com/"), expected);
        assert_eq!(address("https://a.example.com"), expected);
        let tenant = "discovery https://a.example.com/t1/v2.0/.well-known/openid-configuration";
        assert_eq!(address("https://a.example.com/t1/v2.0"), tenant);
    }

    #[test]
    fn attack_34_a_document_of_another_issuer_or_with_an_address_elsewhere_is_refused() {
        let issuer = "https://a.example.com/t1";
        let own =
            Destination::parse("https://a.example.com/t1/.well-known/openid-configuration", LIMITS).unwrap();
        let found = |document: &str| {
            key_set_address(document.as_bytes(), issuer, &own, LIMITS).map(|found| found.uri().to_string())
        };
        let with = |key_set: &str| format!(r#"{{"issuer":"{issuer}","jwks_uri":"{key_set}"}}"#);
        assert_eq!(found(&with("https://a.example.com/keys")).unwrap(), "https://a.example.com/keys");

        for other in ["https://a.example.com/t1/", "https://A.example.com/t1", "https://a.example.com/t2", ""]
        {
            let document = format!(r#"{{"issuer":"{other}","jwks_uri":"https://a.example.com/keys"}}"#);
            assert_eq!(found(&document), Err(DiscoveryError::Issuer), "{other}");
        }
        assert_eq!(found(r#"{"jwks_uri":"https://a.example.com/keys"}"#), Err(DiscoveryError::Issuer));
        let twice = format!(r#"{{"issuer":"https://evil.test","issuer":"{issuer}"}}"#);
        assert!(matches!(found(&twice), Err(DiscoveryError::Json(_))));
        assert_eq!(found(&format!(r#"{{"issuer":"{issuer}"}}"#)), Err(DiscoveryError::NoAddress));
        let number = format!(r#"{{"issuer":"{issuer}","jwks_uri":1}}"#);
        assert_eq!(found(&number), Err(DiscoveryError::NoAddress));
        assert_eq!(found(&with("https://evil.test/keys")), Err(DiscoveryError::Host));
        for key_set in ["http://a.example.com/keys", "http://localhost:9001/keys"] {
            assert_eq!(found(&with(key_set)), Err(DestinationError::Scheme.into()), "{key_set}");
        }
        assert_eq!(found(&with("https://169.254.169.254/keys")), Err(DestinationError::Address.into()));
        assert_eq!(found(&with("https://a.example.com@evil.test/keys")), Err(DestinationError::User.into()));
        assert!(matches!(found("<html>"), Err(DiscoveryError::Json(_))));
    }

    #[test]
    fn the_error_for_another_host_says_what_to_do() {
        assert!(DiscoveryError::Host.to_string().contains("give `jwks_uri`"));
    }
}
