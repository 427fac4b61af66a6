//! Texts as elements.

use crate::finding::Verdict;
use crate::report::map::phrase::{Phrase, Tone};
use crate::report::visible;

/// A text as it may stand in an element or in an attribute's quotes.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in visible::line(text).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            character => out.push(character),
        }
    }
    out
}

/// A verdict that does not rely on its colour.
pub(super) fn badge(verdict: Verdict) -> String {
    let mark = match verdict {
        Verdict::Proved => "✓",
        Verdict::Broken => "✗",
        Verdict::Undecided => "?",
        Verdict::Closed => "–",
        Verdict::Unjudged => "○",
    };
    let word = verdict.word();
    format!("<span class=\"badge {word}\"><span aria-hidden=\"true\">{mark}</span> {word}</span>")
}

pub(super) fn note(html: &str) -> String {
    format!("<small>{html}</small>")
}

pub(super) fn list(items: impl Iterator<Item = String>) -> String {
    let items: Vec<String> = items.collect();
    match items.as_slice() {
        [] => String::new(),
        [one] => format!("<div>{one}</div>"),
        _ => format!("<ul><li>{}</li></ul>", items.join("</li><li>")),
    }
}

pub(super) fn html(phrase: &Phrase) -> String {
    let parts = phrase.0.iter().map(|(tone, text)| {
        let text = escaped(text);
        match tone {
            Tone::Plain => coded(&text),
            Tone::Caller => format!("<span class=\"caller\">{text}</span>"),
            Tone::Client => format!("<span class=\"client\">{}</span>", dotted(&text)),
            Tone::Service => format!("<span class=\"service\">{}</span>", dotted(&text)),
            Tone::Quiet => format!("<span class=\"quiet\">{text}</span>"),
        }
    });
    parts.collect()
}

/// A text with what is between backticks as code.
pub(super) fn coded(escaped: &str) -> String {
    let parts: Vec<&str> = escaped.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return escaped.to_owned();
    }
    let coded = parts.iter().enumerate().map(|(nth, part)| {
        if nth % 2 == 0 { (*part).to_owned() } else { format!("<code>{}</code>", dotted(part)) }
    });
    coded.collect()
}

/// A path that may be broken before its slashes.
pub(super) fn path(escaped: &str) -> String {
    escaped.replace('/', "<wbr>/")
}

/// Code that may be broken before its dots.
pub(super) fn dotted(escaped: &str) -> String {
    escaped.replace('.', "<wbr>.")
}
