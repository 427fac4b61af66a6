//! Single values and lists, by type.

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use crate::document::{Fault, Member, Node, Span, Value, quoted};

use super::Reader;

/// Of a text of the file, a message shows so many characters.
const SHOWN: usize = 60;

impl Reader<'_> {
    /// A text as a message shows it: cut, and without controls.
    pub(super) fn shown(&self, text: &str) -> String {
        let mut shown: String =
            text.chars().take(SHOWN).map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect();
        if text.chars().nth(SHOWN).is_some() {
            shown.push('…');
        }
        shown
    }

    /// What a value is, as a message says it.
    pub(super) fn found(&self, node: &Node) -> String {
        match &node.value {
            Value::Null | Value::Faulty => "nothing".to_owned(),
            Value::Boolean(value) => format!("`{value}`"),
            Value::Whole(_) | Value::Fraction(_) => {
                format!("the number {}", self.shown(self.written(node.span)))
            }
            Value::Text(text) if text.is_empty() => "an empty text".to_owned(),
            Value::Text(text) => format!("the text `{}`", self.shown(text)),
            Value::List(_) => "a list".to_owned(),
            Value::Mapping(_) => "a mapping".to_owned(),
        }
    }

    /// Reports a value of another type. Always none.
    pub(super) fn wrong<T>(&mut self, what: &str, expected: &str, node: &Node) -> Option<T> {
        if !matches!(node.value, Value::Faulty) {
            let found = self.found(node);
            self.error(Fault::new(node.span, format!("{what} must be {expected}, found {found}")));
        }
        None
    }

    /// A text that is not empty and has no holes for the environment.
    pub(super) fn text(&mut self, what: &str, node: &Node) -> Option<Arc<str>> {
        let text = self.any_text(what, node)?;
        (!self.refuses_hole(&text, node.span)).then_some(text)
    }

    /// A text without controls, at most so many bytes long.
    pub(super) fn line(&mut self, what: &str, longest: usize, node: &Node) -> Option<Arc<str>> {
        let text = self.text(what, node)?;
        let fits = text.len() <= longest && !text.chars().any(char::is_control);
        if !fits {
            let message = format!("{what} must be at most {longest} bytes without control characters");
            self.error(Fault::new(node.span, message));
        }
        fits.then_some(text)
    }

    /// A text that is not empty.
    pub(super) fn any_text(&mut self, what: &str, node: &Node) -> Option<Arc<str>> {
        match &node.value {
            Value::Text(text) if !text.is_empty() => Some(Arc::clone(text)),
            Value::Faulty => None,
            _ => {
                let found = self.found(node);
                let fault = Fault::new(node.span, format!("{what} must be text, found {found}"));
                let meant = match &node.value {
                    Value::Text(_) => None,
                    Value::Null => self.commented_out(node.span),
                    _ => self.written_in_quotes(node.span),
                };
                self.error(match meant {
                    Some(meant) => fault.help(format!("if this is text, write {meant}")),
                    None => fault,
                });
                None
            }
        }
    }

    /// What stands in a comment where a value could: `PK: #{tenant}`.
    fn commented_out(&self, key: Span) -> Option<String> {
        let rest = self.text.get(key.end..)?.lines().next()?;
        let comment = rest.strip_prefix(':')?.trim_start();
        let looks_meant = comment.starts_with('#') && !comment.starts_with("# ") && comment.len() <= 100;
        looks_meant.then(|| quoted(comment.trim_end()))
    }

    /// `true` or `false`.
    pub(super) fn boolean(&mut self, member: &Member) -> Option<bool> {
        match &member.value.value {
            Value::Boolean(value) => Some(*value),
            _ => self.wrong(&format!("`{}`", member.key), "`true` or `false`", &member.value),
        }
    }

    /// A whole number within bounds.
    pub(super) fn whole<T: TryFrom<i64> + Copy + PartialOrd + std::fmt::Display>(
        &mut self,
        member: &Member,
        bounds: RangeInclusive<T>,
    ) -> Option<T> {
        let number = match &member.value.value {
            Value::Whole(number) => T::try_from(*number).ok().filter(|number| bounds.contains(number)),
            _ => None,
        };
        number.or_else(|| {
            let expected = format!("a whole number from {} to {}", bounds.start(), bounds.end());
            self.wrong(&format!("`{}`", member.key), &expected, &member.value)
        })
    }

    /// A duration such as `90s`, `30m`, `24h` or `1d`, within bounds that are written like that.
    pub(super) fn duration(&mut self, member: &Member, least: &str, most: &str) -> Option<Duration> {
        let bounds = duration(least)?..=duration(most)?;
        let found = match &member.value.value {
            Value::Text(text) => duration(text),
            _ => None,
        };
        let fits = found.filter(|found| bounds.contains(found));
        if fits.is_none() && !matches!(member.value.value, Value::Faulty) {
            let what = self.found(&member.value);
            let message = format!("`{}` must be a duration from {least} to {most}, found {what}", member.key);
            let fault = Fault::new(member.value.span, message);
            self.error(match (&member.value.value, found) {
                (Value::Whole(number), _) => {
                    fault.help(format!("write the unit: `{number}s` or `{number}m`"))
                }
                (_, None) => fault.help("write a whole number and `s`, `m`, `h` or `d`"),
                _ => fault,
            });
        }
        fits
    }

    /// One of a few words.
    pub(super) fn word<T: Copy>(&mut self, member: &Member, words: &[(&'static str, T)]) -> Option<T> {
        let what = format!("`{}`", member.key);
        let text = self.text(&what, &member.value)?;
        let found = words.iter().find(|(word, _)| *word == &*text).map(|(_, value)| *value);
        found.or_else(|| {
            let known: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
            self.wrong(&what, &known.join(" or "), &member.value)
        })
    }

    /// A list that is not empty.
    pub(super) fn list<'n>(&mut self, what: &str, node: &'n Node) -> Option<&'n [Node]> {
        match &node.value {
            Value::List(list) if list.is_empty() => {
                self.error(Fault::new(node.span, format!("{what} must not be empty")));
                None
            }
            Value::List(list) => Some(list),
            Value::Text(text) if !text.is_empty() => {
                let message = format!("{what} must be a list, found the text `{}`", self.shown(text));
                let written = self.written(node.span);
                let help = format!("write `[{}]`", self.shown(written));
                self.error(Fault::new(node.span, message).help(help));
                None
            }
            _ => self.wrong(what, "a list", node),
        }
    }

    /// A list, not empty, of what `read` makes of its members; none may come twice. Members at fault are left out.
    pub(super) fn members<T>(
        &mut self,
        member: &Member,
        mut read: impl FnMut(&mut Self, &str, &Node) -> Option<T>,
        name: impl Fn(&T) -> &str,
    ) -> Option<Vec<(T, Span)>> {
        let list = self.list(&format!("`{}`", member.key), &member.value)?;
        let what = format!("a member of `{}`", member.key);
        let mut places: HashMap<String, Span> = HashMap::new();
        let mut read_ones = Vec::new();
        for node in list {
            if self.is_full() {
                break;
            }
            let Some(value) = read(self, &what, node) else { continue };
            let name = name(&value);
            if let Some(&first) = places.get(name) {
                // As it is written: what the environment holds is nobody's business.
                let written = match &node.value {
                    Value::Text(text) => text,
                    _ => name,
                };
                let message = format!("`{}` comes twice in `{}`", self.shown(written), member.key);
                self.error(Fault::new(node.span, message).related(first, "first here"));
                continue;
            }
            places.insert(name.to_owned(), node.span);
            read_ones.push((value, node.span));
        }
        Some(read_ones)
    }

    /// A list of texts of one line, not empty and without duplicates.
    pub(super) fn lines(&mut self, member: &Member, longest: usize) -> Option<Vec<String>> {
        let lines =
            self.members(member, |reader, what, node| reader.line(what, longest, node), |text| text)?;
        Some(lines.into_iter().map(|(text, _)| text.to_string()).collect())
    }
}

/// `<whole number><unit>`
fn duration(text: &str) -> Option<Duration> {
    let unit = text.chars().next_back()?;
    let number = text.strip_suffix(unit)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        _ => return None,
    };
    let digits = !number.is_empty() && number.chars().all(|c| c.is_ascii_digit());
    let number: u64 = number.parse().ok().filter(|_| digits)?;
    number.checked_mul(seconds).map(Duration::from_secs)
}
