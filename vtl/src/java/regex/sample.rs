//! Strings that fit a pattern, for proofs and for plain values beside them. Every one was matched.

use super::automaton::{self, Lines};
use super::language::language;
use super::matcher::Matcher;
use super::parse;
use super::tree::{Greed, Node, Place, Tree};
use super::witness::witness;

/// How many look-aheads lend characters to a sample.
const MAX_HINTS: usize = 8;
/// How many characters of the pattern are tried alone.
const MAX_MEMBERS: usize = 32;
/// How many back-references are spelled out.
const MAX_REFERENCES: usize = 8;

/// A string for which `matches` is true.
pub fn sample(pattern: &str) -> Option<String> {
    sample_around(pattern, "")
}

/// A string for which `matches` is true and that holds a character.
pub fn sample_with(pattern: &str, required: char) -> Option<String> {
    sample_around(pattern, required.encode_utf8(&mut [0; 4]))
}

/// A string for which `matches` is true and that holds another string. Without look-around, back-references and the
/// like, it is found wherever there is one, unless pattern and string are very long.
pub fn sample_around(pattern: &str, infix: &str) -> Option<String> {
    let tree = parse::parse(pattern).ok()?;
    let mut check = Check { tree: &tree, known: None };
    let hir = automaton::hir(&relaxed(&tree), Lines::of("x"), true)?;
    let mut fitting =
        |part: &str| witness(&hir, part).filter(|text| text.contains(infix) && check.fits(text));
    if let Some(text) = fitting(infix) {
        return Some(text);
    }
    if tree.root.is_regular() && !tree.root.any(&|node| matches!(node, Node::Place(_))) {
        return None;
    }
    // What was left out of the search spoilt its string; other characters beside the infix may do better.
    let hints = hints(&tree.root);
    let beside = [hints.as_str(), "b", "z", "0", "9", "B", "-", "_", " "];
    beside
        .iter()
        .find_map(|more| fitting(&format!("{infix}{more}")).or_else(|| fitting(&format!("{more}{infix}"))))
}

/// A string for which `matches` is false.
pub fn sample_not_matching(pattern: &str) -> Option<String> {
    let tree = parse::parse(pattern).ok()?;
    let mut check = Check { tree: &tree, known: None };
    check.answer("")?;
    let plain =
        ["", "-", "a", "0", "A", " ", "_", "/", "\"", "{", "~", "\n", "é", "\u{1f600}", "a b", "a\nb"];
    let mut tried: Vec<String> = plain.map(str::to_owned).into();
    if let Some(language) = language(pattern) {
        tried.extend(language.chars.complement().samples().take(2).map(String::from));
        tried.extend(language.max_len.filter(|&max| max < 10_000).map(|max| "a".repeat(max + 1)));
    }
    let mut members = String::new();
    collect_members(&tree.root, &mut members);
    tried.extend(members.chars().take(MAX_MEMBERS).map(String::from));
    if let Some(fitting) = sample(pattern) {
        tried.extend(["-", "a", "0", "\n"].map(|more| format!("{fitting}{more}")));
        tried.extend(["-", "a", "0", "\n"].map(|more| format!("{more}{fitting}")));
    }
    tried.into_iter().find(|text| check.misfits(text))
}

/// Matches many strings with one pattern.
struct Check<'t> {
    tree: &'t Tree,
    /// The last matcher, and for what lines it is.
    known: Option<(Lines, Matcher<'t>)>,
}

impl Check<'_> {
    fn fits(&mut self, text: &str) -> bool {
        self.answer(text) == Some(true)
    }

    fn misfits(&mut self, text: &str) -> bool {
        self.answer(text) == Some(false)
    }

    fn answer(&mut self, text: &str) -> Option<bool> {
        let lines = Lines::of(text);
        let (_, matcher) = match self.known.take().filter(|(known, _)| *known == lines) {
            Some(known) => self.known.insert(known),
            None => self.known.insert((lines, Matcher::whole(self.tree, lines).ok()?)),
        };
        matcher.is_match(text).ok()
    }
}

/// The tree with nothing in it that an automaton cannot do. It fits more strings, or, for back-references, others.
fn relaxed(tree: &Tree) -> Node {
    let mut references = MAX_REFERENCES;
    relax(&tree.root, &tree.root, &mut references)
}

