//! What `matches` lets through: bounds on the strings that a pattern fits whole.

use std::collections::BTreeSet;

use super::automaton::Lines;
use super::matcher::Matcher;
use super::memo::{Memo, remembered};
use super::parse;
use super::tree::{Case, Node, Tree};
use crate::java::charset::CharSet;

/// How many strings a finite language may have, and how many characters each.
const MAX_FINITE: usize = 64;

/// Bounds on the strings for which `matches` is true. Look-around, boundaries and back-references only ever make the
/// language smaller, so that they are left out of the bounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Language {
    /// No string holds another character.
    pub chars: CharSet,
    /// No string begins with another character.
    pub first: CharSet,
    /// No string ends with another character.
    pub last: CharSet,
    /// No string has fewer characters.
    pub min_len: usize,
    /// No string has more characters.
    pub max_len: Option<usize>,
    /// Exactly these strings, in order, where they are few and short.
    pub finite: Option<Vec<String>>,
}

thread_local! {
    static LANGUAGES: Memo<String, Option<Language>> = Memo::default();
}

/// The language of `text.matches(pattern)`. None where the pattern is not valid, is not supported, or means different
/// things in different versions of Java.
pub fn language(pattern: &str) -> Option<Language> {
    remembered(&LANGUAGES, pattern.len(), pattern.to_owned(), |pattern| found(pattern))
}

fn found(pattern: &str) -> Option<Language> {
    let tree = parse::parse(pattern).ok().filter(|tree| !tree.disputed)?;
    // Where the matcher refuses a pattern, nothing is known of what a match would be.
    let matcher = Matcher::whole(&tree, Lines::of("")).ok()?;
    let lengths = tree.root.lengths();
    let edges = Edges::of_tree(&tree).unwrap_or(Edges::nothing());
    Some(Language {
        chars: edges.chars,
        first: edges.first,
        last: edges.last,
        min_len: lengths.min,
        max_len: lengths.max,
        finite: finite(&tree, matcher),
    })
}

/// The characters of a part's matches, at their ends and anywhere.
#[derive(Clone, Debug)]
struct Edges {
    chars: CharSet,
    first: CharSet,
    last: CharSet,
    /// Whether a match may be empty.
    empty: bool,
}

impl Edges {
    fn nothing() -> Self {
        Self { chars: CharSet::empty(), first: CharSet::empty(), last: CharSet::empty(), empty: true }
    }

    /// None where nothing matches.
    fn of_tree(tree: &Tree) -> Option<Self> {
        let without = Self::of(&tree.root, &CharSet::empty())?;
        let mut referred = CharSet::empty();
        tree.root.any(&|node| matches!(node, Node::BackReference { .. })).then(|| {
            // What a group has matched is a part of the whole match, but for look-around, whose groups hold anything.
            let around = tree.root.any(&|node| matches!(node, Node::Around { .. }));
            let cased =
                |node: &Node| matches!(node, Node::BackReference { case, .. } if *case != Case::Sensitive);
            referred = match (around, tree.root.any(&cased)) {
                (true, _) => CharSet::all(),
                (false, true) => without.chars.with_unicode_cases(),
                (false, false) => without.chars.clone(),
            };
        });
        Self::of(&tree.root, &referred)
    }

    /// `referred` holds what back-references may take.
    fn of(node: &Node, referred: &CharSet) -> Option<Self> {
        Some(match node {
            Node::Empty | Node::Place(_) | Node::Around { .. } => Self::nothing(),
            Node::One(set) if set.is_empty() => return None,
            Node::One(set) => {
                Self { chars: set.clone(), first: set.clone(), last: set.clone(), empty: false }
            }
            Node::Concat(nodes) => {
                let mut all = Self::nothing();
                for node in nodes {
                    all = all.then(Self::of(node, referred)?);
                }
                all
            }
            Node::Alternation(nodes) => {
                nodes.iter().filter_map(|node| Self::of(node, referred)).reduce(Self::or)?
            }
            Node::Repetition { max: Some(0), .. } => Self::nothing(),
            Node::Repetition { node, min, .. } => match Self::of(node, referred) {
                Some(round) => Self { empty: round.empty || *min == 0, ..round },
                None if *min == 0 => Self::nothing(),
                None => return None,
            },
            Node::Group { node, .. } | Node::Atomic(node) => Self::of(node, referred)?,
            Node::BackReference { .. } => {
                Self { chars: referred.clone(), first: referred.clone(), last: referred.clone(), empty: true }
            }
        })
    }

    fn then(mut self, next: Self) -> Self {
        if self.empty {
            self.first.add(&next.first);
        }
        if next.empty {
            self.last.add(&next.last);
        } else {
            self.last = next.last;
        }
        self.chars.add(&next.chars);
        self.empty &= next.empty;
        self
    }

    fn or(mut self, other: Self) -> Self {
        self.chars.add(&other.chars);
        self.first.add(&other.first);
        self.last.add(&other.last);
        self.empty |= other.empty;
        self
    }
}

/// Lists every string that could fit, and keeps those that do.
fn finite(tree: &Tree, matcher: Matcher<'_>) -> Option<Vec<String>> {
    let listed = strings(&tree.root)?;
    let mut matchers = vec![(Lines::of(""), matcher)];
    let mut fitting = Vec::new();
    for text in listed {
        let lines = Lines::of(&text);
        if !matchers.iter().any(|(other, _)| *other == lines) {
            matchers.push((lines, Matcher::whole(tree, lines).ok()?));
        }
        let (_, matcher) = matchers.iter_mut().find(|(other, _)| *other == lines)?;
        if matcher.is_match(&text).ok()? {
            fitting.push(text);
        }
    }
    Some(fitting)
}

