//! How YAML and JSON write a text as a scalar. Each style gives up on a text that it cannot hold.

use super::host::{Host, Unit};

/// What surrounds the scalar.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// The indentation of the collection that holds it; lines of the scalar are indented deeper.
    pub(crate) indent: usize,
    pub(crate) eol: &'static str,
    /// Inside `[…]` or `{…}`.
    pub(crate) flow: bool,
}

/// A way to write a scalar: none where the text cannot be written so.
pub(crate) type Style = fn(&mut Host, &[Unit], Place) -> Option<()>;

pub(crate) const YAML: &[(&str, Style)] = &[
    ("literal", |host, text, place| block(host, text, place, "|", 2, false)),
    ("literal strip", |host, text, place| block(host, text, place, "|-", 3, false)),
    ("literal keep", |host, text, place| block(host, text, place, "|+", 1, false)),
    ("literal with an indicator", |host, text, place| block(host, text, place, "|4", 4, false)),
    ("literal strip with an indicator", |host, text, place| block(host, text, place, "|-1", 1, false)),
    ("literal keep with an indicator", |host, text, place| {
        block(host, text, place, "|9+ # é | not > this", 9, false)
    }),
    ("folded", |host, text, place| block(host, text, place, ">", 2, false)),
    ("folded strip", |host, text, place| block(host, text, place, ">- # 😀", 2, true)),
    ("folded keep", |host, text, place| block(host, text, place, ">+", 5, true)),
    ("folded with an indicator", |host, text, place| block(host, text, place, ">3", 3, true)),
    ("folded strip with an indicator", |host, text, place| block(host, text, place, ">2-", 2, false)),
    ("folded keep with an indicator", |host, text, place| block(host, text, place, ">+1", 1, true)),
    ("plain", |host, text, place| plain(host, text, place, false)),
    ("plain over lines", |host, text, place| plain(host, text, place, true)),
    ("single-quoted", |host, text, place| single_quoted(host, text, place, false)),
    ("single-quoted over lines", |host, text, place| single_quoted(host, text, place, true)),
    ("double-quoted", |host, text, place| double_quoted(host, text, place, Breaks::None)),
    ("double-quoted and continued", |host, text, place| double_quoted(host, text, place, Breaks::Continued)),
    ("double-quoted over lines", |host, text, place| double_quoted(host, text, place, Breaks::Folded)),
    ("double-quoted in numbers", |host, text, _| yaml_numbers(host, text)),
];

pub(crate) const JSON: &[(&str, Style)] = &[
    ("JSON", |host, text, _| json(host, text, false)),
    ("JSON in numbers", |host, text, _| json(host, text, true)),
];

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t')
}

/// Whether a character may be a line break that is read as a blank: a single blank between words.
fn folds(text: &[Unit], at: usize) -> bool {
    let solid = |at: Option<usize>| {
        at.and_then(|at| text.get(at)).is_some_and(|unit| !is_blank(unit.c) && unit.c != '\n')
    };
    text[at].c == ' ' && solid(at.checked_sub(1)) && solid(Some(at + 1))
}

fn new_line(host: &mut Host, place: Place, indent: usize) {
    host.raw(place.eol);
    host.raw(&" ".repeat(indent));
}

