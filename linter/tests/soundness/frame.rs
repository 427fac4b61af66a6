//! What stands around a client's text in a rendered request: with it, a text that breaks out leaves JSON behind.

use std::ops::Range;

use keybound_vtl::json::strict::{StrictKind, StrictValue};
use keybound_vtl::value::Text;

use crate::chooser::Chooser;

/// A container around a text of the client's.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Frame {
    /// From behind the text to the end of the container's child that it is in.
    suffix: String,
    /// From the beginning of that child to the text.
    prefix: String,
    quoted: bool,
    is_object: bool,
    /// Other children of the container, each with a place for a text of the client's.
    siblings: Vec<(String, String)>,
}

/// The longest text around one that is copied.
const MAX_COPY: usize = 600;

/// Places of siblings that are kept.
const MAX_SIBLINGS: usize = 16;

impl Frame {
    /// The frames around each text of a client's in a request.
    pub(crate) fn all(text: &Text, json: &StrictValue) -> Vec<Self> {
        let marks = text.marks().iter().take(12);
        marks.flat_map(|mark| around(text.as_str(), json, mark.start..mark.end)).collect()
    }

    /// A text that ends the child that it is in, says something of its container, and begins the child again.
    pub(crate) fn payload(&self, member: &str, key: &str, chooser: &mut Chooser) -> String {
        let own = if self.quoted { ("x", "y") } else { ("1", "1") };
        let said = match chooser.below(8) {
            0 => String::new(),
            1 if self.is_object => format!("{member},"),
            1 => format!("{{{member}}},"),
            _ if self.siblings.is_empty() => String::new(),
            _ => {
                let (before, after) = &self.siblings[chooser.below(self.siblings.len())];
                format!("{before}{key}{after},")
            }
        };
        let end = if chooser.chance(20) { "" } else { own.0 };
        format!("{end}{},{said}{}{}", self.suffix, self.prefix, own.1)
    }
}

fn around(text: &str, root: &StrictValue, at: Range<usize>) -> Vec<Frame> {
    let mut found = Vec::new();
    let mut open: Vec<(&StrictValue, Range<usize>)> = Vec::new();
    let mut value = root;
    let holds = |span: &Range<usize>| span.start <= at.start && at.end <= span.end;
    let quoted = loop {
        match &value.kind {
            StrictKind::Object(members) => {
                let whole = |index: usize| members[index].name_span.start..members[index].value.span.end;
                let Some(index) = (0..members.len()).find(|index| holds(&whole(*index))) else {
                    return found;
                };
                open.push((value, whole(index)));
                if holds(&members[index].name_span) {
                    break true;
                }
                value = &members[index].value;
            }
            StrictKind::Array(elements) => {
                let Some(element) = elements.iter().find(|element| holds(&element.span)) else {
                    return found;
                };
                open.push((value, element.span.clone()));
                value = element;
            }
            StrictKind::String(_) if holds(&(value.span.start + 1..value.span.end - 1)) => break true,
            StrictKind::Number(_) if holds(&value.span) => break false,
            _ => return found,
        }
    };
    for (container, child) in open {
        let suffix = &text[at.end..child.end];
        let prefix = &text[child.start..at.start];
        if suffix.len() + prefix.len() > MAX_COPY {
            continue;
        }
        found.push(Frame {
            suffix: suffix.to_owned(),
            prefix: prefix.to_owned(),
            quoted,
            is_object: matches!(container.kind, StrictKind::Object(_)),
            siblings: siblings(text, container),
        });
    }
    found
}

/// The children of a container, each with a string in it taken out.
fn siblings(text: &str, container: &StrictValue) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let members = container
        .members()
        .iter()
        .map(|member| (member.name_span.start..member.value.span.end, &member.value));
    let elements = container.elements().iter().map(|element| (element.span.clone(), element));
    for (whole, value) in members.chain(elements) {
        let mut todo = vec![value];
        while let Some(value) = todo.pop() {
            if matches!(value.kind, StrictKind::String(_) | StrictKind::Number(_)) && whole.len() < MAX_COPY {
                let quote = usize::from(matches!(value.kind, StrictKind::String(_)));
                let before = &text[whole.start..value.span.start + quote];
                let after = &text[value.span.end - quote..whole.end];
                found.push((before.to_owned(), after.to_owned()));
            }
            todo.extend(value.members().iter().map(|member| &member.value));
            todo.extend(value.elements());
        }
        if found.len() > MAX_SIBLINGS {
            break;
        }
    }
    found
}
