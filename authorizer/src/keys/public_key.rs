//! One public key, from its JSON Web Key to the verification of a signature.

use std::fmt;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, ParsedPublicKey};
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, VerificationAlgorithm};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::DecodingKey;
use jsonwebtoken::crypto::aws_lc;
use keybound_shared::Algorithm;
use serde_json::{Map, Value};

/// A public key that verifies signatures, with the id that its set gives it.
pub struct PublicKey {
    kid: String,
    /// The only algorithm that the key is for, where its JWK says so.
    algorithm: Option<Algorithm>,
    material: Material,
    /// `material` as jsonwebtoken wants it.
    decoding: DecodingKey,
}

/// What a key consists of.
#[derive(Clone, PartialEq, Eq)]
enum Material {
    /// Modulus and exponent, big endian, without leading zeros.
    Rsa { n: Vec<u8>, e: Vec<u8> },
    /// A point of P-256: `04`, x, y.
    P256(Vec<u8>),
    /// A point of P-384: `04`, x, y.
    P384(Vec<u8>),
    /// A point of edwards25519, as RFC 8032 encodes it.
    Ed25519(Vec<u8>),
}

/// Why a JSON Web Key of a set is passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyRejected {
    /// An element of `keys` that is no JSON object.
    #[error("no JSON object")]
    NotAnObject,
    /// `kid` is missing, no text, empty, longer than 128 bytes, or not of printable ASCII characters.
    #[error("`kid` must be a text of 1 to 128 printable ASCII characters")]
    Kid,
    /// Another key of the set has the same `kid`.
    #[error("`kid` comes twice in the set")]
    KidTwice,
    /// The key is symmetric, or a private one.
    #[error("the key holds a secret")]
    Secret,
    /// `use` or `key_ops` say that the key is for something else.
    #[error("`use` must be `sig` and `key_ops` hold `verify`, where they are given")]
    Purpose,
    /// `kty` or `crv` is none of RSA, P-256, P-384 and Ed25519.
    #[error("`kty` and `crv` must name RSA, P-256, P-384 or Ed25519")]
    Kind,
    /// `alg` is no algorithm for this kind of key, or unknown.
    #[error("`alg` must be an algorithm of the key's kind, where it is given")]
    Algorithm,
    /// A member of the key is missing, no text, or not base64url in its only form.
    #[error("the key's numbers must be texts in base64url without padding")]
    Encoding,
    /// An RSA modulus is not of 2048 to 8192 bits, or even; or an exponent is even, under 3 or of more than 32 bits,
    /// by which verification would be slow.
    #[error(
        "an RSA key must have an odd modulus of 2048 to 8192 bits and an odd exponent of at least 3 in 32 bits"
    )]
    Rsa,
    /// A point is not on its curve, of the wrong length, or of small order.
    #[error("a point must lie on its curve, have its curve's length and not be of small order")]
    Point,
}

/// Members that hold a private part in any of RFC 7518's and RFC 8037's kinds of key.
const PRIVATE_MEMBERS: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// The `y` of every point of edwards25519 whose order divides 8, little endian: 0, 1, both of order 8, and -1. With such
/// a key anyone can make a signature, and RFC 8032 lets it pass. libsodium refuses the same ones. The sign of `x` is left
/// out, and so are forms that are not reduced, which aws-lc does not take.
const SMALL_ORDER: [[u8; 32]; 5] = [
    [0; 32],
    little_endian(1, 0, 0),
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5,
        0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a,
        0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
    ],
    little_endian(0xec, 0xff, 0x7f),
];

/// A number of 32 bytes by its lowest, its inner and its highest byte.
const fn little_endian(lowest: u8, inner: u8, highest: u8) -> [u8; 32] {
    let mut bytes = [inner; 32];
    let [first, .., last] = &mut bytes;
    *first = lowest;
    *last = highest;
    bytes
}

