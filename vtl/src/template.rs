//! A template's source: text with deploy-time placeholders in it.

use crate::span::{Offset, Span};

/// What stands in the text where a placeholder is (U+FFFC, the object replacement character). The character alone
/// means nothing: only an offset that [`TemplateText`] lists is a placeholder, so a template that holds the
/// character as text is not misread.
pub const PLACEHOLDER_CHAR: char = '\u{FFFC}';

/// A value that the deployment puts into the template's source before API Gateway sees it: `${Table}` under
/// `Fn::Sub`, a `!Ref` piece of `Fn::Join`, Terraform's `${var.x}`. To the template language it is opaque.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placeholder {
    /// Where its character stands.
    pub at: Offset,
    /// What the host calls it, without the host's brackets: `Table`, `Table.Arn`, `var.x`.
    pub name: String,
}

/// The text of a template and the placeholders in it.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct TemplateText {
    text: String,
    placeholders: Vec<Placeholder>,
}

impl TemplateText {
    /// A template without placeholders.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), placeholders: Vec::new() }
    }

    /// Adds text at the end.
    pub fn push_text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Adds a placeholder at the end and returns its span in the text.
    pub fn push_placeholder(&mut self, name: impl Into<String>) -> Span {
        let start = self.text.len();
        self.placeholders.push(Placeholder { at: Offset::new(start), name: name.into() });
        self.text.push(PLACEHOLDER_CHAR);
        Span::of(start, self.text.len())
    }

    /// The whole text, one [`PLACEHOLDER_CHAR`] for each placeholder.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The placeholders in the order of their places.
    pub fn placeholders(&self) -> &[Placeholder] {
        &self.placeholders
    }

    /// Whether there is no known text, only at least one placeholder.
    pub fn is_only_placeholders(&self) -> bool {
        !self.placeholders.is_empty()
            && self.text.len() == self.placeholders.len() * PLACEHOLDER_CHAR.len_utf8()
    }

    /// The placeholder at an offset.
    pub fn placeholder_at(&self, at: Offset) -> Option<&Placeholder> {
        let index = self.placeholders.binary_search_by_key(&at, |p| p.at).ok()?;
        self.placeholders.get(index)
    }
}
