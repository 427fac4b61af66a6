//! What the value of a variable may be.
//!
//! Values go into ARNs, IAM conditions, DynamoDB keys and JSON without ever being escaped, so a pattern that admits a
//! character with a meaning in one of these is an error of the rules.

use std::collections::BTreeSet;
use std::fmt;

use regex_automata::meta::{Config, Regex};
use regex_syntax::ast::{self, Ast};
use regex_syntax::hir::{Class, Hir, HirKind, Look};

/// The most characters that a value may have, whatever its pattern says. A resource of a policy has at most 512.
pub const MAX_VALUE: usize = 256;
/// The most bytes of a pattern's source.
const MAX_SOURCE: usize = 1024;
/// The most bytes that a compiled pattern may take. A class of 64 characters, 256 times, takes a tenth of it.
const MAX_COMPILED: usize = 1 << 20;
/// Separators that values of a real issuer do hold (`eu-west-1:1f3e…`, `auth0|5f7c…`): admitted where written.
const ONLY_WHERE_WRITTEN: [char; 3] = ['|', ':', '+'];
/// What stands where a variable has no pattern.
const DEFAULT: &str = "[A-Za-z0-9_.@-]{1,64}";

/// A regular expression that a value must match as a whole.
#[derive(Clone)]
pub struct ValuePattern {
    source: String,
    matcher: Matcher,
    /// Every character that some value may hold.
    admitted: Characters,
    longest: usize,
}

/// How a value is matched.
#[derive(Clone)]
enum Matcher {
    /// So many of the admitted characters, as nearly all patterns are: `[a-z0-9-]{1,36}`.
    Run { shortest: usize },
    /// Anything else.
    Regex(Regex),
}

/// A set of ASCII characters, one bit each.
#[derive(Clone, Copy, Default)]
struct Characters(u128);

impl Characters {
    fn insert(&mut self, character: char) {
        if character.is_ascii() {
            self.0 |= 1 << u32::from(character);
        }
    }

    fn contains(self, character: char) -> bool {
        character.is_ascii() && self.0 & (1 << u32::from(character)) != 0
    }
}

/// Why a text is no value pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValuePatternError {
    /// No regular expression, or one of another dialect.
    #[error("not a regular expression: {0}")]
    Syntax(String),
    /// Longer or larger than any pattern of an identifier is.
    #[error("the pattern is too large: at most {MAX_SOURCE} bytes, and small repetitions")]
    TooLarge,
    /// `^`, `$` or `\b`.
    #[error("`^`, `$` and `\\b` have no place in a pattern: it always matches the whole value")]
    Look,
    /// A character with a meaning in an ARN, a condition, a template or a key.
    #[error("the pattern admits {}, which no value may hold", shown(*.0))]
    Forbidden(char),
    /// `|`, `:` or `+` by way of a range or a class.
    #[error("the pattern admits `{0}` although it does not spell it out")]
    Implied(char),
    /// The empty value never binds, so a pattern of nothing else binds nothing.
    #[error("the pattern matches no value that could bind")]
    Nothing,
}

fn shown(character: char) -> String {
    match character {
        ' ' => "a blank".to_owned(),
        '`' => "a backquote".to_owned(),
        '!'..='~' => format!("`{character}`"),
        _ if character.is_ascii() => format!("the control U+{:04X}", u32::from(character)),
        _ => format!("non-ASCII such as U+{:04X}", u32::from(character)),
    }
}

/// Whether no value may hold it.
fn is_forbidden(character: char) -> bool {
    !character.is_ascii_graphic() || "*?${}/#%\\\"'".contains(character)
}

