#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::string_slice,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

use super::*;

/// A document as nested text, every scalar by its type.
fn shown(node: &Node) -> String {
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::Boolean(value) => value.to_string(),
        Value::Whole(value) => value.to_string(),
        Value::Fraction(value) => format!("{value:?}"),
        Value::Text(text) => format!("{text:?}"),
        Value::List(list) => format!("[{}]", list.iter().map(shown).collect::<Vec<_>>().join(", ")),
        Value::Mapping(mapping) => {
            let members = mapping.members.iter().map(|m| format!("{}: {}", m.key, shown(&m.value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
        Value::Faulty => "?".to_owned(),
    }
}

fn faults(text: &str) -> Vec<String> {
    let lines = Lines::of(text);
    let of_fault = |fault: &Fault| {
        let help = fault.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
        format!("{}: {}{help}", lines.place(fault.span.start), fault.message)
    };
    Document::parse(text).faults.iter().map(of_fault).collect()
}

fn tree(text: &str) -> String {
    let document = Document::parse(text);
    assert!(document.faults.is_empty(), "{text:?}: {:?}", document.faults);
    document.root.as_ref().map_or_else(|| "nothing".to_owned(), shown)
}

#[test]
fn plain_scalars_have_the_types_of_the_core_schema() {
    // Section 10.3.2 of the specification; `yes`, `no`, `on`, `1_000` and dates were YAML 1.1's.
    let typed = [
        ("null, Null, NULL, ~", "[null, null, null, null]"),
        ("true, True, TRUE, false, False, FALSE", "[true, true, true, false, false, false]"),
        ("0, -1, +12, 007, 0o17, 0x1F", "[0, -1, 12, 7, 15, 31]"),
        ("1., .5, 1.5, -1e3, 1E-2, +0.0", "[1.0, 0.5, 1.5, -1000.0, 0.01, 0.0]"),
        ("yes, no, on, off, y, nUll", r#"["yes", "no", "on", "off", "y", "nUll"]"#),
        (
            "1_000, 2020-01-01, 1h, 0o8, 0xG, 1e, e1, ., 0b1",
            r#"["1_000", "2020-01-01", "1h", "0o8", "0xG", "1e", "e1", ".", "0b1"]"#,
        ),
        (r#""1", 'true', "", '~'"#, r#"["1", "true", "", "~"]"#),
        (
            "!!str 1, !!int 2, !!float 3, !!bool true, !!null ~, !!str null",
            r#"["1", 2, 3, true, null, "null"]"#,
        ),
    ];
    for (scalars, expected) in typed {
        assert_eq!(tree(&format!("[{scalars}]")), expected);
    }
}

#[test]
fn json_is_read() {
    let json =
        "{\n\t\"a\": \"\\/\\ud83d\\ude00\\u00e9\\n\",\n\t\"b\"\n: [1,\t2.5e3, true,null],\"c\":{}}\r\n";
    assert_eq!(tree(json), r#"{a: "/😀é\n", b: [1, 2500.0, true, null], c: {}}"#);
    let long = "k".repeat(3000);
    assert_eq!(tree(&format!("{{\"{long}\": 1}}")), format!("{{{long}: 1}}"));
    for broken in [r#"{"a": "\ud83d"}"#, r#"{"a": "\ude00"}"#, r#"{"a": 1"#, r#"{"a": 1}}"#, r#"{"a": "\x"}"#]
    {
        assert_eq!(faults(broken).len(), 1, "{broken}");
    }
}

#[test]
fn what_yaml_takes_for_syntax_is_shown_in_quotes() {
    let traps = [
        ("PK: *", "\"*\""),
        ("PK: *#x", "\"*#x\""),
        ("a: 1\nPK: {tenant}#x\nSK: b", "\"{tenant}#x\""),
        ("keys: { PK: {tenant}#x, SK: b }", "\"{tenant}#x\""),
        ("keys: { PK: TENANT#{tenant}, SK: b }", "\"TENANT#{tenant}\""),
        ("keys: {PK: a, SK: TENANT#{tenant}#*}", "\"TENANT#{tenant}#*\""),
        ("PK: {tenant}*", "\"{tenant}*\""),
        ("pattern: [a-z]{1,36}", "\"[a-z]{1,36}\""),
        ("pattern: [a-z]+  # letters", "\"[a-z]+\""),
        ("- [a-z]+", "\"[a-z]+\""),
        ("a: @x", "\"@x\""),
        ("a: `x`", "\"`x`\""),
        ("a: %x", "\"%x\""),
        ("a: !x", "\"!x\""),
        ("a: |x", "\"|x\""),
        ("a: @\"\\", "\"@\\\"\\\\\""),
        ("r: { GET /orders/{id}: [GetItem] }", "\"GET /orders/{id}\""),
        ("{Orders}: 1", "\"{Orders}\""),
        ("12: 1", "\"12\""),
    ];
    for (text, quoted) in traps {
        let faults = faults(text);
        assert!(
            faults.len() == 1 && faults.concat().ends_with(&format!("write {quoted}")),
            "{text}: {faults:?}"
        );
    }
}

#[test]
fn broken_syntax_without_such_a_value_has_no_advice() {
    for text in ["a: \"x", "a: [1, 2", "a: b: c", "a:\n\tb: 1", "a: 1\n b: 2", "{a: 1}}", "a: {b: 1"] {
        let faults = faults(text);
        assert!(faults.len() == 1 && !faults.concat().contains("write"), "{text}: {faults:?}");
    }
}

#[test]
fn what_is_no_part_of_rules_is_a_fault_with_its_place() {
    let cases = [
        ("a: 1\nb: {c: 1, c: 2}", "2:11: `c` comes twice in this mapping"),
        ("a: 1\n\"a\": 2", "2:1: `a` comes twice in this mapping"),
        ("a: {<<: {b: 1}}", "1:5: merge keys (`<<`) are not read; write the members out"),
        ("a: 1\n---\nb: 1", "2:1: a second document begins here; rules are one document"),
        ("a: &x [*x]", "1:8: the alias stands inside the value that its anchor names"),
        (
            "a: !!int x",
            "1:4: `!!int` is a tag in YAML, and none that fits here; if this is text, write \"!!int x\"",
        ),
        (
            "%TAG ! x\n---\na: 1",
            "1:1: not valid YAML: YAML directives are disallowed; if this is text, write \"%TAG ! x\"",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(faults(text), [expected], "{text}");
    }
}

#[test]
fn a_quoted_merge_key_is_a_name_and_aliases_are_values() {
    assert_eq!(tree(r#"{"<<": 1}"#), "{<<: 1}");
    assert_eq!(tree("a: &x [1, {b: 2}]\nc: *x"), "{a: [1, {b: 2}], c: [1, {b: 2}]}");
    assert_eq!(tree("a: &x b\n*x : c"), r#"{a: "b", b: "c"}"#);
}

#[test]
fn spans_are_those_of_the_values() {
    let text = "é: [ \"a b\", c ]\nm:\n  n: { o: p }\n  q:\n# end\n";
    let Value::Mapping(root) = Document::parse(text).root.unwrap().value else { panic!() };
    let slice = |span: Span| &text[span.start..span.end];
    let of = |key: &str| root.members.iter().find(|member| &*member.key == key).unwrap();
    assert_eq!(slice(of("é").value.span), "[ \"a b\", c ]");
    let Value::List(list) = &of("é").value.value else { panic!() };
    assert_eq!(list.iter().map(|node| slice(node.span)).collect::<Vec<_>>(), ["\"a b\"", "c"]);
    assert!(slice(of("m").value.span).starts_with("n: { o: p }\n"), "{:?}", slice(of("m").value.span));
    let Value::Mapping(inner) = &of("m").value.value else { panic!() };
    let spans: Vec<_> =
        inner.members.iter().map(|member| (slice(member.key_span), slice(member.value.span))).collect();
    // What is not there is at its key.
    assert_eq!(spans, [("n", "{ o: p }"), ("q", "q")]);
}

#[test]
fn places_count_code_points() {
    let text = "\u{FEFF}é😀\r\nx\n";
    let lines = Lines::of(text);
    let places: Vec<String> = text.char_indices().map(|(at, _)| lines.place(at).to_string()).collect();
    assert_eq!(places, ["1:1", "1:1", "1:2", "1:3", "1:4", "2:1", "2:2"]);
    assert_eq!(lines.place(99).to_string(), "3:1");
}