/// `|` and `>`. `deeper` is the indentation beyond the collection's; `wrapped` folds every fourth blank that may be.
fn block(
    host: &mut Host,
    text: &[Unit],
    place: Place,
    header: &str,
    deeper: usize,
    wrapped: bool,
) -> Option<()> {
    let folded = header.starts_with('>');
    let end = text.iter().rposition(|unit| unit.c != '\n')? + 1;
    let trailing = text.len() - end;
    let kept = header.split('#').next()?;
    let chomped =
        if kept.contains('-') { trailing == 0 } else { kept.contains('+') && trailing > 0 || trailing == 1 };
    let told = kept.contains(|c: char| c.is_ascii_digit());
    let first = text.iter().find(|unit| unit.c != '\n')?;
    if place.flow || !chomped || is_blank(first.c) && !told {
        return None;
    }
    host.raw(header);
    let indent = place.indent + deeper;
    let mut blanks = 0;
    // The next character begins a line, so its indentation comes before it.
    let mut at_start = true;
    host.raw(place.eol);
    let line_begins_blank = |at: usize| text.get(at).is_some_and(|unit| is_blank(unit.c));
    let mut line_start = 0;
    let mut at = 0;
    while at < end {
        let unit = &text[at];
        if unit.c == '\n' {
            let run = text[at..end].iter().take_while(|unit| unit.c == '\n').count();
            if folded && at > 0 && !line_begins_blank(line_start) && !line_begins_blank(at + run) {
                // Of the breaks between two lines of words the first is no text.
                host.raw(place.eol);
            }
            for unit in &text[at..at + run] {
                host.unit(unit, place.eol);
            }
            at += run;
            line_start = at;
            at_start = true;
            continue;
        }
        if at_start {
            host.raw(&" ".repeat(indent));
            at_start = false;
        }
        if wrapped && folded && !line_begins_blank(line_start) && folds(text, at) {
            blanks += 1;
            if blanks % 4 == 0 {
                host.unit(unit, place.eol);
                at_start = true;
                at += 1;
                continue;
            }
        }
        host.unit(unit, unit.c.encode_utf8(&mut [0; 4]));
        at += 1;
    }
    for unit in &text[end..] {
        host.unit(unit, place.eol);
    }
    if trailing == 0 {
        host.raw(place.eol);
    }
    Some(())
}

/// Whether a text with line breaks can be folded: no blank stands beside a break, or at the ends.
fn can_fold(text: &[Unit]) -> bool {
    let blank_at = |at: Option<usize>| at.and_then(|at| text.get(at)).is_none_or(|unit| is_blank(unit.c));
    let beside = |(at, unit): (usize, &Unit)| {
        unit.c != '\n' || !blank_at(at.checked_sub(1)) && !blank_at(Some(at + 1))
    };
    text.iter().enumerate().all(beside)
}

/// Writes the breaks of a text at `at` in a style that folds them, and tells how many characters they are.
fn folded_breaks(host: &mut Host, text: &[Unit], at: usize, place: Place, indent: usize) -> usize {
    let run = text[at..].iter().take_while(|unit| unit.c == '\n').count();
    // One break alone would be a blank.
    host.raw(place.eol);
    for unit in &text[at..at + run] {
        host.unit(unit, place.eol);
    }
    host.raw(&" ".repeat(indent));
    run
}

fn plain(host: &mut Host, text: &[Unit], place: Place, wrapped: bool) -> Option<()> {
    let string: String = text.iter().map(|unit| unit.c).collect();
    let begins_badly = string.starts_with(|c: char| c.is_whitespace() || "{}[],&*!|>'\"%@`#?:-".contains(c));
    let breaks = string.contains('\n');
    if begins_badly
        || string.contains(": ")
        || string.contains(" #")
        || string.contains('\t')
        || string.contains("\n#")
    {
        return None;
    }
    if string.ends_with([' ', '\n', ':']) || !can_fold(text) || breaks && !wrapped {
        return None;
    }
    if place.flow && string.contains(['{', '}', '[', ']', ',']) {
        return None;
    }
    folded_words(host, text, place, wrapped, |host, unit| host.unit(unit, unit.c.encode_utf8(&mut [0; 4])));
    Some(())
}

