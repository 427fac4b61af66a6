//! What the rules have given a name.

use std::collections::HashMap;
use std::sync::Arc;

use crate::document::{Fault, Mapping, Member, Span, Value};

use super::Reader;

/// The entries of a section by their names.
pub(super) struct Names<T> {
    /// None where what others need to know of the entry was at fault.
    entries: HashMap<String, Option<Arc<T>>>,
    /// In file order.
    order: Vec<String>,
    /// Whether every entry of the section is among them.
    whole: bool,
}

impl<T> Names<T> {
    /// Reads a section: a mapping from names to entries, which may be left out.
    pub(super) fn read<'n>(
        reader: &mut Reader<'_>,
        section: Option<&'n Member>,
        mut entry: impl FnMut(&mut Reader<'_>, &'n Member) -> Option<T>,
    ) -> Self {
        let mut names = Self { entries: HashMap::new(), order: Vec::new(), whole: true };
        let Some(section) = section else { return names };
        let what = format!("`{}`", section.key);
        let Some(mapping) = reader.mapping(&what, &section.value) else {
            names.whole = false;
            return names;
        };
        names.whole = mapping.whole;
        for member in &mapping.members {
            if reader.is_full() {
                break;
            }
            let value = entry(reader, member).map(Arc::new);
            names.order.push(member.key.to_string());
            names.entries.insert(member.key.to_string(), value);
        }
        names
    }

    /// How many names there are; none where that cannot be known.
    pub(super) fn count(&self) -> Option<usize> {
        self.whole.then_some(self.order.len())
    }

    /// The entry of a name. A name that is not known is reported, and nothing is said of an entry at fault.
    pub(super) fn find(&self, reader: &mut Reader<'_>, what: &str, name: &str, at: Span) -> Option<&Arc<T>> {
        match self.entries.get(name) {
            Some(entry) => entry.as_ref(),
            None => {
                if self.whole {
                    let fault = Fault::new(at, format!("there is no {what} `{}`", reader.shown(name)));
                    let known = self.order.iter().map(String::as_str);
                    reader.error(reader.suggesting(fault, name, known, None));
                }
                None
            }
        }
    }

    /// The entry of a name; none where it was at fault or there is none.
    pub(super) fn get(&self, name: &str) -> Option<&Arc<T>> {
        self.entries.get(name)?.as_ref()
    }

    /// The entries in file order, without those at fault.
    pub(super) fn into_values(mut self) -> Vec<Arc<T>> {
        self.order.iter().filter_map(|name| self.entries.remove(name).flatten()).collect()
    }
}

impl Reader<'_> {
    /// A mapping that is not empty.
    pub(super) fn mapping<'n>(&mut self, what: &str, node: &'n crate::document::Node) -> Option<&'n Mapping> {
        match &node.value {
            Value::Mapping(mapping) if mapping.members.is_empty() && mapping.whole => {
                self.error(Fault::new(node.span, format!("{what} must not be empty")));
                None
            }
            Value::Mapping(mapping) => Some(mapping),
            _ => self.wrong(what, "a mapping", node),
        }
    }

    /// Whether a name is of letters, digits, `-`, `_` and `.`, with a letter or digit first, and not too long.
    pub(super) fn check_name(&mut self, what: &str, name: &str, longest: usize, at: Span) -> bool {
        if self.refuses_hole(name, at) {
            return false;
        }
        let plain = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
        let fits = name.starts_with(|c: char| c.is_ascii_alphanumeric())
            && name.chars().all(plain)
            && name.len() <= longest;
        if !fits {
            let message = format!("`{}` is no name for {what}", self.shown(name));
            self.error(Fault::new(at, message).help(format!(
                "write at most {longest} letters, digits, `-`, `_` and `.`, a letter or a digit first"
            )));
        }
        fits
    }
}
