//! `keybound.yaml` to access rules, or to everything that is wrong with it.
//!
//! Each section is read on its own. A part at fault is reported once: whatever names it is not reported again, and
//! what does not depend on it is still read.

mod deployed;
mod fields;
mod grant_keys;
mod grant_routes;
mod grants;
mod issuers;
mod lint;
mod names;
mod settings;
mod suggestion;
mod tables;
mod values;
mod variables;

#[cfg(test)]
mod tests;

use std::collections::HashSet;

use crate::document::{Document, Fault, Member, Node, Span, Value, quoted};
use crate::problem::{Level, Problem};

use super::AccessRules;
use super::lint::{LintSettings, Parts};
use fields::Fields;

/// The most problems that are told of one file.
const MAX_PROBLEMS: usize = 500;

/// Reads the text of `keybound.yaml`. `environment` answers for `${env:X}`.
///
/// There are no rules if and only if some problem is an error. Problems come in file order.
pub(crate) fn read(
    text: &str,
    environment: &dyn Fn(&str) -> Option<String>,
) -> (Option<AccessRules>, Vec<Problem>) {
    let mut reader = Reader { text, environment, problems: Vec::new() };
    let document = Document::parse(text);
    let sound = document.faults.is_empty();
    for fault in document.faults {
        reader.error(fault);
    }
    let rules = match &document.root {
        Some(root) => read_rules(&mut reader, root),
        None => {
            if sound {
                reader
                    .error(Fault::new(Span::default(), "the file is empty").help("begin with `version: 1`"));
            }
            None
        }
    };
    let problems = reader.into_problems();
    let broken = problems.iter().any(|problem| problem.level == Level::Error);
    (rules.filter(|_| !broken), problems)
}

/// Reads the section `lint` of the text of `keybound.yaml`, and what is wrong with it in file order.
pub(crate) fn read_lint(text: &str, lints: &[&str]) -> (Option<LintSettings>, Vec<Problem>) {
    let mut reader = Reader { text, environment: &|_| None, problems: Vec::new() };
    let document = Document::parse(text);
    for fault in document.faults {
        reader.error(fault);
    }
    if let Some(root) = &document.root
        && let Some(version) = section(root, "version")
    {
        check_version(&mut reader, version);
    } else if let Some(Node { value: Value::Mapping(mapping), span }) = &document.root
        && mapping.whole
    {
        let at = mapping.members.first().map_or(*span, |member| member.key_span);
        reader.error(Fault::new(at, "the file must have the key `version`"));
    }
    let section = document.root.as_ref().and_then(|root| section(root, "lint"));
    let settings = section.and_then(|section| lint::read(&mut reader, section, lints));
    (settings, reader.into_problems())
}

fn check_version(reader: &mut Reader<'_>, version: &Member) {
    if !matches!(version.value.value, Value::Whole(1) | Value::Faulty) {
        let found = reader.found(&version.value);
        let fault = Fault::new(version.value.span, format!("`version` must be the number 1, found {found}"));
        reader.error(fault.help("write `version: 1`"));
    }
}

/// Which parts a text of `keybound.yaml` has.
pub(crate) fn parts(text: &str) -> Parts {
    let document = Document::parse(text);
    let Some(Value::Mapping(mapping)) = document.root.as_ref().map(|root| &root.value) else {
        return Parts { rules: true, lint: true };
    };
    let has = |key: &str| mapping.members.iter().any(|member| &*member.key == key);
    let beside = mapping.members.iter().any(|member| !matches!(&*member.key, "version" | "lint"));
    Parts { rules: beside || !has("lint") || !mapping.whole, lint: has("lint") || !mapping.whole }
}

fn section<'n>(root: &'n Node, key: &str) -> Option<&'n Member> {
    match &root.value {
        Value::Mapping(mapping) => mapping.members.iter().find(|member| &*member.key == key),
        _ => None,
    }
}

fn read_rules(reader: &mut Reader<'_>, root: &Node) -> Option<AccessRules> {
    if matches!(root.value, Value::Null) {
        reader.error(Fault::new(root.span, "the file is empty").help("begin with `version: 1`"));
        return None;
    }
    let mut fields = Fields::open(reader, "the file", root)?;
    if let Some(version) = fields.require("version") {
        check_version(reader, version);
    }
    let (issuers, tables) = (fields.take("issuers"), fields.take("tables"));
    let (variables, grants) = (fields.take("variables"), fields.take("grants"));
    let (authorizer, lint) = (fields.take("authorizer"), fields.take("lint"));
    fields.finish(reader);

    let issuers = issuers::read(reader, issuers);
    let tables = tables::read(reader, tables);
    let variables = variables::read(reader, variables, &issuers);
    let grants = grants::read(
        reader,
        grants,
        &grants::Named { issuers: &issuers, tables: &tables, variables: &variables },
    );
    let authorizer = settings::read(reader, authorizer);
    settings::check_lint(reader, lint);
    Some(AccessRules {
        issuers: issuers.into_values(),
        tables: tables.into_values(),
        variables: variables.into_values(),
        grants,
        authorizer,
    })
}

/// What the readers of all sections share: the text, and what is wrong with it.
struct Reader<'t> {
    text: &'t str,
    environment: &'t dyn Fn(&str) -> Option<String>,
    problems: Vec<(Level, Fault)>,
}

impl Reader<'_> {
    fn error(&mut self, fault: Fault) {
        if !self.is_full() {
            self.problems.push((Level::Error, fault));
        }
    }

    fn warn(&mut self, fault: Fault) {
        if !self.is_full() {
            self.problems.push((Level::Warning, fault));
        }
    }

    /// Whether nothing more is told.
    fn is_full(&self) -> bool {
        self.problems.len() > MAX_PROBLEMS
    }

    /// What stands in the file.
    fn written(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    /// What stands in the file, in quotes; nothing where it does not fit a line.
    fn written_in_quotes(&self, span: Span) -> Option<String> {
        let written = self.written(span);
        let fits = !written.is_empty() && written.len() <= 100 && !written.contains(['\n', '\r']);
        fits.then(|| quoted(written))
    }

    fn into_problems(mut self) -> Vec<Problem> {
        let full = self.is_full();
        self.problems.truncate(MAX_PROBLEMS);
        self.problems.sort_by_key(|(_, fault)| fault.span.start);
        // What is aliased is read once for each alias.
        let mut told = HashSet::new();
        self.problems.retain(|(_, fault)| told.insert((fault.span, fault.message.clone())));
        if full {
            let end = Span { start: self.text.len(), end: self.text.len() };
            self.problems.push((Level::Error, Fault::new(end, "more is wrong than is told at once")));
        }
        Problem::all(self.text, self.problems)
    }
}
