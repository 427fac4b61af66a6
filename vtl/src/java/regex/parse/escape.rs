//! Escapes: what begins with `\`.

use super::super::RegexError;
use super::super::tree::{Node, Place};
use super::Parser;
use crate::java::charset::CharSet;

/// What an escape stands for where both a class and a sequence may have it.
pub(super) enum Escaped {
    /// A character, to which letter case applies.
    Char(char),
    /// A set, to which it does not.
    Set(CharSet),
}

impl Parser {
    /// An escape outside of a class.
    pub(super) fn escaped_atom(&mut self) -> Result<Node, RegexError> {
        let place = match self.cursor.peek_at(1) {
            Some('A') => Place::Start,
            Some('z') => Place::End,
            Some('Z') => Place::FinalLineEnd(self.flags.terminators()),
            Some('G') => Place::LastMatch,
            Some('b') if self.cursor.peek_at(2) == Some('{') => {
                return Err(RegexError::Unsupported("boundaries of graphemes, `\\b{g}`"));
            }
            Some('b' | 'B') if self.flags.unicode_classes => {
                return Err(RegexError::Unsupported("word boundaries under `(?U)`"));
            }
            Some('b') => Place::WordBoundary,
            Some('B') => Place::NoWordBoundary,
            Some('R') => {
                self.skip(2);
                // Whether `\r\n` may be parted again depends on the version and on what is around.
                self.disputed = true;
                return Ok(line_break());
            }
            Some('X') => return Err(RegexError::Unsupported("graphemes, `\\X`")),
            Some('k') => {
                self.skip(2);
                return self.named_reference();
            }
            Some('1'..='9') => {
                self.skip(1);
                return Ok(self.numbered_reference());
            }
            _ => {
                return match self.escape()? {
                    Escaped::Char(c) => self.literal(c),
                    Escaped::Set(set) => self.one(set),
                };
            }
        };
        self.skip(2);
        Ok(Node::Place(place))
    }

    fn skip(&mut self, count: usize) {
        for _ in 0..count {
            self.cursor.bump();
        }
    }

    fn named_reference(&mut self) -> Result<Node, RegexError> {
        if !self.cursor.eat('<') {
            return Err(self.error("`\\k` should be followed by `<` and a group's name"));
        }
        let name = self.group_name()?;
        match self.names.iter().find(|(other, _)| *other == name) {
            Some(&(_, group)) => Ok(Node::BackReference { group, case: self.flags.case() }),
            None => Err(self.error("no group of this name stands before")),
        }
    }

    /// `\1`; more digits belong to it while there are that many groups so far.
    fn numbered_reference(&mut self) -> Node {
        let mut group = 0;
        while let Some(digit) = self.cursor.peek().and_then(|c| c.to_digit(10)) {
            let longer = group * 10 + digit;
            if group != 0 && longer > self.groups {
                break;
            }
            group = longer;
            self.cursor.bump();
        }
        Node::BackReference { group, case: self.flags.case() }
    }

    /// An escape that stands for a character or a set, inside a class or outside.
    pub(super) fn escape(&mut self) -> Result<Escaped, RegexError> {
        self.cursor.bump();
        let Some(c) = self.cursor.peek() else {
            return Err(self.error("the backslash at the end escapes nothing"));
        };
        let set = match c {
            'p' | 'P' => return Ok(Escaped::Set(self.property()?)),
            'd' | 'D' | 'w' | 'W' | 's' | 'S' | 'h' | 'H' | 'v' | 'V' => {
                self.shorthand(c.to_ascii_lowercase())?
            }
            _ => return self.escaped_char(c).map(Escaped::Char),
        };
        self.cursor.bump();
        Ok(Escaped::Set(if c.is_ascii_uppercase() { set.complement() } else { set }))
    }

