//! From a template's text to its tree, as Velocity 1.7 reads it.
//!
//! The parser is total: any text gives a tree and a list of errors. A template with an error is refused as a whole
//! by API Gateway (every request fails), so the tree of such a template serves only to say more about it. Each
//! byte is looked at a bounded number of times, nesting is bounded by [`MAX_DEPTH`], errors by [`MAX_ERRORS`].

mod block;
mod cursor;
mod directive;
mod expression;
mod literal;
mod reference;
mod token;

use std::fmt;

use crate::ast::Block;
use crate::span::Span;
use crate::template::TemplateText;

use cursor::{Cursor, Progress};

/// How deep blocks, parentheses, strings and arguments may nest. Velocity has no such limit but Java's stack.
pub const MAX_DEPTH: usize = 100;

/// After this many errors the rest of the template is not looked at.
pub const MAX_ERRORS: usize = 20;

/// Templates larger than this are refused by API Gateway (300 KB).
pub const MAX_TEMPLATE_BYTES: usize = 300 * 1024;

/// A parsed template.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    /// The nodes.
    pub block: Block,
    /// Words after `#` that are no directive where they stand, in the order in which they were read.
    pub words: Vec<Word>,
}

/// A word after `#` that is no directive where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// From the `#` to the end of the word, or of its arguments where it has some.
    pub span: Span,
    /// The word, without `#` and braces.
    pub name: String,
    /// It is a directive's name all the same: `#end` where nothing is open, `#if` without a parenthesis. The template
    /// does not parse. Any other word prints as it is written.
    pub stray: bool,
}

/// Why a template does not parse, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// The place.
    pub span: Span,
    /// What is wrong and what would be right.
    pub message: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ParseError {}

/// Parses a template.
pub fn parse(template: &TemplateText) -> (Tree, Vec<ParseError>) {
    let mut progress = Progress::new(template);
    let text = template.text();
    if text.len() > MAX_TEMPLATE_BYTES {
        progress.error(
            Span::of(0, 0),
            format!("template of {} bytes is over API Gateway's limit of {MAX_TEMPLATE_BYTES}", text.len()),
        );
    }
    let block = Cursor::whole(text, &mut progress).template();
    let words = std::mem::take(&mut progress.words);
    (Tree { block, words }, progress.into_errors())
}
