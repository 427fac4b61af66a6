//! Limits.

use super::*;

#[test]
fn a_page_has_a_limit() {
    let cases = [
        ("", "the limit of 2"),
        (r#", "Limit": 1"#, "within"),
        (r#", "Limit": 2"#, "within"),
        (r#", "Limit": 2.0"#, "within"),
        (r#", "Limit": 2e0"#, "within"),
        (r#", "Limit": 3"#, "the limit of 2"),
        (r#", "Limit": 1.5"#, "the limit of 2"),
        (r#", "Limit": 0.5"#, "the limit of 2"),
        (r#", "Limit": 4294967297"#, "the limit of 2"),
        (r#", "Limit": 1e999"#, "the limit of 2"),
        (r#", "Limit": null"#, "the limit of 2"),
        (r#", "Limit": 0"#, "refused"),
        (r#", "Limit": -1"#, "refused"),
        (r#", "Limit": "1""#, "refused"),
        (r#", "Limit": true"#, "refused"),
        (r#", "limit": 1"#, "the limit of 2"),
    ];
    for (limit, expected) in cases {
        let scan = format!(r#"{{"TableName": "orders-prod"{limit}}}"#);
        let query = format!(
            r#"{{"TableName": "orders-prod", "KeyConditionExpression": "PK = :p",
                "ExpressionAttributeValues": {{":p": {{"S": "x"}}}}{limit}}}"#
        );
        let select = format!(r#"{{"Statement": "SELECT * FROM \"orders-prod\" WHERE PK = 'a'"{limit}}}"#);
        check("POST /few", "Scan", &[(&scan, expected)]);
        check("POST /few", "Query", &[(&query, expected)]);
        check("POST /few", "ExecuteStatement", &[(&select, expected)]);
    }
    // No other grant limits.
    check("POST /any", "Scan", &[(r#"{"TableName": "orders-prod"}"#, "within")]);
}

#[test]
fn a_statement_about_one_item_needs_no_limit() {
    let statement = |text: &str| format!(r#"{{"Statement": "{}"}}"#, text.replace('"', "\\\""));
    let cases = [
        ("SELECT * FROM \"orders-prod\" WHERE PK = 'a' AND SK = 'b' AND price > 3", "within"),
        ("SELECT * FROM \"orders-prod\" WHERE 'a' = PK AND (SK = 'b')", "within"),
        ("SELECT * FROM \"orders-prod\" WHERE PK = 'a' AND SK = 'b' OR PK = 'c'", "the limit of 2"),
        ("SELECT * FROM \"orders-prod\" WHERE PK IN ('a', 'b') AND SK = 'b'", "the limit of 2"),
        ("SELECT * FROM \"orders-prod\" WHERE PK = SK AND SK = PK", "the limit of 2"),
        ("SELECT * FROM \"orders-prod\" WHERE PK = 'a' AND begins_with(SK, 'b')", "the limit of 2"),
        ("SELECT * FROM \"orders-prod\" WHERE NOT (PK = 'a' AND SK = 'b')", "the limit of 2"),
        ("INSERT INTO \"orders-prod\" VALUE {'PK': 'a', 'SK': 'b'}", "within"),
        ("UPDATE \"orders-prod\" SET a = 1 WHERE PK = 'a' AND SK = 'b'", "within"),
        ("DELETE FROM \"orders-prod\" WHERE PK = 'a' AND SK = 'b'", "within"),
    ];
    for (text, expected) in cases {
        check("POST /few", "ExecuteStatement", &[(&statement(text), expected)]);
    }
    let one = statement("SELECT * FROM \"orders-prod\" WHERE PK = 'a' AND SK = 'b'");
    let page = r#"{"Statement": "SELECT * FROM \"orders-prod\" WHERE PK = 'a'", "Limit": 1}"#;
    for (action, list) in
        [("BatchExecuteStatement", "Statements"), ("ExecuteTransaction", "TransactStatements")]
    {
        let both = |first: &str, second: &str| format!(r#"{{"{list}": [{first}, {second}]}}"#);
        check("POST /few", action, &[(&both(&one, &one), "within")]);
        // Neither has pages, so a limit in a statement or beside it says nothing.
        check("POST /few", action, &[(&both(&one, page), "the limit of 2")]);
    }
    // Many items of an index may have one key.
    let of_index = statement("SELECT * FROM \"orders-prod\".\"ByDay\" WHERE onDay = 'a'");
    check("POST /day", "ExecuteStatement", &[(&of_index, "the limit of 10")]);
    let filtered =
        statement("SELECT * FROM \"orders-prod\".\"ByDay\" WHERE onDay = 'a' AND PK = 'a' AND SK = 'b'");
    check("POST /day", "ExecuteStatement", &[(&filtered, "the limit of 10")]);
}

#[test]
fn keys_of_one_table_are_counted_over_the_whole_request() {
    let key = r#"{"PK": {"S": "a"}, "SK": {"S": "b"}}"#;
    let keys = |count: usize| vec![key; count].join(",");
    let batch = |count: usize, more: usize| {
        let more = if more == 0 {
            String::new()
        } else {
            format!(r#", "arn:aws:dynamodb:r:1:table/orders-prod": {{"Keys": [{}]}}"#, keys(more))
        };
        format!(r#"{{"RequestItems": {{"orders-prod": {{"Keys": [{}]}}{more}}}}}"#, keys(count))
    };
    check(
        "POST /few",
        "BatchGetItem",
        &[
            (&batch(1, 0), "within"),
            (&batch(2, 0), "within"),
            (&batch(3, 0), "the limit of 2"),
            (&batch(1, 1), "within"),
            (&batch(1, 2), "the limit of 2"),
        ],
    );
    let transaction = |count: usize| {
        let get = format!(r#"{{"Get": {{"TableName": "orders-prod", "Key": {key}}}}}"#);
        format!(r#"{{"TransactItems": [{}]}}"#, vec![get; count].join(","))
    };
    check(
        "POST /few",
        "TransactGetItems",
        &[(&transaction(2), "within"), (&transaction(3), "the limit of 2")],
    );
    let get = format!(r#"{{"TableName": "orders-prod", "Key": {key}}}"#);
    check("POST /few", "GetItem", &[(&get, "within")]);
}
