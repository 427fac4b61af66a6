//! `String.replaceAll` and `String.replaceFirst`.

use super::automaton::Lines;
use super::matcher::{Match, Matcher};
use super::tree::Tree;
use super::{RegexError, parse};
use crate::value::{Text, TextBuilder};

/// How many bytes a text may grow to.
const MAX_BYTES: usize = 16 << 20;

/// `text.replaceAll(pattern, replacement)`. Every character keeps its mark: those of the text, those of groups and
/// those of the replacement.
pub fn replace_all(text: &Text, pattern: &str, replacement: &Text) -> Result<Text, RegexError> {
    replace(text, pattern, replacement, usize::MAX)
}

/// `text.replaceFirst(pattern, replacement)`, with marks as in [`replace_all`].
pub fn replace_first(text: &Text, pattern: &str, replacement: &Text) -> Result<Text, RegexError> {
    replace(text, pattern, replacement, 1)
}

fn replace(text: &Text, pattern: &str, replacement: &Text, most: usize) -> Result<Text, RegexError> {
    let tree = parse::parse(pattern)?;
    let mut matcher = Matcher::anywhere(&tree, Lines::of(text.as_str()))?;
    // Java reads the replacement at each match, so without one a wrong replacement does no harm.
    let mut parts = None;
    let mut out = TextBuilder::default();
    let mut copied = 0;
    for found in matcher.matches(text.as_str()).take(most) {
        let found = found?;
        let parts = match &parts {
            Some(parts) => parts,
            None => parts.insert(parsed(replacement.as_str(), &tree)?),
        };
        out.push_slice(text, copied, found.span.start);
        copied = found.span.end;
        insert(&mut out, text, &found, parts, replacement);
        if out.len() > MAX_BYTES {
            return Err(RegexError::TooLarge("the text with its replacements has more than 16 MiB"));
        }
    }
    out.push_slice(text, copied, text.as_str().len());
    Ok(out.finish())
}

/// A part of a replacement.
enum Part {
    /// These bytes of the replacement.
    Literal { start: usize, end: usize },
    /// What a group matched.
    Group(usize),
}

fn insert(out: &mut TextBuilder, text: &Text, found: &Match, parts: &[Part], replacement: &Text) {
    for part in parts {
        match *part {
            Part::Literal { start, end } => out.push_slice(replacement, start, end),
            Part::Group(index) => {
                if let Some(span) = found.group(index) {
                    out.push_slice(text, span.start, span.end);
                }
            }
        }
    }
}

fn parsed(replacement: &str, tree: &Tree) -> Result<Vec<Part>, RegexError> {
    let mut parts = Vec::new();
    let mut chars = replacement.char_indices().peekable();
    let literal = |start: usize, c: char| Part::Literal { start, end: start + c.len_utf8() };
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => {
                let escaped = chars
                    .next()
                    .ok_or(RegexError::Replacement("the backslash at its end escapes nothing"))?;
                parts.push(literal(escaped.0, escaped.1));
            }
            '$' if chars.next_if(|&(_, c)| c == '{').is_some() => {
                let mut name = String::new();
                while let Some((_, c)) = chars.next_if(|(_, c)| c.is_ascii_alphanumeric()) {
                    name.push(c);
                }
                if chars.next_if(|&(_, c)| c == '}').is_none() {
                    return Err(RegexError::Replacement("`${` should be followed by a group's name and `}`"));
                }
                let group = tree.names.iter().find(|(other, _)| *other == name);
                let (_, group) = group.ok_or(RegexError::Replacement("no group has the name after `$`"))?;
                parts.push(Part::Group(*group as usize));
            }
            '$' => {
                parts.push(Part::Group(group_number(&mut chars, tree.groups)? as usize));
            }
            _ => parts.push(literal(at, c)),
        }
    }
    Ok(parts)
}

/// The digits after `$`: the first always counts, more while there is such a group.
fn group_number(
    chars: &mut std::iter::Peekable<std::str::CharIndices<'_>>,
    groups: u32,
) -> Result<u32, RegexError> {
    let mut digit = |longest: Option<u32>| {
        let (_, c) = chars.peek()?;
        let digit = c.to_digit(10)?;
        let number = longest.map_or(Some(digit), |number| number.checked_mul(10)?.checked_add(digit))?;
        if longest.is_some() && number > groups {
            return None;
        }
        chars.next();
        Some(number)
    };
    let mut number = digit(None)
        .ok_or(RegexError::Replacement("`$` should be followed by a group; a plain `$` is written `\\$`"))?;
    while let Some(longer) = digit(Some(number)) {
        number = longer;
    }
    if number > groups {
        return Err(RegexError::Replacement("there is no group of the number after `$`"));
    }
    Ok(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::SourceId;

    const CLIENT: SourceId = SourceId(1);
    const OTHER: SourceId = SourceId(2);

    /// The text with each marked part in brackets, with its source.
    fn shown(text: &Text) -> String {
        let mut out = String::new();
        for (at, c) in text.as_str().char_indices() {
            match text.source_at(at) {
                Some(source) => out.push_str(&format!("{c}{}", source.0)),
                None => out.push(c),
            }
        }
        out
    }

    fn mixed(parts: &[(&str, Option<SourceId>)]) -> Text {
        let mut out = TextBuilder::default();
        for (part, source) in parts {
            match source {
                Some(source) => out.push_marked(part, *source),
                None => out.push_str(part),
            }
        }
        out.finish()
    }

    #[test]
    fn marks_stay_with_their_characters() {
        let text = mixed(&[("a-", None), ("b-c", Some(CLIENT)), ("-d", None)]);
        let replaced = |pattern, to: &Text| shown(&replace_all(&text, pattern, to).unwrap());
        assert_eq!(replaced("-", &Text::new("+")), "a+b1+c1+d");
        assert_eq!(replaced("-", &Text::marked("+", OTHER)), "a+2b1+2c1+2d");
        assert_eq!(replaced("([a-d])-", &Text::new("<$1>")), "<a><b1><c1>d");
        assert_eq!(replaced("x", &Text::marked("+", OTHER)), "a-b1-1c1-d");
        let to = mixed(&[("\\", None), ("$", Some(OTHER)), ("$", Some(OTHER)), ("0", None)]);
        assert_eq!(shown(&replace_first(&text, "b", &to).unwrap()), "a-$2b1-1c1-d");
    }

    #[test]
    fn the_result_is_bounded() {
        let text = Text::new("a".repeat(10_000));
        let doubled = replace_all(&text, "a", &Text::new("b".repeat(10_000)));
        assert!(matches!(doubled, Err(RegexError::TooLarge(_))));
    }
}
