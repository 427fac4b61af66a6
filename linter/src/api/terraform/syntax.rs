//! The two syntaxes of Terraform's language: its own, and JSON.
//!
//! What declares and what is declared is the same in both. In JSON a block is an object, or a list of objects, under its
//! type and labels; an expression is a value, whose texts are templates; and `//` begins a comment.
//! (<https://developer.hashicorp.com/terraform/language/syntax/json>)

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use hcl_edit::expr::Expression;
use hcl_edit::structure::{Block, Body};

use crate::source::{HostSpan, Node, SourceFile};

/// In which syntax a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// `*.tf`.
    Native,
    /// `*.tf.json`.
    Json,
}

impl Syntax {
    /// Whether a file overrides what others of its directory declare: `override.tf`, `orders_override.tf.json`.
    pub fn is_override(path: &Path) -> bool {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("");
        let stem = name.strip_suffix(".json").unwrap_or(name).strip_suffix(".tf").unwrap_or("");
        stem == "override" || stem.ends_with("_override")
    }

    /// The syntax of a file by its name; none for a file that is no Terraform.
    pub fn of(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?.to_ascii_lowercase();
        // Terraform skips what editors leave behind.
        if name.starts_with('.') {
            None
        } else if name.ends_with(".tf") {
            Some(Self::Native)
        } else {
            name.ends_with(".tf.json").then_some(Self::Json)
        }
    }
}

/// The member of a JSON object that is a comment.
pub const COMMENT: &str = "//";

/// What is written between braces.
#[derive(Clone, Copy, Debug)]
pub(super) enum Content<'d> {
    /// A block.
    Native(&'d Block),
    /// A JSON object.
    Json(&'d Node),
}

/// A span of `hcl-edit`; every parsed value has one.
pub(super) fn host_span(span: Option<Range<usize>>) -> HostSpan {
    span.map_or(HostSpan::default(), |span| HostSpan::new(span.start, span.end))
}

/// What is written for a value, and in which file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Written<'d> {
    pub(super) file: &'d Arc<SourceFile>,
    pub(super) form: Form<'d>,
}

/// How a value is written.
#[derive(Clone, Copy, Debug)]
pub(super) enum Form<'d> {
    /// An expression.
    Native(&'d Expression),
    /// A JSON value, whose texts are templates.
    Json(&'d Node),
    /// A JSON value whose texts are what they are: a default, the source of a module.
    Literal(&'d Node),
}

impl<'d> Written<'d> {
    /// Where it stands.
    pub(super) fn span(self) -> HostSpan {
        match self.form {
            Form::Native(expression) => host_span(hcl_edit::Span::span(expression)),
            Form::Json(node) | Form::Literal(node) => node.span,
        }
    }

    /// A text in which nothing is put in.
    pub(super) fn as_str(self) -> Option<&'d str> {
        match self.form {
            Form::Native(expression) => expression.as_str(),
            Form::Json(node) | Form::Literal(node) => node.as_str(),
        }
    }

    /// A word, as types of variables are: `string`.
    pub(super) fn as_word(self) -> Option<&'d str> {
        match self.form {
            Form::Native(Expression::Variable(word)) => Some(word.as_str()),
            Form::Native(_) => None,
            Form::Json(node) | Form::Literal(node) => node.as_str(),
        }
    }
}

/// A block of a file, with what leads to it.
#[derive(Clone, Debug)]
pub(super) struct LabelledBlock<'d> {
    /// `resource`.
    pub(super) kind: &'d str,
    /// Its labels.
    pub(super) labels: Vec<&'d str>,
    /// The last label's place, or the type's where there is none.
    pub(super) span: HostSpan,
    /// What is written in it.
    pub(super) content: Content<'d>,
}

/// The types of blocks that are read, and how many labels each has.
const TYPES: [(&str, usize); 6] =
    [("locals", 0), ("variable", 1), ("output", 1), ("module", 1), ("resource", 2), ("data", 2)];

/// The blocks of a file in its own syntax.
pub(super) fn native_blocks(body: &Body) -> Vec<LabelledBlock<'_>> {
    body.blocks().map(labelled).collect()
}

fn labelled(block: &Block) -> LabelledBlock<'_> {
    let label = block.labels.last().and_then(hcl_edit::Span::span);
    LabelledBlock {
        kind: block.ident.as_str(),
        labels: block.labels.iter().map(hcl_edit::structure::BlockLabel::as_str).collect(),
        span: host_span(label.or_else(|| hcl_edit::Span::span(block))),
        content: Content::Native(block),
    }
}

/// The blocks of a file in JSON.
pub(super) fn json_blocks(root: &Node) -> Vec<LabelledBlock<'_>> {
    let mut found = Vec::new();
    for object in objects(root) {
        for (key, value) in members(object) {
            let Some(kind) = key.as_str() else { continue };
            if let Some((_, labels)) = TYPES.iter().find(|(known, _)| *known == kind) {
                let begun =
                    LabelledBlock { kind, labels: Vec::new(), span: key.span, content: Content::Json(value) };
                push_labelled(value, *labels, &begun, &mut found);
            }
        }
    }
    found
}

/// The resources of a file in JSON: each with its name, and what is written in it.
pub fn json_resources(root: &Node) -> Vec<(HostSpan, &Node)> {
    let blocks = json_blocks(root).into_iter().filter(|block| block.kind == "resource");
    blocks
        .filter_map(|block| match block.content {
            Content::Json(body) => Some((block.span.to(body.span), body)),
            Content::Native(_) => None,
        })
        .collect()
}

fn push_labelled<'d>(
    node: &'d Node,
    labels: usize,
    begun: &LabelledBlock<'d>,
    found: &mut Vec<LabelledBlock<'d>>,
) {
    for object in objects(node) {
        let Some(further) = labels.checked_sub(1) else {
            found.push(LabelledBlock { content: Content::Json(object), ..begun.clone() });
            continue;
        };
        for (key, value) in members(object) {
            let Some(label) = key.as_str() else { continue };
            let mut labelled = LabelledBlock { span: key.span, ..begun.clone() };
            labelled.labels.push(label);
            push_labelled(value, further, &labelled, found);
        }
    }
}

/// An object, or the objects of a list.
pub(super) fn objects(node: &Node) -> impl Iterator<Item = &Node> {
    let list = node.elements();
    let alone = if list.is_empty() { std::slice::from_ref(node) } else { list };
    alone
        .iter()
        .filter(|node| !node.members().is_empty() || node.elements().is_empty() && node.scalar().is_none())
}

/// The members of an object but for comments.
pub(super) fn members(node: &Node) -> impl Iterator<Item = (&Node, &Node)> {
    node.members().iter().filter(|(key, _)| key.as_str() != Some(COMMENT)).map(|(key, value)| (key, value))
}

/// The document of a file in JSON.
pub(super) fn json_document(file: &SourceFile) -> Result<Node, (HostSpan, String)> {
    let mut documents = crate::source::parse_json(file);
    if let Some(error) = documents.errors.pop() {
        return Err((error.span, error.message));
    }
    let start = HostSpan::new(0, 0);
    let root = documents.roots.pop().ok_or((start, "holds no JSON value".to_owned()))?;
    match root.scalar() {
        None => Ok(root),
        Some(_) => {
            Err((root.span, "is a value alone; Terraform takes an object or a list of objects".to_owned()))
        }
    }
}
