//! What was probably meant.

use crate::document::Fault;

use super::Reader;

/// So many names are compared at most, and none that is longer.
const MAX_CANDIDATES: usize = 200;
const MAX_LENGTH: usize = 64;

impl Reader<'_> {
    /// A fault about a name that is not known, with the known one that was probably meant; where none is close, with
    /// other help.
    pub(super) fn suggesting<'a>(
        &self,
        fault: Fault,
        name: &str,
        known: impl IntoIterator<Item = &'a str>,
        otherwise: Option<String>,
    ) -> Fault {
        let meant = self.meant(name, known).map(|known| format!("did you mean `{known}`?"));
        match meant.or(otherwise) {
            Some(help) => fault.help(help),
            None => fault,
        }
    }

    /// The known name that was probably meant. Nothing is searched for problems that are not told.
    pub(super) fn meant<'a>(&self, name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
        if self.is_full() { None } else { closest(name, known) }
    }
}

/// The known name that is closest to one that is not known, if one is close: a third of its letters may differ.
fn closest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if name.len() > MAX_LENGTH {
        return None;
    }
    let lower = name.to_ascii_lowercase();
    let candidates = known.into_iter().take(MAX_CANDIDATES).filter(|candidate| candidate.len() <= MAX_LENGTH);
    let measured = candidates
        .map(|candidate| (strsim::damerau_levenshtein(&lower, &candidate.to_ascii_lowercase()), candidate));
    let (distance, candidate) = measured.min_by_key(|(distance, _)| *distance)?;
    (distance <= name.chars().count().div_ceil(3)).then_some(candidate)
}
