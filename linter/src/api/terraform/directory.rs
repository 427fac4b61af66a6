//! The files of one Terraform directory, and what their blocks declare.

use std::collections::HashMap;
use std::sync::Arc;

use hcl_edit::structure::Body;

use crate::source::{HostSpan, Node, SourceFile};

use super::block::{BlockBody, Entry};
use super::syntax::{LabelledBlock, Syntax, Written, json_blocks, json_document, native_blocks};

/// A file that was parsed.
#[derive(Debug)]
pub struct ParsedFile {
    /// The file.
    pub file: Arc<SourceFile>,
    content: Content,
}

#[derive(Debug)]
enum Content {
    Native(Body),
    Json(Node),
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
    /// Parses a file, in the syntax that its name says.
    pub fn parse(file: Arc<SourceFile>) -> Result<Self, ParseError> {
        if Syntax::of(file.path()) == Some(Syntax::Json) {
            return match json_document(&file) {
                Ok(root) => Ok(Self { file, content: Content::Json(root) }),
                Err((span, message)) => Err(ParseError { span, message }),
            };
        }
        // Terraform skips a byte order mark; blanks in its place keep every offset.
        let mut text = match file.text().strip_prefix('\u{FEFF}') {
            Some(rest) => format!("   {rest}"),
            None => file.text().to_owned(),
        };
        let mut left = MAX_REPAIRED_BYTES;
        loop {
            let error = match hcl_edit::parser::parse_body(&text) {
                Ok(body) => return Ok(Self { file, content: Content::Native(body) }),
                Err(error) => error,
            };
            let at = error.location().offset();
            left = left.saturating_sub(text.len());
            match with_equals_sign(&text, at).filter(|_| left > 0) {
                Some(repaired) => text = repaired,
                None => {
                    let next = text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
                    let message = format!("is no Terraform: {}", error.message());
                    return Err(ParseError { span: HostSpan::new(at, at + next), message });
                }
            }
        }
    }
}

impl ParsedFile {
    /// Its blocks.
    pub(super) fn blocks(&self) -> Vec<LabelledBlock<'_>> {
        match &self.content {
            Content::Native(body) => native_blocks(body),
            Content::Json(root) => json_blocks(root),
        }
    }
}

/// The bytes that are parsed again, all in all, while the maps of a file of Terraform 0.11 are repaired.
const MAX_REPAIRED_BYTES: usize = 32 << 20;

/// Terraform 0.11 had maps without an equals sign, `request_templates { "application/json" = … }`. Where the parser
/// stumbles over the first key of one, this is the text with the sign in place of the blank before the brace, so that
/// nothing moves.
fn with_equals_sign(text: &str, at: usize) -> Option<String> {
    let (before, after) = text.split_at_checked(at)?;
    if !after.starts_with('"') {
        return None;
    }
    let name = before.trim_end().strip_suffix('{')?.strip_suffix(' ')?;
    let is_name = name.trim_end().ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-'));
    let (head, tail) = text.split_at_checked(name.len())?;
    is_name.then(|| format!("{head}={}", tail.get(1..).unwrap_or("")))
}

/// What the blocks of a directory declare, by name.
#[derive(Debug, Default)]
pub(super) struct Declared<'d> {
    pub(super) locals: HashMap<&'d str, Written<'d>>,
    pub(super) variables: HashMap<&'d str, BlockBody<'d>>,
    pub(super) outputs: HashMap<&'d str, BlockBody<'d>>,
    pub(super) modules: HashMap<&'d str, BlockBody<'d>>,
    /// `template_file` data sources, what `templatefile` was before Terraform 0.12.
    pub(super) template_files: HashMap<&'d str, BlockBody<'d>>,
    /// Resources and data sources in file order.
    pub(super) resources: Vec<Declaration<'d>>,
}

/// A `resource` or `data` block.
#[derive(Clone, Debug)]
pub(super) struct Declaration<'d> {
    pub(super) file: &'d Arc<SourceFile>,
    /// Whether it is a data source.
    pub(super) is_data: bool,
    pub(super) kind: &'d str,
    pub(super) name: &'d str,
    /// The name's place.
    pub(super) span: HostSpan,
    pub(super) body: BlockBody<'d>,
}

impl<'d> Declared<'d> {
    /// The declarations of a directory's files.
    pub(super) fn of(files: &'d [ParsedFile]) -> Self {
        let mut declared = Self::default();
        let is_override = |parsed: &&ParsedFile| Syntax::is_override(parsed.file.path());
        for parsed in files.iter().filter(|parsed| !is_override(parsed)) {
            parsed.blocks().into_iter().for_each(|block| declared.add(&parsed.file, &block));
        }
        let known: HashMap<(bool, &str, &str), usize> = declared
            .resources
            .iter()
            .enumerate()
            .map(|(index, found)| ((found.is_data, found.kind, found.name), index))
            .collect();
        for parsed in files.iter().filter(is_override) {
            for block in parsed.blocks() {
                declared.override_by(&parsed.file, &block, &known);
            }
        }
        declared
    }

    fn add(&mut self, file: &'d Arc<SourceFile>, block: &LabelledBlock<'d>) {
        let body = BlockBody::new(file, block.content);
        match (block.kind, block.labels.as_slice()) {
            ("locals", []) => self.locals.extend(locals(&body)),
            ("variable", [name]) => _ = self.variables.insert(name, body),
            ("output", [name]) => _ = self.outputs.insert(name, body),
            ("module", [name]) => _ = self.modules.insert(name, body),
            (word @ ("resource" | "data"), [kind, name]) => {
                let is_data = word == "data";
                if is_data && *kind == "template_file" {
                    self.template_files.insert(name, body.clone());
                }
                self.resources.push(Declaration { file, is_data, kind, name, span: block.span, body });
            }
            _ => {}
        }
    }

    /// What overrides something that is not there is none: Terraform refuses it.
    fn override_by(
        &mut self,
        file: &'d Arc<SourceFile>,
        block: &LabelledBlock<'d>,
        known: &HashMap<(bool, &str, &str), usize>,
    ) {
        let body = BlockBody::new(file, block.content);
        let own = match (block.kind, block.labels.as_slice()) {
            ("locals", []) => {
                self.locals.extend(locals(&body));
                None
            }
            ("variable", [name]) => self.variables.get_mut(name),
            ("output", [name]) => self.outputs.get_mut(name),
            ("module", [name]) => self.modules.get_mut(name),
            (word @ ("resource" | "data"), [kind, name]) => {
                let is_data = word == "data";
                if is_data
                    && *kind == "template_file"
                    && let Some(own) = self.template_files.get_mut(name)
                {
                    own.override_by(body.clone());
                }
                let index = known.get(&(is_data, *kind, *name));
                index.and_then(|index| self.resources.get_mut(*index)).map(|found| &mut found.body)
            }
            _ => None,
        };
        if let Some(own) = own {
            own.override_by(body);
        }
    }
}

fn locals<'d>(body: &BlockBody<'d>) -> Vec<(&'d str, Written<'d>)> {
    let attribute = |(name, entry)| match entry {
        Entry::Attribute(written) => Some((name, written)),
        Entry::Block(..) => None,
    };
    body.entries().into_iter().filter_map(attribute).collect()
}
