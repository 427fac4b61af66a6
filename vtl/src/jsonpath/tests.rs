use proptest::prelude::*;

use super::*;
use crate::json;
use crate::value::{SourceId, Text};

const DOCUMENT: &str = r#"{"a":{"b":[1,2,{"c":"x","d":null}],"c":"y"},"arr":[1,"s",{"k":"v"},null,[5]],"n":null,
    "a b":1,"x-y":2,"it's":3,"k.k":4,"$r":"v"}"#;

/// The result as JSON text, `-` for none, `!` for what is no path.
fn at(document: &str, path: &str) -> String {
    let document = json::read(&Text::new(document)).unwrap();
    match compile(path) {
        Err(_) => "!".to_owned(),
        Ok(path) => path.evaluate(&document).map_or("-".to_owned(), |v| json::write(&v).as_str().to_owned()),
    }
}

fn check(document: &str, table: &[(&str, &str)]) {
    for (path, expected) in table {
        assert_eq!(at(document, path), *expected, "{path}");
    }
}

#[test]
fn steps_to_one_value() {
    check(
        DOCUMENT,
        &[
            ("$.a.c", "\"y\""),
            ("  $.a.c ", "\"y\""),
            ("a.c", "\"y\""),
            ("@.a.c", "\"y\""),
            ("$['a']['c']", "\"y\""),
            ("$[ 'a' ][\"c\"]", "\"y\""),
            ("$.['x-y']", "2"),
            ("$.x-y", "2"),
            ("$['a b']", "1"),
            ("$['k.k']", "4"),
            ("$['it\\'s']", "3"),
            ("$.it's", "3"),
            ("$['\\u0061'].c", "\"y\""),
            ("$.a.b[0]", "1"),
            ("$.a.b[ 0 ]", "1"),
            ("$.n", "null"),
            ("$['a','n','zz'].c", "[\"y\"]"),
            ("$.a['c','zz']", "{\"c\":\"y\"}"),
            ("$.$r", "\"v\""),
        ],
    );
}

#[test]
fn definite_paths_that_lead_nowhere() {
    for path in [
        "$.zz",
        "$.zz.y",
        "$.n.x",
        "$.arr.k",
        "$.a.c.x",
        "$.a.b[5]",
        "$.a.b[-1]",
        "$.a[0]",
        "$.n[0]",
        "$.zz[*]",
        "$.arr.length()",
        "$.arr.size()",
        "$.k.k",
    ] {
        assert_eq!(at(DOCUMENT, path), "-", "{path}");
    }
}

