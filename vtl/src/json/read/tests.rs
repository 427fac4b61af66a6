//! Every expectation is what json-smart 2.2 (MODE_PERMISSIVE, insertion order) says of the same text.

use proptest::prelude::*;

use super::*;
use crate::json::write;
use crate::value::{Mark, java_string};

fn printed(text: &str) -> String {
    match read(&Text::new(text)) {
        Ok(value) => java_string(&value).as_str().to_owned(),
        Err(error) => format!("! {error}"),
    }
}

#[test]
fn texts_that_json_does_not_know() {
    let table = [
        ("{a:b}", "{a=b}"),
        ("{'a':'b'}", "{a=b}"),
        ("{\"a\":1,}", "{a=1}"),
        ("{,,\"a\":1}", "{a=1}"),
        ("[1,,2,]", "[1,2]"),
        ("[1 2]", "[\"1 2\"]"),
        ("[\"a\" \"b\"]", "[\"a\",\"b\"]"),
        ("{\"a\":1 \"b\":2}", "{a=1 \"b\":2}"),
        ("{\"a\":1}x", "{a=1}"),
        ("[01, 0x1, 1e, 1., -]", r#"[1,"0x1","1e",1.0,0]"#),
        ("[NaN, nul, null, truex, true]", r#"[NaN,"nul",null,"truex",true]"#),
        ("{a,b:1}", "{a,b=1}"),
        ("a=b", "a=b"),
        ("a{b", "a{b"),
        ("null{", "null{"),
        ("1}", "1}"),
        (" \u{b}null", "null"),
        ("", ""),
        ("[1~2]", r#"[1,"~2"]"#),
        ("{\"a\":1,\"b\":2,\"a\":3}", "{a=3, b=2}"),
        ("[\"a\nb\"]", r#"["a\nb"]"#),
        ("[\"a\nb\\q\\x41\\u0042\"]", r#"["abAB"]"#),
        (r#"["\ud83d\ude00"]"#, "[\"😀\"]"),
        ("1\u{1a}2", "1"),
    ];
    for (text, expected) in table {
        assert_eq!(printed(text), expected, "{text:?}");
    }
}

#[test]
fn numbers_get_the_class_of_their_size() {
    let table = [
        ("2147483647", "Int"),
        ("2147483648", "Long"),
        ("-9223372036854775808", "Long"),
        ("9223372036854775808", "Big"),
        ("00000000000000000001", "Big"),
        ("1.5", "Double"),
        ("1e3", "Double"),
        ("1.1234567890123456", "Double"),
        ("1.12345678901234567", "Decimal"),
    ];
    for (text, class) in table {
        let Ok(Value::Number(number)) = read(&Text::new(text)) else { panic!("{text} is a number") };
        assert!(format!("{number:?}").starts_with(class), "{text}: {number:?}");
    }
}

#[test]
fn errors_have_the_parsers_own_words() {
    let table = [
        ("{a", "! Unexpected End Of File position 1: null"),
        ("{\"a", "! Unexpected End Of File position 3: null"),
        ("{\"a\" 1}", "! Unexpected character (1) at position 4."),
        ("{\"a\":", "! Unexpected End Of File position 4: EOF"),
        ("{\"a\": ", "! Unexpected End Of File position 5: null"),
        ("[1", "! Unexpected End Of File position 1: EOF"),
        ("}", "! Unexpected character (}) at position 0."),
        ("[:", "! Unexpected character (:) at position 1."),
        ("{\"é\":[] x", "! Unexpected token x at position 7."),
        ("\"\\u00g0\"", "! Unexpected unicode escape sequence g at position 5."),
    ];
    for (text, expected) in table {
        assert_eq!(printed(text), expected, "{text:?}");
    }
    assert!(printed("[1e99999999999999999999]").starts_with("! For input string"));
}

#[test]
fn depth_has_a_bound() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(read(&Text::new(nested(400))).is_ok());
    assert!(matches!(read(&Text::new(nested(401))).unwrap_err().kind, JsonErrorKind::TooDeep('[')));
    assert!(read(&Text::new("{\"a\":[".repeat(1_000_000))).is_err());
}

#[test]
fn what_is_read_carries_its_source() {
    let body = SourceId(4);
    let Ok(Value::Map(map)) = read(&Text::marked(r#"{"k\n":['v', 5]}"#, body)) else { panic!("an object") };
    assert_eq!(map.source, Some(body));
    let text = java_string(&Value::Map(map));
    assert_eq!(text.as_str(), "{k\n=[\"v\",5]}");
    assert_eq!(text.whole_source(), Some(body));

    let mut mixed = crate::value::TextBuilder::default();
    mixed.push_str("[\"own\", ");
    mixed.push_marked("\"her\\\"s\"", body);
    mixed.push_str("]");
    let Ok(Value::List(list)) = read(&mixed.finish()) else { panic!("an array") };
    assert_eq!(list.source, None);
    let text = java_string(&Value::List(list));
    assert_eq!(text.as_str(), r#"["own","her\"s"]"#);
    assert_eq!(text.marks(), [Mark { start: 8, end: 14, source: body }]);
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in r#"[\[\]{}:,"'\\a-fnrtux0-9.eE+\- \n~é😀\x00-\x1f\x7f]{0,40}"#) {
        let _ = read(&Text::new(text));
    }

    #[test]
    fn what_is_written_reads_back(json in any_json()) {
        let text = json.to_string();
        let value = read(&Text::new(&text)).unwrap();
        let written = write(&value);
        let again: serde_json::Value = serde_json::from_str(written.as_str()).unwrap();
        prop_assert_eq!(again, json);
    }
}

/// JSON without floats, which need not look alike, and without DEL and C0 controls, which a string with escapes loses.
fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        "[^\\x7f]{0,8}".prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Into::into),
            prop::collection::hash_map("[^\\x7f]{0,6}", inner, 0..5)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}
