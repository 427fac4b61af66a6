//! What a replacement leaves of a text's characters and escapes.

use keybound_vtl::java::charset::CharSet;
use keybound_vtl::java::regex;

use super::facts::{Escape, Facts};

/// Characters that are part of some escape: an operation that touches none of them keeps every escape whole.
const TOKEN_CHARS: &str = "\\\"'/bfnrtu0123456789ABCDEFabcdef";

/// What is replaced.
pub(super) enum ReplaceWhat<'a> {
    /// A text.
    Literal(&'a str),
    /// What a pattern matches.
    Pattern(&'a str),
}

impl ReplaceWhat<'_> {
    /// Characters of a set of which no occurrence is left.
    pub(super) fn removed(&self, of: &CharSet) -> CharSet {
        match self {
            ReplaceWhat::Literal(from) => {
                let mut chars = from.chars();
                match (chars.next(), chars.next()) {
                    (Some(c), None) => CharSet::of(&c.to_string()),
                    _ => CharSet::empty(),
                }
            }
            ReplaceWhat::Pattern(pattern) => {
                let Some(language) = regex::language(pattern) else { return CharSet::empty() };
                let mut removed = CharSet::empty();
                for (low, high) in language.chars.intersection(of).iter() {
                    for c in (low..=high).take(256) {
                        if regex::removes(pattern, c) {
                            removed = removed.union(&CharSet::of(&c.to_string()));
                        }
                    }
                }
                removed
            }
        }
    }

    /// Characters that a match can hold; none where that is not known.
    fn touched(&self) -> Option<CharSet> {
        match self {
            ReplaceWhat::Literal(from) => Some(CharSet::of(from)),
            ReplaceWhat::Pattern(pattern) => {
                regex::language(pattern).filter(|l| l.min_len > 0).map(|l| l.chars)
            }
        }
    }

    /// The one text that is matched, where it is one.
    pub(super) fn exactly(&self) -> Option<String> {
        match self {
            ReplaceWhat::Literal(from) => Some((*from).to_owned()),
            ReplaceWhat::Pattern(pattern) => match regex::language(pattern)?.finite?.as_slice() {
                [one] => Some(one.clone()),
                _ => None,
            },
        }
    }
}

/// The text of a `replaceAll` replacement that refers to no group.
pub(super) fn plain_replacement(to: &str) -> Option<String> {
    let mut out = String::new();
    let mut chars = to.chars();
    while let Some(c) = chars.next() {
        match c {
            '$' => return None,
            '\\' => out.push(chars.next()?),
            c => out.push(c),
        }
    }
    Some(out)
}

/// What becomes of escapes under a replacement: the repair of `\'` is known, and a replacement that neither touches
/// nor adds anything that belongs to an escape keeps them.
pub(super) fn escape_after(escape: Escape, text: &Facts, what: &ReplaceWhat<'_>, to: Option<&str>) -> Escape {
    let Some(to) = to else { return Escape::Raw };
    if let Some(exactly) = what.exactly() {
        if escape == Escape::JavaScript && exactly == "\\'" && to == "'" {
            return Escape::Json;
        }
        if exactly == to {
            return escape;
        }
    }
    let adds = CharSet::of(to);
    let untouched = what.touched().is_some_and(|touched| {
        // Of a text that had nothing to escape, only what is added could break out.
        let tokens = if text.chars.contains('\\') { CharSet::of(TOKEN_CHARS) } else { CharSet::empty() };
        touched.intersection(&tokens).is_empty()
    });
    if untouched && !adds.contains('"') && !adds.contains('\\') { escape } else { Escape::Raw }
}
