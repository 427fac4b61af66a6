//! What the client's characters became in a rendered request.

use std::ops::Range;

use keybound_vtl::json::strict::{self, StrictError, StrictKind, StrictValue};
use keybound_vtl::value::{Mark, SourceId, Text};

/// The judgement of one rendering.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The rendered JSON; none where the text is no JSON.
    pub json: Option<StrictValue>,
    /// Why the text is no JSON.
    pub error: Option<StrictError>,
    /// Client text that crosses the bounds of a token: it decides structure outside the value that it stands for.
    pub broke_out: Vec<Mark>,
    /// Client text that is a whole object or array.
    pub shaped: Vec<Mark>,
    /// Client text inside member names.
    pub named: Vec<Mark>,
}

/// Judges a rendered text; only the marks of `sources` count.
pub fn judge(text: &Text, counts: impl Fn(SourceId) -> bool) -> Verdict {
    let mut verdict =
        Verdict { json: None, error: None, broke_out: Vec::new(), shaped: Vec::new(), named: Vec::new() };
    let json = match strict::parse(text.as_str()) {
        Ok(json) => json,
        Err(error) => {
            verdict.error = Some(error);
            return verdict;
        }
    };
    let mut tokens = Vec::new();
    collect(&json, &mut tokens);
    for mark in text.marks().iter().filter(|mark| counts(mark.source)) {
        let trimmed = trimmed(text.as_str(), *mark);
        if trimmed.start == trimmed.end {
            continue;
        }
        // The innermost token that holds all of the mark.
        let within = tokens
            .iter()
            .filter(|token| token.inner.start <= trimmed.start && trimmed.end <= token.inner.end)
            .min_by_key(|token| token.inner.len());
        let exact = tokens.iter().find(|token| token.whole == (trimmed.start..trimmed.end));
        match (within, exact) {
            (Some(Token { kind: Kind::Name, .. }), _) => verdict.named.push(trimmed),
            (Some(Token { kind: Kind::Scalar, .. }), _) => {}
            (_, Some(Token { kind: Kind::Container, .. })) => verdict.shaped.push(trimmed),
            (_, Some(_)) => {}
            _ => verdict.broke_out.push(trimmed),
        }
    }
    verdict.json = Some(json);
    verdict
}

/// Characters that are shown of what stands before the place where reading stopped.
const SHOWN: usize = 24;

/// Why a text is no JSON, for people who have the text before them: by what stands there and not by a number.
pub fn told(text: &str, error: &StrictError) -> String {
    let StrictError { at, expected, found } = error;
    let words: Vec<&str> = text.get(..*at).unwrap_or("").split_whitespace().collect();
    let before = words.join(" ");
    if before.is_empty() {
        return format!("{expected} expected where it begins, found {found}");
    }
    let length = before.chars().count();
    let tail: String = before.chars().skip(length.saturating_sub(SHOWN)).collect();
    let cut = if length > SHOWN { "…" } else { "" };
    format!("{expected} expected after `{cut}{}`, found {found}", tail.trim_start())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Name,
    Scalar,
    Container,
}

struct Token {
    /// Where client text may stand without deciding anything: a string's content, a literal; nothing of a container.
    inner: Range<usize>,
    whole: Range<usize>,
    kind: Kind,
}

fn collect(root: &StrictValue, tokens: &mut Vec<Token>) {
    let mut todo = vec![root];
    let content = |span: &Range<usize>| span.start + 1..span.end.saturating_sub(1);
    while let Some(value) = todo.pop() {
        let whole = value.span.clone();
        match &value.kind {
            StrictKind::String(_) => tokens.push(Token { inner: content(&whole), whole, kind: Kind::Scalar }),
            StrictKind::Null | StrictKind::Bool(_) | StrictKind::Number(_) => {
                tokens.push(Token { inner: whole.clone(), whole, kind: Kind::Scalar });
            }
            StrictKind::Array(_) | StrictKind::Object(_) => {
                tokens.push(Token { inner: 0..0, whole, kind: Kind::Container });
            }
        }
        for member in value.members() {
            let name = &member.name_span;
            tokens.push(Token { inner: content(name), whole: name.clone(), kind: Kind::Name });
            todo.push(&member.value);
        }
        todo.extend(value.elements());
    }
}

fn trimmed(text: &str, mark: Mark) -> Mark {
    let part = text.get(mark.start..mark.end).unwrap_or("");
    let blank = [' ', '\t', '\n', '\r'];
    let start = mark.start + part.len() - part.trim_start_matches(blank).len();
    Mark { start, end: start + part.trim_matches(blank).len(), source: mark.source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_json_is_told_by_what_stands_there() {
        let of = |text: &str| told(text, &strict::parse(text).unwrap_err());
        assert_eq!(of("{\"a\": 1,\n }"), "a member's name in quotes expected after `{\"a\": 1,`, found '}'");
        assert!(of("\n <p>").ends_with("expected where it begins, found '<'"), "{}", of("\n <p>"));
        let long = format!("[\"{}\", ]", "é".repeat(40));
        assert!(of(&long).contains("after `…éééééééééééééééééééééé\",`"), "{}", of(&long));
    }
}