    fn escaped_char(&mut self, c: char) -> Result<char, RegexError> {
        Ok(match c {
            't' => self.stands_for('\t'),
            'n' => self.stands_for('\n'),
            'r' => self.stands_for('\r'),
            'f' => self.stands_for('\u{c}'),
            'a' => self.stands_for('\u{7}'),
            'e' => self.stands_for('\u{1b}'),
            'c' => {
                self.cursor.bump();
                let control = self.cursor.bump().and_then(|c| char::from_u32(c as u32 ^ 64));
                control.ok_or_else(|| self.error("`\\c` should be followed by a character"))?
            }
            '0' => self.octal()?,
            'x' => self.hexadecimal()?,
            'u' => self.utf16()?,
            'N' => return Err(RegexError::Unsupported("characters by name, `\\N{…}`")),
            _ if c.is_ascii_alphanumeric() => return Err(self.error("no such escape")),
            _ => self.stands_for(c),
        })
    }

    fn stands_for(&mut self, c: char) -> char {
        self.cursor.bump();
        c
    }

    /// `\0n`, `\0nn`, `\0mnn` with m at most 3.
    fn octal(&mut self) -> Result<char, RegexError> {
        self.cursor.bump();
        let most = if matches!(self.cursor.peek(), Some('0'..='3')) { 3 } else { 2 };
        let digits = self.cursor.take_while(most, |c| c.is_digit(8));
        self.code_point(&digits, 8)
    }

    /// `\xhh`, `\x{h…h}`.
    fn hexadecimal(&mut self) -> Result<char, RegexError> {
        self.cursor.bump();
        if !self.cursor.eat('{') {
            let digits = self.cursor.take_while(2, |c| c.is_ascii_hexdigit());
            if digits.len() < 2 {
                return Err(self.error("`\\x` should be followed by two hexadecimal digits"));
            }
            return self.code_point(&digits, 16);
        }
        let digits = self.cursor.take_while(usize::MAX, |c| c.is_ascii_hexdigit());
        if !self.cursor.eat('}') {
            return Err(self.error("`\\x{` should be followed by hexadecimal digits and `}`"));
        }
        self.code_point(&digits, 16)
    }

    /// `\uhhhh`, and two of them for a surrogate pair.
    fn utf16(&mut self) -> Result<char, RegexError> {
        let unit = self.utf16_unit()?;
        if let Some(c) = char::from_u32(unit.into()) {
            return Ok(c);
        }
        if self.cursor.peek() == Some('\\') && self.cursor.peek_at(1) == Some('u') {
            self.cursor.bump();
            let low = self.utf16_unit()?;
            if let Some(Ok(c)) = char::decode_utf16([unit, low]).next() {
                return Ok(c);
            }
        }
        Err(RegexError::Unsupported("half a surrogate pair"))
    }

    fn utf16_unit(&mut self) -> Result<u16, RegexError> {
        self.cursor.bump();
        let digits = self.cursor.take_while(4, |c| c.is_ascii_hexdigit());
        match u16::from_str_radix(&digits, 16) {
            Ok(unit) if digits.len() == 4 => Ok(unit),
            _ => Err(self.error("`\\u` should be followed by four hexadecimal digits")),
        }
    }

    fn code_point(&self, digits: &str, radix: u32) -> Result<char, RegexError> {
        let code =
            u32::from_str_radix(digits, radix).map_err(|_| self.error("the escape lacks its digits"))?;
        match char::from_u32(code) {
            Some(c) => Ok(c),
            None if code <= 0x10_FFFF => Err(RegexError::Unsupported("half a surrogate pair")),
            None => Err(self.error("the escaped character is beyond U+10FFFF")),
        }
    }
}

/// `\R`.
fn line_break() -> Node {
    let pair = Node::Concat(vec![Node::One(CharSet::single('\r')), Node::One(CharSet::single('\n'))]);
    let any = CharSet::of("\n\u{b}\u{c}\r\u{85}\u{2028}\u{2029}");
    Node::Alternation(vec![pair, Node::One(any)])
}