/// Every string that a part can match, and perhaps more; none where they are too many or too long.
fn strings(node: &Node) -> Option<BTreeSet<String>> {
    let nothing = || BTreeSet::from([String::new()]);
    Some(match node {
        Node::Empty | Node::Place(_) | Node::Around { .. } => nothing(),
        Node::One(set) if set.len() > MAX_FINITE => return None,
        Node::One(set) => set.iter().flat_map(|(first, last)| first..=last).map(String::from).collect(),
        Node::Concat(nodes) => {
            let mut all = nothing();
            for node in nodes {
                all = joined(&all, &strings(node)?)?;
            }
            all
        }
        Node::Alternation(nodes) => {
            let mut all = BTreeSet::new();
            for node in nodes {
                all.append(&mut strings(node)?);
            }
            all
        }
        Node::Repetition { max: Some(0), .. } => nothing(),
        Node::Repetition { node, min, max, .. } => repeated(&strings(node)?, *min, *max)?,
        Node::Group { node, .. } | Node::Atomic(node) => strings(node)?,
        Node::BackReference { .. } => return None,
    })
    .filter(|strings| strings.len() <= MAX_FINITE)
}

fn joined(left: &BTreeSet<String>, right: &BTreeSet<String>) -> Option<BTreeSet<String>> {
    let mut all = BTreeSet::new();
    for start in left {
        for end in right {
            if start.chars().count() + end.chars().count() > MAX_FINITE || all.len() > MAX_FINITE {
                return None;
            }
            all.insert(format!("{start}{end}"));
        }
    }
    Some(all)
}

fn repeated(round: &BTreeSet<String>, min: u32, max: Option<u32>) -> Option<BTreeSet<String>> {
    let mut rounds = BTreeSet::from([String::new()]);
    let mut all = if min == 0 { rounds.clone() } else { BTreeSet::new() };
    // Each round either changes nothing or makes some string longer, so that this ends soon.
    for count in 1..=max.unwrap_or(u32::MAX) {
        let next = joined(&rounds, round)?;
        let stable = next.is_empty() || next == rounds;
        if count >= min || stable {
            all.extend(next.iter().cloned());
        }
        if stable {
            break;
        }
        rounds = next;
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chars(pattern: &str) -> CharSet {
        language(pattern).unwrap().chars
    }

    fn finite(pattern: &str) -> Option<Vec<String>> {
        language(pattern).unwrap().finite
    }

    #[test]
    fn guards_bound_characters_and_lengths() {
        let language = language("^[a-zA-Z0-9_-]{1,36}$").unwrap();
        assert_eq!(
            language.chars,
            CharSet::ranges([('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_'), ('-', '-')])
        );
        assert_eq!((language.min_len, language.max_len, language.finite), (1, Some(36), None));
        assert_eq!(chars("[0-9]+"), CharSet::range('0', '9'));
        assert_eq!(chars("(?i)ORDER#[a-f]*"), CharSet::of("oOrRdDeEaAbBcCfF#"));
        assert!(chars(".*[0-9]+.*").contains('"') && !chars(".*[0-9]+.*").contains('\n'));
    }

    #[test]
    fn a_line_terminator_counts_only_where_it_is_matched() {
        assert!(!chars("[a-z]+$").contains('\n'));
        assert!(chars("[a-z]+$\\n?").contains('\n'));
        assert!(chars("a$(?s).?").contains('\n'));
    }

    #[test]
    fn ends_are_told_apart() {
        let language = language("TENANT#x*[ab]?").unwrap();
        assert_eq!(language.first, CharSet::of("T"));
        assert_eq!(language.last, CharSet::of("#xab"));
    }

    #[test]
    fn few_strings_are_listed() {
        assert_eq!(finite("^(asc|desc)$").unwrap(), ["asc", "desc"]);
        assert_eq!(finite("[ab]{1,2}").unwrap(), ["a", "aa", "ab", "b", "ba", "bb"]);
        assert_eq!(finite("a$\\n?").unwrap(), ["a", "a\n"]);
        assert_eq!(finite("(?!no)(no|yes)").unwrap(), ["yes"]);
        assert_eq!(finite("a?+a").unwrap(), ["aa"]);
        assert_eq!(finite("a^b").unwrap(), [""; 0]);
        assert_eq!(finite("(?:){2147483647}").unwrap(), [""]);
        assert_eq!(finite("[0-9]{2}"), None, "a hundred");
        assert_eq!(finite("a*"), None);
        assert_eq!(finite("a{65}"), None);
    }

    #[test]
    fn back_references_repeat_what_groups_took() {
        assert_eq!(chars("([ab])-\\1"), CharSet::of("ab-"));
        assert_eq!(chars("([ab])-(?i)\\1"), CharSet::of("abAB-"));
        assert!(chars("(?=.*(x))a\\1?").contains('x'), "a group of a look-ahead is not in the match");
        assert_eq!(language("(a+)\\1").unwrap().max_len, None);
    }

    #[test]
    fn nothing_is_said_of_what_is_not_known() {
        for pattern in ["[a", "\\X", "[^a[b]]", "(?i)\\p{Lu}", "(?iu)a", "(?<=a+)b", "(a{1,1000}){1,1000}"] {
            assert_eq!(language(pattern), None, "{pattern}");
        }
    }
}
