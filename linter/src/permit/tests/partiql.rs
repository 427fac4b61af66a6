//! Keys and tables in statements.

use super::*;

fn statement(text: &str, parameters: &str) -> String {
    format!(
        r#"{{"Statement": "{}", "Parameters": [{parameters}]}}"#,
        text.replace('\\', "\\\\").replace('"', "\\\"")
    )
}

#[test]
fn where_bounds_the_keys() {
    let cases = [
        ("PK = 'T#acme' AND SK = 'ORDER#1'", "", "within"),
        ("\"PK\" = 'T#acme' and (\"SK\" = 'ORDER#1' AND a = 1)", "", "within"),
        ("PK = ? AND SK = ?", r#"{"S": "T#acme"}, {"S": "ORDER#1"}"#, "within"),
        ("PK = ? AND SK = ?", r#"{"S": "ORDER#1"}, {"S": "T#acme"}"#, "the partition key `ORDER#1`"),
        ("PK = ? AND SK = ?", r#"{"S": "T#acme"}, {"N": "1"}"#, "a sort key that is no text"),
        ("PK = ? AND SK = ?", r#"{"S": "T#acme"}"#, "refused"),
        ("PK IN ('T#acme') AND SK IN ['ORDER#1', 'ORDER#2']", "", "within"),
        ("PK IN ['T#acme', 'T#evil'] AND SK = 'ORDER#1'", "", "the partition key `T#evil`"),
        ("PK NOT IN ['T#acme'] AND SK = 'ORDER#1'", "", "every partition"),
        ("PK IN ? AND SK = 'ORDER#1'", r#"{"SS": ["T#acme"]}"#, "every partition"),
        ("PK = 'T#acme' AND begins_with(SK, 'ORDER#')", "", "within"),
        ("PK = 'T#acme' AND begins_with(SK, 'ORDER')", "", "the sort keys that begin with `ORDER`"),
        ("PK = 'T#acme' AND SK BETWEEN 'ORDER#' AND 'ORDER#9'", "", "within"),
        ("PK = 'T#acme' AND SK BETWEEN 'ORDER#' AND 'Z'", "", "the sort keys from `ORDER#` to `Z`"),
        ("PK = 'T#acme' AND SK NOT BETWEEN 'ORDER#' AND 'ORDER#9'", "", "sort keys without a bound"),
        ("PK = 'T#acme' AND SK > 'ORDER#'", "", "sort keys without a bound"),
        ("PK = 'T#acme'", "", "sort keys without a bound"),
        ("PK = 'T#ac''me' AND SK = 'ORDER#1'", "", "the partition key `T#ac'me`"),
        ("PK = 'T#acme' AND SK = 'ORDER#1' OR 1 = 1", "", "every partition"),
        ("(PK = 'T#acme' OR 1 = 1) AND SK = 'ORDER#1'", "", "every partition"),
        ("NOT PK <> 'T#acme' AND SK = 'ORDER#1'", "", "every partition"),
        ("PK >= 'T#acme' AND PK <= 'T#acme' AND SK = 'ORDER#1'", "", "every partition"),
        ("begins_with(PK, 'T#acme') AND SK = 'ORDER#1'", "", "every partition"),
        ("PK.x = 'T#acme' AND SK = 'ORDER#1'", "", "every partition"),
        ("pk = 'T#acme' AND SK = 'ORDER#1'", "", "every partition"),
        ("PK = \"T#acme\" AND SK = 'ORDER#1'", "", "every partition"),
        ("PK = 1 AND SK = 'ORDER#1'", "", "a partition key that is no text"),
        ("PK = 'T#acme' AND SK = 'ORDER#1' -- AND a = 'b'", "", "within"),
    ];
    for (condition, parameters, expected) in cases {
        let text = format!("SELECT * FROM \"orders-prod\" WHERE {condition}");
        check("POST /own/{x}", "ExecuteStatement", &[(&statement(&text, parameters), expected)]);
    }
    let scan = statement("SELECT * FROM \"orders-prod\"", "");
    check("POST /own/{x}", "ExecuteStatement", &[(&scan, "every partition")]);
    check("POST /star", "ExecuteStatement", &[(&scan, "every partition")]);
    check("POST /any", "ExecuteStatement", &[(&scan, "within")]);
}

#[test]
fn writes_name_one_item() {
    let cases = [
        ("UPDATE \"orders-prod\" SET a = 1 WHERE PK = 'T#acme' AND SK = 'ORDER#1'", "within"),
        ("UPDATE \"orders-prod\" SET a = 1 WHERE PK = 'T#acme' AND SK = 'USER'", "the sort key `USER`"),
        ("DELETE FROM \"orders-prod\" WHERE PK = 'T#acme' AND SK = 'ORDER#1'", "within"),
        ("DELETE FROM \"orders-prod\" WHERE PK = 'T#evil' AND SK = 'ORDER#1'", "the partition key `T#evil`"),
        // By the developer guide such a statement must name one item.
        ("DELETE FROM \"orders-prod\" WHERE PK = 'T#evil'", "refused"),
        ("DELETE FROM \"orders-prod\" WHERE a = 1", "refused"),
        ("DELETE FROM \"orders-prod\"", "refused"),
        // Of this it is not sure what DynamoDB makes.
        ("DELETE FROM \"orders-prod\" WHERE PK = 'T#acme' AND SK = 'ORDER#1' OR a = 1", "every partition"),
        ("INSERT INTO \"orders-prod\" VALUE {'PK': 'T#acme', 'SK': 'ORDER#1', 'a': {'PK': 'x'}}", "within"),
        ("INSERT INTO \"orders-prod\" VALUE {'PK': 'T#evil', 'SK': 'ORDER#1'}", "the partition key `T#evil`"),
        (
            "INSERT INTO \"orders-prod\" VALUE {'PK': 'T#acme', 'SK': 'ORDER#1', 'PK': 'T#evil'}",
            "a partition key that is no text",
        ),
        ("INSERT INTO \"orders-prod\" VALUE {'PK': 'T#acme'}", "refused"),
        ("INSERT INTO \"orders-prod\" VALUE {PK: 'T#acme'}", "an item whose attributes are not written out"),
        ("INSERT INTO \"orders-prod\" VALUE 1", "an item whose attributes are not written out"),
    ];
    for (text, expected) in cases {
        check("POST /own/{x}", "ExecuteStatement", &[(&statement(text, ""), expected)]);
    }
    let insert = |partition: &str| {
        let parameter = format!(r#"{{"M": {{"PK": {{"S": "{partition}"}}, "SK": {{"S": "ORDER#1"}}}}}}"#);
        statement("INSERT INTO \"orders-prod\" VALUE ?", &parameter)
    };
    check(
        "POST /own/{x}",
        "ExecuteStatement",
        &[(&insert("T#acme"), "within"), (&insert("T#evil"), "the partition key `T#evil`")],
    );
}

#[test]
fn tables_and_indexes_of_statements() {
    let cases = [
        ("SELECT * FROM Audit WHERE id = 'acme'", "table `Audit`"),
        ("SELECT * FROM \"orders-prod\".\"ByDay\" WHERE onDay = '1'", "index `ByDay`"),
        (
            "SELECT * FROM \"orders-prod\" WHERE GPK = 'T#acme' AND GSK = 'open'",
            "table `orders-prod` in place of its index",
        ),
        ("SELECT * FROM \"orders-prod\".\"ByStatus\" WHERE GPK = 'T#acme' AND GSK = 'open'", "within"),
        ("SELECT * FROM \"orders-prod\".\"ByStatus\" WHERE PK = 'T#acme' AND SK = 'open'", "every partition"),
        (
            "SELECT * FROM \"orders-prod\".\"ByStatus\" WHERE GPK = 'T#evil' AND GSK = 'open'",
            "the partition key `T#evil`",
        ),
    ];
    for (text, expected) in cases {
        check("POST /status", "ExecuteStatement", &[(&statement(text, ""), expected)]);
    }
}

#[test]
fn a_statement_inside_a_statement_is_not_read() {
    let text = "SELECT * FROM \"orders-prod\" WHERE PK = 'T#acme' AND SK = 'ORDER#1' AND EXISTS(SELECT * FROM Audit)";
    check("POST /own/{x}", "ExecuteStatement", &[(&statement(text, ""), "a statement inside a statement")]);
}

#[test]
fn statements_of_a_batch_fail_alone_and_those_of_a_transaction_together() {
    let good = r#"{"Statement": "SELECT * FROM \"orders-prod\" WHERE PK = 'T#acme' AND SK = 'ORDER#1'"}"#;
    let evil = good.replace("acme", "evil");
    let broken = r#"{"Statement": "SELECT * FROM"}"#;
    let list = |name: &str, statements: &[&str]| format!(r#"{{"{name}": [{}]}}"#, statements.join(","));
    check(
        "POST /own/{x}",
        "BatchExecuteStatement",
        &[
            (&list("Statements", &[broken, good]), "within"),
            (&list("Statements", &[broken, &evil]), "the partition key `T#evil`"),
            (&list("Statements", &[broken, broken]), "refused"),
        ],
    );
    check(
        "POST /own/{x}",
        "ExecuteTransaction",
        &[
            (&list("TransactStatements", &[broken, &evil]), "refused"),
            (&list("TransactStatements", &[good, &evil]), "the partition key `T#evil`"),
        ],
    );
}
