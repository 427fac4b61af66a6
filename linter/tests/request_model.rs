//! What a request model protects, in pairs: a route that it protects, and the same with one condition missing, of which
//! the linter shows a request that the model lets through.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what is wrong by panicking")]

use keybound_linter::analysis::{self, Settings};
use keybound_linter::finding::{Finding, Severity};
use serde_json::Value as Json;

/// A route with a template and a model for it.
#[derive(Clone)]
struct Route {
    template: &'static str,
    schema: &'static str,
    passthrough: &'static str,
    validates: bool,
    model_type: &'static str,
    template_type: &'static str,
}

const TEXT: &str = r#"{"TableName": "Orders", "Item": {"id": {"S": "$input.path('$.id')"}}}"#;
const ID: &str = r#"{"type": "object", "required": ["id"], "properties": {"id": {"type": "string", "pattern": "^[a-z0-9-]+$"}}}"#;

fn route(template: &'static str, schema: &'static str) -> Route {
    Route {
        template,
        schema,
        passthrough: "never",
        validates: true,
        model_type: "application/json",
        template_type: "application/json",
    }
}

impl Route {
    fn definition(&self) -> String {
        serde_json::json!({
            "openapi": "3.0.1",
            "x-amazon-apigateway-request-validators": { "body": { "validateRequestBody": self.validates } },
            "x-amazon-apigateway-request-validator": "body",
            "paths": { "/orders": { "post": {
                "requestBody": { "content": { self.model_type: { "schema": { "$ref": "#/components/schemas/Order" } } } },
                "x-amazon-apigateway-integration": {
                    "type": "aws",
                    "uri": "arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem",
                    "passthroughBehavior": self.passthrough,
                    "requestTemplates": { self.template_type: self.template },
                },
            } } },
            "components": { "schemas": { "Order": serde_json::from_str::<Json>(self.schema).unwrap() } },
        })
        .to_string()
    }

    /// The findings about the template that are more than notes.
    fn findings(&self) -> Vec<Finding> {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("api.json");
        std::fs::write(&path, self.definition()).unwrap();
        let run = analysis::run(&[path], &Settings::default());
        assert!(run.errors.is_empty() && run.integrations == 1);
        // What a request lacks that is as short as these is worth a note, and not all members are `PutItem`'s.
        let counts = |finding: &Finding| {
            finding.content_type.is_some()
                && finding.severity > Severity::Note
                && finding.lint != "unknown-member"
        };
        run.findings.into_iter().filter(counts).collect()
    }

    fn lints(&self) -> Vec<(&'static str, &'static str)> {
        self.findings().iter().map(|finding| (finding.lint, finding.confidence.word())).collect()
    }

    /// The body of the request that shows the one finding, which is to be of this lint.
    fn shown_body(&self, lint: &str) -> Json {
        let findings = self.findings();
        let found: Vec<_> =
            findings.iter().map(|finding| (finding.lint, finding.confidence.word())).collect();
        assert!(
            found.contains(&(lint, "proven")),
            "{lint} is to be proven, not {found:?}:\n{}",
            self.definition()
        );
        let proof = findings
            .into_iter()
            .find(|finding| finding.lint == lint)
            .and_then(|finding| finding.proof)
            .unwrap();
        let header = proof.request.headers.iter().find(|(name, _)| name == "Content-Type");
        assert_eq!(header.map(|(_, value)| value.as_str()), Some(self.template_type));
        serde_json::from_str(&proof.request.body.unwrap()).unwrap()
    }
}

#[test]
fn an_anchored_pattern_protects_a_text() {
    assert_eq!(route(TEXT, ID).lints(), []);
}

