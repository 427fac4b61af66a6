//! Leaving out the middle of what is too long to read.

/// What becomes of one part of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// It is shown.
    Shown,
    /// It is the first of so many parts that are left out.
    GapOf(usize),
    /// It is left out, and the gap has been told of.
    InGap,
}

/// What is shown of a list of which some parts are marked: all of a list of at most `most` parts; of a longer one at
/// most so many, the first two, the last and the marked ones with a neighbour on each side; and where nothing is
/// marked, as many as may be from the top.
pub fn elide(marked: impl Iterator<Item = bool>, most: usize) -> Vec<Part> {
    let marked: Vec<bool> = marked.collect();
    if marked.len() <= most {
        return vec![Part::Shown; marked.len()];
    }
    let mut shown = vec![false; marked.len()];
    let mut left = most;
    let mut show = |at: usize| {
        if left > 0
            && let Some(slot) = shown.get_mut(at)
            && !*slot
        {
            *slot = true;
            left -= 1;
        }
    };
    [0, 1, marked.len().saturating_sub(1)].into_iter().for_each(&mut show);
    for at in (0..marked.len()).filter(|&at| marked.get(at) == Some(&true)) {
        (at.saturating_sub(1)..=at + 1).for_each(&mut show);
    }
    if !marked.contains(&true) {
        (0..marked.len()).for_each(show);
    }
    shown.chunk_by(|a, b| a == b).flat_map(gap_or_shown).collect()
}

fn gap_or_shown(run: &[bool]) -> Vec<Part> {
    if run.first() == Some(&true) {
        return vec![Part::Shown; run.len()];
    }
    let mut parts = vec![Part::InGap; run.len()];
    if let Some(first) = parts.first_mut() {
        *first = Part::GapOf(run.len());
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `m` is a marked part, `-` another; in the answer `s` is shown, a digit begins a gap, `.` is inside of one.
    fn elided(list: &str, most: usize) -> String {
        let letter = |part| match part {
            Part::Shown => 's',
            Part::GapOf(count) => char::from_digit(u32::try_from(count).unwrap(), 36).unwrap(),
            Part::InGap => '.',
        };
        elide(list.chars().map(|c| c == 'm'), most).into_iter().map(letter).collect()
    }

    #[test]
    fn the_ends_and_what_is_marked_stay() {
        assert_eq!(elided("-----", 5), "sssss");
        assert_eq!(elided("------", 5), "ssss1s");
        assert_eq!(elided("-----m------", 7), "ss2.sss4...s");
        assert_eq!(elided("mmmmmmmmmmmm", 5), "ssss7......s");
        assert_eq!(elided("--", 1), "s1");
        assert_eq!(elided("", 0), "");
    }
}
