//! Requests that decide what a template writes into `$context`.

use std::cell::RefCell;

use keybound_vtl::value::{Map, Value, java_string};
use serde_json::{Value as Json, json};

use crate::finding::Proof;
use crate::proof::draft::{Body, Draft};
use crate::render::TermId;
use crate::render::skeleton::{HoleUse, Override, Place};

use super::{Prover, Shown};

/// An override's path has the map, its member, and the name of a header, which may hold dots.
const MAX_NAMES: usize = 3;

impl Prover<'_> {
    /// A request for which an override is what `shows` accepts: its value, or its name where the template does not fix
    /// that. `texts` are tried as values of the terms that decide it.
    pub fn overrides(
        &self,
        written: &Override,
        decides: &[TermId],
        texts: &[&str],
        shows: &dyn Fn(&str) -> bool,
    ) -> Option<Proof> {
        let values: Vec<Json> = texts.iter().map(|text| json!(text)).collect();
        let shown = RefCell::new(Vec::new());
        let wanted = |draft: &Draft| -> Option<Shown> {
            let rendered = self.rendered_whole(draft)?;
            let found = written_at(&rendered.context, &written.path);
            let found = found.into_iter().find(|(name, value)| shows(name.as_ref().unwrap_or(value)))?;
            shown.replace(vec![told(&written.path, found)]);
            Some((rendered.text, Vec::new()))
        };
        let proof = decides.iter().find_map(|&term| {
            let hole = HoleUse {
                term,
                span: written.span,
                guard: written.guard.clone(),
                place: Place::Text,
                path: Vec::new(),
                open: Vec::new(),
                before: Vec::new(),
                repeated: false,
            };
            self.search_with(&hole, &values, &wanted)
        });
        proof.map(|proof| Proof { overrides: shown.take(), ..proof })
    }
}

impl Prover<'_> {
    /// The status that a response template writes for an answer: none where it writes none. Nothing where the rendering
    /// fails, which API Gateway answers with an error of its own.
    pub fn status_of(&self, answer: &Json) -> Option<Option<String>> {
        let draft = Draft { body: Body::Json(answer.clone()), ..self.plain_draft().clone() };
        let rendered = self.rendered_whole(&draft)?;
        Some(
            written_at(&rendered.context, "responseOverride.status")
                .into_iter()
                .map(|(_, value)| value)
                .next(),
        )
    }
}

/// The path and the value of an override, with its name where the template leaves that open.
fn told(path: &str, (name, value): (Option<String>, String)) -> (String, String) {
    match name {
        Some(name) => (format!("{}{name}", path.trim_end_matches('?')), value),
        None => (path.to_owned(), value),
    }
}

/// The value at a path of `$context`; the names and values that stand there where the path's last name is open.
fn written_at(context: &Map, path: &str) -> Vec<(Option<String>, String)> {
    let mut map = context.clone();
    let mut names = path.splitn(MAX_NAMES, '.').peekable();
    while let Some(name) = names.next() {
        if name == "?" && names.peek().is_none() {
            let entries = map.entries.borrow();
            let text = |value: &Value| java_string(value).as_str().to_owned();
            return entries.values().map(|(key, value)| (Some(text(key)), text(value))).collect();
        }
        match map.get_text(name) {
            Some(Value::Map(inner)) if names.peek().is_some() => map = inner,
            Some(value) if names.peek().is_none() => {
                return vec![(None, java_string(&value).as_str().to_owned())];
            }
            _ => return Vec::new(),
        }
    }
    Vec::new()
}
