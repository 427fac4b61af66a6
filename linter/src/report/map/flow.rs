//! Words with styles, set into lines of a width. A word that is wider than a line is broken, for nothing is cut.

use std::fmt::Write;

use anstyle::Style;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Text between blanks; its parts may differ in style.
type Word = Vec<(Style, String)>;

/// Sets text into lines. The parts are one text: blanks in them part words, their ends do not.
pub(super) fn lines(parts: &[(Style, String)], width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = Word::new();
    let mut is_begun = false;
    for word in words(parts) {
        if is_begun && width_of(&line) + 1 + width_of(&word) > width {
            lines.push(drawn(&std::mem::take(&mut line)));
            is_begun = false;
        }
        if is_begun {
            let style = line
                .last()
                .map(|(style, _)| *style)
                .filter(|style| word.first().is_some_and(|(s, _)| s == style));
            add(&mut line, style.unwrap_or_default(), " ");
        }
        for (nth, piece) in broken(&word, width).iter().enumerate() {
            if nth > 0 {
                lines.push(drawn(&std::mem::take(&mut line)));
            }
            piece.iter().for_each(|(style, text)| add(&mut line, *style, text));
        }
        is_begun = true;
    }
    lines.push(drawn(&line));
    lines
}

/// Adds text to what has the same style before it, if anything has.
fn add(line: &mut Word, style: Style, text: &str) {
    match line.last_mut() {
        Some((known, before)) if *known == style => before.push_str(text),
        _ => line.push((style, text.to_owned())),
    }
}

fn drawn(line: &Word) -> String {
    let mut drawn = String::new();
    for (style, text) in line {
        // Writing to a `String` cannot fail.
        _ = if *style == Style::new() {
            write!(drawn, "{text}")
        } else {
            write!(drawn, "{style}{text}{style:#}")
        };
    }
    drawn
}

fn words(parts: &[(Style, String)]) -> Vec<Word> {
    let mut words: Vec<Word> = vec![Word::new()];
    for (style, text) in parts {
        for (nth, piece) in text.split(' ').enumerate() {
            if nth > 0 {
                words.push(Word::new());
            }
            if let Some(word) = words.last_mut().filter(|_| !piece.is_empty()) {
                word.push((*style, piece.to_owned()));
            }
        }
    }
    words
}

fn width_of(word: &Word) -> usize {
    word.iter().map(|(_, text)| text.width()).sum()
}

/// A word in pieces that fit.
fn broken(word: &Word, width: usize) -> Vec<Word> {
    if width_of(word) <= width {
        return vec![word.clone()];
    }
    let mut pieces: Vec<Word> = vec![Word::new()];
    let mut used = 0;
    for (style, text) in word {
        for character in text.chars() {
            let wide = character.width().unwrap_or(0);
            if used + wide > width && used > 0 {
                pieces.push(Word::new());
                used = 0;
            }
            used += wide;
            if let Some(piece) = pieces.last_mut() {
                add(piece, *style, character.encode_utf8(&mut [0; 4]));
            }
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str, width: usize) -> Vec<String> {
        lines(&[(Style::new(), text.to_owned())], width)
    }

    #[test]
    fn words_are_kept_whole_where_they_fit() {
        assert_eq!(plain("one two three", 8), ["one two", "three"]);
        assert_eq!(plain("one two", 7), ["one two"]);
        assert_eq!(plain("", 7), [""]);
        assert_eq!(plain("a  b", 7), ["a  b"]);
    }

    #[test]
    fn words_that_do_not_fit_are_broken_and_nothing_is_lost() {
        assert_eq!(plain("ab abcdefghijkl z", 5), ["ab", "abcde", "fghij", "kl z"]);
        assert_eq!(plain("漢字漢字", 5), ["漢字", "漢字"]);
    }

    #[test]
    fn parts_without_a_blank_between_them_are_one_word() {
        let bold = Style::new().bold();
        let parts = [(Style::new(), "at TENANT#".to_owned()), (bold, "{tenant}".to_owned())];
        assert_eq!(lines(&parts, 17), ["at", "TENANT#\u{1b}[1m{tenant}\u{1b}[0m"]);
    }
}
