//! A mapping whose keys are known.

use crate::document::{Fault, Mapping, Member, Node, Span, Value};

use super::Reader;

/// The members of a mapping, each of which is asked for once by its key. What nobody asks for does not belong there.
pub(super) struct Fields<'n> {
    mapping: &'n Mapping,
    /// What the mapping is: `a grant`.
    what: &'static str,
    /// Where it is said that something is missing.
    at: Span,
    asked: Vec<&'static str>,
    /// Keys one of which must be there, each time.
    missing: Vec<Vec<&'static str>>,
}

impl<'n> Fields<'n> {
    /// The members of a value that must be a mapping. What is missing is reported at its first key.
    pub(super) fn open(reader: &mut Reader<'_>, what: &'static str, node: &'n Node) -> Option<Self> {
        let mapping = match &node.value {
            Value::Mapping(mapping) => mapping,
            Value::Faulty => return None,
            _ => {
                let found = reader.found(node);
                let fault = Fault::new(node.span, format!("{what} must be a mapping, found {found}"));
                reader.error(fault);
                return None;
            }
        };
        let start = node.span.start;
        let at = mapping.members.first().map_or(Span { start, end: start }, |member| member.key_span);
        Some(Self { mapping, what, at, asked: Vec::new(), missing: Vec::new() })
    }

    /// The members of an entry that has a name. What is missing is reported at the name.
    pub(super) fn of_entry(reader: &mut Reader<'_>, what: &'static str, entry: &'n Member) -> Option<Self> {
        let fields = Self::open(reader, what, &entry.value)?;
        Some(Self { at: entry.key_span, ..fields })
    }

    /// Where the mapping is pointed at as a whole.
    pub(super) fn at(&self) -> Span {
        self.at
    }

    /// The member of this key, if there is one.
    pub(super) fn take(&mut self, key: &'static str) -> Option<&'n Member> {
        self.asked.push(key);
        self.mapping.members.iter().find(|member| &*member.key == key)
    }

    /// The member of this key, which must be there.
    pub(super) fn require(&mut self, key: &'static str) -> Option<&'n Member> {
        let member = self.take(key);
        if member.is_none() && self.mapping.whole {
            self.missing.push(vec![key]);
        }
        member
    }

    /// The members of two keys, one of which must be there.
    pub(super) fn require_either(
        &mut self,
        one: &'static str,
        other: &'static str,
    ) -> (Option<&'n Member>, Option<&'n Member>) {
        let found = (self.take(one), self.take(other));
        if found.0.is_none() && found.1.is_none() && self.mapping.whole {
            self.missing.push(vec![one, other]);
        }
        found
    }

    /// Whether a member of this key was left out for a fault, or may have been.
    pub(super) fn may_lack(&self) -> bool {
        !self.mapping.whole
    }

    /// Reports what is missing and what does not belong here. Where a key looks like a missing one, only that is said.
    pub(super) fn finish(mut self, reader: &mut Reader<'_>) {
        for member in &self.mapping.members {
            if reader.is_full() {
                break;
            }
            if member.key_faulty || self.asked.contains(&&*member.key) {
                continue;
            }
            let message = format!("{} has no key `{}`", self.what, reader.shown(&member.key));
            let fault = Fault::new(member.key_span, message);
            if let Some(known) = reader.meant(&member.key, self.asked.iter().copied()) {
                self.missing.retain(|keys| !keys.contains(&known));
                reader.error(fault.help(format!("did you mean `{known}`?")));
            } else {
                reader.error(fault.help(format!("its keys are {}", listed(&self.asked, "and"))));
            }
        }
        for keys in self.missing {
            let message = format!("{} must have the key {}", self.what, listed(&keys, "or"));
            reader.error(Fault::new(self.at, message));
        }
    }
}

/// Names as prose: `a`, `b` and `c`.
pub(super) fn listed(names: &[&str], last_before: &str) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} {last_before} {last}", rest.join(", ")),
        None => String::new(),
    }
}
