//! The real `bootstrap` program in an emulated Lambda: all kinds of events, and what goes wrong.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests fail by panicking")]

#[path = "fixtures/deployment.rs"]
mod deployment;
#[path = "fixtures/events.rs"]
mod events;
#[path = "fixtures/lambda.rs"]
mod lambda;
#[path = "fixtures/signing.rs"]
mod signing;

use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use serde_json::{Value, json};

use deployment::{Deployment, ISS, RULES, claims, lets_through, now, signed, token};
use events::{STAGE, http_1, http_2, rest_request, rest_token, websocket};
use lambda::{Function, Reply};

/// A little longer than the pause between two looks at the rules.
const PAUSE: Duration = Duration::from_millis(10_100);

fn arn(route: &str) -> String {
    format!("{STAGE}{route}")
}

#[test]
fn every_kind_of_event_is_answered_with_every_kind_of_key() {
    let mut function = Deployment::with(RULES).start();
    for algorithm in ["RS256", "ES256", "EdDSA"] {
        let token = signed(algorithm, &claims(&json!({})).to_string());
        let route = "GET/orders/1";
        for event in [
            rest_token(&token, route),
            rest_request(&token, route),
            http_1(&token, route),
            http_2(&token, route, "GET /orders/{orderId}"),
        ] {
            let answer = function.invoke(&event).json();
            assert!(lets_through(&answer, &arn(route)), "{answer}");
            assert!(lets_through(&answer, &arn("GET/orders")));
            assert!(lets_through(&answer, &arn("GET/users/alice")));
            for other in
                ["GET/users/bob", "PUT/orders/1", "GET/orders/1/x", "GET/", "$connect", "GET/users/alice/x"]
            {
                assert!(!lets_through(&answer, &arn(other)), "{other}: {answer}");
            }
            assert_eq!(
                answer["context"],
                json!({"tenant": "acme", "user": "alice", "grants": "customers-read-orders,customers-read-own-profile"})
            );
        }
        let listener = signed(algorithm, &claims(&json!({"groups": ["listeners"]})).to_string());
        let answer = function.invoke(&websocket(&listener)).json();
        assert!(lets_through(&answer, &arn("$connect")), "{answer}");
        assert!(!lets_through(&answer, &arn("GET/orders")));
    }
    let finished = function.stop();
    let kinds: Vec<_> =
        finished.decisions().iter().map(|line| line["event"].as_str().unwrap().to_owned()).collect();
    let each = ["rest-token", "rest-request", "http-1.0", "http-2.0", "websocket"];
    assert_eq!(kinds, [each, each, each].concat());
}

#[test]
fn without_an_accepted_token_the_error_is_unauthorized() {
    let mut function = Deployment::with(RULES).start();
    let good = token(&json!({}));
    let unauthorized = Reply::Error("Unauthorized".to_owned(), "Unauthorized".to_owned());
    let mut without = rest_request(&good, "GET/orders");
    without["headers"] = Value::Null;
    without["multiValueHeaders"] = Value::Null;
    let mut basic = rest_token(&good, "GET/orders");
    basic["authorizationToken"] = json!("Basic dXNlcjpwYXNz");
    let mut bare = rest_token(&good, "GET/orders");
    bare["authorizationToken"] = json!(good);
    let mut two = rest_request(&good, "GET/orders");
    two["multiValueHeaders"]["authorization"] = json!([format!("Bearer {}", token(&json!({"sub": "bob"})))]);
    let mut forged = good.clone();
    let last = if forged.pop() == Some('A') { 'Q' } else { 'A' };
    forged.push(last);
    let cases = [
        (without, "missing_token"),
        (basic, "not_bearer"),
        (bare, "not_bearer"),
        (two, "several_tokens"),
        (rest_token("not-a-token", "GET/orders"), "malformed"),
        (rest_token(&forged, "GET/orders"), "signature"),
        (rest_token(&token(&json!({"exp": now() - 1, "iat": now() - 9})), "GET/orders"), "expired"),
        (rest_token(&token(&json!({"aud": "other"})), "GET/orders"), "audience"),
        (rest_token(&token(&json!({"iss": "https://other.example.com"})), "GET/orders"), "issuer"),
    ];
    for (event, _) in &cases {
        assert_eq!(function.invoke(event), unauthorized);
    }
    let decisions = function.stop().decisions();
    let reasons: Vec<_> = decisions.iter().map(|line| line["reason"].as_str().unwrap()).collect();
    assert_eq!(reasons, cases.iter().map(|(_, reason)| *reason).collect::<Vec<_>>());
    assert!(decisions.iter().all(|line| line["outcome"] == "unauthorized"));
}

