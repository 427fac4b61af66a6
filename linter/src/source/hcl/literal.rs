//! The literal parts of quoted strings, heredocs and template files.

use crate::source::{HostSpan, MappedText};

use super::Indentation;

/// How a literal is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quoting {
    /// Between double quotes, with backslash escapes.
    Quoted,
    /// In a heredoc or a template file: nothing but `$${` and `%%{` is an escape.
    Plain,
    /// In a `<<-` heredoc.
    Indented(Indentation),
}

/// Which ends of a literal a neighbour's `~` strips of blanks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Strip {
    /// The element before ends with `~}`.
    pub start: bool,
    /// The element behind begins with `${~` or `%{~`.
    pub end: bool,
}

/// The text of a literal; none for an escape that HCL does not know.
pub fn decoded(text: &str, span: HostSpan, quoting: Quoting, strip: Strip) -> Option<MappedText> {
    let raw = text.get(span.start..span.end)?;
    let mut out = MappedText::default();
    let begins_line = matches!(text.as_bytes().get(span.start.wrapping_sub(1)), Some(b'\n'));
    let mut at = span.start;
    // Terraform strips one line's worth: its scanner makes a token of each line.
    let lines: Vec<&str> = match quoting {
        Quoting::Quoted => vec![raw],
        Quoting::Plain | Quoting::Indented(_) => raw.split_inclusive('\n').collect(),
    };
    let last = lines.len().saturating_sub(1);
    for (i, line) in lines.iter().enumerate() {
        let mut start = match quoting {
            Quoting::Indented(indentation) if i > 0 || begins_line => indentation.skipped(line),
            _ => 0,
        };
        let mut end = line.len();
        if strip.start && i == 0 {
            start = start.max(line.len() - line.trim_start().len());
        }
        if strip.end && i == last {
            end = line.trim_end().len().max(start.min(line.len()));
        }
        push(&mut out, line.get(start..end).unwrap_or(""), at + start, quoting)?;
        at += line.len();
    }
    Some(out)
}

fn push(out: &mut MappedText, raw: &str, host: usize, quoting: Quoting) -> Option<()> {
    let mut rest = raw;
    let mut at = host;
    while !rest.is_empty() {
        let special = rest.find(['\\', '$', '%']).unwrap_or(rest.len());
        let (plain, tail) = rest.split_at_checked(special)?;
        out.push_verbatim(at, plain);
        at += plain.len();
        rest = tail;
        let (len, text) = match escape(rest, quoting)? {
            Some(escape) => escape,
            None => {
                let Some(first) = rest.chars().next() else { break };
                out.push_verbatim(at, rest.get(..first.len_utf8())?);
                at += first.len_utf8();
                rest = rest.get(first.len_utf8()..)?;
                continue;
            }
        };
        out.push_unit(HostSpan::new(at, at + len), &text);
        at += len;
        rest = rest.get(len..)?;
    }
    Some(())
}

/// The length and meaning of an escape at the beginning of a text; the inner none where there is none.
#[expect(clippy::option_option, reason = "no escape is not a wrong escape")]
fn escape(rest: &str, quoting: Quoting) -> Option<Option<(usize, String)>> {
    if rest.starts_with("$${") {
        return Some(Some((3, "${".to_owned())));
    }
    if rest.starts_with("%%{") {
        return Some(Some((3, "%{".to_owned())));
    }
    if quoting != Quoting::Quoted || !rest.starts_with('\\') {
        return Some(None);
    }
    let kind = rest.chars().nth(1)?;
    let simple = |text: &str| Some(Some((2, text.to_owned())));
    match kind {
        'n' => simple("\n"),
        'r' => simple("\r"),
        't' => simple("\t"),
        '\\' => simple("\\"),
        '"' => simple("\""),
        'u' | 'U' => {
            let digits = if kind == 'u' { 4 } else { 8 };
            let code = u32::from_str_radix(rest.get(2..2 + digits)?, 16).ok()?;
            Some(Some((2 + digits, char::from_u32(code)?.to_string())))
        }
        _ => None,
    }
}
