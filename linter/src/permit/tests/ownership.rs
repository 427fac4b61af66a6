//! `must_own`.

use super::*;

const MINE: &str = r#"":me": {"S": "U#u1"}"#;
const FOREIGN: &str = "items that are not the caller's";

/// A request on the link `x` with a condition, values, and more members.
fn on_link(condition: &str, values: &str, rest: &str) -> String {
    format!(
        r##"{{"TableName": "Links", "Key": {{"id": {{"S": "x"}}}}, "ConditionExpression": "{condition}",
            "ExpressionAttributeValues": {{{values}}}{rest}}}"##
    )
}

#[test]
fn the_condition_must_imply_the_owner() {
    let other = format!(r#"{MINE}, ":x": {{"S": "U#u2"}}"#);
    let cases = [
        ("holder = :me", MINE, "within"),
        (":me = holder", MINE, "within"),
        ("(holder) = (:me)", MINE, "within"),
        ("(holder = :me)", MINE, "within"),
        ("holder = :me AND attribute_exists(id)", MINE, "within"),
        ("attribute_exists(id) AND (size(id) > :me OR id = :me) AND holder = :me", MINE, "within"),
        ("holder = :me OR holder = :me AND attribute_exists(id)", MINE, "within"),
        ("holder IN (:me)", MINE, "within"),
        ("NOT holder <> :me", MINE, "within"),
        ("NOT (holder <> :me OR attribute_not_exists(id))", MINE, "within"),
        ("NOT (NOT holder = :me)", MINE, "within"),
        ("NOT (holder <> :me AND holder <> :me)", MINE, "within"),
        ("attribute_exists(holder)", "", FOREIGN),
        ("holder = :me", r#"":me": {"S": "U#u2"}"#, FOREIGN),
        ("holder = :me", r#"":me": {"S": "U#u1 "}"#, FOREIGN),
        ("holder = :me", r#"":me": {"N": "1"}"#, FOREIGN),
        ("holder = :me", r#"":me": {"L": [{"S": "U#u1"}]}"#, FOREIGN),
        ("holder = :me OR attribute_exists(id)", MINE, FOREIGN),
        ("holder = :me OR attribute_not_exists(id)", MINE, FOREIGN),
        ("holder <> :me", MINE, FOREIGN),
        ("NOT holder = :me", MINE, FOREIGN),
        ("NOT (holder <> :me AND attribute_exists(id))", MINE, FOREIGN),
        ("holder >= :me", MINE, FOREIGN),
        ("holder BETWEEN :me AND :me", MINE, FOREIGN),
        ("begins_with(holder, :me)", MINE, FOREIGN),
        ("contains(holder, :me)", MINE, FOREIGN),
        ("holder.x = :me", MINE, FOREIGN),
        ("holder[0] = :me", MINE, FOREIGN),
        ("Holder = :me", MINE, FOREIGN),
        ("holder IN (:me, :x)", &other, FOREIGN),
        ("holder = :me OR holder = :x", &other, FOREIGN),
        ("holder = id AND id = :me", MINE, FOREIGN),
        ("NOT holder IN (:me)", MINE, FOREIGN),
    ];
    for (condition, values, expected) in cases {
        let values = if values.is_empty() { r#"":v": {"S": "v"}"# } else { values };
        let update = if condition.contains(":me") { "REMOVE a" } else { "SET a = :v" };
        let request = on_link(condition, values, &format!(r#", "UpdateExpression": "{update}""#));
        check("POST /links", "UpdateItem", &[(&request, expected)]);
        if condition.contains(":me") {
            check("POST /links", "DeleteItem", &[(&on_link(condition, values, ""), expected)]);
        }
    }
    check("POST /links", "DeleteItem", &[(r#"{"TableName": "Links", "Key": {"id": {"S": "x"}}}"#, FOREIGN)]);
    let aliased = on_link("#o = :me", MINE, r##", "ExpressionAttributeNames": {"#o": "holder"}"##);
    check("POST /links", "DeleteItem", &[(&aliased, "within")]);
    check(
        "POST /links",
        "DeleteItem",
        &[(&aliased.replace(r##"#o": "holder""##, r##"#o": "other""##), FOREIGN)],
    );
}

#[test]
fn every_attribute_of_must_own_is_demanded() {
    let values = format!(r#"{MINE}, ":t": {{"S": "acme"}}"#);
    let request =
        |condition: &str| on_link(condition, &values, r#", "UpdateExpression": "SET a = :t, b = :me""#);
    check(
        "POST /twice",
        "UpdateItem",
        &[
            (&request("holder = :me AND tenant = :t"), "within"),
            (&request("holder = :me"), FOREIGN),
            (&request("tenant = :t"), FOREIGN),
            (&request("holder = :me OR tenant = :t"), FOREIGN),
        ],
    );
}

#[test]
fn an_update_leaves_the_owner() {
    let two = format!(r#"{MINE}, ":x": {{"S": "U#u2"}}"#);
    let changed = "a change of the owner in `holder`";
    let cases = [
        ("SET a = :me", MINE, "within"),
        ("SET holder = :me", MINE, "within"),
        ("SET holder = :x", two.as_str(), changed),
        ("SET holder = a", MINE, changed),
        ("SET holder = if_not_exists(holder, :me)", MINE, changed),
        ("SET holder = a + :me", MINE, changed),
        ("SET holder.x = :me", MINE, changed),
        ("SET holder[0] = :me", MINE, changed),
        ("REMOVE holder", MINE, changed),
        ("REMOVE a SET b = holder", MINE, "within"),
        ("ADD holder :me", MINE, changed),
        ("DELETE holder :me", MINE, changed),
        ("SET a.holder = :me", MINE, "within"),
    ];
    for (update, values, expected) in cases {
        let request = on_link("holder = :me", values, &format!(r#", "UpdateExpression": "{update}""#));
        check("POST /links", "UpdateItem", &[(&request, expected)]);
    }
    let aliased = on_link(
        "holder = :me",
        &two,
        r##", "UpdateExpression": "SET #o = :x", "ExpressionAttributeNames": {"#o": "holder"}"##,
    );
    check("POST /links", "UpdateItem", &[(&aliased, changed)]);
}

#[test]
fn a_put_makes_a_new_item_or_replaces_an_own_one_and_is_own_afterwards() {
    let put = |condition: &str, holder: &str| {
        format!(
            r#"{{"TableName": "Links", "Item": {{"id": {{"S": "x"}}{holder}}}, "ConditionExpression": "{condition}"
                {}}}"#,
            if condition.contains(":me") {
                r#", "ExpressionAttributeValues": {":me": {"S": "U#u1"}}"#
            } else {
                ""
            }
        )
    };
    let mine = r#", "holder": {"S": "U#u1"}"#;
    let changed = "a change of the owner in `holder`";
    let cases = [
        (put("holder = :me", mine), "within"),
        (put("attribute_not_exists(id)", mine), "within"),
        (put("NOT attribute_exists(id)", mine), "within"),
        (put("attribute_not_exists(id) OR holder = :me", mine), "within"),
        (put("attribute_not_exists(id) AND attribute_not_exists(b)", mine), "within"),
        (put("attribute_not_exists(holder)", mine), FOREIGN),
        (put("attribute_exists(id)", mine), FOREIGN),
        (put("attribute_not_exists(id) OR attribute_exists(id)", mine), FOREIGN),
        (put("attribute_not_exists(id.x)", mine), FOREIGN),
        (put("attribute_not_exists(id)", ""), changed),
        (put("holder = :me", r#", "holder": {"S": "U#u2"}"#), changed),
        (put("holder = :me", r#", "holder": {"SS": ["U#u1"]}"#), changed),
    ];
    for (request, expected) in &cases {
        check("POST /links", "PutItem", &[(request, expected)]);
    }
    let plain = r#"{"TableName": "Links", "Item": {"id": {"S": "x"}, "holder": {"S": "U#u1"}}}"#;
    check("POST /links", "PutItem", &[(plain, FOREIGN)]);
    // An update of an item that is not there makes one that is nobody's.
    let update = r#"{"TableName": "Links", "Key": {"id": {"S": "x"}}, "UpdateExpression": "REMOVE a",
        "ConditionExpression": "attribute_not_exists(id)"}"#;
    check("POST /links", "UpdateItem", &[(update, FOREIGN)]);
}

#[test]
fn what_a_failed_condition_returns_is_not_the_callers() {
    let failing = on_link("holder = :me", MINE, r#", "ReturnValuesOnConditionCheckFailure": "ALL_OLD""#);
    let expected = "the item of a failed condition, which may not be the caller's";
    check(
        "POST /links",
        "DeleteItem",
        &[(&failing, expected), (&failing.replace("ALL_OLD", "NONE"), "within")],
    );
    // What a write returns was the caller's.
    check(
        "POST /links",
        "DeleteItem",
        &[(&on_link("holder = :me", MINE, r#", "ReturnValues": "ALL_OLD""#), "within")],
    );
}

#[test]
fn what_has_no_such_condition_reaches_items_of_others() {
    check("POST /links", "GetItem", &[(r#"{"TableName": "Links", "Key": {"id": {"S": "x"}}}"#, FOREIGN)]);
    let expected = r#"{"TableName": "Links", "Key": {"id": {"S": "x"}}, "Expected": {"holder": {"Value": {"S": "U#u1"}}}}"#;
    check("POST /links", "DeleteItem", &[(expected, FOREIGN)]);
    let batch = r#"{"RequestItems": {"Links": [{"PutRequest": {"Item": {"id": {"S": "x"}, "holder": {"S": "U#u1"}}}}]}}"#;
    check("POST /links", "BatchWriteItem", &[(batch, FOREIGN)]);
    let transaction = |check: &str| {
        let owned = |condition: &str| on_link(condition, MINE, "");
        format!(
            r#"{{"TransactItems": [{{"Delete": {}}}, {{"ConditionCheck": {}}}]}}"#,
            owned("holder = :me"),
            owned(check)
        )
    };
    check(
        "POST /links",
        "TransactWriteItems",
        &[(&transaction("holder = :me"), "within"), (&transaction("id = :me"), FOREIGN)],
    );
}

#[test]
fn statements_demand_the_owner_in_where() {
    let changed = "a change of the owner in `holder`";
    let cases = [
        ("UPDATE Links SET a = 1 WHERE id = 'x' AND holder = 'U#u1'", "within"),
        ("UPDATE Links SET a = 1 WHERE id = 'x' AND holder = ?", "within"),
        ("UPDATE Links SET holder = 'U#u1' WHERE id = 'x' AND holder = 'U#u1'", "within"),
        ("UPDATE Links SET holder = 'U#u2' WHERE id = 'x' AND holder = 'U#u1'", changed),
        ("UPDATE Links REMOVE holder WHERE id = 'x' AND holder = 'U#u1'", changed),
        ("UPDATE Links SET a = 1 WHERE id = 'x'", FOREIGN),
        ("UPDATE Links SET a = 1 WHERE id = 'x' AND (holder = 'U#u1' OR a = 1)", FOREIGN),
        ("UPDATE Links SET a = 1 WHERE id = 'x' AND NOT holder <> 'U#u1'", "within"),
        ("DELETE FROM Links WHERE id = 'x' AND holder IN ['U#u1']", "within"),
        ("DELETE FROM Links WHERE id = 'x' AND holder NOT IN ['U#u1']", FOREIGN),
        ("DELETE FROM Links WHERE id = 'x' AND holder = \"U#u1\"", FOREIGN),
        ("DELETE FROM Links WHERE id = 'x' AND holder = 'U#u2'", FOREIGN),
        ("INSERT INTO Links VALUE {'id': 'x', 'holder': 'U#u1'}", "within"),
        ("INSERT INTO Links VALUE {'id': 'x', 'holder': 'U#u2'}", changed),
        ("INSERT INTO Links VALUE {'id': 'x', 'holder': 'U#u2', 'holder': 'U#u1'}", changed),
        ("INSERT INTO Links VALUE {'id': 'x'}", changed),
        ("SELECT * FROM Links WHERE id = 'x' AND holder = 'U#u1'", FOREIGN),
    ];
    for (text, expected) in cases {
        let request =
            format!(r#"{{"Statement": "{}", "Parameters": [{{"S": "U#u1"}}]}}"#, text.replace('"', "\\\""));
        check("POST /links", "ExecuteStatement", &[(&request, expected)]);
    }
    let exists = r#"{"TransactStatements": [{"Statement": "EXISTS(SELECT * FROM Links WHERE id = 'x' AND holder = 'U#u1')"}]}"#;
    check("POST /links", "ExecuteTransaction", &[(exists, FOREIGN)]);
}
