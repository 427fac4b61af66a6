use proptest::prelude::*;

use super::*;

fn to_serde(value: &StrictValue) -> serde_json::Value {
    match &value.kind {
        StrictKind::Null => serde_json::Value::Null,
        StrictKind::Bool(b) => (*b).into(),
        StrictKind::Number(number) => serde_json::from_str(number).unwrap(),
        StrictKind::String(string) => string.clone().into(),
        StrictKind::Array(elements) => elements.iter().map(to_serde).collect(),
        StrictKind::Object(members) => {
            members.iter().map(|member| (member.name.clone(), to_serde(&member.value))).collect()
        }
    }
}

#[test]
fn duplicates_and_places_are_kept() {
    let text = r#" {"a" : [1, "x\"é"], "a":{}} "#;
    let value = parse(text).unwrap();
    assert_eq!(value.span, 1..29);
    let [first, second] = value.members() else { panic!("two members") };
    assert_eq!((first.name.as_str(), first.name_span.clone()), ("a", 2..5));
    assert_eq!(text.get(second.name_span.clone()).unwrap(), "\"a\"");
    assert_eq!(text.get(second.value.span.clone()).unwrap(), "{}");
    let [number, string] = first.value.elements() else { panic!("two elements") };
    assert_eq!(number.kind, StrictKind::Number("1".to_owned()));
    assert_eq!((string.as_str(), text.get(string.span.clone()).unwrap()), (Some("x\"é"), r#""x\"é""#));
}

#[test]
fn what_only_json_smart_reads_is_refused() {
    for text in [
        "",
        "{a:1}",
        "{'a':1}",
        "[1,]",
        "{\"a\":1,}",
        "[01]",
        "[+1]",
        "[.5]",
        "[1.]",
        "[1e]",
        "NaN",
        "[1]x",
        "\"\\'\"",
        "\"\n\"",
        "[1 2]",
        "\"\\x41\"",
        "\"\\u12g4\"",
        "nul",
        "[",
        "{\"a\"",
        "\u{feff}1",
        "-",
    ] {
        assert!(parse(text).is_err(), "{text:?}");
    }
}

#[test]
fn an_error_says_what_and_where() {
    assert_eq!(parse("[1,é]").unwrap_err().to_string(), "a value expected at byte 3, found 'é'");
    assert_eq!(
        parse("{").unwrap_err().to_string(),
        "a member's name in quotes expected at byte 1, found the end of the text"
    );
}

#[test]
fn surrogates() {
    let table = [
        (r#""\ud83d\ude00""#, "😀"),
        (r#""\ud83d""#, "\u{fffd}"),
        (r#""\ud83d\u0041""#, "\u{fffd}A"),
        (r#""\ude00x""#, "\u{fffd}x"),
        (r#""\ud83d\ud83d\ude00""#, "\u{fffd}😀"),
    ];
    for (text, expected) in table {
        assert_eq!(parse(text).unwrap().as_str(), Some(expected));
    }
}

#[test]
fn depth_has_a_bound() {
    assert!(parse(&format!("{}{}", "[".repeat(512), "]".repeat(512))).is_ok());
    assert!(parse(&"[".repeat(1_000_000)).is_err());
}

proptest! {
    #[test]
    fn agrees_with_serde_json(text in r#"[\[\]{}:,"\\a-fnrtu0-9.eE+\- \né😀\x00\x1f]{0,30}"#) {
        agree(&text)?;
    }

    #[test]
    fn agrees_with_serde_json_on_what_is_nearly_json(
        tokens in prop::collection::vec(prop::sample::select(&[
            "[", "]", "{", "}", ",", ":", "\"a\"", "\"a\":", "1", "-0", "1.5e3", "01", "null", "true", "\"\\u00e9\\n\"", " ",
        ][..]), 0..12)
    ) {
        agree(&tokens.concat())?;
    }
}

fn agree(text: &str) -> Result<(), TestCaseError> {
    match (parse(text), serde_json::from_str::<serde_json::Value>(text)) {
        (Ok(ours), Ok(theirs)) => prop_assert_eq!(to_serde(&ours), theirs),
        (Err(_), Err(_)) => {}
        // serde_json refuses what RFC 8259 lets pass: half a surrogate pair, and a number beyond a double.
        (Ok(_), Err(theirs))
            if ["surrogate", "hex escape", "out of range"]
                .iter()
                .any(|why| theirs.to_string().contains(why)) => {}
        (ours, theirs) => prop_assert!(false, "{:?}: {:?} {:?}", text, ours, theirs),
    }
    Ok(())
}
