//! The syntax of a suppression.

use std::ops::Range;

use crate::lints::LINTS;

/// What would be right, for comments that cannot be read.
const FORM: &str = "write `keybound: ignore[lint-name] reason`";

/// Names that differ in more letters than this are not taken for a slip.
const MAX_SLIPS: usize = 3;

/// Why a comment, or a name in it, covers nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// One sentence, lower case, no full stop.
    pub(super) message: String,
    /// What would be right.
    pub(super) help: String,
}

impl Fault {
    pub(super) fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), help: help.into() }
    }
}

/// What a part of a comment says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part<'t> {
    /// Where it stands in the comment.
    pub(super) range: Range<usize>,
    /// The lint that it covers; none where it covers nothing.
    pub(super) lint: Option<&'t str>,
    /// Why the findings are left out.
    pub(super) reason: &'t str,
    /// Why it covers nothing: that it is wrong, or, for a lint, that no finding needed it.
    pub(super) fault: Fault,
}

/// Reads a comment from its `#` (in HCL also `//`, `/*` or a line's `*`) on. A comment that is no suppression has no parts.
pub(super) fn read(comment: &str) -> Vec<Part<'_>> {
    let Some(body) = comment.trim_start_matches(['#', '/', '*', ' ']).trim_start().strip_prefix("keybound:")
    else {
        return Vec::new();
    };
    let Some(after) = body.trim_start().strip_prefix("ignore") else { return Vec::new() };
    let whole = comment.trim_end().len();
    let wrong = |message: &str| {
        vec![Part { range: 0..whole, lint: None, reason: "", fault: Fault::new(message, FORM) }]
    };
    let Some(list) = after.strip_prefix('[') else {
        // `ignored` and the like are words of some other comment.
        let is_word = after.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '-');
        return if is_word {
            Vec::new()
        } else {
            wrong("this suppression names no lint, so it covers nothing")
        };
    };
    let Some((names, reason)) = list.split_once(']') else {
        return wrong("the bracket of this suppression is not closed, so it covers nothing");
    };
    if names.trim().is_empty() {
        return wrong("this suppression names no lint, so it covers nothing");
    }
    if !reason.chars().any(char::is_alphanumeric) {
        return wrong("this suppression gives no reason, so it covers nothing");
    }
    let mut at = comment.len() - list.len();
    let part = |written: &str| {
        let name = written.trim();
        let start = at + written.len() - written.trim_start().len();
        at += written.len() + 1;
        (start..start + name.len(), name.len())
    };
    let ranges: Vec<_> = names.split(',').map(part).collect();
    ranges
        .into_iter()
        .map(|(range, len)| {
            let name = comment.get(range.clone()).unwrap_or("");
            let (lint, fault) = if len == 0 {
                (None, Fault::new("a lint is missing between the commas of this suppression", FORM))
            } else {
                judged(name)
            };
            Part { range, lint, reason: reason.trim_end_matches("*/").trim(), fault }
        })
        .collect()
}

/// The lint of a name, and what is to be said of the name if it covers nothing.
pub(super) fn judged(name: &str) -> (Option<&str>, Fault) {
    if name == crate::lints::unused_suppression::NAME {
        return (
            None,
            Fault::new(format!("`{name}` cannot be suppressed"), "take the unused suppression out"),
        );
    }
    if LINTS.iter().any(|lint| lint.info.name == name) {
        let message = format!("no finding of `{name}` is on the line that this suppression covers");
        let help = "take it out, or put it on or right above the line of the finding";
        return (Some(name), Fault::new(message, help));
    }
    let nearest =
        LINTS.iter().map(|lint| (strsim::damerau_levenshtein(lint.info.name, name), lint.info.name)).min();
    let help = match nearest {
        Some((slips, nearest)) if slips <= MAX_SLIPS => format!("a lint of a similar name is `{nearest}`"),
        _ => "`keybound explain` lists the lints".to_owned(),
    };
    (None, Fault::new(format!("there is no lint `{}`", shown(name)), help))
}

/// A name as far as a message holds it.
fn shown(name: &str) -> String {
    const MAX_SHOWN: usize = 40;
    if name.chars().count() <= MAX_SHOWN {
        return name.to_owned();
    }
    name.chars().take(MAX_SHOWN).chain(['…']).collect()
}
