#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

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

#[test]
fn probe() {
    for text in [
        "a: *foo\nb: 1",
        "a: *",
        "a: {tenant}#x",
        "k: { PK: {tenant}#x, SK: b }",
        "p: [a-z]{1,36}",
        "p: @x",
        "p: `x`",
        "p: %x",
        "p: #x{y}\nq: 1",
        "a: {t}",
        "{\n\t\"a\": \"\\/\\ud83d\\ude00\",\n\t\"b\"\n: [1,\t2]}",
        "a: \"\\ud83d\"",
        "a: 1\na: 2",
        "a: 1\n---\nb: 2",
        "1: x\n~: y\n? [a]\n: 3\n<<: {a: 1}",
        "a: !!str 1\nb: !foo x\nc: !!int x",
        "\u{feff}a: 1",
        "a: &x [*x]",
        "%YAML 1.2\n---\na: 1",
        "keys: { PK: TENANT#{tenant}, SK: x }",
        "keys: {PK: TENANT#{tenant}#*}",
        "",
        "# c",
        "a: |x",
        "a: >x",
        "GET /orders/{id}: [GetItem]",
        "r: { GET /orders/{id}: [GetItem] }",
        "a: \"x",
        "a: [1, 2",
        "\ta: 1",
        "a:\n\tb: 1",
        "SK: {a}*",
        "a: b: c",
        "a: - b",
        "account: 012345678901",
        "n: 99999999999999999999",
        "PK: !x",
        "PK: &x y",
        "a: x\n b: y",
    ] {
        let document = Document::parse(text);
        println!("{text:?}\n    {:?}\n    {:#?}", document.root.as_ref().map(shown), faults(text));
    }
}
