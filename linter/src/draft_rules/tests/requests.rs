//! What a draft says of one request template.

use keybound_shared::{Grant, Keys};
use serde_json::json;

use super::{loaded, of_openapi};

/// The grants that are drafted for a template of a route, each as its lines of YAML without the first four.
fn grants(action: &str, template: &str) -> Vec<String> {
    of_route("GET /orders/{id}", "callers", action, template).1
}

/// A draft's text, and its grants.
fn of_route(route: &str, scheme: &str, action: &str, template: &str) -> (String, Vec<String>) {
    let (verb, path) = route.split_once(' ').unwrap();
    let mut paths = json!({});
    paths[path][verb.to_lowercase()] = json!({
        "security": [{scheme: []}],
        "x-amazon-apigateway-integration": {
            "type": "aws",
            "uri": format!("arn:aws:apigateway:eu-west-1:dynamodb:action/{action}"),
            "requestTemplates": {"application/json": template},
        },
    });
    let scheme_of = |kind: &str| {
        json!({
            "type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "custom",
            "x-amazon-apigateway-authorizer": {"type": kind, "authorizerUri": "arn:x"},
        })
    };
    let schemes = json!({
        "callers": scheme_of("token"),
        "pool": scheme_of("cognito_user_pools"),
        "iam": {"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "awsSigv4"},
        "key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
    });
    let definition = json!({"openapi": "3.0.1", "paths": paths, "components": {"securitySchemes": schemes}});
    let draft = of_openapi(&definition.to_string());
    let rules = loaded(&draft);
    let told = |grant: &std::sync::Arc<Grant>| {
        let mut told = grant.table.name.clone();
        if let Some(index) = &grant.index {
            told.push_str(&format!(" index {}", index.name));
        }
        match &grant.keys {
            Keys::Any => told.push_str(" any"),
            Keys::Within { partition, sort } => {
                told.push_str(&format!(" {}={partition}", grant.key().partition));
                if let (Some(pattern), Some(name)) = (sort, &grant.key().sort) {
                    told.push_str(&format!(" {name}={pattern}"));
                }
            }
        }
        grant.must_own.iter().for_each(|(name, pattern)| told.push_str(&format!(" own {name}={pattern}")));
        if let Some(attributes) = &grant.attributes {
            told.push_str(&format!(" [{}]", attributes.join(" ")));
        }
        if let Some(limit) = grant.limit {
            told.push_str(&format!(" limit {limit}"));
        }
        told
    };
    (draft.text, rules.written().grants.iter().map(told).collect())
}

#[test]
fn keys_as_templates_build_them() {
    for (key, expected) in [
        (r#""PK": {"S": "T#$context.authorizer.tenant"}"#, "Orders PK=T#{tenant}"),
        (r#""PK": {"S": "T#$context.authorizer.tenant#$input.params('id')"}"#, "Orders PK=T#{tenant}#*"),
        (r#""PK": {"S": "T#$context.authorizer.tenant$input.params('id')"}"#, "Orders PK=T#*"),
        (r#""PK": {"S": "$util.escapeJavaScript($context.authorizer.tenant)"}"#, "Orders PK={tenant}"),
        (r#""PK": {"S": "$context.authorizer.tenant.toUpperCase()"}"#, "Orders any"),
        (r#""PK": {"S": "$input.params('id')"}, "SK": {"S": "PROFILE"}"#, "Orders PK=* SK=PROFILE"),
        (r#""PK": {"S": "$input.params('id')"}"#, "Orders any"),
        (r#""PK": {"N": "1"}"#, "Orders any"),
        (r#""PK": {"S": $input.json('$.id')}"#, "Orders any"),
        (
            r#""PK": {"S": "NEWS"}, "SK": {"S": "${context.authorizer.tenant}-1"}"#,
            "Orders PK=NEWS SK={tenant}-1",
        ),
        (r#""PK": $input.json('$.key')"#, "Orders any"),
        (r#""PK": {"S": "A#$stageVariables.stage"}"#, "Orders PK=A#*"),
        (r##""PK": {"S": "#if($input.params('x') == 'a')A#1#{else}A#2#end"}"##, "Orders PK=A#*"),
    ] {
        let template = format!(r#"{{"TableName": "Orders", "Key": {{{key}}}}}"#);
        assert_eq!(grants("GetItem", &template), [expected], "{key}");
    }
}

#[test]
fn whose_items_they_are() {
    let with = |key: &str| {
        let template = format!(r#"{{"TableName": "Orders", "Key": {{"PK": {{"S": "{key}"}}}}}}"#);
        of_route("GET /orders/{id}", "callers", "GetItem", &template).0
    };
    assert!(!with("T#$context.authorizer.tenant").contains("whose"));
    assert!(!with("NEWS").contains("whose"));
    for (key, said) in [
        ("$input.params('id')", "Any caller reaches every item: path parameter `id` decides which."),
        (
            "A#$input.params('id')",
            "Any caller reaches every item with such a key: path parameter `id` decides which.",
        ),
        ("A:*", "a pattern cannot hold all characters of the key"),
        ("$context.extendedRequestId", "it is `$context.extendedRequestId`."),
        (
            "$context.authorizer.tenant$input.params('id')",
            "nothing separates {tenant} from what follows it, so callers could share a key",
        ),
    ] {
        let text = with(key);
        // Long comments are broken between words.
        let flowing = text.split_whitespace().filter(|word| *word != "#").collect::<Vec<_>>().join(" ");
        assert!(flowing.contains(said), "{key}:\n{text}");
        assert!(text.contains("# TODO: "), "{text}");
    }
    let shared = r#"{"TableName": "Orders", "KeyConditionExpression": "PK = :p",
        "ExpressionAttributeValues": {":p": {"S": "NEWS"}}}"#;
    let (text, _) = of_route("GET /news", "callers", "Query", shared);
    assert!(
        text.contains("# Any caller reaches every item with such a key.\n    keys: { PK: NEWS } # TODO"),
        "{text}"
    );
    let sorted =
        r#"{"TableName": "Orders", "Key": {"PK": {"S": "NEWS"}, "SK": {"S": "$input.params('id')"}}}"#;
    let (text, _) = of_route("GET /news/{id}", "callers", "GetItem", sorted);
    assert!(text.contains("every item with such a key: path parameter `id` decides which.\n"), "{text}");
    let scan = of_route("GET /all", "callers", "Scan", r#"{"TableName": "Orders", "Limit": 5}"#);
    assert_eq!(scan.1, ["Orders any limit 5"]);
    assert!(scan.0.contains("# A scan reads every item, whoever asks."), "{}", scan.0);
}

#[test]
fn queries_of_tables_and_indexes() {
    let values = r#""ExpressionAttributeValues": {":t": {"S": "T#$context.authorizer.tenant"}, ":o": {"S": "ORDER#"},
        ":a": {"S": "A#1"}, ":b": {"S": "A#$input.params('id')"}}"#;
    for (members, expected) in [
        (r#""KeyConditionExpression": "PK = :t""#, "Orders PK=T#{tenant}"),
        (r#""KeyConditionExpression": "PK = :t AND begins_with(SK, :o)""#, "Orders PK=T#{tenant} SK=ORDER#*"),
        (r#""KeyConditionExpression": "PK = :t AND SK BETWEEN :a AND :b""#, "Orders PK=T#{tenant} SK=A#*"),
        (r#""KeyConditionExpression": "PK = :t AND SK > :a""#, "Orders PK=T#{tenant}"),
        (r#""KeyConditionExpression": "PK = :t", "Limit": 7"#, "Orders PK=T#{tenant} limit 7"),
        (r#""KeyConditionExpression": "PK = :t", "Limit": "$input.params('n')""#, "Orders PK=T#{tenant}"),
        (
            r#""IndexName": "ByTime", "KeyConditionExpression": "G = :t AND H < :a""#,
            "Orders index ByTime G=T#{tenant}",
        ),
        (r#""KeyConditionExpression": "$input.params('q')""#, "Orders any"),
        (
            r#""KeyConditionExpression": "PK = :t", "ProjectionExpression": "a, b.c""#,
            "Orders PK=T#{tenant} [PK a b]",
        ),
    ] {
        let template = format!(r#"{{"TableName": "Orders", {members}, {values}}}"#);
        assert_eq!(grants("Query", &template), [expected], "{members}");
    }
    let open =
        r#"{"TableName": "Orders", "IndexName": "$input.params('i')", "KeyConditionExpression": "PK = :t"}"#;
    let (text, found) = of_route("GET /orders", "callers", "Query", open);
    assert_eq!(found, [] as [&str; 0]);
    assert!(text.contains("left out: GET /orders: the index is not fixed"), "{text}");
}

#[test]
fn owners_from_conditions() {
    let key = r#""Key": {"id": {"S": "$input.params('id')"}}"#;
    let values =
        r#""ExpressionAttributeValues": {":u": {"S": "$context.authorizer.user"}, ":x": {"S": "open"}}"#;
    for (condition, expected) in [
        ("owner = :u", "Orders any own owner={user}"),
        ("attribute_exists(id) AND (:u = owner) AND status = :x", "Orders any own owner={user}"),
        ("owner = :u OR status = :x", "Orders any"),
        ("NOT owner = :u", "Orders any"),
        ("owner.name = :u", "Orders any"),
        ("id = :u", "Orders any"),
        ("owner = :x", "Orders any"),
    ] {
        let template =
            format!(r#"{{"TableName": "Orders", {key}, "ConditionExpression": "{condition}", {values}}}"#);
        assert_eq!(grants("DeleteItem", &template), [expected], "{condition}");
    }
    // A condition that is not always there demands nothing.
    let template = format!(
        r#"{{"TableName": "Orders", {key}
            #if($input.params('f') == 'x'), "ConditionExpression": "owner = :u", {values} #end }}"#
    );
    assert_eq!(grants("DeleteItem", &template), ["Orders any"]);
}

#[test]
fn new_items_say_whose_they_are() {
    let put = |item: &str, condition: &str| {
        let template = format!(
            r#"{{"TableName": "Links", "Item": {{{item}, "target": {{"S": "x"}}}}, "ConditionExpression": "{condition}"}}"#
        );
        grants("PutItem", &template).join(", ")
    };
    let id = r#""id": {"S": "$input.params('id')"}"#;
    let own = format!(
        r#"{id}, "owner": {{"S": "$context.authorizer.user"}}, "maker": {{"S": "$context.authorizer.user"}}"#
    );
    let new = "attribute_not_exists(id)";
    assert_eq!(put(&own, new), "Links any own owner={user} [id owner maker target]");
    // Nothing says that the item is new, so it may be another's that is written over.
    assert!(!put(&own, "attribute_exists(target)").contains("own owner"));
    let keyed = r#""id": {"S": "$context.authorizer.user"}, "owner": {"S": "$context.authorizer.user"}"#;
    assert_eq!(put(keyed, new), "Links id={user} [id owner target]");
    assert_eq!(put(id, new), "Links any [id target]");
}

#[test]
fn batches_transactions_and_statements() {
    let own = r#"{"PK": {"S": "T#$context.authorizer.tenant"}, "SK": {"S": "O#$id"}}"#;
    let batch = format!(
        r#"{{"RequestItems": {{"Orders": {{"Keys": [#foreach($id in $input.path('$.ids')){own}#if($foreach.hasNext),#end#end]}}}}}}"#
    );
    assert_eq!(grants("BatchGetItem", &batch), ["Orders PK=T#{tenant} SK=O#*"]);
    let own = own.replace("$id", "$input.params('id')");
    let transaction = format!(
        r#"{{"TransactItems": [
            {{"Put": {{"TableName": "Orders", "Item": {own}}}}},
            {{"Update": {{"TableName": "Counters", "Key": {{"id": {{"S": "$context.authorizer.tenant"}}}},
                "UpdateExpression": "ADD n :one", "ExpressionAttributeValues": {{":one": {{"N": "1"}}}}}}}}
        ]}}"#
    );
    let found = grants("TransactWriteItems", &transaction);
    assert_eq!(found, ["Orders PK=T#{tenant} SK=O#* [PK SK]", "Counters id={tenant} [id n]"]);
    let select = r#"{"Statement": "SELECT a FROM \"Orders\" WHERE PK = ?", "Parameters": [{"S": "T#$context.authorizer.tenant"}]}"#;
    assert_eq!(grants("ExecuteStatement", select), ["Orders PK=T#{tenant} [PK a]"]);
    let open = r#"{"Statement": "SELECT a FROM \"Orders\" WHERE PK = '$input.params('id')'"}"#;
    assert_eq!(grants("ExecuteStatement", open), [] as [&str; 0]);
}

#[test]
fn whom_a_method_lets_in() {
    let template = r#"{"TableName": "Orders", "Key": {"PK": {"S": "$context.authorizer.claims.sub"}}}"#;
    let (text, found) = of_route("GET /me", "pool", "GetItem", template);
    assert_eq!(found, ["Orders PK={user}"]);
    assert!(text.contains("user: { claim: sub }\n") && !text.contains("anyone: true"), "{text}");
    let template =
        r#"{"TableName": "Orders", "Key": {"PK": {"S": "$context.authorizer.claims['custom:team']"}}}"#;
    let (text, found) = of_route("GET /me", "pool", "GetItem", template);
    assert_eq!(found, ["Orders PK={team}"]);
    assert!(text.contains("team: { claim: \"custom:team\" } # TODO: check"), "{text}");
    let template = r#"{"TableName": "Orders", "Key": {"PK": {"S": "$context.identity.cognitoIdentityId"}}}"#;
    let (text, found) = of_route("GET /me", "iam", "GetItem", template);
    assert_eq!(found, ["Orders PK={identity}"]);
    assert!(text.contains("identity: { identity: cognitoIdentityId }\n"), "{text}");
    let template = r#"{"TableName": "Orders", "Key": {"PK": {"S": "T#$context.authorizer.tenant"}}}"#;
    let (text, found) = of_route("GET /me", "key", "GetItem", template);
    assert_eq!(found, ["Orders PK=T#*"]);
    assert!(text.contains("anyone: true # TODO: anyone with an API key may call this"), "{text}");
}

#[test]
fn separators_leave_the_patterns_of_variables() {
    let template = r#"{"TableName": "Orders", "Key": {"PK": {"S": "${context.authorizer.tenant}-$context.authorizer.user"}}}"#;
    let (text, found) = of_route("GET /me", "callers", "GetItem", template);
    assert_eq!(found, ["Orders PK={tenant}-{user}"]);
    assert!(text.contains("tenant: { claim: tenant, pattern: \"[A-Za-z0-9_.@]{1,64}\" }"), "{text}");
    assert!(text.contains("user: { claim: user } # TODO"), "{text}");
}

#[test]
fn what_no_rules_can_say_is_left_out() {
    for (action, template, why) in [
        ("GetItem", "$input.body", "decides what the request asks for"),
        ("GetItem", "{ #if }", "the request template does not parse"),
        ("DescribeTable", r#"{"TableName": "Orders"}"#, "the action is not fixed"),
        (
            "GetItem",
            r#"{"TableName": "$input.params('t')", "Key": {"id": {"S": "1"}}}"#,
            "the table is not fixed",
        ),
        ("BatchGetItem", r#"{"RequestItems": {}}"#, "nothing that it asks for could be followed"),
    ] {
        let (text, found) = of_route("GET /orders", "callers", action, template);
        assert_eq!(found, [] as [&str; 0], "{template}");
        assert!(text.contains("left out: GET /orders: ") && text.contains(why), "{template}:\n{text}");
    }
}
