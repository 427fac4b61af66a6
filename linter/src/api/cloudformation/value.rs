//! Property values: texts with what the deployment decides, references to resources, flags.

use std::collections::HashSet;

use keybound_vtl::TemplateText;

use crate::api::deploy_text::as_written;
use crate::source::intrinsic::source_of;
use crate::source::{ComposedText, Node};

use super::alternatives::Alternatives;

/// The text that a value is. A list or mapping where a text belongs is one placeholder, so that it is not taken for
/// absent.
pub(super) fn text(node: &Node) -> ComposedText {
    ComposedText::of(node).unwrap_or_else(|| {
        let mut text = TemplateText::default();
        text.push_placeholder(source_of(node));
        ComposedText { text, map: None, whole: node.span }
    })
}

/// The text of a value in which the deployment decides nothing.
pub(super) fn literal(node: &Node) -> Option<String> {
    let text = ComposedText::of(node)?.text;
    text.placeholders().is_empty().then(|| text.text().to_owned())
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
    /// The reference that a placeholder's name is: `Table`, `Table.Arn`. None for the name of a function's call.
    pub(super) fn named(name: &str) -> Option<Self> {
        if name.contains(['(', '[']) {
            return None;
        }
        Some(match name.split_once('.') {
            Some((id, attribute)) => Self { id: id.to_owned(), attribute: Some(attribute.to_owned()) },
            None => Self { id: name.to_owned(), attribute: None },
        })
    }
}

/// The reference that a value is and nothing else: `!Ref X`, `!GetAtt X.Y`, `!Sub "${X}"`.
pub(super) fn reference(node: &Node) -> Option<Reference> {
    let only = Alternatives::of(Some(node)).only()?;
    let text = ComposedText::of(only)?.text;
    match text.placeholders() {
        [one] if text.text().chars().count() == 1 => Reference::named(&one.name),
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
        let elements = match ComposedText::of(value) {
            Some(_) => std::slice::from_ref(value),
            None => value.elements(),
        };
        for choice in elements.iter().flat_map(|element| Alternatives::of(Some(element)).values) {
            list.push(as_written(&text(choice).text));
        }
    }
    list
}

/// The members of a mapping in file order; of several of one name the last counts.
pub(super) fn members(map: &Node) -> Vec<(&str, &Node)> {
    let mut seen = HashSet::new();
    let named = map.members().iter().rev().filter_map(|(key, value)| Some((key.as_str()?, value)));
    let mut members: Vec<_> = named.filter(|(name, _)| seen.insert(*name)).collect();
    members.reverse();
    members
}