impl PublicKey {
    /// Reads one JSON Web Key.
    pub(super) fn from_jwk(jwk: &Map<String, Value>) -> Result<Self, KeyRejected> {
        let kid = jwk.get("kid").and_then(Value::as_str).filter(|kid| is_key_id(kid));
        let kid = kid.ok_or(KeyRejected::Kid)?.to_owned();
        if PRIVATE_MEMBERS.iter().any(|name| jwk.contains_key(*name)) {
            return Err(KeyRejected::Secret);
        }
        if !is_for_verification(jwk) {
            return Err(KeyRejected::Purpose);
        }
        let material = Material::from_jwk(jwk)?;
        let algorithm = match jwk.get("alg") {
            None => None,
            Some(named) => {
                let named = named.as_str().and_then(algorithm_of_name);
                let fitting = named.filter(|algorithm| material.fits(*algorithm));
                Some(fitting.ok_or(KeyRejected::Algorithm)?)
            }
        };
        let decoding = material.decoding_key();
        Ok(Self { kid, algorithm, material, decoding })
    }

    /// The key's id: 1 to 128 printable ASCII characters.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// Whether the key may verify signatures of this algorithm: it is the JWK's `alg`, or, where there is none, one
    /// of the algorithms for the key's kind and curve.
    #[must_use]
    pub fn serves(&self, algorithm: Algorithm) -> bool {
        self.material.fits(algorithm) && self.algorithm.is_none_or(|only| only == algorithm)
    }

    /// Whether `signature` is this key's of `message` with this algorithm, which the key must serve.
    #[must_use]
    pub fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &Vec<u8>) -> bool {
        if !self.serves(algorithm) {
            return false;
        }
        // The provider is named here and not taken from the process: jsonwebtoken panics where the features of two
        // crates leave the choice open, and with rust_crypto it takes RSA keys of 1024 bits.
        let verifier = (aws_lc::DEFAULT_PROVIDER.verifier_factory)(&jws_algorithm(algorithm), &self.decoding);
        verifier.is_ok_and(|verifier| verifier.verify(message, signature).is_ok())
    }
}

/// The same id, the same numbers, for the same algorithms.
impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.kid == other.kid && self.algorithm == other.algorithm && self.material == other.material
    }
}

impl Eq for PublicKey {}

impl fmt::Debug for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.material {
            Material::Rsa { .. } => "RSA",
            Material::P256(_) => "P-256",
            Material::P384(_) => "P-384",
            Material::Ed25519(_) => "Ed25519",
        };
        write!(formatter, "PublicKey({kind})")
    }
}

impl Material {
    fn from_jwk(jwk: &Map<String, Value>) -> Result<Self, KeyRejected> {
        let curve = jwk.get("crv").and_then(Value::as_str);
        match (jwk.get("kty").and_then(Value::as_str), curve) {
            (Some("RSA"), _) => Self::rsa(number(jwk, "n")?, number(jwk, "e")?),
            (Some("EC"), Some("P-256")) => {
                let point = point(jwk, 32)?;
                accepted(&ECDSA_P256_SHA256_FIXED, &point)?;
                Ok(Self::P256(point))
            }
            (Some("EC"), Some("P-384")) => {
                let point = point(jwk, 48)?;
                accepted(&ECDSA_P384_SHA384_FIXED, &point)?;
                Ok(Self::P384(point))
            }
            (Some("OKP"), Some("Ed25519")) => {
                let x = number(jwk, "x")?;
                let mut y: [u8; 32] = x.as_slice().try_into().map_err(|_| KeyRejected::Point)?;
                y[31] &= 0x7f;
                if SMALL_ORDER.contains(&y) {
                    return Err(KeyRejected::Point);
                }
                accepted(&ED25519, &x)?;
                Ok(Self::Ed25519(x))
            }
            (Some("oct"), _) => Err(KeyRejected::Secret),
            _ => Err(KeyRejected::Kind),
        }
    }

