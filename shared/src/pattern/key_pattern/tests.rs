#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use proptest::prelude::*;

use super::*;

fn pattern(source: &str) -> KeyPattern {
    KeyPattern::parse(source).unwrap()
}

/// The value of a variable that is its own name.
fn named(name: &str) -> Option<&'static str> {
    (name != "unbound").then_some(match name {
        "tenant" => "acme",
        _ => "u1",
    })
}

#[test]
fn a_pattern_prints_as_it_was_written() {
    for source in ["*", "A", "A*", "{a}", "A#{a}", "A#{a}#*", "{a}#{b}", "A#{a}#B#{b}", "a b", "{a1_b}"] {
        assert_eq!(pattern(source).to_string(), source);
    }
}

#[test]
fn what_is_no_pattern_is_told() {
    use KeyPatternError as E;
    let forbidden = |source: &str| matches!(KeyPattern::parse(source), Err(E::Forbidden(_)));
    assert_eq!(KeyPattern::parse(""), Err(E::Empty));
    assert_eq!(KeyPattern::parse("{a"), Err(E::Unclosed));
    assert_eq!(KeyPattern::parse("a}"), Err(E::Unopened));
    assert_eq!(KeyPattern::parse("{}"), Err(E::BadName(String::new())));
    assert_eq!(KeyPattern::parse("{a-b}"), Err(E::BadName("a-b".to_owned())));
    assert_eq!(KeyPattern::parse("{a{b}}"), Err(E::BadName("a{b".to_owned())));
    assert_eq!(KeyPattern::parse("a*b"), Err(E::InnerStar));
    assert_eq!(KeyPattern::parse("**"), Err(E::InnerStar));
    assert_eq!(KeyPattern::parse("{a}{b}"), Err(E::Adjacent("a".to_owned(), "b".to_owned())));
    assert_eq!(KeyPattern::parse("X#{a}*"), Err(E::OpenVariable("a".to_owned())));
    assert_eq!(KeyPattern::parse(&"a".repeat(1025)), Err(E::TooLong));
    for source in ["a?", "$a", "${env:X}", "é", "a\n", "a\u{7f}", "a\0"] {
        assert!(forbidden(source), "{source:?}");
    }
}

#[test]
fn a_separator_holds_what_no_value_holds() {
    // As the default pattern, which admits `-` and letters but not `#`.
    let admits = |_: &str, character: char| character.is_ascii_alphanumeric() || "_.@-".contains(character);
    for source in ["{a}", "{a}#*", "T#{a}#{b}", "{a}-#*", "{a}USER#{b}", "T-{a}", "{a}-end", "x-*"] {
        assert_eq!(pattern(source).check_separators(admits), Ok(()), "{source}");
    }
    for source in ["{a}-*", "{a}-{b}", "{a}x*", "{a}#{b}-*", "T#{a}@{b}"] {
        let error = pattern(source).check_separators(admits).unwrap_err();
        assert!(matches!(error, KeyPatternError::Crossable { .. }), "{source}: {error}");
    }
}

#[test]
fn a_prefix_never_reaches_a_longer_neighbour() {
    // Attack 38.
    let range = pattern("TENANT#{tenant}#*").range(named).unwrap();
    assert!(range.matches("TENANT#acme#ORDER#1"));
    assert!(!range.matches("TENANT#acme-corp#ORDER#1"));
    assert!(!range.matches("TENANT#acme"));
}

#[test]
fn an_unbound_variable_reaches_nothing() {
    assert_eq!(pattern("A#{unbound}").range(named), None);
    assert!(!pattern("A#{unbound}#*").matches("A##x", named));
}

#[test]
fn within_is_for_every_caller() {
    let within = |inner: &str, outer: &str| pattern(inner).within(&pattern(outer));
    for (inner, outer) in [
        ("A", "A"),
        ("A", "*"),
        ("{a}", "*"),
        ("*", "*"),
        ("A#{a}", "A#*"),
        ("A#{a}#B", "A#{a}#*"),
        ("A#{a}#{b}", "A#{a}#*"),
        ("A#{a}#B*", "A#{a}#*"),
        ("A#{a}#*", "A#{a}#*"),
        ("A#B#{a}", "A#B*"),
    ] {
        assert!(within(inner, outer), "{inner} within {outer}");
    }
    for (inner, outer) in [
        ("*", "A*"),
        ("A*", "A"),
        ("A", "A*b"),
        ("A#{a}", "A#{b}"),
        ("A#{a}", "A#{a}#*"),
        ("A#*", "A#{a}#*"),
        ("{a}", "A*"),
        ("A#{b}#x", "A#{a}#*"),
        ("A", "AB*"),
    ] {
        let Ok(outer) = KeyPattern::parse(outer) else { continue };
        assert!(!pattern(inner).within(&outer), "{inner} not within {outer}");
    }
}

/// Patterns over two variables and an alphabet so small that they often agree.
fn patterns() -> impl Strategy<Value = KeyPattern> {
    patterns_around("")
}

/// Such patterns with something in their middle.
fn patterns_around(middle: &'static str) -> impl Strategy<Value = KeyPattern> {
    let piece =
        prop_oneof![Just("{user}"), Just("#"), Just("A"), Just("A#"), Just("acme#"), Just("{tenant}")];
    let pieces = prop::collection::vec(piece, 0..3);
    (pieces.clone(), pieces, any::<bool>()).prop_filter_map("no pattern", move |(before, after, open)| {
        let end = if open { "*" } else { "" };
        KeyPattern::parse(&format!("{}{middle}{}{end}", before.concat(), after.concat())).ok()
    })
}

proptest! {
    #[test]
    fn what_is_within_matches_no_more(
        inner in patterns(), outer in patterns(), tenant in "[A#]{1,2}", user in "[A#]{1,2}", key in "[A#cme]{0,8}"
    ) {
        let value = |name: &str| Some(if name == "tenant" { tenant.as_str() } else { user.as_str() });
        if inner.within(&outer) {
            prop_assert!(!inner.matches(&key, value) || outer.matches(&key, value));
            let range = inner.range(value).unwrap();
            let (KeyRange::Exactly(text) | KeyRange::StartsWith(text)) = range;
            prop_assert!(outer.matches(&text, value));
        }
    }

    #[test]
    fn callers_that_differ_share_no_key(
        pattern in patterns_around("{tenant}"), one in "[Ab]{1,3}", other in "[Ab]{1,3}", user in "[Ab]{1,2}", rest in "[A#b]{0,4}"
    ) {
        prop_assume!(one != other);
        prop_assume!(pattern.check_separators(|_, character| "Ab".contains(character)).is_ok());
        let range = |tenant: &str| pattern.range(|name| Some(if name == "tenant" { tenant } else { user.as_str() }));
        let key = match range(&one).unwrap() {
            KeyRange::Exactly(text) => text,
            KeyRange::StartsWith(text) => format!("{text}{rest}"),
        };
        prop_assert!(range(&one).unwrap().matches(&key));
        prop_assert!(!range(&other).unwrap().matches(&key));
    }

    #[test]
    fn no_text_panics(source in "\\PC{0,20}") {
        if let Ok(pattern) = KeyPattern::parse(&source) {
            prop_assert_eq!(pattern.to_string(), source);
        }
    }
}
