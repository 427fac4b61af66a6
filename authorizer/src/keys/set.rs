//! JSON Web Key Sets (RFC 7517).

use std::collections::HashMap;
use std::sync::Arc;

use keybound_shared::{Claims, ClaimsError};
use serde_json::Value;

use super::public_key::{KeyRejected, PublicKey};

/// The largest key set, in bytes.
pub(super) const MAX_BYTES: usize = 256 * 1024;
/// The most keys of a set.
const MAX_KEYS: usize = 100;

/// The usable keys of a set, by their ids. There may be none.
#[derive(Debug)]
pub struct KeySet {
    keys: HashMap<String, Arc<PublicKey>>,
    skipped: Vec<SkippedKey>,
}

/// A key of a set that is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SkippedKey {
    /// Its place in `keys`, from 0.
    pub index: usize,
    /// What is wrong with it.
    pub reason: KeyRejected,
}

/// Why a text is no key set. Says nothing of what it holds.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeySetError {
    /// More than 256 KB.
    #[error("a key set must have at most {MAX_BYTES} bytes")]
    TooLarge,
    /// No JSON object, nested too deep, or with a member twice.
    #[error("a key set must be a JSON object: {0}")]
    Json(#[from] ClaimsError),
    /// `keys` is missing or no list.
    #[error("a key set must have a list `keys`")]
    NoKeys,
    /// More than 100 keys.
    #[error("a key set must have at most {MAX_KEYS} keys")]
    TooManyKeys,
}

impl KeySet {
    /// Reads a key set. A bad key is passed over, and so is every key whose id another one of the set has, be that
    /// one usable or not: which of them a token means, nobody can say.
    ///
    /// # Errors
    ///
    /// The text is no set of at most 100 keys in 256 KB of JSON, or has a member twice.
    pub fn parse(json: &[u8]) -> Result<Self, KeySetError> {
        if json.len() > MAX_BYTES {
            return Err(KeySetError::TooLarge);
        }
        // The reader of claims is one of any JSON object that has no member twice.
        let members = Claims::parse(json)?;
        let listed = members.get("keys").and_then(Value::as_array).ok_or(KeySetError::NoKeys)?;
        if listed.len() > MAX_KEYS {
            return Err(KeySetError::TooManyKeys);
        }
        let mut uses: HashMap<&str, usize> = HashMap::new();
        for kid in listed.iter().filter_map(|jwk| jwk.get("kid").and_then(Value::as_str)) {
            *uses.entry(kid).or_default() += 1;
        }
        let mut set = Self { keys: HashMap::new(), skipped: Vec::new() };
        for (index, jwk) in listed.iter().enumerate() {
            match usable(jwk, &uses) {
                Ok(key) => drop(set.keys.insert(key.kid().to_owned(), Arc::new(key))),
                Err(reason) => set.skipped.push(SkippedKey { index, reason }),
            }
        }
        Ok(set)
    }

    /// The key of exactly this id.
    #[must_use]
    pub fn get(&self, kid: &str) -> Option<&Arc<PublicKey>> {
        self.keys.get(kid)
    }

    /// How many keys are usable.
    #[must_use]
    pub fn usable(&self) -> usize {
        self.keys.len()
    }

    /// The keys that are not used, in the set's order.
    #[must_use]
    pub fn skipped(&self) -> &[SkippedKey] {
        &self.skipped
    }
}

fn usable(jwk: &Value, uses: &HashMap<&str, usize>) -> Result<PublicKey, KeyRejected> {
    let key = PublicKey::from_jwk(jwk.as_object().ok_or(KeyRejected::NotAnObject)?)?;
    if uses.get(key.kid()).is_some_and(|uses| *uses > 1) { Err(KeyRejected::KidTwice) } else { Ok(key) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    /// The Ed25519 key of RFC 8037, appendix A.
    fn jwk(kid: &str) -> Value {
        json!({"kty": "OKP", "crv": "Ed25519", "kid": kid, "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})
    }

    fn parse(keys: &[Value]) -> KeySet {
        KeySet::parse(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
    }

    #[test]
    fn attack_33_a_bad_key_does_not_spoil_the_set() {
        let set = parse(&[jwk("a"), json!(5), json!({"kty": "RSA", "kid": "b"}), jwk("c")]);
        assert!(set.get("a").is_some() && set.get("c").is_some() && set.get("b").is_none());
        assert_eq!(set.usable(), 2);
        let skipped: Vec<(usize, KeyRejected)> =
            set.skipped().iter().map(|key| (key.index, key.reason)).collect();
        assert_eq!(skipped, [(1, KeyRejected::NotAnObject), (2, KeyRejected::Encoding)]);
    }

    #[test]
    fn attack_10_two_keys_of_one_id_are_both_passed_over_be_they_usable_or_not() {
        let encryption = json!({"kty": "OKP", "kid": "b", "use": "enc"});
        let set = parse(&[jwk("a"), jwk("b"), jwk("a"), encryption, jwk("c")]);
        assert_eq!(set.usable(), 1);
        assert!(set.get("c").is_some());
        let twice = set.skipped().iter().filter(|key| key.reason == KeyRejected::KidTwice);
        assert_eq!(twice.map(|key| key.index).collect::<Vec<_>>(), [0, 1, 2]);
    }

    #[test]
    fn attack_31_what_is_no_set_is_refused() {
        for (json, error) in [
            ("{}", KeySetError::NoKeys),
            (r#"{"keys":{}}"#, KeySetError::NoKeys),
            (r#"{"keys":null}"#, KeySetError::NoKeys),
            ("[]", KeySetError::Json(ClaimsError::NotAnObject)),
        ] {
            assert_eq!(KeySet::parse(json.as_bytes()).unwrap_err(), error, "{json}");
        }
        for json in
            [r#"{"keys":[],"keys":[]}"#, r#"{"keys":[{"kid":"a","kid":"b"}]}"#, "<html>", "", "\u{feff}{}"]
        {
            assert!(matches!(KeySet::parse(json.as_bytes()), Err(KeySetError::Json(_))), "{json}");
        }
        assert_eq!(parse(&[]).usable(), 0);
        let of = |count: usize| json!({"keys": vec![json!({}); count]}).to_string();
        assert_eq!(KeySet::parse(of(100).as_bytes()).unwrap().skipped().len(), 100);
        assert_eq!(KeySet::parse(of(101).as_bytes()).unwrap_err(), KeySetError::TooManyKeys);
        assert_eq!(KeySet::parse(&[b' '; MAX_BYTES + 1]).unwrap_err(), KeySetError::TooLarge);
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_parser_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            drop(KeySet::parse(&bytes));
        }

        #[test]
        fn no_members_make_the_parser_panic(
            kty in "RSA|EC|OKP|oct|.", crv in "P-256|P-384|Ed25519|.", x in "[A-Za-z0-9_-]{0,80}", y in "[A-Za-z0-9_-]{0,80}",
        ) {
            let jwk = json!({"kty": kty, "crv": crv, "kid": "k", "x": x, "y": y, "n": x, "e": y});
            let set = parse(&[jwk]);
            prop_assert_eq!(set.usable() + set.skipped().len(), 1);
        }
    }
}