    fn rsa(n: Vec<u8>, e: Vec<u8>) -> Result<Self, KeyRejected> {
        // RFC 7518, 6.3.1.1: as few bytes as the number needs. aws-lc takes no leading zero either.
        let (Some(highest), Some(lowest)) = (n.first(), n.last()) else { return Err(KeyRejected::Rsa) };
        let bits = (n.len() * 8).saturating_sub(highest.leading_zeros() as usize);
        let long_enough = *highest != 0 && (2048..=8192).contains(&bits);
        let exponent_is_sound = match e.as_slice() {
            [0, ..] | [] | [1] | [_, _, _, _, _, ..] => false,
            [.., last] => last % 2 == 1,
        };
        if !long_enough || lowest % 2 == 0 || !exponent_is_sound {
            return Err(KeyRejected::Rsa);
        }
        let components = RsaPublicKeyComponents { n: &n, e: &e };
        components.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256).map_err(|_| KeyRejected::Rsa)?;
        Ok(Self::Rsa { n, e })
    }

    const fn fits(&self, algorithm: Algorithm) -> bool {
        use Algorithm::{EdDsa, Es256, Es384, Ps256, Ps384, Ps512, Rs256, Rs384, Rs512};
        match self {
            Self::Rsa { .. } => matches!(algorithm, Rs256 | Rs384 | Rs512 | Ps256 | Ps384 | Ps512),
            Self::P256(_) => matches!(algorithm, Es256),
            Self::P384(_) => matches!(algorithm, Es384),
            Self::Ed25519(_) => matches!(algorithm, EdDsa),
        }
    }

    fn decoding_key(&self) -> DecodingKey {
        match self {
            Self::Rsa { n, e } => DecodingKey::from_rsa_raw_components(n, e),
            // Named after DER, these take what aws-lc does: DER or the bare point.
            Self::P256(point) | Self::P384(point) => DecodingKey::from_ec_der(point),
            Self::Ed25519(point) => DecodingKey::from_ed_der(point),
        }
    }
}

/// Whether a text can be a key's id, in a set and in a token's header.
pub(crate) fn is_key_id(text: &str) -> bool {
    (1..=128).contains(&text.len()) && text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// The algorithm that `alg` names.
pub(crate) fn algorithm_of_name(name: &str) -> Option<Algorithm> {
    Algorithm::ALL.into_iter().find(|algorithm| algorithm.name() == name)
}

const fn jws_algorithm(algorithm: Algorithm) -> jsonwebtoken::Algorithm {
    match algorithm {
        Algorithm::Rs256 => jsonwebtoken::Algorithm::RS256,
        Algorithm::Rs384 => jsonwebtoken::Algorithm::RS384,
        Algorithm::Rs512 => jsonwebtoken::Algorithm::RS512,
        Algorithm::Ps256 => jsonwebtoken::Algorithm::PS256,
        Algorithm::Ps384 => jsonwebtoken::Algorithm::PS384,
        Algorithm::Ps512 => jsonwebtoken::Algorithm::PS512,
        Algorithm::Es256 => jsonwebtoken::Algorithm::ES256,
        Algorithm::Es384 => jsonwebtoken::Algorithm::ES384,
        Algorithm::EdDsa => jsonwebtoken::Algorithm::EdDSA,
    }
}

fn is_for_verification(jwk: &Map<String, Value>) -> bool {
    let used = jwk.get("use").is_none_or(|purpose| purpose.as_str() == Some("sig"));
    let verifies = jwk.get("key_ops").is_none_or(|operations| {
        let operations = operations.as_array().map(Vec::as_slice).unwrap_or_default();
        operations.iter().all(Value::is_string)
            && operations.iter().any(|each| each.as_str() == Some("verify"))
    });
    used && verifies
}

fn number(jwk: &Map<String, Value>, name: &str) -> Result<Vec<u8>, KeyRejected> {
    let text = jwk.get(name).and_then(Value::as_str).ok_or(KeyRejected::Encoding)?;
    URL_SAFE_NO_PAD.decode(text).map_err(|_| KeyRejected::Encoding)
}

/// RFC 7518, 6.2.1.2: both coordinates have the full length of the curve's field.
fn point(jwk: &Map<String, Value>, length: usize) -> Result<Vec<u8>, KeyRejected> {
    let (x, y) = (number(jwk, "x")?, number(jwk, "y")?);
    if x.len() != length || y.len() != length {
        return Err(KeyRejected::Point);
    }
    Ok([&[4], x.as_slice(), &y].concat())
}

/// Has aws-lc check that the point is one of the curve.
fn accepted(algorithm: &'static dyn VerificationAlgorithm, point: &[u8]) -> Result<(), KeyRejected> {
    ParsedPublicKey::new(algorithm, point).map(|_| ()).map_err(|_| KeyRejected::Point)
}

#[cfg(test)]
mod tests {
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
        let rsa =
            PublicKey::from_jwk(rsa_jwk(&rsa_number(KeySize::Rsa2048), &[1, 0, 1]).as_object().unwrap());
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
        signatures.any(|signature| {
            (0..64_u8).any(|message| ED25519.verify_sig(key, &[message], &signature).is_ok())
        })
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
}
