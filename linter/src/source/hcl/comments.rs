//! The comments of an HCL file.

use crate::source::HostSpan;

/// Strings and braces inside one another; a file that goes deeper does not parse.
const MAX_DEPTH: usize = 256;

/// What encloses the place that is looked at.
enum Inside {
    /// A quoted string.
    Quotes,
    /// A heredoc with this delimiter.
    Heredoc(String),
    /// An expression in a text, with the braces open in it.
    Expression(usize),
}

/// The comments: `#` and `//` up to the end of the line, and each line of `/* */`, without its end. Total on any text.
pub fn comments(text: &str) -> Vec<HostSpan> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut inside: Vec<Inside> = Vec::new();
    let mut at = 0;
    while at < bytes.len() && inside.len() < MAX_DEPTH {
        let rest = bytes.get(at..).unwrap_or_default();
        match inside.last_mut() {
            Some(Inside::Quotes) => match rest {
                [b'\\', _, ..] => at += 2,
                [b'$' | b'%', second, b'{', ..] if Some(second) == rest.first() => at += 3,
                [b'$' | b'%', b'{', ..] => {
                    inside.push(Inside::Expression(0));
                    at += 2;
                }
                [b'"', ..] => {
                    inside.pop();
                    at += 1;
                }
                _ => at += 1,
            },
            Some(Inside::Heredoc(delimiter)) => match rest {
                [b'$' | b'%', second, b'{', ..] if Some(second) == rest.first() => at += 3,
                [b'$' | b'%', b'{', ..] => {
                    inside.push(Inside::Expression(0));
                    at += 2;
                }
                [b'\n', line @ ..] => {
                    let blanks = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
                    let end = line.get(blanks..).unwrap_or_default();
                    let is_end = end.starts_with(delimiter.as_bytes())
                        && !end.get(delimiter.len()).is_some_and(|byte| is_name(*byte));
                    at += 1;
                    if is_end {
                        at += blanks + delimiter.len();
                        inside.pop();
                    }
                }
                _ => at += 1,
            },
            outside => {
                let braces = match outside {
                    Some(Inside::Expression(braces)) => Some(braces),
                    _ => None,
                };
                match rest {
                    [b'#', ..] | [b'/', b'/', ..] => {
                        let len = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
                        found.push(HostSpan::new(at, at + len));
                        at += len;
                    }
                    [b'/', b'*', ..] => {
                        let body = rest.get(2..).unwrap_or_default();
                        let len = memchr::memmem::find(body, b"*/").unwrap_or(body.len());
                        push_lines(text, at, at + 2 + len, &mut found);
                        let last = text.get(at..at + 2 + len).and_then(|all| all.rsplit('\n').next());
                        if last.is_some_and(|last| last.trim().is_empty()) && len < body.len() {
                            // The end on a line of its own is a line of the comment too.
                            found.push(HostSpan::new(at + 2 + len, at + 4 + len));
                        }
                        at += (2 + len + 2).min(rest.len());
                    }
                    [b'"', ..] => {
                        inside.push(Inside::Quotes);
                        at += 1;
                    }
                    [b'<', b'<', after @ ..] => {
                        let dash = usize::from(after.first() == Some(&b'-'));
                        let name = after.get(dash..).unwrap_or_default();
                        let len = name.iter().take_while(|byte| is_name(**byte)).count();
                        let breaks = matches!(name.get(len..), Some([b'\n', ..] | [b'\r', b'\n', ..]));
                        at += 2 + dash + len;
                        if len > 0 && breaks {
                            let delimiter = text.get(at - len..at).unwrap_or("").to_owned();
                            inside.push(Inside::Heredoc(delimiter));
                        }
                    }
                    [b'{', ..] => {
                        if let Some(braces) = braces {
                            *braces += 1;
                        }
                        at += 1;
                    }
                    [b'}', ..] => {
                        match braces {
                            Some(0) => _ = inside.pop(),
                            Some(braces) => *braces -= 1,
                            None => {}
                        }
                        at += 1;
                    }
                    _ => at += 1,
                }
            }
        }
    }
    found
}

/// The lines of a comment, each without the blanks before it.
fn push_lines(text: &str, start: usize, end: usize, found: &mut Vec<HostSpan>) {
    let mut at = start;
    for line in text.get(start..end).unwrap_or("").split_inclusive('\n') {
        let blanks = line.len() - line.trim_start().len();
        let len = line.trim_end().len();
        if len > blanks {
            found.push(HostSpan::new(at + blanks, at + len));
        }
        at += line.len();
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        comments(text).into_iter().map(|span| text.get(span.start..span.end).unwrap()).collect()
    }

    #[test]
    fn comments_of_each_kind() {
        assert_eq!(found("# a\nx = 1 // b\r\n/* c */ y = 2 /* d"), ["# a", "// b\r", "/* c", "/* d"]);
        assert_eq!(found("/*\n * a\n\n   b\n */ x"), ["/*", "* a", "b", "*/"]);
    }

    #[test]
    fn texts_hold_none_but_their_expressions_do() {
        for text in [
            "x = \"# a // b\"",
            "x = \"\\\" # a\"",
            "x = \"$${ # a\"",
            "x = <<EOT\n# a\n// b\nEOT\n",
            "x = <<-EOT\n  # EOT\n  EOTx # a\n  EOT\n",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
        assert_eq!(found("x = <<EOT\n#\nEOT\n# a"), ["# a"]);
        assert_eq!(found("x = \"${ { a = 1 }.a /* b */ } # c\" # d"), ["/* b", "# d"]);
        assert_eq!(found("x = \"${\"# a\"}\" # b"), ["# b"]);
    }

    #[test]
    fn whatever_is_not_closed_ends_with_the_file() {
        let deep = "\"${".repeat(10_000);
        for text in ["\"", "<<", "<<-", "<<E", "<<E\n", "${", "/*", "/", "\\", deep.as_str()] {
            comments(text);
        }
    }
}
