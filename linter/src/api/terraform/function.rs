//! Terraform's functions, those that templates are put together with.

use std::path::PathBuf;
use std::sync::Arc;

use hcl_edit::expr::FuncCall;

use crate::source::hcl::{Composition, HostText};
use crate::source::{HostSpan, SourceFile, SourceMap};

use keybound_vtl::TemplateText;
use keybound_vtl::template::PLACEHOLDER_CHAR;

use super::evaluate::{Evaluator, MAX_ELEMENTS, Scope, elements, module_mark};
use super::pattern::Pattern;
use super::value::{Kind, Value};
use super::{document, json, template};

/// What a call gives; none where the deployment decides or the function is not known here.
pub(super) fn call(
    evaluator: &Evaluator<'_>,
    call: &FuncCall,
    scope: &Scope,
    span: HostSpan,
) -> Option<Value> {
    if call.name.is_namespaced() || call.args.expand_final() {
        return None;
    }
    let name = call.name.name.as_str();
    let of = |kind| Some(Value::new(&scope.file, span, kind));
    if name == "try" {
        let values: Vec<Value> = call.args.iter().map(|argument| evaluator.value(argument, scope)).collect();
        let known = values.iter().take(1).find(|value| !matches!(value.kind, Kind::Hole(_))).cloned();
        return known.or_else(|| {
            of(Kind::Choice(values.iter().flat_map(|value| value.choices().iter().cloned()).collect()))
        });
    }
    let arguments: Vec<Value> = call.args.iter().map(|argument| evaluator.value(argument, scope)).collect();
    let text = |text: &str| Some(Value::fixed_text(&scope.file, span, text));
    // What makes texts of texts takes time for each byte.
    if !evaluator.spend_bytes(arguments.iter().map(bytes_of).sum()) {
        return None;
    }
    match (name, arguments.as_slice()) {
        ("jsonencode" | "yamlencode", [value]) => json::encoded(value, &scope.file, span),
        ("jsondecode" | "yamldecode", [value]) if evaluator.spend_bytes(bytes_of(value)) => {
            document::value(&document::parsed(&*value.settled().as_text()?)?)
        }
        ("file", [path]) => {
            let file = open(evaluator, path)?;
            let whole = HostSpan::new(0, file.text().len());
            Some(Value::text_of(HostText {
                text: TemplateText::plain(file.text()),
                map: Some(SourceMap::verbatim(0, file.text().len())),
                file,
                whole,
            }))
        }
        // Template files cannot read template files.
        ("templatefile", [path, variables]) if !scope.is_sealed => {
            let Kind::Object(members) = &variables.settled().kind else { return None };
            let file = open(evaluator, path)?;
            let names = members.iter().filter_map(|(key, value)| Some((key.literal()?, value.clone())));
            if !evaluator.spend_bytes(file.text().len()) {
                return None;
            }
            let inner = Scope { module: scope.module, file, names: names.collect(), is_sealed: true };
            template::file(evaluator, &inner)
        }
        ("replace", [value, search, replacement]) => {
            let search = search.literal().filter(|search| !search.is_empty())?;
            let replacement = replacement.as_text()?;
            let is_pattern = search.len() > 1 && search.starts_with('/') && search.ends_with('/');
            if is_pattern {
                let pattern = Pattern::of(search.get(1..search.len() - 1)?)?;
                let replacement = replacement.fixed()?;
                return each_text(value, span, scope, |text| pattern.replaced(text, replacement));
            }
            each_text(value, span, scope, |text| Some(replaced(text, &search, &replacement)))
        }
        ("chomp", [value]) => each_text(value, span, scope, |text| {
            let end = text.text.text().trim_end_matches(['\n', '\r']).len();
            Some(part(text, 0, end))
        }),
        ("trimspace", [value]) => each_text(value, span, scope, |text| {
            let content = text.text.text();
            let start = content.len() - content.trim_start().len();
            Some(part(text, start, content.trim_end().len().max(start)))
        }),
        ("indent", [count, value]) => {
            let blanks = " ".repeat(count.literal()?.parse::<usize>().ok().filter(|count| *count <= 1000)?);
            each_text(value, span, scope, |text| Some(indented(text, &blanks)))
        }
        ("join", [separator, list]) => {
            let mut composition = Composition::new(&scope.file);
            let separator = separator.as_text()?;
            for (i, element) in elements(list)?.iter().map(|(_, element)| element).enumerate() {
                if i > 0 {
                    composition.push_text(&separator, span);
                }
                composition.push_text(&*element.as_text()?, within(element, &scope.file, span));
            }
            (!composition.is_exhausted()).then(|| Value::text_of(composition.finish(span)))
        }
        ("format", [format, arguments @ ..]) => formatted(format, arguments, scope, span),
        ("trimprefix", [value, part]) => {
            let (value, part) = (value.literal()?, part.literal()?);
            text(value.strip_prefix(&part).unwrap_or(&value))
        }
        ("trimsuffix", [value, part]) => {
            let (value, part) = (value.literal()?, part.literal()?);
            text(value.strip_suffix(&part).unwrap_or(&value))
        }
        ("lower", [value]) => text(&value.literal()?.to_lowercase()),
        ("upper", [value]) => text(&value.literal()?.to_uppercase()),
        ("merge", maps) => {
            let mut members: Vec<(Value, Value)> = Vec::new();
            let mut is_whole = true;
            for map in maps {
                match &map.settled().kind {
                    Kind::Object(more) => {
                        for (key, value) in more.iter() {
                            let name = key.literal();
                            members.retain(|(known, _)| name.is_none() || known.literal() != name);
                            members.push((key.clone(), value.clone()));
                        }
                    }
                    Kind::Null => {}
                    _ => is_whole = false,
                }
            }
            let known = Value::new(&scope.file, span, Kind::Object(members.into()));
            if is_whole {
                return Some(known);
            }
            let unknown = Value::hole(&scope.file, span, scope.file.slice(span));
            of(Kind::Choice([known, unknown].into()))
        }
        ("lookup", [map, key, otherwise @ ..]) => {
            let key = key.literal()?;
            match (&map.settled().kind, map.member(&key)) {
                (Kind::Object(_), Some(value)) => Some(value.clone()),
                (Kind::Object(_), None) => otherwise.first().cloned(),
                _ => None,
            }
        }
        ("toset", [list]) => match &list.settled().kind {
            Kind::List(elements) => {
                of(Kind::Object(elements.iter().map(|element| (element.clone(), element.clone())).collect()))
            }
            Kind::Object(_) => Some(list.clone()),
            _ => None,
        },
        (
            "tostring" | "tolist" | "tomap" | "tonumber" | "tobool" | "sensitive" | "nonsensitive"
            | "abspath",
            [value],
        ) => Some(value.clone()),
        ("concat", lists) => {
            let mut all = Vec::new();
            for list in lists {
                let Kind::List(elements) = &list.settled().kind else { return None };
                all.extend(elements.iter().cloned());
            }
            of(Kind::List(all.into()))
        }
        ("coalesce", values) => {
            let first = values.iter().find(|value| !value.is_null())?;
            let is_empty = first.literal().is_some_and(|text| text.is_empty());
            (first.is_known() && !is_empty).then(|| first.clone())
        }
        ("keys", [map]) => of(Kind::List(elements(map)?.into_iter().map(|(key, _)| key).collect())),
        ("values", [map]) => of(Kind::List(elements(map)?.into_iter().map(|(_, value)| value).collect())),
        ("element", [list, index]) => {
            let elements = elements(list)?;
            let index: usize = index.literal()?.parse().ok()?;
            let (_, element) = elements.get(index.checked_rem(elements.len())?)?;
            Some(element.clone())
        }
        ("flatten", [list]) => {
            let mut all = Vec::new();
            for (_, element) in elements(list)? {
                match &element.settled().kind {
                    Kind::List(inner) => all.extend(inner.iter().cloned()),
                    Kind::Hole(_) | Kind::Choice(_) => return None,
                    _ => all.push(element),
                }
            }
            of(Kind::List(all.into()))
        }
        ("length", [list]) => of(Kind::Plain(elements(list)?.len().to_string().into())),
        ("split", [separator, value]) => {
            let (separator, value) = (separator.literal()?, value.literal()?);
            let parts = value.split(&separator).take(MAX_ELEMENTS);
            of(Kind::List(parts.map(|part| Value::fixed_text(&scope.file, span, part)).collect()))
        }
        ("contains", [list, value]) => {
            let value = value.literal()?;
            let words: Option<Vec<String>> = elements(list)?.iter().map(|(_, e)| e.literal()).collect();
            of(Kind::Plain(words?.contains(&value).to_string().into()))
        }
        _ => None,
    }
}