fn relax(node: &Node, root: &Node, references: &mut usize) -> Node {
    let all = |nodes: &[Node], references: &mut usize| -> Vec<Node> {
        nodes.iter().map(|node| relax(node, root, references)).collect()
    };
    match node {
        Node::Around { .. } | Node::Place(Place::LastMatch) => Node::Empty,
        Node::Empty | Node::One(_) | Node::Place(_) => node.clone(),
        Node::Concat(nodes) => Node::Concat(all(nodes, references)),
        Node::Alternation(nodes) => Node::Alternation(all(nodes, references)),
        Node::Repetition { node, min, max, greed } => {
            let greed = if *greed == Greed::Lazy { Greed::Lazy } else { Greed::Greedy };
            Node::Repetition { node: Box::new(relax(node, root, references)), min: *min, max: *max, greed }
        }
        Node::Group { index, node } => {
            Node::Group { index: *index, node: Box::new(relax(node, root, references)) }
        }
        Node::Atomic(node) => relax(node, root, references),
        Node::BackReference { group, .. } if *references > 0 => {
            *references -= 1;
            // Both are filled in the same way where there is a choice. The search checks what comes of it.
            let group = group_of(root, *group).filter(|node| node.is_regular());
            group.cloned().unwrap_or(Node::Empty)
        }
        Node::BackReference { .. } => Node::Empty,
    }
}

/// What is in a group.
fn group_of(node: &Node, wanted: u32) -> Option<&Node> {
    match node {
        Node::Group { index, node } if *index == wanted => Some(node),
        _ => node.children().iter().find_map(|child| group_of(child, wanted)),
    }
}

/// A character out of each set.
fn collect_members(node: &Node, members: &mut String) {
    if let Node::One(set) = node {
        members.extend(set.samples().next().filter(|&c| !members.contains(c)));
    }
    for child in node.children() {
        if members.len() < MAX_MEMBERS {
            collect_members(child, members);
        }
    }
}

/// A character out of each set that look-aheads ask for, such as the digit of `(?=.*[0-9])`.
fn hints(node: &Node) -> String {
    let mut hints = String::new();
    collect_hints(node, false, &mut hints);
    hints.chars().take(MAX_HINTS).collect()
}

fn collect_hints(node: &Node, wanted: bool, hints: &mut String) {
    let wanted = match node {
        Node::Around { negative, .. } => !negative,
        Node::One(set) if wanted && set.complement().len() > 64 => {
            hints.extend(set.samples().next().filter(|&c| !hints.contains(c)));
            return;
        }
        _ => wanted,
    };
    for child in node.children() {
        collect_hints(child, wanted, hints);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_read_well() {
        assert_eq!(sample("^[a-zA-Z0-9_-]{1,36}$").unwrap(), "a");
        assert_eq!(sample("\\d{4}-\\d{2}-\\d{2}").unwrap(), "0000-00-00");
        assert_eq!(sample("[\\w.+-]+@[\\w-]+\\.[\\w.]+").unwrap(), "a@a.a");
        assert_eq!(sample("a^b"), None);
    }

    #[test]
    fn a_wanted_part_goes_where_it_fits() {
        assert_eq!(sample_around(".*[0-9]+.*", "\",\"x\":\"y").unwrap(), "\",\"x\":\"y0");
        assert_eq!(sample_around("a{2}b?[^c]{3}d", "\"\"").unwrap(), "aa\"\"ad");
        assert_eq!(sample_with("[a-z]+|x#y", '#').unwrap(), "x#y");
        assert_eq!(sample_with("[^'\\\\]*", '"').unwrap(), "\"");
        assert_eq!(sample_with("[a-z]*", '"'), None);
        assert_eq!(sample_around(".{1,3}", "abcd"), None);
    }

    #[test]
    fn irregular_patterns_have_samples() {
        assert_eq!(sample("^(?=.*[0-9])(?=.*[a-z]).{4,}$").unwrap(), "0aaa");
        assert!(sample_with("^(?=.*[0-9])(?=.*[A-Z]).{4,}$", '"').unwrap().contains('"'));
        assert_eq!(sample("(?!a)[a-z]+").unwrap(), "b");
        assert_eq!(sample("([xy])-\\1").unwrap(), "x-x");
        assert_eq!(sample("(?s).*\\bab\\b.*").unwrap(), "ab");
    }

    #[test]
    fn counter_samples_do_not_match() {
        assert_eq!(sample_not_matching("[a-z]+").unwrap(), "");
        assert_eq!(sample_not_matching("[a-z]*").unwrap(), "-");
        assert_eq!(sample_not_matching("(?s).{0,3}").unwrap(), "aaaa");
        assert_eq!(sample_not_matching("(?s)(?!x).*").unwrap(), "x");
        assert_eq!(sample_not_matching("(?s).*"), None);
    }
}
