#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use serde_json::{Value, json};

use super::{CachedRouteError, Event, EventError, EventKind, TokenRefusal};

const ARN: &str = "arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5/prod/GET/orders";

fn rest_token(authorization: &str) -> Value {
    json!({"type": "TOKEN", "methodArn": ARN, "authorizationToken": authorization})
}

fn rest_request(headers: Value, multi_value_headers: Value) -> Value {
    json!({
        "type": "REQUEST", "methodArn": ARN, "resource": "/orders", "path": "/orders", "httpMethod": "GET",
        "headers": headers, "multiValueHeaders": multi_value_headers,
        "queryStringParameters": null, "pathParameters": null, "stageVariables": null,
        "requestContext": {"httpMethod": "GET", "stage": "prod", "identity": {"sourceIp": "192.0.2.1"}},
    })
}

fn http_2(identity_source: Value, headers: Value) -> Value {
    json!({
        "version": "2.0", "type": "REQUEST", "routeArn": ARN, "identitySource": identity_source,
        "routeKey": "GET /orders", "rawPath": "/prod/orders", "rawQueryString": "", "cookies": null,
        "headers": headers, "requestContext": {"routeKey": "GET /orders", "stage": "prod"},
    })
}

fn token(event: &Value) -> Result<String, TokenRefusal> {
    Event::read(event).unwrap().token(false).map(str::to_owned)
}

#[test]
fn each_kind_is_recognized() {
    let bearer = json!({"Authorization": "Bearer a.b.c"});
    let mut http_1 = rest_request(bearer.clone(), Value::Null);
    http_1["version"] = json!("1.0");
    // All identity sources, joined: never the token's source.
    http_1["identitySource"] = json!("Bearer x.y.z,other");
    http_1["authorizationToken"] = json!("Bearer x.y.z,other");
    let mut connect = rest_request(bearer.clone(), Value::Null);
    connect["methodArn"] = json!("arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5/prod/$connect");
    connect["requestContext"]["eventType"] = json!("CONNECT");
    for (kind, event) in [
        (EventKind::RestToken, rest_token("Bearer a.b.c")),
        (EventKind::RestRequest, rest_request(bearer, json!({"Authorization": ["Bearer a.b.c"]}))),
        (EventKind::Http1, http_1),
        (EventKind::Http2, http_2(Value::Null, json!({"authorization": "Bearer a.b.c"}))),
        (EventKind::WebSocket, connect),
    ] {
        let read = Event::read(&event).unwrap();
        assert_eq!(read.kind, kind);
        assert_eq!(read.arn, event.get("methodArn").or(event.get("routeArn")).unwrap().as_str().unwrap());
        assert_eq!(read.token(false), Ok("a.b.c"), "{}", kind.name());
        assert!(!format!("{read:?}").contains("a.b.c"));
    }
}

#[test]
fn attack_49_unknown_shapes_are_errors_and_null_maps_are_not() {
    let unknown = |event: Value| Event::read(&event).unwrap_err();
    for event in [json!(null), json!([]), json!("TOKEN"), json!(1)] {
        assert_eq!(unknown(event), EventError::NotAnObject);
    }
    for event in [json!({}), json!({"type": "TOKEN"}), json!({"type": 1}), json!({"methodArn": ARN})] {
        assert!(matches!(unknown(event), EventError::Member { .. }));
    }
    for (member, event) in [
        ("type", json!({"type": "token", "methodArn": ARN})),
        ("type", json!({"type": "", "methodArn": ARN})),
        ("version", json!({"type": "REQUEST", "version": "3.0", "methodArn": ARN})),
        ("version", json!({"type": "REQUEST", "version": 2.0, "routeArn": ARN})),
        ("version", json!({"type": "TOKEN", "version": "2.0", "methodArn": ARN})),
        (
            "requestContext.eventType",
            json!({"type": "REQUEST", "methodArn": ARN, "requestContext": {"eventType": "MESSAGE"}}),
        ),
    ] {
        assert_eq!(unknown(event), EventError::UnknownKind(member));
    }
    for member in ["headers", "multiValueHeaders", "requestContext"] {
        for value in [json!("text"), json!([1]), json!(1)] {
            let mut event = rest_request(Value::Null, Value::Null);
            event[member] = value;
            assert!(matches!(unknown(event), EventError::Member { member: named, .. } if named == member));
        }
    }
    // The ARN is where the other kind has it.
    assert!(Event::read(&json!({"type": "REQUEST", "version": "2.0", "methodArn": ARN})).is_err());
    assert!(Event::read(&json!({"type": "REQUEST", "version": "1.0", "routeArn": ARN})).is_err());

    let bare = json!({"type": "REQUEST", "methodArn": ARN});
    assert_eq!(Event::read(&bare).unwrap().kind, EventKind::RestRequest);
    let nulls = json!({"type": "REQUEST", "methodArn": ARN, "version": null, "headers": null,
        "multiValueHeaders": null, "requestContext": null, "aNewField": {"x": [1]}});
    assert_eq!(token(&nulls), Err(TokenRefusal::Missing));
    assert_eq!(token(&http_2(Value::Null, Value::Null)), Err(TokenRefusal::Missing));
}

