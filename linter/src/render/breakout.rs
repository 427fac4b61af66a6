//! What text can do where it lands in JSON, by what it can hold.

use keybound_vtl::java::charset::CharSet;

use super::facts::{Escape, Facts};
use super::skeleton::{HoleUse, Place};

/// Whether a text of these facts can end a JSON string.
pub fn ends_string(facts: &Facts) -> bool {
    !matches!(facts.printed_escape(), Escape::Json | Escape::JavaScript)
        && facts.printed_chars().contains('"')
}

/// Whether a text of these facts can be more than one JSON value where the hole stands.
pub fn adds_structure(hole: &HoleUse, facts: &Facts) -> bool {
    let chars = facts.printed_chars();
    let in_object = hole.open.last() != Some(&false);
    if facts.finite.is_some() {
        return false;
    }
    match hole.place {
        // A member needs a name in quotes, and behind a backslash there is none outside a string.
        Place::BareValue => {
            let names =
                chars.contains('"') && !matches!(facts.printed_escape(), Escape::JavaScript | Escape::Json);
            chars.contains(',') && (!in_object || names)
        }
        _ => !chars.intersection(&CharSet::of(",\"{}[]:0123456789tfn")).is_empty(),
    }
}
