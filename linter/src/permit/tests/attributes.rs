//! Attribute lists: what is named must be listed, and what is read must be named.

use super::*;

const KEY: &str = r#""TableName": "orders-prod", "Key": {"PK": {"S": "a"}, "SK": {"S": "b"}}"#;
const QUERY: &str = r#""TableName": "orders-prod", "KeyConditionExpression": "PK = :p""#;
const P: &str = r#"":p": {"S": "a"}"#;

#[test]
fn a_read_projects_listed_attributes() {
    let get = |rest: &str| format!("{{{KEY}{rest}}}");
    let names = r##", "ExpressionAttributeNames": {"#x": "secret"}"##;
    let cases = [
        (get(""), "every attribute"),
        (
            get(
                r##", "ProjectionExpression": "PK, price, #x", "ExpressionAttributeNames": {"#x": "phase"}"##,
            ),
            "within",
        ),
        (get(r#", "ProjectionExpression": "price.cents[0].x""#), "within"),
        (get(r#", "ProjectionExpression": "secret""#), "attribute `secret`"),
        (get(r#", "ProjectionExpression": "secret.price""#), "attribute `secret`"),
        (get(&format!(r##", "ProjectionExpression": "price, #x"{names}"##)), "attribute `secret`"),
        (get(&format!(r##", "ProjectionExpression": "price.#x"{names}"##)), "within"),
        (get(r#", "AttributesToGet": ["price", "PK"]"#), "within"),
        (get(r#", "AttributesToGet": ["price", "secret"]"#), "attribute `secret`"),
        (get(r#", "AttributesToGet": []"#), "refused"),
        // An alias stands for one name, dots and all.
        (
            get(r##", "ProjectionExpression": "#x", "ExpressionAttributeNames": {"#x": "price.x"}"##),
            "attribute `price.x`",
        ),
    ];
    for (request, expected) in &cases {
        check("POST /some", "GetItem", &[(request, expected)]);
    }
    let batch = |rest: &str| {
        format!(
            r#"{{"RequestItems": {{"orders-prod": {{"Keys": [{{"PK": {{"S": "a"}}, "SK": {{"S": "b"}}}}]{rest}}}}}}}"#
        )
    };
    check(
        "POST /some",
        "BatchGetItem",
        &[
            (&batch(""), "every attribute"),
            (&batch(r#", "ProjectionExpression": "price""#), "within"),
            (&batch(r#", "ProjectionExpression": "secret""#), "attribute `secret`"),
        ],
    );
}

#[test]
fn a_page_projects_or_counts() {
    let query = |rest: &str| format!(r#"{{{QUERY}, "ExpressionAttributeValues": {{{P}}}{rest}}}"#);
    let cases = [
        (query(""), "every attribute"),
        (query(r#", "Select": "COUNT""#), "within"),
        (query(r#", "Select": "ALL_ATTRIBUTES""#), "every attribute"),
        (query(r#", "Select": "ALL_PROJECTED_ATTRIBUTES""#), "every attribute"),
        (query(r#", "Select": "SPECIFIC_ATTRIBUTES""#), "every attribute"),
        (query(r#", "Select": "SPECIFIC_ATTRIBUTES", "ProjectionExpression": "price""#), "within"),
        (query(r#", "ProjectionExpression": "price""#), "within"),
        // By the API reference this returns an error.
        (query(r#", "Select": "ALL_ATTRIBUTES", "ProjectionExpression": "price""#), "refused"),
        // Who counts what a filter lets through learns the attribute.
        (
            query(r#", "Select": "COUNT", "FilterExpression": "attribute_exists(secret)""#),
            "attribute `secret`",
        ),
        (query(r#", "Select": "COUNT", "FilterExpression": "size(price) > :p""#), "within"),
    ];
    for (request, expected) in &cases {
        check("POST /some", "Query", &[(request, expected)]);
    }
    let legacy = |filter: &str| {
        format!(
            r#"{{"TableName": "orders-prod", "AttributesToGet": ["price"], "ScanFilter": {{
                "{filter}": {{"ComparisonOperator": "NOT_NULL"}}}}}}"#
        )
    };
    check("POST /some", "Scan", &[(&legacy("phase"), "within"), (&legacy("secret"), "attribute `secret`")]);
    let query = |filter: &str| {
        legacy(filter).replace("ScanFilter", "QueryFilter").replacen(
            '{',
            r#"{"KeyConditions": {"PK": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "x"}]}}, "#,
            1,
        )
    };
    check("POST /some", "Query", &[(&query("phase"), "within"), (&query("secret"), "attribute `secret`")]);
}

#[test]
fn a_write_names_listed_attributes_and_returns_no_others() {
    let put = |item: &str, rest: &str| {
        format!(
            r#"{{"TableName": "orders-prod", "Item": {{"PK": {{"S": "a"}}, "SK": {{"S": "b"}}{item}}}{rest}}}"#
        )
    };
    let cases = [
        (put(r#", "price": {"N": "1"}"#, ""), "within"),
        (put(r#", "secret": {"N": "1"}"#, ""), "attribute `secret`"),
        (put(r#", "price": {"M": {"secret": {"N": "1"}}}"#, ""), "within"),
        (put("", r#", "ReturnValues": "NONE""#), "within"),
        (put("", r#", "ReturnValues": "ALL_OLD""#), "every attribute"),
        (put("", r#", "ReturnValuesOnConditionCheckFailure": "ALL_OLD""#), "every attribute"),
        (put("", r#", "ConditionExpression": "attribute_exists(secret)""#), "attribute `secret`"),
        (put("", r#", "Expected": {"secret": {"Exists": false}}"#), "attribute `secret`"),
        (put("", r#", "Expected": {"phase": {"Exists": false}}"#), "within"),
    ];
    for (request, expected) in &cases {
        check("POST /some", "PutItem", &[(request, expected)]);
    }
    let update = |rest: &str| format!("{{{KEY}, {rest}}}");
    let values = format!(r#", "ExpressionAttributeValues": {{{P}}}"#);
    let cases = [
        (update(&format!(r#""UpdateExpression": "SET price = :p, phase.x = price"{values}"#)), "within"),
        (update(&format!(r#""UpdateExpression": "SET secret = :p"{values}"#)), "attribute `secret`"),
        (update(r#""UpdateExpression": "SET price = secret""#), "attribute `secret`"),
        (update(r#""UpdateExpression": "REMOVE secret[1]""#), "attribute `secret`"),
        (update(&format!(r#""UpdateExpression": "ADD secret :p"{values}"#)), "attribute `secret`"),
        (update(r#""AttributeUpdates": {"price": {"Value": {"S": "x"}}}"#), "within"),
        (update(r#""AttributeUpdates": {"secret": {"Action": "DELETE"}}"#), "attribute `secret`"),
        (update(r#""UpdateExpression": "REMOVE price", "ReturnValues": "UPDATED_OLD""#), "within"),
        (update(r#""UpdateExpression": "REMOVE price", "ReturnValues": "ALL_NEW""#), "every attribute"),
    ];
    for (request, expected) in &cases {
        check("POST /some", "UpdateItem", &[(request, expected)]);
    }
    check(
        "POST /some",
        "DeleteItem",
        &[
            (&update(r#""ReturnValues": "NONE""#), "within"),
            (&update(r#""ReturnValues": "ALL_OLD""#), "every attribute"),
        ],
    );
}

#[test]
fn key_attributes_must_be_listed_too() {
    let query = r#"{"TableName": "orders-prod", "IndexName": "ByStatus", "Select": "COUNT",
        "KeyConditionExpression": "GPK = :p", "ExpressionAttributeValues": {":p": {"S": "x"}}}"#;
    // The index stands in the way first; without an index all keys of the table are listed here.
    check("POST /some", "Query", &[(query, "index `ByStatus`")]);
    let legacy = r#"{"TableName": "orders-prod", "Select": "COUNT", "KeyConditions": {
        "PK": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "x"}]},
        "other": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "x"}]}}}"#;
    check("POST /some", "Query", &[(legacy, "attribute `other`")]);
}

#[test]
fn statements_name_listed_attributes() {
    let statement = |text: &str| format!(r#"{{"Statement": "{}"}}"#, text.replace('"', "\\\""));
    let cases = [
        ("SELECT price, phase.x FROM \"orders-prod\"", "within"),
        ("SELECT * FROM \"orders-prod\"", "every attribute"),
        ("SELECT secret.price FROM \"orders-prod\"", "attribute `secret`"),
        ("SELECT price FROM \"orders-prod\" WHERE NOT (price = 1 OR size(secret) > 3)", "attribute `secret`"),
        ("SELECT price FROM \"orders-prod\" WHERE price IN (1, secret)", "attribute `secret`"),
        ("SELECT price FROM \"orders-prod\" ORDER BY \"secret\" DESC", "attribute `secret`"),
        ("SELECT price FROM \"orders-prod\" WHERE secret IS MISSING", "attribute `secret`"),
        ("INSERT INTO \"orders-prod\" VALUE {'PK': 'a', 'SK': 'b', 'price': 1}", "within"),
        ("INSERT INTO \"orders-prod\" VALUE {'PK': 'a', 'SK': 'b', 'secret': 1}", "attribute `secret`"),
        ("UPDATE \"orders-prod\" SET price = 1 WHERE PK = 'a' AND SK = 'b'", "within"),
        (
            "UPDATE \"orders-prod\" SET price = 1 REMOVE secret.x WHERE PK = 'a' AND SK = 'b'",
            "attribute `secret`",
        ),
        ("UPDATE \"orders-prod\" SET price = secret + 1 WHERE PK = 'a' AND SK = 'b'", "attribute `secret`"),
        (
            "UPDATE \"orders-prod\" SET price = 1 WHERE PK = 'a' AND SK = 'b' RETURNING ALL OLD *",
            "every attribute",
        ),
        (
            "UPDATE \"orders-prod\" SET price = 1 WHERE PK = 'a' AND SK = 'b' RETURNING MODIFIED NEW *",
            "within",
        ),
        ("DELETE FROM \"orders-prod\" WHERE PK = 'a' AND SK = 'b' RETURNING ALL OLD *", "every attribute"),
    ];
    for (text, expected) in cases {
        check("POST /some", "ExecuteStatement", &[(&statement(text), expected)]);
    }
    let failing = r#"{"Statement": "DELETE FROM \"orders-prod\" WHERE PK = 'a' AND SK = 'b'",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}"#;
    check("POST /some", "ExecuteStatement", &[(failing, "every attribute")]);
    let exists = |rest: &str| {
        format!(
            r#"{{"TransactStatements": [{{"Statement": "EXISTS(SELECT price FROM \"orders-prod\" WHERE PK = 'a' AND SK = 'b')"{rest}}}]}}"#
        )
    };
    check(
        "POST /some",
        "ExecuteTransaction",
        &[
            (&exists(""), "within"),
            (&exists(r#", "ReturnValuesOnConditionCheckFailure": "ALL_OLD""#), "every attribute"),
        ],
    );
}
