//! Tokens that must not be accepted, by the numbers of the attack list; and those that must.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests fail by panicking")]

#[path = "fixtures/issuers.rs"]
mod issuers;
#[path = "fixtures/main_issuer.rs"]
mod main_issuer;
#[path = "fixtures/signing.rs"]
mod signing;

use std::time::{Duration, SystemTime};

use aws_lc_rs::hmac;
use keybound_authorizer::token::{Refusal, Refused};
use keybound_shared::{Algorithm, Issuer, KeySource, TokenUse};
use serde_json::{Value, json};

use issuers::{NOW, bundled, issuer};
use main_issuer::*;
use signing::{SigningKey, base64url, key_set, with};

#[tokio::test]
async fn a_good_token_is_accepted_and_says_whose_it_is() {
    let verifier = verifier();
    for _ in 0..2 {
        let verified = verify_at(&verifier, &token(&json!({}), &json!({})), NOW).await.unwrap();
        assert_eq!(verified.issuer().name, "main");
        assert_eq!(verified.claims().text("sub"), Some("alice"));
        assert_eq!(verified.expires(), SystemTime::UNIX_EPOCH + Duration::from_secs(NOW + 600));
        assert_eq!(verified.key().kid(), "rsa");
    }
}

#[tokio::test]
async fn every_algorithm_that_the_issuer_lists_is_verified() {
    let verifier = verifier_of(Issuer { algorithms: Algorithm::ALL.to_vec(), ..main_issuer() });
    let of_key: [(&SigningKey, &str, &[&str]); 5] = [
        (&RSA, "rsa", &["RS256"]),
        (&FOREIGN, "any", &["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]),
        (&P256, "p256", &["ES256"]),
        (&P384, "p384", &["ES384"]),
        (&ED25519, "ed25519", &["EdDSA"]),
    ];
    for (key, kid, algorithms) in of_key {
        for alg in algorithms {
            let header = json!({"alg": alg, "kid": kid}).to_string();
            assert_accepted(&verifier, &key.token(alg, &header, &claims().to_string())).await;
        }
    }
}

#[tokio::test]
async fn attacks_01_02_a_token_without_a_signature_is_refused() {
    let verifier = verifier_of(Issuer { algorithms: Algorithm::ALL.to_vec(), ..main_issuer() });
    for alg in ["none", "None", "nOnE", "NONE"] {
        let unsigned = format!(
            "{}.{}.",
            base64url(with(header(), &json!({"alg": alg})).to_string()),
            base64url(claims().to_string())
        );
        assert_refused(&verifier, &unsigned, Refusal::Malformed).await;
        let signature = token(&json!({}), &json!({})).rsplit_once('.').unwrap().1.to_owned();
        assert_refused(&verifier, &format!("{unsigned}{signature}"), Refusal::Algorithm).await;
    }
}

#[tokio::test]
async fn attack_03_hs256_signed_with_the_public_key() {
    let verifier = verifier_of(Issuer { algorithms: Algorithm::ALL.to_vec(), ..main_issuer() });
    let SigningKey::Rsa(pair) = &*RSA else { panic!("not RSA") };
    let der = aws_lc_rs::signature::KeyPair::public_key(pair).as_ref().to_vec();
    let base64 = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &der);
    let pem = format!("-----BEGIN RSA PUBLIC KEY-----\n{base64}\n-----END RSA PUBLIC KEY-----\n");
    let n = RSA.public_jwk()["n"].as_str().unwrap().to_owned();
    for secret in [pem.into_bytes(), der, n.into_bytes(), b"a secret that is public now".to_vec()] {
        for kid in ["rsa", "secret"] {
            let header = json!({"alg": "HS256", "kid": kid}).to_string();
            let signed = format!("{}.{}", base64url(header), base64url(claims().to_string()));
            let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &secret), signed.as_bytes());
            assert_refused(&verifier, &format!("{signed}.{}", base64url(tag)), Refusal::Algorithm).await;
        }
    }
}

