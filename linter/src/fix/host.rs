//! Text on its way into a scalar of its host.

use crate::api::TemplateHost;
use crate::api::terraform::Syntax;
use crate::source::hcl::{json_literals, literals};
use crate::source::{HostSpan, ScalarStyle};

/// A text as the scalar around a byte of the file has it; none where it cannot stand there, or where that cannot be told.
/// It may end with a line break and blanks, the same as stand before it in its line.
pub fn encoded(host: &TemplateHost, at: usize, text: &str) -> Option<String> {
    let (line, next) = text.split_once('\n').map_or((text, None), |(line, next)| (line, Some(next)));
    if next.is_some_and(|next| !next.chars().all(is_blank)) {
        return None;
    }
    let before = host.file.text().get(..at)?;
    let lead = before.get(before.rfind('\n').map_or(0, |at| at + 1)..)?;
    // The host's own line break, where a line of the template is one of the file.
    let host_break = || {
        let rest = host.file.text().get(at..)?;
        let ends = rest.split_once('\n').is_some_and(|(line, _)| line.ends_with('\r'));
        Some(if ends { "\r\n" } else { "\n" })
    };
    let style = if host.is_file() { None } else { Some(style_around(host, at)?) };
    // `Fn::Sub` and Terraform read these in any style, and Terraform in the files of `templatefile`.
    if !is_verbatim_file(host) && (line.contains("${") || line.contains("%{")) {
        return None;
    }
    let line = match style {
        None => line.to_owned(),
        Some(style) => in_style(style, line)?,
    };
    match (style, next) {
        (_, None) => Some(line),
        (None | Some(ScalarStyle::Block), Some(next)) => {
            (lead.ends_with(next) && lead.chars().all(is_blank)).then_some(())?;
            Some(format!("{line}{}{lead}", host_break()?))
        }
        (Some(ScalarStyle::DoubleQuoted), Some(next)) => {
            Some(format!("{line}\\n{}", next.replace('\t', "\\t")))
        }
        (Some(ScalarStyle::SingleQuoted | ScalarStyle::Plain), Some(_)) => None,
    }
}

/// The style of the scalar around a byte. Of Terraform's texts heredocs are as blocks of YAML, and the escapes of quoted
/// ones are those that YAML has too. None within an expression in such a text, which has escapes of its own.
fn style_around(host: &TemplateHost, at: usize) -> Option<ScalarStyle> {
    let is_literal = |literals: Vec<HostSpan>| literals.iter().any(|span| span.start <= at && at <= span.end);
    match Syntax::of(host.file.path()) {
        None => return Some(host.file.scalar_around(at)?.1),
        Some(Syntax::Json) => {
            let (span, style) = host.file.scalar_around(at)?;
            return (span == host.whole && is_literal(json_literals(&host.file, span))).then_some(style);
        }
        Some(Syntax::Native) => {}
    }
    if !is_literal(literals(&host.file, host.whole)) {
        return None;
    }
    let written = host.file.text().get(host.whole.start..host.whole.end)?;
    if written.starts_with("<<") {
        Some(ScalarStyle::Block)
    } else if written.len() > 1 && written.starts_with('"') && written.ends_with('"') {
        Some(ScalarStyle::DoubleQuoted)
    } else {
        // Put together from several texts.
        None
    }
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t')
}

/// Whether the template is a file of its own, as it is: its map then has neither escapes nor placeholders.
fn is_verbatim_file(host: &TemplateHost) -> bool {
    let whole = host.whole;
    let is_verbatim = host.map.as_ref().is_some_and(|map| {
        matches!(map.segments(), [only] if only.verbatim && only.host_start == whole.start && only.decoded_start == 0
            && only.decoded_len == whole.end - whole.start)
    });
    host.is_file() && is_verbatim
}

