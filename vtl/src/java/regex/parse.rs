//! From Java's syntax to the tree: what `java.util.regex.Pattern` reads, in the way in which it reads it.

mod class;
mod cursor;
mod escape;
mod group;
mod property;

use cursor::Cursor;

use super::RegexError;
use super::tree::{Case, Greed, Node, Place, Terminators, Tree};
use crate::java::charset::CharSet;

/// How many bytes a pattern may have.
const MAX_BYTES: usize = 16 * 1024;
/// How deep groups and classes may nest.
const MAX_DEPTH: usize = 64;
/// How many ranges of characters all sets of a pattern may have.
const MAX_RANGES: usize = 1 << 18;

/// Reads a pattern.
pub fn parse(pattern: &str) -> Result<Tree, RegexError> {
    if pattern.len() > MAX_BYTES {
        return Err(RegexError::TooLarge("the regular expression has more than 16 KiB"));
    }
    let mut parser = Parser {
        cursor: Cursor::new(pattern),
        flags: Flags::default(),
        groups: 0,
        names: Vec::new(),
        disputed: false,
        depth: 0,
        ranges: 0,
    };
    let root = parser.alternation()?;
    if parser.peek().is_some() {
        return Err(parser.error("`)` without its `(`"));
    }
    Ok(Tree { root, groups: parser.groups, names: parser.names, disputed: parser.disputed })
}

/// The flags that hold where the parser stands.
#[derive(Clone, Copy, Debug, Default)]
struct Flags {
    /// `i`
    ignore_case: bool,
    /// `u`
    unicode_case: bool,
    /// `m`
    multiline: bool,
    /// `s`
    dot_all: bool,
    /// `x`
    comments: bool,
    /// `d`
    unix_lines: bool,
    /// `U`
    unicode_classes: bool,
}

impl Flags {
    fn case(self) -> Case {
        match (self.ignore_case, self.unicode_case) {
            (false, _) => Case::Sensitive,
            (true, false) => Case::Ascii,
            (true, true) => Case::Unicode,
        }
    }

    fn terminators(self) -> Terminators {
        if self.unix_lines { Terminators::Unix } else { Terminators::All }
    }
}

struct Parser {
    cursor: Cursor,
    flags: Flags,
    groups: u32,
    names: Vec<(String, u32)>,
    disputed: bool,
    depth: usize,
    ranges: usize,
}

impl Parser {
    /// `a|b|c`, to a `)` or the end.
    fn alternation(&mut self) -> Result<Node, RegexError> {
        let mut branches = vec![self.sequence()?];
        while self.peek() == Some('|') {
            self.cursor.bump();
            branches.push(self.sequence()?);
        }
        Ok(match branches.pop() {
            Some(only) if branches.is_empty() => only,
            last => {
                branches.extend(last);
                Node::Alternation(branches)
            }
        })
    }

    fn sequence(&mut self) -> Result<Node, RegexError> {
        let mut nodes = Vec::new();
        while let Some(c) = self.peek() {
            let node = match c {
                '|' | ')' => break,
                '*' | '+' | '?' => return Err(self.error("nothing to repeat before the quantifier")),
                // Java reads a counted quantifier here as one of the empty string.
                '{' => Node::Empty,
                '(' => match self.group()? {
                    Some(group) => group,
                    None => continue,
                },
                '[' => {
                    self.cursor.bump();
                    let set = self.class()?;
                    self.one(set)?
                }
                '\\' => self.escaped_atom()?,
                _ => {
                    self.cursor.bump();
                    self.plain_atom(c)?
                }
            };
            nodes.push(self.quantified(node)?);
        }
        Ok(match nodes.pop() {
            None => Node::Empty,
            Some(only) if nodes.is_empty() => only,
            last => {
                nodes.extend(last);
                Node::Concat(nodes)
            }
        })
    }