#[tokio::test]
async fn attack_04_an_algorithm_that_is_not_the_issuers_or_not_the_keys() {
    // PS256 where the issuer lists RS256 alone.
    let header = json!({"alg": "PS256", "kid": "any"}).to_string();
    let pss = FOREIGN.token("PS256", &header, &claims().to_string());
    assert_refused(&verifier(), &pss, Refusal::Algorithm).await;
    // PS256 and RS384 where the key says RS256.
    let all = verifier_of(Issuer { algorithms: Algorithm::ALL.to_vec(), ..main_issuer() });
    assert_accepted(&all, &pss).await;
    for alg in ["PS256", "RS384"] {
        let header = json!({"alg": alg, "kid": "rsa"}).to_string();
        assert_refused(&all, &RSA.token(alg, &header, &claims().to_string()), Refusal::Algorithm).await;
    }
    // The header says another algorithm than the signature is of.
    let header = json!({"alg": "RS256", "kid": "any"}).to_string();
    assert_refused(&all, &FOREIGN.token("PS256", &header, &claims().to_string()), Refusal::Signature).await;
    // An algorithm of another kind of key.
    for (alg, kid) in
        [("ES256", "any"), ("RS256", "p256"), ("ES384", "p256"), ("EdDSA", "p256"), ("ES256", "ed25519")]
    {
        let token = token(&json!({"alg": alg, "kid": kid}), &json!({}));
        assert_refused(&all, &token, Refusal::Algorithm).await;
    }
}

#[tokio::test]
async fn attack_05_es256_signatures_of_another_form() {
    let verifier = verifier_of(Issuer { algorithms: vec![Algorithm::Es256], ..main_issuer() });
    let header = json!({"alg": "ES256", "kid": "p256"}).to_string();
    let signed = format!("{}.{}", base64url(header), base64url(claims().to_string()));
    let with_signature = |signature: &[u8]| format!("{signed}.{}", base64url(signature));
    let good = P256.sign("ES256", signed.as_bytes());
    assert_accepted(&verifier, &with_signature(&good)).await;

    let der = P256.sign_der(signed.as_bytes());
    let order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
    let order: Vec<u8> = (0..64)
        .step_by(2)
        .map(|at| u8::from_str_radix(order.get(at..at + 2).unwrap(), 16).unwrap())
        .collect();
    let mut one = [0; 32];
    one[31] = 1;
    let (r, s) = good.split_at(32);
    let bad: [Vec<u8>; 10] = [
        der,
        vec![0; 64],
        [r, &[0; 32]].concat(),
        [&[0; 32], s].concat(),
        [order.as_slice(), &order].concat(),
        [order.as_slice(), &one].concat(),
        [r, &[0], s].concat(),
        [s, r].concat(),
        good[..63].to_vec(),
        [0].to_vec(),
    ];
    for signature in bad {
        assert_refused(&verifier, &with_signature(&signature), Refusal::Signature).await;
    }
}

#[tokio::test]
async fn attacks_06_07_08_11_13_headers_that_bring_keys_or_change_the_reading() {
    let verifier = verifier();
    let own_key = with(FOREIGN.public_jwk(), &json!({"kid": "rsa", "alg": "RS256"}));
    for more in [
        json!({"jwk": own_key}),
        json!({"jku": "https://evil.test/jwks.json"}),
        json!({"x5u": "https://evil.test/cert.pem"}),
        json!({"x5c": ["MIIB"]}),
        json!({"crit": ["exp"], "exp": 1}),
        json!({"crit": []}),
        json!({"b64": false, "crit": ["b64"]}),
        json!({"b64": true}),
        json!({"cty": "JWT"}),
        json!({"zip": "DEF"}),
        json!({"enc": "A128GCM"}),
    ] {
        // Signed by the attacker, and by the issuer.
        let forged = FOREIGN.token("RS256", &with(header(), &more).to_string(), &claims().to_string());
        assert_refused(&verifier, &forged, Refusal::Header).await;
        assert_refused(&verifier, &token(&more, &json!({})), Refusal::Header).await;
    }
    // The same without the member is merely a bad signature.
    let forged = FOREIGN.token("RS256", &header().to_string(), &claims().to_string());
    assert_refused(&verifier, &forged, Refusal::Signature).await;
}

