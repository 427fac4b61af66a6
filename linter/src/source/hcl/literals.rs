//! Which characters of a text stand for themselves: those outside of `${…}` and `%{…}`.

use std::ops::Range;

use hcl_edit::Span as _;
use hcl_edit::expr::Expression;
use hcl_edit::template::{Directive, Element, Template};

use crate::source::flow_scalar::json_string;
use crate::source::{HostSpan, SourceFile};

use keybound_vtl::Span;

/// The places of the literal parts of a quoted string or a heredoc that stands at a place of a file; none where something
/// else does.
pub fn literals(file: &SourceFile, whole: HostSpan) -> Vec<HostSpan> {
    // The end of a heredoc is one of an attribute too.
    let attribute = format!("{NAME}{}\n", file.slice(whole).trim_end());
    let Ok(body) = hcl_edit::parser::parse_body(&attribute) else { return Vec::new() };
    let mut found = Vec::new();
    match body.attributes().next().map(|attribute| &attribute.value) {
        Some(Expression::String(text)) => found.extend(text.span().map(host_span)),
        Some(Expression::StringTemplate(text)) => collect(text, &mut found),
        Some(Expression::HeredocTemplate(heredoc)) => collect(&heredoc.template, &mut found),
        _ => {}
    }
    let placed = |at: usize| (whole.start + at).saturating_sub(NAME.len());
    found.into_iter().map(|span| HostSpan::new(placed(span.start), placed(span.end))).collect()
}

/// What a text is the value of while it is parsed alone.
const NAME: &str = "x = ";

/// The same of a template that stands in a JSON string.
pub fn json_literals(file: &SourceFile, whole: HostSpan) -> Vec<HostSpan> {
    let Some(decoded) = json_string(file.slice(whole), whole.start) else { return Vec::new() };
    let Ok(template) = hcl_edit::parser::parse_template(decoded.text()) else { return Vec::new() };
    let found = template_literals(&template);
    let map = decoded.into_map();
    found.into_iter().filter_map(|span| map.host_span(Span::of(span.start, span.end))).collect()
}

/// The places of the literal parts of a template, in what it was parsed from.
pub fn template_literals(template: &Template) -> Vec<HostSpan> {
    let mut found = Vec::new();
    collect(template, &mut found);
    found
}

fn host_span(range: Range<usize>) -> HostSpan {
    HostSpan::new(range.start, range.end)
}

fn collect(template: &Template, found: &mut Vec<HostSpan>) {
    for element in template {
        match element {
            Element::Literal(literal) => found.extend(literal.span().map(host_span)),
            Element::Interpolation(_) => {}
            Element::Directive(directive) => match &**directive {
                Directive::If(directive) => {
                    collect(&directive.if_expr.template, found);
                    if let Some(otherwise) = &directive.else_expr {
                        collect(&otherwise.template, found);
                    }
                }
                Directive::For(directive) => collect(&directive.for_expr.template, found),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_for_itself() {
        let native = |text: &str| {
            let file = SourceFile::new("a.tf", format!("x = {text}\n"));
            let spans = literals(&file, HostSpan::new(4, 4 + text.len()));
            spans.iter().map(|span| file.slice(*span).to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(native("\"a\\\"b\""), ["\"a\\\"b\""]);
        assert_eq!(native("\"a${ f(\"b\") }c$${d}\""), ["a", "c$${d}"]);
        assert_eq!(native("<<EOT\na%{ if x }b%{ else }c%{ endif }d\nEOT"), ["a", "b", "c", "d\n"]);
        assert_eq!(native("f(\"a\")"), [""; 0]);
        let json = |text: &str| {
            let file = SourceFile::new("a.tf.json", text);
            let spans = json_literals(&file, HostSpan::new(0, text.len()));
            spans.iter().map(|span| file.slice(*span).to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(json(r#""é\"a${ f(\"b\") }c\n$${d}""#), [r#"é\"a"#, r#"c\n$${d}"#]);
        assert_eq!(json(r#""${x}""#), [""; 0]);
        assert_eq!(json(r#""${""#), [""; 0]);
    }
}
