//! Texts that CloudFormation's intrinsic functions put together: `Fn::Sub`, `Fn::Join`, `Ref` and the rest, in their
//! long and short forms, and Terraform's `${…}` in a template file.
//!
//! What the definition fixes becomes text with a map to the file; what the deployment decides becomes a placeholder.

use std::collections::HashMap;

use keybound_vtl::template::PLACEHOLDER_CHAR;
use keybound_vtl::{Span, TemplateText};

use super::{HostSpan, MapSegment, Node, NodeValue, Scalar, SourceMap};

#[cfg(test)]
mod tests;

/// Pieces of one text: API Gateway takes templates of 300 KB, and functions in functions multiply.
const MAX_PIECES: usize = 50_000;
/// Bytes of one text.
const MAX_BYTES: usize = 4 << 20;
/// Functions inside functions.
const MAX_NESTING: usize = 32;
/// A longer placeholder name is cut: it is shown and compared, nothing else.
const MAX_NAME: usize = 200;

/// A text of a definition, put together from scalars and placeholders.
#[derive(Clone, Debug)]
pub struct ComposedText {
    /// The text.
    pub text: TemplateText,
    /// From its bytes to those of the file; none where a scalar in it has no proven map.
    pub map: Option<SourceMap>,
    /// The whole value in the file.
    pub whole: HostSpan,
}

impl ComposedText {
    /// The text that a node stands for: a scalar, or a call of an intrinsic function. Nothing for null, lists and
    /// other mappings.
    pub fn of(node: &Node) -> Option<Self> {
        Self::compose(node, Interpolation::None)
    }

    /// As [`Self::of`] for a file that Terraform's `templatefile` reads: `${expression}` in any scalar is a
    /// placeholder and `$${` is how `${` is written.
    pub fn of_terraform_template(node: &Node) -> Option<Self> {
        Self::compose(node, Interpolation::Terraform)
    }

    fn compose(node: &Node, interpolation: Interpolation) -> Option<Self> {
        if !is_text(node) {
            return None;
        }
        let mut composer = Composer::new(interpolation);
        composer.node(node, 0);
        if composer.exhausted {
            composer = Composer::new(interpolation);
            composer.placeholder(source_of(node), Some(node.span));
        }
        let map = composer.proven.then(|| SourceMap::new(composer.segments));
        Some(Self { text: composer.text, map, whole: node.span })
    }
}

/// A call of an intrinsic function: `!Sub x` and `{"Fn::Sub": x}` alike.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The function's name without `!` and `Fn::`: `Sub`, `Ref`.
    pub function: &'a str,
    /// What it is called with. In the short form this node carries the function's tag.
    pub argument: &'a Node,
    short: bool,
}

impl<'a> Call<'a> {
    /// The call that a node is, if it is one.
    pub fn of(node: &'a Node) -> Option<Self> {
        // `!!str` and `!<…>` are YAML's own.
        let short = node.tag.as_deref().and_then(|tag| tag.strip_prefix('!'));
        if let Some(function) = short.filter(|name| name.starts_with(|c: char| c.is_ascii_alphabetic())) {
            return Some(Self { function, argument: node, short: true });
        }
        let [(key, argument)] = node.members() else { return None };
        let function = match key.as_str()? {
            "Ref" => "Ref",
            name => name.strip_prefix("Fn::")?,
        };
        Some(Self { function, argument, short: false })
    }

    /// The argument as a call of its own, in the long form only: a short form's tag is this call's.
    fn argument_call(&self) -> Option<Call<'a>> {
        if self.short { None } else { Call::of(self.argument) }
    }
}

