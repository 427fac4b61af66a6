use super::*;
use crate::source::{SourceFile, parse_documents};

fn root(text: &str) -> Node {
    let documents = parse_documents(&SourceFile::new("model.yaml", text));
    assert_eq!(documents.errors, [], "{text}");
    documents.roots[0].clone()
}

fn schema(text: &str) -> Schema {
    let root = root(text);
    read(&root, &root, &|_| None)
}

const ALL: [JsonType; 7] = [
    JsonType::String,
    JsonType::Number,
    JsonType::Integer,
    JsonType::Boolean,
    JsonType::Object,
    JsonType::Array,
    JsonType::Null,
];

fn allowed(constraints: &Constraints<'_>) -> Vec<JsonType> {
    ALL.into_iter().filter(|kind| constraints.allows(*kind)).collect()
}

#[test]
fn members_are_demanded_along_their_path() {
    let schema = schema(
        r#"{"type": "object", "required": ["id", "tags"], "additionalProperties": false, "properties": {
            "id": {"type": "string", "pattern": "^[0-9]+$", "minLength": 1, "maxLength": 20},
            "state": {"enum": ["open", "closed"]},
            "tags": {"type": "array", "items": {"type": ["string", "null"]}},
            "owner": {"type": "object", "additionalProperties": {"type": "integer"}},
            "free": {}}}"#,
    );
    let body = schema.constraints();
    assert_eq!(allowed(&body), [JsonType::Object]);
    assert!(body.requires("id") && !body.requires("state"));

    let id = body.member("id");
    assert_eq!(allowed(&id), [JsonType::String]);
    assert_eq!(id.patterns().collect::<Vec<_>>(), ["^[0-9]+$"]);
    assert_eq!((id.min_length(), id.max_length()), (1, Some(20)));

    let state = body.member("state");
    assert_eq!(allowed(&state), [JsonType::String]);
    assert_eq!(state.literals().unwrap(), [&Literal::Text("open".into()), &Literal::Text("closed".into())]);

    assert_eq!(allowed(&body.member("tags").element()), [JsonType::String, JsonType::Null]);
    let anyone = body.member("owner").member("anyone");
    assert_eq!(allowed(&anyone), [JsonType::Number, JsonType::Integer]);
    assert_eq!(allowed(&body.member("free")), ALL);
    assert_eq!(allowed(&body.member("unknown")), []);
    assert_eq!(body.member("free").max_length(), None);
    assert_eq!(body.member("free").literals(), None);
}

#[test]
fn what_may_stand_is_what_every_part_of_all_of_allows() {
    let schema = schema(
        "allOf:
- {properties: {a: {type: [string, number], maxLength: 9, enum: [u, v]}}, required: [a]}
- {properties: {a: {type: string, maxLength: 5, pattern: p, enum: [v, w]}}}
- {allOf: [{properties: {a: {pattern: q}}}]}
",
    );
    let body = schema.constraints();
    assert!(body.requires("a"));
    let a = body.member("a");
    assert_eq!(allowed(&a), [JsonType::String]);
    assert_eq!(a.max_length(), Some(5));
    assert_eq!(a.patterns().collect::<Vec<_>>(), ["p", "q"]);
    assert_eq!(a.literals().unwrap(), [&Literal::Text("v".into())]);
}

#[test]
fn references_are_followed_in_the_document_and_elsewhere() {
    let other =
        root("{definitions: {Name: {maxLength: 3}}, properties: {name: {$ref: '#/definitions/Name'}}}");
    let text = "
definitions:
  Name: {maxLength: 7, $comment: x}
  a/b~c: {type: 'null'}
  Deep: {$ref: '#/definitions/Name'}
properties:
  near: {$ref: '#/definitions/Deep', maxLength: 1}
  odd: {$ref: '#/definitions/a~1b~0c'}
  lost: {$ref: '#/definitions/None', maxLength: 1}
  other: {$ref: 'https://apigateway.amazonaws.com/restapis/a/models/Other'}
  gone: {$ref: 'https://example.com/x'}
";
    let root = root(text);
    let schema =
        read(&root, &root, &|name| name.as_str().unwrap().ends_with("/Other").then(|| other.clone()));
    let body = schema.constraints();
    assert_eq!(body.member("near").max_length(), Some(7));
    assert_eq!(allowed(&body.member("odd")), [JsonType::Null]);
    assert_eq!(body.member("lost").max_length(), None);
    assert_eq!(body.member("other").member("name").max_length(), Some(3));
    assert_eq!(body.member("gone").max_length(), None);
}

