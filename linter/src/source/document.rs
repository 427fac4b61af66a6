//! A file's YAML or JSON documents.

use std::fmt;

use super::{HostSpan, Node, SourceFile, json, yaml};

#[cfg(test)]
mod tests;

/// How deep a document may nest, aliases followed. Real definitions stay below 40.
pub(super) const MAX_DEPTH: usize = 256;

/// What a file holds: every document that could be read, and what stood in the way of the others.
#[derive(Clone, Debug, Default)]
pub struct Documents {
    /// The roots, in file order.
    pub roots: Vec<Node>,
    /// Comments from `#` to the end of the line; JSON has none.
    pub comments: Vec<HostSpan>,
    /// Why documents are missing from `roots`.
    pub errors: Vec<DocumentError>,
}

/// Why a document could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentError {
    /// Where.
    pub span: HostSpan,
    /// What is wrong, in lower case and without a full stop.
    pub message: String,
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for DocumentError {}

/// Reads a file as JSON and nothing else.
pub fn parse_json(file: &SourceFile) -> Documents {
    json::parse(file.text())
}

/// Reads a file as YAML or JSON.
///
/// YAML holds almost all of JSON (not keys of over 1,024 characters, say), so the file's name decides what is tried
/// first and whose errors are shown when neither fits.
pub fn parse_documents(file: &SourceFile) -> Documents {
    let text = file.text();
    let is_json = file.path().extension().is_some_and(|e| e.eq_ignore_ascii_case("json"));
    if is_json {
        let as_json = json::parse(text);
        if as_json.errors.is_empty() {
            return as_json;
        }
        let as_yaml = yaml::parse(text);
        return if as_yaml.errors.is_empty() { as_yaml } else { as_json };
    }
    let as_yaml = yaml::parse(text);
    if !as_yaml.errors.is_empty() && text.trim_start_matches('\u{FEFF}').trim_start().starts_with(['{', '['])
    {
        let as_json = json::parse(text);
        if as_json.errors.is_empty() {
            return as_json;
        }
    }
    as_yaml
}