fn is_text(node: &Node) -> bool {
    Call::of(node).is_some() || node.scalar().is_some_and(|scalar| !scalar.is_null())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Interpolation {
    None,
    Terraform,
}

struct Composer {
    interpolation: Interpolation,
    text: TemplateText,
    segments: Vec<MapSegment>,
    proven: bool,
    pieces: usize,
    /// A limit was reached: nothing is added any more and the text is not used.
    exhausted: bool,
}

impl Composer {
    fn new(interpolation: Interpolation) -> Self {
        Self {
            interpolation,
            text: TemplateText::default(),
            segments: Vec::new(),
            proven: true,
            pieces: 0,
            exhausted: false,
        }
    }

    /// Counts a piece of this length, and tells whether it may still be added.
    fn admit(&mut self, bytes: usize) -> bool {
        self.pieces += 1;
        if self.pieces > MAX_PIECES || self.text.text().len() + bytes > MAX_BYTES {
            self.exhausted = true;
        }
        !self.exhausted
    }

    fn node(&mut self, node: &Node, depth: usize) {
        if depth > MAX_NESTING {
            self.exhausted = true;
        }
        if self.exhausted {
            return;
        }
        match (Call::of(node), node.scalar()) {
            (Some(call), _) => self.call(call, node, depth),
            (None, Some(scalar)) if self.interpolation == Interpolation::Terraform => self.terraform(scalar),
            (None, Some(scalar)) if !scalar.is_null() => self.part(scalar, 0, scalar.text.len()),
            (None, Some(_)) => {}
            (None, None) => self.placeholder(source_of(node), Some(node.span)),
        }
    }

    fn call(&mut self, call: Call<'_>, node: &Node, depth: usize) {
        let done = match call.function {
            "Sub" => self.sub(call, depth),
            "Join" => self.join(call, depth),
            _ => None,
        };
        if done.is_none() {
            self.placeholder(source_of(node), Some(node.span));
        }
    }

    /// `Fn::Sub` with a text, or with a text and variables. Nothing where it is called with anything else.
    fn sub(&mut self, call: Call<'_>, depth: usize) -> Option<()> {
        if call.argument_call().is_some() {
            return None;
        }
        let (template, variables) = match call.argument.elements() {
            [] => (call.argument.scalar()?, &[][..]),
            [template] if Call::of(template).is_none() => (template.scalar()?, &[][..]),
            [template, variables] if Call::of(template).is_none() && Call::of(variables).is_none() => {
                (template.scalar()?, variables.members())
            }
            _ => return None,
        };
        let variables: HashMap<&str, &Node> =
            variables.iter().filter_map(|(key, value)| Some((key.as_str()?, value))).collect();
        let text = template.text.as_str();
        let mut at = 0;
        while let Some(open) = text.get(at..).and_then(|rest| rest.find("${")).map(|found| at + found) {
            self.part(template, at, open);
            let inner = open + 2;
            let rest = text.get(inner..)?;
            if rest.starts_with('!') {
                self.part(template, open, inner);
                at = inner + 1;
                continue;
            }
            let len = rest.find(|c: char| !is_sub_name(c)).unwrap_or(rest.len());
            let name = rest.get(..len)?.trim();
            if name.is_empty() || !rest.get(len..)?.starts_with('}') {
                // CloudFormation refuses such a name, so what is done with it does not matter; it stays text.
                self.part(template, open, inner);
                at = inner;
                continue;
            }
            at = inner + len + 1;
            let place = self.place(template, open, at);
            match variables.get(name) {
                None => self.placeholder(name.to_owned(), place),
                Some(value) => match Call::of(value) {
                    Some(call) if !matches!(call.function, "Sub" | "Join") => {
                        self.placeholder(source_of(value), place);
                    }
                    _ => self.node(value, depth + 1),
                },
            }
            if self.exhausted {
                return Some(());
            }
        }
        self.part(template, at, text.len());
        Some(())
    }

    /// `Fn::Join` of a list that stands in the file, with a delimiter that does too.
    fn join(&mut self, call: Call<'_>, depth: usize) -> Option<()> {
        let [delimiter, list] = call.argument.elements() else { return None };
        if Call::of(delimiter).is_some() || Call::of(list).is_some() {
            return None;
        }
        let delimiter = delimiter.scalar()?;
        let NodeValue::Sequence(items) = &list.value else { return None };
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                self.part(delimiter, 0, delimiter.text.len());
            }
            self.node(item, depth + 1);
            if self.exhausted {
                break;
            }
        }
        Some(())
    }

    fn terraform(&mut self, scalar: &Scalar) {
        let text = scalar.text.as_str();
        let mut at = 0;
        while let Some(open) = text.get(at..).and_then(|rest| rest.find("${")).map(|found| at + found) {
            let rest = text.get(open + 2..).unwrap_or("");
            if text.get(at..open).is_some_and(|before| before.ends_with('$')) {
                self.part(scalar, at, open);
                self.part(scalar, open + 1, open + 2);
                at = open + 2;
                continue;
            }
            let Some(len) = expression_len(rest) else { break };
            self.part(scalar, at, open);
            at = open + 2 + len + 1;
            let name = cut(rest.get(..len).unwrap_or("").trim());
            let place = self.place(scalar, open, at);
            self.placeholder(name, place);
        }
        self.part(scalar, at, text.len());
    }

    /// Adds a part of a scalar's text.
    fn part(&mut self, scalar: &Scalar, start: usize, end: usize) {
        let Some(part) = scalar.text.get(start..end).filter(|part| !part.is_empty()) else { return };
        if !self.admit(part.len()) {
            return;
        }
        let before = self.text.text().len();
        match &scalar.map {
            Some(map) if self.proven => {
                let added = map.part(start, end);
                self.segments
                    .extend(added.map(|s| MapSegment { decoded_start: before + s.decoded_start, ..s }));
            }
            _ => self.proven = false,
        }
        self.text.push_text(part);
    }

    fn place(&self, scalar: &Scalar, start: usize, end: usize) -> Option<HostSpan> {
        scalar.map.as_ref()?.host_span(Span::of(start, end))
    }

    fn placeholder(&mut self, name: String, place: Option<HostSpan>) {
        if !self.admit(PLACEHOLDER_CHAR.len_utf8() + name.len()) {
            return;
        }
        let decoded_start = self.text.text().len();
        let span = self.text.push_placeholder(name);
        match place {
            Some(place) => self.segments.push(MapSegment {
                decoded_start,
                decoded_len: span.len(),
                host_start: place.start,
                host_len: place.end - place.start,
                verbatim: false,
            }),
            None => self.proven = false,
        }
    }
}

