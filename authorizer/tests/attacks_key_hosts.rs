//! Hosts that lie about keys, stall, lead elsewhere or are not who they say, by the numbers of the attack list.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests fail by panicking")]

#[path = "fixtures/fetched_keys.rs"]
mod fetched_keys;
#[path = "fixtures/issuers.rs"]
mod issuers;
#[path = "fixtures/key_server.rs"]
mod key_server;
#[path = "fixtures/signing.rs"]
mod signing;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use keybound_authorizer::keys::{DestinationError, Fetcher, KeyStore, KeyStoreError, Moment};
use keybound_authorizer::token::{Refused, Verifier};
use keybound_shared::{Issuer, KeySource};
use serde_json::{Value, json};

use fetched_keys::*;
use issuers::{NOW, at, issuer};
use key_server::{Answer, KeyServer};
use signing::key_set;

fn gzip_head(body: &[u8]) -> Answer {
    Answer::response("200 OK", &["content-encoding: gzip"], body)
}

/// Answers that are no key set, none of which may be taken for one or do any harm.
fn lies() -> Vec<(&'static str, Answer)> {
    let good = only(&FIRST, "first");
    let length = format!("content-length: {}", good.len() + 10);
    let short = format!("content-length: {}", good.len() - 10);
    let elsewhere = KeyServer::start(Answer::Json(good.clone()));
    let location = format!("location: {}", elsewhere.url("/jwks.json"));
    let mut large = vec![b' '; 5 << 20];
    large.splice(0..0, good.clone());
    let many: Vec<Value> = (0..101).map(|number| FIRST.jwk(&format!("k{number}"), "RS256")).collect();
    let twice = [br#"{"keys":[],"#.as_slice(), &good[1..]].concat();
    let chunked: Vec<u8> = (0..100)
        .flat_map(|_| [b"2000\r\n".to_vec(), vec![b' '; 0x2000], b"\r\n".to_vec()].concat())
        .collect();
    vec![
        ("500", Answer::response("500 Oops", &[], &good)),
        ("404", Answer::response("404 Not Found", &[], &good)),
        ("204", Answer::response("204 No Content", &[], b"")),
        ("203", Answer::response("203 Non-Authoritative Information", &[], &good)),
        ("206", Answer::response("206 Partial Content", &[], &good)),
        ("301", Answer::response("301 Moved Permanently", &[&location], b"")),
        ("302", Answer::response("302 Found", &[&location], &good)),
        ("307", Answer::response("307 Temporary Redirect", &[&location], b"")),
        (
            "gzip",
            gzip_head(b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00"),
        ),
        ("gzip that is none", gzip_head(&good)),
        (
            "two encodings",
            Answer::response("200 OK", &["content-encoding: identity", "content-encoding: br"], &good),
        ),
        ("5 MB", Answer::Json(large)),
        ("800 KB in chunks", Answer::response("200 OK", &["transfer-encoding: chunked"], &chunked)),
        ("a body that breaks off", Answer::response("200 OK", &[&length], &good)),
        ("a length that is too short", Answer::response("200 OK", &[&short], &good)),
        ("HTML", Answer::Json(b"<html><body>Sign in</body></html>".to_vec())),
        ("nothing", Answer::Json(Vec::new())),
        ("an empty object", Answer::Json(b"{}".to_vec())),
        ("an object of keys", Answer::Json(br#"{"keys":{}}"#.to_vec())),
        ("a list", Answer::Json(b"[]".to_vec())),
        ("null", Answer::Json(b"null".to_vec())),
        ("keys twice", Answer::Json(twice)),
        ("deep", Answer::Json([br#"{"keys":"#.as_slice(), "[".repeat(200_000).as_bytes()].concat())),
        ("101 keys", Answer::Json(key_set(&many))),
        ("no HTTP", Answer::Raw(b"SSH-2.0-OpenSSH_9.6\r\n".to_vec())),
        (
            "a head without end",
            Answer::Raw([b"HTTP/1.1 200 OK\r\nx: ".as_slice(), &[b'x'; 1 << 20]].concat()),
        ),
        ("no answer", Answer::HangUp),
    ]
}

#[tokio::test]
async fn attacks_31_36_what_is_no_key_set_is_an_outage_of_ours_and_over_when_it_is_over() {
    for (lie, answer) in lies() {
        let server = KeyServer::start(answer);
        let verifier = verifier(with_uri(&server));
        let good = token(&FIRST, "first", &server);
        let refused = verifier.verify(&good, at(NOW)).await.unwrap_err();
        assert!(matches!(refused, Refused::Keys(_)), "{lie}: {refused}");
        assert_eq!(refused.code(), "keys_unavailable");
        assert!(refused.to_string().starts_with("the keys of issuer `main` cannot be had: "), "{refused}");
        // Within a second nobody asks again; afterwards it is as if nothing had been.
        server.answer(Answer::Json(only(&FIRST, "first")));
        assert_eq!(code(&verifier, &good, NOW).await, "keys_unavailable", "{lie}");
        assert_eq!(server.requests(), 1, "{lie}");
        assert_eq!(code(&verifier, &good, NOW + 2).await, "accepted", "{lie}");
    }
}

#[tokio::test]
async fn attacks_31_36_a_set_at_hand_outlives_an_outage_up_to_its_age() {
    for (lie, answer) in lies() {
        let server = KeyServer::start(Answer::Json(only(&FIRST, "first")));
        let verifier = verifier(with_uri(&server));
        let good = token(&FIRST, "first", &server);
        assert_eq!(code(&verifier, &good, NOW).await, "accepted");
        server.answer(answer);
        for now in [NOW + HOUR / 2, NOW + HOUR * 3 / 4, NOW + HOUR - 1, NOW + HOUR - 1] {
            assert_eq!(code(&verifier, &good, now).await, "accepted", "{lie} at {now}");
        }
        // One fetch at three quarters, one at the end: not one a request.
        assert_eq!(server.requests(), 3, "{lie}");
        assert_eq!(code(&verifier, &good, NOW + HOUR + 1).await, "keys_unavailable", "{lie}");
        server.answer(Answer::Json(only(&FIRST, "first")));
        assert_eq!(code(&verifier, &good, NOW + HOUR + 3).await, "accepted", "{lie}");
    }
}

#[tokio::test]
async fn attack_31_a_redirect_is_not_followed() {
    let elsewhere = KeyServer::start(Answer::Json(only(&FIRST, "first")));
    for status in [
        "301 Moved Permanently",
        "302 Found",
        "303 See Other",
        "307 Temporary Redirect",
        "308 Permanent Redirect",
    ] {
        let location = format!("location: {}", elsewhere.url("/jwks.json"));
        let server = KeyServer::start(Answer::response(status, &[&location, "content-length: 0"], b""));
        let verifier = verifier(with_uri(&server));
        assert_eq!(code(&verifier, &token(&FIRST, "first", &server), NOW).await, "keys_unavailable");
    }
    assert_eq!(elsewhere.requests(), 0);
}

#[tokio::test]
async fn attack_31_a_set_of_256_kilobytes_is_read_and_one_byte_more_is_not() {
    for (bytes, expected) in [(256 * 1024, "accepted"), (256 * 1024 + 1, "keys_unavailable")] {
        let mut set = only(&FIRST, "first");
        set.resize(bytes, b' ');
        let server = KeyServer::start(Answer::Json(set.clone()));
        let verifier_ = verifier(with_uri(&server));
        assert_eq!(code(&verifier_, &token(&FIRST, "first", &server), NOW).await, expected);
        // Without a length in the head, it is found while reading.
        let server = KeyServer::start(Answer::response("200 OK", &[], &set));
        let verifier_ = verifier(with_uri(&server));
        assert_eq!(code(&verifier_, &token(&FIRST, "first", &server), NOW).await, expected);
    }
}

#[tokio::test]
async fn attack_31_what_is_too_large_is_not_even_read() {
    let chunk = [b"10000\r\n".as_slice(), &[b' '; 0x10000], b"\r\n"].concat();
    for answer in [
        // The head says so, and nobody waits for the body.
        Answer::Drip(256 * 1024 + 1, Duration::from_millis(100)),
        // The head says nothing.
        Answer::response("200 OK", &["transfer-encoding: chunked"], &chunk.repeat(5)),
        Answer::response("200 OK", &[], &[b' '; 256 * 1024 + 1]),
    ] {
        let server = KeyServer::start(answer);
        let verifier = verifier(with_uri(&server));
        let refused = verifier.verify(&token(&FIRST, "first", &server), at(NOW)).await.unwrap_err();
        assert!(refused.to_string().contains("the answer is larger than 262144 bytes"), "{refused}");
    }
}

#[tokio::test]
async fn attack_31_a_host_that_stalls_or_drips_costs_five_seconds_once() {
    for answer in [Answer::Stall, Answer::Drip(100_000, Duration::from_millis(100))] {
        let server = KeyServer::start(answer);
        let verifier = verifier(with_uri(&server));
        let good = token(&FIRST, "first", &server);
        let now = Moment::now();
        let began = Instant::now();
        // The token is of another time, but that is not what is found first.
        let refused = verifier.verify(&good, now).await.unwrap_err();
        assert!(refused.to_string().contains("no answer within 5000 ms"), "{refused}");
        let waited = began.elapsed();
        assert!((4900..9000).contains(&waited.as_millis()), "{waited:?}");
        // Those who come now, or have waited in line, fail at once.
        for late in [Duration::ZERO, waited] {
            let began = Instant::now();
            assert_eq!(verifier.verify(&good, now.after(late)).await.unwrap_err().code(), "keys_unavailable");
            assert!(began.elapsed() < Duration::from_millis(1000));
        }
        assert_eq!(server.requests(), 1);
    }
}

#[tokio::test]
async fn attack_31_a_stalling_host_costs_little_while_the_set_at_hand_will_do() {
    let server = KeyServer::start(Answer::Json(only(&FIRST, "first")));
    let verifier = verifier(with_uri(&server));
    let good = token(&FIRST, "first", &server);
    assert_eq!(code(&verifier, &good, NOW).await, "accepted");
    server.answer(Answer::Stall);
    let began = Instant::now();
    assert_eq!(code(&verifier, &good, NOW + HOUR * 4 / 5).await, "accepted");
    assert!((1900..4500).contains(&began.elapsed().as_millis()), "{:?}", began.elapsed());
    let began = Instant::now();
    for _ in 0..10 {
        assert_eq!(code(&verifier, &good, NOW + HOUR * 4 / 5 + 5).await, "accepted");
    }
    assert!(began.elapsed() < Duration::from_millis(1000), "{:?}", began.elapsed());
    assert_eq!(server.requests(), 2);
}

#[tokio::test]
async fn discovery_finds_the_key_set() {
    let server = KeyServer::start(Answer::HangUp);
    let document = json!({"issuer": server.url(""), "jwks_uri": server.url("/keys")}).to_string();
    server.answer_at("/.well-known/openid-configuration", Answer::Json(document.into_bytes()));
    server.answer_at("/keys", Answer::Json(only(&FIRST, "first")));
    let verifier = verifier(with_discovery(&server));
    assert_eq!(code(&verifier, &token(&FIRST, "first", &server), NOW).await, "accepted");
    assert_eq!(server.requests(), 2);
}

#[tokio::test]
async fn attack_34_a_discovery_document_that_leads_astray() {
    let other = KeyServer::start(Answer::Json(only(&FIRST, "first")));
    let server = KeyServer::start(Answer::Json(only(&FIRST, "first")));
    let own = server.url("");
    let keys = server.url("/keys");
    let elsewhere = other.url("/keys").replace("127.0.0.1", "localhost");
    let metadata = "http://169.254.169.254/latest/meta-data/";
    for document in [
        json!({"issuer": "https://evil.test", "jwks_uri": keys}),
        json!({"issuer": format!("{own}/"), "jwks_uri": keys}),
        json!({"jwks_uri": keys}),
        json!({"issuer": own}),
        json!({"issuer": own, "jwks_uri": elsewhere}),
        json!({"issuer": own, "jwks_uri": metadata}),
        json!({"issuer": own, "jwks_uri": "http://127.0.0.1:9001/2018-06-01/runtime/invocation/next"}),
        json!({"issuer": own, "jwks_uri": "file:///etc/passwd"}),
        json!({"issuer": own, "jwks_uri": ["a"]}),
        json!([]),
    ] {
        let at_path = Answer::Json(document.to_string().into_bytes());
        server.answer_at("/.well-known/openid-configuration", at_path);
        let issuers = vec![Arc::new(with_discovery(&server))];
        let fetcher = Arc::new(Fetcher::new(Some("127.0.0.1:9001")));
        let keys = KeyStore::new(&issuers, &HashMap::new(), &fetcher, None).unwrap();
        let verifier = Verifier::new(issuers, keys, 0);
        let before = server.requests();
        let refused = verifier.verify(&token(&FIRST, "first", &server), at(NOW)).await.unwrap_err();
        assert!(
            refused.to_string().contains("discovery") || refused.to_string().contains("JSON"),
            "{refused}"
        );
        assert_eq!(refused.code(), "keys_unavailable");
        assert_eq!(server.requests(), before + 1, "{document}");
    }
    assert_eq!(other.requests(), 0);
}

#[test]
fn attack_34_addresses_in_the_rules_that_must_not_be_asked_are_errors_of_the_rules() {
    let fetcher = Arc::new(Fetcher::new(Some("127.0.0.1:9001")));
    let error = |keys: KeySource, iss: &str, insecure_loopback: bool| {
        let issuers = [Arc::new(Issuer { insecure_loopback, ..issuer("main", iss, keys) })];
        KeyStore::new(&issuers, &HashMap::new(), &fetcher, None).unwrap_err()
    };
    let address = |cause| KeyStoreError::Address { issuer: "main".to_owned(), cause };
    for (uri, insecure_loopback, cause) in [
        ("http://example.com/k", false, DestinationError::Scheme),
        ("http://127.0.0.1:8000/k", false, DestinationError::Scheme),
        ("http://example.com@127.0.0.1:8000/k", true, DestinationError::User),
        ("http://93.184.216.34/k", true, DestinationError::Address),
        ("https://169.254.169.254/k", false, DestinationError::Address),
        ("https://169.254.169.254/k", true, DestinationError::Address),
        ("http://127.0.0.1:9001/k", true, DestinationError::RuntimeInterface),
        ("http://localhost:9001/k", true, DestinationError::RuntimeInterface),
    ] {
        let found = error(KeySource::Uri(uri.to_owned()), "https://a.example.com", insecure_loopback);
        assert_eq!(found, address(cause), "{uri}");
        let found = error(KeySource::Discovery, uri, insecure_loopback);
        assert_eq!(found, address(cause), "{uri}");
    }
    assert_eq!(error(KeySource::Discovery, "urn:issuer", false), address(DestinationError::Syntax));
}

mod tls {
    use super::*;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    use rustls::{RootCertStore, ServerConfig};

    fn certified(name: &str) -> (CertificateDer<'static>, ServerConfig) {
        let certified = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
        let certificate = certified.cert.der().clone();
        let key = PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config =
            ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config = config.with_no_client_auth().with_single_cert(vec![certificate.clone()], key).unwrap();
        (certificate, config)
    }

    async fn fetched(certificate_of: &str, asked_for: &str, trusted: bool) -> Result<(), Refused> {
        let (certificate, config) = certified(certificate_of);
        let server = KeyServer::start_with_tls(Answer::Json(only(&FIRST, "first")), config);
        let uri = format!("https://{asked_for}:{}/jwks.json", server.address().port());
        let issuers = vec![Arc::new(Issuer { keys: KeySource::Uri(uri), ..with_uri(&server) })];
        let mut roots = RootCertStore::empty();
        roots.add(certificate).unwrap();
        let fetcher = Fetcher::new(None);
        let fetcher = Arc::new(if trusted { fetcher.trusting(roots) } else { fetcher });
        let keys = KeyStore::new(&issuers, &HashMap::new(), &fetcher, None).unwrap();
        let good = token(&FIRST, "first", &server);
        Verifier::new(issuers, keys, 0).verify(&good, at(NOW)).await.map(|_| ())
    }

    #[tokio::test]
    async fn keys_come_by_https_from_a_host_whose_certificate_is_trusted_and_its_own() {
        assert_eq!(fetched("localhost", "localhost", true).await, Ok(()));
        assert_eq!(fetched("127.0.0.1", "127.0.0.1", true).await, Ok(()));
        for (certificate_of, asked_for, trusted) in [
            ("localhost", "localhost", false),
            ("evil.test", "localhost", true),
            ("localhost", "127.0.0.1", true),
        ] {
            let refused = fetched(certificate_of, asked_for, trusted).await.unwrap_err();
            assert_eq!(refused.code(), "keys_unavailable", "{certificate_of} {asked_for} {trusted}");
        }
    }

    #[tokio::test]
    async fn plain_http_is_not_taken_for_https() {
        let server = KeyServer::start(Answer::Json(only(&FIRST, "first")));
        let uri = server.url("/jwks.json").replace("http:", "https:");
        let verifier = verifier(Issuer { keys: KeySource::Uri(uri), ..with_uri(&server) });
        assert_eq!(code(&verifier, &token(&FIRST, "first", &server), NOW).await, "keys_unavailable");
    }
}
