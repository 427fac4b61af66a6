//! What holds for every pattern and every text.

use proptest::prelude::*;

use super::*;
use crate::java::charset::CharSet;

/// Patterns that Java takes, over few characters, so that many texts match.
pub(super) fn pattern() -> impl Strategy<Value = String> {
    let atom = prop_oneof![
        6 => "[ab0]",
        2 => "\\[\\^?[ab0\"]{1,2}\\]",
        2 => prop::sample::select(vec![".", "\\d", "\\w", "\\W", "\\n", "\\\"", "[^\\d]", "[a-b&&[^b]]", "[\\w\"]"]).prop_map(str::to_owned),
        2 => prop::sample::select(vec!["^", "$", "(?:\\b)", "(?:\\B)", "\\A", "\\z", "\\Z"]).prop_map(str::to_owned),
    ];
    let quantifier =
        prop::sample::select(vec!["", "", "", "*", "+", "?", "{2}", "{1,2}", "*?", "+?", "{0,2}?"]);
    let nested = atom.prop_recursive(3, 24, 4, move |inner| {
        let opening = prop::sample::select(vec!["(", "(?:", "(?i:", "(?m:", "(?s:"]);
        let part = (inner.clone(), quantifier.clone());
        let sequence = prop::collection::vec(part, 0..4).prop_map(|parts| {
            parts.into_iter().map(|(part, quantifier)| part + quantifier).collect::<String>()
        });
        prop_oneof![
            (opening, prop::collection::vec(sequence.clone(), 1..3))
                .prop_map(|(opening, branches)| format!("{opening}{})", branches.join("|"))),
            (inner, quantifier.clone()).prop_map(|(part, quantifier)| format!("(?:(?:{part}){quantifier})")),
        ]
    });
    prop::collection::vec(nested, 1..4).prop_map(|parts| parts.concat())
}

/// The same, with parts that no automaton matches.
fn irregular() -> impl Strategy<Value = String> {
    let extra = prop::sample::select(vec![
        "", "(?=a)", "(?!.*b)", "(?<=a)", "(?<!0)", "(?>a|ab)", "a*+", "(a)\\1", "(?=.*0)",
    ]);
    (extra.clone(), pattern(), extra).prop_map(|(before, pattern, after)| format!("{before}{pattern}{after}"))
}

fn text() -> impl Strategy<Value = String> {
    "[ab0\"A\n\r]{0,6}"
}

/// Anything at all, more of it near to patterns.
fn anything() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[-\\\\\\[\\](){}^$.|*+?&<>=!:a-zA-Z0-9,# ]{0,40}", irregular()]
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(128))]

    #[test]
    fn every_call_ends(pattern in anything(), subject in any::<String>(), replacement in any::<String>(), limit in -1..4) {
        let subject = Text::new(subject);
        let _ = matches(&pattern, &subject);
        let _ = replace_all(&subject, &pattern, &Text::new(&replacement));
        let _ = replace_first(&subject, &pattern, &Text::new(&replacement));
        let _ = split(&subject, &pattern, limit);
        let _ = language(&pattern);
        let _ = removes(&pattern, '"');
        let _ = sample_around(&pattern, &replacement);
        let _ = sample_not_matching(&pattern);
    }

    #[test]
    fn a_language_bounds_its_strings(pattern in irregular(), subject in text()) {
        let Some(language) = language(&pattern) else { return Ok(()) };
        if matches(&pattern, &Text::new(&subject)) == Ok(true) {
            let length = subject.chars().count();
            prop_assert!(language.chars.contains_all(&subject));
            prop_assert!(subject.chars().next().is_none_or(|c| language.first.contains(c)));
            prop_assert!(subject.chars().next_back().is_none_or(|c| language.last.contains(c)));
            prop_assert!(language.min_len <= length && language.max_len.is_none_or(|max| length <= max));
            prop_assert!(language.finite.is_none_or(|strings| strings.contains(&subject)));
        } else {
            prop_assert!(language.finite.is_none_or(|strings| !strings.contains(&subject)));
        }
    }

    #[test]
    fn what_is_removed_is_gone(pattern in irregular(), subject in text(), c in prop::sample::select(vec!['"', 'a', '\n'])) {
        if removes(&pattern, c) {
            let left = replace_all(&Text::new(&subject), &pattern, &Text::new("-")).unwrap();
            prop_assert!(!left.as_str().contains(c), "{pattern:?} leaves {:?} of {subject:?}", left.as_str());
        }
    }

    #[test]
    fn samples_are_what_they_claim(pattern in irregular(), infix in text()) {
        let fits = |text: &str| matches(&pattern, &Text::new(text)).unwrap();
        if let Some(text) = sample_around(&pattern, &infix) {
            prop_assert!(fits(&text) && text.contains(&infix));
        }
        if let Some(text) = sample_not_matching(&pattern) {
            prop_assert!(!fits(&text));
        }
    }

    /// Without places in the pattern the search for a sample leaves none out.
    #[test]
    fn a_sample_is_found_where_there_is_one(pattern in pattern(), subject in text()) {
        let tree = parse::parse(&pattern).unwrap();
        let places = tree.root.any(&|node| matches!(node, tree::Node::Place(_)));
        if !places && matches(&pattern, &Text::new(&subject)) == Ok(true) {
            prop_assert_eq!(sample_around(&pattern, &subject), Some(subject), "no string is shorter");
        }
    }

    #[test]
    fn parts_joined_give_the_text(subject in "[a,b;]{0,12}") {
        let parts = split(&Text::new(&subject), "[,;]", -1).unwrap();
        let expected: Vec<&str> = subject.split([',', ';']).collect();
        prop_assert_eq!(parts.iter().map(Text::as_str).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_quoted_text_matches_itself_only(one in any::<String>(), other in any::<String>()) {
        let quoted = format!("\\Q{}\\E", one.replace("\\E", "\\E\\\\E\\Q"));
        prop_assert_eq!(matches(&quoted, &Text::new(&one)), Ok(true));
        prop_assert_eq!(matches(&quoted, &Text::new(&other)), Ok(one == other));
    }

    #[test]
    fn sets_are_sets(left in prop::collection::vec(any::<(char, char)>(), 0..4), right in prop::collection::vec(any::<(char, char)>(), 0..4), c in any::<char>()) {
        let (left, right) = (CharSet::ranges(left), CharSet::ranges(right));
        let (l, r) = (left.contains(c), right.contains(c));
        prop_assert_eq!(left.union(&right).contains(c), l || r);
        prop_assert_eq!(left.intersection(&right).contains(c), l && r);
        prop_assert_eq!(left.difference(&right).contains(c), l && !r);
        prop_assert_eq!(left.complement().contains(c), !l);
        prop_assert_eq!(left.is_subset(&right), left.intersection(&right) == left);
    }
}
