//! Every action, in a form that is granted and in one that is not.

use super::*;

#[test]
fn get_put_update_delete() {
    check(
        "POST /own/{x}",
        "GetItem",
        &[
            (
                r#"{"TableName": "orders-prod", "Key": {"PK": {"S": "T#acme"}, "SK": {"S": "ORDER#1"}}}"#,
                "within",
            ),
            (
                r#"{"TableName": "orders-prod", "Key": {"PK": {"S": "T#acme"}, "SK": {"S": "INVOICE"}}}"#,
                "within",
            ),
            (r#"{"TableName": "Audit", "Key": {"id": {"S": "acme"}}}"#, "within"),
            (r#"{"TableName": "Audit", "Key": {"id": {"S": "evil"}}}"#, "the partition key `evil`"),
            (
                r#"{"TableName": "orders-prod", "Key": {"PK": {"S": "T#acme"}, "SK": {"S": "INVOICE#1"}}}"#,
                "the sort key `INVOICE#1`",
            ),
            (
                r#"{"TableName": "orders-prod", "Key": {"PK": {"S": "T#evil"}, "SK": {"S": "ORDER#1"}}}"#,
                "the partition key `T#evil`",
            ),
        ],
    );
    check(
        "POST /own/{x}",
        "PutItem",
        &[
            (
                r#"{"TableName": "orders-prod", "Item": {"PK": {"S": "T#acme"}, "SK": {"S": "ORDER#"}, "a": {"N": "1"}}}"#,
                "within",
            ),
            (
                r#"{"TableName": "orders-prod", "Item": {"PK": {"S": "T#acme#"}, "SK": {"S": "ORDER#1"}}}"#,
                "the partition key `T#acme#`",
            ),
        ],
    );
    check(
        "POST /own/{x}",
        "UpdateItem",
        &[
            (
                r#"{"TableName": "orders-prod", "Key": {"PK": {"S": "T#acme"}, "SK": {"S": "ORDER#1"}},
                    "UpdateExpression": "SET a = :a", "ExpressionAttributeValues": {":a": {"S": "x"}},
                    "ReturnValues": "ALL_NEW"}"#,
                "within",
            ),
            (
                r#"{"TableName": "orders-prod", "Key": {"PK": {"S": "T#acme"}, "SK": {"S": "USER"}},
                    "UpdateExpression": "REMOVE a"}"#,
                "the sort key `USER`",
            ),
        ],
    );
    check(
        "POST /own/{x}",
        "DeleteItem",
        &[
            (
                r#"{"TableName": "orders-prod", "Key": {"PK": {"S": "T#acme"}, "SK": {"S": "ORDER#1"}}}"#,
                "within",
            ),
            (
                r#"{"TableName": "orders-prod", "Key": {"PK": {"S": "T#b"}, "SK": {"S": "ORDER#1"}}}"#,
                "the partition key `T#b`",
            ),
        ],
    );
}

