//! What findings say of definitions: no more than is so, at the place where a reader looks.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by panicking")]

use keybound_linter::analysis::{self, Settings};
use keybound_linter::finding::Finding;

/// A method of an OpenAPI definition.
struct Method<'a> {
    verb: &'a str,
    path: &'a str,
    uri: &'a str,
    /// Members beside the integration, each line indented by six blanks.
    beside: &'a str,
    /// Members of the integration beside its templates, indented by eight.
    inside: &'a str,
    template: &'a str,
}

const DYNAMODB: &str = "arn:aws:apigateway:eu-west-1:dynamodb:action/";

const RESPONSES: &str = "        responses:
          \"200\": { statusCode: \"200\", responseTemplates: { application/json: \"{}\" } }
          default: { statusCode: \"500\", responseTemplates: { application/json: \"{}\" } }
";

const LAMBDA: &str = "      security: [{ callers: [] }]\n";
const POOL: &str = "      security: [{ pool: [] }]\n";
const IAM: &str = "      x-amazon-apigateway-auth: { type: AWS_IAM }\n";

const SCHEMES: &str = "components:
  securitySchemes:
    callers:
      { type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: custom,
        x-amazon-apigateway-authorizer: { type: token, authorizerUri: \"arn:aws:apigateway:eu-west-1:lambda:path/f\" } }
    pool:
      { type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: cognito_user_pools,
        x-amazon-apigateway-authorizer: { type: cognito_user_pools, providerARNs: [] } }
";

impl Default for Method<'_> {
    fn default() -> Self {
        Self {
            verb: "get",
            path: "/orders/{id}",
            uri: "GetItem",
            beside: LAMBDA,
            inside: "        passthroughBehavior: never\n",
            template: "{}",
        }
    }
}

impl Method<'_> {
    fn definition(&self) -> String {
        let Self { verb, path, uri, beside, inside, template } = self;
        let uri = if uri.starts_with("arn:") { (*uri).to_owned() } else { format!("{DYNAMODB}{uri}") };
        let template: String = template.lines().map(|line| format!("            {line}\n")).collect();
        let responses = if inside.contains("responses:") { "" } else { RESPONSES };
        format!(
            "openapi: \"3.0.1\"\npaths:\n  {path}:\n    {verb}:\n      \
             parameters: [{{ name: id, in: path, required: true }}]\n{beside}      \
             x-amazon-apigateway-integration:\n        type: aws\n        httpMethod: POST\n        \
             uri: {uri}\n{inside}        requestTemplates:\n          application/json: |\n{template}\
             {responses}{SCHEMES}"
        )
    }

    /// The findings of a lint.
    fn found(&self, lint: &str) -> Vec<Finding> {
        found_in(&self.definition(), lint)
    }

    /// The one finding of a lint.
    fn one(&self, lint: &str) -> Finding {
        let mut found = self.found(lint);
        assert_eq!(found.len(), 1, "{lint}: {:?}", found.iter().map(|f| &f.message).collect::<Vec<_>>());
        found.remove(0)
    }
}

/// The findings of a lint on a definition.
fn found_in(definition: &str, lint: &str) -> Vec<Finding> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("definition.yaml");
    std::fs::write(&path, definition).unwrap();
    let run = analysis::run(&[path], &Settings::default());
    assert!(run.errors.is_empty(), "{:?}\n{definition}", run.errors);
    assert_eq!(run.integrations, 1, "{definition}");
    run.findings.into_iter().filter(|finding| finding.lint == lint).collect()
}

const ID: &str = "#set($id = $util.escapeJavaScript($input.params('id')).replaceAll(\"\\\\'\",\"'\"))\n";

