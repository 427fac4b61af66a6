//! Text from files and requests, made safe to show: no byte of it may act on a terminal or change how the line around
//! it reads.

use std::fmt::Write;

/// Whether a character is shown as itself. Not so: controls, which a terminal obeys; marks of writing direction,
/// which reorder what is around them; and characters without any width, which hide.
fn shows_as_itself(c: char) -> bool {
    if c.is_ascii() {
        return !c.is_ascii_control();
    }
    !(c.is_control()
        || matches!(c,
            '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}'))
}

/// Adds a character as it is shown: itself, or as `\n`, `\t`, `\u{1b}`.
pub fn push(out: &mut String, c: char) {
    match c {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        c if shows_as_itself(c) => out.push(c),
        // Writing to a `String` cannot fail.
        c => _ = write!(out, "\\u{{{:x}}}", u32::from(c)),
    }
}

/// A whole text as it is shown, on one line.
pub fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|c| push(&mut out, c));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_shown_acts_on_a_terminal() {
        assert_eq!(line("plain é 漢 😀 \"\\"), "plain é 漢 😀 \"\\");
        assert_eq!(line("\x1b[31m\x07\r\n\t\0"), "\\u{1b}[31m\\u{7}\\r\\n\\t\\u{0}");
        assert_eq!(line("\u{9b}31m\u{7f}"), "\\u{9b}31m\\u{7f}");
        assert_eq!(line("a\u{202e}b\u{200b}c"), "a\\u{202e}b\\u{200b}c");
    }

    #[test]
    fn no_control_character_survives() {
        for c in (0..=0x10FFFF_u32).filter_map(char::from_u32) {
            let shown = line(&c.to_string());
            assert!(!shown.chars().any(char::is_control), "{c:?} is shown as {shown:?}");
        }
    }
}