#[test]
fn batches() {
    let key =
        |partition: &str, sort: &str| format!(r#"{{"PK": {{"S": "{partition}"}}, "SK": {{"S": "{sort}"}}}}"#);
    let get = |keys: &[String]| {
        format!(
            r#"{{"RequestItems": {{"orders-prod": {{"Keys": [{}]}}, "Audit": {{"Keys": [{{"id": {{"S": "acme"}}}}]}}}}}}"#,
            keys.join(",")
        )
    };
    // Each under a grant of its own.
    let own = [key("T#acme", "ORDER#1"), key("T#acme", "INVOICE")];
    check("POST /own/{x}", "BatchGetItem", &[(&get(&own), "within")]);
    let other = [key("T#acme", "ORDER#1"), key("T#other", "ORDER#1")];
    check("POST /own/{x}", "BatchGetItem", &[(&get(&other), "the partition key `T#other`")]);

    let write = |first: &str, second: &str| {
        format!(
            r#"{{"RequestItems": {{"orders-prod": [{{"PutRequest": {{"Item": {first}}}}}, {{"DeleteRequest": {{"Key": {second}}}}}]}}}}"#
        )
    };
    let (good, bad) = (key("T#acme", "ORDER#1"), key("T#acme", "USER"));
    check(
        "POST /own/{x}",
        "BatchWriteItem",
        &[
            (&write(&good, &good), "within"),
            (&write(&good, &bad), "the sort key `USER`"),
            (&write(&bad, &good), "the sort key `USER`"),
            (
                r#"{"RequestItems": {"Unknown": [{"DeleteRequest": {"Key": {"x": {"S": "y"}}}}]}}"#,
                "table `Unknown`",
            ),
            // Nobody says which of the two counts.
            (
                &format!(
                    r#"{{"RequestItems": {{"orders-prod": [{{"PutRequest": {{"Item": {good}}}, "DeleteRequest": {{"Key": {bad}}}}}]}}}}"#
                ),
                "the sort key `USER`",
            ),
        ],
    );
}

#[test]
fn transactions() {
    let key = r#""Key": {"PK": {"S": "T#acme"}, "SK": {"S": "ORDER#1"}}"#;
    let get = |table: &str, key: &str| format!(r#"{{"Get": {{"TableName": "{table}", {key}}}}}"#);
    let list = |items: &[String]| format!(r#"{{"TransactItems": [{}]}}"#, items.join(","));
    check(
        "POST /own/{x}",
        "TransactGetItems",
        &[
            (&list(&[get("orders-prod", key), get("orders-prod", key)]), "within"),
            (
                &list(&[get("orders-prod", key), get("Links", r#""Key": {"id": {"S": "x"}}"#)]),
                "table `Links`",
            ),
        ],
    );

    let item = r#""Item": {"PK": {"S": "T#acme"}, "SK": {"S": "INVOICE"}}"#;
    let check_of = r#""ConditionExpression": "attribute_exists(PK)""#;
    let all = |table: &str| {
        list(&[
            format!(r#"{{"Put": {{"TableName": "orders-prod", {item}}}}}"#),
            format!(r#"{{"Update": {{"TableName": "orders-prod", {key}, "UpdateExpression": "REMOVE a"}}}}"#),
            format!(r#"{{"Delete": {{"TableName": "orders-prod", {key}}}}}"#),
            format!(r#"{{"ConditionCheck": {{"TableName": "{table}", {key}, {check_of}}}}}"#),
        ])
    };
    check(
        "POST /own/{x}",
        "TransactWriteItems",
        &[(&all("orders-prod"), "within"), (&all("orders-dev"), "table `orders-dev`")],
    );
}

#[test]
fn pages() {
    let query = r#"{"TableName": "orders-prod", "KeyConditionExpression": "PK = :p AND begins_with(SK, :s)",
                    "ExpressionAttributeValues": {":p": {"S": "T#acme"}, ":s": {"S": "ORDER#"}}}"#;
    check(
        "POST /own/{x}",
        "Query",
        &[
            (query, "within"),
            (&query.replace("acme", "acm"), "the partition key `T#acm`"),
            (&query.replace("ORDER#", "ORDER"), "the sort keys that begin with `ORDER`"),
        ],
    );
    check("POST /any", "Scan", &[(r#"{"TableName": "orders-prod"}"#, "within")]);
    check(
        "POST /own/{x}",
        "Scan",
        &[(r#"{"TableName": "orders-prod"}"#, "the action Scan on `POST /own/{x}`")],
    );
}

#[test]
fn statements() {
    let own =
        r#"{"Statement": "SELECT * FROM \"orders-prod\" WHERE PK = 'T#acme' AND begins_with(SK, 'ORDER#')"}"#;
    let own_alone =
        r#"{"Statement": "SELECT * FROM \"orders-prod\" WHERE PK = 'T#acme' AND SK = 'ORDER#1'"}"#;
    let both = |list: &str, one: &str, other: &str| format!(r#"{{"{list}": [{one}, {other}]}}"#);
    let other = own_alone.replace("acme", "evil");
    check("POST /own/{x}", "ExecuteStatement", &[(own, "within"), (&other, "the partition key `T#evil`")]);
    for (action, list) in
        [("BatchExecuteStatement", "Statements"), ("ExecuteTransaction", "TransactStatements")]
    {
        check(
            "POST /own/{x}",
            action,
            &[
                (&both(list, own_alone, own_alone), "within"),
                (&both(list, own_alone, &other), "the partition key `T#evil`"),
            ],
        );
    }
}