#[test]
fn without_validation_or_for_another_content_type_it_does_not() {
    let unchecked = Route { validates: false, ..route(TEXT, ID) };
    assert!(unchecked.shown_body("unescaped-input")["id"].is_string());
    let other = Route { model_type: "application/xml", ..route(TEXT, ID) };
    assert!(other.shown_body("unescaped-input")["id"].is_string());
    let both = Route { model_type: "text/json", template_type: "text/json", ..route(TEXT, ID) };
    assert_eq!(both.lints(), []);
    let template = Route { template_type: "text/json", ..route(TEXT, ID) };
    assert!(template.shown_body("unescaped-input")["id"].is_string());
}

/// The way past the model is then the passthrough, not the template: this finding cannot be shown.
#[test]
fn without_never_it_does_not() {
    for passthrough in ["when_no_match", "when_no_templates"] {
        let open = Route { passthrough, ..route(TEXT, ID) };
        assert_eq!(open.lints(), [("unescaped-input", "possible")], "{passthrough}");
    }
}

#[test]
fn a_pattern_that_is_not_anchored_does_not() {
    for (pattern, holds) in
        [("^[a-z0-9-]+", "start"), ("[a-z0-9-]+$", "end"), ("[0-9]{3}", "digits"), ("^a$|b", "b")]
    {
        let schema = ID.replace("^[a-z0-9-]+$", pattern).leak();
        let id = route(TEXT, schema).shown_body("unescaped-input")["id"].as_str().unwrap().to_owned();
        let is_id = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let passes = match holds {
            "start" => id.starts_with(is_id),
            "end" => id.ends_with(is_id),
            "digits" => id.as_bytes().windows(3).any(|part| part.iter().all(u8::is_ascii_digit)),
            _ => id == "a" || id.contains('b'),
        };
        assert!(passes, "{id} does not pass {pattern}");
    }
}

#[test]
fn a_pattern_without_a_type_says_nothing_of_other_types() {
    let schema = r#"{"type": "object", "required": ["id"], "properties": {"id": {"pattern": "^[a-z]+$"}}}"#;
    let id = route(TEXT, schema).shown_body("unescaped-input")["id"].clone();
    assert!(!id.is_string(), "{id}");
}

#[test]
fn a_type_alone_protects_where_only_other_types_do_harm() {
    const GUARDED: &str = "#set($id = $input.path('$.id'))
#if($id.matches('[a-z]+')){\"TableName\": \"Orders\", \"Item\": {\"id\": {\"S\": \"$id\"}}}#end";
    let schema = r#"{"type": "object", "properties": {"id": {"type": "string"}}}"#;
    assert_eq!(route(GUARDED, schema).lints(), []);
    let nullable = r#"{"type": "object", "properties": {"id": {"type": ["string", "null"]}}}"#;
    assert_eq!(route(GUARDED, nullable).lints(), []);
    let several = r#"{"type": "object", "properties": {"id": {"type": ["string", "object"]}}}"#;
    assert!(route(GUARDED, several).shown_body("unescaped-input")["id"].is_object());
    let untyped_body = r#"{"properties": {"id": {"type": "string"}}}"#;
    assert!(
        !route(GUARDED, untyped_body).lints().is_empty(),
        "a body that is no object need not have a text there"
    );
}

#[test]
fn a_number_protects_outside_quotes() {
    const BARE: &str = r#"{"TableName": "Orders", "Item": {"n": {"N": "1"}}, "x": $input.path('$.n')}"#;
    let number = r#"{"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}"#;
    assert_eq!(route(BARE, number).lints(), []);
    let text =
        r#"{"type": "object", "required": ["n"], "properties": {"n": {"type": ["integer", "string"]}}}"#;
    assert!(route(BARE, text).shown_body("bare-input")["n"].is_string());
}

#[test]
fn an_enum_protects_an_expression() {
    const EXPRESSION: &str = r#"{"TableName": "Orders", "Item": {"id": {"S": "1"}},
"ConditionExpression": "attribute_not_exists($input.path('$.field'))"}"#;
    let listed = r#"{"type": "object", "properties": {"field": {"enum": ["id", "name"]}}}"#;
    assert_eq!(route(EXPRESSION, listed).lints(), []);
    let free = r#"{"type": "object", "properties": {"field": {"type": "string", "maxLength": 40}}}"#;
    let field =
        route(EXPRESSION, free).shown_body("expression-injection")["field"].as_str().unwrap().to_owned();
    assert!(field.chars().count() <= 40, "{field}");
}