#[test]
fn attack_54_a_caller_without_a_grant_is_denied_in_words_and_a_public_route_stays_open() {
    let nobody = token(&json!({"groups": []}));
    let mut function = Deployment::with(RULES).start();
    let answer = function.invoke(&rest_token(&nobody, "GET/orders")).json();
    let statements = answer["policyDocument"]["Statement"].as_array().unwrap();
    assert_eq!(statements.len(), 1);
    assert_eq!(statements[0]["Effect"], "Deny");
    assert!(!lets_through(&answer, &arn("GET/orders")));
    assert_eq!(answer["context"]["grants"], "");
    assert_eq!(function.stop().decisions()[0]["reason"], "no_grant");

    let public = "  - name: anyone-reads\n    anyone: true\n    table: Orders\n    \
                  routes: { \"GET /public\": [Query] }\n    keys: any\nauthorizer:";
    let mut function = Deployment::with(&RULES.replace("authorizer:", public)).start();
    let answer = function.invoke(&rest_token(&nobody, "GET/orders")).json();
    assert!(lets_through(&answer, &arn("GET/public")), "{answer}");
    assert!(!lets_through(&answer, &arn("GET/orders")));
}

#[test]
fn attack_44_and_48_the_answer_is_the_same_whatever_is_asked() {
    let mut function = Deployment::with(RULES).start();
    let token = token(&json!({}));
    let Reply::Response(first) = function.invoke(&rest_token(&token, "GET/orders")) else {
        panic!("no answer")
    };
    let long = format!("GET/{}", "x".repeat(1500));
    for route in [
        "DELETE/orders",
        "GET/",
        "GET/orders/",
        "GET/orders//1",
        "GET/orders/..",
        "GET/a:b:c/d",
        "GET/%2F",
        "GET/*",
        "GET/orders/arn:aws:execute-api:us-east-1:1:x/y/GET/z",
        "GET/${aws:username}",
        "GET/\u{e9}",
        "GET/a\nb",
        &long,
    ] {
        let (token, http_2) = (&token, http_2(&token, route, "$default"));
        for event in [rest_token(token, route), rest_request(token, route), http_1(token, route), http_2] {
            assert_eq!(function.invoke(&event), Reply::Response(first.clone()), "{route}");
        }
    }
    let mut event = rest_request(&token, "GET/orders");
    event["requestContext"]["identity"]["sourceIp"] = json!("198.51.100.7");
    event["queryStringParameters"] = json!({"tenant": "other"});
    event["headers"]["X-HTTP-Method-Override"] = json!("DELETE");
    assert_eq!(function.invoke(&event), Reply::Response(first));
}

