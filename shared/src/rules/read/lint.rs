//! The section `lint`.

use std::sync::Arc;

use crate::document::{Fault, Member, Node};
use crate::rules::lint::{LintLevel, LintSettings, Written};

use super::Reader;
use super::fields::Fields;

const MAX_PATTERN: usize = 512;
const MAX_VALUE: usize = 256;

/// What a value may be.
const FORMS: &str = "write `$context.…`, `$stageVariables.…` or `method.request.header.…`, the first two with `.*` for all below";

pub(super) fn read(reader: &mut Reader<'_>, section: &Member, lints: &[&str]) -> Option<LintSettings> {
    let mut settings = LintSettings::default();
    let mut fields = Fields::of_entry(reader, "`lint`", section)?;
    let (levels, paths) = (fields.take("levels"), fields.take("paths"));
    let (trusted, untrusted) = (fields.take("trusted"), fields.take("untrusted"));
    fields.finish(reader);

    if let Some(mapping) = levels.and_then(|member| reader.mapping("`levels`", &member.value)) {
        for member in &mapping.members {
            let level = read_level(reader, member, lints);
            let name = Written { value: member.key.to_string(), span: member.key_span };
            settings.levels.extend(level.map(|level| (name, level)));
        }
    }
    if let Some(paths) = paths
        && let Some(mut fields) = Fields::of_entry(reader, "`paths`", paths)
    {
        let (include, exclude) = (fields.take("include"), fields.take("exclude"));
        fields.finish(reader);
        settings.include = include.map(|member| texts(reader, member, read_pattern));
        settings.exclude = exclude.map(|member| texts(reader, member, read_pattern)).unwrap_or_default();
    }
    settings.trusted = trusted.map(|member| texts(reader, member, read_value)).unwrap_or_default();
    settings.untrusted = untrusted.map(|member| texts(reader, member, read_value)).unwrap_or_default();
    for value in &settings.untrusted {
        // Headers are called the same in any case.
        let is_same = |other: &&Written<String>| other.value.eq_ignore_ascii_case(&value.value);
        if let Some(trusted) = settings.trusted.iter().find(is_same) {
            let message = format!("`{}` is both trusted and untrusted", reader.shown(&value.value));
            reader.error(Fault::new(value.span, message).related(trusted.span, "trusted here"));
        }
    }
    Some(settings)
}

fn read_level(reader: &mut Reader<'_>, member: &Member, lints: &[&str]) -> Option<LintLevel> {
    if member.key_faulty {
        return None;
    }
    if !lints.contains(&&*member.key) {
        let fault = Fault::new(member.key_span, format!("there is no lint `{}`", reader.shown(&member.key)));
        let otherwise = Some("`keybound explain` lists the lints".to_owned());
        let fault = reader.suggesting(fault, &member.key, lints.iter().copied(), otherwise);
        reader.error(fault);
        return None;
    }
    let words = LintLevel::ALL.map(|level| (level.word(), level));
    reader.word(member, &words)
}

