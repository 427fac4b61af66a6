//! Texts with `${…}` and `%{…}` in them: quoted strings, heredocs, template files.

use std::sync::Arc;

use hcl_edit::Span;
use hcl_edit::template::{
    Directive, Element, ForDirective, HeredocTemplate, IfDirective, StringTemplate, Strip as Marks, Template,
};

use crate::source::hcl::{Composition, HostText, Indentation, Quoting, Strip, decoded, template_literals};
use crate::source::{HostSpan, SourceFile};

use super::evaluate::{Evaluator, Scope, elements};
use super::syntax::host_span;
use super::value::{Kind, Value};

/// Texts that conditions in one text may give; beyond that, conditions are holes.
const MAX_WAYS: usize = 8;

/// A quoted string without expressions in it.
pub(super) fn string(value: &str, scope: &Scope, span: HostSpan) -> Option<Value> {
    let inner = HostSpan::new(span.start + 1, span.end.checked_sub(1)?);
    let mut composition = Composition::new(&scope.file);
    push_literal(&mut composition, value, inner, Quoting::Quoted, Strip::default());
    Some(Value::text_of(composition.finish(span)))
}

/// A quoted string. One that is nothing but an expression is the expression's value.
pub(super) fn quoted(
    evaluator: &Evaluator<'_>,
    text: &StringTemplate,
    scope: &Scope,
    span: HostSpan,
) -> Option<Value> {
    if let Some(Element::Interpolation(only)) = text.as_single_element() {
        return Some(evaluator.value(&only.expr, scope));
    }
    composed(evaluator, text, scope, span, Quoting::Quoted)
}

/// A heredoc.
pub(super) fn heredoc(
    evaluator: &Evaluator<'_>,
    heredoc: &HeredocTemplate,
    scope: &Scope,
    span: HostSpan,
) -> Option<Value> {
    let raw = scope.file.text().get(span.start..span.end)?;
    let quoting = if raw.starts_with("<<-") {
        let start = span.start + raw.find('\n')? + 1;
        let end = span.start + raw.rfind('\n')? + 1;
        let literals = template_literals(&heredoc.template);
        Quoting::Indented(Indentation::of(scope.file.text(), start, end, &literals))
    } else {
        Quoting::Plain
    };
    composed(evaluator, &heredoc.template, scope, span, quoting)
}

/// The text of a template file, whose names are those of the scope alone. None where it does not parse.
pub(super) fn file(evaluator: &Evaluator<'_>, scope: &Scope) -> Option<Value> {
    let text = scope.file.text();
    let template = hcl_edit::parser::parse_template(text).ok()?;
    composed(evaluator, &template, scope, HostSpan::new(0, text.len()), Quoting::Plain)
}

/// The value of a JSON text, which is the file of the scope. One that is nothing but an expression is the expression's
/// value. None where it does not parse.
pub(super) fn of_json(evaluator: &Evaluator<'_>, scope: &Scope) -> Option<Value> {
    let text = scope.file.text();
    let template = hcl_edit::parser::parse_template(text).ok()?;
    let mut elements = template.iter();
    if let (Some(Element::Interpolation(only)), None) = (elements.next(), elements.next()) {
        return Some(evaluator.value(&only.expr, scope));
    }
    composed(evaluator, &template, scope, HostSpan::new(0, text.len()), Quoting::Plain)
}

/// What a text is as a template with these names: of a file, or of a string that holds `$${…}`.
pub(super) fn of_text(
    evaluator: &Evaluator<'_>,
    text: &HostText,
    module: usize,
    names: Vec<(String, Value)>,
) -> Option<Value> {
    let content = text.fixed()?;
    let is_file = content == text.file.text();
    let own = if is_file { Arc::clone(&text.file) } else { Arc::new(SourceFile::new("template", content)) };
    let scope = Scope { module, file: own, names, is_sealed: true };
    let value = file(evaluator, &scope)?;
    if is_file {
        return Some(value);
    }
    let placed = |value: &Value| {
        let inner = value.to_text();
        let len = inner.text.text().len();
        let map = inner.map.as_ref().zip(text.map.as_ref());
        Value::text_of(HostText {
            text: inner.text.clone(),
            map: map.map(|(inner, outer)| inner.through(outer, 0, len)),
            file: Arc::clone(&text.file),
            whole: text.whole,
        })
    };
    let mut values: Vec<Value> = value.choices().iter().map(placed).collect();
    match values.len() {
        1 => values.pop(),
        _ => Some(Value::new(&text.file, text.whole, Kind::Choice(values.into()))),
    }
}

