//! JSON documents as nodes.

use jsonc_parser::ast::{ObjectPropName, Value};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use std::sync::Arc;

use super::document::{DocumentError, Documents, MAX_DEPTH};
use super::{HostSpan, Node, NodeValue, Scalar, flow_scalar};

/// JSON as RFC 8259 has it: what other tools add (comments, trailing commas) AWS does not read.
const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// Reads a text that holds one JSON value.
pub(super) fn parse(text: &str) -> Documents {
    let json = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let reader = Reader { text, skipped: text.len() - json.len() };
    let read = match parse_to_ast(json, &CollectOptions::default(), &STRICT) {
        Ok(parsed) => parsed.value.map(|value| reader.node(value, 1)).transpose(),
        Err(error) => Err(DocumentError {
            span: reader.span(error.range().start, error.range().end),
            message: format!("not valid JSON: {}", lower_first(&error.kind().to_string())),
        }),
    };
    match read {
        Ok(root) => Documents { roots: root.into_iter().collect(), ..Documents::default() },
        Err(error) => Documents { errors: vec![error], ..Documents::default() },
    }
}

fn lower_first(message: &str) -> String {
    let mut chars = message.chars();
    chars.next().map(|c| c.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

struct Reader<'a> {
    text: &'a str,
    /// Bytes of the byte order mark, which the parser does not see.
    skipped: usize,
}

impl Reader<'_> {
    fn span(&self, start: usize, end: usize) -> HostSpan {
        HostSpan::new(start + self.skipped, end + self.skipped)
    }

    fn node(&self, value: Value<'_>, depth: usize) -> Result<Node, DocumentError> {
        let range = value.range();
        let span = self.span(range.start, range.end);
        if depth > MAX_DEPTH {
            return Err(DocumentError { span, message: format!("nested deeper than {MAX_DEPTH} levels") });
        }
        let value = match value {
            Value::StringLit(string) => return Ok(self.string(span, &string.value)),
            Value::NumberLit(_) | Value::BooleanLit(_) | Value::NullKeyword(_) => return Ok(self.word(span)),
            Value::Array(array) => {
                let elements = array.elements.into_iter().map(|element| self.node(element, depth + 1));
                NodeValue::Sequence(elements.collect::<Result<_, _>>()?)
            }
            Value::Object(object) => {
                let members = object.properties.into_iter().map(|property| {
                    let range = property.name.range();
                    let span = self.span(range.start, range.end);
                    let key = match &property.name {
                        ObjectPropName::String(name) => self.string(span, &name.value),
                        ObjectPropName::Word(_) => self.word(span),
                    };
                    Ok((key, self.node(property.value, depth + 1)?))
                });
                NodeValue::Mapping(members.collect::<Result<_, _>>()?)
            }
        };
        Ok(Node { span, tag: None, value })
    }

    fn string(&self, span: HostSpan, decoded: &str) -> Node {
        let raw = self.text.get(span.start..span.end).unwrap_or("");
        let map = flow_scalar::json_string(raw, span.start)
            .filter(|again| again.text() == decoded)
            .map(|again| again.into_map());
        let scalar = Scalar { text: decoded.to_owned(), plain: false, map };
        Node { span, tag: None, value: NodeValue::Scalar(Arc::new(scalar)) }
    }

    /// A number, a boolean or null: its text is what stands in the file.
    fn word(&self, span: HostSpan) -> Node {
        let text = self.text.get(span.start..span.end).unwrap_or("").to_owned();
        let map = Some(super::SourceMap::verbatim(span.start, text.len()));
        Node { span, tag: None, value: NodeValue::Scalar(Arc::new(Scalar { text, plain: true, map })) }
    }
}
