//! Requests that DynamoDB takes, put together in the ways that templates have, and the same with one slip in each.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by panicking")]

use keybound_linter::analysis::{self, Settings};
use keybound_linter::finding::Confidence;

/// The lints that say of a request that DynamoDB refuses it or ignores a part of it.
const OF_REQUESTS: [&str; 6] = [
    "missing-member",
    "reserved-word",
    "undefined-placeholder",
    "unknown-member",
    "unused-placeholder",
    "wrong-type",
];

/// What is proven of a template, of these lints.
fn proven(action: &str, template: &str) -> Vec<&'static str> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("request.vtl");
    std::fs::write(&path, template).unwrap();
    let run = analysis::run(&[path], &Settings { action: Some(action.to_owned()), ..Settings::default() });
    assert!(run.errors.is_empty() && run.integrations == 1);
    let findings = run.findings.iter().filter(|finding| OF_REQUESTS.contains(&finding.lint));
    findings
        .inspect(|finding| assert_eq!(finding.confidence, Confidence::Proven, "{}", finding.message))
        .map(|finding| finding.lint)
        .collect()
}

/// A template for an action, and slips: a text of it, what stands there instead, and the lint.
struct Request {
    action: &'static str,
    template: &'static str,
    slips: &'static [(&'static str, &'static str, &'static str)],
}