#[test]
fn a_chosen_key_reaches_the_items_that_it_can_name() {
    let reached = |template: &str| {
        let template = format!("{ID}{template}");
        let message = Method { template: &template, ..Method::default() }.one("client-chosen-key").message;
        message.split_once("every caller of the route reaches ").unwrap().1.to_owned()
    };
    assert_eq!(reached(r#"{"TableName": "T", "Key": {"id": {"S": "$id"}}}"#), "every item");
    assert_eq!(
        reached(r#"{"TableName": "T", "Key": {"id": {"S": "USER#$id"}}}"#),
        "every item whose `id` begins with `USER#`"
    );
    assert_eq!(
        reached(r#"{"TableName": "T", "Key": {"PK": {"S": "USER#$id#v1"}, "SK": {"S": "PROFILE"}}}"#),
        "every item whose `PK` has the form `USER#…#v1` and whose `SK` is `PROFILE`"
    );
    assert_eq!(
        reached(
            r#"#if($input.params('id').matches('[a-z]+')){"TableName": "T", "Key": {"id": {"S": "$id"}}}#end"#
        ),
        "every item whose `id` is what the template lets through of path parameter `id`"
    );
    assert_eq!(
        reached(r#"{"TableName": "T", "Key": {"id": {"S": "$id.toLowerCase()"}}}"#),
        "every item whose `id` is what the template lets through of path parameter `id`"
    );
}

#[test]
fn a_query_by_a_chosen_key_says_its_attributes() {
    let template = format!(
        "{ID}{}",
        r##"{"TableName": "T", "KeyConditionExpression": "#p = :p and SK = :s", "FilterExpression": "a = :s",
 "ExpressionAttributeNames": {"#p": "PK"},
 "ExpressionAttributeValues": {":p": {"S": "USER#$id"}, ":s": {"S": "x"}}}"##
    );
    let found = Method { uri: "Query", template: &template, ..Method::default() }.one("client-chosen-key");
    assert_eq!(
        found.message,
        "path parameter `id` is part of the key in `ExpressionAttributeValues.:p.S`: every caller of the route \
         reaches every item whose `PK` begins with `USER#` and whose `SK` is `x` and that passes the filter"
    );
}

#[test]
fn a_chosen_key_is_mended_with_what_the_authorizer_gives() {
    let template = format!("{ID}{}", r#"{"TableName": "T", "Key": {"id": {"S": "$id"}}}"#);
    let help = |beside: &str, uri: &str| {
        let method = Method { beside, uri, template: &template, ..Method::default() };
        method.one("client-chosen-key").help.unwrap()
    };
    assert_eq!(help(POOL, "GetItem"), "build the key from `$context.authorizer.claims.sub`");
    assert!(help(LAMBDA, "GetItem").contains("`$context.authorizer.principalId`"));
    assert!(help(IAM, "GetItem").contains("`$context.identity.userArn`"));
    assert_eq!(
        help(POOL, "DeleteItem"),
        "build the key from `$context.authorizer.claims.sub`, or demand in a `ConditionExpression` that the item is \
         the caller's"
    );
}

/// The text of a finding's place.
fn place(finding: &Finding) -> String {
    finding.file.text().get(finding.span.start..finding.span.end).unwrap().to_owned()
}

#[test]
fn what_a_request_lacks_is_said_at_its_brace() {
    let lacks = |lint: &str, uri: &str, template: &str| {
        let found = Method { uri, template, ..Method::default() }.one(lint);
        assert_eq!(place(&found), "{", "{lint}");
        let text = found.file.text();
        let line = text.get(..found.span.start).unwrap().rsplit('\n').next().unwrap();
        line.trim().to_owned()
    };
    let query = "{\"TableName\": \"T\", \"KeyConditionExpression\": \"a = :a\", \
                 \"ExpressionAttributeValues\": {\":a\": {\"S\": \"x\"}}}";
    assert_eq!(lacks("unbounded-read", "Query", query), "");
    assert_eq!(lacks("missing-member", "PutItem", "{\"TableName\": \"T\"}"), "");
    // Of two requests the one that lacks it.
    let two = "#if($input.params('new') == \"y\"){\"TableName\": \"T\", \"Item\": {\"id\": {\"S\": \"x\"}}, \
               \"ConditionExpression\": \"attribute_not_exists(id)\"}#else {\"TableName\": \"T\", \"Item\": \
               {\"id\": {\"S\": \"x\"}}}#end";
    assert!(lacks("unconditional-write", "PutItem", two).ends_with("#else"));
    // An object in the request, and not the request.
    let nested = "{\"RequestItems\": {\"T\": [{\"PutRequest\": {\"Items\": 1}}]}}";
    assert!(lacks("missing-member", "BatchWriteItem", nested).ends_with("\"PutRequest\":"));
}

const TABLE: &str = "Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: T
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
";

#[test]
fn an_empty_text_is_said_to_be_stored_only_where_it_may_be() {
    let body =
        |name: &str| format!("$util.escapeJavaScript($input.path('$.{name}')).replaceAll(\"\\\\'\",\"'\")");
    let found = |uri: &str, template: &str| {
        let template = template.replace("ID", &body("id")).replace("TITLE", &body("title"));
        Method { verb: "post", uri, template: &template, ..Method::default() }.found("no-validator")
    };
    // DynamoDB refuses an empty key.
    assert!(found("DeleteItem", r#"{"TableName": "T", "Key": {"id": {"S": "ID"}}}"#).is_empty());
    // The key comes first in the template, and what is stored is what is shown.
    let update = r#"{"TableName": "T", "Key": {"id": {"S": "ID"}}, "UpdateExpression": "SET title = :t",
 "ExpressionAttributeValues": {":t": {"S": "TITLE"}}}"#;
    let found_update = found("UpdateItem", update);
    assert_eq!(
        found_update.first().unwrap().message,
        "without body member `$.title` the request has an empty text in `ExpressionAttributeValues.:t.S`, and nothing \
         checks the body: DynamoDB stores it unless it is for a key"
    );
    // A value that is only compared is not stored.
    let compared = update
        .replace("SET title = :t", "REMOVE title")
        .replace("\"Upd", "\"ConditionExpression\": \"title = :t\", \"Upd");
    assert!(found("UpdateItem", &compared).is_empty());
    // A number is refused.
    assert!(
        found("PutItem", r#"{"TableName": "T", "Item": {"id": {"S": "x"}, "n": {"N": "TITLE"}}}"#).is_empty()
    );
    let nested = found(
        "PutItem",
        r#"{"TableName": "T", "Item": {"id": {"S": "ID"}, "m": {"M": {"a": {"S": "TITLE"}}}}}"#,
    );
    assert!(
        nested.first().unwrap().message.ends_with("DynamoDB stores it"),
        "{:?}",
        nested.first().unwrap().message
    );
    let request = &nested.first().unwrap().proof.as_ref().unwrap().request;
    let sent: serde_json::Value = serde_json::from_str(request.body.as_ref().unwrap()).unwrap();
    assert_eq!(sent.get("title"), None, "what is missing is not sent: {sent}");
    assert!(sent.get("id").is_some());
}

#[test]
fn a_table_of_the_definition_says_what_its_keys_are() {
    let template = |name: &str| {
        let other = if name == "id" { "title" } else { "id" };
        format!(
            "{TABLE}  Method:
    Type: AWS::ApiGateway::Method
    Properties:
      HttpMethod: POST
      AuthorizationType: AWS_IAM
      Integration:
        Type: AWS
        IntegrationHttpMethod: POST
        PassthroughBehavior: NEVER
        Uri: arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem
        RequestTemplates:
          application/json: |
            {{\"TableName\": \"T\", \"Item\": {{\"{name}\": {{\"S\": $input.json('$.a')}}, \"{other}\": {{\"S\": \"x\"}}}}}}
"
        )
    };
    assert!(found_in(&template("id"), "no-validator").is_empty());
    let found = found_in(&template("title"), "no-validator");
    assert!(found.first().unwrap().message.ends_with("DynamoDB stores it"));
}

#[test]
fn what_is_said_to_be_missing_is_not_sent() {
    let template =
        "#if($input.path('$.active')){\"TableName\": \"T\", \"Key\": {\"id\": {\"S\": \"x\"}}}#end";
    let found = Method { verb: "post", template, ..Method::default() }.one("string-truth");
    assert!(found.message.contains("is missing"));
    assert_eq!(found.proof.unwrap().request.body.as_deref(), Some("{}"));
}

#[test]
fn whole_answers_are_said_once() {
    let both = |template: &str, responses: &str| {
        let inside = format!("        passthroughBehavior: never\n{responses}");
        let method = Method { inside: &inside, template, ..Method::default() };
        ["raw-response", "unprojected-read"].map(|lint| method.found(lint).len())
    };
    let bare = "        responses:\n          default: { statusCode: \"200\" }\n";
    let whole = "        responses:\n          default: { statusCode: \"200\", responseTemplates: { application/json: \"$input.json('$.Item')\" } }\n";
    let plain = r#"{"TableName": "T", "Key": {"id": {"S": "x"}}}"#;
    let halfway = r##"{"TableName": "T", "Key": {"id": {"S": "x"}}#if($input.params('a') == "1"), "ProjectionExpression": "a"#end}"##;
    for responses in [bare, whole] {
        assert_eq!(both(plain, responses), [1, 0]);
        assert_eq!(both(halfway, responses), [0, 1]);
    }
    assert_eq!(both(plain, RESPONSES), [0, 0]);
}

#[test]
fn a_service_that_is_not_known_is_not_called_dynamodb() {
    let said = |uri: &str, lint: &str| {
        let method = Method { verb: "post", uri, inside: "", template: "$input.body", ..Method::default() };
        method.one(lint).message
    };
    let named = "PutItem";
    let unknown = "arn:aws:apigateway:eu-west-1:${service}:action/Do";
    assert_eq!(
        said(named, "whole-body-forward"),
        "the DynamoDB request is the request body as the client sent it"
    );
    assert_eq!(
        said(unknown, "whole-body-forward"),
        "the service's request is the request body as the client sent it"
    );
    assert!(said(named, "passthrough").ends_with("is the DynamoDB request"));
    assert!(said(unknown, "passthrough").ends_with("is the service's request"));
}

#[test]
fn a_write_that_meets_no_other_item_needs_no_condition() {
    let found = |key: &str, item: &str| {
        let table = TABLE.replace("AttributeName: id", &format!("AttributeName: {key}"));
        let definition = format!(
            "{table}  Method:
    Type: AWS::ApiGateway::Method
    Properties:
      HttpMethod: POST
      AuthorizationType: AWS_IAM
      Integration:
        Type: AWS
        IntegrationHttpMethod: POST
        PassthroughBehavior: NEVER
        Uri: arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem
        RequestTemplates:
          application/json: |
            {{\"TableName\": \"T\", \"Item\": {{{item}}}}}
"
        );
        found_in(&definition, "unconditional-write").len()
    };
    let item = r#""id": {"S": "$context.extendedRequestId"}, "name": {"S": $input.json('$.name')}"#;
    assert_eq!(found("id", item), 0);
    assert_eq!(found("name", item), 1);
    let own =
        r#""id": {"S": "USER#$context.identity.cognitoIdentityId"}, "name": {"S": $input.json('$.name')}"#;
    assert_eq!(found("id", own), 0);
    assert_eq!(found("name", own), 1);
}

#[test]
fn only_what_dynamodb_answers_is_stored_text() {
    let found = |member: &str, more: &str| {
        let inside = format!(
            "        passthroughBehavior: never\n        responses:\n          default: {{ statusCode: \"200\", \
             responseTemplates: {{ application/json: '{{\"a\": \"$input.path(\"$.{member}\")\"}}' }} }}\n"
        );
        let template = format!(
            r#"{{"TableName": "T", "Key": {{"id": {{"S": "x"}}}}, "UpdateExpression": "REMOVE a"{more}}}"#
        );
        let method = Method { uri: "UpdateItem", inside: &inside, template: &template, ..Method::default() };
        method.found("unescaped-stored-value").len()
    };
    let returned = r#", "ReturnValues": "ALL_NEW""#;
    assert_eq!(found("Attributes.a.S", returned), 1);
    assert_eq!(found("Attributes.regions.M.eu.S", returned), 1);
    // There are no such members in an answer.
    assert_eq!(found("regions.M.eu.S", returned), 0);
    assert_eq!(found("Attributes.a.S", ""), 0);
}

#[test]
fn passthrough_that_is_not_set_is_said_at_the_integration() {
    let template = r#"{"TableName": "T", "Key": {"id": {"S": "x"}}}"#;
    let found = Method { inside: "", template, ..Method::default() }.one("passthrough");
    assert_eq!(place(&found), "x-amazon-apigateway-integration");
    assert!(found.proof.unwrap().assumes.iter().any(|assumed| assumed.contains("role")));
    let definition = format!(
        "{TABLE}  Method:
    Type: AWS::ApiGateway::Method
    Properties:
      HttpMethod: POST
      AuthorizationType: AWS_IAM
      Integration:
        Type: AWS
        IntegrationHttpMethod: POST
        Uri: arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem
        RequestTemplates:
          application/json: '{{}}'
"
    );
    let found = found_in(&definition, "passthrough");
    assert_eq!(found.iter().map(place).collect::<Vec<_>>(), ["Integration"]);
}

#[test]
fn no_validator_says_what_it_rests_on() {
    let assumed = |value: &str| {
        let template = format!(
            "{{\"TableName\": \"T\", \"Item\": {{\"m\": {{\"M\": {{\"a\": {{\"S\": {value}}}}}}}}}}}"
        );
        let method = Method { verb: "post", uri: "PutItem", template: &template, ..Method::default() };
        method.one("no-validator").proof.unwrap().assumes
    };
    assert_eq!(assumed("$input.json('$.a')").len(), 1);
    assert!(assumed("\"$input.path('$.a')\"").is_empty());
}

#[test]
fn a_template_file_that_is_missing_is_said_to_be() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("main.tf");
    let text = r#"resource "aws_api_gateway_integration" "i" {
  rest_api_id             = "a"
  resource_id             = "r"
  http_method             = "GET"
  type                    = "AWS"
  integration_http_method = "POST"
  passthrough_behavior    = "NEVER"
  uri                     = "arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem"
  request_templates       = { "application/json" = file("${path.module}/request.vtl") }
}
"#;
    std::fs::write(&path, text).unwrap();
    let found = |there: bool| {
        if there {
            std::fs::write(directory.path().join("request.vtl"), "{}").unwrap();
        }
        let run = analysis::run(std::slice::from_ref(&path), &Settings::default());
        let all = run.findings.into_iter().filter(|finding| finding.lint == "undecided-template");
        all.map(|finding| finding.message).collect::<Vec<_>>()
    };
    let missing = found(false);
    assert_eq!(missing.len(), 1);
    assert!(missing.iter().all(|message| message.contains("request.vtl")), "{missing:?}");
    assert!(found(true).is_empty());
}
