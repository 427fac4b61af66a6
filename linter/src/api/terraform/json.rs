//! `jsonencode`: the text that it makes, with the place of each part.
//!
//! It is Go's `encoding/json`: no blanks, members in the order of their names, and `<`, `>` and `&` escaped.

use std::sync::Arc;

use keybound_vtl::Span;
use keybound_vtl::template::PLACEHOLDER_CHAR;

use crate::source::hcl::{Composition, HostText};
use crate::source::{HostSpan, SourceFile};

use super::value::{Kind, Value};

/// The text of a value; none where it is too large.
pub(super) fn encoded(value: &Value, file: &Arc<SourceFile>, span: HostSpan) -> Option<Value> {
    let mut encoder = Encoder { out: Composition::new(file), file, span };
    encoder.value(value, 0);
    (!encoder.out.is_exhausted()).then(|| Value::text_of(encoder.out.finish(span)))
}

/// Values inside one another.
const MAX_DEPTH: usize = 128;

struct Encoder<'a> {
    out: Composition,
    file: &'a Arc<SourceFile>,
    span: HostSpan,
}

impl Encoder<'_> {
    fn value(&mut self, value: &Value, depth: usize) {
        if self.out.is_exhausted() {
            return;
        }
        let place = self.place(value);
        let opening = HostSpan::new(place.start, place.start);
        let closing = HostSpan::new(place.end, place.end);
        match &value.kind {
            _ if depth > MAX_DEPTH => self.out.push_placeholder(place, value.written()),
            Kind::Null => self.out.push_unit(place, "null"),
            Kind::Plain(word) => self.out.push_unit(place, word),
            Kind::Text(text) => self.text(value, text),
            Kind::Hole(hole) => {
                let is_text = hole.is_text
                    || hole.default.as_ref().is_some_and(|default| matches!(default.kind, Kind::Text(_)));
                if is_text {
                    self.text(value, &value.to_text());
                } else {
                    self.out.push_placeholder(place, hole.name.clone());
                }
            }
            Kind::Choice(choices) => {
                if choices.iter().all(|choice| matches!(choice.kind, Kind::Text(_))) {
                    self.text(value, &value.to_text());
                } else {
                    self.out.push_placeholder(place, value.written());
                }
            }
            Kind::List(elements) => {
                self.out.push_unit(opening, "[");
                for (i, element) in elements.iter().enumerate() {
                    if i > 0 {
                        self.out.push_unit(opening, ",");
                    }
                    self.value(element, depth + 1);
                }
                self.out.push_unit(closing, "]");
            }
            Kind::Object(members) => {
                let mut sorted: Vec<(String, &Value, &Value)> = Vec::new();
                for (key, value) in members.iter() {
                    let name = crate::api::deploy_text::as_written(&key.to_text().text);
                    // Of two members of a name Terraform takes the later.
                    sorted.retain(|(known, ..)| *known != name);
                    sorted.push((name, key, value));
                }
                sorted.sort_by(|(a, ..), (b, ..)| a.cmp(b));
                self.out.push_unit(opening, "{");
                for (i, (_, key, value)) in sorted.into_iter().enumerate() {
                    let at = self.place(key);
                    if i > 0 {
                        self.out.push_unit(HostSpan::new(at.start, at.start), ",");
                    }
                    self.text(key, &key.to_text());
                    self.out.push_unit(HostSpan::new(at.end, at.end), ":");
                    self.value(value, depth + 1);
                }
                self.out.push_unit(closing, "}");
            }
        }
    }

    /// Where a value stands in the file of the call; the whole call where it stands in another.
    fn place(&self, value: &Value) -> HostSpan {
        if Arc::ptr_eq(&value.file, self.file) { value.span } else { self.span }
    }

    fn text(&mut self, value: &Value, text: &HostText) {
        let place = self.place(value);
        // A quoted text has its own quotes; between them stands what is inside.
        let is_quoted = self.file.slice(place).starts_with('"') && place.end - place.start >= 2;
        let quotes = if is_quoted {
            [HostSpan::new(place.start, place.start + 1), HostSpan::new(place.end - 1, place.end)]
        } else {
            [HostSpan::new(place.start, place.start), HostSpan::new(place.end, place.end)]
        };
        let [opening, closing] = quotes;
        self.out.push_unit(opening, "\"");
        let content = text.text.text();
        let mut placeholders = text.text.placeholders().iter().peekable();
        let mut from = 0;
        for (at, c) in content.char_indices() {
            if c == PLACEHOLDER_CHAR && placeholders.next_if(|p| p.at.to_usize() == at).is_some() {
                continue;
            }
            let Some(escape) = escaped(c) else { continue };
            self.out.push_range(text, from, at, place);
            from = at + c.len_utf8();
            let host = text.map.as_ref().filter(|_| Arc::ptr_eq(&text.file, self.file));
            let host = host.and_then(|map| map.host_span(Span::of(at, from)));
            self.out.push_unit(host.unwrap_or(place), &escape);
        }
        self.out.push_range(text, from, content.len(), place);
        self.out.push_unit(closing, "\"");
    }
}

fn escaped(c: char) -> Option<String> {
    Some(match c {
        '"' => "\\\"".to_owned(),
        '\\' => "\\\\".to_owned(),
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\t' => "\\t".to_owned(),
        '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => format!("\\u{:04x}", u32::from(c)),
        _ => return None,
    })
}
