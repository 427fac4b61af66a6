#![allow(clippy::string_slice, reason = "a range that does not fit must fail the test")]

use keybound_vtl::Span;
use proptest::prelude::*;

use super::*;
use crate::source::{NodeValue, SourceMap};

fn file(name: &str, text: &str) -> SourceFile {
    SourceFile::new(name, text)
}

fn one(name: &str, text: &str) -> Node {
    let documents = parse_documents(&file(name, text));
    assert_eq!(documents.errors, [], "{text:?}");
    assert_eq!(documents.roots.len(), 1, "{text:?}");
    documents.roots[0].clone()
}

fn yaml(text: &str) -> Node {
    one("a.yaml", text)
}

fn map_of(node: &Node) -> &SourceMap {
    node.scalar().unwrap().map.as_ref().expect("a proven map")
}

/// The host bytes of each character of a scalar.
fn places(node: &Node) -> Vec<HostSpan> {
    let text = node.as_str().unwrap();
    let at = |i: usize, c: char| map_of(node).host_span(Span::of(i, i + c.len_utf8())).unwrap();
    text.char_indices().map(|(i, c)| at(i, c)).collect()
}

/// Characters by their index, and the source that stands for each.
type Units = &'static [(usize, &'static str)];

/// Every style with the decoded text and, for characters that do not stand in the file as they are, the source that
/// stands for them, by their index.
const STYLES: &[(&str, &str, Units)] = &[
    ("k: ab c # x", "ab c", &[]),
    ("k: a#b:c", "a#b:c", &[]),
    ("k: one\n  two\n\n\n  three\nl: 1", "one two\n\nthree", &[(3, "\n"), (7, "\n"), (8, "\n")]),
    ("k: one  \t\n  two", "one two", &[(3, "\n")]),
    ("k: 'it''s'", "it's", &[(2, "''")]),
    ("k: ' a  \n   b\n\n c '", " a b\nc ", &[(2, "\n")]),
    ("k: 'a \\n\"'", "a \\n\"", &[]),
    (r#"k: "a\tb\n\"\\\/""#, "a\tb\n\"\\/", &[(1, r"\t"), (3, r"\n"), (4, r#"\""#), (5, r"\\"), (6, r"\/")]),
    (
        r#"k: "\x41\u00e9\U0001F600\uD83D\uDE00""#,
        "Aé😀😀",
        &[(0, r"\x41"), (1, r"\u00e9"), (2, r"\U0001F600"), (3, r"\uD83D\uDE00")],
    ),
    (
        r#"k: "\0\a\b\v\f\r\e\ \N\_\L\P""#,
        "\0\u{7}\u{8}\u{b}\u{c}\r\u{1b} \u{85}\u{a0}\u{2028}\u{2029}",
        &[
            (0, r"\0"),
            (1, r"\a"),
            (2, r"\b"),
            (3, r"\v"),
            (4, r"\f"),
            (5, r"\r"),
            (6, r"\e"),
            (7, r"\ "),
            (8, r"\N"),
            (9, r"\_"),
            (10, r"\L"),
            (11, r"\P"),
        ],
    ),
    ("k: \"a \\\n   b\\\n  \\ c\"", "a b c", &[(3, r"\ ")]),
    ("k: \"a\n  b  \n\n  c\"", "a b\nc", &[(1, "\n")]),
    ("k: |\n  a\n   b\n\n  c\nl: 1", "a\n b\n\nc\n", &[]),
    ("k: |-\n  a\n\n\nl: 1", "a", &[]),
    ("k: |+\n  a\n\n \nl: 1", "a\n\n\n", &[]),
    ("k: |2\n    a\n  b\n", "  a\nb\n", &[]),
    ("k: |-1 # a | comment > here\n  a\n b", " a\nb", &[]),
    ("k: |1-\n  a\n b", " a\nb", &[]),
    ("k: |\n\n\n  a\n", "\n\na\n", &[]),
    ("k: |\n  a", "a", &[]),
    ("k: |\n  a\n  # inside\n# outside\nl: 1", "a\n# inside\n", &[]),
    ("k: |\n  \ta\t\n", "\ta\t\n", &[]),
    ("k:\n  # not | this\n  !x &an|chor |\n  a\n", "a\n", &[]),
    ("k: >\n  a\n  b\n\n  c\n", "a b\nc\n", &[(1, "\n")]),
    ("k: >-\n  a\n    b\n    c\n  d\n", "a\n  b\n  c\nd", &[]),
    ("k: >+\n\n  a\n\n  \n  b\n\n", "\na\n\nb\n\n", &[]),
    ("k: >\n  a\n\n    b\n\n  c", "a\n\n  b\n\nc", &[]),
    ("k: |\r\n  a\r\n  b\r\n", "a\nb\n", &[(1, "\r\n"), (3, "\r\n")]),
    ("k: >\r\n  a\r\n  b\r\n\r\n  c\r\n", "a b\nc\n", &[(1, "\r\n"), (3, "\r\n"), (5, "\r\n")]),
    ("k: \"a\r\n  b\r\n\r\n  c\"", "a b\nc", &[(1, "\r\n"), (3, "\r\n")]),
    ("k: a\r\n  b\r\n", "a b", &[(1, "\r\n")]),
    ("\u{FEFF}k: |\n  é\n  😀\n", "é\n😀\n", &[]),
    ("{\"k\": \"a\\nb\"}", "a\nb", &[(1, r"\n")]),
    ("k:", "", &[]),
    ("k: ''", "", &[]),
    ("k: |\nl: 1", "", &[]),
];

#[test]
fn every_style_maps_each_character_to_its_source() {
    for (source, decoded, units) in STYLES {
        let root = yaml(source);
        let node = root.get("k").expect(source);
        assert_eq!(node.as_str(), Some(*decoded), "{source:?}");
        let mut end = 0;
        for (i, (c, place)) in decoded.chars().zip(places(node)).enumerate() {
            let verbatim = c.to_string();
            let expected = units.iter().find(|(at, _)| *at == i).map_or(verbatim.as_str(), |(_, unit)| *unit);
            assert_eq!(&source[place.start..place.end], expected, "character {i} of {source:?}");
            assert!(place.start >= end, "character {i} of {source:?} stands before the one before it");
            end = place.end;
        }
    }
}

#[test]
fn spans_hold_the_value_and_nothing_else() {
    for (source, expected) in [
        ("k: ab # c\nl: 1", "ab"),
        ("k: !Sub 'ab' # c\nl: 1", "'ab'"),
        ("k: &a \"ab\"\nl: 1", "\"ab\""),
        ("k: !Sub |- # c\n\n  ab\n  c\n# d\nl: 1", "|- # c\n\n  ab\n  c"),
        ("k:\n  - a\n  - b: c\n\n# d\nl: 1", "- a\n  - b: c"),
        ("k: [a, {b: c} ] # d\nl: 1", "[a, {b: c} ]"),
        ("l: &x 1\nk:\n  a: 1\n  b: *x\nm: 1", "a: 1\n  b: *x"),
        ("k:\nl: 1", ""),
    ] {
        let span = yaml(source).get("k").unwrap().span;
        assert_eq!(&source[span.start..span.end], expected, "{source:?}");
    }
}

#[test]
fn tags_are_kept_as_written() {
    let root = yaml("a: !Sub x\nb: !GetAtt [T, Arn]\nc: !!str 200\nd: 200\ne: !Transform {Name: x}");
    let tag = |key: &str| root.get(key).unwrap().tag.clone();
    assert_eq!(tag("a").as_deref(), Some("!Sub"));
    assert_eq!(tag("b").as_deref(), Some("!GetAtt"));
    assert_eq!(tag("e").as_deref(), Some("!Transform"));
    assert_eq!(tag("d"), None);
    assert!(!root.get("c").unwrap().scalar().unwrap().plain);
    assert!(root.get("d").unwrap().scalar().unwrap().plain);
}

#[test]
fn duplicates_are_kept_and_the_last_counts() {
    let root = yaml("k: 1\nk: 2");
    assert_eq!(root.members().len(), 2);
    assert_eq!(root.get("k").unwrap().as_str(), Some("2"));
}

#[test]
fn null_is_told_from_text() {
    let root = yaml("- \n- ~\n- null\n- 'null'\n- !!str\n- nil");
    let nulls: Vec<bool> = root.elements().iter().map(Node::is_null).collect();
    assert_eq!(nulls, [true, true, true, false, false, false]);
}

#[test]
fn documents_and_comments_are_listed() {
    let text = "# one\na: 1 # two\n---\nb: 2\n...\n# three\n---\nc: 3\n";
    let documents = parse_documents(&file("a.yaml", text));
    let keys: Vec<_> = documents.roots.iter().map(|root| root.members()[0].0.as_str().unwrap()).collect();
    assert_eq!(keys, ["a", "b", "c"]);
    let comments: Vec<_> = documents.comments.iter().map(|c| &text[c.start..c.end]).collect();
    assert_eq!(comments, ["# one", "# two", "# three"]);
}

#[test]
fn a_broken_document_does_not_lose_the_others() {
    let text = "a: 1\n---\nb: [1\n---\nc: 3\n";
    let documents = parse_documents(&file("a.yaml", text));
    assert_eq!(documents.roots.len(), 2);
    assert_eq!(documents.errors.len(), 1);
    assert!(documents.errors[0].message.starts_with("not valid YAML: "), "{}", documents.errors[0]);
    assert!((9..19).contains(&documents.errors[0].span.start), "{:?}", documents.errors[0]);
}

#[test]
fn a_file_of_broken_documents_is_given_up() {
    let documents = parse_documents(&file("a.yaml", &"a: [\n---\n".repeat(1000)));
    assert_eq!(documents.errors.len(), 21);
    assert!(documents.errors[20].message.contains("not tried"), "{}", documents.errors[20]);
}

#[test]
fn aliases_share_the_anchored_value() {
    let root = yaml("a: &x {v: 1}\nb: *x\nc: [*x, *x]");
    assert_eq!(root.get("b").unwrap().span, root.get("a").unwrap().span);
    assert_eq!(root.get("c").unwrap().elements()[1].get("v").unwrap().as_str(), Some("1"));
}

#[test]
fn merge_keys_give_way_to_what_is_written() {
    let root =
        yaml("a: &a {x: 1, y: 1, y: 2}\nb: &b {x: 3, z: 3}\nm:\n  <<: [*a, *b]\n  z: 4\nq: {'<<': *a}");
    let merged = root.get("m").unwrap();
    let value = |key: &str| merged.get(key).unwrap().as_str().unwrap();
    assert_eq!((value("x"), value("y"), value("z")), ("1", "2", "4"));
    assert!(merged.get("<<").is_none());
    assert_eq!(merged.members().len(), 3);
    assert!(root.get("q").unwrap().get("x").is_none());
}

#[test]
fn nested_aliases_run_into_a_limit() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for i in 1..12 {
        let aliases = vec![format!("*a{}", i - 1); 10].join(", ");
        text.push_str(&format!("a{i}: &a{i} [{aliases}]\n"));
    }
    let documents = parse_documents(&file("a.yaml", &text));
    assert!(documents.errors[0].message.starts_with("alias expansion"), "{:?}", documents.errors);
    let long = format!("a: &a '{}'\nb: [{}]", "x".repeat(100_000), vec!["*a"; 1000].join(", "));
    let documents = parse_documents(&file("a.yaml", &long));
    assert!(documents.errors[0].message.starts_with("alias expansion"), "{:?}", documents.errors);
}

