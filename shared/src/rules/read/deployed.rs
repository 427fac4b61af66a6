//! `${env:X}`: what only the deployment knows.

use crate::document::{Fault, Node, Span};

use super::Reader;

const OPENS: &str = "${env:";
/// Longer than any name, address or list that belongs here.
const MAX_RESOLVED: usize = 2048;

impl Reader<'_> {
    /// A text in which `${env:X}` stands for what the environment has under `X`. Whatever else begins with `${` is an
    /// error.
    pub(super) fn deployed_text(&mut self, what: &str, node: &Node) -> Option<String> {
        let text = self.any_text(what, node)?;
        let mut resolved = String::new();
        let mut rest: &str = &text;
        let mut sound = true;
        while let Some((before, after)) = rest.split_once("${") {
            resolved.push_str(before);
            let Some((hole, behind)) = after.split_once('}') else {
                self.error(Fault::new(node.span, "`${` opens a hole that no `}` closes"));
                return None;
            };
            rest = behind;
            let value = self.hole(hole, node.span);
            sound &= value.is_some();
            resolved.push_str(&value.unwrap_or_default());
        }
        resolved.push_str(rest);
        if sound && resolved.len() > MAX_RESOLVED {
            self.error(Fault::new(node.span, format!("{what} is longer than {MAX_RESOLVED} bytes")));
            return None;
        }
        sound.then_some(resolved)
    }

    /// The value of `${<hole>}` in a text at a place.
    fn hole(&mut self, hole: &str, at: Span) -> Option<String> {
        let shown = self.shown(hole);
        // The hole itself, where the text stands as it is written.
        let whole = format!("${{{hole}}}");
        let at = self
            .written(at)
            .find(&whole)
            .map_or(at, |offset| Span { start: at.start + offset, end: at.start + offset + whole.len() });
        let name = hole.strip_prefix("env:").filter(|name| {
            name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        });
        let Some(name) = name else {
            let fault = Fault::new(at, format!("`${{{shown}}}` is nothing that can be filled in"));
            self.error(fault.help("only `${env:NAME}` can, with the environment variable `NAME`"));
            return None;
        };
        let value = (self.environment)(name);
        match value {
            Some(value) if !value.is_empty() => Some(value),
            found => {
                let how = if found.is_some() { "empty" } else { "not set" };
                let message = format!("the environment variable `{}` is {how}", self.shown(name));
                self.error(Fault::new(at, message));
                None
            }
        }
    }

    /// Reports a hole in a text where none may be. Whether there is one.
    pub(super) fn refuses_hole(&mut self, text: &str, at: Span) -> bool {
        let has_hole = text.contains(OPENS);
        if has_hole {
            let fault = Fault::new(at, "`${env:…}` may not stand here");
            self.error(fault.help(
                "it may stand in a table's `name`, in an issuer's `issuer` and `audience`, and in `apis`",
            ));
        }
        has_hole
    }
}
