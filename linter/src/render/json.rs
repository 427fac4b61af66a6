//! A JSON parser that runs along with the rendering, holes included.
//!
//! It is lenient: where the text is no JSON it notes so and goes on with the best guess, so that what comes after is
//! still placed. Whether an output really is JSON is for the proof to say, on a rendered text.

use std::rc::Rc;

use keybound_vtl::Span;

use super::facts::Facts;
use super::formula::{Formula, Guard};
use super::skeleton::{
    Container, ContainerId, HoleUse, Leaf, MemberName, Opened, Opening, Place, Skeleton, Slot,
};
use super::term::TermId;
use super::value::{Piece, literal};

/// An open container and where the parser is in it.
#[derive(Clone, Debug)]
struct Frame {
    container: ContainerId,
    object: bool,
    slot: Option<Slot>,
    opened: Opened,
}

/// Which of the containers of one place it is, is of no matter to what follows.
impl PartialEq for Frame {
    fn eq(&self, other: &Self) -> bool {
        self.container == other.container && self.object == other.object && self.slot == other.slot
    }
}

/// What the parser expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Mode {
    /// A value; `end` where the array may also close.
    Value { end: bool },
    /// Inside a string.
    Quoted { key: bool, escape: Escaping },
    /// Inside a number, `true`, `false`, `null`, or a value printed outside quotes.
    Bare,
    /// `,` or the end of the container; after the root, nothing.
    After,
    /// A member name; `end` where the object may also close.
    Key { end: bool },
    /// `:`.
    Colon,
    /// Anything: a hole stands where the structure is decided.
    Loose,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Escaping {
    No,
    Backslash,
    /// Behind `\u`: how many digits are to come, and what those before say.
    Unicode(u8, u16),
}

/// Containers that may be open at once.
const MAX_DEPTH: usize = 100;

/// The parser's state.
#[derive(Clone, Debug, PartialEq)]
pub struct Parser {
    frames: Rc<Vec<Frame>>,
    mode: Mode,
    /// The string or literal that is being read, and where it began.
    buffer: Vec<Piece>,
    /// Known text at its end that is no piece yet.
    tail: String,
    /// The first half of a surrogate pair, which the end of `tail` stands for.
    half: Option<u16>,
    began: usize,
    /// Where the text first was no JSON.
    irregular: Option<usize>,
    empty: bool,
    /// An object or array was the whole of it: what follows is behind it.
    complete: bool,
    /// The text is no JSON from its first character on.
    plain: bool,
}

impl Default for Parser {
    fn default() -> Self {
        Self {
            frames: Rc::new(Vec::new()),
            mode: Mode::Value { end: false },
            buffer: Vec::new(),
            tail: String::new(),
            half: None,
            began: 0,
            irregular: None,
            empty: true,
            complete: false,
            plain: false,
        }
    }
}

impl Parser {
    /// Whether two states stand at the same place, so that ways that lead to them can be one.
    pub fn same_place(&self, other: &Parser) -> bool {
        self.mode == other.mode
            && self.frames == other.frames
            && self.plain == other.plain
            && self.empty == other.empty
            && self.complete == other.complete
    }

    /// Whether a string is open.
    pub fn in_string(&self) -> bool {
        !self.plain && matches!(self.mode, Mode::Quoted { .. })
    }

    /// How many containers are open.
    pub fn depth(&self) -> usize {
        self.frames.len()
    }

    /// Where the output is no JSON value, if it ends here.
    pub fn irregular_end(&self) -> Option<usize> {
        if self.irregular.is_some()
            || (self.frames.is_empty() && matches!(self.mode, Mode::After | Mode::Bare | Mode::Loose))
        {
            return self.irregular;
        }
        Some(self.began)
    }

    /// Whether nothing but blanks was printed.
    pub fn is_empty(&self) -> bool {
        self.empty
    }

    /// One state for two ways; each side's text stands where its formula holds.
    #[must_use]
    pub fn joined(mut self, other: &Parser, mine: &Formula, theirs: &Formula) -> Parser {
        let mut other = other.clone();
        other.settle();
        self.settle();
        let buffer = joined_pieces(std::mem::take(&mut self.buffer), &other.buffer, mine, theirs);
        if !Rc::ptr_eq(&self.frames, &other.frames) {
            for (frame, other) in Rc::make_mut(&mut self.frames).iter_mut().zip(other.frames.iter()) {
                frame.opened = frame.opened.or(&other.opened);
            }
        }
        Parser {
            buffer,
            half: None,
            irregular: self.irregular.or(other.irregular),
            began: self.began.min(other.began),
            ..self
        }
    }

