#![allow(clippy::string_slice, reason = "a range that does not fit must fail the test")]

use std::fmt::Write as _;

use super::*;
use crate::source::{SourceFile, parse_documents};

fn root(name: &str, text: &str) -> Node {
    let documents = parse_documents(&SourceFile::new(name, text));
    assert_eq!(documents.errors, [], "{text}");
    documents.roots[0].clone()
}

/// The text with each placeholder as `<name>`.
fn shown(text: &TemplateText) -> String {
    let mut out = String::new();
    for (at, c) in text.text().char_indices() {
        match text.placeholder_at(keybound_vtl::Offset::new(at)) {
            Some(placeholder) => write!(out, "<{}>", placeholder.name).unwrap(),
            None => out.push(c),
        }
    }
    out
}

fn composed(source: &str) -> ComposedText {
    ComposedText::of(root("a.yaml", source).get("k").unwrap()).expect(source)
}

/// The host text of each character, verbatim ones joined.
fn hosts<'a>(source: &'a str, composed: &ComposedText) -> Vec<&'a str> {
    let map = composed.map.as_ref().expect(source);
    let text = composed.text.text();
    let covered: usize = map.segments().iter().map(|s| s.decoded_len).sum();
    assert_eq!(covered, text.len(), "segments cover {text:?}");
    for (at, c) in text.char_indices() {
        assert!(map.host_span(Span::of(at, at + c.len_utf8())).is_some(), "{at} in {source:?}");
    }
    map.segments().iter().map(|s| &source[s.host_start..s.host_start + s.host_len]).collect()
}

#[test]
fn sub_makes_placeholders_of_names_and_text_of_the_rest() {
    for (source, expected, host) in [
        ("k: !Sub 'a${T}b'", "a<T>b", &["a", "${T}", "b"][..]),
        (
            "k: {Fn::Sub: '${T.Arn}-${AWS::Region}'}",
            "<T.Arn>-<AWS::Region>",
            &["${T.Arn}", "-", "${AWS::Region}"],
        ),
        ("k:\n  'Fn::Sub': |\n    a ${T}\n    b\n", "a <T>\nb\n", &["a ", "${T}", "\n", "b\n"]),
        ("{\"k\": {\"Fn::Sub\": \"\\\"${T}\\n\"}}", "\"<T>\n", &["\\\"", "${T}", "\\n"]),
        ("k: !Sub 'a${!T}b'", "a${T}b", &["a${", "T}b"]),
        ("k: !Sub '${!a${T}}'", "${a<T>}", &["${", "a", "${T}", "}"]),
        ("k: !Sub '${ T }'", "<T>", &["${ T }"]),
        ("k: !Sub '${a b.c()} ${} ${'", "${a b.c()} ${} ${", &["${a b.c()} ${} ${"]),
        ("k: !Sub '$input.body #set($x = 1)'", "$input.body #set($x = 1)", &["$input.body #set($x = 1)"]),
        ("k: !Sub ['${A}-${B}', {A: x, B: !Ref T}]", "x-<T>", &["x", "-", "${B}"]),
        ("k: !Sub ['${A}', {A: !Sub 'y${T}'}]", "y<T>", &["y", "${T}"]),
        ("k: !Sub ['${A}', {A: '${T}'}]", "${T}", &["${T}"]),
        ("k: !Sub ['a${T}']", "a<T>", &["a", "${T}"]),
    ] {
        let composed = composed(source);
        assert_eq!(shown(&composed.text), expected, "{source}");
        assert_eq!(joined(hosts(source, &composed), source), host, "{source}");
    }
}

/// Joins segments whose host bytes follow one another, except around placeholders and escapes.
fn joined<'a>(hosts: Vec<&'a str>, source: &'a str) -> Vec<&'a str> {
    let unit = |s: &str| s.starts_with("${") && s.ends_with('}') || s.starts_with('\\');
    let mut out: Vec<&str> = Vec::new();
    for host in hosts {
        let start = host.as_ptr() as usize - source.as_ptr() as usize;
        match out.last_mut() {
            Some(last)
                if !unit(last)
                    && !unit(host)
                    && last.as_ptr() as usize - source.as_ptr() as usize + last.len() == start =>
            {
                *last = &source[start - last.len()..start + host.len()];
            }
            _ => out.push(host),
        }
    }
    out
}