#[test]
fn what_is_not_understood_demands_nothing() {
    for text in [
        "{}",
        "{type: date}",
        "{type: [string, date]}",
        "{type: []}",
        "{type: !Ref T}",
        "!If [C, {type: string}, {type: number}]",
        "{'Fn::If': [C, {type: string}, {type: number}]}",
        "{type: string, 'Fn::Transform': {Name: X}}",
        "{anyOf: [{type: string}, {type: number}]}",
        "{oneOf: [{type: string}]}",
        "{not: {type: string}}",
        "{enum: [a, {b: c}]}",
        "{enum: [a, yes]}",
        "{enum: [a, 2020-01-01]}",
        "{enum: [0x1F]}",
        "{enum: !Ref List}",
        "{enum: []}",
        "{minLength: x, maxLength: -1, pattern: !Ref P}",
    ] {
        let schema = schema(text);
        let constraints = schema.constraints();
        assert_eq!(allowed(&constraints), ALL, "{text}");
        assert_eq!(constraints.literals(), None, "{text}");
        assert_eq!(constraints.patterns().count(), 0, "{text}");
        assert_eq!((constraints.min_length(), constraints.max_length()), (0, None), "{text}");
    }
    for text in [
        "{additionalProperties: true}",
        "{additionalProperties: !Ref A}",
        "{additionalProperties: false, patternProperties: {'^x': {}}}",
        "{additionalProperties: false, properties: !If [C, {}, {a: {}}]}",
        "{additionalProperties: false, properties: {b: {}, 'Fn::Transform': {Name: X}}}",
    ] {
        assert_eq!(allowed(&schema(text).constraints().member("a")), ALL, "{text}");
    }
    let conditional = schema("{required: !If [a, [b], [c]], items: [{type: string}]}");
    assert!(!["a", "b", "c"].iter().any(|name| conditional.constraints().requires(name)));
    assert_eq!(allowed(&conditional.constraints().element()), ALL);
}

#[test]
fn literals_have_their_type() {
    let schema = schema("enum: [a, 'yes', '1', 1, -2.5e3, true, null, _x, ~]");
    let literals = schema.constraints().literals().unwrap();
    let text = |text: &str| Literal::Text(text.into());
    let expected = [
        text("a"),
        text("yes"),
        text("1"),
        Literal::Number("1".into()),
        Literal::Number("-2.5e3".into()),
        Literal::Boolean(true),
        Literal::Null,
        text("_x"),
        Literal::Null,
    ];
    assert_eq!(literals, expected.iter().collect::<Vec<_>>());
}

#[test]
fn a_nullable_type_takes_null() {
    for (text, null) in [
        ("{type: string, nullable: true}", true),
        ("{type: string, nullable: !Ref N}", true),
        ("{type: string, nullable: false}", false),
        ("{type: string}", false),
    ] {
        assert_eq!(schema(text).constraints().allows(JsonType::Null), null, "{text}");
    }
}

#[test]
fn models_that_hold_themselves_end() {
    let tree = schema("{properties: {left: {$ref: '#'}, right: {$ref: '#'}, name: {maxLength: 1}}}");
    let body = tree.constraints();
    for side in ["left", "right"] {
        assert_eq!(body.member(side).member("name").max_length(), Some(1), "{side}");
    }
    assert_eq!(body.member("name").max_length(), Some(1));
    let wide: String = (0..40).map(|i| format!("p{i}: {{$ref: '#/definitions/A'}}, ")).collect();
    let wide =
        schema(&format!("{{definitions: {{A: {{properties: {{{wide}}}}}}}, $ref: '#/definitions/A'}}"));
    assert_eq!(allowed(&wide.constraints().member("p39").member("p39").member("p39")), ALL);
    let cycle = schema("{definitions: {A: {$ref: '#/definitions/A'}}, $ref: '#/definitions/A'}");
    assert_eq!(allowed(&cycle.constraints()), ALL);
}