fn composed(
    evaluator: &Evaluator<'_>,
    template: &Template,
    scope: &Scope,
    span: HostSpan,
    quoting: Quoting,
) -> Option<Value> {
    let writer = Writer { evaluator, quoting };
    let begun = vec![Composition::new(&scope.file)];
    let ways = writer.template(template, scope, Strip::default(), begun);
    let bytes: usize = ways.iter().map(|way| way.text().text().len()).sum();
    if ways.iter().any(Composition::is_exhausted) || !evaluator.spend_bytes(bytes) {
        return None;
    }
    let mut values: Vec<Value> = ways.into_iter().map(|way| Value::text_of(way.finish(span))).collect();
    match values.len() {
        1 => values.pop(),
        _ => Some(Value::new(&scope.file, span, Kind::Choice(values.into()))),
    }
}

fn push_literal(to: &mut Composition, value: &str, span: HostSpan, quoting: Quoting, strip: Strip) {
    let file = to.file().clone();
    let is_plain = strip == Strip::default() && !matches!(quoting, Quoting::Indented(_));
    match decoded(file.text(), span, quoting, strip) {
        // What `hcl-edit` read must be what is read here.
        Some(mapped) if !is_plain || mapped.text() == value => to.push_mapped(mapped),
        _ => to.push_unit(span, value),
    }
}

struct Writer<'e, 'd> {
    evaluator: &'e Evaluator<'d>,
    quoting: Quoting,
}

impl Writer<'_, '_> {
    /// Adds a template to each text so far. `outer` are the marks of what stands around it.
    fn template(
        &self,
        template: &Template,
        scope: &Scope,
        outer: Strip,
        mut ways: Vec<Composition>,
    ) -> Vec<Composition> {
        if !self.evaluator.enter() {
            let span = host_span(template.span());
            let name = Value::hole(&scope.file, span, scope.file.slice(span));
            ways.iter_mut().for_each(|way| push_value(way, &name, span));
            return ways;
        }
        let ways = self.elements(template, scope, outer, ways);
        self.evaluator.leave();
        ways
    }

    fn elements(
        &self,
        template: &Template,
        scope: &Scope,
        outer: Strip,
        mut ways: Vec<Composition>,
    ) -> Vec<Composition> {
        let elements: Vec<&Element> = template.iter().collect();
        for (i, element) in elements.iter().enumerate() {
            if !self.evaluator.spend(1) || ways.iter().any(Composition::is_exhausted) {
                break;
            }
            let span = host_span(element.span());
            match element {
                Element::Literal(literal) => {
                    let before = i.checked_sub(1).and_then(|i| elements.get(i));
                    let strip = Strip {
                        start: before.map_or(outer.start, |element| ends(element)),
                        end: elements.get(i + 1).map_or(outer.end, |element| begins(element)),
                    };
                    for way in &mut ways {
                        push_literal(way, literal, span, self.quoting, strip);
                    }
                }
                Element::Interpolation(interpolation) => {
                    let value = self.evaluator.value(&interpolation.expr, scope);
                    ways = self.interpolation(&value, span, ways);
                }
                Element::Directive(directive) => {
                    ways = match &**directive {
                        Directive::If(directive) => self.condition(directive, scope, span, ways),
                        Directive::For(directive) => self.repetition(directive, scope, span, ways),
                    };
                }
            }
        }
        ways
    }