    /// Reads known text that stands at an offset of the template.
    pub fn text(&mut self, text: &str, at: usize, guard: &Guard, skeleton: &mut Skeleton) {
        for (index, c) in text.char_indices() {
            self.char(c, at + index, guard, skeleton);
        }
    }

    fn push(&mut self, c: char) {
        self.tail.push(c);
        self.half = None;
    }

    /// Reads a UTF-16 unit that is written as an escape. Half a pair alone is U+FFFD, as for the strict reader.
    fn push_unit(&mut self, unit: u16) {
        let whole = self.half.take().map(|first| char::decode_utf16([first, unit]).collect::<Vec<_>>());
        if let Some([Ok(pair)]) = whole.as_deref() {
            self.tail.pop();
            self.push(*pair);
            return;
        }
        match char::decode_utf16([unit]).next() {
            Some(Ok(c)) => self.push(c),
            _ => {
                self.push(char::REPLACEMENT_CHARACTER);
                self.half = Some(unit);
            }
        }
    }

    fn settle(&mut self) {
        if !self.tail.is_empty() {
            self.buffer.push(Piece::Literal(std::mem::take(&mut self.tail).into()));
        }
    }

    fn char(&mut self, c: char, at: usize, guard: &Guard, skeleton: &mut Skeleton) {
        let blank = matches!(c, ' ' | '\t' | '\n' | '\r');
        if self.empty && !blank {
            self.empty = false;
            self.plain = matches!(c, '<') || (c.is_alphabetic() && !matches!(c, 't' | 'f' | 'n'));
        }
        if self.plain {
            return;
        }
        if self.complete && !blank {
            skeleton.observed.print_behind(at, guard);
        }
        match self.mode {
            Mode::Quoted { key, escape } => self.quoted(c, key, escape, at, guard, skeleton),
            Mode::Bare if blank || matches!(c, ',' | '}' | ']' | ':' | '"' | '{' | '[') => {
                self.end_bare(guard, skeleton);
                self.char(c, at, guard, skeleton);
            }
            Mode::Bare => self.push(c),
            _ if blank => {}
            Mode::Value { .. } | Mode::Loose if c == '"' => {
                let key = self.mode == Mode::Loose
                    && self.frames.last().is_some_and(|f| f.object && f.slot.is_none());
                self.begin(at, guard, skeleton);
                self.mode = Mode::Quoted { key, escape: Escaping::No };
            }
            Mode::Value { .. } | Mode::Loose if matches!(c, '{' | '[') => {
                self.open(c == '{', at, guard, skeleton)
            }
            Mode::Value { end: true } if c == ']' => self.close(c, at),
            Mode::Key { .. } if c == '"' => {
                self.begin(at, guard, skeleton);
                self.mode = Mode::Quoted { key: true, escape: Escaping::No };
            }
            Mode::Key { end } if c == '}' => {
                if !end {
                    self.irregular.get_or_insert(at);
                }
                self.close(c, at);
            }
            Mode::Colon if c == ':' => self.mode = Mode::Value { end: false },
            Mode::After if c == ',' && !self.frames.is_empty() => self.comma(),
            Mode::After if matches!(c, '}' | ']') => self.close(c, at),
            Mode::Loose if c == ',' => self.comma(),
            Mode::Loose if c == ':' => self.mode = Mode::Value { end: false },
            Mode::Loose if matches!(c, '}' | ']') => self.close(c, at),
            Mode::Value { .. } if matches!(c, ',' | '}' | ']') => {
                self.irregular.get_or_insert(at);
                self.mode = Mode::After;
                self.char(c, at, guard, skeleton);
            }
            Mode::Value { .. } | Mode::Loose => {
                self.begin(at, guard, skeleton);
                self.mode = Mode::Bare;
                self.push(c);
            }
            Mode::After if c == '"' => {
                // A missing comma: what follows is most likely the next member.
                self.irregular.get_or_insert(at);
                self.comma();
                self.char(c, at, guard, skeleton);
            }
            _ => {
                self.irregular.get_or_insert(at);
            }
        }
    }

    /// Begins a string or literal. An element of an array is written with it.
    fn begin(&mut self, at: usize, guard: &Guard, skeleton: &mut Skeleton) {
        self.buffer.clear();
        self.tail.clear();
        self.half = None;
        self.began = at;
        if let Some(frame) = Rc::make_mut(&mut self.frames).last_mut()
            && !frame.object
        {
            frame.slot = Some(Slot::Element(at));
            self.write(guard, skeleton);
        }
    }

    /// Records that the name or the element where the parser is is written.
    fn write(&self, guard: &Guard, skeleton: &mut Skeleton) {
        let inside = self.frames.iter().map(|frame| frame.opened.clone()).collect();
        skeleton.write(self.path(skeleton), inside, guard);
    }

