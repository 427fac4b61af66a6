//! Integrations that changes touch, and with them the findings on them.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::api::Integration;
use crate::api::terraform::Syntax;
use crate::finding::Finding;
use crate::source::{HostSpan, Node, SourceFile, parse_documents};

use super::{Changes, Lines};

/// An integration, and the files that decide what is found of it beside those that it stands in.
#[derive(Clone, Debug)]
pub struct Held<'a> {
    /// The integration.
    pub integration: &'a Integration,
    /// The definition that it was found in, its access rules, its settings.
    pub files: Vec<&'a Path>,
    /// Its access rules.
    pub rules: Option<&'a Path>,
}

/// What changes touch.
#[derive(Debug)]
pub struct Touched<'a> {
    changes: &'a Changes,
    /// Places of integrations that were touched.
    places: BTreeMap<PathBuf, Vec<HostSpan>>,
    /// Rules under which something was touched.
    rules: Vec<PathBuf>,
    lines: HashMap<PathBuf, Lines>,
    extents: HashMap<PathBuf, HashMap<HostSpan, HostSpan>>,
}

impl<'a> Touched<'a> {
    /// What changes touch of these integrations.
    pub fn of(changes: &'a Changes, all: &[Held<'_>]) -> Self {
        let (places, rules) = (BTreeMap::new(), Vec::new());
        let mut touched = Self { changes, places, rules, lines: HashMap::new(), extents: HashMap::new() };
        for held in all {
            let places = touched.places_of(held.integration);
            let depends = held.files.iter().any(|file| changes.is_changed(file));
            if !depends && !places.iter().any(|(file, span)| touched.is_touched(file, *span)) {
                continue;
            }
            touched.rules.extend(held.rules.map(Path::to_owned));
            for (file, span) in places {
                touched.places.entry(file.path().to_owned()).or_default().push(span);
            }
        }
        touched
    }

    /// Whether a finding is on something that was touched: it lies in such an integration, or a changed line lies in it.
    pub fn has(&mut self, finding: &Finding) -> bool {
        let path = finding.file.path();
        let lies_in = |span: &HostSpan| span.start <= finding.span.start && finding.span.start <= span.end;
        if self.places.get(path).is_some_and(|places| places.iter().any(lies_in)) {
            return true;
        }
        // What is said of rules as a whole depends on all that is held against them.
        let is_of_rules = path.file_name().is_some_and(|name| name == crate::keybound_file::FILE_NAME)
            || self.rules.iter().any(|rules| rules == path);
        if is_of_rules {
            let directory = path.parent().filter(|directory| !directory.as_os_str().is_empty());
            return self.rules.iter().any(|rules| rules == path)
                || self.changes.is_changed(path)
                || self.changes.has_deleted_below(directory.unwrap_or(Path::new(".")));
        }
        self.is_touched(&finding.file, finding.span)
            || finding.related.iter().any(|related| self.is_touched(&related.file, related.span))
    }

    fn is_touched(&mut self, file: &SourceFile, span: HostSpan) -> bool {
        let changes = self.changes;
        let lines = self.lines.entry(file.path().to_owned()).or_insert_with(|| changes.lines(file));
        lines.touch(file, span)
    }

    /// All places of an integration: the whole of what stands under its key, and what it refers to.
    fn places_of(&mut self, integration: &Integration) -> Vec<(Arc<SourceFile>, HostSpan)> {
        let own = &integration.file;
        let mut places = vec![(Arc::clone(own), self.extent(own, integration.span))];
        places.extend(integration.origin.parts.iter().cloned());
        let templates = integration.templates().map(|template| &template.host);
        places.extend(templates.map(|host| (Arc::clone(&host.file), host.whole)));
        let parts = integration.responses.iter().map(|response| response.span);
        let parts =
            parts.chain(integration.uri.iter().map(|(_, span)| *span)).chain(integration.passthrough.1);
        let parts = parts.chain(integration.request_parameters.iter().map(|mapping| mapping.span));
        places.extend(parts.map(|span| (Arc::clone(own), span)));
        if let Some(authorizer) = &integration.authorizer {
            let span = self.extent(&authorizer.file, authorizer.span);
            places.push((Arc::clone(&authorizer.file), span));
        }
        for statement in integration.role.iter().flat_map(|role| &role.allows) {
            places.push((Arc::clone(&statement.file), statement.span));
        }
        places
    }

    /// A key with all that stands under it; the span itself where it is no key.
    fn extent(&mut self, file: &SourceFile, key: HostSpan) -> HostSpan {
        let extents = self.extents.entry(file.path().to_owned()).or_insert_with(|| {
            // What a file of Terraform's own syntax is as YAML says nothing.
            if Syntax::of(file.path()) == Some(Syntax::Native) {
                return HashMap::new();
            }
            parse_documents(file).roots.iter().flat_map(Node::extents).collect()
        });
        extents.get(&key).copied().unwrap_or(key)
    }
}