fn bytes_of(value: &Value) -> usize {
    match &value.settled().kind {
        Kind::Text(text) => text.text.text().len(),
        _ => value.size,
    }
}

/// A text made of each text that a value may be.
fn each_text(
    value: &Value,
    span: HostSpan,
    scope: &Scope,
    make: impl Fn(&HostText) -> Option<HostText>,
) -> Option<Value> {
    let made: Option<Vec<Value>> = value
        .choices()
        .iter()
        .map(|choice| match &choice.kind {
            Kind::Text(text) => Some(Value::text_of(make(text)?)),
            _ => None,
        })
        .collect();
    let mut made = made?;
    match made.len() {
        1 => made.pop(),
        _ => Some(Value::new(&scope.file, span, Kind::Choice(made.into()))),
    }
}

/// Where a value stands, seen from the file of a call.
fn within(value: &Value, file: &Arc<SourceFile>, span: HostSpan) -> HostSpan {
    if Arc::ptr_eq(&value.file, file) { value.span } else { span }
}

/// The file that a path names: beside the module for `path.module`, otherwise beside the configuration.
pub(super) fn open(evaluator: &Evaluator<'_>, path: &Value) -> Option<Arc<SourceFile>> {
    let text = path.settled().as_text()?;
    let (module, relative) = match text.text.placeholders() {
        [] => (0, text.text.text()),
        [only] => {
            let rest = text.text.text().strip_prefix(PLACEHOLDER_CHAR)?.trim_start_matches('/');
            let mark = only.name.strip_prefix("path.module")?;
            let (module, _) = evaluator.modules.all().find(|(index, _)| module_mark(*index) == mark)?;
            (module, rest)
        }
        _ => return None,
    };
    let path: PathBuf = evaluator.modules.get(module)?.file?.beside(relative)?;
    evaluator.load(&path)
}