impl ValuePattern {
    /// Reads a pattern in the syntax of Rust's `regex`.
    ///
    /// # Errors
    ///
    /// Says what the pattern admits that no value may hold, or why it is no pattern.
    pub fn parse(source: &str) -> Result<Self, ValuePatternError> {
        if source.len() > MAX_SOURCE {
            return Err(ValuePatternError::TooLarge);
        }
        let syntax_error = |error: String| ValuePatternError::Syntax(error.replace('\n', " "));
        let tree = ast::parse::ParserBuilder::new()
            .nest_limit(32)
            .build()
            .parse(source)
            .map_err(|error| syntax_error(error.kind().to_string()))?;
        let hir = regex_syntax::hir::translate::Translator::new()
            .translate(source, &tree)
            .map_err(|error| syntax_error(error.kind().to_string()))?;
        let admitted = admitted(&hir)?;
        let mut written = BTreeSet::new();
        spelled_out(&tree, &mut written);
        let implied = ONLY_WHERE_WRITTEN.into_iter().find(|c| admitted.contains(*c) && !written.contains(c));
        if let Some(implied) = implied {
            return Err(ValuePatternError::Implied(implied));
        }
        let properties = hir.properties();
        if admitted.0 == 0 || properties.minimum_len().is_none_or(|least| least > MAX_VALUE) {
            return Err(ValuePatternError::Nothing);
        }
        let longest = properties.maximum_len().map_or(MAX_VALUE, |most| most.min(MAX_VALUE));
        let matcher = match shortest_run(&hir) {
            Some(shortest) => Matcher::Run { shortest },
            None => Matcher::Regex(whole_regex(hir)?),
        };
        Ok(Self { source: source.to_owned(), matcher, admitted, longest })
    }

    /// As the rules write it.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether the whole of a value is as the pattern says. The empty value, `.` and `..` never are.
    #[must_use]
    pub fn matches(&self, value: &str) -> bool {
        if matches!(value, "" | "." | "..") || value.len() > self.longest {
            return false;
        }
        // What is not admitted is nowhere in a match, whatever the matcher is.
        value.chars().all(|character| self.admitted.contains(character))
            && match &self.matcher {
                Matcher::Run { shortest } => value.len() >= *shortest,
                Matcher::Regex(regex) => regex.is_match(value),
            }
    }

    /// Whether some value may hold the character.
    #[must_use]
    pub fn admits(&self, character: char) -> bool {
        self.admitted.contains(character)
    }

    /// How many characters (all ASCII) the longest value has; at most 256.
    #[must_use]
    pub fn longest(&self) -> usize {
        self.longest
    }
}

impl Default for ValuePattern {
    #[expect(clippy::expect_used, reason = "a constant, parsed by a test")]
    fn default() -> Self {
        Self::parse(DEFAULT).expect("a pattern")
    }
}

impl fmt::Debug for ValuePattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ValuePattern({:?})", self.source)
    }
}

