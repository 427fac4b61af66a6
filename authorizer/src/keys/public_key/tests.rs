//! Keys that are taken, and those that are not.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING};
use aws_lc_rs::signature::{EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RsaKeyPair};
use serde_json::json;

use super::*;

fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn rejected(jwk: &Value) -> Option<KeyRejected> {
    PublicKey::from_jwk(jwk.as_object().unwrap()).err()
}

fn with(jwk: &Value, name: &str, value: Value) -> Value {
    let mut jwk = jwk.clone();
    jwk[name] = value;
    jwk
}

fn without(jwk: &Value, name: &str) -> Value {
    let mut jwk = jwk.clone();
    jwk.as_object_mut().unwrap().remove(name);
    jwk
}

fn rsa_number(size: KeySize) -> Vec<u8> {
    let pair = RsaKeyPair::generate(size).unwrap();
    pair.public_key().modulus().big_endian_without_leading_zero().to_vec()
}

fn rsa_jwk(n: &[u8], e: &[u8]) -> Value {
    json!({"kty": "RSA", "kid": "k", "n": base64url(n), "e": base64url(e)})
}

fn ec_jwk(curve: &str, x: &[u8], y: &[u8]) -> Value {
    json!({"kty": "EC", "kid": "k", "crv": curve, "x": base64url(x), "y": base64url(y)})
}

fn p256() -> (Vec<u8>, Vec<u8>) {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let point = pair.public_key().as_ref();
    (point[1..33].to_vec(), point[33..].to_vec())
}

fn ed25519_jwk(x: &[u8]) -> Value {
    json!({"kty": "OKP", "kid": "k", "crv": "Ed25519", "x": base64url(x)})
}

#[test]
fn a_key_without_an_algorithm_serves_those_of_its_kind() {
    let rsa = PublicKey::from_jwk(rsa_jwk(&rsa_number(KeySize::Rsa2048), &[1, 0, 1]).as_object().unwrap());
    let (x, y) = p256();
    let p256 = PublicKey::from_jwk(ec_jwk("P-256", &x, &y).as_object().unwrap());
    let served = |key: Result<PublicKey, KeyRejected>| {
        let key = key.unwrap();
        Algorithm::ALL.into_iter().filter(|algorithm| key.serves(*algorithm)).collect::<Vec<_>>()
    };
    use Algorithm::{Es256, Ps256, Ps384, Ps512, Rs256, Rs384, Rs512};
    assert_eq!(served(rsa), [Rs256, Rs384, Rs512, Ps256, Ps384, Ps512]);
    assert_eq!(served(p256), [Es256]);
    let only = with(&rsa_jwk(&rsa_number(KeySize::Rsa2048), &[1, 0, 1]), "alg", json!("PS384"));
    assert_eq!(served(PublicKey::from_jwk(only.as_object().unwrap())), [Ps384]);
}

#[test]
fn attack_35_rsa_keys_that_are_too_short_or_broken() {
    let n = rsa_number(KeySize::Rsa2048);
    assert_eq!(rejected(&rsa_jwk(&n, &[1, 0, 1])), None);
    assert_eq!(rejected(&rsa_jwk(&n, &[3])), None);
    assert_eq!(rejected(&rsa_jwk(&n, &[0xff; 4])), None);
    assert_eq!(rejected(&rsa_jwk(&[0xff; 1024], &[1, 0, 1])), None);
    let mut even = n.clone();
    *even.last_mut().unwrap() &= 0xfe;
    let mut of_2047_bits = n.clone();
    of_2047_bits[0] = 0x7f;
    let too_long = [&[1], [0xff; 1024].as_slice()].concat();
    for (n, e) in [
        (&[0xff; 128][..], &[1, 0, 1][..]),
        (&of_2047_bits, &[1, 0, 1]),
        (&too_long, &[1, 0, 1]),
        (&even, &[1, 0, 1]),
        (&[], &[1, 0, 1]),
        (&[&[0], n.as_slice()].concat(), &[1, 0, 1]),
        (&[&[0], [0xff; 255].as_slice()].concat(), &[1, 0, 1]),
        (&n, &[]),
        (&n, &[0]),
        (&n, &[1]),
        (&n, &[2]),
        (&n, &[1, 0, 0]),
        (&n, &[0, 1, 0, 1]),
        (&n, &[1, 0, 0, 0, 1]),
        (&n, &n),
    ] {
        assert_eq!(rejected(&rsa_jwk(n, e)), Some(KeyRejected::Rsa), "{} {e:?}", n.len());
    }
}

#[test]
fn attack_35_points_that_are_not_on_their_curve() {
    let (x, y) = p256();
    assert_eq!(rejected(&ec_jwk("P-256", &x, &y)), None);
    let mut off = y.clone();
    off[31] ^= 1;
    let pair = EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).unwrap();
    let (x384, y384) = pair.public_key().as_ref()[1..].split_at(48);
    assert_eq!(rejected(&ec_jwk("P-384", x384, y384)), None);
    for (curve, x, y) in [
        ("P-256", &x[..], &off[..]),
        ("P-256", &y, &x),
        ("P-256", &[0; 32], &[0; 32]),
        ("P-256", &[0xff; 32], &[0xff; 32]),
        ("P-256", &x[..31], &y),
        ("P-256", &[&[0], x.as_slice()].concat(), &y),
        ("P-256", &x, &[]),
        ("P-256", x384, y384),
        ("P-384", &x, &y),
        ("P-384", y384, x384),
    ] {
        assert_eq!(rejected(&ec_jwk(curve, x, y)), Some(KeyRejected::Point), "{curve} {}", x.len());
    }
    for curve in ["P-521", "secp256k1", "p-256", "Ed25519", ""] {
        assert_eq!(rejected(&ec_jwk(curve, &x, &y)), Some(KeyRejected::Kind), "{curve}");
    }
}

