//! Regular expressions, held against recordings of Java itself (OpenJDK 17, see `java_regex/Record.java`).

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what is wrong by panicking")]

use keybound_vtl::java::regex::{RegexError, matches, replace_all, replace_first, split};
use keybound_vtl::value::Text;
use serde_json::{Value, json};

const RECORDED: &str = include_str!("java_regex/recorded.json");

/// What this crate says where the recording has `gives` or `throws`.
fn answer(case: &Value) -> Result<Value, RegexError> {
    let field = |name: &str| case[name].as_str().unwrap_or_default();
    let (pattern, text, argument) = (field("pattern"), Text::new(field("text")), field("argument"));
    let plain = |text: Text| json!(text.as_str());
    match field("method") {
        "matches" => matches(pattern, &text).map(Value::Bool),
        "replaceAll" => replace_all(&text, pattern, &Text::new(argument)).map(plain),
        "replaceFirst" => replace_first(&text, pattern, &Text::new(argument)).map(plain),
        "split" => split(&text, pattern, argument.parse().unwrap())
            .map(|parts| parts.into_iter().map(plain).collect()),
        other => panic!("unknown method {other}"),
    }
}

#[test]
fn answers_as_java_does() {
    let cases: Vec<Value> = serde_json::from_str(RECORDED).unwrap();
    let mut wrong = Vec::new();
    let mut unsupported = Vec::new();
    for case in &cases {
        let right = match answer(case) {
            Ok(value) => case["gives"] == value,
            Err(RegexError::Syntax { .. }) => case["throws"] == "pattern",
            Err(RegexError::Replacement(_)) => case["throws"] == "replacement",
            Err(RegexError::Unsupported(_) | RegexError::TooLarge(_)) => {
                unsupported.push(case["pattern"].to_string());
                continue;
            }
        };
        if !right {
            wrong.push(format!("{case}\n    but: {:?}", answer(case)));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    unsupported.dedup();
    assert!(unsupported.len() * 20 < cases.len(), "too many are not supported: {unsupported:#?}");
}