#[test]
fn a_wrong_type_where_the_token_should_be_is_an_error() {
    let mut event = rest_token("");
    event["authorizationToken"] = json!(["Bearer a.b.c"]);
    assert!(Event::read(&event).is_err());
    for value in [json!(1), json!(["Bearer a.b.c"]), json!({"a": "b"}), json!(true)] {
        assert!(Event::read(&rest_request(json!({"Authorization": value}), Value::Null)).is_err());
    }
    for values in [json!("Bearer a.b.c"), json!([1]), json!([["Bearer a.b.c"]]), json!([null])] {
        assert!(Event::read(&rest_request(Value::Null, json!({"Authorization": values}))).is_err());
    }
    // What other headers are is nobody's business.
    let event = rest_request(json!({"X-Odd Name": {"a": [1]}, "Authorization": "Bearer a.b.c"}), Value::Null);
    assert_eq!(token(&event).unwrap(), "a.b.c");
}

#[test]
fn attack_50_headers_of_any_case_are_one_header() {
    for name in ["authorization", "Authorization", "AUTHORIZATION", "aUtHoRiZaTiOn"] {
        let event = rest_request(json!({name: "Bearer a.b.c"}), Value::Null);
        assert_eq!(token(&event).unwrap(), "a.b.c");
        let event = rest_request(Value::Null, json!({name: ["Bearer a.b.c"]}));
        assert_eq!(token(&event).unwrap(), "a.b.c");
    }
    let same = rest_request(
        json!({"authorization": "Bearer a.b.c", "Authorization": "Bearer a.b.c"}),
        json!({"authorization": ["Bearer a.b.c", "Bearer a.b.c"]}),
    );
    assert_eq!(token(&same).unwrap(), "a.b.c");
    for (headers, multi_value_headers) in [
        (json!({"authorization": "Bearer a.b.c", "Authorization": "Bearer x.y.z"}), Value::Null),
        (
            json!({"Authorization": "Bearer a.b.c"}),
            json!({"Authorization": ["Bearer x.y.z", "Bearer a.b.c"]}),
        ),
        (Value::Null, json!({"Authorization": ["Bearer a.b.c"], "authorization": ["Bearer x.y.z"]})),
        (json!({"Authorization": "Bearer a.b.c", "AUTHORIZATION": "bearer a.b.c"}), Value::Null),
        (json!({"Authorization": "", "authorization": "Bearer a.b.c"}), Value::Null),
    ] {
        assert_eq!(token(&rest_request(headers, multi_value_headers)), Err(TokenRefusal::Several));
    }
    // Other headers, however alike, are none.
    for name in ["Proxy-Authorization", "X-Authorization", "authorization ", "Autorization", "authorızation"]
    {
        let event = rest_request(json!({name: "Bearer a.b.c"}), Value::Null);
        assert_eq!(token(&event), Err(TokenRefusal::Missing));
    }
}