#[test]
fn json_of_a_scalar_decides_nothing() {
    const JSON: &str = r#"{"TableName": "Orders", "Item": {"id": $input.json('$.id')}}"#;
    let scalar = r#"{"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}"#;
    assert_eq!(route(JSON, scalar).lints(), []);
    let any = r#"{"type": "object", "required": ["id", "kind"], "properties": {"kind": {"enum": ["a"]}}}"#;
    let body = route(JSON, any).shown_body("client-shaped-value");
    assert!(body["id"].is_object() || body["id"].is_array(), "{body}");
    assert_eq!(body["kind"], "a", "what the template does not read is demanded too");
}

#[test]
fn the_way_to_a_member_counts() {
    const DEEP: &str = "#set($o = $input.path('$.order'))
{\"TableName\": \"Orders\", \"Item\": {\"id\": {\"S\": \"$o.id\"}, \"first\": {\"S\": \"$input.path('$.tags[0]')\"}}}";
    let closed = r#"{"type": "object", "properties": {
        "order": {"type": "object", "properties": {"id": {"type": "string", "pattern": "^[a-z]*$"}}},
        "tags": {"type": "array", "items": {"type": "string", "pattern": "^\\w+$"}}}}"#;
    assert_eq!(route(DEEP, closed).lints(), []);
    let open = closed.replace(r#""type": "array", "#, "").leak();
    assert!(!route(DEEP, open).lints().is_empty(), "what is no list has no elements that the model knows");
    let free = closed.replace(r#", "pattern": "^\\w+$""#, "").leak();
    let body = route(DEEP, free).shown_body("unescaped-input");
    assert!(body["tags"][0].is_string(), "{body}");
}

#[test]
fn the_raw_body_is_not_what_the_model_saw() {
    const RAW: &str =
        r#"{"TableName": "Orders", "Item": {"id": {"S": "$input.path('$.id')"}, "all": $input.body}}"#;
    // Members that the model does not speak of, and members of one name before the one that counts.
    assert!(route(RAW, ID).lints().iter().any(|(lint, _)| *lint == "bare-input"));
}

#[test]
fn a_closed_list_of_members_protects_a_loop_over_their_names() {
    const LOOP: &str = "#set($item = $input.path('$.item'))
{\"TableName\": \"Orders\", \"Item\": {#foreach($k in $item.keySet())\"$k\": {\"S\": \"x\"}#if($foreach.hasNext),#end#end}}";
    let closed = r#"{"type": "object", "properties": {"item": {"type": "object", "additionalProperties": false,
        "properties": {"a": {"type": "string"}, "b": {"type": "string"}}}}}"#;
    assert_eq!(route(LOOP, closed).lints(), []);
    let open = closed.replace(r#""additionalProperties": false,"#, "").leak();
    assert!(route(LOOP, open).shown_body("unescaped-input")["item"].is_object());
}

#[test]
fn a_demand_that_is_not_read_is_assumed_to_hold() {
    let schema = r#"{"type": "object", "required": ["id"], "maxProperties": 3, "properties": {"id": {"type": "string"}}}"#;
    let findings = route(TEXT, schema).findings();
    let proof = findings.iter().find_map(|finding| finding.proof.as_ref()).unwrap();
    assert!(proof.assumes.iter().any(|assumed| assumed.contains("request model")), "{:?}", proof.assumes);
    let known = route(TEXT, r#"{"type": "object", "properties": {"id": {"type": "string"}}}"#).findings();
    let proof = known.iter().find_map(|finding| finding.proof.as_ref()).unwrap();
    assert_eq!(proof.assumes, Vec::<String>::new());
}