#[test]
fn steps_to_many_values() {
    check(
        DOCUMENT,
        &[
            ("$.a.b[0,1]", "[1,2]"),
            ("$.a.b[0,9]", "[1]"),
            ("$.a.b[1:]", r#"[2,{"c":"x","d":null}]"#),
            ("$.a.b[:2]", "[1,2]"),
            ("$.a.b[0:2]", "[1,2]"),
            ("$.a.b[0:2:7]", "[1,2]"),
            ("$.a.b[-2:]", r#"[2,{"c":"x","d":null}]"#),
            ("$.a.b[-9:]", r#"[1,2,{"c":"x","d":null}]"#),
            ("$.a.b[:-1]", "[1,2]"),
            ("$.a.b[1:-1]", "[]"),
            ("$.a.b[-1:2]", "[1,2]"),
            ("$.a.b[7:]", "[]"),
            ("$.a.*", r#"[[1,2,{"c":"x","d":null}],"y"]"#),
            ("$.arr[*]", r#"[1,"s",{"k":"v"},null,[5]]"#),
            ("$.arr[*].k", "[\"v\"]"),
            ("$.n[*]", "[]"),
            ("$..c", "[\"y\",\"x\"]"),
            ("$..b[0]", "[1]"),
            ("$..[0]", "[1,1,5]"),
            ("$..a.b", r#"[[1,2,{"c":"x","d":null}]]"#),
            ("$['a']..c", "[\"y\",\"x\"]"),
            ("$..['c','d']", r#"[{"c":"x","d":null}]"#),
            ("$..zz", "[]"),
            (".c", "[\"y\",\"x\"]"),
            ("$.a.b[*]..*", "[\"x\",null]"),
        ],
    );
}

#[test]
fn texts_that_are_no_paths() {
    for path in [
        "",
        " ",
        "$.",
        "$..",
        "$a",
        "$ .a",
        "$*",
        "$]",
        "$[",
        "$['a'",
        "$['a",
        "$['a',]",
        "$['a'x]",
        "$[a]",
        "$.a b",
        "$.a..",
        "$...a",
        "$.a.b[::2]",
        "$.a.b[1-2]",
        "$.a.b[99999999999]",
        "$.a.b[0:1,2]",
        "$[?]",
        "$[?()]",
        "$[?(1)]",
        "$[?(@.a ~ 1)]",
        "$[?(@.a == )]",
        "$[?(@.a == 1]",
        "$[?(@.a == 'x)]",
        "$[?(@.a =~ /(/)]",
        "$[?(@.a =~ /a)]",
    ] {
        assert!(compile(path).is_err(), "{path:?}");
    }
    assert_eq!(
        compile("$.a b").unwrap_err().to_string(),
        "a name without blanks, or one in brackets and quotes, expected at byte 3 of the json path \"$.a b\""
    );
}

#[test]
fn filters_compare() {
    let items =
        r#"[{"a":"x","b":3,"c":true},{"a":"y","b":"3","d":[1,2]},{"a":null,"b":2.50,"e":{}},{"b":10}]"#;
    let table: &[(&str, &[usize])] = &[
        ("@.a", &[0, 1, 2]),
        ("!@.a", &[3]),
        ("!(@.a)", &[3]),
        ("@.a == 'x'", &[0]),
        ("@.a == \"x\"", &[0]),
        ("'x' == @.a", &[0]),
        ("@.a != 'x'", &[1, 2, 3]),
        ("@.a == null", &[2]),
        ("@.b == 3", &[0, 1]),
        ("@.b == '3'", &[0, 1]),
        ("@.b === 3", &[0]),
        ("@.b !== 3", &[1, 2, 3]),
        ("@.b > 2", &[0, 1, 2, 3]),
        ("@.b>=3", &[0, 1, 3]),
        ("@.b < 10", &[0, 2]),
        ("@.a > 9", &[0, 1]),
        ("@.b < 2.6", &[2]),
        ("@.a <= 'x'", &[0]),
        ("@.b == 2.5", &[2]),
        ("@.c == true", &[0]),
        ("@.a == 'x' && @.b == 3", &[0]),
        ("@.a == 'x' || @.b == 10 && @.a == 'y'", &[0]),
        ("(@.a == 'x' || @.b == 10) && @.b > 3", &[3]),
        ("@.a=='x'||@.b==10", &[0, 3]),
        ("!(@.a == 'x' || @.b == 10)", &[1, 2]),
        ("@.a in ['x', 'y']", &[0, 1]),
        ("@.a nin ['x', 'y']", &[2, 3]),
        ("@.b in [10, 3]", &[0, 1, 3]),
        ("@.a in 'xy'", &[]),
        ("@.a nin 'xy'", &[]),
        ("@.d contains 2", &[1]),
        ("@.a contains 'x'", &[0]),
        ("@.d all [2, 1]", &[1]),
        ("@.d size 2", &[1]),
        ("@.a size 1", &[0, 1]),
        ("@.e empty true", &[2]),
        ("@.d empty false", &[1]),
        ("@.d exists false", &[0, 2, 3]),
        ("@.d == [1,2]", &[1]),
        ("@.d[1] == 2", &[1]),
        ("@['a'] == $[0].a", &[0]),
        ("@.b == $[?(@.a == 'x')][0]", &[]),
        ("@.length() == 1", &[]),
        ("@.a =~ /[xz]/", &[0]),
        ("@.a =~ /X|Y/i", &[0, 1]),
        ("@.a =~ /X/", &[]),
        ("/\\d+/ =~ @.b", &[0, 1, 3]),
        ("@.c =~ /true/", &[0]),
        ("@.d =~ /.+/", &[]),
        ("@.a =~ 'x'", &[]),
    ];
    for (filter, expected) in table {
        let all: serde_json::Value = serde_json::from_str(items).unwrap();
        let expected: serde_json::Value = expected.iter().map(|index| all[*index].clone()).collect();
        let found: serde_json::Value = serde_json::from_str(&at(items, &format!("$[?({filter})]"))).unwrap();
        assert_eq!(found, expected, "{filter}");
    }
}

#[test]
fn a_filter_on_an_object_takes_the_object_itself() {
    check(
        DOCUMENT,
        &[
            ("$.a[?(@.c == 'y')].c", "[\"y\"]"),
            ("$.a[?(@.c == 'n')]", "[]"),
            ("$..[?(@.k)]", "[{\"k\":\"v\"}]"),
            ("$.n[?(@.c)]", "-"),
        ],
    );
}

#[test]
fn a_list_of_results_carries_the_source_of_the_document() {
    let body = SourceId(2);
    let document = json::read(&Text::marked(DOCUMENT, body)).unwrap();
    let found = compile("$..k").unwrap().evaluate(&document).unwrap();
    assert_eq!(json::write(&found).whole_source(), Some(body));
}

#[test]
fn hostile_filters_end() {
    let many = format!("[{}]", vec!["[1,[2,[3,[4]]]]"; 20_000].join(","));
    assert_eq!(at(&many, "$[?(@ in $)]"), "-");
    assert_eq!(at(&many, "$[?($ == $[*])]"), "-");
    assert_eq!(at(&many, "$[?($[0] =~ /.*/)]"), "-");
}

#[test]
fn hostile_paths_end() {
    let deep = format!("{}{}", "[".repeat(400), "]".repeat(400));
    assert_eq!(at(&deep, &format!("${}", "..*".repeat(100))), "-");
    assert_eq!(at("[]", &"[?(@".repeat(5000)), "!");
    assert_eq!(at("[]", &format!("$[?({}@.a", "(".repeat(5000))), "!");
    assert_eq!(at("[]", &format!("${}", ".a".repeat(4000))), "!");
    assert_eq!(at("[]", &format!("${}", ".a".repeat(200))), "-");
}

proptest! {
    #[test]
    fn any_text_is_a_path_or_is_refused(path in r#"[$@.*\[\]()?'"a-c0-2,: !=<>&|~/\\é-]{0,30}"#) {
        let _ = at(DOCUMENT, &path);
        let _ = at(DOCUMENT, &format!("$[?({path})]"));
    }
}
