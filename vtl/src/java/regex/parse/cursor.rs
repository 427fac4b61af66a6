//! The characters of a pattern, after the quotes are gone.

/// A place in the pattern.
pub(super) struct Cursor {
    /// Each character, and which of the pattern's characters it comes from.
    chars: Vec<(char, usize)>,
    at: usize,
    end: usize,
}

impl Cursor {
    pub(super) fn new(pattern: &str) -> Self {
        let chars = unquoted(pattern);
        let end = pattern.chars().count();
        Self { chars, at: 0, end }
    }

    /// The next character.
    pub(super) fn peek(&self) -> Option<char> {
        self.peek_at(0)
    }

    /// The character so many after the next one.
    pub(super) fn peek_at(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at.saturating_add(ahead)).map(|&(c, _)| c)
    }

    /// The character before the next one.
    pub(super) fn previous(&self) -> Option<char> {
        self.at.checked_sub(1).and_then(|at| self.chars.get(at)).map(|&(c, _)| c)
    }

    /// Takes the next character.
    pub(super) fn bump(&mut self) -> Option<char> {
        let c = self.peek();
        self.at = self.chars.len().min(self.at + 1);
        c
    }

    /// Takes the next character where it is this one.
    pub(super) fn eat(&mut self, c: char) -> bool {
        let there = self.peek() == Some(c);
        if there {
            self.bump();
        }
        there
    }

    /// Takes the next characters while a condition holds, at most so many.
    pub(super) fn take_while(&mut self, most: usize, condition: impl Fn(char) -> bool) -> String {
        let taken: String = self
            .chars
            .iter()
            .skip(self.at)
            .map(|&(c, _)| c)
            .take(most)
            .take_while(|&c| condition(c))
            .collect();
        self.at += taken.chars().count();
        taken
    }

    /// Goes past blanks, and past comments to the end of their lines.
    pub(super) fn skip_comments(&mut self, unix_lines: bool) {
        while let Some(c) = self.peek() {
            match c {
                '\t'..='\r' | ' ' => {}
                '#' => {
                    let ends = |c| {
                        c == '\n' || !unix_lines && matches!(c, '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
                    };
                    while self.peek().is_some_and(|c| !ends(c)) {
                        self.bump();
                    }
                }
                _ => return,
            }
            self.bump();
        }
    }

    /// Which of the pattern's characters stands next.
    pub(super) fn offset(&self) -> usize {
        self.chars.get(self.at).map_or(self.end, |&(_, from)| from)
    }
}

/// Replaces `\Q…\E` by escapes, as Java does before it reads anything else: a class, a comment or a count can begin
/// inside quotes and end outside.
fn unquoted(pattern: &str) -> Vec<(char, usize)> {
    let mut out = Vec::with_capacity(pattern.len());
    let mut chars = pattern.chars().enumerate().map(|(at, c)| (c, at)).peekable();
    let mut quoted = false;
    // A digit at a quote's start must not become part of an escape before it.
    let mut first = false;
    while let Some((c, at)) = chars.next() {
        let begins = std::mem::take(&mut first);
        if c == '\\' && quoted {
            if chars.next_if(|&(next, _)| next == 'E').is_some() {
                quoted = false;
            } else {
                out.extend([('\\', at), ('\\', at)]);
            }
        } else if c == '\\' {
            if chars.next_if(|&(next, _)| next == 'Q').is_some() {
                quoted = true;
                first = true;
            } else {
                out.push((c, at));
                out.extend(chars.next());
            }
        } else if quoted && begins && c.is_ascii_digit() {
            out.extend([('\\', at), ('x', at), ('3', at), (c, at)]);
        } else if quoted && c.is_ascii() && !c.is_ascii_alphanumeric() {
            out.extend([('\\', at), (c, at)]);
        } else {
            out.push((c, at));
        }
    }
    out
}
