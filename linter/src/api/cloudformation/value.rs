//! Property values: texts with what the deployment decides, references to resources, flags.

use keybound_vtl::TemplateText;

use crate::api::DeployText;
use crate::source::{HostSpan, Node, SourceMap};

use super::function::{Alternatives, function};

/// A text of the template and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Text {
    /// The text.
    pub(super) text: DeployText,
    /// From its offsets to the file.
    pub(super) map: Option<SourceMap>,
    /// The whole value.
    pub(super) span: HostSpan,
}

/// A scalar, or what `Fn::Sub`, `Fn::Join`, `Ref` and the like make of their parts; none for other values.
pub(super) fn text(node: &Node) -> Option<Text> {
    todo!()
}

/// A value that only the deployment knows: one placeholder, named by the function that gives it.
pub(super) fn opaque(node: &Node) -> Text {
    let mut text = TemplateText::default();
    text.push_placeholder(function(node).map_or_else(|| "object".to_owned(), |(name, _)| name));
    Text { text, map: None, span: node.span }
}

/// The text of a value in which the deployment decides nothing.
pub(super) fn literal(node: &Node) -> Option<String> {
    let value = text(node)?;
    value.text.placeholders().is_empty().then(|| value.text.text().to_owned())
}

/// A text with its placeholders in CloudFormation's own brackets: `orders-${Stage}`.
pub(super) fn as_written(text: &DeployText) -> String {
    let mut written = String::with_capacity(text.text().len());
    let mut placeholders = text.placeholders().iter().peekable();
    for (at, character) in text.text().char_indices() {
        match placeholders.next_if(|placeholder| placeholder.at.to_usize() == at) {
            Some(placeholder) => {
                written.push_str("${");
                written.push_str(&placeholder.name);
                written.push('}');
            }
            None => written.push(character),
        }
    }
    written
}

/// What a value points at: a resource or parameter by its logical id, and the attribute of it that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    /// The logical id.
    pub(super) id: String,
    /// The attribute of `Fn::GetAtt`.
    pub(super) attribute: Option<String>,
}

impl Reference {
    /// The reference that a placeholder's name is: `Table`, `Table.Arn`.
    pub(super) fn named(name: &str) -> Self {
        match name.split_once('.') {
            Some((id, attribute)) => Self { id: id.to_owned(), attribute: Some(attribute.to_owned()) },
            None => Self { id: name.to_owned(), attribute: None },
        }
    }

    /// `Table.Arn`.
    pub(super) fn full_name(&self) -> String {
        match &self.attribute {
            Some(attribute) => format!("{}.{attribute}", self.id),
            None => self.id.clone(),
        }
    }
}

/// The reference that a value is and nothing else: `!Ref X`, `!GetAtt X.Y`, `!Sub "${X}"`.
pub(super) fn reference(node: &Node) -> Option<Reference> {
    let only = Alternatives::of(Some(node)).only()?;
    let value = text(only)?.text;
    match value.placeholders() {
        [one] if value.text().chars().count() == 1 => Some(Reference::named(&one.name)),
        _ => None,
    }
}

/// A boolean property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flag {
    /// Set.
    True,
    /// Not set, or absent.
    False,
    /// The deployment decides.
    Undecided,
}

/// A boolean property; CloudFormation also takes the words as texts.
pub(super) fn flag(property: Option<&Node>) -> Flag {
    let alternatives = Alternatives::of(property);
    if alternatives.is_absent() {
        return Flag::False;
    }
    match alternatives.only().and_then(literal).map(|word| word.to_lowercase()).as_deref() {
        Some("true") => Flag::True,
        Some("false") => Flag::False,
        _ => Flag::Undecided,
    }
}

/// A list of texts; what the deployment decides is written in brackets. One text is taken for a list of it.
pub(super) fn texts(property: Option<&Node>) -> Vec<String> {
    let mut list = Vec::new();
    for value in Alternatives::of(property).values {
        let elements = match text(value) {
            Some(_) => std::slice::from_ref(value),
            None => value.elements(),
        };
        for choice in elements.iter().flat_map(|element| Alternatives::of(Some(element)).values) {
            list.push(as_written(&text(choice).unwrap_or_else(|| opaque(choice)).text));
        }
    }
    list
}