fn texts(
    reader: &mut Reader<'_>,
    member: &Member,
    read: fn(&mut Reader<'_>, &str, &Node) -> Option<Arc<str>>,
) -> Vec<Written<String>> {
    let members = reader.members(member, read, |text| text).unwrap_or_default();
    members.into_iter().map(|(text, span)| Written { value: text.to_string(), span }).collect()
}

/// A pattern as in `.gitignore`, of a path below the file's directory.
fn read_pattern(reader: &mut Reader<'_>, what: &str, node: &Node) -> Option<Arc<str>> {
    let text = reader.line(what, MAX_PATTERN, node)?;
    let fault = match text.chars().next() {
        Some('!') => {
            Some(("begins with `!`", "list under `exclude` what is not linted, under `include` what is"))
        }
        Some('#') => {
            Some(("is a comment to the language of patterns", "write `\\#` for a name that begins so"))
        }
        _ if text.trim().is_empty() => Some(("is blank", "leave it out")),
        _ if text.split('/').any(|part| part == "..") => {
            Some(("leads out of the file's directory", "put the setting into the directory above"))
        }
        _ => None,
    };
    if let Some((wrong, help)) = fault {
        let message = format!("the pattern `{}` {wrong}", reader.shown(&text));
        reader.error(Fault::new(node.span, message).help(help));
        return None;
    }
    Some(text)
}

/// `$context.a.b`, `$stageVariables.a`, `$context.authorizer.*`, `method.request.header.A`.
fn read_value(reader: &mut Reader<'_>, what: &str, node: &Node) -> Option<Arc<str>> {
    let text = reader.line(what, MAX_VALUE, node)?;
    let is_name =
        |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "_-:".contains(c));
    let header = text.strip_prefix("method.request.header.");
    let fits = match (header, text.strip_prefix("$context."), text.strip_prefix("$stageVariables.")) {
        (Some(name), ..) => is_name(name),
        (_, Some(path), _) => path.strip_suffix(".*").unwrap_or(path).split('.').all(is_name),
        (.., Some(name)) => name == "*" || is_name(name),
        _ => false,
    };
    if !fits {
        let message = format!("`{}` is no value that can be trusted or not", reader.shown(&text));
        let is_client =
            ["$input", "method.request.", "$context.*"].iter().any(|start| text.starts_with(start));
        let help = if is_client {
            format!("what the client writes is never trusted; {FORMS}")
        } else {
            FORMS.to_owned()
        };
        reader.error(Fault::new(node.span, message).help(help));
        return None;
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;
    use crate::rules::lint::Parts;

    const LINTS: [&str; 3] = ["open-method", "passthrough", "unescaped-input"];

    fn settings(text: &str) -> Result<Option<LintSettings>, Vec<String>> {
        let (settings, problems) = LintSettings::read(text, &LINTS);
        if problems.is_empty() {
            Ok(settings)
        } else {
            Err(problems.iter().map(ToString::to_string).collect())
        }
    }

    fn told(text: &str) -> Vec<String> {
        let (_, problems) = LintSettings::read(text, &LINTS);
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_section_is_read() {
        let text = "version: 1\nlint:\n  levels: { passthrough: off, open-method: note }\n  paths: { exclude: [a/] }\n  \
                    trusted: [$context.stage]\n";
        let found = settings(text).unwrap().unwrap();
        let levels: Vec<_> = found.levels.iter().map(|(name, level)| (name.value.as_str(), *level)).collect();
        assert_eq!(levels, [("passthrough", LintLevel::Off), ("open-method", LintLevel::Note)]);
        let written = |values: &[Written<String>]| {
            values
                .iter()
                .map(|w| (w.value.clone(), text.get(w.span.start..w.span.end).unwrap().to_owned()))
                .collect::<Vec<_>>()
        };
        assert_eq!(written(&found.exclude), [("a/".to_owned(), "a/".to_owned())]);
        assert_eq!(written(&found.trusted), [("$context.stage".to_owned(), "$context.stage".to_owned())]);
        assert_eq!((found.include, found.untrusted), (None, Vec::new()));
        assert_eq!(settings("version: 1\n"), Ok(None));
        assert_eq!(settings("version: 1\nlint: {}\n"), Ok(Some(LintSettings::default())));
        // What is wrong elsewhere is not this section's.
        assert_eq!(settings("version: 1\ngrants: 5\nlint: {}\n"), Ok(Some(LintSettings::default())));
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let text = "version: 1\nlint:\n  level: {}\n  levels: { open-methods: off, passthrough: warn, x: off }\n  paths: \
                    { exclude: [\"!a\", ../b, 5] }\n  trusted: [$input.body, $stageVariables.a, $stageVariables.a]\n  \
                    untrusted: [stage, $stageVariables.a]\n";
        assert_eq!(
            told(text),
            [
                "3:3: `lint` has no key `level`; did you mean `levels`?",
                "4:13: there is no lint `open-methods`; did you mean `open-method`?",
                "4:45: `passthrough` must be `error` or `warning` or `note` or `off`, found the text `warn`",
                "4:51: there is no lint `x`; `keybound explain` lists the lints",
                "5:22: the pattern `!a` begins with `!`; list under `exclude` what is not linted, under `include` what is",
                "5:28: the pattern `../b` leads out of the file's directory; put the setting into the directory above",
                "5:34: a member of `exclude` must be text, found the number 5; if this is text, write \"5\"",
                "6:13: `$input.body` is no value that can be trusted or not; what the client writes is never trusted; write \
                 `$context.…`, `$stageVariables.…` or `method.request.header.…`, the first two with `.*` for all below",
                "6:45: `$stageVariables.a` comes twice in `trusted`",
                "7:15: `stage` is no value that can be trusted or not; write `$context.…`, `$stageVariables.…` or \
                 `method.request.header.…`, the first two with `.*` for all below",
                "7:22: `$stageVariables.a` is both trusted and untrusted",
            ]
        );
        assert_eq!(told("version: 1\nlint: 5"), ["2:7: `lint` must be a mapping, found the number 5"]);
        assert_eq!(told("version: 1\nlint: {").len(), 1);
        assert_eq!(told("lint: {}"), ["1:1: the file must have the key `version`"]);
        assert_eq!(told("version: 2\nlint: {}").len(), 1);
    }

    #[test]
    fn a_file_has_rules_unless_it_has_settings_alone() {
        for (text, rules, lint) in [
            ("version: 1", true, false),
            ("version: 1\nlint: {}", false, true),
            ("lint: 5", false, true),
            ("version: 1\nlint: {}\ngrants: []", true, true),
            ("version: 1\nlint: {}\ngrant: []", true, true),
            ("", true, true),
            ("- a", true, true),
            ("version: 1\nlint: {", true, true),
        ] {
            assert_eq!(Parts::of(text), Parts { rules, lint }, "{text}");
        }
    }
}