/// A text of one line as a style has it, between other characters of a scalar. None for a scalar without quotes, where
/// what a character means depends on those around it, and for characters that a style cannot write.
pub fn in_style(style: ScalarStyle, text: &str) -> Option<String> {
    let is_plain = |c: char| c == ' ' || !(c.is_control() || c.is_whitespace() || c == '\u{FEFF}');
    if !text.chars().all(is_plain) || text.starts_with(' ') {
        // Blanks at the beginning of a line are not part of every scalar.
        return None;
    }
    match style {
        ScalarStyle::Plain => None,
        ScalarStyle::Block => Some(text.to_owned()),
        ScalarStyle::SingleQuoted => Some(text.replace('\'', "''")),
        ScalarStyle::DoubleQuoted => Some(text.replace('\\', "\\\\").replace('"', "\\\"")),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::source::{SourceFile, SourceMap};

    #[test]
    fn each_style_writes_a_text_its_own_way() {
        let text = r#"a"b\c'd"#;
        for (style, expected) in [
            (ScalarStyle::Block, Some(r#"a"b\c'd"#)),
            (ScalarStyle::SingleQuoted, Some(r#"a"b\c''d"#)),
            (ScalarStyle::DoubleQuoted, Some(r#"a\"b\\c'd"#)),
            (ScalarStyle::Plain, None),
        ] {
            assert_eq!(in_style(style, text).as_deref(), expected, "{style:?}");
        }
    }

    #[test]
    fn what_a_style_might_read_otherwise_is_not_written() {
        for text in [" a", "a\nb", "a\tb", "a\u{a0}b", "\u{feff}", "a\u{85}b", "a\u{2028}b"] {
            for style in [ScalarStyle::Block, ScalarStyle::SingleQuoted, ScalarStyle::DoubleQuoted] {
                assert_eq!(in_style(style, text), None, "{text:?} as {style:?}");
            }
        }
    }

    /// What is written for a text before the `X` of a file, whose template is the scalar around it.
    fn before_x(name: &str, file: &str, text: &str) -> Option<String> {
        let file = Arc::new(SourceFile::new(name, file));
        let at = file.text().find('X').unwrap();
        let map = (name == "a.vtl").then(|| SourceMap::verbatim(0, file.text().len()));
        let whole = match file.scalar_around(at) {
            Some((scalar, _)) => scalar,
            None => HostSpan::new(0, file.text().len()),
        };
        encoded(&TemplateHost { file, whole, map }, at, text)
    }

    #[test]
    fn a_new_line_is_one_of_the_host() {
        let text = "\"L\": 1,\n  ";
        for (name, file, expected) in [
            ("a.vtl", "{\r\n  X\r\n}", Some("\"L\": 1,\r\n  ")),
            ("a.yaml", "a:\n    b: |\n        {\n          X\n        }\n", Some("\"L\": 1,\n          ")),
            ("a.yaml", "a: \"{\\n  X\\n}\"", Some("\\\"L\\\": 1,\\n  ")),
            ("a.json", "{\"a\": \"{\\n  X\\n}\"}", Some("\\\"L\\\": 1,\\n  ")),
            ("a.yaml", "a: '{\n\n  X}'", None),
            ("a.yaml", "a: {X: b}", None),
        ] {
            assert_eq!(before_x(name, file, text).as_deref(), expected, "{file:?}");
        }
    }

    #[test]
    fn what_a_deployment_would_read_is_written_in_no_scalar() {
        assert_eq!(before_x("a.yaml", "a: 'X'", "${y}"), None);
        assert_eq!(before_x("a.vtl", "X", "${y}").as_deref(), Some("${y}"));
    }

    proptest::proptest! {
        /// What is written into a scalar is what is read from it.
        #[test]
        fn a_text_is_read_as_it_was_meant(text in "[!-~][ -~é😀]{0,12}") {
            for (name, host) in [
                ("a.yaml", "a: 'pXq'\n"),
                ("a.yaml", "a: \"pXq\"\n"),
                ("a.yaml", "a: |\n  pXq\n"),
                ("a.yaml", "a: >-\n  pXq\n"),
                ("a.yaml", "{a: 'pXq', b: c}"),
                ("a.json", "{\"a\": \"pXq\"}"),
            ] {
                let Some(written) = before_x(name, host, &text) else {
                    let is_for_deployment = text.contains("${") || text.contains("%{");
                    proptest::prop_assert!(is_for_deployment);
                    continue;
                };
                let file = SourceFile::new(name, host.replace('X', &format!("{written}X")));
                let root = file.documents().roots.first().expect("a document");
                let read = root.get("a").and_then(|value| value.as_str()).unwrap_or("");
                proptest::prop_assert_eq!(read.trim_end(), format!("p{text}Xq"));
            }
        }
    }
}
