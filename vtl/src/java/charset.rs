//! Sets of characters.

use regex_syntax::hir::{CaseFoldError, ClassUnicode, ClassUnicodeRange};

/// A set of Unicode scalar values, kept as sorted ranges without overlap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CharSet(ClassUnicode);

impl CharSet {
    /// No character.
    pub fn empty() -> Self {
        Self(ClassUnicode::empty())
    }

    /// Every character.
    pub fn all() -> Self {
        Self::range('\0', char::MAX)
    }

    /// One character.
    pub fn single(c: char) -> Self {
        Self::range(c, c)
    }

    /// The characters between two, both included, in either order.
    pub fn range(first: char, last: char) -> Self {
        Self::ranges([(first, last)])
    }

    /// The characters of some ranges, both ends included.
    pub fn ranges(ranges: impl IntoIterator<Item = (char, char)>) -> Self {
        Self(ClassUnicode::new(ranges.into_iter().map(|(first, last)| ClassUnicodeRange::new(first, last))))
    }

    /// The characters of a string.
    pub fn of(chars: &str) -> Self {
        Self::ranges(chars.chars().map(|c| (c, c)))
    }

    /// The ranges, in order, both ends included; no two of them touch.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (char, char)> + '_ {
        self.0.ranges().iter().map(|range| (range.start(), range.end()))
    }

    /// How many ranges there are.
    pub fn range_count(&self) -> usize {
        self.0.ranges().len()
    }

    /// Whether no character is in it.
    pub fn is_empty(&self) -> bool {
        self.0.ranges().is_empty()
    }

    /// How many characters there are.
    pub fn len(&self) -> usize {
        self.0.iter().map(ClassUnicodeRange::len).sum()
    }

    /// Whether a character is in it.
    pub fn contains(&self, c: char) -> bool {
        let ranges = self.0.ranges();
        let at = ranges.partition_point(|range| range.end() < c);
        ranges.get(at).is_some_and(|range| range.start() <= c)
    }

    /// Whether every character of a string is in it.
    pub fn contains_all(&self, text: &str) -> bool {
        text.chars().all(|c| self.contains(c))
    }

    /// Whether every character of this set is in the other.
    pub fn is_subset(&self, of: &CharSet) -> bool {
        self.difference(of).is_empty()
    }

    /// The characters of either.
    #[must_use]
    pub fn union(&self, other: &CharSet) -> CharSet {
        let mut out = self.clone();
        out.add(other);
        out
    }

    /// The characters of both.
    #[must_use]
    pub fn intersection(&self, other: &CharSet) -> CharSet {
        let mut out = self.0.clone();
        out.intersect(&other.0);
        Self(out)
    }

    /// The characters of this set that are not in the other.
    #[must_use]
    pub fn difference(&self, other: &CharSet) -> CharSet {
        let mut out = self.0.clone();
        out.difference(&other.0);
        Self(out)
    }

    /// Every other character.
    #[must_use]
    pub fn complement(&self) -> CharSet {
        let mut out = self.0.clone();
        out.negate();
        Self(out)
    }

    /// Adds another set's characters.
    pub fn add(&mut self, other: &CharSet) {
        self.0.union(&other.0);
    }

    /// The set with both cases of its ASCII letters.
    #[must_use]
    pub fn with_ascii_cases(&self) -> CharSet {
        let mut out = self.clone();
        for (from, to) in [('a', 'A'), ('A', 'a')] {
            let letters = self.intersection(&Self::ranges([(from, char::from(from as u8 + 25))]));
            let moved = |c: char| char::from((c as u8).wrapping_sub(from as u8).wrapping_add(to as u8));
            out.add(&Self::ranges(letters.iter().map(|(first, last)| (moved(first), moved(last)))));
        }
        out
    }

    /// The set with all cases of its letters, by Unicode's simple folding and Java's wider view of the letter i.
    #[must_use]
    pub fn with_unicode_cases(&self) -> CharSet {
        let mut out = self.0.clone();
        // It fails only in a build without Unicode's tables; then the ASCII letters are still right.
        let folded: Result<(), CaseFoldError> = out.try_case_fold_simple();
        let mut out = if folded.is_ok() { Self(out) } else { self.with_ascii_cases() };
        let i = Self::of("iI\u{130}\u{131}");
        if !out.intersection(&i).is_empty() {
            out.add(&i);
        }
        out
    }

    /// A few of its characters, plain ones first: letters and digits, then other printable ASCII, then the ends of its
    /// ranges.
    pub fn samples(&self) -> impl Iterator<Item = char> + '_ {
        let plain = ('a'..='z').chain('A'..='Z').chain('0'..='9').chain(' '..='~');
        let ends = self.iter().flat_map(|(first, last)| [first, last]);
        plain.filter(|&c| self.contains(c)).chain(ends)
    }

    /// As the class of a syntax tree of the regex crates.
    pub(crate) fn into_class(self) -> ClassUnicode {
        self.0
    }

    /// From the class of a syntax tree of the regex crates.
    pub(crate) fn from_class(class: ClassUnicode) -> CharSet {
        Self(class)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_compare_and_combine() {
        let word = CharSet::ranges([('a', 'z'), ('0', '9')]);
        let vowels = CharSet::of("aeiou");
        assert!(vowels.is_subset(&word) && !word.is_subset(&vowels));
        assert!(word.contains('q') && !word.contains('Q') && !word.contains('-'));
        assert_eq!(word.len(), 36);
        assert_eq!(word.intersection(&vowels), vowels);
        assert_eq!(word.difference(&word), CharSet::empty());
        assert_eq!(word.complement().complement(), word);
        assert_eq!(word.union(&word.complement()), CharSet::all());
        assert_eq!(CharSet::range('c', 'a'), CharSet::of("abc"));
        assert_eq!(CharSet::of("ba-").iter().collect::<Vec<_>>(), [('-', '-'), ('a', 'b')]);
    }

    #[test]
    fn cases_are_added() {
        assert_eq!(
            CharSet::ranges([('X', 'c')]).with_ascii_cases(),
            CharSet::ranges([('A', 'C'), ('X', 'c'), ('x', 'z')])
        );
        assert_eq!(CharSet::of("é").with_ascii_cases(), CharSet::of("é"));
        assert_eq!(CharSet::of("é").with_unicode_cases(), CharSet::of("éÉ"));
        assert_eq!(CharSet::of("k").with_unicode_cases(), CharSet::of("kK\u{212a}"));
        assert_eq!(CharSet::of("i").with_unicode_cases(), CharSet::of("iI\u{130}\u{131}"));
    }

    #[test]
    fn samples_are_members_and_plain_ones_come_first() {
        let set = CharSet::ranges([('\0', '\u{1f}'), ('Q', 'S'), ('é', 'é')]);
        assert_eq!(set.samples().take(3).collect::<String>(), "QRS");
        assert!(set.samples().all(|c| set.contains(c)));
        assert_eq!(CharSet::empty().samples().next(), None);
    }
}
