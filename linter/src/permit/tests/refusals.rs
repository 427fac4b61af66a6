//! Requests that DynamoDB refuses by their form.

use super::*;

#[test]
fn members_that_must_be_there() {
    let cases = [
        ("GetItem", r#"{}"#),
        ("GetItem", r#"{"TableName": "Links"}"#),
        ("GetItem", r#"{"TableName": "", "Key": {"id": {"S": "x"}}}"#),
        ("GetItem", r#"{"TableName": null, "Key": {"id": {"S": "x"}}}"#),
        ("GetItem", r#"{"tableName": "Links", "Key": {"id": {"S": "x"}}}"#),
        ("GetItem", r#"{"TableName": "Links", "Key": {}}"#),
        ("GetItem", r#"{"TableName": "Links", "Key": {"other": {"S": "x"}}}"#),
        ("GetItem", r#"{"TableName": "Links", "Key": {"id": {"S": "x"}, "other": {"S": "x"}}}"#),
        ("GetItem", r#"{"TableName": "Links", "Key": {"id": {"BOOL": true}}}"#),
        ("GetItem", r#"{"TableName": "Links", "Key": {"id": null}}"#),
        ("PutItem", r#"{"TableName": "Links", "Key": {"id": {"S": "x"}}}"#),
        ("PutItem", r#"{"TableName": "Links", "Item": {"a": {"S": "x"}}}"#),
        ("BatchGetItem", r#"{"RequestItems": {}}"#),
        ("BatchGetItem", r#"{"RequestItems": {"Links": {"Keys": []}}}"#),
        (
            "BatchGetItem",
            r#"{"RequestItems": {"Links": {"Keys": [{"id": {"S": "x"}}]}, "Audit": {"Keys": [{}]}}}"#,
        ),
        ("BatchWriteItem", r#"{"RequestItems": {"Links": []}}"#),
        ("BatchWriteItem", r#"{"RequestItems": {"Links": [{}]}}"#),
        ("TransactGetItems", r#"{"TransactItems": []}"#),
        ("TransactGetItems", r#"{"TransactItems": [{}]}"#),
        ("TransactWriteItems", r#"{"TransactItems": [{"Nothing": {}}]}"#),
        (
            "TransactWriteItems",
            r#"{"TransactItems": [{"Put": {"TableName": "Links", "Item": {"id": {"S": "x"}}},
                "Delete": {"TableName": "Links", "Key": {"id": {"S": "x"}}}}]}"#,
        ),
        ("ExecuteStatement", r#"{}"#),
        ("ExecuteStatement", r#"{"Statement": ""}"#),
        ("ExecuteStatement", r#"{"Statement": "DROP TABLE Links"}"#),
        ("ExecuteStatement", r#"{"Statement": "SELECT * FROM Links WHERE id = 'x"}"#),
        ("BatchExecuteStatement", r#"{"Statements": []}"#),
        ("ExecuteTransaction", r#"{"TransactStatements": []}"#),
    ];
    for (action, request) in cases {
        check("POST /links", action, &[(request, "refused")]);
    }
    let long = format!(r#"{{"Statement": "SELECT * FROM Links WHERE id = '{}'"}}"#, "x".repeat(9000));
    check("POST /links", "ExecuteStatement", &[(&long, "refused")]);
}

#[test]
fn more_parts_than_dynamodb_takes() {
    let keys = |count: usize| {
        let keys: Vec<String> = (0..count).map(|n| format!(r#"{{"id": {{"S": "{n}"}}}}"#)).collect();
        format!(r#"{{"RequestItems": {{"Audit": {{"Keys": [{}]}}}}}}"#, keys.join(","))
    };
    check("POST /own/{x}", "BatchGetItem", &[(&keys(100), "the partition key `0`"), (&keys(101), "refused")]);
}

#[test]
fn json_of_the_wrong_type() {
    let cases = [
        ("GetItem", r#"[]"#),
        ("GetItem", r#""x""#),
        ("GetItem", "null"),
        ("GetItem", r#"{"TableName": ["Links"], "Key": {"id": {"S": "x"}}}"#),
        ("GetItem", r#"{"TableName": 1, "Key": {"id": {"S": "x"}}}"#),
        ("GetItem", r#"{"TableName": "Links", "Key": [{"id": {"S": "x"}}]}"#),
        ("GetItem", r#"{"TableName": "Links", "Key": "id"}"#),
        ("GetItem", r#"{"TableName": "Links", "Key": {"id": "x"}}"#),
        ("GetItem", r#"{"TableName": "Links", "Key": {"id": {"S": 1}}}"#),
        ("GetItem", r#"{"TableName": "Links", "Key": {"id": {"S": {"S": "x"}}}}"#),
        ("GetItem", r#"{"TableName": "Links", "Key": {"id": {"N": 1}}}"#),
        ("GetItem", r#"{"TableName": "Links", "Key": {"id": {}}}"#),
        ("GetItem", r#"{"TableName": "Links", "Key": {"id": {"S": null}}}"#),
        ("GetItem", r#"{"TableName": "Links", "Key": {"id": {"s": "x"}}}"#),
        ("GetItem", r#"{"TableName": "Links", "Key": {"id": {"S": "x", "N": "1"}}}"#),
        ("GetItem", r#"{"TableName": "Links", "Key": {"id": {"S": "x"}}, "ConsistentRead": {}}"#),
        ("PutItem", r#"{"TableName": "Links", "Item": {"id": {"S": "x"}, "a": {"L": [{"M": {"b": {}}}]}}}"#),
        ("PutItem", r#"{"TableName": "Links", "Item": {"id": {"S": "x"}, "a": {"SS": [1]}}}"#),
        ("PutItem", r#"{"TableName": "Links", "Item": {"id": {"S": "x"}}, "ReturnValues": "all_old"}"#),
        ("PutItem", r#"{"TableName": "Links", "Item": {"id": {"S": "x"}}, "ReturnValues": "ALL_NEW"}"#),
        ("BatchGetItem", r#"{"RequestItems": [{"Links": {"Keys": [{"id": {"S": "x"}}]}}]}"#),
        ("BatchGetItem", r#"{"RequestItems": {"Links": {"Keys": {"id": {"S": "x"}}}}}"#),
        ("TransactWriteItems", r#"{"TransactItems": {"Put": {}}}"#),
        ("ExecuteStatement", r#"{"Statement": ["SELECT * FROM Links"]}"#),
        (
            "ExecuteStatement",
            r#"{"Statement": "SELECT * FROM Links WHERE id = ?", "Parameters": {"S": "x"}}"#,
        ),
    ];
    for (action, request) in cases {
        check("POST /links", action, &[(request, "refused")]);
    }
}

#[test]
fn what_dynamodb_overlooks() {
    check(
        "POST /own/{x}",
        "GetItem",
        &[
            (
                r#"{"TableName": "Audit", "Key": {"id": {"S": "acme", "x": 1, "N": null}}, "Extra": [[{"a": 1}]],
                    "ConsistentRead": "true", "ReturnConsumedCapacity": null}"#,
                "within",
            ),
            (
                r#"{"TableName": "Audit", "Key": {"id": {"S": "acme"}}, "IndexName": "X", "__type": "x"}"#,
                "within",
            ),
            (r#"{"TableName": "Audit", "Key": {"id": {"S": "acme"}}, "AttributesToGet": null}"#, "within"),
            // Members of other actions: a read takes no values and has no filter.
            (
                r#"{"TableName": "Audit", "Key": {"id": {"S": "evil"}}, "ExpressionAttributeValues": {":unused": {"S": "x"}},
                    "FilterExpression": "(", "Expected": 1, "Limit": "x"}"#,
                "the partition key `evil`",
            ),
        ],
    );
    // The parts of a transaction have no legacy members, nor `ReturnValues`.
    let delete = r#"{"TransactItems": [{"Delete": {"TableName": "orders-prod", "Key": {"PK": {"S": "T#evil"}, "SK": {"S": "x"}},
        "ConditionExpression": "attribute_exists(PK)", "Expected": {}, "ReturnValues": "ALL_OLD"}}]}"#;
    check("POST /own/{x}", "TransactWriteItems", &[(delete, "the partition key `T#evil`")]);
    check("POST /some", "TransactWriteItems", &[(delete, "within")]);
    let scan =
        r#"{"TableName": "orders-prod", "Limit": 1, "KeyConditions": {}, "KeyConditionExpression": "("}"#;
    check("POST /few", "Scan", &[(scan, "within")]);
}
