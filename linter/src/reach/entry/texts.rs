//! What stands at places of a request, for people.

use crate::finding::{MapText, TextPart};
use crate::reach::held::Held;
use crate::reach::key_text::Part;
use crate::reach::request::{Anything, Form};
use crate::render::skeleton::Slot;
use crate::render::value::Piece;
use crate::render::{Control, Term, TermId};

impl Held<'_> {
    /// The texts that may stand at a path, none twice.
    pub(super) fn told_texts(&self, path: &[Slot]) -> Vec<MapText> {
        let mut found = Vec::new();
        match self.request.forms(path) {
            Ok(forms) => forms.iter().for_each(|form| self.tell_form(form, &mut found)),
            Err(anything) => found.push(self.told_anything(&anything)),
        }
        found
    }

    /// Adds the texts that a form may be, where they are new.
    pub(super) fn tell_form(&self, form: &Form, found: &mut Vec<MapText>) {
        let texts = self.sight.texts(form).unwrap_or_default();
        let mut told: Vec<MapText> = texts.iter().map(|text| self.told_text(text)).collect();
        if told.is_empty() {
            told.push(self.told_pieces(&form.pieces));
        }
        for text in told {
            if !found.contains(&text) {
                found.push(text);
            }
        }
    }

    fn told_text(&self, text: &[Part]) -> MapText {
        let parts = text.iter().map(|part| match part {
            Part::Text(text) => TextPart::Fixed(text.clone()),
            Part::Value(name) => TextPart::Caller(name.clone()),
            Part::Unbound(id) | Part::Claim(id) | Part::Free(id) => self.told_term(*id),
        });
        joined(parts)
    }

    /// Pieces as they stand in the template.
    pub(super) fn told_pieces(&self, pieces: &[Piece]) -> MapText {
        joined(pieces.iter().map(|piece| match piece {
            Piece::Literal(text) => TextPart::Fixed(text.to_string()),
            Piece::Hole(id) => self.told_term(*id),
            Piece::Choice(_) => TextPart::Client("one of several".to_owned()),
        }))
    }

    /// What may be anything.
    pub(super) fn told_anything(&self, anything: &Anything) -> MapText {
        let part =
            anything.term.map_or_else(|| TextPart::Client("a value".to_owned()), |id| self.told_term(id));
        super::lone(part)
    }

    fn told_term(&self, id: TermId) -> TextPart {
        let terms = self.sight.terms;
        match terms.get(id) {
            Term::Deployment(name) => return TextPart::Deployed(name.clone()),
            Term::StageVariable(name) if terms.control(id) == Control::Trusted => {
                return TextPart::Deployed(format!("stageVariables.{name}"));
            }
            _ => {}
        }
        let what = terms.describe(id).replace('`', "");
        match terms.control(id) {
            Control::Trusted | Control::Generated => TextPart::Service(what),
            Control::Caller | Control::Stored | Control::Client => TextPart::Client(what),
        }
    }
}

/// Parts with no two fixed ones in a row.
fn joined(parts: impl Iterator<Item = TextPart>) -> MapText {
    let mut text = MapText::default();
    for part in parts {
        match (text.0.last_mut(), part) {
            (_, TextPart::Fixed(more)) if more.is_empty() => {}
            (Some(TextPart::Fixed(known)), TextPart::Fixed(more)) => known.push_str(&more),
            (_, part) => text.0.push(part),
        }
    }
    text
}