#[test]
fn depth_is_bounded_also_through_aliases() {
    let flow = format!("{}x{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(parse_documents(&file("a.yaml", &flow)).roots.len(), 0);
    let json = parse_documents(&file("a.json", &flow));
    assert_eq!((json.roots.len(), json.errors.len()), (0, 1));
    let mut chain = "a0: &a0 x\n".to_owned();
    for i in 1..1000 {
        chain.push_str(&format!("a{i}: &a{i} [*a{}]\n", i - 1));
    }
    let documents = parse_documents(&file("a.yaml", &chain));
    assert_eq!(documents.errors[0].message, "nested deeper than 256 levels");
}

#[test]
fn an_alias_inside_its_own_anchor_is_an_error() {
    let documents = parse_documents(&file("a.yaml", "a: &x [1, *x]"));
    assert!(documents.errors[0].message.contains("inside the node"), "{:?}", documents.errors);
}

#[test]
fn json_is_read_where_yaml_refuses() {
    let key = "k".repeat(2000);
    let text = format!("\u{FEFF}{{\"{key}\": [\"\\ud83d\\ude00\", 1.5, true, null]}}");
    for name in ["a.json", "a.template"] {
        let root = one(name, &text);
        let list = root.get(&key).unwrap();
        assert_eq!(list.elements()[0].as_str(), Some("😀"));
        let place = places(&list.elements()[0])[0];
        assert_eq!(&text[place.start..place.end], "\\ud83d\\ude00");
        assert_eq!(list.elements()[1].as_str(), Some("1.5"));
        assert!(list.elements()[3].is_null());
        assert_eq!(&text[list.span.start..list.span.end], "[\"\\ud83d\\ude00\", 1.5, true, null]");
    }
}

#[test]
fn errors_of_a_json_file_are_json_errors() {
    let documents = parse_documents(&file("a.json", "{\"a\": [1, 2}"));
    assert!(documents.errors[0].message.starts_with("not valid JSON: "), "{:?}", documents.errors);
    assert_eq!(documents.errors[0].span.start, 11);
    // A `.json` file that is YAML is read as such.
    assert_eq!(one("a.json", "a: 1").get("a").unwrap().as_str(), Some("1"));
}

/// A scalar written in some style, with the host range of each character of `text`.
#[derive(Debug, Default)]
struct Written {
    source: String,
    text: String,
    places: Vec<(usize, usize)>,
}

impl Written {
    fn skip(&mut self, source: &str) {
        self.source.push_str(source);
    }

    fn put(&mut self, c: char, source: &str) {
        let start = self.source.len();
        self.source.push_str(source);
        self.text.push(c);
        self.places.push((start, self.source.len()));
    }

    fn verbatim(&mut self, c: char) {
        self.put(c, c.encode_utf8(&mut [0; 4]));
    }

    fn check(&self, name: &str) {
        let root = one(name, &self.source);
        let node = root.get("k").unwrap();
        assert_eq!(node.as_str(), Some(self.text.as_str()), "{:?}", self.source);
        let found: Vec<_> = places(node).iter().map(|p| (p.start, p.end)).collect();
        assert_eq!(found, self.places, "{:?}", self.source);
    }
}

fn break_of(crlf: bool) -> &'static str {
    if crlf { "\r\n" } else { "\n" }
}

