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
mod tests;
