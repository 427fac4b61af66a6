//! Definitions whose names would be something else in YAML, in a comment or in rules.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::{loaded, of_openapi, of_stack};

/// Names of which each means something somewhere.
const NAMES: [&str; 24] = [
    "\"",
    "'",
    "\\",
    "a\nb: c",
    "a\r\n- b",
    "# x",
    "x # y",
    "*",
    "&a *a",
    "{tenant}",
    "${env:HOME}",
    "${x}",
    "- a",
    "a: b",
    "? x",
    "|",
    "%YAML 1.2",
    "---",
    "é漢😀",
    "\u{2028}\u{85}\u{feff}",
    "\u{202e}abc",
    "true",
    "null",
    "\u{0}\u{1b}[31m",
];

/// A definition in which a name stands wherever one can.
fn definition(name: &str) -> Json {
    let quoted = Json::String(name.to_owned()).to_string();
    let inner = quoted.trim_matches('"');
    let context = name.replace('\'', "");
    let integration = |action: &str, template: String| {
        json!({
            "type": "aws",
            "httpMethod": "POST",
            "uri": format!("arn:aws:apigateway:eu-west-1:dynamodb:action/{action}"),
            "passthroughBehavior": "never",
            "requestTemplates": {"application/json": template},
        })
    };
    let operation = |integration: Json| {
        let mut operation = json!({"security": [{name: []}]});
        operation["x-amazon-apigateway-integration"] = integration;
        operation
    };
    let get = format!(
        r##"{{"TableName": {quoted}, "Key": {{{quoted}: {{"S": "{inner}#$context.authorizer.tenant{inner}$input.params('id')"}}}},
            "ProjectionExpression": "#a", "ExpressionAttributeNames": {{"#a": {quoted}}}}}"##
    );
    let query = format!(
        r##"{{"TableName": "Orders", "IndexName": {quoted}, "KeyConditionExpression": "#a = :v",
            "ExpressionAttributeNames": {{"#a": {quoted}}}, "Limit": 10,
            "ExpressionAttributeValues": {{":v": {{"S": "$context.authorizer.claims['{context}']"}}}}}}"##
    );
    let delete = format!(
        r##"{{"TableName": {quoted}, "Key": {{{quoted}: {{"S": "$input.params('id')"}}}},
            "ConditionExpression": "#a = :v", "ExpressionAttributeNames": {{"#a": {quoted}}},
            "ExpressionAttributeValues": {{":v": {{"S": "$context.authorizer.user"}}}}}}"##
    );
    let mut paths = json!({});
    paths[format!("/{name}")] = json!({"get": operation(integration("GetItem", get.clone()))});
    paths["/orders/{id}"] = json!({
        "get": operation(integration("GetItem", get)),
        "delete": operation(integration("DeleteItem", delete)),
        "post": operation(integration("Query", query)),
    });
    json!({
        "openapi": "3.0.1",
        "paths": paths,
        "components": {"securitySchemes": {name: {
            "type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "custom",
            "x-amazon-apigateway-authorizer": {"type": "token", "authorizerUri": "arn:x"},
        }}},
    })
}

#[test]
fn drafts_load_whatever_things_are_called() {
    let long = "n".repeat(300);
    let longer = "é".repeat(600);
    let mut drafted = 0;
    for name in NAMES.into_iter().chain([long.as_str(), longer.as_str()]) {
        let draft = of_openapi(&definition(name).to_string());
        let rules = loaded(&draft);
        // What the name would have become had it ended a comment or a text.
        assert_eq!(rules.written().issuers.len(), 1, "{name:?}");
        let shown = draft.text.chars().all(|c| c == '\n' || !c.is_control());
        assert!(shown, "{name:?}:\n{}", draft.text);
        drafted += usize::from(draft.grants > 0);
    }
    assert!(drafted > NAMES.len() / 2, "{drafted}");
}

