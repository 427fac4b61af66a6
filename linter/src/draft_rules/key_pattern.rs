//! From the texts that a key may be to a pattern of the rules that covers them.

use std::collections::{BTreeMap, BTreeSet};

use crate::render::TermId;

/// The most characters and variables of a pattern: the rules allow 1,024 bytes, and no key needs half of that.
const MAX_LENGTH: usize = 400;

/// Why a pattern covers more than a key with a sign that means something in patterns, or with too many characters.
const UNWRITABLE: &str = "a pattern cannot hold all characters of the key";

/// A part of a text that a key may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A character.
    Char(char),
    /// The caller's value of a variable.
    Variable(String),
    /// Anything: what the term gives, or what no pattern can hold.
    Free(Option<TermId>),
}

/// Characters that no value of a variable may hold after all, for they separate it from what follows in keys.
pub(super) type Separators = BTreeMap<String, BTreeSet<char>>;

/// Adds separators to others.
pub(super) fn join(all: &mut Separators, others: Separators) {
    for (variable, characters) in others {
        all.entry(variable).or_default().extend(characters);
    }
}

/// A pattern that covers some texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Covering {
    /// The pattern; none where it covers everything.
    pub(super) pattern: Option<String>,
    /// What makes it end in `*`, where a term does.
    pub(super) free: Vec<TermId>,
    /// What had to be left out of it, so that it covers more than the texts.
    pub(super) widened: Option<String>,
    /// What values of its variables must not hold.
    pub(super) separators: Separators,
}

impl Covering {
    /// Whether it is one key, the same for all callers.
    pub(super) fn is_one_for_all(&self) -> bool {
        self.pattern.as_ref().is_some_and(|pattern| !pattern.ends_with('*') && !pattern.contains('{'))
    }

    /// Whether a variable is in it.
    pub(super) fn is_bound(&self) -> bool {
        self.pattern.as_ref().is_some_and(|pattern| pattern.contains('{'))
    }
}

/// The tightest pattern that the rules allow and that covers all of these texts. An empty one is no key.
pub(super) fn covering(texts: &[Vec<Token>]) -> Covering {
    let texts = texts.iter().map(Vec::as_slice).filter(|text| !text.is_empty());
    let mut free = Vec::new();
    let mut widened = None;
    let mut known: Vec<(&[Token], bool)> = Vec::new();
    for text in texts {
        let (beginning, end) = beginning(text);
        match end {
            Some(Token::Free(Some(term))) if !free.contains(term) => free.push(*term),
            Some(Token::Char(_)) => widened = Some(UNWRITABLE.to_owned()),
            _ => {}
        }
        known.push((beginning, end.is_some()));
    }
    let (mut kept, mut open) = shared(&known);
    if kept.len() > MAX_LENGTH {
        kept.truncate(MAX_LENGTH);
        open = true;
        widened = Some(UNWRITABLE.to_owned());
    }
    let mut separators = Separators::new();
    while let Some((at, why)) = crossing(&kept, open, &mut separators) {
        kept.truncate(at);
        open = true;
        widened = Some(why);
    }
    let written = written(&kept);
    separators.retain(|variable, _| kept.contains(&Token::Variable(variable.clone())));
    let pattern = match (written.as_str(), open) {
        ("", _) => None,
        (_, true) => Some(format!("{written}*")),
        (_, false) => Some(written),
    };
    Covering { pattern, free, widened, separators }
}

/// The beginning of a text of which a pattern can have all, and what it ends before.
fn beginning(text: &[Token]) -> (&[Token], Option<&Token>) {
    let at = text.iter().position(|token| match token {
        Token::Char(c) => !is_allowed(*c),
        Token::Variable(_) => false,
        Token::Free(_) => true,
    });
    match at {
        Some(at) => (text.get(..at).unwrap_or_default(), text.get(at)),
        None => (text, None),
    }
}

/// Whether a pattern may hold a character: printable ASCII without what IAM or the pattern itself reads as more.
fn is_allowed(c: char) -> bool {
    matches!(c, ' '..='~') && !"*?${}".contains(c)
}

/// What all texts begin with, and whether anything may follow.
fn shared(texts: &[(&[Token], bool)]) -> (Vec<Token>, bool) {
    let Some(((first, _), others)) = texts.split_first() else { return (Vec::new(), true) };
    let length = others.iter().fold(first.len(), |length, (other, _)| {
        first.iter().zip(other.iter()).take(length).take_while(|(a, b)| a == b).count()
    });
    let mut kept: Vec<Token> = first.iter().take(length).cloned().collect();
    let is_whole = texts.iter().all(|(text, open)| text.len() == length && !open);
    // Where words differ in their last letters, the words are what differs: `STATUS#o…` would be no sensible pattern.
    let ends_in_words = texts.iter().all(|(text, open)| text.len() > length || !open);
    if !is_whole && ends_in_words {
        while matches!(kept.last(), Some(Token::Char(c)) if c.is_ascii_alphanumeric()) {
            kept.pop();
        }
    }
    (kept, !is_whole)
}

/// The first variable whose value could run into what follows, and why; of one that a separator would hold apart, the
/// separator is noted instead.
fn crossing(tokens: &[Token], open: bool, separators: &mut Separators) -> Option<(usize, String)> {
    for (at, token) in tokens.iter().enumerate() {
        let Token::Variable(name) = token else { continue };
        let rest = tokens.get(at + 1..).unwrap_or_default();
        let text: Vec<char> = rest
            .iter()
            .map_while(|token| match token {
                Token::Char(c) => Some(*c),
                _ => None,
            })
            .collect();
        let is_followed = open || rest.len() > text.len();
        if !is_followed {
            continue;
        }
        let by_default = |c: &&char| c.is_ascii_alphanumeric() || "_.@-".contains(**c);
        let is_noted = separators.get(name).is_some_and(|known| text.iter().any(|c| known.contains(c)));
        if is_noted || !text.iter().all(|c| by_default(&c)) {
            continue;
        }
        match text.iter().find(|c| !c.is_ascii_alphanumeric()) {
            Some(separator) => {
                separators.entry(name.clone()).or_default().insert(*separator);
            }
            None => {
                return Some((
                    at,
                    format!(
                        "nothing separates {{{name}}} from what follows it, so callers could share a key"
                    ),
                ));
            }
        }
    }
    None
}

fn written(tokens: &[Token]) -> String {
    let mut out = String::new();
    for token in tokens {
        match token {
            Token::Char(c) => out.push(*c),
            Token::Variable(name) => {
                out.push('{');
                out.push_str(name);
                out.push('}');
            }
            Token::Free(_) => {}
        }
    }
    out
}

#[cfg(test)]
mod tests;