fn is_sub_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | ':' | ' ')
}

/// The length of a Terraform expression up to the brace that closes it.
fn expression_len(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '{' if !quoted => depth += 1,
            '}' if !quoted && depth == 0 => return Some(at),
            '}' if !quoted => depth -= 1,
            _ => {}
        }
    }
    None
}

/// What a value is called: `Orders` for a `Ref`, `Orders.Arn` for a `Fn::GetAtt`, otherwise the call itself in one
/// line, the same for its long and short form: `ImportValue(orders-table)`.
pub fn source_of(node: &Node) -> String {
    let mut out = String::new();
    write_source(node, &mut out, 0);
    cut(&out)
}

fn write_source(node: &Node, out: &mut String, depth: usize) {
    if out.len() > MAX_NAME || depth > MAX_NESTING {
        return;
    }
    match Call::of(node) {
        Some(call) => {
            let (prefix, separator, suffix) = match call.function {
                "Ref" => ("", ",", ""),
                "GetAtt" => ("", ".", ""),
                _ => ("(", ",", ")"),
            };
            if !prefix.is_empty() {
                out.push_str(call.function);
            }
            out.push_str(prefix);
            if call.short {
                write_value(node, separator, out, depth);
            } else if call.argument_call().is_some() {
                write_source(call.argument, out, depth + 1);
            } else {
                write_value(call.argument, separator, out, depth);
            }
            out.push_str(suffix);
        }
        None if node.elements().is_empty() => write_value(node, ",", out, depth),
        None => {
            out.push('[');
            write_value(node, ",", out, depth);
            out.push(']');
        }
    }
}

fn write_value(node: &Node, separator: &str, out: &mut String, depth: usize) {
    match &node.value {
        NodeValue::Scalar(scalar) => out.push_str(prefix(&scalar.text)),
        NodeValue::Sequence(elements) => {
            for (i, element) in elements.iter().enumerate().take(MAX_NAME) {
                out.push_str(if i > 0 { separator } else { "" });
                write_source(element, out, depth + 1);
            }
        }
        NodeValue::Mapping(members) => {
            out.push('{');
            for (i, (key, value)) in members.iter().enumerate().take(MAX_NAME) {
                out.push_str(if i > 0 { "," } else { "" });
                out.push_str(prefix(key.as_str().unwrap_or("?")));
                out.push(':');
                write_source(value, out, depth + 1);
            }
            out.push('}');
        }
    }
}

/// As much of a text as a name can hold, and one character more, so that the cut shows.
fn prefix(text: &str) -> &str {
    text.char_indices().nth(MAX_NAME + 1).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

fn cut(name: &str) -> String {
    if name.chars().count() <= MAX_NAME {
        return name.to_owned();
    }
    name.chars().take(MAX_NAME - 1).chain(['…']).collect()
}
