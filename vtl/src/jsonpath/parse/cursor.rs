//! The place at which a path is read.

use super::Expected;

pub(super) struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn is_last(&self) -> bool {
        self.rest().chars().nth(1).is_none()
    }

    pub(super) fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    pub(super) fn take(&mut self, c: char) -> bool {
        let is_there = self.peek() == Some(c);
        if is_there {
            self.bump();
        }
        is_there
    }

    pub(super) fn take_word(&mut self, word: &str) -> bool {
        let is_there = self.rest().starts_with(word);
        if is_there {
            self.at += word.len();
        }
        is_there
    }

    pub(super) fn skip_blanks(&mut self) {
        while self.take(' ') {}
    }

    pub(super) fn jump(&mut self, at: usize) {
        self.at = at;
    }

    /// The text up to a character, and the place behind that.
    pub(super) fn up_to(&self, c: char) -> Option<(&'t str, usize)> {
        let (text, _) = self.rest().split_once(c)?;
        Some((text, self.at + text.len() + c.len_utf8()))
    }

    /// A string in quotes, its escapes decoded.
    pub(super) fn quoted(&mut self, quote: char) -> Result<String, Expected> {
        self.take(quote);
        let mut decoded = String::new();
        loop {
            match self.bump() {
                Some(c) if c == quote => return Ok(decoded),
                Some('\\') => decoded.push(self.escape()?),
                Some(c) => decoded.push(c),
                None => return Err("the closing quote"),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Expected> {
        Ok(match self.bump().ok_or("an escaped character")? {
            'r' => '\r',
            'f' => '\u{c}',
            't' => '\t',
            'n' => '\n',
            'b' => '\u{8}',
            'u' => {
                let digits = self.rest().get(..4).ok_or("four hexadecimal digits")?;
                let unit = u32::from_str_radix(digits, 16).map_err(|_| "four hexadecimal digits")?;
                self.at += 4;
                char::from_u32(unit).unwrap_or('?')
            }
            c => c,
        })
    }
}
