//! Character classes: what stands between `[` and `]`.

use super::super::RegexError;
use super::Parser;
use super::escape::Escaped;
use crate::java::charset::CharSet;

impl Parser {
    /// A class, after its `[`, with its `]`.
    pub(super) fn class(&mut self) -> Result<CharSet, RegexError> {
        let set = self.nested(Self::members)?;
        self.cursor.bump();
        Ok(set)
    }

    /// What stands in a class; stops before the `]`. The right side of `&&` is read in the same way, so that one
    /// more `&&` or `]` ends it.
    fn members(&mut self) -> Result<CharSet, RegexError> {
        let mut members = Members::default();
        let mut negated = false;
        let mut nested = false;
        loop {
            let Some(c) = self.peek() else { return Err(self.error("the character class lacks its `]`")) };
            match c {
                '^' if !negated && !members.any && self.cursor.previous() == Some('[') => {
                    self.cursor.bump();
                    negated = true;
                }
                '[' => {
                    self.cursor.bump();
                    let inner = self.class()?;
                    nested = true;
                    self.add(&mut members, &inner)?;
                }
                '&' if self.cursor.peek_at(1) == Some('&') => {
                    self.cursor.bump();
                    self.cursor.bump();
                    nested = true;
                    self.intersect(&mut members)?;
                }
                ']' if members.any => break,
                _ => self.member(&mut members)?,
            }
        }
        // Java 8 negates what stands before the first nested class, Java 9 the whole.
        self.disputed |= negated && nested;
        let set = members.set();
        Ok(if negated { set.complement() } else { set })
    }

    /// The right side of `&&`, after it.
    fn intersect(&mut self, members: &mut Members) -> Result<(), RegexError> {
        let mut right: Option<CharSet> = None;
        while let Some(c) = self.peek() {
            if c == ']' || c == '&' {
                break;
            }
            let part = if c == '[' {
                self.cursor.bump();
                self.class()?
            } else {
                self.nested(Self::members)?
            };
            self.spend(part.range_count())?;
            right = Some(right.map_or_else(|| part.clone(), |right| right.union(&part)));
        }
        match right {
            None if !members.any => Err(self.error("`&&` has nothing on either side")),
            // Java takes what was read last for the right side, or fails with a null pointer.
            None => Err(RegexError::Unsupported("`&&` with nothing on its right")),
            Some(right) => {
                let set = if members.any { members.set().intersection(&right) } else { right };
                *members = Members::default();
                self.add(members, &set)
            }
        }
    }

    /// A character, a range, or a shorthand.
    fn member(&mut self, members: &mut Members) -> Result<(), RegexError> {
        let first = match self.class_char()? {
            Escaped::Char(c) => c,
            Escaped::Set(set) => return self.add(members, &set),
        };
        let mut last = first;
        if self.peek() == Some('-') && !matches!(self.cursor.peek_at(1), Some('[' | ']') | None) {
            self.cursor.bump();
            if self.peek().is_none() {
                return Err(self.error("the character class lacks its `]`"));
            }
            match self.class_char()? {
                Escaped::Char(c) if c >= first => last = c,
                Escaped::Char(_) => return Err(self.error("the range's end is before its start")),
                Escaped::Set(_) => return Err(self.error("a range should end with a character")),
            }
        }
        let set = self.cased(CharSet::range(first, last));
        self.add(members, &set)
    }

    fn class_char(&mut self) -> Result<Escaped, RegexError> {
        match self.cursor.peek() {
            Some('\\') => self.escape(),
            Some(c) => {
                self.cursor.bump();
                Ok(Escaped::Char(c))
            }
            None => Err(self.error("the character class lacks its `]`")),
        }
    }

    fn add(&mut self, members: &mut Members, set: &CharSet) -> Result<(), RegexError> {
        self.spend(set.range_count())?;
        members.any = true;
        members.ranges.extend(set.iter());
        Ok(())
    }
}

/// What a class holds so far: ranges in any order, sorted once.
#[derive(Default)]
struct Members {
    ranges: Vec<(char, char)>,
    /// Whether anything was written yet, be it an empty set.
    any: bool,
}

impl Members {
    fn set(&self) -> CharSet {
        CharSet::ranges(self.ranges.iter().copied())
    }
}
