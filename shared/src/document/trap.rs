//! Texts that YAML takes for syntax: what they look like in quotes.

use super::Span;

/// Longer lines are not looked at: what is shown of them would help nobody.
const MAX_LINE: usize = 1000;

/// A text in double quotes, as YAML and JSON read it.
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The value in quotes that was probably meant where the scanner gave up at a byte: a value of that line, or of the
/// last one before it, that begins with one of YAML's indicators and goes on like text.
pub(super) fn meant(text: &str, at: usize) -> Option<(Span, String)> {
    let line_start =
        |byte: usize| text.get(..byte).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let mut at = (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at))?;
    // Two tries: an error may be noticed only at the next line's first token.
    for _ in 0..2 {
        let start = line_start(at);
        let rest = text.get(start..)?;
        let line = rest.split(['\n', '\r']).next().unwrap_or(rest);
        if line.len() <= MAX_LINE
            && let Some(range) = value_of_line(line, at - start)
        {
            let value = line.get(range.clone())?;
            let span = Span { start: start + range.start, end: start + range.end };
            return Some((span, quoted(value)));
        }
        let before = text.get(..start)?.trim_end();
        at = before.len();
        if at == 0 {
            return None;
        }
    }
    None
}

/// The last value of a line that begins at or before a byte and is, to YAML, more or less than one text.
fn value_of_line(line: &str, at: usize) -> Option<std::ops::Range<usize>> {
    let starts = line.char_indices().filter(|&(start, first)| {
        let before = line.get(..start).unwrap_or_default();
        start <= at && !first.is_whitespace() && begins_value(before)
    });
    let mut ranges = starts.filter_map(|(start, first)| {
        let rest = line.get(start..)?;
        let in_flow = depth_before(line, start) > 0;
        let length = match first {
            '"' | '\'' => None,
            _ if "{[*&!|>@%`#".contains(first) => value_length(rest, in_flow, first == '#'),
            _ if in_flow => plain_length(rest),
            _ => None,
        }?;
        Some(start..start + length)
    });
    ranges.next_back()
}

/// The length of a text in a flow collection that holds brackets, where YAML would end it.
fn plain_length(rest: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut end = rest.len();
    let mut characters = rest.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        let ends_key = c == ':' && characters.peek().is_none_or(|(_, next)| next.is_whitespace());
        match c {
            '{' | '[' => depth += 1,
            '}' | ']' if depth > 0 => depth -= 1,
            _ if depth == 0 && (ends_key || matches!(c, ',' | '}' | ']')) => {
                end = at;
                break;
            }
            _ => {}
        }
    }
    let value = rest.get(..end)?.trim_end();
    value.contains(['{', '[']).then_some(value.len())
}

/// Whether a value may begin after this part of a line.
fn begins_value(before: &str) -> bool {
    let trimmed = before.trim_end_matches([' ', '\t']);
    let blank = trimmed.len() < before.len();
    trimmed.is_empty() || trimmed.ends_with(['{', '[', ',']) || blank && trimmed.ends_with([':', '-', '?'])
}

/// How many flow collections are open before a byte of a line. Braces inside values count as such, which is right
/// where they are balanced.
fn depth_before(line: &str, at: usize) -> usize {
    line.get(..at).unwrap_or_default().chars().fold(0_usize, |depth, c| match c {
        '{' | '[' => depth + 1,
        '}' | ']' => depth.saturating_sub(1),
        _ => depth,
    })
}

/// The length of a value, of which YAML would read but the first part or nothing. None where it reads all.
fn value_length(rest: &str, in_flow: bool, is_comment: bool) -> Option<usize> {
    let mut depth = 0_usize;
    let mut closed_at = None;
    let mut end = rest.len();
    let mut before = None;
    for (at, c) in rest.char_indices() {
        let comment = c == '#' && before.is_some_and(|c: char| c.is_whitespace());
        if depth == 0 && (comment || in_flow && matches!(c, ',' | '}' | ']')) {
            end = at;
            break;
        }
        match c {
            '{' | '[' => depth += 1,
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 && closed_at.is_none() {
                    closed_at = Some(at + c.len_utf8());
                }
            }
            _ => {}
        }
        before = Some(c);
    }
    let value = rest.get(..end)?.trim_end();
    let collection = rest.starts_with(['{', '[']);
    // A whole collection, one that goes on in the next line, or one with a bracket too many.
    let whole = collection
        && closed_at
            .and_then(|closed| value.get(closed..))
            .is_none_or(|more| more.chars().all(|c| "]}".contains(c)));
    // A comment after which nothing looks like a pattern is one.
    let prose = is_comment && !value.contains(['{', '*']);
    (!whole && !prose && !value.is_empty()).then_some(value.len())
}