#[test]
fn what_is_not_read_is_marked() {
    for unread in [
        r#"{"maximum": 3}"#,
        r#"{"oneOf": [{}]}"#,
        r#"{"items": [{}]}"#,
        r#"{"type": "date"}"#,
        r#"{"enum": [{}]}"#,
        r#"{"$ref": "elsewhere.json"}"#,
        "{pattern: !Ref Pattern}",
        r#"{"type": {"Ref": "Type"}}"#,
    ] {
        assert!(schema(unread).unread, "{unread}");
    }
    for read in
        [r#"{"type": "string", "title": "t", "example": "x", "minLength": 1}"#, r#"{"items": {}}"#, "{}"]
    {
        assert!(!schema(read).unread, "{read}");
    }
}

#[test]
fn bodies_pass_or_are_made_to() {
    use serde_json::{Value as Json, json};

    use super::admission::{Admission, admission, fitted};

    let schema = schema(
        r#"{"type": "object", "required": ["id", "n"], "additionalProperties": false, "properties": {
            "id": {"type": "string", "pattern": "[0-9]{3}", "minLength": 5, "maxLength": 20},
            "n": {"enum": [1, 2]},
            "tags": {"type": "array", "items": {"type": "string", "pattern": "^a$"}},
            "more": {"type": "object", "minProperties": 0},
            "mail": {"type": "string", "format": "email"}}}"#,
    );
    let body = schema.constraints();
    for (value, expected) in [
        (json!({"id": "a-123", "n": 1}), Admission::Admitted),
        (json!({"id": "x\"123x", "n": 2, "tags": ["a"]}), Admission::Admitted),
        (json!({"id": "a-123", "n": 1, "more": {}}), Admission::Unsure),
        (json!({"id": "a-123", "n": 1, "mail": "b@example.com"}), Admission::Admitted),
        (json!({"id": "a-123", "n": 1, "mail": "\"b@example.com"}), Admission::Unsure),
        (json!({"id": "a-12", "n": 1}), Admission::Refused),
        (json!({"id": "12345678901234567890x", "n": 1}), Admission::Refused),
        (json!({"id": "1234", "n": 1}), Admission::Refused),
        (json!({"id": "a-123", "n": 3}), Admission::Refused),
        (json!({"id": "a-123"}), Admission::Refused),
        (json!({"id": "a-123", "n": 1, "other": 1}), Admission::Refused),
        (json!({"id": "a-123", "n": 1, "tags": ["b"]}), Admission::Refused),
        (json!({"id": 12345, "n": 1}), Admission::Refused),
        (json!([]), Admission::Refused),
    ] {
        assert_eq!(admission(&body, &value), expected, "{value}");
    }
    for value in [
        None,
        Some(json!({"id": "v", "other": 2, "tags": "x", "mail": "v"})),
        Some(json!({"id": {"a": 1}, "tags": ["b", 2]})),
        Some(Json::Null),
    ] {
        let made = fitted(&body, value.clone());
        assert_eq!(admission(&body, &made), Admission::Admitted, "{value:?} gave {made}");
    }
    let kept = json!({"id": "keep-123", "n": 2, "tags": ["a"]});
    assert_eq!(fitted(&body, Some(kept.clone())), kept);
}

#[test]
fn the_example_of_each_format_has_it() {
    use super::admission::{Admission, admission, fitted};

    for format in ["date", "date-time", "email", "ipv4", "uri", "uuid"] {
        let schema = schema(&format!("{{type: string, format: {format}}}"));
        let example = fitted(&schema.constraints(), Some(serde_json::json!("v")));
        assert_ne!(example, "v", "{format}");
        assert_eq!(admission(&schema.constraints(), &example), Admission::Admitted, "{format}: {example}");
    }
}
