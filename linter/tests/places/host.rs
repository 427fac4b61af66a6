//! A host file under construction that remembers which of its bytes stand for which byte of the template.

use std::ops::Range;

use keybound_linter::source::HostSpan;

/// One character of a scalar's text, and the bytes of the template that it stands for: none for what the host's own
/// syntax adds, several for a placeholder.
#[derive(Clone, Debug)]
pub(crate) struct Unit {
    pub(crate) c: char,
    pub(crate) of: Range<usize>,
}

/// The template as it is.
pub(crate) fn units(template: &str) -> Vec<Unit> {
    template.char_indices().map(|(at, c)| Unit { c, of: at..at + c.len_utf8() }).collect()
}

/// A file that is being written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Host {
    pub(crate) text: String,
    places: Vec<Option<Range<usize>>>,
}

impl Host {
    /// Adds text that stands for nothing of the template.
    pub(crate) fn raw(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Adds what stands for a character of the scalar.
    pub(crate) fn unit(&mut self, unit: &Unit, written: &str) {
        let mut utf8 = [0; 4];
        let verbatim = written == unit.c.encode_utf8(&mut utf8) && unit.of.len() == written.len();
        for (nth, byte) in unit.of.clone().enumerate() {
            let start = self.text.len() + if verbatim { nth } else { 0 };
            let end = if verbatim { start + 1 } else { start + written.len() };
            self.set(byte, start..end);
        }
        self.text.push_str(written);
    }

    /// Says that a character stands at a place that is written already.
    pub(crate) fn place_at(&mut self, unit: &Unit, place: Range<usize>) {
        unit.of.clone().for_each(|byte| self.set(byte, place.clone()));
    }

    fn set(&mut self, byte: usize, place: Range<usize>) {
        if self.places.len() <= byte {
            self.places.resize(byte + 1, None);
        }
        let old = &mut self.places[byte];
        // Several characters may stand for one piece of the template: `${Table}`.
        *old = Some(
            old.as_ref().map_or(place.clone(), |old| old.start.min(place.start)..old.end.max(place.end)),
        );
    }

    /// The bytes that stand for a range of the template.
    pub(crate) fn place(&self, template: Range<usize>) -> HostSpan {
        let at =
            |byte: usize| self.places[byte].clone().unwrap_or_else(|| panic!("byte {byte} was not written"));
        HostSpan::new(at(template.start).start, at(template.end - 1).end)
    }
}