#[test]
fn attack_27_only_one_bearer_token_is_one() {
    for scheme in ["Bearer", "bearer", "BEARER", "bEaReR"] {
        assert_eq!(token(&rest_token(&format!("{scheme} a-_.b.C9"))).unwrap(), "a-_.b.C9");
    }
    for value in [
        "Bearer",
        "Bearer ",
        "Bearer  a.b.c",
        "Bearer\ta.b.c",
        " Bearer a.b.c",
        "Bearer a.b.c ",
        "Bearer a.b.c\n",
        "Bearer Bearer a.b.c",
        "Bearer a.b.c,Bearer x.y.z",
        "Bearer a.b.c, Bearer x.y.z",
        "Bearer a.b.c,x.y.z",
        "Bearer a.b.c x.y.z",
        "Basic a.b.c",
        "Basic dXNlcjpwYXNz",
        "Token a.b.c",
        "Bearer: a.b.c",
        "Bearer=a.b.c",
        "Bearera.b.c",
        "a.b.c",
        "Bearer a.b.c=",
        "Bearer a%2Eb.c",
        "Bearer \"a.b.c\"",
        "Bearer {\"payload\":\"\"}",
        "Bearer a.b.\u{e9}",
        "Bearer a.b\u{0}.c",
        "Bearer\u{a0}a.b.c",
        " ",
        ",",
    ] {
        assert_eq!(token(&rest_token(value)), Err(TokenRefusal::NotBearer), "{value:?}");
    }
    assert_eq!(token(&rest_token("")), Err(TokenRefusal::Missing));
}

#[test]
fn a_bare_token_is_one_only_where_the_rules_say_so() {
    let read = |value: &str, bare_token| {
        let event = rest_token(value);
        Event::read(&event).unwrap().token(bare_token).map(str::to_owned)
    };
    assert_eq!(read("a.b.c", true).unwrap(), "a.b.c");
    assert_eq!(read("Bearer a.b.c", true).unwrap(), "a.b.c");
    assert_eq!(read("a.b.c", false), Err(TokenRefusal::NotBearer));
    for value in ["a.b.c,x.y.z", "a.b.c x.y.z", "Basic a.b.c", " a.b.c", "a.b.c "] {
        assert_eq!(read(value, true), Err(TokenRefusal::NotBearer), "{value:?}");
    }
}

#[test]
fn attack_51_a_method_override_changes_nothing() {
    let plain = rest_request(json!({"Authorization": "Bearer a.b.c"}), Value::Null);
    let overridden = rest_request(
        json!({"Authorization": "Bearer a.b.c", "X-HTTP-Method-Override": "DELETE"}),
        json!({"X-HTTP-Method-Override": ["DELETE"]}),
    );
    let (plain, overridden) = (Event::read(&plain).unwrap(), Event::read(&overridden).unwrap());
    assert_eq!((plain.kind, plain.arn), (overridden.kind, overridden.arn));
    assert_eq!(plain.token(false), overridden.token(false));
}

#[test]
fn a_route_is_cached_alone_only_if_its_key_is_an_identity_source() {
    let bearer = json!({"authorization": "Bearer a.b.c"});
    let cached = |event: Value| Event::read(&event).unwrap().cached_route().map(str::to_owned);
    let sources = json!(["Bearer a.b.c", "GET /orders"]);
    assert_eq!(cached(http_2(sources.clone(), bearer.clone())).unwrap(), "GET /orders");
    for sources in [
        Value::Null,
        json!([]),
        json!(["Bearer a.b.c"]),
        json!(["Bearer a.b.c", "GET /other"]),
        json!(["Bearer a.b.c,GET /orders"]),
        json!("GET /orders"),
        json!([["GET /orders"]]),
        json!(["get /orders"]),
    ] {
        assert_eq!(cached(http_2(sources, bearer.clone())), Err(CachedRouteError::NotAnIdentitySource));
    }
    let mut event = http_2(sources, bearer);
    event.as_object_mut().unwrap().remove("routeKey");
    assert_eq!(cached(event), Err(CachedRouteError::NoRouteKey));
}

#[test]
fn a_route_key_that_a_client_writes_is_no_identity_source() {
    let sources = json!(["Bearer a.b.c", "GET /orders"]);
    let bearer = json!({"authorization": "Bearer a.b.c"});
    let written = |member: &str, value: Value| {
        let mut event = http_2(sources.clone(), bearer.clone());
        event[member] = value;
        Event::read(&event).unwrap().cached_route().map(str::to_owned)
    };
    for (member, value) in [
        ("headers", json!({"authorization": "Bearer a.b.c", "x-tenant": "GET /orders"})),
        ("headers", json!({"authorization": "Bearer a.b.c", "x-tenant": " GET /orders "})),
        ("queryStringParameters", json!({"tenant": "GET /orders"})),
        ("cookies", json!(["GET /orders"])),
    ] {
        assert_eq!(written(member, value), Err(CachedRouteError::WrittenByClient));
    }
    assert_eq!(written("queryStringParameters", json!({"q": "GET /orders/1"})).unwrap(), "GET /orders");
}
