//! What it costs to verify a token, next to jsonwebtoken's own `decode` of the same one.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a bench fails by panicking")]
#![allow(missing_docs, reason = "criterion's macros make public functions")]

#[path = "fixtures/cognito.rs"]
mod cognito;
#[path = "../tests/fixtures/issuers.rs"]
mod issuers;
#[path = "../tests/fixtures/signing.rs"]
mod signing;

use std::future::Future;
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use criterion::{Criterion, criterion_group, criterion_main};
use jsonwebtoken::{DecodingKey, Validation, decode};
use keybound_authorizer::token::Verifier;
use keybound_shared::{Algorithm, Issuer, KeySource, TokenUse};
use serde_json::Value;

use cognito::{ISS, KID};
use issuers::{NOW, at, bundled, issuer};
use signing::{SigningKey, key_set};

/// With bundled keys there is nothing to wait for, so no runtime is needed and none is measured.
fn verified(verifier: &Verifier, token: &str) {
    let verification = pin!(verifier.verify(token, at(NOW)));
    let Poll::Ready(outcome) = verification.poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("bundled keys were waited for");
    };
    drop(black_box(outcome.unwrap()));
}

fn verification(criterion: &mut Criterion) {
    let rsa = SigningKey::rsa();
    let p256 = SigningKey::p256();
    let ed25519 = SigningKey::ed25519();
    for (key, algorithm, jws) in [
        (&rsa, Algorithm::Rs256, jsonwebtoken::Algorithm::RS256),
        (&p256, Algorithm::Es256, jsonwebtoken::Algorithm::ES256),
        (&ed25519, Algorithm::EdDsa, jsonwebtoken::Algorithm::EdDSA),
    ] {
        let token = cognito::token(key, algorithm.name(), NOW);
        let jwk = key.jwk(KID, algorithm.name());
        let keys = key_set(std::slice::from_ref(&jwk));
        let main = Issuer {
            algorithms: vec![algorithm],
            token_use: Some(TokenUse::Access),
            ..issuer("main", ISS, KeySource::File("jwks.json".to_owned()))
        };
        let mut group = criterion.benchmark_group(algorithm.name());
        for (name, cache) in [("verify", 0), ("verify a remembered token", 1000)] {
            let verifier = bundled(vec![main.clone()], &[("jwks.json", keys.clone())], cache);
            group.bench_function(name, |bencher| bencher.iter(|| verified(&verifier, black_box(&token))));
        }
        let decoding = DecodingKey::from_jwk(&serde_json::from_value(jwk).unwrap()).unwrap();
        let mut validation = Validation::new(jws);
        // The time of the token is not that of the machine.
        validation.validate_exp = false;
        validation.set_issuer(&[ISS]);
        group.bench_function("jsonwebtoken decode", |bencher| {
            bencher.iter(|| decode::<Value>(black_box(&token), &decoding, &validation).unwrap());
        });
        group.finish();
    }
}

criterion_group!(benches, verification);
criterion_main!(benches);
