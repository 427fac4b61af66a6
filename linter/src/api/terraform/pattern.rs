//! `replace` with a pattern between slashes: a regular expression of Go's.

use keybound_vtl::Span;
use keybound_vtl::template::PLACEHOLDER_CHAR;
use regex_automata::meta::Regex;

use crate::source::hcl::{Composition, HostText};

/// What a compiled pattern may take up.
const MAX_BYTES: usize = 1 << 20;

/// A regular expression.
pub(super) struct Pattern {
    regex: Regex,
    /// Whether it may name a class, which in Go is one of ASCII and here one of Unicode.
    has_classes: bool,
}

impl Pattern {
    /// None for a pattern that is not known here, or too large.
    pub(super) fn of(pattern: &str) -> Option<Self> {
        let limits = Regex::config().nfa_size_limit(Some(MAX_BYTES)).onepass(false);
        let regex = Regex::builder().configure(limits).build(pattern).ok()?;
        Some(Self { regex, has_classes: pattern.contains(['\\', '(']) })
    }

    /// The text with all that fits replaced, in which `$1` and `${name}` are groups. None where what the deployment
    /// decides may be a part of what fits.
    pub(super) fn replaced(&self, text: &HostText, replacement: &str) -> Option<HostText> {
        let content = text.text.text();
        let is_ascii = || content.chars().all(|c| c.is_ascii() || c == PLACEHOLDER_CHAR);
        if self.has_classes && !is_ascii() {
            return None;
        }
        let mut composition = Composition::new(&text.file);
        let mut from = 0;
        for groups in self.regex.captures_iter(content) {
            let found = groups.get_match()?;
            let (start, end) = (found.start(), found.end());
            let is_hole =
                text.text.placeholders().iter().any(|hole| (start..end).contains(&hole.at.to_usize()));
            if is_hole || composition.is_exhausted() {
                return None;
            }
            composition.push_range(text, from, start, text.whole);
            let host = text.map.as_ref().and_then(|map| map.host_span(Span::of(start, end)));
            let mut put = String::new();
            groups.interpolate_string_into(content, replacement, &mut put);
            composition.push_unit(host.unwrap_or(text.whole), &put);
            from = end;
        }
        composition.push_range(text, from, content.len(), text.whole);
        Some(composition.finish(text.whole))
    }
}