fn double_quoted(text: &str, choices: &[u8]) -> Written {
    let mut out = Written::default();
    out.skip("k: \"");
    let mut choices = choices.iter().copied().cycle();
    for c in text.chars() {
        let choice = choices.next().unwrap_or(0);
        if choice % 7 == 0 {
            out.skip("\\\n  ");
        }
        let named = match c {
            '"' => Some("\\\"".to_owned()),
            '\\' => Some("\\\\".to_owned()),
            '\n' => Some("\\n".to_owned()),
            '\t' => Some("\\t".to_owned()),
            c if (c as u32) > 0xFFFF && choice % 3 == 1 => {
                let mut units = [0; 2];
                let units = c.encode_utf16(&mut units);
                Some(format!("\\u{:04X}\\u{:04x}", units[0], units[1]))
            }
            // A blank after a line continuation, or at the end of a line, would be dropped.
            c if c == ' ' || c.is_control() || choice % 3 == 0 => Some(format!("\\U{:08X}", c as u32)),
            _ => None,
        };
        match named {
            Some(escape) => out.put(c, &escape),
            None => out.verbatim(c),
        }
    }
    out.skip("\"\n");
    out
}

fn json_string(text: &str) -> Written {
    let mut out = Written::default();
    out.skip("{\"k\":\t\"");
    for c in text.chars() {
        let json = serde_json::to_string(&c).unwrap();
        out.put(c, json.trim_start_matches('"').strip_suffix('"').unwrap_or(&json));
    }
    out.skip("\"}");
    out
}

