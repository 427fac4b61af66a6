//! The parser gives a tree and errors for any text, in time that grows with its length, with places that hold.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what is wrong by panicking")]

use std::time::{Duration, Instant};

use keybound_vtl::ast::{AccessKind, Block, Expr, ExprKind, NodeKind};
use keybound_vtl::parse::{MAX_DEPTH, MAX_ERRORS, MAX_TEMPLATE_BYTES, parse};
use keybound_vtl::{Span, TemplateText};
use proptest::prelude::*;

/// Texts that made parsers of this kind slow or deep before: each is repeated up to the largest template.
const HOSTILE: [&str; 24] = [
    "(",
    "$x(",
    "$x.a(",
    "$x.a($x.a(",
    "$x[",
    "#if(",
    "#if(true)",
    "#foreach($a in [",
    "#set($a=",
    "#set($a=(",
    "#set($a=!",
    "#set($a=[",
    "#set($a={1:",
    "#set($a=\"",
    "#set($a='",
    "\"$x\"\"",
    "\\",
    "\\#",
    "\\$",
    "$!",
    "#[[",
    "#*",
    "#unknown(",
    "#define($a)",
];

#[test]
fn hostile_texts_of_the_largest_size_are_read_in_well_under_a_second() {
    for shape in HOSTILE {
        let template = TemplateText::plain(shape.repeat(MAX_TEMPLATE_BYTES / shape.len()));
        let begun = Instant::now();
        let (_, errors) = parse(&template);
        // A release build takes a few milliseconds; this is a debug build, perhaps on a busy machine.
        assert!(begun.elapsed() < Duration::from_secs(5), "{shape:?} took {:?}", begun.elapsed());
        assert!(errors.len() <= MAX_ERRORS);
    }
}

#[test]
fn nesting_up_to_the_limit_is_read_and_past_it_is_an_error() {
    let nested = |depth: usize| format!("#set($a = {}1{})", "(".repeat(depth), ")".repeat(depth));
    assert!(parse(&TemplateText::plain(nested(MAX_DEPTH / 2))).1.is_empty());
    let errors = parse(&TemplateText::plain(nested(MAX_DEPTH * 20))).1;
    assert!(errors.iter().any(|error| error.message.contains("nesting is deeper")), "{errors:?}");
}

#[test]
fn a_template_over_the_services_limit_is_an_error() {
    let errors = parse(&TemplateText::plain("x".repeat(MAX_TEMPLATE_BYTES + 1))).1;
    assert!(errors[0].message.contains("limit"), "{errors:?}");
}

#[test]
fn errors_say_what_is_wrong_and_where() {
    let table = [
        ("#if($x)a", "#if", "has no `#end`"),
        ("a#end", "#end", "without a directive"),
        ("#set($a 1)", "#set($a 1", "needs `=`"),
        ("${x", "${x", "not closed"),
        ("$x.get(1 + 1)", "(1 +", "expected `,` or `)`"),
        ("#set($a = \"b)", "\"b", "string is not closed"),
        ("x $", "$", "at the end of the template"),
        ("#foreach($i)a#end", "#foreach($i)a#end", "needs three things"),
    ];
    for (text, place, message) in table {
        let (_, errors) = parse(&TemplateText::plain(text));
        let error = errors.first().unwrap_or_else(|| panic!("{text:?} parses"));
        assert!(error.message.contains(message), "{text:?}: {error}");
        assert_eq!(error.span.slice(text), place, "{text:?}: {error}");
    }
}

#[test]
fn placeholders_are_opaque_wherever_they_stand() {
    let mut template = TemplateText::default();
    template.push_text("{\"T\": \"");
    let in_text = template.push_placeholder("Table");
    template.push_text("\"} #if($x == '");
    let in_string = template.push_placeholder("Role");
    template.push_text("')a#end #if($y == ");
    let bare = template.push_placeholder("Flag");
    template.push_text(")b#end");
    let (tree, errors) = parse(&template);
    assert!(errors.is_empty(), "{errors:?}");
    let mut found = Vec::new();
    placeholders(&tree.block, &mut found);
    assert_eq!(found, [(in_text, 0), (in_string, 1), (bare, 2)]);
}

#[test]
fn the_placeholder_character_alone_is_text() {
    let (tree, errors) = parse(&TemplateText::plain("a\u{FFFC}b"));
    assert!(errors.is_empty());
    assert!(matches!(&tree.block[0].kind, NodeKind::Text(text) if text == "a\u{FFFC}b"));
}

#[test]
fn places_inside_strings_are_places_of_the_template() {
    let text = "#set($a = \"x \"\"$inner.part\"\" \\u0041 ${other}\")";
    let (tree, errors) = parse(&TemplateText::plain(text));
    assert!(errors.is_empty(), "{errors:?}");
    let mut found = Vec::new();
    references(&tree.block, &mut found);
    assert_eq!(found.iter().map(|span| span.slice(text)).collect::<Vec<_>>(), ["$inner.part", "${other}"]);
}