#[test]
fn attack_57_the_order_of_claims_and_groups_changes_nothing() {
    let payloads = [
        (r#""tenant":"acme","groups":["customers","listeners"],"sub":"alice""#, "ES256"),
        (r#""groups":["listeners","customers","other"],"sub":"alice","tenant":"acme""#, "RS256"),
        (
            r#""sub":"alice","x":{"b":1,"a":2},"groups":["customers","listeners","customers"],"tenant":"acme""#,
            "EdDSA",
        ),
    ];
    let mut answers = Vec::new();
    for (payload, algorithm) in payloads {
        // A process of its own, with hash maps of its own seeds.
        let mut function = Deployment::with(RULES).start();
        let times = format!(r#""iss":"{ISS}","aud":"client-1","exp":{},"iat":{}"#, now() + 60, now());
        let token = signed(algorithm, &format!("{{{times},{payload}}}"));
        answers.push(function.invoke(&rest_token(&token, "GET/orders")));
    }
    assert!(matches!(&answers[0], Reply::Response(_)), "{answers:?}");
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
}

#[test]
fn attack_45_46_47_only_listed_apis_and_plain_stages_are_answered() {
    let mut function = Deployment::with(RULES).start();
    let token = token(&json!({}));
    let mut ask = |arn: &str| {
        let mut event = rest_token(&token, "GET/orders");
        event["methodArn"] = json!(arn);
        function.invoke(&event)
    };
    for other in ["other12345/prod", "a1b2c3d4e5/test", "a1b2c3d4e5/test-invoke-stage", "a1b2c3d4e5/$default"]
    {
        let arn = arn("GET/orders").replace("a1b2c3d4e5/prod", other);
        let answer = ask(&arn).json();
        assert!(!lets_through(&answer, &arn), "{answer}");
        assert!(!lets_through(&answer, &self::arn("GET/orders")), "{answer}");
    }
    for other in ["*/prod", "a1b2c3d4e5/*", "a1b2c3d4e5/", "a1b2c3d4e5/${stage}", "a1b2c3d4e5/pr?d"] {
        let arn = arn("GET/orders").replace("a1b2c3d4e5/prod", other);
        assert_eq!(ask(&arn).error(), "keybound cannot answer: arn");
    }
    for arn in
        ["", "*", "arn:aws:s3:::bucket/key/GET/x", "arn:aws:execute-api:*:111122223333:a1b2c3d4e5/prod/GET/x"]
    {
        assert_eq!(ask(arn).error(), "keybound cannot answer: arn");
    }
    // Only a WebSocket connects, and it does nothing else.
    assert_eq!(ask(&arn("$connect")).error(), "keybound cannot answer: other_api");
    let mut event = websocket(&token);
    event["methodArn"] = json!(arn("GET/orders"));
    assert_eq!(function.invoke(&event).error(), "keybound cannot answer: other_api");
    let decisions = function.stop().decisions();
    assert!(decisions[..4].iter().all(|line| line["reason"] == "not_this_api" && line["outcome"] == "deny"));
}

#[test]
fn attack_49_other_events_are_errors_and_the_next_one_is_answered() {
    let mut function = Deployment::with(RULES).start();
    let good = rest_token(&token(&json!({})), "GET/orders");
    for event in
        [json!(null), json!([]), json!({}), json!({"Records": []}), json!({"type": "REQUEST"}), json!("x")]
    {
        assert_eq!(function.invoke(&event).error(), "keybound cannot answer: event");
        assert!(matches!(function.invoke(&good), Reply::Response(_)));
    }
    for bytes in ["", "{", "{\"type\":\"TOKEN\"", "\u{feff}{}", "nonsense"] {
        let reply =
            function.invoke_with(bytes.as_bytes().to_vec(), SystemTime::now() + Duration::from_secs(9));
        assert!(reply.error() != "Unauthorized");
        assert!(matches!(function.invoke(&good), Reply::Response(_)));
    }
    let deep = "[".repeat(100_000);
    let reply = function.invoke_with(deep.into_bytes(), SystemTime::now() + Duration::from_secs(9));
    assert!(reply.error() != "Unauthorized");
    assert!(matches!(function.invoke(&good), Reply::Response(_)));
}

#[test]
fn attack_52_53_the_context_holds_plain_texts_and_no_templates() {
    let mut function = Deployment::with(RULES).start();
    for tenant in [
        json!(r#""},"TableName":"x"#),
        json!("$input.body"),
        json!("#set($x=1)"),
        json!("*"),
        json!("${aws:username}"),
        json!("acme\n"),
        json!(["acme"]),
        json!({"a": "b"}),
        json!(7),
        json!(true),
        json!(null),
        json!(""),
    ] {
        let answer = function.invoke(&rest_token(&token(&json!({"tenant": tenant})), "GET/orders")).json();
        assert_eq!(
            answer["context"],
            json!({"user": "alice", "grants": "customers-read-own-profile"}),
            "{tenant}"
        );
        assert!(!lets_through(&answer, &arn("GET/orders")));
        assert!(lets_through(&answer, &arn("GET/users/alice")));
    }
}

#[test]
fn simple_responses_answer_for_one_route() {
    let rules = RULES.replace("authorizer:", "authorizer:\n  http_api: simple");
    let mut function = Deployment::with(&rules).start();
    let token = token(&json!({}));
    let mut ask = |route: &str, key: &str| function.invoke(&http_2(&token, route, key)).json();
    let context = json!({"tenant": "acme", "user": "alice", "grants": "customers-read-orders,customers-read-own-profile"});
    assert_eq!(ask("GET/orders", "GET /orders"), json!({"isAuthorized": true, "context": context}));
    assert_eq!(ask("GET/orders/1", "GET /orders/{orderId}")["isAuthorized"], true);
    for (route, key) in [
        ("PUT/orders", "PUT /orders"),
        ("GET/other", "$default"),
        ("GET/orders", "ANY /orders"),
        // Held through `params` alone: the key says nothing of the parameter's value.
        ("GET/users/alice", "GET /users/{userId}"),
    ] {
        assert_eq!(ask(route, key)["isAuthorized"], json!(false), "{key}");
    }

    let mut not_cached_by_route = http_2(&token, "GET/orders", "GET /orders");
    not_cached_by_route["identitySource"] = json!([format!("Bearer {token}")]);
    assert_eq!(function.invoke(&not_cached_by_route).error(), "keybound cannot answer: identity_source");
    let mut spoofed = http_2(&token, "GET/orders", "GET /orders");
    spoofed["headers"]["x-tenant"] = json!("GET /orders");
    assert_eq!(function.invoke(&spoofed).error(), "keybound cannot answer: identity_source");
    let mut other_api = http_2(&token, "GET/orders", "GET /orders");
    other_api["routeArn"] = json!(arn("GET/orders").replace("a1b2c3d4e5/prod", "a1b2c3d4e5/other"));
    assert_eq!(function.invoke(&other_api).json()["isAuthorized"], json!(false));
    // Other kinds know no simple responses.
    let answer = function.invoke(&rest_token(&token, "GET/orders")).json();
    assert!(lets_through(&answer, &arn("GET/orders")));
}

#[test]
fn an_answer_that_would_be_kept_for_everyone_is_an_error() {
    let token = token(&json!({}));
    for rules in [RULES.to_owned(), RULES.replace("authorizer:", "authorizer:\n  http_api: simple")] {
        let mut function = Deployment::with(&rules).start();
        let mut event = http_2(&token, "GET/orders", "GET /orders");
        event["identitySource"] = json!(["GET /orders"]);
        assert_eq!(function.invoke(&event).error(), "keybound cannot answer: identity_source");
        let mut event = http_1(&token, "GET/orders");
        event["identitySource"] = json!("tenant-7");
        assert_eq!(function.invoke(&event).error(), "keybound cannot answer: identity_source");
        // Nothing is kept.
        event["identitySource"] = Value::Null;
        assert!(lets_through(&function.invoke(&event).json(), &arn("GET/orders")));
    }
}

#[test]
fn attack_59_broken_rules_leave_those_before_them_in_force() {
    let deployment = Deployment::with(RULES);
    let mut function = deployment.start();
    let event = rest_token(&token(&json!({})), "GET/orders");
    let first = function.invoke(&event);
    assert!(lets_through(&first.json(), &arn("GET/orders")));

    deployment.write(&RULES.replace("grants:", "gramts:"));
    thread::sleep(PAUSE);
    assert_eq!(function.invoke(&event), first);
    assert_eq!(function.invoke(&event), first);

    deployment.write(&RULES.replace("GET /orders\"", "GET /purchases\""));
    // Not looked at yet.
    assert_eq!(function.invoke(&event), first);
    thread::sleep(PAUSE);
    let second = function.invoke(&event).json();
    assert!(lets_through(&second, &arn("GET/purchases")), "{second}");
    assert!(!lets_through(&second, &arn("GET/orders")));

    let finished = function.stop();
    let log = finished.log();
    let about_rules: Vec<_> = log.iter().filter(|line| line["target"] == "keybound::rules").collect();
    let levels: Vec<_> = about_rules.iter().map(|line| line["level"].as_str().unwrap()).collect();
    assert_eq!(levels, ["INFO", "ERROR", "INFO"], "{about_rules:?}");
    assert!(about_rules[1]["detail"].as_str().unwrap().contains("gramts"), "{}", about_rules[1]);
    let used: Vec<_> = finished.decisions().iter().map(|line| line["rules"].clone()).collect();
    assert_eq!(used.len(), 5);
    assert!(used[..4].iter().all(|rules| *rules == about_rules[0]["rules"]));
    assert_eq!(used[4], about_rules[2]["rules"]);
    assert_ne!(used[4], used[0]);
}

#[test]
fn attack_60_without_rules_nobody_is_let_in() {
    let deployment = Deployment::with(RULES);
    let event = rest_token(&token(&json!({})), "GET/orders");
    for rules in ["", "version: 2", "allow: []", "\u{feff}", "{", "grants: []"] {
        deployment.write(rules);
        let mut function = deployment.start();
        for event in
            [&event, &rest_token("nonsense", "GET/orders"), &http_2("nonsense", "GET/orders", "GET /orders")]
        {
            assert_eq!(function.invoke(event).error(), "keybound cannot answer: no_rules", "{rules:?}");
        }
    }
    // A file that is not there is looked for again at once.
    std::fs::remove_file(deployment.rules()).unwrap();
    let mut function = deployment.start();
    assert_eq!(function.invoke(&event).error(), "keybound cannot answer: no_rules");
    assert_eq!(function.invoke(&event).error(), "keybound cannot answer: no_rules");
    deployment.write(RULES);
    assert!(lets_through(&function.invoke(&event).json(), &arn("GET/orders")));
    let log = function.stop().log();
    let complaints =
        log.iter().filter(|line| line["target"] == "keybound::rules" && line["level"] == "ERROR");
    assert_eq!(complaints.count(), 1, "{log:?}");
}

#[test]
fn attack_61_an_answer_comes_before_the_deadline() {
    // Who has everything at hand needs no time.
    let mut function = Deployment::with(RULES).start();
    let event = rest_token(&token(&json!({})), "GET/orders");
    for deadline in [SystemTime::UNIX_EPOCH, SystemTime::now(), SystemTime::now() + Duration::from_millis(5)]
    {
        assert!(lets_through(&function.invoke_until(&event, deadline).json(), &arn("GET/orders")));
    }

    // An issuer that never answers.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let remote = format!("insecure_loopback: true\n    jwks_uri: \"http://127.0.0.1:{port}/jwks.json\"");
    let mut function = Deployment::with(&RULES.replace("jwks: jwks.json", &remote)).start();
    // The first one waits for the init phase, then for a fetch of its own.
    let fetched = function.invoke_until(&event, SystemTime::now() + Duration::from_secs(60));
    assert_eq!(fetched.error(), "keybound cannot answer: keys_unavailable");
    // Fetching is not tried again at once.
    thread::sleep(Duration::from_millis(1_100));
    let start = Instant::now();
    let reply = function.invoke_until(&event, SystemTime::now() + Duration::from_secs(1));
    assert_eq!(reply.error(), "keybound cannot answer: keys_unavailable");
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
    // The fetch that had too little time has failed, so the next request does not wait for another.
    let start = Instant::now();
    let reply = function.invoke_until(&event, SystemTime::now() + Duration::from_secs(60));
    assert_eq!(reply.error(), "keybound cannot answer: keys_unavailable");
    assert!(start.elapsed() < Duration::from_millis(500), "{:?}", start.elapsed());
}

#[test]
fn attack_61_a_runtime_interface_that_fails_ends_the_function() {
    let mut function = Deployment::with(RULES).start();
    let token = token(&json!({}));
    assert!(matches!(function.invoke(&rest_token(&token, "GET/orders")), Reply::Response(_)));
    function.fail_next("500 Internal Server Error");
    let finished = function.wait();
    assert!(!finished.status.success());
    assert!(finished.errors.is_empty(), "{}", finished.errors);
    assert_eq!(finished.decisions().len(), 1);
    assert_eq!(finished.log().last().unwrap()["message"], "the function ends");
}

#[test]
fn rules_from_elsewhere_end_the_function() {
    for rules in ["http://192.0.2.1:2772/applications/a", "https://example.com/keybound.yaml"] {
        let finished = Function::start(&[("KEYBOUND_RULES", rules)], Box::new(())).wait();
        assert!(!finished.status.success());
        assert_eq!(finished.log()[0]["message"], "the function ends");
    }
}

#[test]
fn outside_of_lambda_the_program_says_so() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_bootstrap")).env_clear().output().unwrap();
    assert!(!output.status.success());
    let line: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(line["missing"], "AWS_LAMBDA_RUNTIME_API");
    assert!(output.stderr.is_empty());
}

#[test]
fn attack_61_the_log_holds_one_line_a_decision_and_nothing_of_a_caller() {
    let mut function = Deployment::with(RULES).start_with(&[("KEYBOUND_LOG", "trace")]);
    let secrets = ["s3cret-subject", "s3cret\n{\"level\":\"FATAL\"}", "s3cret-path", "s3cret-kid"];
    let callers =
        token(&json!({"sub": secrets[0], "tenant": secrets[1], "groups": ["customers", secrets[1]]}));
    let mut other = rest_request(&callers, "GET/orders/s3cret-path");
    other["headers"]["X-Secret"] = json!("s3cret-header");
    let unknown_kid = {
        let header = json!({"alg": "RS256", "kid": secrets[3]}).to_string();
        format!("{}.e30.c2ln", signing::base64url(header))
    };
    let events = [
        rest_token(&callers, "GET/orders/s3cret-path"),
        other,
        rest_token(&unknown_kid, "GET/s3cret-path"),
        rest_token("s3cret.s3cret.s3cret", "GET/s3cret-path"),
        json!({"type": "s3cret", "methodArn": "s3cret", "headers": {"s3cret": "s3cret"}}),
    ];
    for event in &events {
        function.invoke(event);
    }
    let finished = function.stop();
    let text = finished.lines.join("\n") + &finished.errors;
    assert!(!text.contains("s3cret"), "{text}");
    for part in callers.split('.') {
        assert!(!text.contains(part), "{text}");
    }
    assert_eq!(finished.decisions().len(), events.len());
    // Every line is JSON of this program's making, with a level that it knows.
    for line in finished.log() {
        assert!(["TRACE", "DEBUG", "INFO", "WARN", "ERROR"].contains(&line["level"].as_str().unwrap()));
    }
}

#[test]
fn at_the_usual_level_there_is_one_line_an_invocation() {
    let mut function = Deployment::with(RULES).start();
    let events = [
        rest_token(&token(&json!({})), "GET/orders"),
        rest_token(&token(&json!({"groups": []})), "GET/orders"),
        rest_token("a.b.c", "GET/orders"),
        json!({}),
    ];
    for event in &events {
        function.invoke(event);
    }
    let finished = function.stop();
    let outcomes: Vec<_> = finished.decisions().iter().map(|line| line["outcome"].clone()).collect();
    assert_eq!(outcomes, ["allow", "deny", "unauthorized", "error"]);
    // And one that tells which rules are in force.
    assert_eq!(finished.lines.len(), events.len() + 1, "{:#?}", finished.lines);
    let ids: Vec<_> = finished.decisions().iter().map(|line| line["request_id"].clone()).collect();
    assert_eq!(ids[3], "00000000-0000-4000-8000-000000000004");
}

#[test]
fn attack_61_ten_thousand_invocations_take_no_more_memory() {
    let mut function = Deployment::with(&RULES.replace("authorizer:", "authorizer:\n  token_cache: 16"))
        .start_with(&[("KEYBOUND_LOG", "error")]);
    // More callers than the cache holds, with and without grants, and one whom nobody knows.
    let callers = (0..40).map(|number| token(&json!({"sub": format!("user-{number}")})));
    let nobody = token(&json!({"groups": []}));
    let mut tokens: Vec<String> = callers.collect();
    tokens.extend([nobody, "a.b.c".to_owned()]);
    let events: Vec<Value> = tokens.iter().map(|token| rest_request(token, "GET/orders/1")).collect();
    let run = |function: &mut Function, times: usize| {
        for (number, event) in events.iter().enumerate().cycle().take(times) {
            let reply = function.invoke(event);
            assert_eq!(matches!(reply, Reply::Response(_)), number < events.len() - 1, "{reply:?}");
        }
        function.memory()
    };
    let before = run(&mut function, 2_000);
    let after = run(&mut function, 8_000);
    assert!(after < before + 512 * 1024, "{before} bytes, then {after}");
}
