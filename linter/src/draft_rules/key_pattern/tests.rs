use keybound_shared::KeyPattern;

use crate::render::{Term, Terms};

use super::*;

/// A text in the notation of patterns, with `…` for what is free.
fn text(notation: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut characters = notation.chars();
    while let Some(c) = characters.next() {
        let variable = (c == '{').then(|| characters.as_str().split_once('}')).flatten();
        tokens.push(match (c, variable) {
            (_, Some((name, after))) => {
                characters = after.chars();
                Token::Variable(name.to_owned())
            }
            ('…', None) => Token::Free(None),
            (c, None) => Token::Char(c),
        });
    }
    tokens
}

fn pattern(texts: &[&str]) -> Option<String> {
    covering(&texts.iter().map(|notation| text(notation)).collect::<Vec<_>>()).pattern
}

#[test]
fn the_tightest_pattern_that_covers_the_texts() {
    for (texts, expected) in [
        (&["NEWS"][..], Some("NEWS")),
        (&["TENANT#{tenant}"], Some("TENANT#{tenant}")),
        (&["ORDER#…"], Some("ORDER#*")),
        (&["…"], None),
        (&[], None),
        (&[""], None),
        (&["TENANT#{tenant}#…"], Some("TENANT#{tenant}#*")),
        (&["T#{tenant}#STATUS#open", "T#{tenant}#STATUS#other"], Some("T#{tenant}#STATUS#*")),
        (&["ORDER#…", "ORDER#1"], Some("ORDER#*")),
        (&["a", "b"], None),
        (&["", "A#1"], Some("A#1")),
        // What would let two callers share a key.
        (&["T#{tenant}…"], Some("T#*")),
        (&["{tenant}…"], None),
        (&["T#{a}{b}"], Some("T#*")),
        (&["T#{a}x{b}"], Some("T#*")),
        (&["{a}#{b}#x"], Some("{a}#{b}#x")),
        (&["T#{a}", "T#{a}#x"], Some("T#*")),
        (&["{a}-{b}"], Some("{a}-{b}")),
        // What no pattern holds.
        (&["A#a*b"], Some("A#a*")),
        (&["A#é"], Some("A#*")),
        (&["a{", "a?"], Some("a*")),
    ] {
        assert_eq!(pattern(texts).as_deref(), expected, "{texts:?}");
    }
}

#[test]
fn values_give_up_what_separates_them() {
    let covering = covering(&[text("{a}-{b}.x")]);
    let separators: Vec<(String, Vec<char>)> =
        covering.separators.into_iter().map(|(name, set)| (name, set.into_iter().collect())).collect();
    // What follows `b` ends the key, so nothing can run into it.
    assert_eq!(separators, [("a".to_owned(), vec!['-'])]);
}

#[test]
fn what_is_free_is_told() {
    let mut terms = Terms::new(false);
    let body = terms.id(Term::Body);
    let mut free = text("A#");
    free.push(Token::Free(Some(body)));
    assert_eq!(covering(&[free]).free, [body]);
    assert!(covering(&[text("{a}{b}")]).widened.is_some());
}

#[test]
fn every_pattern_is_one_of_the_rules() {
    let texts = ["", "{a}", "{a}…", "x…", "#{a}#{b}…", "a\nb", "{a}*", "…x", "{a}é", "x}y", "{a}1{b}"];
    let long = "x".repeat(3000);
    for first in texts.iter().copied().chain([long.as_str()]) {
        for second in texts {
            if let Some(pattern) = pattern(&[first, second]) {
                KeyPattern::parse(&pattern).unwrap_or_else(|error| panic!("{first} {second}: {error}"));
            }
        }
    }
}
