//! Key sets over time, by the numbers of the attack list: floods, rotation, single flight, outages.
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
use std::time::{Duration, Instant, SystemTime};

use keybound_authorizer::keys::{Fetcher, KeyStore, Moment};
use keybound_authorizer::token::{Refusal, Verified, Verifier};
use keybound_shared::{Issuer, KeySource};
use serde_json::json;

use fetched_keys::*;
use issuers::{NOW, at, issuer};
use key_server::{Answer, KeyServer};
use signing::{SigningKey, base64url, key_set, with};

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
    // Neither a young set nor one that is due for a refresh makes a difference.
    for now in [NOW, NOW + HOUR - 60] {
        let server = KeyServer::start(Answer::Json(only(&FIRST, "first")));
        let verifier = verifier(with_uri(&server));
        let good = token(&FIRST, "first", &server);
        assert_eq!(code(&verifier, &good, NOW).await, "accepted");
        server.answer(Answer::Late(Duration::from_secs(3), only(&FIRST, "first")));
        let unknown = token(&SECOND, "made-up", &server);
        let began = Instant::now();
        let flood = async {
            assert_eq!(code(&verifier, &unknown, now).await, "kid_unknown");
            began.elapsed()
        };
        let known = async {
            // Only once the other one is waiting.
            while server.requests() < 2 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            assert_eq!(code(&verifier, &good, now).await, "accepted");
            assert_eq!(code(&verifier, &token(&SECOND, "first", &server), now).await, "signature");
            began.elapsed()
        };
        let (flood, known) = tokio::join!(flood, known);
        assert!(flood >= Duration::from_secs(3), "{flood:?}");
        assert!(known < Duration::from_secs(2), "{known:?}");
        assert_eq!(server.requests(), 2);
    }
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
async fn attack_36_a_fetch_that_outlasts_the_time_left_is_an_outage_that_is_remembered() {
    let server = KeyServer::start(Answer::Stall);
    let verifier = verifier(with_uri(&server));
    let good = token(&FIRST, "first", &server);
    let short = Duration::from_millis(100);
    let code = async |token: &str, now| match verifier.verify_within(token, at(now), short).await {
        Ok(_) => "accepted",
        Err(refused) => refused.code(),
    };
    assert_eq!(code(&good, NOW).await, "keys_unavailable");
    // At once, without another fetch.
    assert_eq!(code(&good, NOW).await, "keys_unavailable");
    assert_eq!(server.requests(), 1);

    server.answer(Answer::Json(only(&FIRST, "first")));
    assert_eq!(code(&good, NOW + 2).await, "accepted");
    // A new key that cannot be fetched in time: nobody can tell whether it is one.
    server.answer(Answer::Stall);
    let rotated = token(&SECOND, "second", &server);
    for later in [20, 21] {
        assert_eq!(code(&rotated, NOW + later).await, "keys_unavailable");
        assert_eq!(code(&good, NOW + later).await, "accepted");
    }
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
    // With the outage over, an unknown key id is just that again, asked for or not.
    for second in [12, 21, 22] {
        assert_eq!(code(&verifier, &token(&SECOND, "made-up", &server), NOW + second).await, "kid_unknown");
    }
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
    // One after the other, they would take twice the time that there is.
    let late = Answer::Late(Duration::from_secs(1), only(&FIRST, "first"));
    let good: Vec<KeyServer> = (0..8).map(|_| KeyServer::start(late.clone())).collect();
    let broken = KeyServer::start(Answer::HangUp);
    let stalling = KeyServer::start(Answer::Stall);
    let servers = good.iter().chain([&broken, &stalling]);
    let named = |(number, server): (usize, _)| Issuer { name: format!("{number}"), ..with_uri(server) };
    let issuers: Vec<Arc<Issuer>> = servers.enumerate().map(named).map(Arc::new).collect();
    let keys = store(&issuers, None);
    let began = Instant::now();
    let outcomes = keys.prefetch(at(NOW), Duration::from_secs(4)).await;
    assert!(began.elapsed() < Duration::from_millis(4900), "{:?}", began.elapsed());
    let expected = [[Some(true); 8].as_slice(), &[Some(false), None]].concat();
    let told: Vec<Option<bool>> =
        outcomes.iter().map(|each| each.outcome.as_ref().map(Result::is_ok)).collect();
    assert_eq!(told, expected);
    assert!(outcomes.iter().map(|each| &each.issuer).eq(issuers.iter().map(|issuer| &issuer.name)));

    let verifier = Verifier::new(issuers, keys, 0);
    for server in &good {
        assert_eq!(code(&verifier, &token(&FIRST, "first", server), NOW + 1).await, "accepted");
        assert_eq!(server.requests(), 1);
    }
    for server in [&broken, &stalling] {
        server.answer(Answer::Json(only(&FIRST, "first")));
        assert_eq!(code(&verifier, &token(&FIRST, "first", server), NOW + 5).await, "accepted");
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
