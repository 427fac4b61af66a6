//! The files of one Terraform directory, and what their blocks declare.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use hcl_edit::Span;
use hcl_edit::expr::Expression;
use hcl_edit::structure::{Block, Body};

use crate::source::{HostSpan, SourceFile};

/// A file that was parsed.
#[derive(Debug)]
pub struct ParsedFile {
    /// The file.
    pub file: Arc<SourceFile>,
    body: Body,
}

/// Why a file could not be parsed.
#[derive(Clone, Debug)]
pub struct ParseError {
    /// Where.
    pub span: HostSpan,
    /// What is wrong there, in lower case and without a full stop.
    pub message: String,
}

impl ParsedFile {
    /// Parses a file.
    pub fn parse(file: Arc<SourceFile>) -> Result<Self, ParseError> {
        let text = file.text();
        // Terraform skips a byte order mark; blanks in its place keep every offset.
        let parsed = match text.strip_prefix('\u{FEFF}') {
            Some(rest) => hcl_edit::parser::parse_body(&format!("   {rest}")),
            None => hcl_edit::parser::parse_body(text),
        };
        match parsed {
            Ok(body) => Ok(Self { file, body }),
            Err(error) => {
                let at = error.location().offset();
                let next = text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
                let message = format!("is no Terraform: {}", error.message());
                Err(ParseError { span: HostSpan::new(at, at + next), message })
            }
        }
    }
}

/// What the blocks of a directory declare, by name.
#[derive(Debug, Default)]
pub(super) struct Declared<'d> {
    pub(super) locals: HashMap<&'d str, (&'d Arc<SourceFile>, &'d Expression)>,
    pub(super) variables: HashMap<&'d str, (&'d Arc<SourceFile>, &'d Body)>,
    pub(super) outputs: HashMap<&'d str, (&'d Arc<SourceFile>, &'d Body)>,
    pub(super) modules: HashMap<&'d str, (&'d Arc<SourceFile>, &'d Block)>,
    /// Resources and data sources in file order.
    pub(super) resources: Vec<Declaration<'d>>,
}

/// A `resource` or `data` block.
#[derive(Clone, Copy, Debug)]
pub(super) struct Declaration<'d> {
    pub(super) file: &'d Arc<SourceFile>,
    /// Whether it is a data source.
    pub(super) is_data: bool,
    pub(super) kind: &'d str,
    pub(super) name: &'d str,
    /// The name's place.
    pub(super) span: HostSpan,
    pub(super) body: &'d Body,
}

impl<'d> Declared<'d> {
    /// The declarations of a directory's files.
    pub(super) fn of(files: &'d [ParsedFile]) -> Self {
        let mut declared = Self::default();
        for ParsedFile { file, body } in files {
            for block in body.blocks() {
                let labels: Vec<&str> = block.labels.iter().map(hcl_edit::structure::BlockLabel::as_str).collect();
                match (block.ident.as_str(), labels.as_slice()) {
                    ("locals", []) => {
                        for attribute in block.body.attributes() {
                            declared.locals.insert(attribute.key.as_str(), (file, &attribute.value));
                        }
                    }
                    ("variable", [name]) => _ = declared.variables.insert(name, (file, &block.body)),
                    ("output", [name]) => _ = declared.outputs.insert(name, (file, &block.body)),
                    ("module", [name]) => _ = declared.modules.insert(name, (file, block)),
                    (word @ ("resource" | "data"), [kind, name]) => {
                        let label = block.labels.last().and_then(Span::span);
                        declared.resources.push(Declaration {
                            file,
                            is_data: word == "data",
                            kind,
                            name,
                            span: host_span(label.or_else(|| block.span())),
                            body: &block.body,
                        });
                    }
                    _ => {}
                }
            }
        }
        declared
    }
}

/// A span of `hcl-edit`; every parsed value has one.
pub(super) fn host_span(span: Option<Range<usize>>) -> HostSpan {
    span.map_or(HostSpan::default(), |span| HostSpan::new(span.start, span.end))
}