    fn interpolation(&self, value: &Value, span: HostSpan, mut ways: Vec<Composition>) -> Vec<Composition> {
        let choices = match &value.kind {
            Kind::Choice(choices) => &**choices,
            _ => std::slice::from_ref(value),
        };
        let is_code = |value: &Value| value.to_text().text.text().contains(['\n', '$', '#']);
        if choices.len() == 1 || ways.len() * choices.len() > MAX_WAYS || !choices.iter().any(is_code) {
            ways.iter_mut().for_each(|way| push_value(way, value, span));
            return ways;
        }
        let fork = |way: Composition| {
            choices.iter().map(move |choice| {
                let mut way = way.clone();
                push_value(&mut way, choice, span);
                way
            })
        };
        ways.into_iter().flat_map(fork).collect()
    }

    fn condition(
        &self,
        directive: &IfDirective,
        scope: &Scope,
        span: HostSpan,
        mut ways: Vec<Composition>,
    ) -> Vec<Composition> {
        let opening = &directive.if_expr;
        let closing = directive.endif_expr.strip;
        let after_then = directive.else_expr.as_ref().map_or(closing, |otherwise| otherwise.strip);
        let outer = Strip { start: at_end(opening.strip), end: at_start(after_then) };
        let then = |ways| self.template(&opening.template, scope, outer, ways);
        let otherwise = |ways| match &directive.else_expr {
            Some(otherwise) => {
                let outer = Strip { start: at_end(otherwise.strip), end: at_start(closing) };
                self.template(&otherwise.template, scope, outer, ways)
            }
            None => ways,
        };
        match self.evaluator.truth(&opening.cond_expr, scope) {
            Some(true) => then(ways),
            Some(false) => otherwise(ways),
            None if ways.len() * 2 > MAX_WAYS => {
                let name = Value::hole(&scope.file, span, scope.file.slice(span));
                ways.iter_mut().for_each(|way| push_value(way, &name, span));
                ways
            }
            None => {
                let mut both = then(ways.clone());
                both.extend(otherwise(ways));
                both
            }
        }
    }

    fn repetition(
        &self,
        directive: &ForDirective,
        scope: &Scope,
        span: HostSpan,
        mut ways: Vec<Composition>,
    ) -> Vec<Composition> {
        let intro = &directive.for_expr;
        let collection = self.evaluator.value(&intro.collection_expr, scope);
        let Some(elements) = elements(&collection) else {
            let name = Value::hole(&scope.file, span, scope.file.slice(span));
            ways.iter_mut().for_each(|way| push_value(way, &name, span));
            return ways;
        };
        let outer = Strip { start: at_end(intro.strip), end: at_start(directive.endfor_expr.strip) };
        for (key, value) in elements {
            let key_name = intro.key_var.iter().map(|name| (name.as_str().to_owned(), key.clone()));
            let scope = scope.with(key_name.chain([(intro.value_var.as_str().to_owned(), value.clone())]));
            ways = self.template(&intro.template, &scope, outer, ways);
            ways.truncate(MAX_WAYS);
        }
        ways
    }
}

/// Adds what an expression gives: code with its own places where it stands in the same file, names as what the
/// expression stands for.
fn push_value(to: &mut Composition, value: &Value, span: HostSpan) {
    let text = value.to_text();
    if text.text.text().contains('\n') {
        to.push_text(&text, span)
    } else {
        to.push_as_unit(&text.text, span)
    }
}

fn at_start(marks: Marks) -> bool {
    marks.strip_start()
}

fn at_end(marks: Marks) -> bool {
    marks.strip_end()
}

/// Whether an element strips the literal before it.
fn begins(element: &Element) -> bool {
    match element {
        Element::Literal(_) => false,
        Element::Interpolation(interpolation) => at_start(interpolation.strip),
        Element::Directive(directive) => match &**directive {
            Directive::If(directive) => at_start(directive.if_expr.strip),
            Directive::For(directive) => at_start(directive.for_expr.strip),
        },
    }
}

/// Whether an element strips the literal behind it.
fn ends(element: &Element) -> bool {
    match element {
        Element::Literal(_) => false,
        Element::Interpolation(interpolation) => at_end(interpolation.strip),
        Element::Directive(directive) => match &**directive {
            Directive::If(directive) => at_end(directive.endif_expr.strip),
            Directive::For(directive) => at_end(directive.endfor_expr.strip),
        },
    }
}
