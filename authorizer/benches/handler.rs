//! What an answer costs, next to jsonwebtoken's own `decode` of the same token: verification alone, and all from the
//! event to the bytes of the answer, the log's line included.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a bench fails by panicking")]
#![allow(missing_docs, reason = "criterion's macros make public functions")]

#[path = "fixtures/cognito.rs"]
mod cognito;
#[path = "../tests/fixtures/events.rs"]
mod events;
#[path = "../tests/fixtures/issuers.rs"]
mod issuers;
#[path = "../tests/fixtures/signing.rs"]
mod signing;

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use keybound_authorizer::edition::CurrentRules;
use keybound_authorizer::handler::{Authorizer, Invocation};
use keybound_authorizer::keys::Fetcher;
use keybound_authorizer::log;
use keybound_authorizer::rules_source::RulesSource;
use keybound_authorizer::token::Verifier;
use keybound_shared::{Issuer, KeySource, TokenUse};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tracing::level_filters::LevelFilter;

use cognito::{HELD, ISS, KID, RULES};
use issuers::{NOW, at, bundled, issuer};
use signing::{SigningKey, key_set};

/// The authorizer as the program sets it up, with the rules in a folder of its own.
fn authorizer(keys: &[u8], token_cache: &str) -> (Authorizer, TempDir) {
    let rules = RULES.replace("token_cache: 1000", token_cache);
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("keybound.yaml");
    std::fs::write(&path, rules).unwrap();
    std::fs::write(directory.path().join("jwks.json"), keys).unwrap();
    let fetcher = Arc::new(Fetcher::new(None));
    (Authorizer::new(CurrentRules::new(RulesSource::file(path), Box::new(|_| None), fetcher)), directory)
}

/// The bytes of an answer.
async fn answered(authorizer: &Authorizer, event: &Value) -> Vec<u8> {
    let begun = at(NOW);
    let deadline = begun.wall() + Duration::from_secs(10);
    let invocation = Invocation { request_id: "5e9f1c1e-0000-4000-8000-000000000000", begun, deadline };
    let answer = authorizer.answer(event, invocation).await;
    serde_json::to_vec(&answer.unwrap()).unwrap()
}

fn handler(criterion: &mut Criterion) {
    tracing::subscriber::set_global_default(log::subscriber(LevelFilter::INFO, std::io::sink)).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let key = SigningKey::rsa();
    let token = cognito::token(&key, "RS256", NOW);
    let jwk = key.jwk(KID, "RS256");
    let keys = key_set(std::slice::from_ref(&jwk));
    let mut group = criterion.benchmark_group("RS256");

    let decoding = DecodingKey::from_jwk(&serde_json::from_value(jwk).unwrap()).unwrap();
    let mut validation = Validation::new(Algorithm::RS256);
    // The time of the token is not that of the machine.
    validation.validate_exp = false;
    validation.set_issuer(&[ISS]);
    group.bench_function("jsonwebtoken decode", |bencher| {
        bencher.iter(|| decode::<Value>(black_box(&token), &decoding, &validation).unwrap());
    });

    let main = Issuer {
        token_use: Some(TokenUse::Access),
        ..issuer("main", ISS, KeySource::File("jwks.json".to_owned()))
    };
    let verifier = bundled(vec![main], &[("jwks.json", keys.clone())], 0);
    group.bench_function("verify", |bencher| {
        bencher.iter(|| verified(&runtime, &verifier, black_box(&token)));
    });

    let events = [
        ("TOKEN", events::rest_token(&token, "GET/orders")),
        ("REQUEST", events::rest_request(&token, "GET/orders")),
    ];
    for (cache, setting) in [("", "token_cache: 0"), (", a remembered token", "token_cache: 1000")] {
        let (authorizer, _directory) = authorizer(&keys, setting);
        for (kind, event) in &events {
            let answer: Value =
                serde_json::from_slice(&runtime.block_on(answered(&authorizer, event))).unwrap();
            assert_eq!(answer["context"]["grants"], HELD);
            group.bench_function(format!("answer a {kind} event{cache}"), |bencher| {
                bencher.iter(|| runtime.block_on(answered(&authorizer, black_box(event))));
            });
        }
    }
    group.finish();
}

fn verified(runtime: &Runtime, verifier: &Verifier, token: &str) {
    drop(black_box(runtime.block_on(verifier.verify(token, at(NOW))).unwrap()));
}

criterion_group!(benches, handler);
criterion_main!(benches);
