//! What operations do to texts of which only some characters are known.

use keybound_vtl::java::charset::CharSet;
use keybound_vtl::java::regex;

use crate::render::Op;

/// Whether an operation works on each part of a text alone.
pub(super) fn is_piecewise(op: &Op) -> bool {
    matches!(op, Op::ToText | Op::EscapeJavaScript | Op::Replace(..) | Op::ReplaceAll(..))
}

/// Whether an operation changes no text of these characters.
pub(super) fn leaves(op: &Op, chars: &CharSet) -> bool {
    let has_none_of = |other: &CharSet| chars.intersection(other).is_empty();
    match op {
        Op::ToText => true,
        Op::EscapeJavaScript => {
            has_none_of(&CharSet::of("\"'\\/"))
                && has_none_of(&CharSet::ranges([('\0', '\u{1f}'), ('\u{80}', char::MAX)]))
        }
        Op::UrlEncode => chars
            .is_subset(&CharSet::of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-*_")),
        Op::UrlDecode => has_none_of(&CharSet::of("%+")),
        Op::Replace(from, _) => !from.is_empty() && !chars.contains_all(from),
        Op::ReplaceAll(pattern, _) | Op::ReplaceFirst(pattern, _) => {
            regex::language(pattern).is_some_and(|language| {
                // A match is not empty and begins with a character that no value has.
                language.min_len > 0 && has_none_of(&language.first)
            })
        }
        Op::Trim => has_none_of(&CharSet::ranges([('\0', ' ')])),
        Op::Upper => has_none_of(&CharSet::ranges([('a', 'z'), ('\u{80}', char::MAX)])),
        Op::Lower => has_none_of(&CharSet::ranges([('A', 'Z'), ('\u{80}', char::MAX)])),
        Op::Base64Encode | Op::Base64Decode | Op::Part(_) | Op::Other(_) => false,
    }
}

/// Whether an operation may take away a text of these characters together with other text.
pub(super) fn takes(op: &Op, chars: &CharSet) -> bool {
    match op {
        Op::Replace(from, _) => !chars.intersection(&CharSet::of(from)).is_empty(),
        Op::ReplaceAll(pattern, _) => {
            regex::language(pattern).is_none_or(|language| !chars.intersection(&language.chars).is_empty())
        }
        _ => false,
    }
}
