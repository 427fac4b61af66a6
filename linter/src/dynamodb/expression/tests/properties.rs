//! What holds for every text.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::outline;
use crate::dynamodb::expression::{Expression, HoleRole, Print, parse};
use crate::dynamodb::holey_text::{HoleId, HoleyText, Piece};
use crate::dynamodb::shape::ExpressionKind;
use crate::dynamodb::syntax::Parsed;

const KINDS: [ExpressionKind; 3] =
    [ExpressionKind::Condition, ExpressionKind::Update, ExpressionKind::Projection];

fn piece(text: impl Strategy<Value = String>) -> impl Strategy<Value = Piece> {
    prop_oneof![4 => text.prop_map(Piece::Text), 1 => (0u32..5).prop_map(|n| Piece::Hole(HoleId(n)))]
}

/// Any characters, with holes anywhere.
fn any_text() -> impl Strategy<Value = HoleyText> {
    prop::collection::vec(piece(".{0,12}"), 0..12).prop_map(|pieces| pieces.into_iter().collect())
}

/// Words and signs of the languages in any order, with holes among them.
fn near_text() -> impl Strategy<Value = HoleyText> {
    let words = vec![
        "a",
        "#b",
        ":v",
        " ",
        " ",
        " = ",
        "<",
        ">=",
        "(",
        ")",
        "[",
        "]",
        "0",
        ".",
        ", ",
        " AND ",
        " OR ",
        "NOT ",
        " IN ",
        " BETWEEN ",
        "SET ",
        " REMOVE ",
        " ADD ",
        " DELETE ",
        " + ",
        " - ",
        "size",
        "f(a)",
        "\u{FFFC}",
    ];
    prop::collection::vec(piece(prop::sample::select(words).prop_map(str::to_owned)), 0..24)
        .prop_map(|pieces| pieces.into_iter().collect())
}

fn outlined(tree: &Expression) -> String {
    match tree {
        Expression::Condition(tree) => outline::condition(tree),
        Expression::Update(tree) => outline::update(tree),
        Expression::Projection(tree) => outline::projection(tree),
    }
}

fn check(text: &HoleyText, parsed: &Parsed<Expression, HoleRole>) -> Result<(), TestCaseError> {
    let places: Vec<_> = parsed.holes.iter().map(|hole| (hole.at, hole.hole)).collect();
    prop_assert_eq!(places, text.holes());
    prop_assert!(parsed.tree.is_some() || !parsed.errors.is_empty());
    for error in &parsed.errors {
        prop_assert!(error.span.end().to_usize() <= text.text().len());
    }
    Ok(())
}

proptest! {
    #[test]
    fn every_text_is_read_and_every_hole_has_one_role(text in prop_oneof![any_text(), near_text()]) {
        for kind in KINDS {
            check(&text, &parse(kind, &text))?;
        }
    }

    #[test]
    fn a_printed_tree_parses_to_itself(text in near_text()) {
        for kind in KINDS {
            let Parsed { tree: Some(tree), errors, .. } = parse(kind, &text) else { continue };
            if !errors.is_empty() {
                continue;
            }
            let printed = tree.print();
            let again = parse(kind, &printed);
            prop_assert_eq!(&again.errors, &[]);
            let again = again.tree.as_ref().map(outlined);
            prop_assert_eq!(again, Some(outlined(&tree)), "{:?}", printed);
        }
    }
}

/// Texts that make a parser that works twice on anything slow: eight times the text may not take sixty-four times the
/// time.
#[test]
fn time_is_about_linear() {
    let once = |part: &str, holes: bool, length: usize| {
        let mut text = HoleyText::plain("SET a = (");
        while text.text().len() < length {
            text.push_text(part);
            if holes {
                text.push_hole(HoleId(0));
            }
        }
        let start = Instant::now();
        for kind in KINDS {
            assert_eq!(parse(kind, &text).holes.len(), text.holes().len());
        }
        start.elapsed()
    };
    // The quickest of three: a busy machine is no reason to fail.
    let time = |part: &str, holes: bool, length: usize| {
        (0..3).map(|_| once(part, holes, length)).min().unwrap_or_default()
    };
    for part in
        ["(", "a = :v AND ", "f(", "a.", "[0]", ", ", "((a) ", "x ", "SET a = :v ", "NOT (", "a IN (:v, "]
    {
        for holes in [false, true] {
            let (short, long) = (time(part, holes, 8_000), time(part, holes, 64_000));
            let bound = short * 30 + Duration::from_secs(1);
            assert!(long < bound, "{part:?} took {short:?}, then {long:?}");
        }
    }
}
