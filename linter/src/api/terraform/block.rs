//! What is written in a block, in its own file and in those that override it.
//!
//! Terraform reads `override.tf` and `*_override.tf` last: an attribute there stands instead of the block's own, and nested
//! blocks of a type instead of all of that type.
//! (<https://developer.hashicorp.com/terraform/language/files/override>)

use std::collections::HashSet;
use std::sync::Arc;

use hcl_edit::structure::{Attribute, Block};

use crate::api::AttributePlace;
use crate::source::{HostSpan, Node, SourceFile};

use super::syntax::{COMMENT, Content, Form, Written, host_span, members};

/// What is written in a block.
#[derive(Clone, Debug)]
pub(super) struct BlockBody<'d> {
    own: Layer<'d>,
    /// What overrides it, the last of which counts.
    over: Vec<Layer<'d>>,
}

/// What one file has of a block.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layer<'d> {
    pub(super) file: &'d Arc<SourceFile>,
    pub(super) content: Content<'d>,
}

/// What stands under a name in a block.
#[derive(Clone, Debug)]
pub(super) enum Entry<'d> {
    /// A value. What JSON writes for blocks is one too, a map or a list of maps.
    Attribute(Written<'d>),
    /// A nested block, with its labels.
    Block(Vec<&'d str>, BlockBody<'d>),
}

impl<'d> Layer<'d> {
    /// The whole block; in JSON, the object.
    pub(super) fn span(self) -> HostSpan {
        match self.content {
            Content::Native(block) => host_span(hcl_edit::Span::span(block)),
            Content::Json(node) => node.span,
        }
    }

    fn attribute(self, name: &str) -> Option<Written<'d>> {
        let form = match self.content {
            Content::Native(block) => Form::Native(&block.body.get_attribute(name)?.value),
            Content::Json(node) => Form::Json(node.get(name)?),
        };
        Some(Written { file: self.file, form })
    }

    fn entries(self) -> Vec<(&'d str, Entry<'d>)> {
        let file = self.file;
        let value = |form| Entry::Attribute(Written { file, form });
        match self.content {
            Content::Native(block) => {
                let attribute = |attribute: &'d Attribute| {
                    (attribute.key.as_str(), value(Form::Native(&attribute.value)))
                };
                let nested = |block: &'d Block| {
                    let labels = block.labels.iter().map(hcl_edit::structure::BlockLabel::as_str).collect();
                    let body = BlockBody::new(file, Content::Native(block));
                    (block.ident.as_str(), Entry::Block(labels, body))
                };
                let body = &block.body;
                body.attributes().map(attribute).chain(body.blocks().map(nested)).collect()
            }
            Content::Json(node) => members(node)
                .filter_map(|(key, node)| Some((key.as_str()?, value(Form::Json(node)))))
                .collect(),
        }
    }
}

impl<'d> BlockBody<'d> {
    /// A block of a file.
    pub(super) fn new(file: &'d Arc<SourceFile>, content: Content<'d>) -> Self {
        Self { own: Layer { file, content }, over: Vec::new() }
    }

    /// Puts another file's block over this one.
    pub(super) fn override_by(&mut self, other: Self) {
        self.over.push(other.own);
        self.over.extend(other.over);
    }

    /// What each file has of it, its own first.
    pub(super) fn layers(&self) -> impl DoubleEndedIterator<Item = Layer<'d>> {
        std::iter::once(self.own).chain(self.over.iter().copied())
    }

    /// The whole block in its own file.
    pub(super) fn span(&self) -> HostSpan {
        self.own.span()
    }

    /// The file of the block.
    pub(super) fn file(&self) -> &'d Arc<SourceFile> {
        self.own.file
    }

    /// The attribute of a name.
    pub(super) fn attribute(&self, name: &str) -> Option<Written<'d>> {
        self.layers().rev().find_map(|layer| layer.attribute(name))
    }

    /// What of an attribute of this name is meant as it is written: in JSON, a text is no template there.
    pub(super) fn literal(&self, name: &str) -> Option<Written<'d>> {
        let written = self.attribute(name)?;
        Some(match written.form {
            Form::Json(node) => Written { form: Form::Literal(node), ..written },
            _ => written,
        })
    }

    /// Attributes and nested blocks, in file order.
    pub(super) fn entries(&self) -> Vec<(&'d str, Entry<'d>)> {
        let mut found = self.own.entries();
        for layer in &self.over {
            let entries = layer.entries();
            let names: HashSet<&str> = entries.iter().map(|(name, _)| *name).collect();
            found.retain(|(name, _)| !names.contains(name));
            found.extend(entries);
        }
        found
    }

    /// The nested blocks of a type.
    pub(super) fn nested(&self, kind: &str) -> Vec<BlockBody<'d>> {
        let own = |(name, entry)| match entry {
            Entry::Block(_, body) if name == kind => Some(body),
            _ => None,
        };
        self.entries().into_iter().filter_map(own).collect()
    }

    /// Where the attributes of the block's own file stand.
    pub(super) fn places(&self) -> Vec<AttributePlace> {
        match self.own.content {
            Content::Native(block) => {
                let place = |attribute: &'d Attribute| AttributePlace {
                    name: attribute.key.as_str().to_owned(),
                    key: host_span(hcl_edit::Span::span(&attribute.key)),
                    value: host_span(hcl_edit::Span::span(&attribute.value)),
                };
                block.body.attributes().map(place).collect()
            }
            Content::Json(node) => members(node)
                .filter_map(|(key, value)| {
                    let name = key.as_str()?.to_owned();
                    Some(AttributePlace { name, key: key.span, value: value.span })
                })
                .collect(),
        }
    }

    /// The comment of a block in JSON.
    pub(super) fn comment(&self) -> Option<&'d Node> {
        match self.own.content {
            Content::Native(_) => None,
            Content::Json(node) => node.get(COMMENT),
        }
    }
}