    fn quoted(
        &mut self,
        c: char,
        key: bool,
        escape: Escaping,
        at: usize,
        guard: &Guard,
        skeleton: &mut Skeleton,
    ) {
        let escape = match (escape, c) {
            (Escaping::No, '"') => return self.end_string(key, guard, skeleton),
            (Escaping::No, '\\') => Escaping::Backslash,
            (Escaping::No, c) => {
                if c < ' ' {
                    self.irregular.get_or_insert(at);
                }
                self.push(c);
                Escaping::No
            }
            (Escaping::Backslash, 'u') => Escaping::Unicode(4, 0),
            (Escaping::Backslash, c) => {
                let decoded = match c {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    'b' => '\u{8}',
                    'f' => '\u{c}',
                    '"' | '\\' | '/' => c,
                    _ => {
                        self.irregular.get_or_insert(at);
                        c
                    }
                };
                self.push(decoded);
                Escaping::No
            }
            (Escaping::Unicode(left, unit), c) => {
                let digit = c.to_digit(16).and_then(|digit| u16::try_from(digit).ok());
                if digit.is_none() {
                    self.irregular.get_or_insert(at);
                }
                let unit = unit << 4 | digit.unwrap_or(0);
                if left <= 1 {
                    self.push_unit(unit);
                    Escaping::No
                } else {
                    Escaping::Unicode(left - 1, unit)
                }
            }
        };
        self.mode = Mode::Quoted { key, escape };
    }

    fn end_string(&mut self, key: bool, guard: &Guard, skeleton: &mut Skeleton) {
        self.settle();
        let pieces = std::mem::take(&mut self.buffer);
        if key {
            let slot =
                literal(&pieces).map_or(Slot::OpenMember(self.began), |name| Slot::Member(Rc::from(name)));
            if let Some(frame) = Rc::make_mut(&mut self.frames).last_mut() {
                frame.slot = Some(slot);
            }
            self.write(guard, skeleton);
            let name = MemberName { path: self.path(skeleton), pieces, guard: guard.clone(), at: self.began };
            if !skeleton.names.contains(&name) {
                skeleton.names.push(name);
            }
            self.mode = Mode::Colon;
        } else {
            self.leaf(pieces, true, guard, skeleton);
            self.after_value();
        }
    }

    fn end_bare(&mut self, guard: &Guard, skeleton: &mut Skeleton) {
        self.settle();
        let pieces = std::mem::take(&mut self.buffer);
        if literal(&pieces).is_some_and(|text| keybound_vtl::json::strict::parse(&text).is_err()) {
            self.irregular.get_or_insert(self.began);
        }
        self.leaf(pieces, false, guard, skeleton);
        self.after_value();
    }

    fn leaf(&mut self, pieces: Vec<Piece>, quoted: bool, guard: &Guard, skeleton: &mut Skeleton) {
        let leaf = Leaf { path: self.path(skeleton), pieces, quoted, guard: guard.clone(), at: self.began };
        if !skeleton.leaves.contains(&leaf) {
            skeleton.leaves.push(leaf);
        }
    }

    fn path(&self, skeleton: &Skeleton) -> Vec<Slot> {
        self.frames.last().map_or_else(Vec::new, |frame| skeleton.path(frame.container, frame.slot.clone()))
    }

    fn open(&mut self, object: bool, at: usize, guard: &Guard, skeleton: &mut Skeleton) {
        if self.frames.len() >= MAX_DEPTH {
            skeleton.give_up(Span::of(at, at + 1), "the output nests too deep to be followed");
            return;
        }
        if let Some(frame) = Rc::make_mut(&mut self.frames).last_mut()
            && !frame.object
        {
            frame.slot = Some(Slot::Element(at));
            self.write(guard, skeleton);
        }
        let frames = Rc::make_mut(&mut self.frames);
        let parent =
            frames.last().map(|frame| (frame.container, frame.slot.clone().unwrap_or(Slot::OpenMember(at))));
        let path =
            parent.as_ref().map_or_else(Vec::new, |(outer, slot)| skeleton.path(*outer, Some(slot.clone())));
        let opening = Opening { path, guard: guard.clone(), at };
        if !skeleton.openings.contains(&opening) {
            skeleton.openings.push(opening);
        }
        let container = skeleton.container(Container { parent, object });
        frames.push(Frame { container, object, slot: None, opened: skeleton.open() });
        self.began = at;
        self.mode = if object { Mode::Key { end: true } } else { Mode::Value { end: true } };
    }

    fn close(&mut self, c: char, at: usize) {
        let frames = Rc::make_mut(&mut self.frames);
        match frames.pop() {
            Some(frame) if frame.object == (c == '}') => {}
            _ => {
                self.irregular.get_or_insert(at);
            }
        }
        self.after_value();
        self.complete |= self.frames.is_empty();
    }

