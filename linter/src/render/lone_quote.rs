//! Whether a text that can hold a quote can do anything with it.
//!
//! A quote ends the string that the text stands in, and leaves the template's own closing quote to begin another: so
//! the text must begin one again before it ends, with a comma between the two. A text without a comma, or too short,
//! cannot. That holds where it is the only text of the request that can change what is a string and what is not; two
//! of them can share the work.

use keybound_vtl::java::charset::CharSet;

use super::facts::{Escape, Facts, Types};
use super::skeleton::{HoleUse, Place, Skeleton};
use super::term::Control;

/// Whether a hole in a JSON string can hold quotes, but never lead to another JSON.
pub fn is_harmless(skeleton: &Skeleton, hole: &HoleUse, facts: &Facts) -> bool {
    let least = match (hole.place, hole.open.last()) {
        // `","`
        (Place::StringValue, Some(false)) => 3,
        // `","":"`
        (Place::StringValue, Some(true)) => 6,
        _ => return false,
    };
    let short = Types::TEXT.includes(facts.types) && facts.max_len.is_some_and(|length| length < least);
    (short || !facts.printed_chars().contains(',')) && is_alone(skeleton, hole)
}

/// Whether nothing else in the request can begin or end a string, nor this hole a second time.
fn is_alone(skeleton: &Skeleton, hole: &HoleUse) -> bool {
    let regular = skeleton.undecided.is_empty()
        && skeleton.endings.iter().all(|ending| ending.empty || ending.irregular.is_none());
    let marks = CharSet::of("\"\\");
    regular
        && !hole.repeated
        && skeleton.uses.iter().all(|other| {
            let is_this = other.span == hole.span && other.term == hole.term;
            is_this && other.path == hole.path
                || !is_this && {
                    let facts = Facts::of(&skeleton.terms, other.term, &other.guard);
                    let in_string = matches!(other.place, Place::StringValue | Place::StringKey);
                    let escaped = matches!(facts.printed_escape(), Escape::Json | Escape::JavaScript);
                    skeleton.terms.control(other.term) == Control::Trusted && other.place != Place::Structure
                        || in_string && escaped
                        || facts.printed_chars().intersection(&marks).is_empty()
                }
        })
}
