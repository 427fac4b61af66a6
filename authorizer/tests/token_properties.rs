//! What holds for tokens of any kind: no change of one is accepted, none trips the verifier, none leaks.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests fail by panicking")]

#[path = "fixtures/issuers.rs"]
mod issuers;
#[path = "fixtures/main_issuer.rs"]
mod main_issuer;
#[path = "fixtures/signing.rs"]
mod signing;

use std::sync::{Arc, LazyLock};

use keybound_authorizer::token::Verifier;
use keybound_shared::{Algorithm, Issuer};
use proptest::prelude::*;
use serde_json::json;

use issuers::{NOW, at, bundled};
use main_issuer::*;
use signing::{SigningKey, base64url, with};

#[tokio::test]
async fn the_cache_remembers_accepted_tokens_and_only_so_many() {
    let verifier = bundled(vec![main_issuer()], &[("jwks.json", keys())], 3);
    let tokens: Vec<String> =
        (0..6).map(|number| token(&json!({}), &json!({"jti": number.to_string()}))).collect();
    let first = verify_at(&verifier, &tokens[0], NOW).await.unwrap();
    let again = verify_at(&verifier, &tokens[0], NOW).await.unwrap();
    assert!(Arc::ptr_eq(&first, &again));
    for token in &tokens[1..] {
        assert_accepted(&verifier, token).await;
    }
    // Pushed out by the others, it is verified anew.
    let anew = verify_at(&verifier, &tokens[0], NOW).await.unwrap();
    assert!(!Arc::ptr_eq(&first, &anew));

    let none = bundled(vec![main_issuer()], &[("jwks.json", keys())], 0);
    let first = verify_at(&none, &tokens[0], NOW).await.unwrap();
    assert!(!Arc::ptr_eq(&first, &verify_at(&none, &tokens[0], NOW).await.unwrap()));
}

#[tokio::test]
async fn nothing_of_a_token_shows_in_errors_or_debug() {
    let verifier = verifier();
    let secret = "s3cret-tenant";
    let good = token(&json!({}), &json!({"tenant": secret}));
    let verified = verify_at(&verifier, &good, NOW).await.unwrap();
    let mut shown = vec![format!("{verified:?} {verifier:?} {:?}", verified.key())];
    for bad in [
        token(&json!({"kid": secret}), &json!({})),
        token(&json!({}), &json!({"iss": secret})),
        token(&json!({}), &json!({"aud": secret})),
        token(&json!({}), &json!({"exp": secret})),
        token(&json!({"typ": secret}), &json!({})),
        token(&json!({"alg": secret}), &json!({})),
        format!("{good}{secret}"),
    ] {
        let refused = verify_at(&verifier, &bad, NOW).await.unwrap_err();
        shown.push(format!("{refused} {refused:?} {}", refused.code()));
    }
    for text in shown {
        assert!(!text.contains(secret), "{text}");
        assert!(!text.contains(good.split('.').nth(1).unwrap()), "{text}");
    }
}

#[test]
fn a_verification_can_move_between_threads() {
    fn assert_send<T: Send>(_: T) {}
    let verifier = verifier();
    assert_send(verifier.verify("e30.e30.AA", at(NOW)));
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().build().unwrap()
}

static PROPERTY_VERIFIER: LazyLock<Verifier> =
    LazyLock::new(|| verifier_of(Issuer { algorithms: Algorithm::ALL.to_vec(), ..main_issuer() }));
static GOOD_TOKENS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let keys: [(&SigningKey, &str, &str); 4] = [
        (&RSA, "rsa", "RS256"),
        (&P256, "p256", "ES256"),
        (&P384, "p384", "ES384"),
        (&ED25519, "ed25519", "EdDSA"),
    ];
    let of = |(key, kid, alg): (&SigningKey, &str, &str), sub: &str| {
        let header = json!({"alg": alg, "kid": kid}).to_string();
        key.token(alg, &header, &with(claims(), &json!({"sub": sub})).to_string())
    };
    keys.iter().flat_map(|key| [of(*key, "alice"), of(*key, "bob")]).collect()
});

