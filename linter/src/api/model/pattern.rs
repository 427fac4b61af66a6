//! What a `pattern` of a model says of a whole text.

/// Characters that JavaScript's `\s` has beyond Java's.
const FURTHER_SPACES: &str = r"\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff";

/// Where Java's `$` matches, what may follow it.
const FINAL_LINE_BREAK: &str = r"(?:\r\n|[\n\r\u0085\u2028\u2029])?";

/// A Java regular expression that matches, as a whole, every text in which the pattern is found.
///
/// A pattern is searched for, so only one that is anchored at both ends, in each of its alternatives, says anything of
/// the whole text. Whether API Gateway reads it as JavaScript does or as Java does is not recorded, so what the two
/// read differently is widened to hold both, or gives nothing.
pub fn whole(pattern: &str) -> Option<String> {
    let mut reader = Reader { rest: pattern.chars(), out: String::from("(?:"), depth: 0 };
    reader.alternatives()?;
    Some(format!("{}){FINAL_LINE_BREAK}", reader.out))
}

struct Reader<'p> {
    rest: std::str::Chars<'p>,
    out: String,
    depth: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.rest.clone().next()
    }

    fn alternatives(&mut self) -> Option<()> {
        loop {
            if self.rest.next() != Some('^') {
                return None;
            }
            if !self.anchored()? {
                return Some(());
            }
        }
    }

    /// Reads up to the `$` that ends an alternative; tells whether another one follows.
    fn anchored(&mut self) -> Option<bool> {
        loop {
            match self.rest.next()? {
                '$' if self.depth == 0 => {
                    return match self.rest.next() {
                        None => Some(false),
                        Some('|') => {
                            self.out.push('|');
                            Some(true)
                        }
                        Some(_) => None,
                    };
                }
                '^' | '$' => return None,
                '|' if self.depth == 0 => return None,
                '\\' => self.escape()?,
                '[' => self.class()?,
                '(' => {
                    self.depth += 1;
                    self.out.push('(');
                    if self.peek() == Some('?') {
                        // Flags, look-around and names: only what groups and nothing else is the same everywhere.
                        self.rest.next();
                        (self.rest.next() == Some(':')).then_some(())?;
                        self.out.push_str("?:");
                    }
                }
                ')' => {
                    self.depth = self.depth.checked_sub(1)?;
                    self.out.push(')');
                }
                '.' => self.out.push_str(r"[^\n\r\u2028\u2029]"),
                c => self.out.push(c),
            }
        }
    }

    fn escape(&mut self) -> Option<()> {
        match self.rest.next()? {
            's' => self.out.push_str(&format!(r"[\s{FURTHER_SPACES}]")),
            // A boundary takes no character; without it more texts match.
            'b' | 'B' => {}
            c => self.plain_escape(c)?,
        }
        Some(())
    }

    /// An escape that is the same inside and outside of a class.
    fn plain_escape(&mut self, c: char) -> Option<()> {
        let digits = match c {
            'd' | 'D' | 'w' | 'W' | 'S' | 't' | 'n' | 'r' | 'f' => 0,
            'x' => 2,
            'u' => 4,
            c if c.is_ascii() && !c.is_ascii_alphanumeric() => 0,
            _ => return None,
        };
        self.out.extend(['\\', c]);
        for _ in 0..digits {
            self.out.push(self.rest.next().filter(char::is_ascii_hexdigit)?);
        }
        Some(())
    }

    fn class(&mut self) -> Option<()> {
        self.out.push('[');
        let negated = self.peek() == Some('^');
        if negated {
            self.rest.next();
            self.out.push('^');
        }
        if self.peek() == Some(']') {
            return None;
        }
        loop {
            match self.rest.next()? {
                ']' => {
                    self.out.push(']');
                    return Some(());
                }
                // Java's classes nest and intersect.
                '[' => return None,
                '&' if self.peek() == Some('&') => return None,
                '\\' => match self.rest.next()? {
                    's' if negated => self.out.push_str(r"\s"),
                    's' => self.out.push_str(&format!(r"\s{FURTHER_SPACES}")),
                    'S' if negated => return None,
                    c => self.plain_escape(c)?,
                },
                c => self.out.push(c),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use keybound_vtl::java::regex;
    use keybound_vtl::value::Text;

    use super::*;

    #[test]
    fn only_patterns_anchored_in_every_alternative_count() {
        for pattern in [
            "[a-z]+",
            "^[a-z]+",
            "[a-z]+$",
            "^a|b$",
            "a$|^b",
            "^a|^b$",
            r"^a\$",
            "^(a$)",
            "^a$b$",
            "^a^b$",
            "(?m)^a$",
            "^(?i)a$",
            "^(?=a).*$",
            "^(?<n>a)$",
            r"^(a)\1$",
            r"^\p{L}+$",
            "^[a[b]]$",
            "^[a&&b]$",
            "^[]a]$",
            r"^[^\S]$",
            r"^\Qa\E$",
            "^a)$",
            "^a$|",
            "",
            "^",
            "$",
            "^(a|b$",
        ] {
            assert_eq!(whole(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn a_whole_text_matches_what_the_pattern_finds_and_a_line_break_after_it() {
        for (pattern, fits, misfits) in [
            (
                "^[a-z]{1,3}$",
                &["a", "abc", "abc\n", "abc\r\n", "a\u{2028}"][..],
                &["", "abcd", "a\n\n", "a\nb", "A", "a\""][..],
            ),
            ("^(asc|desc)$", &["asc", "desc"], &["ascdesc", "asc,", "sc"]),
            ("^a$|^b+$", &["a", "bb"], &["ab", "a|b"]),
            (r"^[\w.-]+@\w+\.\w+$", &["a.b-c@d.e"], &["a b@c.d", "\"@c.d"]),
            ("^.*$", &["", "a\"b"], &["a\nb"]),
            (r"^a\sb$", &["a b", "a\u{a0}b"], &["a_b"]),
            (r"^[^\s]$", &["x", "\u{a0}"], &[" "]),
            (r"^\u0041\x42$", &["AB"], &["u0041"]),
            (r"^[\]\\]$", &["]", "\\"], &["\""]),
            (r"^\/a\-b$", &["/a-b"], &["a-b"]),
        ] {
            let java = whole(pattern).unwrap_or_else(|| panic!("{pattern} says something"));
            let matches = |text: &&str| regex::matches(&java, &Text::new(text)).unwrap();
            assert!(fits.iter().all(&matches), "{pattern} as {java}");
            assert!(!misfits.iter().any(&matches), "{pattern} as {java}");
        }
    }
}
