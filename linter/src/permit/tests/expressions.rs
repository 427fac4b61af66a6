//! Expressions that DynamoDB refuses, and those that are not read.

use super::*;

fn query(condition: &str, rest: &str) -> String {
    format!(r#"{{"TableName": "orders-prod", "KeyConditionExpression": "{condition}"{rest}}}"#)
}

#[test]
fn what_dynamodb_refuses_reaches_nothing() {
    let values = r#", "ExpressionAttributeValues": {":p": {"S": "evil"}}"#;
    let cases = [
        query("PK = :p", ""),
        query("PK = :q", values),
        query("PK = ", values),
        query("", values),
        query("PK = :p AND", values),
        query("PK = 'evil'", ""),
        query("PK = :p; DROP", values),
        query("PK > :p", values),
        query("SK = :p", values),
        query("PK = :p OR SK = :p", values),
        query("PK = :p AND NOT SK = :p", values),
        query("begins_with(PK, :p)", values),
        query("((PK = :p))", values),
        query("#p = :p", values),
        query("hash = :p", values),
        query("PK = :p", r#", "ExpressionAttributeValues": {":p": {"S": "evil"}, ":q": {"S": "x"}}"#),
        query("PK = :p", &format!(r##"{values}, "ExpressionAttributeNames": {{"#n": "x"}}"##)),
        query("PK = :p", &format!(r#"{values}, "KeyConditions": {{}}"#)),
        query("PK = :p", &format!(r#"{values}, "AttributesToGet": ["a"]"#)),
        query("PK = :p", &format!(r#"{values}, "FilterExpression": "nope(a)""#)),
        query("PK = :p", &format!(r#"{values}, "FilterExpression": "a = :p AND size > :p""#)),
        query(&format!("PK = :p AND SK = :{}", "v".repeat(5000)), values),
        r#"{"TableName": "orders-prod"}"#.to_owned(),
    ];
    for request in cases {
        check("POST /own/{x}", "Query", &[(&request, "refused")]);
    }
    // The same with an expression that holds is beyond.
    check("POST /own/{x}", "Query", &[(&query("PK = :p", values), "the partition key `evil`")]);
}

#[test]
fn what_nests_too_deep_is_not_read() {
    let deep = format!("{}a = :p{}", "NOT (".repeat(40), ")".repeat(40));
    let request = format!(
        r#"{{"TableName": "Links", "Key": {{"id": {{"S": "x"}}}}, "ConditionExpression": "{deep}",
            "ExpressionAttributeValues": {{":p": {{"S": "x"}}}}}}"#
    );
    check("POST /links", "DeleteItem", &[(&request, "a text that nests deeper than is read")]);
    let deep = format!("{}a = 1{}", "(".repeat(40), ")".repeat(40));
    let request = format!(r#"{{"Statement": "SELECT * FROM Links WHERE {deep}"}}"#);
    check("POST /links", "ExecuteStatement", &[(&request, "a text that nests deeper than is read")]);
}

#[test]
fn key_conditions_and_a_filter_go_together() {
    let request = r#"{"TableName": "orders-prod", "FilterExpression": "a = :a", "ExpressionAttributeValues": {":a": {"S": "x"}},
        "KeyConditions": {"PK": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "evil"}]}}}"#;
    check("POST /own/{x}", "Query", &[(request, "the partition key `evil`")]);
}
