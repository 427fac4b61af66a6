use keybound_shared::KeyPattern;
use keybound_vtl::java::charset::CharSet;

use super::*;

fn text(part: &str) -> Part {
    Part::Text(part.to_owned())
}

fn value(name: &str) -> Part {
    Part::Value(name.to_owned())
}

fn free() -> Part {
    let mut terms = Terms::new(false);
    Part::Free(terms.id(Term::Body))
}

#[test]
fn texts_are_held_against_patterns() {
    let cases: [(&str, Vec<Part>, bool); 14] = [
        ("TENANT#{tenant}", vec![text("TENANT#"), value("tenant")], true),
        ("TENANT#{tenant}", vec![text("TEN"), text("ANT#"), value("tenant"), text("")], true),
        ("TENANT#{tenant}", vec![text("TENANT#"), value("user")], false),
        ("TENANT#{tenant}", vec![text("TENANT#"), free()], false),
        ("TENANT#{tenant}", vec![text("TENANT#"), value("tenant"), free()], false),
        ("TENANT#{tenant}#*", vec![text("TENANT#"), value("tenant"), text("#x"), free()], true),
        ("TENANT#{tenant}#*", vec![text("TENANT#"), value("tenant"), free()], false),
        ("TENANT#{tenant}#*", vec![text("TENANT#"), value("tenant")], false),
        ("ORDER#*", vec![text("ORDER#"), free(), text("#"), free()], true),
        ("ORDER#*", vec![text("ORDER")], false),
        ("ORDER#*", vec![text("ORD"), free()], false),
        ("*", vec![free()], true),
        ("NEWS", vec![text("NEWS")], true),
        ("NEWS", vec![text("NEWS"), text("2")], false),
    ];
    for (pattern, parts, expected) in cases {
        let pattern = KeyPattern::parse(pattern).unwrap();
        assert_eq!(within(&parts, &pattern).is_ok(), expected, "{pattern} {parts:?}");
    }
}

#[test]
fn what_stands_in_the_way_is_told() {
    let pattern = KeyPattern::parse("TENANT#{tenant}").unwrap();
    let stray = |parts: Vec<Part>| within(&parts, &pattern).unwrap_err();
    assert_eq!(stray(vec![text("USER#"), value("tenant")]), Stray::At(text("USER#")));
    assert_eq!(stray(vec![text("TENANT#")]), Stray::Short);
    assert_eq!(stray(vec![text("TENANT#"), value("user")]), Stray::At(value("user")));
}

#[test]
fn escapes_of_json_are_read() {
    assert_eq!(decoded(r"a\u0023b").as_deref(), Some("a#b"));
    assert_eq!(decoded(r"a\"), None);
}

#[test]
fn operations_that_change_nothing() {
    let plain = CharSet::of("abcXYZ019-_.@");
    let quote = Op::ReplaceAll(r"\\'".to_owned(), "'".to_owned());
    for op in [Op::ToText, Op::EscapeJavaScript, Op::Trim, quote, Op::UrlDecode] {
        assert!(leaves(&op, &plain), "{op:?}");
    }
    for op in [Op::Upper, Op::Lower, Op::Base64Encode, Op::UrlEncode, Op::Replace("a".into(), "b".into())] {
        assert!(!leaves(&op, &plain), "{op:?}");
    }
}
