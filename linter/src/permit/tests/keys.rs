//! Keys: values, prefixes and ranges, in expressions and in legacy members.

use super::*;

/// A query on a partition, with a condition on the sort key and the values `:a` and `:b`.
fn query(partition: &str, condition: &str, a: &str, b: Option<&str>) -> String {
    let b = b.map(|b| format!(r#", ":b": {b}"#)).unwrap_or_default();
    format!(
        r#"{{"TableName": "orders-prod", "KeyConditionExpression": "PK = :p AND {condition}",
            "ExpressionAttributeValues": {{":p": {{"S": "{partition}"}}, ":a": {a}{b}}}}}"#
    )
}

#[test]
fn a_bounded_sort_key() {
    let text = |text: &str| format!(r#"{{"S": "{text}"}}"#);
    let order = text("ORDER#1");
    let cases = [
        (query("T#acme", "SK = :a", &order, None), "within"),
        (query("T#acme", ":a = SK", &order, None), "within"),
        (query("T#acme", "(SK = :a)", &order, None), "within"),
        (query("T#acme", "SK = :a", &text("INVOICE"), None), "the sort key `INVOICE`"),
        (query("T#acme", "SK = :a", r#"{"N": "1"}"#, None), "a sort key that is no text"),
        (query("T#acme", "SK = :a", r#"{"B": "T1JERVIj"}"#, None), "a sort key that is no text"),
        (query("T#acme", "begins_with(SK, :a)", &order, None), "within"),
        (query("T#acme", "begins_with(SK, :a)", &text("O"), None), "the sort keys that begin with `O`"),
        (query("T#acme", "begins_with(SK, :a)", &text(""), None), "the sort keys that begin with ``"),
        (query("T#acme", "SK BETWEEN :a AND :b", &order, Some(&text("ORDER#9"))), "within"),
        (
            query("T#acme", "SK BETWEEN :a AND :b", &order, Some(&text("P"))),
            "the sort keys from `ORDER#1` to `P`",
        ),
        (
            query("T#acme", "SK BETWEEN :a AND :b", &text(""), Some(&order)),
            "the sort keys from `` to `ORDER#1`",
        ),
        (query("T#acme", "SK BETWEEN :a AND :b", &order, Some(r#"{"N": "1"}"#)), "sort keys without a bound"),
        (query("T#acme", "SK >= :a", &order, None), "sort keys without a bound"),
        (query("T#acme", "SK < :a", &order, None), "sort keys without a bound"),
    ];
    for (request, expected) in &cases {
        check("POST /own/{x}", "Query", &[(request, expected)]);
    }
    let alone = r##"{"TableName": "orders-prod", "KeyConditionExpression": "#p = :p",
        "ExpressionAttributeNames": {"#p": "PK"}, "ExpressionAttributeValues": {":p": {"S": "T#acme"}}}"##;
    check("POST /own/{x}", "Query", &[(alone, "sort keys without a bound")]);
}

#[test]
fn one_sort_key_is_no_prefix() {
    let query = |condition: &str, values: &str| {
        format!(
            r#"{{"TableName": "orders-prod", "IndexName": "ByStatus", "KeyConditionExpression": "GPK = :p AND {condition}",
                "ExpressionAttributeValues": {{":p": {{"S": "T#acme"}}, ":a": {{"S": "open"}}{values}}}}}"#
        )
    };
    check(
        "POST /status",
        "Query",
        &[
            (&query("GSK = :a", ""), "within"),
            (&query("begins_with(GSK, :a)", ""), "the sort keys that begin with `open`"),
            (&query("GSK BETWEEN :a AND :a", ""), "within"),
            (
                &query("GSK BETWEEN :a AND :b", r#", ":b": {"S": "open2"}"#),
                "the sort keys from `open` to `open2`",
            ),
        ],
    );
}

#[test]
fn a_free_sort_key() {
    let text = r#"{"S": "x"}"#;
    for condition in ["SK = :a", "SK > :a", "begins_with(SK, :a)"] {
        check(
            "POST /prefixes",
            "Query",
            &[
                (&query("T#acme#1", condition, text, None), "within"),
                (&query("T#acme", condition, text, None), "the partition key `T#acme`"),
            ],
        );
        check("POST /star", "Query", &[(&query("whatever", condition, text, None), "within")]);
    }
}

#[test]
fn keys_that_are_no_texts_are_within_any_and_everything_only() {
    let get = r#"{"TableName": "orders-prod", "Key": {"PK": {"N": "1"}, "SK": {"B": "AA=="}}}"#;
    check("POST /any", "GetItem", &[(get, "within")]);
    check("POST /star", "GetItem", &[(get, "within")]);
    check("POST /own/{x}", "GetItem", &[(get, "a partition key that is no text")]);
    let sort = r#"{"TableName": "orders-prod", "Key": {"PK": {"S": "T#acme"}, "SK": {"N": "1"}}}"#;
    check("POST /own/{x}", "GetItem", &[(sort, "a sort key that is no text")]);
}

#[test]
fn the_empty_text_is_the_key_of_no_item() {
    let get = r#"{"TableName": "orders-prod", "Key": {"PK": {"S": ""}, "SK": {"S": ""}}}"#;
    check("POST /own/{x}", "GetItem", &[(get, "within")]);
}

#[test]
fn keys_are_compared_byte_by_byte() {
    for partition in ["T#Acme", "T#acme ", " T#acme", "T#acme\\u0000", "t#acme", "T#ac\\u006de\\u0301"] {
        let get = format!(
            r#"{{"TableName": "orders-prod", "Key": {{"PK": {{"S": "{partition}"}}, "SK": {{"S": "ORDER#1"}}}}}}"#
        );
        assert!(matches!(
            judge("POST /own/{x}", "GetItem", &get),
            Judgement::Beyond(Beyond::PartitionKey(_))
        ));
    }
    let escaped =
        r#"{"TableName": "orders-prod", "Key": {"P\u004b": {"S": "T\u0023acme"}, "SK": {"S": "ORDER#1"}}}"#;
    check("POST /own/{x}", "GetItem", &[(escaped, "within")]);
}

#[test]
fn legacy_conditions_on_keys() {
    let query = |partition: &str, sort: &str| {
        format!(
            r#"{{"TableName": "orders-prod", "KeyConditions": {{
                "PK": {{"ComparisonOperator": "EQ", "AttributeValueList": [{{"S": "{partition}"}}]}}{sort}}}}}"#
        )
    };
    let sort = |operator: &str, values: &str| {
        format!(r#", "SK": {{"ComparisonOperator": "{operator}", "AttributeValueList": [{values}]}}"#)
    };
    let order = r#"{"S": "ORDER#1"}"#;
    let cases = [
        (query("T#acme", &sort("EQ", order)), "within"),
        (query("T#acme", &sort("BEGINS_WITH", order)), "within"),
        (query("T#acme", &sort("BETWEEN", &format!("{order}, {order}"))), "within"),
        (query("T#evil", &sort("EQ", order)), "the partition key `T#evil`"),
        (query("T#acme", &sort("EQ", r#"{"S": "X"}"#)), "the sort key `X`"),
        (query("T#acme", &sort("GE", order)), "sort keys without a bound"),
        (query("T#acme", ""), "sort keys without a bound"),
    ];
    for (request, expected) in &cases {
        check("POST /own/{x}", "Query", &[(request, expected)]);
    }
    let none = r#"{"TableName": "orders-prod", "KeyConditions": {
        "PK": {"ComparisonOperator": "NE", "AttributeValueList": [{"S": "T#acme"}]}}}"#;
    check("POST /own/{x}", "Query", &[(none, "refused")]);
}

#[test]
fn a_filter_bounds_no_keys() {
    let query = r#"{"TableName": "orders-prod", "KeyConditionExpression": "PK = :p", "FilterExpression": "begins_with(SK, :s)",
        "ExpressionAttributeValues": {":p": {"S": "T#acme"}, ":s": {"S": "ORDER#"}}}"#;
    check("POST /own/{x}", "Query", &[(query, "sort keys without a bound")]);
}