#[derive(Clone, Debug)]
enum Mutation {
    FlipBit(prop::sample::Index, u8),
    Insert(prop::sample::Index, u8),
    Remove(prop::sample::Index),
    SwapBytes(prop::sample::Index, prop::sample::Index),
    Truncate(prop::sample::Index),
    PartOf(prop::sample::Index, usize),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    prop_oneof![
        (any::<prop::sample::Index>(), 0..7_u8).prop_map(|(at, bit)| Mutation::FlipBit(at, bit)),
        (any::<prop::sample::Index>(), 0..128_u8).prop_map(|(at, byte)| Mutation::Insert(at, byte)),
        any::<prop::sample::Index>().prop_map(Mutation::Remove),
        any::<(prop::sample::Index, prop::sample::Index)>().prop_map(|(a, b)| Mutation::SwapBytes(a, b)),
        any::<prop::sample::Index>().prop_map(Mutation::Truncate),
        (any::<prop::sample::Index>(), 0..3_usize).prop_map(|(other, part)| Mutation::PartOf(other, part)),
    ]
}

fn mutated(token: &str, mutation: &Mutation) -> String {
    let mut bytes = token.as_bytes().to_vec();
    match mutation {
        Mutation::FlipBit(at, bit) => bytes[at.index(token.len())] ^= 1 << bit,
        Mutation::Insert(at, byte) => bytes.insert(at.index(token.len() + 1), *byte),
        Mutation::Remove(at) => drop(bytes.remove(at.index(token.len()))),
        Mutation::SwapBytes(a, b) => bytes.swap(a.index(token.len()), b.index(token.len())),
        Mutation::Truncate(at) => bytes.truncate(at.index(token.len())),
        Mutation::PartOf(other, part) => {
            let other: Vec<&str> = other.get(&GOOD_TOKENS).split('.').collect();
            let mut parts: Vec<&str> = token.split('.').collect();
            parts[*part] = other[*part];
            bytes = parts.join(".").into_bytes();
        }
    }
    String::from_utf8(bytes).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    /// No change of an accepted token gives another one that is accepted, whether the first is remembered or not.
    #[test]
    fn no_mutation_of_a_token_is_accepted(which in any::<prop::sample::Index>(), mutations in prop::collection::vec(mutation(), 1..3)) {
        let good = which.get(&GOOD_TOKENS);
        let changed = mutations.iter().fold(good.clone(), |token, mutation| mutated_if_possible(&token, mutation));
        prop_assume!(!GOOD_TOKENS.contains(&changed));
        runtime().block_on(async {
            assert!(PROPERTY_VERIFIER.verify(good, at(NOW)).await.is_ok());
            assert!(PROPERTY_VERIFIER.verify(&changed, at(NOW)).await.is_err(), "{changed}");
        });
    }

    #[test]
    fn no_text_makes_verification_panic(text in ".*", header in ".*", payload in ".*") {
        let forged = format!("{}.{}.{}", base64url(&header), base64url(&payload), base64url("s"));
        runtime().block_on(async {
            assert!(PROPERTY_VERIFIER.verify(&text, at(NOW)).await.is_err());
            assert!(PROPERTY_VERIFIER.verify(&forged, at(NOW)).await.is_err());
        });
    }

    /// Whatever a signed payload holds, it is judged and not tripped over.
    #[test]
    fn no_signed_claims_make_verification_panic(exp in any::<f64>(), iat in any::<i64>(), nbf in any::<u64>(), now in any::<u32>()) {
        let token = ED25519.token("EdDSA", r#"{"alg":"EdDSA","kid":"ed25519"}"#,
            &with(claims(), &json!({"exp": exp, "iat": iat, "nbf": nbf})).to_string());
        runtime().block_on(async {
            drop(PROPERTY_VERIFIER.verify(&token, at(u64::from(now))).await);
        });
    }
}

/// A second mutation may find less than three parts, or nothing at all.
fn mutated_if_possible(token: &str, mutation: &Mutation) -> String {
    let has_parts = token.split('.').count() == 3;
    match mutation {
        Mutation::PartOf(..) if !has_parts => token.to_owned(),
        _ if token.is_empty() => token.to_owned(),
        _ => mutated(token, mutation),
    }
}
