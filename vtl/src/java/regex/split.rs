//! `String.split`.

use super::automaton::Lines;
use super::matcher::Matcher;
use super::{RegexError, parse};
use crate::value::Text;

/// `text.split(pattern, limit)` of Java 8 and later: at most `limit` parts where it is positive, without the empty
/// parts at the end where it is 0; a match of nothing at the start gives no part.
pub fn split(text: &Text, pattern: &str, limit: i32) -> Result<Vec<Text>, RegexError> {
    let tree = parse::parse(pattern)?;
    let mut matcher = Matcher::anywhere(&tree, Lines::of(text.as_str()))?;
    let most = usize::try_from(limit).ok().filter(|&limit| limit > 0).unwrap_or(usize::MAX);
    let mut parts = Vec::new();
    let mut done = 0;
    for found in matcher.matches(text.as_str()) {
        let span = found?.span;
        if parts.len() + 1 >= most {
            break;
        }
        if span.end == 0 {
            continue;
        }
        parts.push(text.slice(done, span.start));
        done = span.end;
    }
    if done == 0 {
        return Ok(vec![text.clone()]);
    }
    parts.push(text.slice(done, text.as_str().len()));
    if limit == 0 {
        let kept = parts.iter().rposition(|part| !part.as_str().is_empty()).map_or(0, |last| last + 1);
        parts.truncate(kept);
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{SourceId, TextBuilder};

    #[test]
    fn parts_keep_their_marks() {
        let mut text = TextBuilder::default();
        text.push_str("TENANT#");
        text.push_marked("a#b", SourceId(3));
        let parts = split(&text.finish(), "#", 0).unwrap();
        let sources: Vec<_> = parts.iter().map(|part| (part.as_str(), part.whole_source())).collect();
        assert_eq!(sources, [("TENANT", None), ("a", Some(SourceId(3))), ("b", Some(SourceId(3)))]);
    }
}
