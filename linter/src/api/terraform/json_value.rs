//! Values of Terraform's JSON syntax. Each text is a template of its own, whose places lead through the escapes of JSON.

use std::sync::Arc;

use crate::source::hcl::HostText;
use crate::source::{HostSpan, Node, NodeValue, Scalar, SourceFile, SourceMap};

use keybound_vtl::{Span, TemplateText};

use super::evaluate::{Evaluator, Scope};
use super::template;
use super::value::{Hole, Kind, Value};

/// What texts are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Texts {
    /// Templates, with `${…}` and `%{…}`.
    Templates,
    /// What they are.
    Literal,
}

/// The value of a JSON value.
pub(super) fn value(evaluator: &Evaluator<'_>, node: &Node, scope: &Scope, texts: Texts) -> Value {
    let unknown = || Value::hole(&scope.file, node.span, scope.file.slice(node.span));
    if !evaluator.spend(1) || !evaluator.enter() {
        return unknown();
    }
    let value = known_value(evaluator, node, scope, texts);
    evaluator.leave();
    value.unwrap_or_else(unknown)
}

fn known_value(evaluator: &Evaluator<'_>, node: &Node, scope: &Scope, texts: Texts) -> Option<Value> {
    let kind = match &node.value {
        NodeValue::Scalar(scalar) if scalar.is_null() => Kind::Null,
        NodeValue::Scalar(scalar) if scalar.plain => Kind::Plain(scalar.text.as_str().into()),
        NodeValue::Scalar(scalar) => return text(evaluator, scalar, node.span, scope, texts),
        NodeValue::Sequence(elements) => {
            Kind::List(elements.iter().map(|element| value(evaluator, element, scope, texts)).collect())
        }
        NodeValue::Mapping(members) => {
            let member = |(key, member): &(Node, Node)| {
                let key = value(evaluator, key, scope, texts).settled().clone();
                (key, value(evaluator, member, scope, texts))
            };
            Kind::Object(members.iter().map(member).collect())
        }
    };
    Some(Value::new(&scope.file, node.span, kind))
}

/// The value of a text; none for a template that does not parse.
fn text(
    evaluator: &Evaluator<'_>,
    scalar: &Scalar,
    span: HostSpan,
    scope: &Scope,
    texts: Texts,
) -> Option<Value> {
    let content = scalar.text.as_str();
    if !evaluator.spend_bytes(content.len()) {
        return None;
    }
    // Nothing else begins a sequence that means something in a template.
    if texts == Texts::Literal || !content.contains("${") && !content.contains("%{") {
        return Some(Value::text_of(HostText {
            text: TemplateText::plain(content),
            map: scalar.map.clone(),
            file: Arc::clone(&scope.file),
            whole: span,
        }));
    }
    let own = Arc::new(SourceFile::new(scope.file.path(), content));
    let inner = Scope { file: Arc::clone(&own), ..scope.clone() };
    let value = template::of_json(evaluator, &inner)?;
    let placement =
        Placement { own: &own, file: &scope.file, whole: span, map: scalar.map.as_ref(), evaluator };
    placement.value(&value)
}

/// Puts what was read from a decoded text where that text stands.
struct Placement<'a, 'd> {
    /// The decoded text.
    own: &'a Arc<SourceFile>,
    file: &'a Arc<SourceFile>,
    /// The whole text in the file.
    whole: HostSpan,
    /// From the decoded text to the file.
    map: Option<&'a SourceMap>,
    evaluator: &'a Evaluator<'d>,
}

impl Placement<'_, '_> {
    /// The value with its places in the file; none where it is too large to walk over.
    fn value(&self, value: &Value) -> Option<Value> {
        // What the expression takes from elsewhere has its place there.
        if !Arc::ptr_eq(&value.file, self.own) {
            return Some(value.clone());
        }
        if !self.evaluator.spend(1) {
            return None;
        }
        let kind = match &value.kind {
            Kind::Text(text) => return Some(Value::text_of(self.text(text))),
            Kind::Plain(_) | Kind::Null => value.kind.clone(),
            Kind::List(elements) => Kind::List(self.values(elements)?.into()),
            Kind::Choice(choices) => Kind::Choice(self.values(choices)?.into()),
            Kind::Object(members) => {
                let placed: Option<Vec<(Value, Value)>> =
                    members.iter().map(|(key, value)| Some((self.value(key)?, self.value(value)?))).collect();
                Kind::Object(placed?.into())
            }
            Kind::Hole(hole) => match &hole.default {
                Some(default) => {
                    Kind::Hole(Arc::new(Hole { default: Some(self.value(default)?), ..Hole::clone(hole) }))
                }
                None => value.kind.clone(),
            },
        };
        Some(Value::new(self.file, self.place(value.span), kind))
    }

    fn values(&self, values: &[Value]) -> Option<Vec<Value>> {
        values.iter().map(|value| self.value(value)).collect()
    }

    fn text(&self, text: &HostText) -> HostText {
        let map = text.map.as_ref().zip(self.map);
        HostText {
            text: text.text.clone(),
            map: map.map(|(inner, outer)| inner.through(outer, 0, text.text.text().len())),
            file: Arc::clone(self.file),
            // An expression that is all of the text stands for it.
            whole: if text.whole == self.all() { self.whole } else { self.place(text.whole) },
        }
    }

    fn all(&self) -> HostSpan {
        HostSpan::new(0, self.own.text().len())
    }

    fn place(&self, span: HostSpan) -> HostSpan {
        if span == HostSpan::default() {
            return span;
        }
        self.map.and_then(|map| map.host_span(Span::of(span.start, span.end))).unwrap_or(self.whole)
    }
}
