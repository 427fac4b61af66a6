//! Texts of definitions as YAML that is read as the same text again, and as comments that end where their line ends.

use std::fmt::Write;

/// Characters of a comment that are shown; what a definition calls things may be longer than anyone reads.
const MAX_SHOWN: usize = 120;

/// Words that are no texts in YAML's core schema, or were none in YAML 1.1, which editors still read.
const WORDS: [&str; 12] =
    ["null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf", "infinity"];

/// A text as a scalar: plain where nobody could take it for anything else, in quotes everywhere else.
pub(super) fn scalar(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { quoted(text) }
}

fn is_plain(text: &str) -> bool {
    let is_word = WORDS.iter().any(|word| word.eq_ignore_ascii_case(text));
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c))
        && !is_word
}

/// A text in double quotes.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if is_shown(c) => out.push(c),
            c => escape(&mut out, c),
        }
    }
    out.push('"');
    out
}

/// Adds a character as YAML's quoted texts spell it. Writing to a text cannot fail.
fn escape(out: &mut String, c: char) {
    let code = u32::from(c);
    _ = match code {
        0..=0xff => write!(out, "\\x{code:02x}"),
        0x100..=0xffff => write!(out, "\\u{code:04x}"),
        _ => write!(out, "\\U{code:08x}"),
    };
}

/// Whether a character may stand as it is: no control, no line break of any alphabet, nothing that reorders or hides
/// what is around it.
fn is_shown(c: char) -> bool {
    matches!(c, ' '..='~') || (!c.is_ascii() && c.is_alphanumeric())
}

/// A text of a definition for a comment: one line, and not too long.
pub(super) fn remark(text: &str) -> String {
    let mut out = String::new();
    for (count, c) in text.chars().enumerate() {
        if count == MAX_SHOWN {
            out.push('…');
            break;
        }
        match c {
            c if is_shown(c) => out.push(c),
            c => escape(&mut out, c),
        }
    }
    out
}

/// `[a, b]`.
pub(super) fn list<'t>(texts: impl IntoIterator<Item = &'t str>) -> String {
    let texts: Vec<String> = texts.into_iter().map(scalar).collect();
    format!("[{}]", texts.join(", "))
}

/// `{ a: b, c: d }`; values are written already.
pub(super) fn mapping<'t>(members: impl IntoIterator<Item = (&'t str, String)>) -> String {
    let members: Vec<String> =
        members.into_iter().map(|(name, value)| format!("{}: {value}", scalar(name))).collect();
    format!("{{ {} }}", members.join(", "))
}

#[cfg(test)]
mod tests {
    use keybound_shared::Rules;
    use proptest::prelude::*;

    use super::*;

    /// What a text written as the name of an attribute is read as.
    fn read(text: &str) -> Result<String, String> {
        let rules = format!("version: 1\ntables:\n  Orders: {{ key: {{ partition: {} }} }}\n", scalar(text));
        let loaded = Rules::load(&rules, &|_| None);
        let loaded = loaded.map_err(|problems| format!("{problems:?}\n{rules}"))?;
        Ok(loaded.rules.written().tables[0].key.partition.clone())
    }

    #[test]
    fn plain_where_nobody_could_take_it_for_anything_else() {
        for plain in ["PK", "orders-prod", "a.b_c", "GSI1PK"] {
            assert_eq!(scalar(plain), plain);
        }
        for other in [
            "", "1", "1e3", "true", "No", "~", "null", "-", "a b", "a:b", "a#b", "{x}", "*", "&a", "!t", "|",
            ">", "@", "`", "%", "é", "0x1f", ".inf", "<<", "'", "a,b", "[", "?", "N",
        ] {
            assert!(scalar(other).starts_with('"'), "{other}");
        }
    }

    #[test]
    fn what_is_written_is_what_is_read() {
        for text in [
            "a\"b",
            "a\\b",
            "a'b",
            "{tenant}#x",
            "# no comment",
            "- a",
            "a: b",
            "é",
            "漢",
            "😀",
            "\u{2028}x",
            "\u{feff}x",
            "\u{202e}x",
            "\u{fffe}x",
            "\\n",
            "true",
            "1",
            "null",
            "<<",
            "*a",
            "&a b",
            "%TAG",
            "---",
            "...",
        ] {
            assert_eq!(read(text).as_deref(), Ok(text));
        }
    }

    #[test]
    fn a_remark_is_one_line() {
        assert_eq!(remark("a\nb\r\u{85}c\u{2028}"), "a\\x0ab\\x0d\\x85c\\u2028");
        assert_eq!(remark(&"x".repeat(300)).chars().count(), MAX_SHOWN + 1);
    }

    proptest! {
        #[test]
        fn any_text_is_read_back(text in "\\PC{1,40}") {
            // No attribute has such a name, whoever writes it.
            prop_assume!(!text.contains("${") && !text.chars().any(char::is_control));
            prop_assert_eq!(read(&text), Ok(text));
        }

        #[test]
        fn no_remark_ends_its_comment(text in any::<String>()) {
            let shown = remark(&text);
            prop_assert!(shown.chars().all(is_shown_or_cut), "{shown:?}");
        }
    }

    fn is_shown_or_cut(c: char) -> bool {
        is_shown(c) || c == '…'
    }
}