    /// A value is complete: which one it was is of no matter to what follows.
    fn after_value(&mut self) {
        if let Some(frame) = Rc::make_mut(&mut self.frames).last_mut() {
            frame.slot = None;
        }
        self.mode = Mode::After;
    }

    fn comma(&mut self) {
        let frames = Rc::make_mut(&mut self.frames);
        let object = frames.last().is_some_and(|frame| frame.object);
        if let Some(frame) = frames.last_mut() {
            frame.slot = None;
        }
        self.mode = if object { Mode::Key { end: false } } else { Mode::Value { end: false } };
    }

    /// Reads a hole: what a reference prints.
    pub fn hole(&mut self, term: TermId, facts: &Facts, span: Span, guard: &Guard, skeleton: &mut Skeleton) {
        let at = span.start().to_usize();
        let blank =
            facts.printed_chars().difference(&keybound_vtl::java::charset::CharSet::of(" \t\n\r")).is_empty();
        if blank && !matches!(self.mode, Mode::Quoted { .. }) {
            return;
        }
        if self.complete {
            skeleton.observed.print_behind(at, guard);
        }
        let first = self.empty;
        self.empty = false;
        let place = match self.mode {
            _ if self.plain => Place::Text,
            Mode::Quoted { key: true, .. } => Place::StringKey,
            Mode::Quoted { key: false, .. } => Place::StringValue,
            Mode::Value { .. } if self.frames.is_empty() && first => Place::Whole,
            Mode::Value { .. } | Mode::Bare => Place::BareValue,
            Mode::After | Mode::Key { .. } | Mode::Colon | Mode::Loose => Place::Structure,
        };
        if matches!(self.mode, Mode::Value { .. }) {
            self.begin(at, guard, skeleton);
        }
        if let Mode::Quoted { escape: Escaping::Backslash | Escaping::Unicode(..), .. } = self.mode {
            // The first characters of what it prints belong to the escape.
            skeleton.give_up(span, "a value stands behind the backslash of an escape");
        }
        self.settle();
        self.half = None;
        let before = if matches!(self.mode, Mode::Quoted { .. } | Mode::Bare) {
            self.buffer.clone()
        } else {
            Vec::new()
        };
        skeleton.use_hole(HoleUse {
            term,
            span,
            guard: guard.clone(),
            place,
            path: self.path(skeleton),
            open: self.frames.iter().map(|frame| frame.object).collect(),
            before,
            repeated: skeleton.repeats > 0,
        });
        match self.mode {
            Mode::Quoted { key, .. } => {
                self.buffer.push(Piece::Hole(term));
                self.mode = Mode::Quoted { key, escape: Escaping::No };
            }
            Mode::Bare => self.buffer.push(Piece::Hole(term)),
            Mode::Value { .. } => {
                self.buffer.push(Piece::Hole(term));
                self.mode = Mode::Bare;
            }
            Mode::After | Mode::Key { .. } | Mode::Colon | Mode::Loose => {
                if let Some(frame) = Rc::make_mut(&mut self.frames).last_mut() {
                    frame.slot = frame.object.then_some(Slot::OpenMember(at));
                }
                self.mode = Mode::Loose;
            }
        }
    }

    /// The output ends here.
    pub fn finish(&mut self, guard: &Guard, skeleton: &mut Skeleton) {
        if self.mode == Mode::Bare {
            self.end_bare(guard, skeleton);
        }
    }
}

/// One text for two ways, sharing what both begin with.
pub(super) fn joined_pieces(
    mine: Vec<Piece>,
    theirs: &[Piece],
    mine_if: &Formula,
    theirs_if: &Formula,
) -> Vec<Piece> {
    if mine == theirs {
        return mine;
    }
    let shared = mine.iter().zip(theirs).take_while(|(a, b)| a == b).count();
    let mut out: Vec<Piece> = mine.iter().take(shared).cloned().collect();
    let rest = |pieces: &[Piece]| -> Rc<[Piece]> { pieces.iter().skip(shared).cloned().collect() };
    let mut cases: Vec<(Formula, Rc<[Piece]>)> = Vec::new();
    for (formula, rest) in [(mine_if, rest(&mine)), (theirs_if, rest(theirs))] {
        match rest.as_ref() {
            [Piece::Choice(inner)] => cases.extend(
                inner
                    .iter()
                    .map(|(case, pieces)| (Formula::all([formula.clone(), case.clone()]), Rc::clone(pieces))),
            ),
            _ => cases.push((formula.clone(), rest)),
        }
    }
    out.push(Piece::Choice(cases.into()));
    out
}
