//! What was probably meant by a name that is not known.

/// So many names are compared at most, and none that is longer.
const MAX_CANDIDATES: usize = 200;
const MAX_LENGTH: usize = 64;

/// The known name that is closest to one that is not known, if one is close: a third of its letters may differ.
pub(crate) fn closest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
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
