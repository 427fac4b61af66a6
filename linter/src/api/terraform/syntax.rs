//! The two syntaxes of Terraform's language: its own, and JSON.
//!
//! What declares and what is declared is the same in both. In JSON a block is an object, or a list of objects, under its
//! type and labels; an expression is a value, whose texts are templates; and `//` begins a comment.
//! (<https://developer.hashicorp.com/terraform/language/syntax/json>)

use std::path::Path;

use hcl_edit::expr::Expression;
use hcl_edit::structure::{Attribute, Block, Body};

use crate::api::AttributePlace;
use crate::source::{HostSpan, Node, SourceFile};

use super::directory::host_span;

/// In which syntax a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// `*.tf`.
    Native,
    /// `*.tf.json`.
    Json,
}

impl Syntax {
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

/// What is written for a value.
#[derive(Clone, Copy, Debug)]
pub(super) enum Written<'d> {
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
        match self {
            Self::Native(expression) => host_span(hcl_edit::Span::span(expression)),
            Self::Json(node) | Self::Literal(node) => node.span,
        }
    }

    /// A text in which nothing is put in.
    pub(super) fn as_str(self) -> Option<&'d str> {
        match self {
            Self::Native(expression) => expression.as_str(),
            Self::Json(node) | Self::Literal(node) => node.as_str(),
        }
    }

    /// A word, as types of variables are: `string`.
    pub(super) fn as_word(self) -> Option<&'d str> {
        match self {
            Self::Native(Expression::Variable(word)) => Some(word.as_str()),
            Self::Native(_) => None,
            Self::Json(node) | Self::Literal(node) => node.as_str(),
        }
    }
}

/// What is written in a block.
#[derive(Clone, Copy, Debug)]
pub(super) enum BlockBody<'d> {
    /// A block.
    Native(&'d Block),
    /// A JSON object.
    Json(&'d Node),
}

impl<'d> BlockBody<'d> {
    /// The whole block; in JSON, the object.
    pub(super) fn span(self) -> HostSpan {
        match self {
            Self::Native(block) => host_span(hcl_edit::Span::span(block)),
            Self::Json(node) => node.span,
        }
    }

    /// The attribute of a name.
    pub(super) fn attribute(self, name: &str) -> Option<Written<'d>> {
        match self {
            Self::Native(block) => Some(Written::Native(&block.body.get_attribute(name)?.value)),
            Self::Json(node) => Some(Written::Json(node.get(name)?)),
        }
    }

    /// What of an attribute of this name is meant as it is written: in JSON, a text is no template there.
    pub(super) fn literal(self, name: &str) -> Option<Written<'d>> {
        match self.attribute(name)? {
            Written::Json(node) => Some(Written::Literal(node)),
            written => Some(written),
        }
    }

    /// The attributes in file order. What JSON writes for blocks is among them, as a map or a list of maps.
    pub(super) fn attributes(self) -> Vec<(&'d str, Written<'d>)> {
        match self {
            Self::Native(block) => {
                let all = block.body.attributes();
                all.map(|attribute| (attribute.key.as_str(), Written::Native(&attribute.value))).collect()
            }
            Self::Json(node) => {
                members(node).filter_map(|(key, value)| Some((key.as_str()?, Written::Json(value)))).collect()
            }
        }
    }

    /// Where the attributes stand.
    pub(super) fn places(self) -> Vec<AttributePlace> {
        match self {
            Self::Native(block) => {
                let place = |attribute: &'d Attribute| AttributePlace {
                    name: attribute.key.as_str().to_owned(),
                    key: host_span(hcl_edit::Span::span(&attribute.key)),
                    value: host_span(hcl_edit::Span::span(&attribute.value)),
                };
                block.body.attributes().map(place).collect()
            }
            Self::Json(node) => members(node)
                .filter_map(|(key, value)| {
                    let name = key.as_str()?.to_owned();
                    Some(AttributePlace { name, key: key.span, value: value.span })
                })
                .collect(),
        }
    }

    /// The blocks in it: type, place, and what is written in each.
    pub(super) fn blocks(self) -> Vec<(&'d str, HostSpan, BlockBody<'d>)> {
        match self {
            Self::Native(block) => {
                let inner = |block: &'d Block| {
                    (block.ident.as_str(), host_span(hcl_edit::Span::span(block)), Self::Native(block))
                };
                block.body.blocks().map(inner).collect()
            }
            Self::Json(_) => Vec::new(),
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
    pub(super) body: BlockBody<'d>,
}

/// The types of blocks that are read, and how many labels each has.
const TYPES: [(&str, usize); 6] =
    [("locals", 0), ("variable", 1), ("output", 1), ("module", 1), ("resource", 2), ("data", 2)];

/// The blocks of a file in its own syntax.
pub(super) fn native_blocks(body: &Body) -> Vec<LabelledBlock<'_>> {
    let labelled = |block| {
        let &Block { ref ident, ref labels, .. } = block;
        let label = labels.last().and_then(hcl_edit::Span::span);
        LabelledBlock {
            kind: ident.as_str(),
            labels: labels.iter().map(hcl_edit::structure::BlockLabel::as_str).collect(),
            span: host_span(label.or_else(|| hcl_edit::Span::span(block))),
            body: BlockBody::Native(block),
        }
    };
    body.blocks().map(labelled).collect()
}

/// The blocks of a file in JSON.
pub(super) fn json_blocks(root: &Node) -> Vec<LabelledBlock<'_>> {
    let mut found = Vec::new();
    for object in objects(root) {
        for (key, value) in members(object) {
            let Some(kind) = key.as_str() else { continue };
            if let Some((_, labels)) = TYPES.iter().find(|(known, _)| *known == kind) {
                let begun =
                    LabelledBlock { kind, labels: Vec::new(), span: key.span, body: BlockBody::Json(value) };
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
        .filter_map(|block| match block.body {
            BlockBody::Json(body) => Some((block.span.to(body.span), body)),
            BlockBody::Native(_) => None,
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
            found.push(LabelledBlock { body: BlockBody::Json(object), ..begun.clone() });
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
fn objects(node: &Node) -> impl Iterator<Item = &Node> {
    let list = node.elements();
    let alone = if list.is_empty() { std::slice::from_ref(node) } else { list };
    alone
        .iter()
        .filter(|node| !node.members().is_empty() || node.elements().is_empty() && node.scalar().is_none())
}

/// The members of an object but for comments.
fn members(node: &Node) -> impl Iterator<Item = (&Node, &Node)> {
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