fn single_quoted(text: &str) -> Written {
    let mut out = Written::default();
    out.skip("k: '");
    for c in text.chars().filter(|&c| c != '\n') {
        if c == '\'' { out.put(c, "''") } else { out.verbatim(c) }
    }
    out.skip("'\n");
    out
}

/// The header with the chomping that `text` needs, and whether the last line has a break that is no text.
fn block_header(style: char, text: &str, indent: usize) -> (String, bool) {
    let chomping = match text.len() - text.trim_end_matches('\n').len() {
        0 => "-",
        1 if text != "\n" => "",
        _ => "+",
    };
    (format!("k: !T {style}{indent}{chomping} # | >"), chomping == "-")
}

fn literal(text: &str, indent: usize, crlf: bool) -> Written {
    let mut out = Written::default();
    let (header, strip) = block_header('|', text, indent);
    out.skip(&header);
    out.skip(break_of(crlf));
    for line in text.split_inclusive('\n') {
        if line != "\n" {
            out.skip(&" ".repeat(indent));
        }
        for c in line.chars() {
            if c == '\n' { out.put(c, break_of(crlf)) } else { out.verbatim(c) }
        }
    }
    out.skip(if strip { break_of(crlf) } else { "" });
    out.skip("l: 1\n");
    out
}

/// Paragraphs of words: a blank between words may become a line break, a line feed is written as an empty line.
fn folded(paragraphs: &[Vec<String>], choices: &[bool], indent: usize, crlf: bool) -> Written {
    let mut out = Written::default();
    out.skip(&block_header('>', "x\n", indent).0);
    out.skip(break_of(crlf));
    let mut choices = choices.iter().copied().cycle();
    for (i, words) in paragraphs.iter().enumerate() {
        if i > 0 {
            out.skip(break_of(crlf));
            out.put('\n', break_of(crlf));
        }
        out.skip(&" ".repeat(indent));
        for (j, word) in words.iter().enumerate() {
            if j > 0 && choices.next().unwrap_or(false) {
                out.put(' ', break_of(crlf));
                out.skip(&" ".repeat(indent));
            } else if j > 0 {
                out.verbatim(' ');
            }
            word.chars().for_each(|c| out.verbatim(c));
        }
    }
    out.put('\n', break_of(crlf));
    out
}

