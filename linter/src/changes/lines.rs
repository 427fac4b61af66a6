//! Lines that are not as they were.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};

/// After so long a comparison takes what is left for changed. Definitions take milliseconds.
const LONGEST: Duration = Duration::from_secs(5);

/// The lines of a text, from 1, that another text had otherwise. Where lines are gone, their neighbours count: what was
/// around them is not what it was. How lines end does not matter, which git may change on its way.
pub(super) fn changed_lines(old: &str, new: &str) -> BTreeSet<usize> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let operations =
        capture_diff_slices_deadline(Algorithm::Myers, &old, &new, Some(Instant::now() + LONGEST));
    let mut changed = BTreeSet::new();
    for operation in operations {
        match operation {
            DiffOp::Equal { .. } => {}
            DiffOp::Insert { new_index, new_len, .. } | DiffOp::Replace { new_index, new_len, .. } => {
                changed.extend(new_index + 1..=new_index + new_len);
            }
            DiffOp::Delete { new_index, .. } => {
                changed.extend(
                    [new_index, new_index + 1].into_iter().filter(|line| (1..=new.len()).contains(line)),
                );
            }
        }
    }
    changed
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_count_from_one() {
        for (old, new, expected) in [
            ("a\nb\nc\n", "a\nb\nc\n", &[][..]),
            ("a\r\nb\r\n", "a\nb\n", &[]),
            ("a\nb\nc\n", "a\nx\nc\n", &[2]),
            ("a\nc\n", "a\nb\nc\n", &[2]),
            ("a\nb\nc\n", "a\nc\n", &[1, 2]),
            ("a\nb\n", "b\n", &[1]),
            ("", "a\nb", &[1, 2]),
            ("a", "", &[]),
        ] {
            assert_eq!(changed_lines(old, new), expected.iter().copied().collect(), "{old:?} {new:?}");
        }
    }

    proptest! {
        /// What is left when changed lines are taken out was there before, in this order.
        #[test]
        fn what_did_not_change_was_there(old in "[ab\n]{0,24}", new in "[ab\n]{0,24}") {
            let changed = changed_lines(&old, &new);
            let same = new.lines().enumerate().filter(|(at, _)| !changed.contains(&(at + 1))).map(|(_, line)| line);
            let mut before = old.lines();
            for line in same {
                prop_assert!(before.any(|other| other == line), "{old:?} {new:?}");
            }
        }
    }
}