#[test]
fn what_rules_cannot_name_is_told() {
    let draft = of_openapi(&definition("a b\n- x").to_string());
    let left_out: Vec<&str> =
        draft.todos.iter().filter(|todo| todo.about == "left out").map(|todo| todo.what.as_str()).collect();
    assert!(left_out.iter().any(|what| what.starts_with("GET /a b")), "{left_out:?}");
    assert!(
        draft.text.contains("# TODO: left out: GET /a b\\x0a- x: access rules cannot name the route"),
        "{}",
        draft.text
    );
}

#[test]
fn more_routes_than_one_policy_holds() {
    let mut paths = json!({});
    for number in 0..1500 {
        let template = format!(r#"{{"TableName": "T{number}xx", "Key": {{"id": {{"S": "{number}"}}}}}}"#);
        paths[format!("/resource-{number}/{{id}}/of-a-rather-long-name")] = json!({"get": {
            "security": [{"callers": []}],
            "x-amazon-apigateway-integration": {
                "type": "aws",
                "uri": "arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem",
                "requestTemplates": {"application/json": template},
            },
        }});
    }
    let draft = of_openapi(&json!({"openapi": "3.0.1", "paths": paths}).to_string());
    loaded(&draft);
    assert_eq!((draft.tables, draft.grants), (1500, 1500));
    assert!(
        draft.text.contains("max_policy_bytes: 4194304 # TODO"),
        "{}",
        draft.text.lines().last().unwrap()
    );
}

#[test]
fn more_that_is_left_out_than_anyone_reads() {
    let mut paths = json!({});
    for number in 0..700 {
        paths[format!("/a b {number}")] = json!({"get": {"x-amazon-apigateway-integration": {
            "type": "aws",
            "uri": "arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem",
        }}});
    }
    let draft = of_openapi(&json!({"openapi": "3.0.1", "paths": paths}).to_string());
    loaded(&draft);
    assert!(draft.text.ends_with("# TODO: left out: 200 more\n"), "{}", draft.text.lines().last().unwrap());
}

/// An answer to `$connect` has 8,192 bytes, and names every grant.
#[test]
fn more_grants_than_an_answer_has_room_for() {
    let mut resources = json!({
        "Api": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"ProtocolType": "WEBSOCKET"}},
        "Authorizer": {"Type": "AWS::ApiGatewayV2::Authorizer", "Properties": {"AuthorizerType": "REQUEST"}},
    });
    for number in 0..300 {
        let key = if number == 0 {
            "$connect".to_owned()
        } else {
            format!("a-rather-long-key-of-a-route-{number}")
        };
        let template = format!(r#"{{"TableName": "Table-{number}", "Item": {{"id": {{"S": "1"}}}}}}"#);
        resources[format!("Integration{number}")] = json!({"Type": "AWS::ApiGatewayV2::Integration", "Properties": {
            "ApiId": {"Ref": "Api"},
            "IntegrationType": "AWS",
            "IntegrationUri": "arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem",
            "RequestTemplates": {"application/json": template},
        }});
        resources[format!("Route{number}")] = json!({"Type": "AWS::ApiGatewayV2::Route", "Properties": {
            "ApiId": {"Ref": "Api"},
            "RouteKey": key,
            "AuthorizationType": "CUSTOM",
            "AuthorizerId": {"Ref": "Authorizer"},
            "Target": {"Fn::Sub": format!("integrations/${{Integration{number}}}")},
        }});
    }
    let draft = of_stack(&json!({"Resources": resources}).to_string());
    let rules = loaded(&draft);
    assert!((50..300).contains(&rules.written().grants.len()), "{}", rules.written().grants.len());
    assert!(draft.text.contains("left out: a-rather-long-key-of-a-route-299: the answer to `$connect`"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn drafts_load_whatever_names_are_made_of(name in prop_oneof!["\\PC{1,20}", "[-_.a-zA-Z0-9${}*#:'\" \\n\\\\]{1,12}"]) {
        loaded(&of_openapi(&definition(&name).to_string()));
    }
}
