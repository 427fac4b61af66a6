//! The keys of a grant: `keys` and `must_own`.

use std::sync::Arc;

use crate::document::{Fault, Member, Node, Span, Value};
use crate::pattern::KeyPattern;

use super::Reader;
use super::fields::listed;
use super::names::Names;
use crate::rules::grant::Keys;
use crate::rules::table::Key;
use crate::rules::variable::Variable;

/// The variables that a grant's patterns may hold.
pub(super) struct Variables<'a> {
    pub(super) known: &'a Names<Variable>,
    /// Whether the grant is for callers of whom nothing is known.
    pub(super) anyone: bool,
}

/// Reads `keys`. `key` has the attributes of the table or of the index, where these are known.
pub(super) fn read(
    reader: &mut Reader<'_>,
    member: &Member,
    key: Option<&Key>,
    index: Option<&Member>,
    variables: &Variables<'_>,
) -> Option<Keys> {
    let mapping = match &member.value.value {
        Value::Text(text) if &**text == "any" => return Some(Keys::Any),
        Value::Mapping(_) => reader.mapping("`keys`", &member.value)?,
        _ => {
            return reader.wrong(
                "`keys`",
                "`any` or a mapping from key attributes to patterns",
                &member.value,
            );
        }
    };
    let (mut partition, mut sort) = (None, None);
    let mut foreign = false;
    for entry in &mapping.members {
        let pattern = read_pattern(reader, &entry.key, &entry.value, variables);
        let Some(key) = key else { continue };
        if *entry.key == *key.partition {
            partition = Some(pattern);
        } else if key.sort.as_deref() == Some(&*entry.key) {
            sort = Some(pattern);
        } else {
            foreign = true;
            report_foreign(reader, entry, key, index.is_some());
        }
    }
    let key = key?;
    if partition.is_none() && !foreign && mapping.whole {
        let message = format!("`keys` must name the partition key, `{}`", key.partition);
        reader.error(Fault::new(member.key_span, message).help("or write `keys: any`"));
    }
    let sort = match sort {
        Some(pattern) => Some(pattern?),
        None => None,
    };
    Some(Keys::Within { partition: partition.flatten()?, sort })
}

fn report_foreign(reader: &mut Reader<'_>, entry: &Member, key: &Key, of_index: bool) {
    let whose = if of_index { "the index" } else { "the table" };
    let names: Vec<&str> = std::iter::once(key.partition.as_str()).chain(key.sort.as_deref()).collect();
    let message = format!("`{}` is no key attribute of {whose}", reader.shown(&entry.key));
    let verb = if names.len() > 1 { "are" } else { "is" };
    reader.error(Fault::new(entry.key_span, message).help(format!("{} {verb}", listed(&names, "and"))));
}

/// Reads `must_own`: attributes and what an item must already hold in them.
pub(super) fn read_must_own(
    reader: &mut Reader<'_>,
    member: &Member,
    variables: &Variables<'_>,
) -> Option<Vec<(String, KeyPattern)>> {
    let mapping = reader.mapping("`must_own`", &member.value)?;
    let mut owned = Vec::new();
    for entry in &mapping.members {
        reader.check_attribute(&entry.key, entry.key_span);
        let Some(pattern) = read_pattern(reader, &entry.key, &entry.value, variables) else { continue };
        let at = entry.value.span;
        if pattern.is_open() {
            let fault = Fault::new(at, "a value of `must_own` must not end in `*`");
            reader.error(fault.help("a condition of a request demands one value"));
        } else if pattern.variables().next().is_none() {
            let fault = Fault::new(
                at,
                "a value of `must_own` must hold a variable: every caller owns the same otherwise",
            );
            reader.error(fault.help("write one such as `\"{user}\"`"));
        }
        owned.push((entry.key.to_string(), pattern));
    }
    Some(owned)
}

/// A key pattern whose variables are known and keep their values apart.
fn read_pattern(
    reader: &mut Reader<'_>,
    attribute: &str,
    node: &Node,
    variables: &Variables<'_>,
) -> Option<KeyPattern> {
    let what = format!("the pattern of `{}`", reader.shown(attribute));
    let text = reader.text(&what, node)?;
    let pattern = match KeyPattern::parse(&text) {
        Ok(pattern) => pattern,
        Err(error) => {
            reader.error(Fault::new(node.span, error.to_string()));
            return None;
        }
    };
    warn_of_comment(reader, &text, node.span);
    let mut sound = true;
    for name in pattern.variables() {
        sound &= check_variable(reader, name, node.span, variables);
    }
    let admits = |name: &str, character: char| {
        variables.known.get(name).is_some_and(|variable| variable.pattern.admits(character))
    };
    if let Err(error) = pattern.check_separators(admits) {
        let fault = Fault::new(node.span, error.to_string());
        reader.error(fault.help("write a separator such as `#`, which no value may hold"));
        sound = false;
    }
    sound.then_some(pattern)
}

fn check_variable(reader: &mut Reader<'_>, name: &str, at: Span, variables: &Variables<'_>) -> bool {
    if variables.anyone {
        let fault = Fault::new(at, format!("`{{{name}}}` does not go with `anyone: true`"));
        reader.error(fault.help("nobody is verified there, so no variable is bound"));
        return false;
    }
    let Some(variable) = variables.known.find(reader, "variable", name, at).map(Arc::clone) else {
        return false;
    };
    if variable.each.is_some() {
        let fault =
            Fault::new(at, format!("`{name}` has several values (`each`) and may stand in `params` only"));
        reader.error(fault.related(variable.span, "the variable is here"));
        return false;
    }
    true
}

/// A text without quotes ends where a blank and `#` begin a comment: `TENANT #{tenant}` is `TENANT`.
fn warn_of_comment(reader: &mut Reader<'_>, text: &str, at: Span) {
    let rest = reader.text.get(at.end..).unwrap_or_default().lines().next().unwrap_or_default();
    let comment = rest.trim_start();
    let looks_meant = comment.starts_with('#')
        && comment.len() < rest.len()
        && !comment.starts_with("# ")
        && comment.contains(['{', '*']);
    if looks_meant && !reader.written(at).starts_with(['"', '\'']) {
        let whole = format!("{text}{}", rest.trim_end());
        let message =
            format!("the pattern is `{}` alone: `#` after a blank begins a comment", reader.shown(text));
        let help = format!("if all of it is meant, write {}", crate::document::quoted(&reader.shown(&whole)));
        reader.warn(Fault::new(at, message).help(help));
    }
}
