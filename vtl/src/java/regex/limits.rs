//! Hostile patterns end soon, and say why.

use std::time::{Duration, Instant};

use super::*;

/// Far more than what is needed in a debug build on a busy machine, far less than exponential or quadratic work.
const SOON: Duration = Duration::from_secs(20);

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let begun = Instant::now();
    let out = work();
    assert!(begun.elapsed() < SOON, "{what} took {:?}", begun.elapsed());
    out
}

#[test]
fn nested_quantifiers_are_linear() {
    let text = Text::new(format!("{}!", "a".repeat(50_000)));
    for pattern in ["(a+)+$", "^(a|aa)+$", "([a-z]+)*\\d", "(a+)+b"] {
        assert_eq!(timed(pattern, || matches(pattern, &text)), Ok(false));
    }
    let replaced = timed("(a+)+$", || replace_all(&text, "(a+)+$", &Text::new("")));
    assert_eq!(replaced.unwrap().as_str().len(), 50_001);
}

#[test]
fn exponential_backtracking_is_refused() {
    let text = Text::new(format!("{}!", "a".repeat(60)));
    assert!(matches!(timed("matches", || matches("(?=(a+)+b)a", &text)), Err(RegexError::TooLarge(_))));
    assert!(matches!(timed("split", || split(&text, "(?:(a|a)*)*\\1b", 0)), Err(RegexError::TooLarge(_))));
}

#[test]
fn matches_that_each_look_at_everything_are_refused() {
    let text = Text::new("a".repeat(100_000));
    assert!(matches!(timed("split", || split(&text, ".*x|a", 0)), Err(RegexError::TooLarge(_))));
    let parts = timed("split", || split(&text, "a", -1)).unwrap();
    assert_eq!(parts.len(), 100_001, "while this is no trouble");
}

#[test]
fn large_patterns_are_refused() {
    let patterns = [
        "a".repeat(300_000),
        "(".repeat(10_000),
        "[".repeat(10_000),
        "[a&&".repeat(3_000),
        "\\p{L}".repeat(3_000),
        format!("[{}]", "\\p{L}".repeat(3_000)),
        "(a{1,1000}){1,1000}".to_owned(),
        "((a{1,30000}){1,30000}){1,30000}".to_owned(),
        "(|a){2147483647}".to_owned(),
    ];
    let text = Text::new("aaa");
    for pattern in &patterns {
        let what = pattern.get(..12).unwrap();
        let refused = timed(what, || matches(pattern, &text));
        assert!(matches!(refused, Err(RegexError::TooLarge(_))), "{what}: {refused:?}");
        assert!(timed(what, || language(pattern)).is_none());
        assert!(!timed(what, || removes(pattern, '"')));
        assert!(timed(what, || sample_around(pattern, "\"")).is_none());
        assert!(timed(what, || sample_not_matching(pattern)).is_none());
    }
}

#[test]
fn depth_at_its_bound_is_fine() {
    let nested = |depth: usize| format!("{}a{}", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(matches(&nested(64), &Text::new("a")), Ok(true));
    assert!(matches!(matches(&nested(65), &Text::new("a")), Err(RegexError::TooLarge(_))));
}

#[test]
fn errors_say_where() {
    let message = |pattern: &str| matches(pattern, &Text::new("")).unwrap_err().to_string();
    assert_eq!(
        message("ab(c"),
        "the regular expression is not valid at character 4: the group lacks its `)`"
    );
    assert_eq!(message("é)"), "the regular expression is not valid at character 1: `)` without its `(`");
    assert_eq!(message("\\X"), "not supported in a regular expression: graphemes, `\\X`");
}