const REQUESTS: [Request; 8] = [
    // Members in variables.
    Request {
        action: "Query",
        template: r##"#set($s = $input.params('status'))
#set($filter = "")
#set($values = "")
#if($s.matches('[a-z]+'))
#set($filter = ', "FilterExpression": "#st = :st", "ExpressionAttributeNames": {"#st": "status"}')
#set($values = ', ":st": {"S": "open"}')
#end
{"TableName": "T", "Limit": 10, "KeyConditionExpression": "pk = :p"$filter,
 "ExpressionAttributeValues": {":p": {"S": "a"}$values}}"##,
        slips: &[
            ("\"#st = :st\"", "\"status = :st\"", "reserved-word"),
            ("', \":st\": {\"S\": \"open\"}'", "''", "undefined-placeholder"),
            ("\"pk = :p\"$filter", "\"pk = :p\"", "unused-placeholder"),
        ],
    },
    // The same condition in other words.
    Request {
        action: "Query",
        template: r##"#set($s = $input.params('status'))
#set($has = $s != "")
{"TableName": "T", "Limit": 10, "KeyConditionExpression": "pk = :p#if($has) AND begins_with(#sk, :s)#end",
 #if($has)"ExpressionAttributeNames": {"#sk": "sk"},#end
 "ExpressionAttributeValues": {":p": {"S": "a"}#if($s && $s.length() > 0), ":s": {"S": "x"}#end}}"##,
        slips: &[
            ("$s.length() > 0", "$s.length() > 1", "undefined-placeholder"),
            ("#if($has)\"Ex", "#if(!$has)\"Ex", "undefined-placeholder"),
            ("10", "\"10\"", "wrong-type"),
        ],
    },
    // An expression that grows.
    Request {
        action: "UpdateItem",
        template: r##"#set($set = "SET updated = :u")
#if($input.path('$.a') != "")#set($set = "$set, a = :a")#end
#if($input.path('$.b') != "")#set($set = "$set, b = :b")#end
{"TableName": "T", "Key": {"id": {"S": "x"}}, "UpdateExpression": "$set",
 "ExpressionAttributeValues": {":u": {"S": "$context.requestTime"}
 #if($input.path('$.a') != ""), ":a": {"S": $input.json('$.a')}#end
 #if($input.path('$.b') != ""), ":b": {"S": $input.json('$.b')}#end}}"##,
        slips: &[
            ("$set, b = :b", "$set, b = :c", "undefined-placeholder"),
            ("$set, b = :b", "$set, b = :a", "unused-placeholder"),
            ("$set, a = :a", "$set, date = :a", "reserved-word"),
            ("\"Key\"", "\"key\"", "missing-member"),
        ],
    },
    // Elements by a loop, values in values.
    Request {
        action: "BatchWriteItem",
        template: r##"{"RequestItems": {"T": [
#foreach($i in $input.path('$.items'))
{"PutRequest": {"Item": {"id": {"S": "x"}, "l": {"L": [{"S": "a"}, {"M": {"k": {"BOOL": true}}}]}}}}#if($foreach.hasNext),#end
#end
]}}"##,
        slips: &[
            ("{\"S\": \"a\"}", "\"a\"", "wrong-type"),
            ("{\"BOOL\": true}", "true", "wrong-type"),
            ("\"Item\"", "\"Key\"", "unknown-member"),
            ("\"L\": [", "\"SS\": [", "wrong-type"),
        ],
    },
    // Parts with placeholders of their own.
    Request {
        action: "TransactWriteItems",
        template: r##"{"TransactItems": [
{"Put": {"TableName": "T", "Item": {"id": {"S": "1"}}, "ConditionExpression": "attribute_not_exists(id)"}},
{"Update": {"TableName": "T", "Key": {"id": {"S": "1"}}, "UpdateExpression": "ADD n :one",
 "ExpressionAttributeValues": {":one": {"N": "1"}}}},
{"ConditionCheck": {"TableName": "T", "Key": {"id": {"S": "1"}}, "ConditionExpression": "#o = :o",
 "ExpressionAttributeNames": {"#o": "owner"}, "ExpressionAttributeValues": {":o": {"S": "x"}}}}],
 "ClientRequestToken": "abc"}"##,
        slips: &[
            ("ADD n :one", "ADD n :o", "undefined-placeholder"),
            ("\"#o = :o\"", "\"id = :o\"", "unused-placeholder"),
            ("{\"N\": \"1\"}", "{\"N\": 1}", "wrong-type"),
            ("\"Update\": {\"TableName\": \"T\",", "\"Update\": {", "missing-member"),
            ("\"ClientRequestToken\"", "\"ClientToken\"", "unknown-member"),
        ],
    },
    // A block that is printed.
    Request {
        action: "PutItem",
        template: r##"#define($condition)"ConditionExpression": "attribute_not_exists(#i)", "ExpressionAttributeNames": {"#i": "id"}#end
{"TableName": "T", "Item": {"id": {"S": "x"}, "ns": {"NS": ["1", "2", "${third}"]}, "nul": {"NULL": true}, "b": {"B": "YQ=="}},
$condition, "ReturnValues": "NONE"}"##,
        slips: &[
            ("(#i)", "(id)", "unused-placeholder"),
            ("\"2\"", "2", "wrong-type"),
            ("\"2\"", "\"\"", "wrong-type"),
            ("\"2\"", "\"two\"", "wrong-type"),
            ("\"NONE\"", "\"none\"", "wrong-type"),
        ],
    },
    // A whole value of the client's own JSON is not the template's slip.
    Request {
        action: "Query",
        template: r##"{"TableName": "T", "Limit": 10, "ScanIndexForward": #if($input.params('dir') == "asc")true#{else}false#end,
 #if($input.params('next') != "")"ExclusiveStartKey": $util.base64Decode($input.params('next')),#end
 "KeyConditionExpression": "#p = :p and #s between :a and :b", "ExpressionAttributeNames": {"#p": "pk", "#s": "sk"},
 "ExpressionAttributeValues": {":p": $input.json('$.p'), ":a": {"S": "1"}, ":b": {"S": $input.json('$.b')}}}"##,
        slips: &[
            ("and #s between", "and sk between", "unused-placeholder"),
            ("\"ScanIndexForward\"", "\"ScanIndexForwards\"", "unknown-member"),
            (":b\": {\"S\"", ":b\": {\"String\"", "wrong-type"),
        ],
    },
    // Names for one of two texts.
    Request {
        action: "GetItem",
        template: r##"{"TableName": "T", "Key": {"id": {"S": "x"}},
 "ProjectionExpression": "#if($input.params('full') == 'true')#n, #s, id#{else}id, #n#end",
 "ExpressionAttributeNames": {"#n": "name"#if($input.params('full') == 'true'), "#s": "status"#end}}"##,
        slips: &[
            ("#{else}id, #n#end", "#{else}id#end", "unused-placeholder"),
            ("#{else}id, #n#end", "#{else}id, name#end", "reserved-word"),
            ("== 'true'), \"#s\"", "!= 'true'), \"#s\"", "undefined-placeholder"),
        ],
    },
];

#[test]
fn what_dynamodb_takes_has_no_finding() {
    for request in &REQUESTS {
        assert_eq!(proven(request.action, request.template), [""; 0], "{}", request.template);
    }
}

#[test]
fn a_slip_is_shown() {
    for request in &REQUESTS {
        for (text, instead, lint) in request.slips {
            let template = request.template.replacen(text, instead, 1);
            assert!(template != request.template, "`{text}` is nowhere in\n{template}");
            let found = proven(request.action, &template);
            assert!(found.contains(lint), "{lint} is not in {found:?}\n{template}");
        }
    }
}
