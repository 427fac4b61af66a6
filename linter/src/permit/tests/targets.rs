//! Routes, tables and indexes.

use super::*;

#[test]
fn routes_are_those_of_the_grant_whatever_their_parameters_are_called() {
    let own = r#"{"TableName": "orders-prod", "Key": {"PK": {"S": "T#acme"}, "SK": {"S": "ORDER#1"}}}"#;
    for route in ["POST /own/{x}", "POST /own/{y}", "GET /one"] {
        check(route, "GetItem", &[(own, "within")]);
    }
    for route in ["GET /own/{x}", "POST /own/{x+}", "POST /own/x", "POST /own", "POST /one", "sendMessage"] {
        check(route, "GetItem", &[(own, &format!("the action GetItem on `{route}`"))]);
    }
    let put = r#"{"TableName": "orders-prod", "Item": {"PK": {"S": "T#acme"}, "SK": {"S": "ORDER#1"}}}"#;
    check("sendMessage", "PutItem", &[(put, "within")]);
    check("$default", "PutItem", &[(put, "the action PutItem on `$default`")]);
}

#[test]
fn grants_that_the_caller_lacks_do_not_count() {
    check(
        "POST /own/{x}",
        "GetItem",
        &[(r#"{"TableName": "Links", "Key": {"id": {"S": "x"}}}"#, "table `Links`")],
    );
    check(
        "POST /unbound",
        "GetItem",
        &[(r#"{"TableName": "Links", "Key": {"id": {"S": "x"}}}"#, "the action GetItem on `POST /unbound`")],
    );
}

#[test]
fn tables_go_by_name_or_arn() {
    let get = |name: &str| {
        format!(r#"{{"TableName": "{name}", "Key": {{"PK": {{"S": "a"}}, "SK": {{"S": "b"}}}}}}"#)
    };
    check(
        "POST /any",
        "GetItem",
        &[
            (&get("arn:aws:dynamodb:eu-west-1:123456789012:table/orders-prod"), "within"),
            (&get("orders-dev"), "table `orders-dev`"),
            (&get("Orders"), "table `Orders`"),
        ],
    );
    // The key of another table is refused before anything else.
    check("POST /any", "GetItem", &[(&get("Links"), "refused")]);
}

#[test]
fn an_index_is_not_its_table_nor_another() {
    let query = |index: &str, key: &str| {
        format!(
            r#"{{"TableName": "orders-prod", {index} "KeyConditionExpression": "{key} = :k AND GSK = :s",
                "ExpressionAttributeValues": {{":k": {{"S": "T#acme"}}, ":s": {{"S": "open"}}}}}}"#
        )
    };
    check(
        "POST /status",
        "Query",
        &[
            (&query(r#""IndexName": "ByStatus","#, "GPK"), "within"),
            (&query(r#""IndexName": "ByDay","#, "onDay"), "index `ByDay`"),
            (&query(r#""IndexName": "Unknown","#, "GPK"), "index `Unknown`"),
            (&query("", "PK"), "table `orders-prod` in place of its index"),
        ],
    );
    check("POST /any", "Query", &[(&query(r#""IndexName": "ByStatus","#, "GPK"), "index `ByStatus`")]);
    check("POST /any", "Scan", &[(r#"{"TableName": "orders-prod", "IndexName": "ByDay"}"#, "index `ByDay`")]);
    check(
        "POST /day",
        "Scan",
        &[(r#"{"TableName": "orders-prod", "IndexName": "ByDay", "Limit": 1}"#, "within")],
    );
}
