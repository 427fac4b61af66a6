//! Events and answers as the types of `aws_lambda_events` have them: what they write is read, and our answers are what
//! they read.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests fail by panicking")]

#[path = "fixtures/deployment.rs"]
mod deployment;
#[path = "fixtures/events.rs"]
mod events;
#[path = "fixtures/lambda.rs"]
mod lambda;
#[path = "fixtures/signing.rs"]
mod signing;

use aws_lambda_events::apigw::{
    ApiGatewayCustomAuthorizerRequest, ApiGatewayCustomAuthorizerRequestTypeRequest,
    ApiGatewayCustomAuthorizerResponse, ApiGatewayV2CustomAuthorizerIamPolicyResponse,
    ApiGatewayV2CustomAuthorizerSimpleResponse, ApiGatewayV2CustomAuthorizerV1Request,
    ApiGatewayV2CustomAuthorizerV2Request,
};
use keybound_authorizer::event::{Event, EventKind};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use deployment::{Deployment, RULES, token};
use events::{STAGE, http_1, http_2, rest_request, rest_token, websocket};

/// The event as the type writes it again.
fn through<T: DeserializeOwned + Serialize>(event: &Value) -> Value {
    serde_json::to_value(serde_json::from_value::<T>(event.clone()).unwrap()).unwrap()
}

#[test]
fn events_that_the_types_write_are_read() {
    let route = "GET/orders/1";
    for (kind, event) in [
        (EventKind::RestToken, through::<ApiGatewayCustomAuthorizerRequest>(&rest_token("a.b.c", route))),
        (
            EventKind::RestRequest,
            through::<ApiGatewayCustomAuthorizerRequestTypeRequest>(&rest_request("a.b.c", route)),
        ),
        (EventKind::Http1, through::<ApiGatewayV2CustomAuthorizerV1Request>(&http_1("a.b.c", route))),
        (
            EventKind::Http2,
            through::<ApiGatewayV2CustomAuthorizerV2Request>(&http_2(
                "a.b.c",
                route,
                "GET /orders/{orderId}",
            )),
        ),
    ] {
        let read = Event::read(&event).unwrap();
        assert_eq!(read.kind, kind, "{event}");
        assert_eq!(read.arn, format!("{STAGE}{route}"));
        assert_eq!(read.token(false), Ok("a.b.c"));
        if kind == EventKind::Http2 {
            assert_eq!(read.cached_route(), Ok("GET /orders/{orderId}"));
        }
    }
}

#[test]
fn answers_are_what_the_types_read() {
    let mut function = Deployment::with(RULES).start();
    let token = token(&json!({"groups": ["customers", "listeners"]}));
    let context = json!({
        "tenant": "acme", "user": "alice",
        "grants": "customers-read-orders,customers-read-own-profile,listeners-connect",
    });
    let route = "GET/orders/1";
    for event in
        [rest_token(&token, route), rest_request(&token, route), http_1(&token, route), websocket(&token)]
    {
        let answer = function.invoke(&event).json();
        let answer: ApiGatewayCustomAuthorizerResponse = serde_json::from_value(answer).unwrap();
        assert_eq!(answer.principal_id.as_deref(), Some("main|alice"));
        assert_eq!(answer.context, context);
        assert_eq!(answer.usage_identifier_key, None);
        let policy = answer.policy_document;
        assert_eq!(policy.version.as_deref(), Some("2012-10-17"));
        assert!(policy.statement.iter().all(|statement| statement.action == ["execute-api:Invoke"]));
        let resources: Vec<_> = policy.statement.iter().flat_map(|statement| &statement.resource).collect();
        let granted =
            if event["methodArn"] == format!("{STAGE}$connect") { "$connect" } else { "GET/users/alice" };
        assert!(resources.iter().any(|resource| **resource == format!("{STAGE}{granted}")), "{resources:?}");
    }
    let answer = function.invoke(&http_2(&token, route, "GET /orders/{orderId}")).json();
    let answer: ApiGatewayV2CustomAuthorizerIamPolicyResponse = serde_json::from_value(answer).unwrap();
    assert_eq!(answer.context, context);

    let mut function =
        Deployment::with(&RULES.replace("authorizer:", "authorizer:\n  http_api: simple")).start();
    let answer = function.invoke(&http_2(&token, route, "GET /orders/{orderId}")).json();
    let answer: ApiGatewayV2CustomAuthorizerSimpleResponse = serde_json::from_value(answer).unwrap();
    assert!(answer.is_authorized);
    assert_eq!(answer.context, context);
}