    fn plain_atom(&mut self, c: char) -> Result<Node, RegexError> {
        let terminators = self.flags.terminators();
        Ok(match c {
            '^' if self.flags.multiline => Node::Place(Place::LineStart(terminators)),
            '^' => Node::Place(Place::Start),
            '$' if self.flags.multiline => Node::Place(Place::LineEnd(terminators)),
            '$' => Node::Place(Place::FinalLineEnd(terminators)),
            '.' if self.flags.dot_all => Node::One(CharSet::all()),
            '.' => Node::One(terminators.chars().complement()),
            _ => return self.literal(c),
        })
    }

    fn literal(&mut self, c: char) -> Result<Node, RegexError> {
        let set = self.cased(CharSet::single(c));
        self.one(set)
    }

    /// A set as a part of the pattern, counted.
    fn one(&mut self, set: CharSet) -> Result<Node, RegexError> {
        self.spend(set.range_count())?;
        Ok(Node::One(set))
    }

    /// A set with the cases that the flags add.
    fn cased(&mut self, set: CharSet) -> CharSet {
        match self.flags.case() {
            Case::Sensitive => set,
            Case::Ascii => set.with_ascii_cases(),
            Case::Unicode => {
                let cased = set.with_unicode_cases();
                // What lies beyond ASCII folds differently from version to version, and differently in ranges.
                self.disputed |= cased != set;
                cased
            }
        }
    }

    /// A part with the quantifier that may follow it.
    fn quantified(&mut self, node: Node) -> Result<Node, RegexError> {
        let (min, max) = match self.peek() {
            Some('?') => (0, Some(1)),
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('{') => {
                self.cursor.bump();
                self.counts()?
            }
            _ => return Ok(node),
        };
        self.cursor.bump();
        let greed = match self.peek() {
            Some('?') => Greed::Lazy,
            Some('+') => Greed::Possessive,
            _ => Greed::Greedy,
        };
        if greed != Greed::Greedy {
            self.cursor.bump();
        }
        Ok(Node::Repetition { node: Box::new(node), min, max, greed })
    }

    /// What stands between the braces of a counted quantifier; stops before the closing one.
    fn counts(&mut self) -> Result<(u32, Option<u32>), RegexError> {
        if !self.cursor.peek().is_some_and(|c| c.is_ascii_digit()) {
            return Err(
                self.error("a digit should follow the `{` of a quantifier; a plain `{` is written `\\{`")
            );
        }
        let min = self.count()?;
        let max = if self.peek() == Some(',') {
            self.cursor.bump();
            if self.peek() == Some('}') { None } else { Some(self.count()?) }
        } else {
            Some(min)
        };
        if self.peek() != Some('}') {
            return Err(self.error("the quantifier lacks its `}`"));
        }
        if max.is_some_and(|max| max < min) {
            return Err(self.error("the quantifier's second count is less than its first"));
        }
        Ok((min, max))
    }

    fn count(&mut self) -> Result<u32, RegexError> {
        let mut count: u32 = 0;
        while let Some(digit) = self.peek().and_then(|c| c.to_digit(10)) {
            count = count
                .checked_mul(10)
                .and_then(|count| count.checked_add(digit))
                .filter(|&count| i32::try_from(count).is_ok())
                .ok_or_else(|| self.error("the quantifier's count is more than 2147483647"))?;
            self.cursor.bump();
        }
        Ok(count)
    }

    /// The next character; under `(?x)` after blanks and comments.
    fn peek(&mut self) -> Option<char> {
        if self.flags.comments {
            self.cursor.skip_comments(self.flags.unix_lines);
        }
        self.cursor.peek()
    }

    /// One level down, with an error where there are too many.
    fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Result<T, RegexError>) -> Result<T, RegexError> {
        if self.depth == MAX_DEPTH {
            return Err(RegexError::TooLarge("the regular expression nests deeper than 64"));
        }
        self.depth += 1;
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }

    fn spend(&mut self, ranges: usize) -> Result<(), RegexError> {
        self.ranges += ranges;
        if self.ranges > MAX_RANGES {
            return Err(RegexError::TooLarge("the regular expression's character classes are too many"));
        }
        Ok(())
    }

    fn error(&self, what: &'static str) -> RegexError {
        RegexError::Syntax { what, at: self.cursor.offset() }
    }
}
