//! Text whose unknown parts are holes.

use keybound_vtl::template::PLACEHOLDER_CHAR;
use keybound_vtl::{Offset, Span};

/// Names a hole. What it stands for is known to whoever made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HoleId(pub u32);

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Known text.
    Text(String),
    /// Unknown text.
    Hole(HoleId),
}

/// A text with holes. Each hole takes the place of one [`PLACEHOLDER_CHAR`]; that character alone means nothing, only
/// an offset listed here is a hole.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct HoleyText {
    text: String,
    /// In the order of their offsets.
    holes: Vec<(Offset, HoleId)>,
}

impl HoleyText {
    /// A text without holes.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), holes: Vec::new() }
    }

    /// Adds known text at the end.
    pub fn push_text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Adds a hole at the end.
    pub fn push_hole(&mut self, hole: HoleId) {
        self.holes.push((Offset::new(self.text.len()), hole));
        self.text.push(PLACEHOLDER_CHAR);
    }

    /// Adds another text at the end.
    pub fn push(&mut self, other: &HoleyText) {
        let base = self.text.len();
        self.text.push_str(&other.text);
        self.holes.extend(other.holes.iter().map(|(at, hole)| (Offset::new(base + at.to_usize()), *hole)));
    }

    /// The same holes between other known text: every known part through a function.
    #[must_use]
    pub fn map_text(&self, change: impl Fn(&str) -> String) -> HoleyText {
        let changed = self.pieces().into_iter().map(|piece| match piece {
            Piece::Text(known) => Piece::Text(change(&known)),
            hole @ Piece::Hole(_) => hole,
        });
        changed.collect()
    }

    /// The text, one [`PLACEHOLDER_CHAR`] for each hole. Spans count bytes of it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text, where it has no hole.
    pub fn as_plain(&self) -> Option<&str> {
        self.holes.is_empty().then_some(self.text.as_str())
    }

    /// The holes with their offsets, in that order.
    pub fn holes(&self) -> &[(Offset, HoleId)] {
        &self.holes
    }

    /// The hole at an offset.
    pub fn hole_at(&self, at: Offset) -> Option<HoleId> {
        let index = self.holes.binary_search_by_key(&at, |(offset, _)| *offset).ok()?;
        self.holes.get(index).map(|(_, hole)| *hole)
    }

    /// Whether a span of the text holds a hole.
    pub fn has_hole_in(&self, span: Span) -> bool {
        let from = self.holes.partition_point(|(at, _)| *at < span.start());
        self.holes.get(from).is_some_and(|(at, _)| *at < span.end())
    }

    /// Whether there is no known text, only at least one hole.
    pub fn is_only_holes(&self) -> bool {
        !self.holes.is_empty() && self.text.len() == self.holes.len() * PLACEHOLDER_CHAR.len_utf8()
    }

    /// Whether there is neither text nor hole.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The part of the text that a span covers, with its holes.
    #[must_use]
    pub fn slice(&self, span: Span) -> HoleyText {
        let text = span.slice(&self.text);
        if text.is_empty() {
            return Self::default();
        }
        let from = self.holes.partition_point(|(at, _)| *at < span.start());
        let base = span.start().to_usize();
        let holes = self
            .holes
            .iter()
            .skip(from)
            .take_while(|(at, _)| *at < span.end())
            .map(|(at, hole)| (Offset::new(at.to_usize() - base), *hole))
            .collect();
        Self { text: text.to_owned(), holes }
    }

    /// The parts in order; no text piece is empty and no two of them are neighbours.
    pub fn pieces(&self) -> Vec<Piece> {
        let mut pieces = Vec::with_capacity(self.holes.len() * 2 + 1);
        let mut start = 0;
        let text = |from: usize, to: usize, pieces: &mut Vec<Piece>| {
            if let Some(part) = self.text.get(from..to).filter(|part| !part.is_empty()) {
                pieces.push(Piece::Text(part.to_owned()));
            }
        };
        for (at, hole) in &self.holes {
            text(start, at.to_usize(), &mut pieces);
            pieces.push(Piece::Hole(*hole));
            start = at.to_usize() + PLACEHOLDER_CHAR.len_utf8();
        }
        text(start, self.text.len(), &mut pieces);
        pieces
    }
}

impl From<&str> for HoleyText {
    fn from(text: &str) -> Self {
        Self::plain(text)
    }
}

impl FromIterator<Piece> for HoleyText {
    fn from_iter<I: IntoIterator<Item = Piece>>(pieces: I) -> Self {
        let mut text = Self::default();
        for piece in pieces {
            match piece {
                Piece::Text(known) => text.push_text(&known),
                Piece::Hole(hole) => text.push_hole(hole),
            }
        }
        text
    }
}

/// Holes written as `⟨1⟩`, for tests.
#[cfg(test)]
pub(crate) mod notation {
    use super::*;

    /// The text with holes that a notation means.
    pub(crate) fn holey(notation: &str) -> HoleyText {
        let mut text = HoleyText::default();
        let mut rest = notation;
        while let Some((known, tail)) = rest.split_once('⟨') {
            let (number, after) = tail.split_once('⟩').unwrap();
            text.push_text(known);
            text.push_hole(HoleId(number.parse().unwrap()));
            rest = after;
        }
        text.push_text(rest);
        text
    }

    /// The notation of a text with holes.
    pub(crate) fn notation(text: &HoleyText) -> String {
        let piece = |piece| match piece {
            Piece::Text(known) => known,
            Piece::Hole(hole) => format!("⟨{}⟩", hole.0),
        };
        text.pieces().into_iter().map(piece).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(part: &str) -> Piece {
        Piece::Text(part.to_owned())
    }

    #[test]
    fn the_placeholder_character_as_text_is_no_hole() {
        let holey: HoleyText = [text("a\u{FFFC}"), Piece::Hole(HoleId(7)), text("b")].into_iter().collect();
        assert_eq!(holey.text(), "a\u{FFFC}\u{FFFC}b");
        assert_eq!(holey.hole_at(Offset::new(1)), None);
        assert_eq!(holey.hole_at(Offset::new(4)), Some(HoleId(7)));
        assert_eq!(holey.pieces(), [text("a\u{FFFC}"), Piece::Hole(HoleId(7)), text("b")]);
        assert!(!holey.is_only_holes());
    }

    #[test]
    fn a_slice_keeps_the_holes_inside_it() {
        let holey: HoleyText =
            [Piece::Hole(HoleId(1)), text("ab"), Piece::Hole(HoleId(2)), text("c")].into_iter().collect();
        assert_eq!(holey.slice(Span::of(4, 9)).pieces(), [text("b"), Piece::Hole(HoleId(2)), text("c")]);
        assert_eq!(holey.slice(Span::of(3, 5)).as_plain(), Some("ab"));
        assert!(holey.has_hole_in(Span::of(0, 3)));
        assert!(!holey.has_hole_in(Span::of(3, 5)));
        assert!(holey.slice(Span::of(5, 8)).is_only_holes());
        // A span that cuts a character is no place in the text.
        assert!(holey.slice(Span::of(1, 4)).is_empty());
    }

    #[test]
    fn joining_moves_the_holes() {
        let mut left = HoleyText::plain("é");
        let right: HoleyText = [text("x"), Piece::Hole(HoleId(3))].into_iter().collect();
        left.push(&right);
        assert_eq!(left.pieces(), [text("éx"), Piece::Hole(HoleId(3))]);
    }
}