/// Finds a message for which `R` of small order and `S` of 0 are a signature by this key.
fn can_be_forged(key: &[u8]) -> bool {
    let mut signatures = SMALL_ORDER.into_iter().flat_map(|y| {
        let mut negative = y;
        negative[31] |= 0x80;
        [y, negative].map(|r| [r, [0; 32]].concat())
    });
    signatures
        .any(|signature| (0..64_u8).any(|message| ED25519.verify_sig(key, &[message], &signature).is_ok()))
}

#[test]
fn attack_35_points_in_a_form_that_is_not_reduced_verify_nothing() {
    // p and p + 1, for 0 and 1.
    for lowest in [0xed, 0xee] {
        assert!(!can_be_forged(&little_endian(lowest, 0xff, 0x7f)));
    }
}

#[test]
fn attack_35_ed25519_keys_by_which_anyone_can_sign() {
    let pair = Ed25519KeyPair::generate().unwrap();
    let good = pair.public_key().as_ref();
    assert_eq!(rejected(&ed25519_jwk(good)), None);
    assert!(!can_be_forged(good));
    for y in SMALL_ORDER {
        assert!(can_be_forged(&y), "{y:x?}");
        let mut negative = y;
        negative[31] |= 0x80;
        assert_eq!(rejected(&ed25519_jwk(&y)), Some(KeyRejected::Point));
        assert_eq!(rejected(&ed25519_jwk(&negative)), Some(KeyRejected::Point));
    }
    for x in [&good[..31], &[good, &[0]].concat(), &[]] {
        assert_eq!(rejected(&ed25519_jwk(x)), Some(KeyRejected::Point));
    }
    for curve in ["Ed448", "X25519", "P-256"] {
        assert_eq!(rejected(&with(&ed25519_jwk(good), "crv", json!(curve))), Some(KeyRejected::Kind));
    }
}

#[test]
fn attack_10_keys_that_are_secret_or_for_something_else() {
    let good = rsa_jwk(&rsa_number(KeySize::Rsa2048), &[1, 0, 1]);
    for (name, value) in [
        ("use", json!("sig")),
        ("key_ops", json!(["verify"])),
        ("key_ops", json!(["sign", "verify"])),
        ("alg", json!("RS512")),
        ("x5c", json!(["anything"])),
    ] {
        assert_eq!(rejected(&with(&good, name, value.clone())), None, "{name} {value}");
    }
    for name in PRIVATE_MEMBERS {
        assert_eq!(rejected(&with(&good, name, json!("AQ"))), Some(KeyRejected::Secret), "{name}");
        assert_eq!(rejected(&with(&good, name, json!(null))), Some(KeyRejected::Secret), "{name}");
    }
    assert_eq!(rejected(&json!({"kty": "oct", "kid": "k", "alg": "HS256"})), Some(KeyRejected::Secret));
    for (name, value, reason) in [
        ("use", json!("enc"), KeyRejected::Purpose),
        ("use", json!(null), KeyRejected::Purpose),
        ("use", json!(["sig"]), KeyRejected::Purpose),
        ("key_ops", json!([]), KeyRejected::Purpose),
        ("key_ops", json!(["sign"]), KeyRejected::Purpose),
        ("key_ops", json!("verify"), KeyRejected::Purpose),
        ("key_ops", json!(["verify", 1]), KeyRejected::Purpose),
        ("alg", json!("HS256"), KeyRejected::Algorithm),
        ("alg", json!("ES256"), KeyRejected::Algorithm),
        ("alg", json!("RSA-OAEP"), KeyRejected::Algorithm),
        ("alg", json!("rs256"), KeyRejected::Algorithm),
        ("alg", json!(null), KeyRejected::Algorithm),
        ("kty", json!("rsa"), KeyRejected::Kind),
        ("kty", json!(1), KeyRejected::Kind),
        ("kid", json!(5), KeyRejected::Kid),
        ("kid", json!(""), KeyRejected::Kid),
        ("kid", json!("k".repeat(129)), KeyRejected::Kid),
        ("n", json!(1), KeyRejected::Encoding),
        ("n", json!("a+b/"), KeyRejected::Encoding),
        ("n", json!("AQAB=="), KeyRejected::Encoding),
    ] {
        assert_eq!(rejected(&with(&good, name, value.clone())), Some(reason), "{name} {value}");
    }
    for (name, reason) in
        [("kid", KeyRejected::Kid), ("n", KeyRejected::Encoding), ("e", KeyRejected::Encoding)]
    {
        assert_eq!(rejected(&without(&good, name)), Some(reason), "{name}");
    }
}