#[test]
fn join_strings_pieces_together() {
    for (source, expected, host) in [
        ("k: !Join ['', [a, !Ref T, b]]", "a<T>b", &["a", "T", "b"][..]),
        ("k: !Join [':', [a, b, {Ref: T}]]", "a:b:<T>", &["a", ":", "b", ":", "{Ref: T}"]),
        (
            "{\"k\": {\"Fn::Join\": [\"\", [\"a\\t\", {\"Fn::GetAtt\": [\"T\", \"Arn\"]}]]}}",
            "a\t<T.Arn>",
            &["a", "\\t", "{\"Fn::GetAtt\": [\"T\", \"Arn\"]}"],
        ),
        ("k: !Join ['', [!Sub 'a${T}', !Join ['-', [x, 1]]]]", "a<T>x-1", &["a", "${T}", "x", "-", "1"]),
        ("k: !Join ['', !Ref List]", "<Join(,List)>", &["['', !Ref List]"]),
        ("k: !Join [!Ref D, [a]]", "<Join(D,[a])>", &["[!Ref D, [a]]"]),
        ("k: !Join ['', [a, {b: c}]]", "a<{b:c}>", &["a", "{b: c}"]),
    ] {
        let composed = composed(source);
        assert_eq!(shown(&composed.text), expected, "{source}");
        assert_eq!(hosts(source, &composed), host, "{source}");
    }
}

#[test]
fn any_other_function_is_one_placeholder_named_after_its_source() {
    for (short, long, expected) in [
        ("!Ref T", "{Ref: T}", "T"),
        ("!GetAtt T.Arn", "{Fn::GetAtt: [T, Arn]}", "T.Arn"),
        ("!ImportValue orders", "{Fn::ImportValue: orders}", "ImportValue(orders)"),
        ("!FindInMap [M, !Ref S, n]", "{Fn::FindInMap: [M, {Ref: S}, n]}", "FindInMap(M,S,n)"),
        ("!If [P, a, !Ref B]", "{Fn::If: [P, a, {Ref: B}]}", "If(P,a,B)"),
        ("!Select [0, !Split [',', x]]", "{Fn::Select: [0, {Fn::Split: [',', x]}]}", "Select(0,Split(,,x))"),
    ] {
        for form in [short, long] {
            let composed = composed(&format!("k: {form}"));
            assert_eq!(composed.text.placeholders().len(), 1, "{form}");
            assert_eq!(shown(&composed.text), format!("<{expected}>"), "{form}");
        }
    }
    let nested = composed("k:\n  Fn::ImportValue: !Sub '${S}-t'");
    assert_eq!(shown(&nested.text), "<ImportValue(Sub(${S}-t))>");
}

#[test]
fn what_is_no_text_gives_none() {
    for source in ["k: ", "k: ~", "k: [a]", "k: {a: b}", "k: {Ref: a, b: c}", "k: {}"] {
        assert!(ComposedText::of(root("a.yaml", source).get("k").unwrap()).is_none(), "{source}");
    }
    assert_eq!(shown(&composed("k: ''").text), "");
    assert_eq!(shown(&composed("k: 12").text), "12");
}

#[test]
fn terraform_expressions_are_placeholders_in_plain_scalars() {
    let source = "k: 'a${var.t}$${b}${f({x = \"}\"})}$c${'";
    let node = root("a.yaml", source);
    let composed = ComposedText::of_terraform_template(node.get("k").unwrap()).unwrap();
    assert_eq!(shown(&composed.text), "a<var.t>${b}<f({x = \"}\"})>$c${");
    let host = hosts(source, &composed);
    assert_eq!(joined(host, source), ["a", "${var.t}", "$", "{b}", "${f({x = \"}\"})}", "$c${"]);
    assert_eq!(shown(&ComposedText::of(node.get("k").unwrap()).unwrap().text), &source[4..source.len() - 1]);
}

#[test]
fn functions_that_multiply_become_one_placeholder() {
    let mut value = "x".to_owned();
    for _ in 0..20 {
        value = format!("!Sub ['${{A}}${{A}}${{A}}${{A}}', {{A: {value}}}]");
    }
    let text = composed(&format!("k: {value}")).text;
    assert_eq!(text.placeholders().len(), 1);
    assert!(text.placeholders()[0].name.chars().count() <= MAX_NAME);

    let long = "y".repeat(100_000);
    let text = composed(&format!("k: !Join ['{long}', [{}]]", vec!["a"; 100].join(","))).text;
    assert_eq!(text.placeholders().len(), 1);

    let deep = format!("k: {}x{}", "!Join ['', [".repeat(100), "]]".repeat(100));
    assert_eq!(composed(&deep).text.placeholders().len(), 1);
}
