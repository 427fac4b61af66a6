//! Strings that remember which of their characters came from outside the template.

use std::rc::Rc;

/// Names one outside source of text (a parameter, the body): an index that whoever renders gives out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub u16);

/// A range of bytes of a [`Text`] that came from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// First byte.
    pub start: usize,
    /// First byte after the range.
    pub end: usize,
    /// Whose text it is.
    pub source: SourceId,
}

/// A string and the marks on it, in order and without overlap. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Text {
    chars: Rc<str>,
    marks: Option<Rc<[Mark]>>,
}

impl Text {
    /// A string that is the template's own.
    pub fn new(text: impl AsRef<str>) -> Self {
        Self { chars: Rc::from(text.as_ref()), marks: None }
    }

    /// A string that came whole from `source`.
    pub fn marked(text: impl AsRef<str>, source: SourceId) -> Self {
        let chars: Rc<str> = Rc::from(text.as_ref());
        let end = chars.len();
        let marks = (end > 0).then(|| Rc::from(vec![Mark { start: 0, end, source }]));
        Self { chars, marks }
    }

    /// A string whose text is marked whole with the first source of `like`, or not at all where `like` has none.
    /// For operations that say nothing of which character came from where.
    pub fn marked_like(text: impl AsRef<str>, like: &Text) -> Self {
        match like.marks().first() {
            Some(mark) => Self::marked(text, mark.source),
            None => Self::new(text),
        }
    }

    /// The characters.
    pub fn as_str(&self) -> &str {
        &self.chars
    }

    /// The marks, in order, without overlap.
    pub fn marks(&self) -> &[Mark] {
        self.marks.as_deref().unwrap_or(&[])
    }

    /// Whose character stands at a byte index; `None` where it is the template's own.
    pub fn source_at(&self, at: usize) -> Option<SourceId> {
        let after = self.marks().partition_point(|mark| mark.end <= at);
        self.marks().get(after).filter(|mark| mark.start <= at).map(|mark| mark.source)
    }

    /// The one source that the whole text came from, if there is one.
    pub fn whole_source(&self) -> Option<SourceId> {
        match self.marks() {
            [mark] if mark.start == 0 && mark.end == self.chars.len() => Some(mark.source),
            _ => None,
        }
    }

    /// The part between two byte indexes, with its marks; empty where they do not fit.
    #[must_use]
    pub fn slice(&self, start: usize, end: usize) -> Text {
        let mut out = TextBuilder::default();
        out.push_slice(self, start, end);
        out.finish()
    }
}

/// Builds a [`Text`] piece by piece, keeping marks.
#[derive(Clone, Debug, Default)]
pub struct TextBuilder {
    chars: String,
    marks: Vec<Mark>,
}

impl TextBuilder {
    /// Adds the template's own text.
    pub fn push_str(&mut self, text: &str) {
        self.chars.push_str(text);
    }

    /// Adds text that came from `source`.
    pub fn push_marked(&mut self, text: &str, source: SourceId) {
        let start = self.chars.len();
        self.chars.push_str(text);
        self.mark(start, source);
    }

    /// Adds a whole text with its marks.
    pub fn push(&mut self, text: &Text) {
        self.push_slice(text, 0, text.chars.len());
    }

    /// Adds a part of a text with its marks; nothing where the indexes do not fit.
    pub fn push_slice(&mut self, text: &Text, start: usize, end: usize) {
        let Some(part) = text.chars.get(start..end) else { return };
        let base = self.chars.len();
        self.chars.push_str(part);
        let first = text.marks().partition_point(|mark| mark.end <= start);
        for mark in text.marks().iter().skip(first).take_while(|mark| mark.start < end) {
            let (from, to) = (mark.start.max(start), mark.end.min(end));
            if from < to {
                self.push_mark(Mark {
                    start: base + from - start,
                    end: base + to - start,
                    source: mark.source,
                });
            }
        }
    }

    /// Bytes so far.
    pub fn len(&self) -> usize {
        self.chars.len()
    }

    /// Whether nothing was added yet.
    pub fn is_empty(&self) -> bool {
        self.chars.is_empty()
    }

    /// What was built.
    pub fn finish(self) -> Text {
        let marks = (!self.marks.is_empty()).then(|| Rc::from(self.marks));
        Text { chars: Rc::from(self.chars), marks }
    }

    fn mark(&mut self, start: usize, source: SourceId) {
        let end = self.chars.len();
        if start < end {
            self.push_mark(Mark { start, end, source });
        }
    }

    fn push_mark(&mut self, mark: Mark) {
        if let Some(last) = self.marks.last_mut()
            && last.end == mark.start
            && last.source == mark.source
        {
            last.end = mark.end;
            return;
        }
        self.marks.push(mark);
    }
}
