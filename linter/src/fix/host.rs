//! Text on its way into a scalar of its host.

use crate::api::TemplateHost;
use crate::source::ScalarStyle;

/// A text as the scalar around a byte of the file has it; none where it cannot stand there, or where that cannot be told.
pub fn encoded(host: &TemplateHost, at: usize, text: &str) -> Option<String> {
    if is_file_itself(host) {
        return Some(text.to_owned());
    }
    // `Fn::Sub` and Terraform read these in any style.
    if text.contains("${") || text.contains("%{") {
        return None;
    }
    let (_, style) = host.file.scalar_around(at)?;
    in_style(style, text)
}

/// Whether the template is a file of its own, as it is. Its map then has no escapes.
fn is_file_itself(host: &TemplateHost) -> bool {
    let whole = host.whole;
    let text = host.file.text();
    let begins = text.len() - text.trim_start_matches('\u{FEFF}').len();
    let is_verbatim = host.map.as_ref().is_some_and(|map| {
        matches!(map.segments(), [only] if only.verbatim && only.host_start == whole.start && only.decoded_start == 0
            && only.decoded_len == whole.end - whole.start)
    });
    whole.start == begins && whole.end == text.len() && is_verbatim
}

/// A text of one line as a style has it, between other characters of a scalar. None for a scalar without quotes, where
/// what a character means depends on those around it, and for characters that a style cannot write.
pub fn in_style(style: ScalarStyle, text: &str) -> Option<String> {
    let is_plain = |c: char| c == ' ' || !(c.is_control() || c.is_whitespace() || c == '\u{FEFF}');
    if !text.chars().all(is_plain) || text.starts_with(' ') || text.ends_with(' ') {
        // Blanks at the ends of a line are not part of every scalar.
        return None;
    }
    match style {
        ScalarStyle::Plain => None,
        ScalarStyle::Block => Some(text.to_owned()),
        ScalarStyle::SingleQuoted => Some(text.replace('\'', "''")),
        ScalarStyle::DoubleQuoted => Some(text.replace('\\', "\\\\").replace('"', "\\\"")),
    }
}