impl PartialEq for ValuePattern {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl Eq for ValuePattern {}

/// For a class and how often it may come, the fewest times. The most is the pattern's longest match.
fn shortest_run(hir: &Hir) -> Option<usize> {
    match hir.kind() {
        HirKind::Class(_) => Some(1),
        HirKind::Repetition(repetition) if matches!(repetition.sub.kind(), HirKind::Class(_)) => {
            usize::try_from(repetition.min).ok()
        }
        _ => None,
    }
}

/// A regular expression for whole values.
fn whole_regex(hir: Hir) -> Result<Regex, ValuePatternError> {
    // Without the lazy DFA, whose cache would be larger than all else in the authorizer; values are short.
    let config = Config::new().hybrid(false).nfa_size_limit(Some(MAX_COMPILED));
    let whole = Hir::concat(vec![Hir::look(Look::Start), hir, Hir::look(Look::End)]);
    let regex = Regex::builder().configure(config).build_from_hir(&whole);
    regex.map_err(|_| ValuePatternError::TooLarge)
}

/// Every character that may stand in a match.
fn admitted(hir: &Hir) -> Result<Characters, ValuePatternError> {
    let mut admitted = Characters::default();
    let mut waiting = vec![hir];
    while let Some(part) = waiting.pop() {
        match part.kind() {
            HirKind::Empty => {}
            HirKind::Literal(literal) => {
                let text = String::from_utf8_lossy(&literal.0);
                text.chars().try_for_each(|character| admit(character, character, &mut admitted))?;
            }
            HirKind::Class(Class::Unicode(class)) => {
                class
                    .ranges()
                    .iter()
                    .try_for_each(|range| admit(range.start(), range.end(), &mut admitted))?;
            }
            HirKind::Class(Class::Bytes(class)) => {
                let ranges = class.ranges().iter();
                ranges
                    .map(|range| (char::from(range.start()), char::from(range.end())))
                    .try_for_each(|(start, end)| admit(start, end, &mut admitted))?;
            }
            HirKind::Look(_) => return Err(ValuePatternError::Look),
            HirKind::Repetition(repetition) => waiting.push(&repetition.sub),
            HirKind::Capture(capture) => waiting.push(&capture.sub),
            HirKind::Concat(parts) | HirKind::Alternation(parts) => waiting.extend(parts),
        }
    }
    Ok(admitted)
}

fn admit(start: char, end: char, admitted: &mut Characters) -> Result<(), ValuePatternError> {
    for character in start..=end {
        if is_forbidden(character) {
            return Err(ValuePatternError::Forbidden(character));
        }
        admitted.insert(character);
    }
    Ok(())
}

/// The characters that the source names one by one, not by a range or a class.
fn spelled_out(tree: &Ast, written: &mut BTreeSet<char>) {
    match tree {
        Ast::Literal(literal) => {
            written.insert(literal.c);
        }
        Ast::ClassBracketed(class) => spelled_out_in_set(&class.kind, written),
        Ast::Repetition(repetition) => spelled_out(&repetition.ast, written),
        Ast::Group(group) => spelled_out(&group.ast, written),
        Ast::Alternation(alternation) => alternation.asts.iter().for_each(|part| spelled_out(part, written)),
        Ast::Concat(concat) => concat.asts.iter().for_each(|part| spelled_out(part, written)),
        Ast::Empty(_)
        | Ast::Flags(_)
        | Ast::Dot(_)
        | Ast::Assertion(_)
        | Ast::ClassUnicode(_)
        | Ast::ClassPerl(_) => {}
    }
}

fn spelled_out_in_set(set: &ast::ClassSet, written: &mut BTreeSet<char>) {
    match set {
        ast::ClassSet::Item(item) => spelled_out_in_item(item, written),
        ast::ClassSet::BinaryOp(operation) => {
            spelled_out_in_set(&operation.lhs, written);
            spelled_out_in_set(&operation.rhs, written);
        }
    }
}

fn spelled_out_in_item(item: &ast::ClassSetItem, written: &mut BTreeSet<char>) {
    match item {
        ast::ClassSetItem::Literal(literal) => {
            written.insert(literal.c);
        }
        ast::ClassSetItem::Bracketed(class) => spelled_out_in_set(&class.kind, written),
        ast::ClassSetItem::Union(union) => {
            union.items.iter().for_each(|item| spelled_out_in_item(item, written))
        }
        ast::ClassSetItem::Empty(_)
        | ast::ClassSetItem::Range(_)
        | ast::ClassSetItem::Ascii(_)
        | ast::ClassSetItem::Unicode(_)
        | ast::ClassSetItem::Perl(_) => {}
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    fn pattern(source: &str) -> ValuePattern {
        ValuePattern::parse(source).unwrap()
    }

    #[test]
    fn the_default_is_as_documented() {
        let default = ValuePattern::default();
        assert_eq!(default.longest(), 64);
        for good in ["a", "A.b_c@d-e", &"x".repeat(64)] {
            assert!(default.matches(good), "{good}");
        }
        for bad in ["", ".", "..", "a b", "a#b", "a/b", "a:b", "é", "a\n", "a\0", &"x".repeat(65)] {
            assert!(!default.matches(bad), "{bad:?}");
        }
    }

    #[test]
    fn a_pattern_matches_the_whole_value() {
        assert!(!pattern("[a-z]{1,3}").matches("abcd"));
        assert!(!pattern("a|ab").matches("abc"));
        assert!(pattern("a|ab").matches("ab"), "the first alternative ends early, the second does not");
        assert!(pattern("(a|ab)(c|bcd)").matches("abcd"));
        assert!(pattern("a+?").matches("aaa"), "lazy or not is no difference to a whole match");
        assert!(pattern("[a-z]*").matches("abc"));
        assert!(!pattern("[a-z]*").matches(""));
        assert!(pattern("(?i)ab").matches("aB"));
    }

    #[test]
    fn what_has_a_meaning_elsewhere_is_admitted_by_no_pattern() {
        let forbidden = ["*", "?", "$", "{", "}", "/", "#", "%", "\\", "\"", "'", " ", "\n", "\0", "é"];
        for character in forbidden {
            let escaped = regex_syntax::escape(character);
            let error = ValuePattern::parse(&format!("a{escaped}")).unwrap_err();
            assert!(matches!(error, ValuePatternError::Forbidden(_)), "{character:?}: {error}");
            let error = ValuePattern::parse(&format!("[{escaped}a]")).unwrap_err();
            assert!(matches!(error, ValuePatternError::Forbidden(_)), "{character:?}: {error}");
        }
        for source in [".", r"\w", r"\S+", r"\d", "[^a]", "[!-~]", r"\p{L}", "(?s).*", "(?i)k", r"[\s\S]"] {
            let error = ValuePattern::parse(source).unwrap_err();
            assert!(matches!(error, ValuePatternError::Forbidden(_)), "{source}: {error}");
        }
    }

    #[test]
    fn some_separators_must_be_written() {
        for source in ["[a:]+", "a|b", "[a|b]", r"auth0\|[0-9a-f]+", "[+a]", "[a-z]+:[a-z]+"] {
            assert!(ValuePattern::parse(source).is_ok(), "{source}");
        }
        assert!(!pattern("a|b").admits('|'), "an alternation is no bar");
        for source in ["[9-<]", "[+-.]"] {
            let error = ValuePattern::parse(source).unwrap_err();
            assert!(matches!(error, ValuePatternError::Implied(_)), "{source}: {error}");
        }
    }

    #[test]
    fn a_run_of_a_class_is_matched_as_the_expression_says() {
        let run = |source: &str| matches!(pattern(source).matcher, Matcher::Run { .. });
        for source in ["[a-c]{2,3}", "[a-c]+", "[a-c]{2}", "[a-c]", "[a-c]{2,}", "[a-c]*", "[a-c]?"] {
            assert!(run(source), "{source}");
            let regex = regex_syntax::parse(source).unwrap();
            let regex = whole_regex(regex).unwrap();
            for value in ["a", "ab", "abc", "abca", "d", "abd", &"a".repeat(MAX_VALUE)] {
                assert_eq!(pattern(source).matches(value), regex.is_match(value), "{source} {value}");
            }
        }
        assert!(!run("[a-c]{2}x") && !run("(ab){2}") && !run("a|bc"));
    }

    #[test]
    fn a_hostile_pattern_costs_little() {
        for source in ["(a{200}){200}", &"(".repeat(500), &"a".repeat(2000), "((a{100}){100}){100}"] {
            assert!(ValuePattern::parse(source).is_err(), "{source}");
        }
        let evil = pattern("(a+)+b");
        assert!(!evil.matches(&"a".repeat(MAX_VALUE)));
    }

    #[test]
    fn an_anchor_is_told_apart_from_a_dollar() {
        assert_eq!(ValuePattern::parse("^a$").unwrap_err(), ValuePatternError::Look);
        assert_eq!(ValuePattern::parse(r"\ba").unwrap_err(), ValuePatternError::Look);
    }

    #[test]
    fn a_pattern_of_nothing_is_an_error() {
        for source in ["", "()", "[a&&b]", "a{257}"] {
            let error = ValuePattern::parse(source).unwrap_err();
            assert_eq!(error, ValuePatternError::Nothing, "{source}");
        }
        assert_eq!(pattern("[a-z]+").longest(), MAX_VALUE);
    }
}
