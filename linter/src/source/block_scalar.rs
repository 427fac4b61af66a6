//! YAML's block scalar styles (literal `|`, folded `>`), decoded a second time to learn where each byte of the text
//! came from.
//!
//! The parser reports where the first content line begins, behind its indentation, and where the next token
//! begins. The header, with its chomping and indentation indicators, stands before that range, and comments may
//! stand inside it, so both ends are found here.

use super::flow_scalar::push_break;
use super::{HostSpan, MappedText};

/// A decoded block scalar.
pub(super) struct BlockScalar {
    /// The text and its map.
    pub(super) decoded: MappedText,
    /// From the `|` or `>` to the end of the last content line.
    pub(super) span: HostSpan,
}

/// What happens to line breaks at the end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomping {
    Clip,
    Strip,
    Keep,
}

/// Finds the indicator of a block scalar: the first `|` or `>` after `from` that begins a token. Between the token
/// before and the indicator there are only blanks, comments, `:`, `-`, `?`, a tag and an anchor.
pub(super) fn find_indicator(source: &str, from: usize, content: usize) -> Option<usize> {
    let mut at = from;
    while at < content {
        let rest = source.get(at..content)?;
        let c = rest.chars().next()?;
        at += match c {
            '|' | '>' => return Some(at),
            '#' => rest.find(['\n', '\r']).unwrap_or(rest.len()),
            '!' | '&' => rest.find([' ', '\t', '\n', '\r']).unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
    }
    None
}

/// Decodes the scalar whose indicator stands at `indicator`, whose first content byte is `content` and whose next
/// token begins at `end`.
pub(super) fn decode(
    source: &str,
    indicator: usize,
    content: usize,
    end: usize,
    folded: bool,
) -> Option<BlockScalar> {
    let (chomping, region_start) = header(source, indicator, end)?;
    let region = source.get(region_start..end)?;
    let before = source.get(region_start..content).unwrap_or("");
    let indent = before.len() - before.rfind(['\n', '\r']).map_or(0, |at| at + 1);

    let mut out = MappedText::default();
    // Breaks that are not yet text: the one that ended the last content line, and those of empty lines after it.
    let mut line_end: Option<(usize, &str)> = None;
    let mut empty_lines: Vec<(usize, &str)> = Vec::new();
    let mut after_indented = false;
    let mut content_end = region_start;
    for (start, line, written) in lines(region, region_start) {
        let blanks = line.bytes().take(indent).take_while(|&b| b == b' ').count();
        let text = line.get(blanks..)?;
        if text.is_empty() {
            if written.is_empty() {
                break;
            }
            empty_lines.push((start + line.len(), written));
            continue;
        }
        if blanks < indent {
            break;
        }
        let indented = text.starts_with([' ', '\t']);
        match line_end {
            Some((at, written)) if !folded || after_indented || indented => {
                push_break(&mut out, at, written);
            }
            Some((at, written)) if empty_lines.is_empty() => {
                out.push_unit(HostSpan::new(at, at + written.len()), " ");
            }
            // Of the breaks between paragraphs the first is no text.
            Some(_) | None => {}
        }
        for (at, written) in empty_lines.drain(..) {
            push_break(&mut out, at, written);
        }
        out.push_verbatim(start + blanks, text);
        content_end = start + line.len();
        after_indented = indented;
        line_end = (!written.is_empty()).then_some((content_end, written));
    }
    if chomping != Chomping::Strip {
        if let Some((at, written)) = line_end {
            push_break(&mut out, at, written);
        }
        if chomping == Chomping::Keep {
            for (at, written) in empty_lines {
                push_break(&mut out, at, written);
            }
        }
    }
    Some(BlockScalar { decoded: out, span: HostSpan::new(indicator, content_end) })
}

/// The header's chomping, and where the line after it begins. The indentation indicator says nothing that the place
/// of the first content byte does not.
fn header(source: &str, indicator: usize, end: usize) -> Option<(Chomping, usize)> {
    let indicators = source.get(indicator + 1..end)?;
    let written = indicators.find(|c: char| !matches!(c, '+' | '-' | '1'..='9')).unwrap_or(indicators.len());
    let chomping = match indicators.get(..written)?.chars().find(|c| matches!(c, '+' | '-')) {
        Some('+') => Chomping::Keep,
        Some(_) => Chomping::Strip,
        None => Chomping::Clip,
    };
    let line = lines(indicators, indicator + 1).next();
    Some((chomping, line.map_or(end, |(start, line, written)| start + line.len() + written.len())))
}

/// The lines of a text that begins at host byte `at`: where each begins, its text, and its break as written.
fn lines(text: &str, at: usize) -> impl Iterator<Item = (usize, &str, &str)> {
    let (mut rest, mut at) = (text, at);
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let len = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let (line, tail) = rest.split_at_checked(len)?;
        let written = if tail.starts_with("\r\n") { 2 } else { tail.len().min(1) };
        let (written, tail) = tail.split_at_checked(written)?;
        let start = at;
        at += line.len() + written.len();
        rest = tail;
        Some((start, line, written))
    })
}
