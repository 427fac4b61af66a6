//! Whether the request is the one that the template writes, whatever the client sends: what breaks out of its place
//! could be any other.

use keybound_vtl::Span;

use crate::render::breakout::{adds_structure, ends_string};
use crate::render::skeleton::{HoleUse, Place, Skeleton};
use crate::render::value::Piece;
use crate::render::{Control, Escape, Facts, lone_quote};

use super::key_text::{Part, Sight};
use super::request::Form;

/// Something because of which the request may be another one than the template's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// Where in the template.
    pub span: Span,
    /// What it is, for people.
    pub what: String,
}

/// Everything because of which the request may be another one.
pub fn breaches(skeleton: &Skeleton, sight: Sight<'_>) -> Vec<Breach> {
    let mut found: Vec<Breach> = Vec::new();
    for undecided in &skeleton.undecided {
        found.push(Breach { span: undecided.span, what: undecided.reason.clone() });
    }
    for hole in &skeleton.uses {
        if !is_contained(skeleton, hole, sight) && found.iter().all(|known| known.span != hole.span) {
            let what = skeleton.terms.describe(hole.term);
            found.push(Breach { span: hole.span, what: format!("{what} may be more than its place holds") });
        }
    }
    for ending in &skeleton.endings {
        if let (false, Some(at)) = (ending.empty, ending.irregular)
            && found.is_empty()
        {
            let what = "on some way the output is no JSON".to_owned();
            found.push(Breach { span: Span::of(at, at), what });
        }
    }
    found
}

/// Whether what a hole prints stays in its place.
fn is_contained(skeleton: &Skeleton, hole: &HoleUse, sight: Sight<'_>) -> bool {
    let is_trusted = skeleton.terms.control(hole.term) <= Control::Generated;
    match hole.place {
        Place::StringValue | Place::StringKey if is_trusted => true,
        Place::StringValue | Place::StringKey => {
            let facts = Facts::of(&skeleton.terms, hole.term, &hole.guard);
            !ends_string(&facts)
                || lone_quote::is_harmless(skeleton, hole, &facts)
                || is_of_rules(hole, sight)
        }
        Place::BareValue => {
            let facts = Facts::of(&skeleton.terms, hole.term, &hole.guard);
            let is_value = facts.printed_escape() == Escape::Value && hole.before.is_empty();
            is_trusted || is_value || !adds_structure(hole, &facts) || is_of_rules(hole, sight)
        }
        Place::Structure => {
            let facts = Facts::of(&skeleton.terms, hole.term, &hole.guard);
            facts.finite.is_some_and(|finite| finite.iter().all(String::is_empty))
        }
        Place::Whole | Place::Text => false,
    }
}

/// Whether a hole prints what the rules bound and nothing else: no value of a variable holds a quote, a brace or a comma
/// that the rules' patterns do not spell out, and none of those ends a string.
pub fn is_of_rules(hole: &HoleUse, sight: Sight<'_>) -> bool {
    let form = Form {
        pieces: vec![Piece::Hole(hole.term)],
        quoted: true,
        guard: hole.guard.clone(),
        at: hole.span.start().to_usize(),
        path: hole.path.clone(),
    };
    let is_plain = |part: &Part| match part {
        Part::Value(_) | Part::Unbound(_) => true,
        Part::Text(text) => !text.contains(['"', '\\', '{', '}', '[', ']', ',', ':']),
        Part::Claim(_) | Part::Free(_) => false,
    };
    let texts = sight.texts(&form);
    texts.is_some_and(|texts| texts.iter().all(|text| text.iter().all(is_plain)))
}
