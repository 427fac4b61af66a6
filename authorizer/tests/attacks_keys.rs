//! Key sets that are missing, wrong or hostile, by the numbers of the attack list; and what must work all the same.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests fail by panicking")]

#[path = "fixtures/issuers.rs"]
mod issuers;
#[path = "fixtures/key_server.rs"]
mod key_server;
#[path = "fixtures/signing.rs"]
mod signing;

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant, SystemTime};

use keybound_authorizer::keys::{DestinationError, Fetcher, KeyStore, KeyStoreError, Moment};
use keybound_authorizer::token::{Refusal, Refused, Verified, Verifier};
use keybound_shared::{Issuer, KeySource};
use serde_json::{Value, json};

use issuers::{NOW, at, issuer};
use key_server::{Answer, KeyServer};
use signing::{SigningKey, base64url, key_set, with};

static FIRST: LazyLock<SigningKey> = LazyLock::new(SigningKey::rsa);
static SECOND: LazyLock<SigningKey> = LazyLock::new(SigningKey::rsa);

const HOUR: u64 = 3600;

/// An issuer at this server, with its key set's address in the rules.
fn with_uri(server: &KeyServer) -> Issuer {
    let keys = KeySource::Uri(server.url("/jwks.json"));
    Issuer { insecure_loopback: true, ..issuer("main", &server.url(""), keys) }
}

fn with_discovery(server: &KeyServer) -> Issuer {
    Issuer { keys: KeySource::Discovery, ..with_uri(server) }
}

fn store(issuers: &[Arc<Issuer>], previous: Option<&KeyStore>) -> KeyStore {
    KeyStore::new(issuers, &HashMap::new(), &Arc::new(Fetcher::new(None)), previous).unwrap()
}

fn verifier(issuer: Issuer) -> Verifier {
    let issuers = vec![Arc::new(issuer)];
    let keys = store(&issuers, None);
    Verifier::new(issuers, keys, 100)
}

/// A token of this key, valid for a day from an hour ago.
fn token(key: &SigningKey, kid: &str, server: &KeyServer) -> String {
    let header = json!({"alg": "RS256", "kid": kid}).to_string();
    let claims = json!({"iss": server.url(""), "aud": "client-1", "iat": NOW - HOUR, "exp": NOW + 20 * HOUR});
    key.token("RS256", &header, &claims.to_string())
}

fn only(key: &SigningKey, kid: &str) -> Vec<u8> {
    key_set(&[key.jwk(kid, "RS256")])
}

fn both() -> Vec<u8> {
    key_set(&[FIRST.jwk("first", "RS256"), SECOND.jwk("second", "RS256")])
}

async fn code(verifier: &Verifier, token: &str, now: u64) -> &'static str {
    match verifier.verify(token, at(now)).await {
        Ok(_) => "accepted",
        Err(refused) => refused.code(),
    }
}