fn part(text: &HostText, start: usize, end: usize) -> HostText {
    let mut composition = Composition::new(&text.file);
    composition.push_range(text, start, end, text.whole);
    composition.finish(text.whole)
}

fn replaced(text: &HostText, search: &str, replacement: &HostText) -> HostText {
    let mut composition = Composition::new(&text.file);
    let content = text.text.text();
    let mut from = 0;
    for (at, found) in content.match_indices(search) {
        if composition.is_exhausted() {
            break;
        }
        let end = at + found.len();
        let is_hole = text.text.placeholders().iter().any(|p| (at..end).contains(&p.at.to_usize()));
        if is_hole {
            continue;
        }
        composition.push_range(text, from, at, text.whole);
        let host = text.map.as_ref().and_then(|map| map.host_span(keybound_vtl::Span::of(at, end)));
        composition.push_as_unit(&replacement.text, host.unwrap_or(text.whole));
        from = end;
    }
    composition.push_range(text, from, content.len(), text.whole);
    composition.finish(text.whole)
}

fn indented(text: &HostText, blanks: &str) -> HostText {
    let mut composition = Composition::new(&text.file);
    let content = text.text.text();
    let mut from = 0;
    for (at, _) in content.match_indices('\n') {
        composition.push_range(text, from, at + 1, text.whole);
        let host = text.map.as_ref().and_then(|map| map.host_span(keybound_vtl::Span::of(at, at + 1)));
        let end = host.unwrap_or(text.whole).end;
        composition.push_unit(HostSpan::new(end, end), blanks);
        from = at + 1;
    }
    composition.push_range(text, from, content.len(), text.whole);
    composition.finish(text.whole)
}

/// `format` with `%s`, `%d`, `%v` and `%%`.
fn formatted(format: &Value, arguments: &[Value], scope: &Scope, span: HostSpan) -> Option<Value> {
    let format = format.as_text()?;
    let content = format.text.text();
    let mut composition = Composition::new(&scope.file);
    let mut arguments = arguments.iter();
    let mut from = 0;
    while let Some(at) = content.get(from..)?.find('%').map(|found| from + found) {
        composition.push_range(&format, from, at, span);
        let host = format.map.as_ref().filter(|_| Arc::ptr_eq(&format.file, &scope.file));
        let host = host.and_then(|map| map.host_span(keybound_vtl::Span::of(at, at + 2))).unwrap_or(span);
        match content.as_bytes().get(at + 1)? {
            b'%' => composition.push_unit(host, "%"),
            b's' | b'd' | b'v' => {
                let argument = arguments.next()?;
                let text = argument.as_text()?;
                if text.text.text().contains('\n') {
                    composition.push_text(&text, within(argument, &scope.file, host));
                } else {
                    composition.push_as_unit(&text.text, host);
                }
            }
            _ => return None,
        }
        from = at + 2;
    }
    composition.push_range(&format, from, content.len(), span);
    (!composition.is_exhausted()).then(|| Value::text_of(composition.finish(span)))
}
