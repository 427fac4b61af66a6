//! Members that come twice, shapes that make no sense, and values that no template would render.

use super::*;
use crate::dynamodb::DataAction;

#[test]
fn members_that_come_twice_are_read_both_ways() {
    let get =
        |members: &str| format!(r#"{{"Key": {{"id": {{"S": "acme"}}}}, "TableName": "Audit", {members}}}"#);
    let evil = "the partition key `evil`";
    let cases = [
        (get(r#""Key": {"id": {"S": "acme"}}"#), "within"),
        (get(r#""Key": {"id": {"S": "evil"}}"#), evil),
        (get(r#""TableName": "Other""#), "table `Other`"),
        (
            r#"{"TableName": "Audit", "Key": {"id": {"S": "evil"}}, "Key": {"id": {"S": "acme"}}}"#
                .to_owned(),
            evil,
        ),
        (r#"{"TableName": "Audit", "Key": {"id": {"S": "acme", "S": "evil"}}}"#.to_owned(), evil),
        (r#"{"TableName": "Audit", "Key": {"id": {"S": "evil"}, "id": {"S": "acme"}}}"#.to_owned(), evil),
        (
            r#"{"TableName": "Audit", "Key": {"id": {"S": "acme"}, "i\u0064": {"S": "evil"}}}"#.to_owned(),
            evil,
        ),
        // One reading is refused, the other is not.
        (get(r#""Key": []"#), "within"),
        (get(r#""Key": null"#), "within"),
        (r#"{"TableName": "Audit", "Key": {"id": {"S": "evil"}}, "Key": []}"#.to_owned(), evil),
        (
            r#"{"TableName": "Audit", "Key": null, "Key": {"id": {"S": "evil"}}, "Key": null}"#.to_owned(),
            evil,
        ),
        // Both are refused.
        (r#"{"TableName": "Audit", "Key": [], "Key": {}}"#.to_owned(), "refused"),
        // A member that DynamoDB does not know.
        (get(r#""x": 1, "x": 2"#), "within"),
    ];
    for (request, expected) in &cases {
        check("POST /own/{x}", "GetItem", &[(request, expected)]);
    }
    check(
        "POST /few",
        "Scan",
        &[
            (r#"{"TableName": "orders-prod", "Limit": 1, "Limit": 1000}"#, "the limit of 2"),
            (r#"{"TableName": "orders-prod", "Limit": 1000, "Limit": 1}"#, "the limit of 2"),
            (r#"{"TableName": "orders-prod", "Limit": 1, "Limit": null}"#, "the limit of 2"),
            (r#"{"TableName": "orders-prod", "Limit": 1, "Limit": 2}"#, "within"),
        ],
    );
}

#[test]
fn a_null_among_elements_is_there_or_not() {
    let select = |parameters: &str| {
        format!(
            r#"{{"Statement": "SELECT * FROM \"orders-prod\" WHERE PK = ? AND SK = ?", "Parameters": [{parameters}]}}"#
        )
    };
    check(
        "POST /own/{x}",
        "ExecuteStatement",
        &[
            (&select(r#"null, {"S": "T#acme"}, {"S": "ORDER#1"}"#), "a partition key that is no text"),
            (&select(r#"{"S": "T#acme"}, null, {"S": "evil"}"#), "a sort key that is no text"),
            (&select(r#"{"S": "T#acme"}, {"S": "ORDER#1"}, null"#), "within"),
        ],
    );
    let batch = r#"{"RequestItems": {"Audit": {"Keys": [null, {"id": {"S": "acme"}}]}}}"#;
    check("POST /own/{x}", "BatchGetItem", &[(batch, "within")]);
    check(
        "POST /own/{x}",
        "BatchGetItem",
        &[(r#"{"RequestItems": {"Audit": {"Keys": [null]}}}"#, "refused")],
    );
}

/// Values that may stand anywhere.
fn weird() -> Vec<String> {
    let nested = |open: &str, close: &str| format!("{}1{}", open.repeat(500), close.repeat(500));
    let plain = [
        "null",
        "true",
        "0",
        "-1",
        "1e400",
        "0.000001",
        "\"\"",
        "\"\\u0000\"",
        "\"\\ud800\"",
        "[]",
        "{}",
        "[[]]",
        "[null]",
        "{\"\": null}",
        "{\"S\": \"x\"}",
        "{\"M\": {}}",
        "{\"L\": [null]}",
        "{\"S\": [], \"S\": {}}",
        "\"(((((\"",
        "\"#\"",
        "\":\"",
        "\"a = :v\"",
        "\"SET a = :v\"",
        "\"NOT NOT NOT\"",
        "\"SELECT\"",
        "\"SELECT * FROM a WHERE ?\"",
        "\"\u{FFFC}\"",
        "\"EXISTS(SELECT * FROM a)\"",
        "\"INSERT INTO a VALUE ?\"",
    ];
    let mut all: Vec<String> = plain.map(str::to_owned).to_vec();
    all.extend([
        nested("[", "]"),
        nested("{\"a\":", "}"),
        nested("{\"M\":{\"a\":", "}}").replace("\"a\":1", "\"a\":{}"),
    ]);
    all.push(format!("\"{}\"", "(".repeat(4000)));
    all.push(format!("\"{}\"", "x".repeat(70_000)));
    all
}

#[test]
fn no_value_makes_the_judge_panic() {
    let members = [
        "TableName",
        "Key",
        "Item",
        "IndexName",
        "Limit",
        "Select",
        "Statement",
        "Parameters",
        "Statements",
        "TransactStatements",
        "TransactItems",
        "RequestItems",
        "KeyConditionExpression",
        "KeyConditions",
        "ConditionExpression",
        "UpdateExpression",
        "AttributeUpdates",
        "ProjectionExpression",
        "FilterExpression",
        "ExpressionAttributeNames",
        "ExpressionAttributeValues",
        "Expected",
        "AttributesToGet",
    ];
    let inside = [
        "{\"Links\": V}",
        "[V]",
        "[{\"Put\": V}]",
        "{\"id\": V}",
        "{\"#n\": V, \":v\": V}",
        "{\"Links\": {\"Keys\": [V]}}",
    ];
    let base = r#""TableName": "Links", "Key": {"id": {"S": "x"}}, "Item": {"id": {"S": "x"}}"#;
    for action in Action::ALL {
        for value in weird() {
            // What nests deeper than the reader reads is no request.
            let Ok(parsed) = parse(&value) else { continue };
            _ = judge_value("POST /links", action, &parsed);
            // Others are overlooked.
            let known =
                |member: &&&str| DataAction::from_name(action.name()).unwrap().member(member).is_some();
            for member in members.iter().filter(known) {
                let wrapped =
                    inside.iter().filter(|_| value.len() < 100).map(|around| around.replace('V', &value));
                for value in std::iter::once(value.clone()).chain(wrapped) {
                    let request = format!("{{{base}, \"{member}\": {value}}}");
                    if let Ok(request) = parse(&request) {
                        _ = judge_value("POST /links", action, &request);
                    }
                }
            }
        }
    }
}

#[test]
fn nesting_costs_nothing_and_breaks_nothing() {
    let deep = format!("{}1{}", "[".repeat(505), "]".repeat(505));
    let request = format!(r#"{{"TableName": "Audit", "Key": {{"id": {{"S": "acme"}}}}, "Unknown": {deep}}}"#);
    check("POST /own/{x}", "GetItem", &[(&request, "within")]);
    let mut value = parse("1").unwrap();
    for _ in 0..2000 {
        value = StrictValue { span: 0..0, kind: keybound_vtl::json::strict::StrictKind::Array(vec![value]) };
    }
    let judgement = judge_value("POST /own/{x}", Action::GetItem, &value);
    assert_eq!(told(&judgement), "a request that nests deeper than is read");
}
