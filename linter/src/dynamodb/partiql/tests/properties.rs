//! What holds for every text.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::outline::outline;
use crate::dynamodb::holey_text::{HoleId, HoleyText, Piece};
use crate::dynamodb::partiql::parse_statement;

fn piece(text: impl Strategy<Value = String>) -> impl Strategy<Value = Piece> {
    prop_oneof![5 => text.prop_map(Piece::Text), 1 => (0u32..5).prop_map(|n| Piece::Hole(HoleId(n)))]
}

/// Any characters, with holes anywhere.
fn any_text() -> impl Strategy<Value = HoleyText> {
    prop::collection::vec(piece(".{0,12}"), 0..12).prop_map(|pieces| pieces.into_iter().collect())
}

/// Words and signs of the language in any order, with holes among them.
fn near_condition() -> impl Strategy<Value = Vec<Piece>> {
    let words = vec![
        "a",
        "\"b\"",
        "'v'",
        "''",
        "'",
        "\"",
        "?",
        "1",
        "-",
        " ",
        " ",
        " = ",
        " <> ",
        "<",
        ">=",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "<<",
        ">>",
        ":",
        ".",
        ", ",
        " AND ",
        " OR ",
        " NOT ",
        " IN ",
        " BETWEEN ",
        " IS ",
        "MISSING",
        "TRUE",
        " + ",
        " - ",
        "size",
        "f(a)",
        " SET ",
        " REMOVE ",
        " WHERE ",
        " RETURNING ALL OLD *",
        " ORDER BY ",
        "--",
        "\n",
        "/*",
        "*/",
        ";",
        "EXISTS(",
        "SELECT * FROM T",
        "\u{FFFC}",
    ];
    prop::collection::vec(piece(prop::sample::select(words).prop_map(str::to_owned)), 0..16)
}

fn near_text() -> impl Strategy<Value = HoleyText> {
    let starts = vec![
        "SELECT * FROM T WHERE ",
        "SELECT ",
        "SELECT * FROM \"T\"",
        "INSERT INTO T VALUE ",
        "UPDATE T SET ",
        "UPDATE T SET a = 1 WHERE ",
        "DELETE FROM T WHERE a = ",
        "",
    ];
    (prop::sample::select(starts), near_condition())
        .prop_map(|(start, pieces)| std::iter::once(Piece::Text(start.to_owned())).chain(pieces).collect())
}

proptest! {
    #[test]
    fn every_text_is_read_and_every_hole_has_one_role(text in prop_oneof![any_text(), near_text()]) {
        let parsed = parse_statement(&text);
        let places: Vec<_> = parsed.holes.iter().map(|hole| (hole.at, hole.hole)).collect();
        prop_assert_eq!(places, text.holes());
        prop_assert!(parsed.tree.is_some() || !parsed.errors.is_empty());
        for error in &parsed.errors {
            prop_assert!(error.span.end().to_usize() <= text.text().len());
        }
    }

    #[test]
    fn a_printed_tree_parses_to_itself(text in near_text()) {
        let parsed = parse_statement(&text);
        if let (Some(tree), []) = (&parsed.tree, parsed.errors.as_slice()) {
            let printed = tree.print();
            let again = parse_statement(&printed);
            prop_assert_eq!(&again.errors, &[]);
            prop_assert_eq!(again.tree.as_ref().map(outline), Some(outline(tree)), "{:?}", printed);
        }
    }
}

/// Texts that make a parser that works twice on anything slow: eight times the text may not take sixty-four times the
/// time.
#[test]
fn time_is_about_linear() {
    let once = |part: &str, holes: bool, length: usize| {
        let mut text = HoleyText::plain("SELECT * FROM T WHERE ");
        while text.text().len() < length {
            text.push_text(part);
            if holes {
                text.push_hole(HoleId(0));
            }
        }
        let start = Instant::now();
        assert_eq!(parse_statement(&text).holes.len(), text.holes().len());
        start.elapsed()
    };
    // The quickest of three: a busy machine is no reason to fail.
    let time = |part: &str, holes: bool, length: usize| {
        (0..3).map(|_| once(part, holes, length)).min().unwrap_or_default()
    };
    let parts = [
        "(",
        "[",
        "{",
        "<<",
        "f(",
        "a.",
        "[0]",
        ", ",
        "((a) ",
        "x ",
        "a = 1 AND ",
        "NOT (",
        "a IN (1, ",
        "'",
        "''",
        "\"",
        "--",
        "/*",
        "/* */",
        "- ",
        "a + ",
        "{'a': ",
    ];
    for part in parts {
        for holes in [false, true] {
            let (short, long) = (time(part, holes, 8_000), time(part, holes, 64_000));
            let bound = short * 30 + Duration::from_secs(1);
            assert!(long < bound, "{part:?} took {short:?}, then {long:?}");
        }
    }
}