#[tokio::test]
async fn attack_09_key_ids_that_are_none_of_the_issuers() {
    let verifier = verifier();
    for kid in
        ["../../dev/null", "rsa' OR '1'='1", "RSA", "rsa ", " rsa", "rs\\u0061x", "https://evil.test/jwks"]
    {
        assert_refused(&verifier, &token(&json!({"kid": kid}), &json!({})), Refusal::KidUnknown).await;
    }
    let wrong =
        [json!("r\u{455}a"), json!(""), json!(1), json!(["rsa"]), json!({}), json!(true), json!("rsa\0")];
    for kid in wrong {
        assert_refused(&verifier, &token(&json!({"kid": kid}), &json!({})), Refusal::Header).await;
    }
    assert_refused(&verifier, &token(&json!({"kid": null}), &json!({})), Refusal::Header).await;
    assert_refused(&verifier, &token(&json!({"kid": "k".repeat(4000)}), &json!({})), Refusal::Header).await;
    assert_refused(&verifier, &token(&json!({"kid": "k".repeat(10_240)}), &json!({})), Refusal::TooLarge)
        .await;
    let null = RSA.token("RS256", r#"{"alg":"RS256","kid":null}"#, &claims().to_string());
    assert_refused(&verifier, &null, Refusal::Header).await;
}

#[tokio::test]
async fn attack_10_keys_for_encryption_symmetric_ones_and_those_of_one_id() {
    let verifier = verifier_of(Issuer { algorithms: Algorithm::ALL.to_vec(), ..main_issuer() });
    for kid in ["encryption", "secret", "twice"] {
        assert_refused(&verifier, &token(&json!({"kid": kid}), &json!({})), Refusal::KidUnknown).await;
    }
    let header = json!({"alg": "ES256", "kid": "twice"}).to_string();
    assert_refused(&verifier, &P256.token("ES256", &header, &claims().to_string()), Refusal::KidUnknown)
        .await;
}

#[tokio::test]
async fn attack_12_tokens_of_another_type() {
    let verifier = verifier();
    for typ in [
        json!("JWE"),
        json!("dpop+jwt"),
        json!("logout+jwt"),
        json!("secevent+jwt"),
        json!(1),
        json!(["JWT"]),
    ] {
        assert_refused(&verifier, &token(&json!({"typ": typ}), &json!({})), Refusal::Header).await;
    }
    for typ in [json!("at+jwt"), json!("application/at+jwt"), json!("jwt"), json!(null)] {
        assert_accepted(&verifier, &token(&json!({"typ": typ}), &json!({}))).await;
    }
    let access = verifier_of(Issuer { token_use: Some(TokenUse::Access), ..main_issuer() });
    let id_token = token(&json!({}), &json!({"token_use": "id", "client_id": "client-1"}));
    assert_refused(&access, &id_token, Refusal::TokenUse).await;
}

#[tokio::test]
async fn attacks_14_15_16_forms_that_are_not_the_compact_one() {
    let verifier = verifier();
    let good = token(&json!({}), &json!({}));
    assert_accepted(&verifier, &good).await;
    let parts: Vec<&str> = good.split('.').collect();
    let (header, payload, signature) = (parts[0], parts[1], parts[2]);
    let json_form = json!({"protected": header, "payload": payload, "signature": signature}).to_string();
    let general_form =
        json!({"payload": payload, "signatures": [{"protected": header, "signature": signature}]})
            .to_string();
    let mut stray = signature.to_owned();
    let last = stray.pop().unwrap();
    // 256 bytes leave four unused bits in the last character; A, Q, g and w have them all zero.
    stray.push(char::from(u8::try_from(last).unwrap() + 1));
    for other in [
        json_form,
        general_form,
        format!("{good}.{signature}.{signature}"),
        format!("{good}."),
        format!("{header}.{payload}.{signature}=="),
        format!("{header}=.{payload}.{signature}"),
        format!(" {good}"),
        format!("{good} "),
        format!("{good}\n"),
        format!("{header}.{payload}\n.{signature}"),
        good.replace('.', "%2E"),
        good.replace('.', ".."),
        format!("{header}.{payload}.{stray}"),
        format!("{good},{good}"),
        format!("{good} {good}"),
        format!("Bearer {good}"),
        good.replace('.', ":"),
    ] {
        assert_refused(&verifier, &other, Refusal::Malformed).await;
    }
    assert_refused(&verifier, "", Refusal::MissingToken).await;
}

#[tokio::test]
async fn attack_17_expiry() {
    let verifier = verifier();
    for exp in [
        json!(null),
        json!((NOW + 600).to_string()),
        json!(-1),
        json!(-1.5),
        json!(1.5),
        json!(NOW as f64 + 600.5),
        json!(1e300),
        json!(u64::MAX),
        json!(253_402_300_800_u64),
        json!([NOW + 600]),
        json!({"a": 1}),
        json!(true),
        json!(1e18),
    ] {
        assert_refused(&verifier, &token(&json!({}), &json!({"exp": exp, "iat": null})), Refusal::Claims)
            .await;
    }
    let null = with(claims(), &json!({"exp": null})).to_string().replacen('{', r#"{"exp":null,"#, 1);
    assert_refused(&verifier, &RSA.token("RS256", &header().to_string(), &null), Refusal::Claims).await;
    for exp in [json!(NOW - 1), json!(NOW), json!(0)] {
        let expired = token(&json!({}), &json!({"exp": exp, "iat": null}));
        assert_refused(&verifier, &expired, Refusal::Expired).await;
    }
    assert_accepted(&verifier, &token(&json!({}), &json!({"exp": NOW + 1}))).await;
}

#[tokio::test]
async fn attack_17_a_token_that_was_accepted_expires_all_the_same() {
    let verifier = verifier();
    let token = token(&json!({}), &json!({"exp": NOW + 5}));
    assert!(verify_at(&verifier, &token, NOW + 4).await.is_ok());
    for _ in 0..2 {
        let refused = verify_at(&verifier, &token, NOW + 5).await.map(|_| ()).unwrap_err();
        assert_eq!(refused, Refusal::Expired.into());
    }
    // A clock that is set back finds it too young, though it was accepted.
    let refused = verify_at(&verifier, &token, NOW - 11).await.map(|_| ()).unwrap_err();
    assert_eq!(refused, Refusal::NotYetValid.into());
}

#[tokio::test]
async fn the_leeway_is_bounded_by_a_minute() {
    for (leeway, late, outcome) in [
        (10, 9, None),
        (10, 10, Some(Refusal::Expired)),
        (3600, 59, None),
        (3600, 60, Some(Refusal::Expired)),
    ] {
        let verifier = verifier_of(Issuer { leeway: Duration::from_secs(leeway), ..main_issuer() });
        let expired = token(&json!({}), &json!({"iat": NOW - 3600, "nbf": null, "exp": NOW - late}));
        let refused = verify_at(&verifier, &expired, NOW).await.err();
        assert_eq!(refused, outcome.map(Refused::Token), "{leeway} {late}");
        let early = token(&json!({}), &json!({"nbf": NOW + late + 1, "iat": null}));
        let refused = verify_at(&verifier, &early, NOW).await.err();
        let expected = (late + 1 > leeway.min(60)).then_some(Refused::Token(Refusal::NotYetValid));
        assert_eq!(refused, expected, "{leeway} {late}");
    }
}

#[tokio::test]
async fn attack_18_tokens_of_the_future_and_of_too_long_a_life() {
    let verifier = verifier();
    let cases = [
        (json!({"nbf": NOW + 1}), Refusal::NotYetValid),
        (json!({"iat": NOW + 1}), Refusal::NotYetValid),
        (json!({"nbf": NOW as f64 + 0.5}), Refusal::NotYetValid),
        (json!({"iat": NOW - 10, "exp": NOW - 11}), Refusal::Claims),
        (json!({"iat": NOW + 700, "exp": NOW + 600}), Refusal::Claims),
        (json!({"exp": NOW + 315_360_000}), Refusal::Lifetime),
        (json!({"iat": NOW - 10, "exp": NOW - 10 + 86_401}), Refusal::Lifetime),
        (json!({"iat": null, "exp": NOW + 86_401}), Refusal::Lifetime),
        (json!({"nbf": "1"}), Refusal::Claims),
        (json!({"nbf": [1]}), Refusal::Claims),
        (json!({"nbf": -1}), Refusal::Claims),
        (json!({"iat": "1"}), Refusal::Claims),
        (json!({"iat": true}), Refusal::Claims),
        (json!({"iat": 1e300}), Refusal::Claims),
    ];
    for (more, reason) in cases {
        assert_refused(&verifier, &token(&json!({}), &more), reason).await;
    }
    for more in [
        json!({"nbf": NOW, "iat": NOW}),
        json!({"nbf": null, "iat": null}),
        json!({"iat": NOW - 10, "exp": NOW - 10 + 86_400}),
        json!({"iat": null, "exp": NOW + 86_400}),
        json!({"iat": NOW as f64 - 0.5}),
    ] {
        assert_accepted(&verifier, &token(&json!({}), &more)).await;
    }
}

#[tokio::test]
async fn without_iat_the_lifetime_counts_from_now_and_bears_the_leeway_once() {
    let verifier = verifier_of(Issuer { leeway: Duration::from_secs(10), ..main_issuer() });
    let living = |seconds: u64| token(&json!({}), &json!({"iat": null, "exp": NOW + seconds}));
    assert_accepted(&verifier, &living(86_410)).await;
    assert_refused(&verifier, &living(86_411), Refusal::Lifetime).await;
    // With `iat`, no clock of ours takes part.
    let of_age = |seconds: u64| token(&json!({}), &json!({"iat": NOW - 10, "exp": NOW - 10 + seconds}));
    assert_accepted(&verifier, &of_age(86_400)).await;
    assert_refused(&verifier, &of_age(86_401), Refusal::Lifetime).await;
}

#[tokio::test]
async fn attack_19_tokens_for_another_audience() {
    let verifier = verifier();
    let foreign =
        [json!("client-3"), json!("client-1 "), json!("CLIENT-1"), json!(""), json!([]), json!(["x", "y"])];
    for aud in foreign {
        assert_refused(&verifier, &token(&json!({}), &json!({"aud": aud})), Refusal::Audience).await;
    }
    assert_refused(&verifier, &token(&json!({}), &json!({"aud": null})), Refusal::Audience).await;
    assert_refused(
        &verifier,
        &token(&json!({}), &json!({"aud": null, "client_id": "client-1"})),
        Refusal::Audience,
    )
    .await;
    for aud in
        [json!(1), json!({"0": "client-1"}), json!(["client-1", 1]), json!([["client-1"]]), json!(true)]
    {
        assert_refused(&verifier, &token(&json!({}), &json!({"aud": aud})), Refusal::Claims).await;
    }
    for aud in [json!("client-2"), json!(["other", "client-1"])] {
        assert_accepted(&verifier, &token(&json!({}), &json!({"aud": aud}))).await;
    }
}

#[tokio::test]
async fn attacks_19_21_cognito_access_and_id_tokens() {
    let access = verifier_of(Issuer { token_use: Some(TokenUse::Access), ..main_issuer() });
    let of = |token_use: Value, client: Value, aud: Value| {
        token(&json!({}), &json!({"token_use": token_use, "client_id": client, "aud": aud}))
    };
    let cases = [
        (of(json!("access"), json!(null), json!(null)), Refusal::Audience),
        // `aud` alone does not make an access token ours.
        (of(json!("access"), json!(null), json!("client-1")), Refusal::Audience),
        (of(json!("access"), json!("client-3"), json!("client-1")), Refusal::Audience),
        (of(json!("access"), json!(["client-1"]), json!(null)), Refusal::Audience),
        (of(json!("access"), json!(1), json!(null)), Refusal::Audience),
        (of(json!("access"), json!("client-1"), json!(1)), Refusal::Claims),
        (of(json!("id"), json!("client-1"), json!("client-1")), Refusal::TokenUse),
        (of(json!(null), json!("client-1"), json!("client-1")), Refusal::TokenUse),
        (of(json!("Access"), json!("client-1"), json!(null)), Refusal::TokenUse),
        (of(json!(["access"]), json!("client-1"), json!(null)), Refusal::TokenUse),
    ];
    for (token, reason) in cases {
        assert_refused(&access, &token, reason).await;
    }
    assert_accepted(&access, &of(json!("access"), json!("client-1"), json!(null))).await;
    assert_accepted(&access, &of(json!("access"), json!("client-2"), json!("https://api.example.com"))).await;

    let id = verifier_of(Issuer { token_use: Some(TokenUse::Id), ..main_issuer() });
    assert_refused(&id, &of(json!("access"), json!("client-1"), json!("client-1")), Refusal::TokenUse).await;
    assert_refused(&id, &of(json!(null), json!(null), json!("client-1")), Refusal::TokenUse).await;
    assert_refused(&id, &of(json!("id"), json!("client-1"), json!(null)), Refusal::Audience).await;
    assert_accepted(&id, &of(json!("id"), json!(null), json!("client-1"))).await;
}

#[tokio::test]
async fn attack_20_tokens_of_another_issuer() {
    let verifier = verifier();
    for iss in [
        json!(format!("{ISS}/")),
        json!(ISS.to_uppercase()),
        json!(ISS.replace("https", "http")),
        json!([ISS]),
        json!([ISS, "https://evil.test"]),
        json!({ISS: 1}),
        json!(1),
        json!(""),
        json!(ISS.replace("Example", "Other")),
        json!(ISS.replace("//cognito-idp", "//issuer-cognito-idp")),
        json!(ISS.replace("Example", "Ex\u{430}mple")),
        json!(format!(" {ISS}")),
        json!(format!("{ISS}\0")),
        json!("main"),
        json!(null),
    ] {
        assert_refused(&verifier, &token(&json!({}), &json!({"iss": iss})), Refusal::Issuer).await;
    }
}

#[tokio::test]
async fn attack_20_one_issuer_cannot_speak_for_another() {
    let other = "https://other.example.com";
    let issuers = vec![
        main_issuer(),
        Issuer {
            audience: vec!["client-9".to_owned()],
            ..issuer("other", other, KeySource::File("other.json".to_owned()))
        },
    ];
    let files = [
        ("jwks.json", key_set(&[RSA.jwk("k", "RS256")])),
        ("other.json", key_set(&[FOREIGN.jwk("k", "RS256")])),
    ];
    let verifier = bundled(issuers, &files, 100);
    let header = json!({"alg": "RS256", "kid": "k"}).to_string();
    let of = |key: &SigningKey, iss: &str, aud: &str| {
        key.token("RS256", &header, &with(claims(), &json!({"iss": iss, "aud": aud})).to_string())
    };
    assert_accepted(&verifier, &of(&RSA, ISS, "client-1")).await;
    assert_accepted(&verifier, &of(&FOREIGN, other, "client-9")).await;
    assert_refused(&verifier, &of(&FOREIGN, ISS, "client-1"), Refusal::Signature).await;
    assert_refused(&verifier, &of(&RSA, other, "client-9"), Refusal::Signature).await;
    assert_refused(&verifier, &of(&RSA, ISS, "client-9"), Refusal::Audience).await;
    assert_refused(&verifier, &of(&FOREIGN, other, "client-1"), Refusal::Audience).await;
}

#[tokio::test]
async fn attacks_22_23_members_that_come_twice() {
    let verifier = verifier();
    let plain = claims().to_string();
    for (first, second) in [
        (format!(r#""exp":{}"#, NOW + 600), r#""exp":1"#.to_owned()),
        (r#""tenant":"acme""#.to_owned(), r#""tenant":"evil""#.to_owned()),
        (r#""cognito:groups":["admins"]"#.to_owned(), r#""cognito:groups":[]"#.to_owned()),
        (r#""a":{"b":1,"b":1}"#.to_owned(), r#""c":1"#.to_owned()),
        (format!(r#""iss":"{ISS}""#), r#""i\u0073s":"https://evil.test""#.to_owned()),
    ] {
        for pair in [format!("{first},{second}"), format!("{second},{first}")] {
            let payload = plain.replacen('{', &format!("{{{pair},"), 1);
            let token = RSA.token("RS256", &header().to_string(), &payload);
            assert_refused(&verifier, &token, Refusal::Malformed).await;
        }
    }
    for header in [
        r#"{"alg":"RS256","alg":"none","kid":"rsa"}"#,
        r#"{"alg":"none","alg":"RS256","kid":"rsa"}"#,
        r#"{"alg":"RS256","kid":"rsa","kid":"any"}"#,
    ] {
        assert_refused(&verifier, &RSA.token("RS256", header, &plain), Refusal::Malformed).await;
    }
}

#[tokio::test]
async fn attack_24_ten_thousand_groups_are_too_large_a_token() {
    let groups: Vec<String> = (0..10_000).map(|group| format!("g{group}")).collect();
    let token = token(&json!({}), &json!({"cognito:groups": groups}));
    assert_refused(&verifier(), &token, Refusal::TooLarge).await;
}

#[tokio::test]
async fn attack_26_hostile_texts() {
    let verifier = verifier();
    let plain = claims().to_string();
    let signed = |payload: &[u8]| {
        let signed = format!("{}.{}", base64url(header().to_string()), base64url(payload));
        format!("{signed}.{}", base64url(RSA.sign("RS256", signed.as_bytes())))
    };
    let nested = |depth: usize| {
        let deep = format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        plain.replacen('{', &format!(r#"{{"deep":{deep},"#), 1)
    };
    assert_accepted(&verifier, &signed(nested(31).as_bytes())).await;
    let inserted = |text: &[u8]| [br#"{"x":""#, text, br#"","#, &plain.as_bytes()[1..]].concat();
    for payload in [
        nested(32).into_bytes(),
        nested(1000).into_bytes(),
        inserted(b"\xff"),
        inserted(b"\xc0\x80"),
        inserted(b"\0"),
        inserted(b"\xed\xa0\x80"),
        [b"\xef\xbb\xbf".as_slice(), plain.as_bytes()].concat(),
        [plain.as_bytes(), b"\0"].concat(),
        [plain.as_bytes(), b"{}"].concat(),
        [plain.as_bytes(), b","].concat(),
        b"[]".to_vec(),
        b"null".to_vec(),
        b"\"text\"".to_vec(),
        b"{".to_vec(),
    ] {
        assert_refused(&verifier, &signed(&payload), Refusal::Malformed).await;
    }
    assert_refused(&verifier, &"a".repeat(1_000_000), Refusal::TooLarge).await;
    assert_refused(&verifier, &".".repeat(10_241), Refusal::TooLarge).await;
    assert_refused(&verifier, &".".repeat(10_240), Refusal::Malformed).await;
}

#[tokio::test]
async fn a_token_of_ten_kilobytes_is_accepted_and_one_byte_more_is_not() {
    let verifier = verifier();
    let padded = |length: usize| token(&json!({}), &json!({"x": "x".repeat(length)}));
    let estimate = 6000 + (10_240 - padded(6000).len()) * 3 / 4;
    let longest = (estimate - 4..estimate + 4).rfind(|length| padded(*length).len() <= 10_240).unwrap();
    assert!(padded(longest).len() >= 10_239);
    assert_accepted(&verifier, &padded(longest)).await;
    assert_refused(&verifier, &padded(longest + 1), Refusal::TooLarge).await;
}