fn plain(paragraphs: &[Vec<String>], choices: &[bool], crlf: bool) -> Written {
    let mut out = Written::default();
    out.skip("k: ");
    let mut choices = choices.iter().copied().cycle();
    for (i, words) in paragraphs.iter().enumerate() {
        if i > 0 {
            out.skip("  ");
            out.skip(break_of(crlf));
            out.put('\n', break_of(crlf));
            out.skip(" \t");
        }
        for (j, word) in words.iter().enumerate() {
            if j > 0 && choices.next().unwrap_or(false) {
                out.skip(" ");
                out.put(' ', break_of(crlf));
                out.skip("   ");
            } else if j > 0 {
                out.verbatim(' ');
            }
            word.chars().for_each(|c| out.verbatim(c));
        }
    }
    out.skip(break_of(crlf));
    out
}

fn text() -> impl Strategy<Value = String> {
    let char = prop_oneof![
        4 => proptest::char::range('a', 'z'),
        4 => proptest::sample::select(vec!['"', '\'', '\\', '#', '$', '{', '}', ':', '|', '>', '\n', ' ', '\t']),
        1 => proptest::sample::select(vec!['é', '😀', '\u{2028}', '\u{FFFC}', '\u{85}', '-']),
    ];
    proptest::collection::vec(char, 0..40).prop_map(|chars| chars.into_iter().collect())
}

fn paragraphs() -> impl Strategy<Value = Vec<Vec<String>>> {
    let word = "[a-zé😀$(){}]{1,5}".prop_map(|word| format!("w{word}"));
    proptest::collection::vec(proptest::collection::vec(word, 1..5), 1..4)
}

proptest! {
    #[test]
    fn a_text_in_any_style_decodes_to_itself_and_maps_right(
        text in text(),
        choices in proptest::collection::vec(any::<u8>(), 1..20),
        indent in 1..5_usize,
        crlf in any::<bool>(),
    ) {
        double_quoted(&text, &choices).check("a.yaml");
        single_quoted(&text).check("a.yaml");
        json_string(&text).check("a.yaml");
        json_string(&text).check("a.json");
        // A tab at the very start, and lines of blanks alone, are not content to YAML.
        let lines: Vec<String> = text.split('\n').map(|line| match line.trim_matches([' ', '\t']) {
            "" => String::new(),
            _ => format!("x{line}"),
        }).collect();
        let text = lines.join("\n");
        if !text.trim_matches('\n').is_empty() {
            literal(&text, indent, crlf).check("a.yaml");
        }
    }

    #[test]
    fn words_in_folding_styles_decode_to_themselves_and_map_right(
        paragraphs in paragraphs(),
        choices in proptest::collection::vec(any::<bool>(), 1..20),
        indent in 1..5_usize,
        crlf in any::<bool>(),
    ) {
        folded(&paragraphs, &choices, indent, crlf).check("a.yaml");
        // In a plain scalar `{` is text behind its first character only, which `w` is.
        plain(&paragraphs, &choices, crlf).check("a.yaml");
    }

    #[test]
    fn no_input_makes_the_reader_panic_or_lie(source in "[-a-c:|>'\"\\\\#&*!%{}\\[\\], \t\r\n\u{FEFF}é+12?<]{0,60}") {
        for name in ["a.yaml", "a.json"] {
            for root in parse_documents(&file(name, &source)).roots {
                check_tree(&source, &root);
            }
        }
    }
}

/// Every node stands inside the file, and verbatim parts of scalars are what stands there.
fn check_tree(source: &str, node: &Node) {
    assert!(source.get(node.span.start..node.span.end).is_some(), "{source:?} {:?}", node.span);
    match &node.value {
        NodeValue::Scalar(scalar) => {
            for segment in scalar.map.iter().flat_map(SourceMap::segments).filter(|s| s.verbatim) {
                let decoded =
                    &scalar.text[segment.decoded_start..segment.decoded_start + segment.decoded_len];
                let host = &source[segment.host_start..segment.host_start + segment.host_len];
                assert_eq!(decoded, host, "{source:?}");
            }
        }
        NodeValue::Sequence(elements) => elements.iter().for_each(|e| check_tree(source, e)),
        NodeValue::Mapping(members) => members.iter().for_each(|(key, value)| {
            check_tree(source, key);
            check_tree(source, value);
        }),
    }
}
