//! Groups, look-around and flags: what begins with `(`.

use super::super::RegexError;
use super::super::tree::Node;
use super::Parser;

impl Parser {
    /// A group; none for `(?i)`, which only sets flags up to the end of the group around it.
    pub(super) fn group(&mut self) -> Result<Option<Node>, RegexError> {
        let outside = self.flags;
        self.cursor.bump();
        let node = if self.peek() != Some('?') {
            self.capturing(None)?
        } else {
            self.cursor.bump();
            match self.cursor.peek() {
                Some(':') => {
                    self.cursor.bump();
                    self.inside()?
                }
                Some('>') => {
                    self.cursor.bump();
                    Node::Atomic(Box::new(self.inside()?))
                }
                Some('=' | '!') => self.around(true)?,
                Some('<') => {
                    self.cursor.bump();
                    match self.cursor.peek() {
                        Some('=' | '!') => self.around(false)?,
                        _ => {
                            let name = self.group_name()?;
                            self.capturing(Some(name))?
                        }
                    }
                }
                _ => {
                    self.set_flags()?;
                    match self.peek() {
                        Some(')') => {
                            self.cursor.bump();
                            return Ok(None);
                        }
                        Some(':') => {
                            self.cursor.bump();
                            self.inside()?
                        }
                        _ => return Err(self.error("no such flag or kind of group")),
                    }
                }
            }
        };
        if self.peek() != Some(')') {
            return Err(self.error("the group lacks its `)`"));
        }
        self.cursor.bump();
        self.flags = outside;
        Ok(Some(node))
    }

    fn inside(&mut self) -> Result<Node, RegexError> {
        self.nested(Self::alternation)
    }

    fn capturing(&mut self, name: Option<String>) -> Result<Node, RegexError> {
        self.groups += 1;
        let index = self.groups;
        if let Some(name) = name {
            if self.names.iter().any(|(other, _)| *other == name) {
                return Err(self.error("two groups have this name"));
            }
            self.names.push((name, index));
        }
        Ok(Node::Group { index, node: Box::new(self.inside()?) })
    }

    fn around(&mut self, ahead: bool) -> Result<Node, RegexError> {
        let negative = self.cursor.bump() == Some('!');
        Ok(Node::Around { ahead, negative, node: Box::new(self.inside()?) })
    }

    /// The name of a group and the `>` after it.
    pub(super) fn group_name(&mut self) -> Result<String, RegexError> {
        let name = self.cursor.take_while(usize::MAX, |c| c.is_ascii_alphanumeric());
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return Err(self.error("a group's name should begin with an ASCII letter"));
        }
        if !self.cursor.eat('>') {
            return Err(self.error("a group's name should be of ASCII letters and digits, with `>` after it"));
        }
        Ok(name)
    }

    fn set_flags(&mut self) -> Result<(), RegexError> {
        let mut on = true;
        while let Some(c) = self.peek() {
            match c {
                'i' => self.flags.ignore_case = on,
                'm' => self.flags.multiline = on,
                's' => self.flags.dot_all = on,
                'd' => self.flags.unix_lines = on,
                'u' => self.flags.unicode_case = on,
                'x' => self.flags.comments = on,
                'U' => {
                    self.flags.unicode_classes = on;
                    self.flags.unicode_case = on;
                }
                'c' => return Err(RegexError::Unsupported("canonical equivalence, `(?c)`")),
                '-' if on => on = false,
                _ => break,
            }
            self.cursor.bump();
        }
        Ok(())
    }
}