fn folded_words(
    host: &mut Host,
    text: &[Unit],
    place: Place,
    wrapped: bool,
    write: impl Fn(&mut Host, &Unit),
) {
    let indent = place.indent + 3;
    let (mut at, mut blanks) = (0, 0);
    while at < text.len() {
        if text[at].c == '\n' {
            at += folded_breaks(host, text, at, place, indent);
            continue;
        }
        if wrapped && folds(text, at) {
            blanks += 1;
            if blanks % 3 == 0 {
                host.unit(&text[at], place.eol);
                host.raw(&" ".repeat(indent));
                at += 1;
                continue;
            }
        }
        write(host, &text[at]);
        at += 1;
    }
}

fn single_quoted(host: &mut Host, text: &[Unit], place: Place, wrapped: bool) -> Option<()> {
    if !can_fold(text) {
        return None;
    }
    host.raw("'");
    folded_words(host, text, place, wrapped, |host, unit| match unit.c {
        '\'' => host.unit(unit, "''"),
        c => host.unit(unit, c.encode_utf8(&mut [0; 4])),
    });
    host.raw("'");
    Some(())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Breaks {
    None,
    Continued,
    Folded,
}

fn double_quoted(host: &mut Host, text: &[Unit], place: Place, breaks: Breaks) -> Option<()> {
    let indent = place.indent + 1;
    host.raw("\"");
    let mut written = 0;
    let mut at = 0;
    while at < text.len() {
        let unit = &text[at];
        if breaks == Breaks::Continued && written > 0 && written % 7 == 0 {
            host.raw("\\");
            new_line(host, place, indent);
            written += 1;
            // Blanks that begin a line are no text, unless they are escaped.
            if is_blank(unit.c) {
                host.unit(unit, if unit.c == ' ' { "\\ " } else { "\\t" });
                at += 1;
                continue;
            }
        }
        written += 1;
        if breaks == Breaks::Folded && folds(text, at) && at % 2 == 0 {
            host.unit(unit, place.eol);
            host.raw(&" ".repeat(indent));
            at += 1;
            continue;
        }
        match unit.c {
            '\n' if breaks == Breaks::Folded && folded_ends(text, at) => {
                at += folded_breaks(host, text, at, place, indent);
                continue;
            }
            '"' => host.unit(unit, "\\\""),
            '\\' => host.unit(unit, "\\\\"),
            '\n' => host.unit(unit, "\\n"),
            '\t' if at % 2 == 0 => host.unit(unit, "\\t"),
            c => host.unit(unit, c.encode_utf8(&mut [0; 4])),
        }
        at += 1;
    }
    host.raw("\"");
    Some(())
}

/// Whether the run of breaks at `at` may be folded: neither end is a blank or the end of the text.
fn folded_ends(text: &[Unit], at: usize) -> bool {
    let run = text[at..].iter().take_while(|unit| unit.c == '\n').count();
    let solid = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(|unit| !is_blank(unit.c));
    solid(at.checked_sub(1)) && solid(Some(at + run))
}

fn yaml_numbers(host: &mut Host, text: &[Unit]) -> Option<()> {
    host.raw("\"");
    for (at, unit) in text.iter().enumerate() {
        let code = u32::from(unit.c);
        let written = match at % 3 {
            0 if code < 0x100 => format!("\\x{code:02x}"),
            1 if code < 0x1_0000 => format!("\\u{code:04X}"),
            _ => format!("\\U{code:08x}"),
        };
        host.unit(unit, &written);
    }
    host.raw("\"");
    Some(())
}

fn json(host: &mut Host, text: &[Unit], numbers: bool) -> Option<()> {
    host.raw("\"");
    for unit in text {
        let written = match unit.c {
            c if numbers => c.encode_utf16(&mut [0; 2]).iter().map(|half| format!("\\u{half:04x}")).collect(),
            '"' => "\\\"".to_owned(),
            '\\' => "\\\\".to_owned(),
            '\n' => "\\n".to_owned(),
            '\t' => "\\t".to_owned(),
            '/' => "\\/".to_owned(),
            c => c.to_string(),
        };
        host.unit(unit, &written);
    }
    host.raw("\"");
    Some(())
}
