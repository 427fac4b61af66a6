//! `dynamic` blocks: one nested block for each element of a collection.

use std::sync::Arc;

use super::block::BlockBody;
use super::evaluate::{Evaluator, Scope, elements};
use super::resource::{list_of, nested};
use super::syntax::{Form, Written};
use super::value::{Kind, Value};

/// The type of the block that makes others.
pub(super) const DYNAMIC: &str = "dynamic";

/// The blocks of a type that a `dynamic` block makes, each as a list of one. Where the deployment decides for what, one
/// for whatever there is.
pub(super) fn of_block(
    evaluator: &Evaluator<'_>,
    label: &str,
    body: &BlockBody<'_>,
    scope: &Scope,
    depth: usize,
) -> Vec<(String, Value)> {
    let iterator = body.attribute("iterator").and_then(Written::as_word).unwrap_or(label);
    let Some(each) = evaluator.attribute(body, "for_each", scope) else { return Vec::new() };
    let content = body.nested("content");
    let made = |scope: &Scope| {
        let blocks = content.iter();
        blocks.map(|content| (label.to_owned(), list_of(nested(evaluator, content, scope, depth)))).collect()
    };
    each_of(evaluator, &each, iterator, scope, made)
}

/// The same of JSON, where blocks are members: `"dynamic": {"statement": {"for_each": …, "content": {…}}}`.
pub(super) fn of_value(
    evaluator: &Evaluator<'_>,
    written: Written<'_>,
    scope: &Scope,
) -> Vec<(String, Value)> {
    let Form::Json(node) = written.form else { return Vec::new() };
    let mut found = Vec::new();
    let of = |node| Written { form: Form::Json(node), ..written };
    for (label, node) in super::syntax::objects(node).flat_map(super::syntax::members) {
        let Some(label) = label.as_str() else { continue };
        for block in super::syntax::objects(node) {
            let Some((each, content)) = block.get("for_each").zip(block.get("content")) else { continue };
            let iterator = block.get("iterator").and_then(|name| name.as_str()).unwrap_or(label);
            let each = evaluator.written(of(each), scope);
            found.extend(each_of(evaluator, &each, iterator, scope, |scope| {
                vec![(label.to_owned(), list_of(evaluator.written(of(content), scope)))]
            }));
        }
    }
    found
}

/// What is made for each element.
fn each_of(
    evaluator: &Evaluator<'_>,
    each: &Value,
    iterator: &str,
    scope: &Scope,
    made: impl Fn(&Scope) -> Vec<(String, Value)>,
) -> Vec<(String, Value)> {
    let all = elements(each).unwrap_or_else(|| {
        let hole = |name: &str| Value::hole(&each.file, each.span, &format!("{iterator}.{name}"));
        vec![(hole("key"), hole("value"))]
    });
    let mut found = Vec::new();
    for (key, value) in all {
        if !evaluator.spend(1) {
            break;
        }
        let file = Arc::clone(&key.file);
        let span = key.span;
        let members = [("key", key), ("value", value)]
            .map(|(name, value)| (Value::fixed_text(&file, span, name), value));
        let object = Value::new(&file, span, Kind::Object(members.into()));
        found.extend(made(&scope.with([(iterator.to_owned(), object)])));
    }
    found
}