#[tokio::test]
async fn keys_are_fetched_once_from_the_address_in_the_rules() {
    let server = KeyServer::start(Answer::Json(both()));
    let verifier = verifier(with_uri(&server));
    for (key, kid) in [(&FIRST, "first"), (&SECOND, "second"), (&FIRST, "first")] {
        assert_eq!(code(&verifier, &token(key, kid, &server), NOW).await, "accepted");
    }
    assert_eq!(server.requests(), 1);
    let request = server.last_request();
    assert!(request.starts_with("GET /jwks.json HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("accept-encoding: identity\r\n"), "{request}");
    assert!(request.contains(&format!("host: {}\r\n", server.address())), "{request}");
}

#[tokio::test]
async fn attack_07_a_keys_address_in_a_token_is_never_asked() {
    let attacker = KeyServer::start(Answer::Json(only(&SECOND, "first")));
    let server = KeyServer::start(Answer::Json(only(&FIRST, "first")));
    let verifier = verifier(with_uri(&server));
    for name in ["jku", "x5u"] {
        let header = json!({"alg": "RS256", "kid": "first", name: attacker.url("/jwks.json")}).to_string();
        let claims = json!({"iss": server.url(""), "aud": "client-1", "exp": NOW + 600}).to_string();
        let forged = SECOND.token("RS256", &header, &claims);
        assert_eq!(code(&verifier, &forged, NOW).await, "header");
    }
    // Nor the issuer that a token names, were it the attacker's.
    let theirs = token(&SECOND, "first", &attacker);
    assert_eq!(code(&verifier, &theirs, NOW).await, "issuer");
    assert_eq!((attacker.requests(), server.requests()), (0, 0));
}

#[tokio::test]
async fn attack_28_a_flood_of_unknown_key_ids_costs_one_fetch_in_ten_seconds() {
    let server = KeyServer::start(Answer::Json(only(&FIRST, "first")));
    let verifier = verifier(with_uri(&server));
    let good = token(&FIRST, "first", &server);
    assert_eq!(code(&verifier, &good, NOW).await, "accepted");
    for (second, fetches) in [(0, 2), (5, 2), (9, 2), (10, 3), (19, 3), (20, 4)] {
        for number in 0..20 {
            let unknown = token(&SECOND, &format!("made-up-{number}"), &server);
            assert_eq!(code(&verifier, &unknown, NOW + second).await, "kid_unknown");
            assert_eq!(code(&verifier, &good, NOW + second).await, "accepted");
        }
        assert_eq!(server.requests(), fetches, "after {second} s");
    }
}

#[tokio::test]
async fn attack_28_the_first_fetch_counts_for_an_unknown_key_id() {
    let server = KeyServer::start(Answer::Json(only(&FIRST, "first")));
    let verifier = verifier(with_uri(&server));
    for _ in 0..5 {
        assert_eq!(code(&verifier, &token(&SECOND, "made-up", &server), NOW).await, "kid_unknown");
    }
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn attack_28_a_known_key_never_waits_for_an_unknown_one() {
    let server = KeyServer::start(Answer::Json(only(&FIRST, "first")));
    let verifier = verifier(with_uri(&server));
    let good = token(&FIRST, "first", &server);
    assert_eq!(code(&verifier, &good, NOW).await, "accepted");
    server.answer(Answer::Late(Duration::from_secs(2), only(&FIRST, "first")));
    let unknown = token(&SECOND, "made-up", &server);
    let began = Instant::now();
    let flood = async {
        assert_eq!(code(&verifier, &unknown, NOW).await, "kid_unknown");
        began.elapsed()
    };
    let known = async {
        // Only once the other one is waiting.
        while server.requests() < 2 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(code(&verifier, &good, NOW).await, "accepted");
        let other = FIRST.token("RS256", r#"{"alg":"RS256","kid":"first"}"#, "{}");
        assert_eq!(code(&verifier, &other, NOW).await, "issuer");
        assert_eq!(code(&verifier, &token(&SECOND, "first", &server), NOW).await, "signature");
        began.elapsed()
    };
    let (flood, known) = tokio::join!(flood, known);
    assert!(flood >= Duration::from_secs(2), "{flood:?}");
    assert!(known < Duration::from_millis(1500), "{known:?}");
}

#[tokio::test]
async fn attack_29_rotation() {
    let server = KeyServer::start(Answer::Json(only(&FIRST, "first")));
    let verifier = verifier(with_uri(&server));
    let (old, new) = (token(&FIRST, "first", &server), token(&SECOND, "second", &server));
    assert_eq!(code(&verifier, &old, NOW).await, "accepted");
    // The new key is there with one fetch, at once; the old one stays while the set has it.
    server.answer(Answer::Json(both()));
    assert_eq!(code(&verifier, &new, NOW).await, "accepted");
    assert_eq!(server.requests(), 2);
    assert_eq!(code(&verifier, &old, NOW).await, "accepted");
    // The old key is gone: its token, accepted and remembered, goes with the set's age at the latest.
    server.answer(Answer::Json(only(&SECOND, "second")));
    assert_eq!(code(&verifier, &old, NOW + HOUR / 2).await, "accepted");
    assert_eq!(code(&verifier, &old, NOW + HOUR + 1).await, "kid_unknown");
    assert_eq!(code(&verifier, &new, NOW + HOUR + 1).await, "accepted");
}

#[tokio::test]
async fn attack_29_a_key_that_any_refresh_finds_gone_is_gone_for_remembered_tokens() {
    let server = KeyServer::start(Answer::Json(only(&FIRST, "first")));
    let verifier = verifier(with_uri(&server));
    let (old, new) = (token(&FIRST, "first", &server), token(&SECOND, "second", &server));
    assert_eq!(code(&verifier, &old, NOW).await, "accepted");
    server.answer(Answer::Json(only(&SECOND, "second")));
    assert_eq!(code(&verifier, &new, NOW + 1).await, "accepted");
    assert_eq!(code(&verifier, &old, NOW + 1).await, "kid_unknown");
}

#[tokio::test]
async fn attack_30_the_same_key_id_with_another_key() {
    let server = KeyServer::start(Answer::Json(only(&FIRST, "first")));
    let verifier = verifier(with_uri(&server));
    let (old, new) = (token(&FIRST, "first", &server), token(&SECOND, "first", &server));
    assert_eq!(code(&verifier, &old, NOW).await, "accepted");
    assert_eq!(code(&verifier, &new, NOW).await, "signature");
    server.answer(Answer::Json(only(&SECOND, "first")));
    assert_eq!(code(&verifier, &old, NOW + HOUR + 1).await, "signature");
    assert_eq!(code(&verifier, &new, NOW + HOUR + 1).await, "accepted");
}

#[tokio::test]
async fn attack_30_the_same_key_for_another_algorithm_only() {
    let server = KeyServer::start(Answer::Json(only(&FIRST, "first")));
    let verifier = verifier(with_uri(&server));
    let token = token(&FIRST, "first", &server);
    assert_eq!(code(&verifier, &token, NOW).await, "accepted");
    server.answer(Answer::Json(key_set(&[FIRST.jwk("first", "PS256")])));
    assert_eq!(code(&verifier, &token, NOW + HOUR + 1).await, "algorithm");
}

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
async fn attack_31_a_host_that_stalls_or_drips_costs_five_seconds_once() {
    for answer in [Answer::Stall, Answer::Drip(Duration::from_millis(100))] {
        let server = KeyServer::start(answer);
        let verifier = verifier(with_uri(&server));
        let good = token(&FIRST, "first", &server);
        let now = Moment::now();
        let began = Instant::now();
        // The token is of another time, but that is not what is found first.
        let refused = verifier.verify(&good, now).await.unwrap_err();
        assert!(refused.to_string().contains("no answer within 5 s"), "{refused}");
        let waited = began.elapsed();
        assert!((4900..6500).contains(&waited.as_millis()), "{waited:?}");
        // Those who come now, or have waited in line, fail at once.
        for late in [Duration::ZERO, waited] {
            let began = Instant::now();
            assert_eq!(verifier.verify(&good, now.after(late)).await.unwrap_err().code(), "keys_unavailable");
            assert!(began.elapsed() < Duration::from_millis(500));
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
    assert!((1900..3500).contains(&began.elapsed().as_millis()), "{:?}", began.elapsed());
    let began = Instant::now();
    for _ in 0..10 {
        assert_eq!(code(&verifier, &good, NOW + HOUR * 4 / 5 + 5).await, "accepted");
    }
    assert!(began.elapsed() < Duration::from_millis(500), "{:?}", began.elapsed());
    assert_eq!(server.requests(), 2);
}

#[tokio::test]
async fn attack_32_requests_that_wait_for_the_same_keys_share_one_fetch() {
    let server = KeyServer::start(Answer::Late(Duration::from_millis(300), both()));
    let issuers = vec![Arc::new(with_uri(&server))];
    let keys = store(&issuers, None);
    let verifier = Arc::new(Verifier::new(issuers, keys, 0));
    let mut requests = tokio::task::JoinSet::new();
    for number in 0..50 {
        let verifier = Arc::clone(&verifier);
        let (key, kid) = if number % 2 == 0 { (&FIRST, "first") } else { (&SECOND, "second") };
        let token = token(key, kid, &server);
        requests.spawn(async move { code(&verifier, &token, NOW).await });
    }
    assert!(requests.join_all().await.into_iter().all(|code| code == "accepted"));
    assert_eq!(server.requests(), 1);

    // The same for a key that is new to the set at hand.
    let third = SigningKey::rsa();
    server.answer(Answer::Late(Duration::from_millis(300), only(&third, "third")));
    let mut requests = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let verifier = Arc::clone(&verifier);
        let token = token(&third, "third", &server);
        requests.spawn(async move { code(&verifier, &token, NOW).await });
    }
    assert!(requests.join_all().await.into_iter().all(|code| code == "accepted"));
    assert_eq!(server.requests(), 2);
}

#[tokio::test]
async fn attack_32_a_request_that_gives_up_leaves_the_fetch_to_the_next() {
    let server = KeyServer::start(Answer::Stall);
    let verifier = verifier(with_uri(&server));
    let good = token(&FIRST, "first", &server);
    let given_up = tokio::time::timeout(Duration::from_millis(200), verifier.verify(&good, at(NOW))).await;
    assert!(given_up.is_err());
    server.answer(Answer::Json(only(&FIRST, "first")));
    assert_eq!(code(&verifier, &good, NOW).await, "accepted");
}

#[tokio::test]
async fn attack_33_bad_keys_among_good_ones_are_passed_over() {
    let set = key_set(&[
        json!(null),
        json!("text"),
        json!({"kty": "RSA"}),
        json!({"kty": "AKP", "kid": "pq", "alg": "ML-DSA-44", "pub": "AA"}),
        with(SECOND.jwk("second", "RS256"), &json!({"kid": 5})),
        with(SECOND.jwk("enc", "RS256"), &json!({"use": "enc"})),
        FIRST.jwk("first", "RS256"),
        with(SECOND.jwk("short", "RS256"), &json!({"n": base64url([0xff; 128])})),
    ]);
    let server = KeyServer::start(Answer::Json(set));
    let verifier = verifier(with_uri(&server));
    assert_eq!(code(&verifier, &token(&FIRST, "first", &server), NOW).await, "accepted");
    assert_eq!(code(&verifier, &token(&SECOND, "enc", &server), NOW).await, "kid_unknown");
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

#[test]
fn bundled_files_that_hold_no_key_are_errors_of_the_rules() {
    let fetcher = Arc::new(Fetcher::new(None));
    let issuers = [Arc::new(issuer("main", "https://a.example.com", KeySource::File("k.json".to_owned())))];
    let with_file = |content: &[u8]| {
        let files = HashMap::from([("k.json".to_owned(), content.to_vec())]);
        KeyStore::new(&issuers, &files, &fetcher, None).map(|_| ()).map_err(|error| error.to_string())
    };
    assert!(with_file(&only(&FIRST, "first")).is_ok());
    assert!(with_file(b"{}").unwrap_err().contains("issuer `main`: `k.json`: "));
    assert!(with_file(&key_set(&[])).unwrap_err().contains("no usable key"));
    assert!(with_file(&key_set(&[with(FIRST.jwk("k", "RS256"), &json!({"use": "enc"}))])).is_err());
    let missing = KeyStore::new(&issuers, &HashMap::new(), &fetcher, None).unwrap_err();
    assert!(missing.to_string().contains("`k.json` must be beside the rules"), "{missing}");
}

#[tokio::test]
async fn attack_36_a_dead_host_is_an_outage_and_its_return_is_seen_at_once() {
    let server = KeyServer::start(Answer::Json(only(&FIRST, "first")));
    let address = server.address();
    let verifier = verifier(with_uri(&server));
    let good = token(&FIRST, "first", &server);
    drop(server);
    assert_eq!(code(&verifier, &good, NOW).await, "keys_unavailable");
    assert_eq!(code(&verifier, &good, NOW + 2).await, "keys_unavailable");
    let server = KeyServer::start_at(address, Answer::Json(only(&FIRST, "first")), None);
    assert_eq!(code(&verifier, &good, NOW + 4).await, "accepted");
    // Dead again, with the set at hand.
    drop(server);
    assert_eq!(code(&verifier, &good, NOW + 4 + HOUR).await, "accepted");
    assert_eq!(code(&verifier, &good, NOW + 5 + HOUR).await, "keys_unavailable");
    let _server = KeyServer::start_at(address, Answer::Json(only(&FIRST, "first")), None);
    assert_eq!(code(&verifier, &good, NOW + 7 + HOUR).await, "accepted");
}

#[tokio::test]
async fn attack_36_an_unknown_key_id_in_an_outage_is_not_the_callers_fault() {
    let server = KeyServer::start(Answer::Json(only(&FIRST, "first")));
    let verifier = verifier(with_uri(&server));
    let (old, new) = (token(&FIRST, "first", &server), token(&SECOND, "second", &server));
    assert_eq!(code(&verifier, &old, NOW).await, "accepted");
    server.answer(Answer::HangUp);
    for second in [0, 5, 9] {
        assert_eq!(code(&verifier, &new, NOW + second).await, "keys_unavailable");
        assert_eq!(code(&verifier, &old, NOW + second).await, "accepted");
    }
    assert_eq!(server.requests(), 2);
    server.answer(Answer::Json(both()));
    assert_eq!(code(&verifier, &new, NOW + 11).await, "accepted");
}

#[tokio::test]
async fn a_set_grows_old_by_either_clock() {
    let hour = Duration::from_secs(HOUR + 1);
    let start = Moment::new(SystemTime::UNIX_EPOCH + Duration::from_secs(NOW), Instant::now());
    let monotonic = Instant::now();
    let frozen = Moment::new(start.wall() + hour, monotonic);
    let set_back = Moment::new(start.wall(), monotonic + hour);
    for later in [frozen, set_back] {
        let server = KeyServer::start(Answer::Json(only(&FIRST, "first")));
        let verifier = verifier(with_uri(&server));
        let good = token(&FIRST, "first", &server);
        assert!(verifier.verify(&good, start).await.is_ok());
        server.answer(Answer::HangUp);
        assert_eq!(verifier.verify(&good, later).await.unwrap_err().code(), "keys_unavailable");
    }
}

#[tokio::test]
async fn a_set_is_refreshed_before_it_is_too_old() {
    let server = KeyServer::start(Answer::Json(only(&FIRST, "first")));
    let verifier = verifier(with_uri(&server));
    let good = token(&FIRST, "first", &server);
    for (second, fetches) in [(0, 1), (2699, 1), (2700, 2), (2701, 2), (5399, 2), (5400, 3)] {
        assert_eq!(code(&verifier, &good, NOW + second).await, "accepted");
        assert_eq!(server.requests(), fetches, "after {second} s");
    }
}

#[tokio::test]
async fn prefetch_gets_all_sets_at_once_and_never_fails() {
    let good = KeyServer::start(Answer::Late(Duration::from_millis(300), only(&FIRST, "first")));
    let other = KeyServer::start(Answer::Late(Duration::from_millis(300), only(&SECOND, "second")));
    let broken = KeyServer::start(Answer::HangUp);
    let stalling = KeyServer::start(Answer::Stall);
    let servers = [("a", &good), ("b", &other), ("c", &broken), ("d", &stalling)];
    let issuers: Vec<Arc<Issuer>> = servers
        .iter()
        .map(|(name, server)| Arc::new(Issuer { name: (*name).to_owned(), ..with_uri(server) }))
        .collect();
    let keys = store(&issuers, None);
    let began = Instant::now();
    let outcomes = keys.prefetch(at(NOW), Duration::from_millis(900)).await;
    assert!(began.elapsed() < Duration::from_millis(1500), "{:?}", began.elapsed());
    let told: Vec<(&str, Option<bool>)> = outcomes
        .iter()
        .map(|each| (each.issuer.as_str(), each.outcome.as_ref().map(Result::is_ok)))
        .collect();
    assert_eq!(told, [("a", Some(true)), ("b", Some(true)), ("c", Some(false)), ("d", None)]);

    let verifier = Verifier::new(issuers, keys, 0);
    assert_eq!(code(&verifier, &token(&FIRST, "first", &good), NOW + 1).await, "accepted");
    assert_eq!(good.requests(), 1);
    broken.answer(Answer::Json(only(&FIRST, "first")));
    stalling.answer(Answer::Json(only(&FIRST, "first")));
    for server in [&broken, &stalling] {
        assert_eq!(code(&verifier, &token(&FIRST, "first", server), NOW + 3).await, "accepted");
    }
}

#[tokio::test]
async fn new_rules_keep_sets_from_the_same_place_and_forget_tokens() {
    let server = KeyServer::start(Answer::Json(only(&FIRST, "first")));
    let good = token(&FIRST, "first", &server);
    let old = verifier(with_uri(&server));
    let first: Arc<Verified> = old.verify(&good, at(NOW)).await.unwrap();

    let issuers = vec![Arc::new(Issuer { audience: vec!["client-9".to_owned()], ..with_uri(&server) })];
    let keys = store(&issuers, Some(old.keys()));
    let new = Verifier::new(issuers, keys, 100);
    let refused = new.verify(&good, at(NOW)).await.map(|_| ()).unwrap_err();
    assert_eq!(refused, Refusal::Audience.into());
    assert_eq!(server.requests(), 1);

    // From another place, even on the same host, nothing is kept.
    let keys = KeySource::Uri(server.url("/other.json"));
    let issuers = vec![Arc::new(Issuer { keys, ..with_uri(&server) })];
    let keys = store(&issuers, Some(new.keys()));
    let third = Verifier::new(issuers, keys, 100);
    let again = third.verify(&good, at(NOW)).await.unwrap();
    assert!(!Arc::ptr_eq(&first, &again));
    assert_eq!(server.requests(), 2);
}

#[tokio::test]
async fn issuers_of_one_key_set_share_its_limits() {
    let server = KeyServer::start(Answer::Json(only(&FIRST, "first")));
    let twin = Issuer {
        name: "twin".to_owned(),
        issuer: "https://twin.example.com".to_owned(),
        ..with_uri(&server)
    };
    let issuers = vec![Arc::new(with_uri(&server)), Arc::new(twin)];
    let keys = store(&issuers, None);
    let verifier = Verifier::new(issuers, keys, 0);
    let claims = json!({"iss": "https://twin.example.com", "aud": "client-1", "exp": NOW + 600}).to_string();
    let twins = |kid: &str| FIRST.token("RS256", &json!({"alg": "RS256", "kid": kid}).to_string(), &claims);
    assert_eq!(code(&verifier, &token(&FIRST, "first", &server), NOW).await, "accepted");
    assert_eq!(code(&verifier, &twins("first"), NOW).await, "accepted");
    assert_eq!(server.requests(), 1);
    assert_eq!(code(&verifier, &twins("made-up"), NOW).await, "kid_unknown");
    assert_eq!(code(&verifier, &token(&FIRST, "made-up", &server), NOW).await, "kid_unknown");
    assert_eq!(server.requests(), 2);
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