fn placeholders(block: &Block, found: &mut Vec<(Span, usize)>) {
    for node in block {
        match &node.kind {
            NodeKind::Placeholder(index) => found.push((node.span, *index)),
            NodeKind::If(conditional) => {
                for (condition, body) in &conditional.arms {
                    in_expression(condition, found);
                    placeholders(body, found);
                }
            }
            _ => {}
        }
    }
}

fn in_expression(expr: &Expr, found: &mut Vec<(Span, usize)>) {
    match &expr.kind {
        ExprKind::Placeholder(index) => found.push((expr.span, *index)),
        ExprKind::Interpolated(block) => placeholders(block, found),
        ExprKind::Binary(_, left, right) => {
            in_expression(left, found);
            in_expression(right, found);
        }
        _ => {}
    }
}

fn references(block: &Block, found: &mut Vec<Span>) {
    for node in block {
        match &node.kind {
            NodeKind::Reference(reference) => {
                found.push(reference.span);
                for access in &reference.accesses {
                    if let AccessKind::Method(_, arguments) = &access.kind {
                        arguments.iter().for_each(|argument| in_value(argument, found));
                    }
                }
            }
            NodeKind::Set(set) => in_value(&set.value, found),
            _ => {}
        }
    }
}

fn in_value(expr: &Expr, found: &mut Vec<Span>) {
    if let ExprKind::Interpolated(block) = &expr.kind {
        references(block, found);
    }
}

/// Fragments that mean something to the language, so that random texts get past its first token.
fn fragments() -> impl Strategy<Value = String> {
    let fragment = prop_oneof![
        Just("$x"),
        Just("${x}"),
        Just("$!x.y"),
        Just(".a("),
        Just(")"),
        Just("["),
        Just("]"),
        Just("{"),
        Just("}"),
        Just("#set($a = "),
        Just("#if($x)"),
        Just("#else"),
        Just("#elseif("),
        Just("#end"),
        Just("#foreach($i in $l)"),
        Just("#break"),
        Just("#stop"),
        Just("#define($d)"),
        Just("#macro(m)"),
        Just("##"),
        Just("#*"),
        Just("*#"),
        Just("#[["),
        Just("]]#"),
        Just("\""),
        Just("'"),
        Just("\\"),
        Just("\n"),
        Just(" "),
        Just(","),
        Just(".."),
        Just("1"),
        Just("-1.5e3"),
        Just("=="),
        Just("&&"),
        Just("and"),
        Just("é"),
        Just("\u{FFFC}"),
        Just("\\u00"),
    ];
    prop::collection::vec(fragment, 0..60).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn any_text_gives_a_tree(text in ".{0,400}") {
        parse(&TemplateText::plain(text));
    }

    #[test]
    fn any_mix_of_the_languages_parts_gives_a_tree_whose_places_hold(text in fragments()) {
        let (tree, errors) = parse(&TemplateText::plain(text.clone()));
        for error in &errors {
            prop_assert!(text.get(error.span.start().to_usize()..error.span.end().to_usize()).is_some());
        }
        if errors.is_empty() {
            let mut at = 0;
            for node in &tree.block {
                prop_assert!(node.span.start().to_usize() >= at);
                at = node.span.end().to_usize();
                prop_assert!(text.get(node.span.start().to_usize()..at).is_some());
            }
        }
    }
}

#[test]
fn words_that_are_no_directive_are_listed() {
    let words = |text: &str| -> Vec<(String, String, bool)> {
        let (tree, _) = parse(&TemplateText::plain(text));
        let word = |word: &keybound_vtl::parse::Word| {
            (word.name.clone(), word.span.slice(text).to_owned(), word.stray)
        };
        tree.words.iter().map(word).collect()
    };
    let listed = |name: &str, text: &str, stray: bool| vec![(name.to_owned(), text.to_owned(), stray)];
    assert_eq!(words("#set($a = 1)#if($a)x#{else}y#end"), []);
    assert_eq!(words("\\#end #[[ #if ]]# ## #end"), []);
    assert_eq!(words("a #status b"), listed("status", "#status", false));
    assert_eq!(words("#set $a = 1"), listed("set", "#set", false));
    assert_eq!(words("#include('x') y"), listed("include", "#include('x')", false));
    assert_eq!(words("{\"#end\": 1}"), listed("end", "#end", true));
    assert_eq!(words("{\"#if\": 1}"), listed("if", "#if", true));
    assert_eq!(words("#set($a = \"x #n y\")"), listed("n", "#n", false));
}

#[test]
fn what_cannot_be_read_stands_in_the_tree_as_text() {
    let (tree, errors) = parse(&TemplateText::plain("{\"#end\": \"#if\"}"));
    assert_eq!(errors.len(), 2);
    let text: String = tree
        .block
        .iter()
        .filter_map(|node| match &node.kind {
            NodeKind::Text(text) => Some(text.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(text, "{\"#end\": \"#if\"}");
}
